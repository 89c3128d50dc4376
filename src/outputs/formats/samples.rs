//! Reports that the tests of all formats render: an ordinary one, and one full of hostile text.

use crate::model::finding::{
    Confidence, Finding, Fixable, LintReport, Persona, Problem, Region, Related, RuleInfo, Safety, Severity,
    Suppressed, Suppressor,
};
use crate::model::fix::{Edit, Fix};
use crate::model::place::{Position, Span};

/// A rule of each kind that the findings below name.
pub(super) const RULES: &[RuleInfo] = &[
    RuleInfo {
        id: "needs-cycle",
        group: "jobs",
        summary: "Jobs wait for each other",
        documentation: " Jobs wait for each other\n\n ## Why is this bad?\n Nothing ever starts.\n",
        severity: Severity::Error,
        persona: Persona::Regular,
        since: "0.1.0",
        network: false,
        fixable: Fixable::No,
        peers: &[("actionlint", &["job-needs"])],
    },
    RuleInfo {
        id: "unpinned-action",
        group: "security/supply-chain",
        summary: "An action is not pinned to a commit",
        documentation: " An action is not pinned to a commit\n\n ## Why is this bad?\n A tag can be moved to other \
                        code after\n review, and `main` moves every day.\n\n - one\n - two\n\n ## Bad\n ```yaml\n - \
                        uses: actions/checkout@v4\n   with: {}\n ```\n",
        severity: Severity::Warning,
        persona: Persona::Auditor,
        since: "0.1.0",
        network: true,
        fixable: Fixable::Safe,
        peers: &[("octoscan", &["a", "b"]), ("zizmor", &["unpinned-uses"])],
    },
];

/// A region on one line.
pub(super) fn region(path: &str, line: usize, (from, to): (usize, usize)) -> Region {
    let at = |column| Position { line, column };
    Region { path: path.to_owned(), start: at(from), end: at(to) }
}

/// A fix that writes a text in place of a line's part.
pub(super) fn fix(safety: Safety, title: &str, line: usize, (from, to): (usize, usize), text: &str) -> Fix {
    let at = |column| Position { line, column };
    let edit = Edit { span: Span::new(from, to), start: at(from), end: at(to), text: text.to_owned() };
    Fix { safety, title: title.to_owned(), edits: vec![edit] }
}

fn suppressed(reason: &str) -> Suppressed {
    Suppressed { by: Suppressor::Comment, reason: reason.to_owned() }
}

/// A finding without notes, help or related places.
pub(super) fn finding(severity: Severity, region: Region, message: &str) -> Finding {
    Finding {
        rule: "unpinned-action",
        group: "security/supply-chain",
        severity,
        confidence: Confidence::High,
        persona: Persona::Regular,
        region,
        line: "      - uses: actions/checkout@v4".into(),
        message: message.to_owned(),
        notes: Vec::new(),
        help: None,
        related: Vec::new(),
        fix: None,
        fingerprint: "0123abcd".to_owned(),
        suppressed: None,
    }
}

/// A run that found an error with all there can be to it, one warning twice, and one that is
/// suppressed.
pub(super) fn report() -> LintReport {
    let path = ".github/workflows/ci.yml";
    let warning = |line| {
        let message = "`actions/checkout@v4` is not pinned to a commit";
        let finding = finding(Severity::Warning, region(path, line, (15, 34)), message);
        let pin = fix(Safety::Safe, "pin it", line, (32, 34), "3df4ab1 # v4");
        Finding { help: Some("pin it: `plimsoll lint --fix`".to_owned()), fix: Some(pin), ..finding }
    };
    let cycle = Finding {
        rule: "needs-cycle",
        group: "jobs",
        confidence: Confidence::Medium,
        line: "    needs: [build]".into(),
        notes: vec!["GitHub refuses the whole workflow".to_owned()],
        help: Some("remove one of the two".to_owned()),
        related: vec![Related { region: region(path, 20, (5, 11)), message: "`build` needs `test` here".to_owned() }],
        fix: Some(fix(Safety::Unsafe, "remove `build`", 5, (13, 18), "")),
        ..finding(Severity::Error, region(path, 5, (13, 18)), "`test` and `build` need each other")
    };
    let suppressed = Finding { suppressed: Some(suppressed("our own action")), ..warning(30) };
    LintReport { files: 1, findings: vec![cycle, warning(9), warning(14), suppressed], ..LintReport::default() }
}

/// A run whose every text tries to break out of where it is put.
pub(super) fn hostile() -> LintReport {
    let nasty = "a\n::error::b\r##[error]c\u{1b}[2J|<script>`x`\u{202e}&\"'%0A]]>\u{0}";
    let path = ".github/workflows/a,b:c%|<b>`\n::error::x\u{1b}[1m ü.yml";
    let hostile = Finding {
        line: nasty.into(),
        notes: vec![nasty.to_owned()],
        help: Some(nasty.to_owned()),
        related: vec![Related { region: region(path, 1, (1, 2)), message: nasty.to_owned() }],
        fix: Some(fix(Safety::Safe, nasty, 3, (1, 4), nasty)),
        ..finding(Severity::Error, region(path, 3, (1, 4)), nasty)
    };
    let suppressed = Finding { suppressed: Some(suppressed(nasty)), ..hostile.clone() };
    let problems = vec![Problem { path: path.to_owned(), message: nasty.to_owned() }];
    LintReport { files: 1, findings: vec![hostile, suppressed], problems, not_checked: Vec::new() }
}
