//! A linter run for people: each finding with its place in the source, then one line of totals.

use std::collections::{BTreeMap, BTreeSet};

use super::snippet::Snippet;
use super::text::{Tone, flat, paint, wrap};
use crate::model::color::Color;
use crate::model::finding::{Confidence, Finding, LintReport, Region, Safety};
use crate::outputs::formats::{not_checked, totals};

/// Renders the findings that count, file by file, then what could not be read, then the totals.
///
/// What repeats is said once a file: a finding that stands at several places lists the others,
/// and a rule's notes and help are not repeated below its next finding.
pub fn render(report: &LintReport, width: usize, color: Color) -> String {
    let page = Page { width: width.max(40), color };
    let active: Vec<&Finding> = report.active().collect();
    let mut out = String::new();
    for file in active.chunk_by(|left, right| left.region.path == right.region.path) {
        page.file(&mut out, file);
    }
    for problem in &report.problems {
        let label = paint("not checked", Tone::Warning, color);
        page.hanging(&mut out, &format!("{label}: "), "  ", &format!("{}: {}", problem.path, problem.message));
    }
    let missing = not_checked::missing(report);
    for (what, why) in &missing {
        let label = paint("not checked", Tone::Warning, color);
        page.hanging(&mut out, &format!("{label}: "), "  ", &format!("{what}: {why}"));
    }
    if !report.problems.is_empty() || !missing.is_empty() {
        out.push('\n');
    }
    out.push_str(&paint(&totals::sentence(report), Tone::Strong, color));
    out.push('\n');
    if let Some(line) = mendable(&active) {
        page.hanging(&mut out, "", "  ", &line);
    }
    if let Some((rules, why)) = not_checked::offline(report) {
        page.hanging(
            &mut out,
            &format!("{}: ", paint("not checked", Tone::Faint, color)),
            "  ",
            &format!("{rules}: {why}"),
        );
    }
    out
}

/// What decides how a page looks.
struct Page {
    width: usize,
    color: Color,
}

impl Page {
    fn file(&self, out: &mut String, findings: &[&Finding]) {
        let mut told = BTreeSet::new();
        for (finding, again) in grouped(findings) {
            self.finding(out, finding, &again, &mut told);
            out.push('\n');
        }
    }

    fn finding<'report>(
        &self,
        out: &mut String,
        finding: &'report Finding,
        again: &[&Region],
        told: &mut BTreeSet<(&'report str, &'report str)>,
    ) {
        let tone = Tone::from(finding.severity);
        let label = paint(&format!("{}[{}]", finding.severity, flat(finding.rule)), tone, self.color);
        let mut lines =
            wrap(&format!("{}[{}]: {}", finding.severity, finding.rule, flat(&finding.message)), self.width - 2);
        if let Some(first) = lines.first_mut() {
            let rest = first.split_once(": ").map(|(_, rest)| rest.to_owned()).unwrap_or_default();
            *first = format!("{label}: {}", paint(&rest, Tone::Strong, self.color));
        }
        for (at, line) in lines.iter().enumerate() {
            let continued = (at > 0).then(|| format!("  {}", paint(line, Tone::Strong, self.color)));
            out.push_str(continued.as_ref().unwrap_or(line));
            out.push('\n');
        }
        let snippet = Snippet { region: &finding.region, line: &finding.line, tone };
        let gutter = snippet.write(out, self.width, self.color);
        let indent = " ".repeat(gutter);
        for related in &finding.related {
            let mark = format!("{indent} {} at ", paint("=", Tone::Faint, self.color));
            let text = format!("{}: {}", place(&related.region), related.message);
            self.hanging(out, &mark, &format!("{indent}   "), &flat(&text));
        }
        let mut remark = |label: &str, text: &str| {
            let mark = format!("{indent} {} {label}: ", paint("=", Tone::Faint, self.color));
            self.hanging(out, &mark, &format!("{indent}   "), text);
        };
        for note in &finding.notes {
            if told.insert((finding.rule, note)) {
                remark("note", note);
            }
        }
        if let Some(help) = &finding.help
            && told.insert((finding.rule, help))
        {
            remark("help", help);
        }
        if let Some(fix) = &finding.fix {
            remark("fix", &format!("{} ({})", fix.title, command(fix.safety)));
        }
        if finding.confidence != Confidence::High {
            remark("confidence", finding.confidence.word());
        }
        if !again.is_empty() {
            let places: Vec<String> =
                again.iter().map(|region| format!("{}:{}", region.start.line, region.start.column)).collect();
            remark("also at", &places.join(", "));
        }
    }

    /// Writes text after a mark, and the lines that follow after the indentation.
    fn hanging(&self, out: &mut String, mark: &str, indent: &str, text: &str) {
        let shown = anstream::adapter::strip_str(mark).to_string();
        let used = super::text::columns(&shown);
        let mut before = mark;
        for line in text.lines() {
            for part in wrap(&flat(line), self.width.saturating_sub(used)) {
                out.push_str(before);
                out.push_str(&part);
                out.push('\n');
                before = indent;
            }
        }
    }
}

/// Puts the findings of a file together that differ in nothing but their place: the first, and
/// where the others are.
fn grouped<'report>(findings: &[&'report Finding]) -> Vec<(&'report Finding, Vec<&'report Region>)> {
    let mut groups: Vec<(&Finding, Vec<&Region>)> = Vec::new();
    let mut known = BTreeMap::new();
    for finding in findings {
        let said = (finding.rule, finding.severity, finding.confidence);
        let told = (&finding.message, &finding.notes, &finding.help, &finding.related);
        let at = *known.entry((said, told)).or_insert(groups.len());
        match groups.get_mut(at) {
            Some((_, again)) => again.push(&finding.region),
            None => groups.push((finding, Vec::new())),
        }
    }
    groups
}

/// Returns what has to be typed for a fix to be made.
fn command(safety: Safety) -> &'static str {
    match safety {
        Safety::Safe => "`--fix`",
        Safety::Unsafe => "`--fix all`",
    }
}

/// Says how many findings can be mended; nothing where there is none.
fn mendable(findings: &[&Finding]) -> Option<String> {
    let of = |safety| {
        let fixes = findings.iter().filter_map(|finding| finding.fix.as_ref());
        let count = fixes.filter(|fix| fix.safety == safety).count();
        (count > 0).then(|| format!("{count} with {}", command(safety)))
    };
    let told: Vec<String> = [Safety::Safe, Safety::Unsafe].into_iter().filter_map(of).collect();
    (!told.is_empty()).then(|| format!("can be mended: {}", told.join(", ")))
}

/// Writes a place as editors and terminals understand it.
fn place(region: &Region) -> String {
    format!("{}:{}:{}", region.path, region.start.line, region.start.column)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::NotChecked;
    use crate::outputs::formats::samples;

    #[test]
    fn findings_show_their_place_and_what_to_do() {
        insta::assert_snapshot!(render(&samples::report(), 100, Color::Never), @r"
        error[needs-cycle]: `test` and `build` need each other
         --> .github/workflows/ci.yml:5:13
          |
        5 |     needs: [build]
          |             ^^^^^
           = at .github/workflows/ci.yml:20:5: `build` needs `test` here
           = note: GitHub refuses the whole workflow
           = help: remove one of the two
           = fix: remove `build` (`--fix all`)
           = confidence: medium

        warning[unpinned-action]: `actions/checkout@v4` is not pinned to a commit
         --> .github/workflows/ci.yml:9:15
          |
        9 |       - uses: actions/checkout@v4
          |               ^^^^^^^^^^^^^^^^^^^
           = help: pin it: `plimsoll lint --fix`
           = fix: pin it (`--fix`)
           = also at: 14:15

        1 error, 2 warnings in 1 file; 1 suppressed
        can be mended: 2 with `--fix`, 1 with `--fix all`
        ");
    }

    #[test]
    fn what_was_not_checked_is_told_with_the_reason() {
        let entry = |uses: Option<&str>, reason: &str| NotChecked {
            rules: vec!["action-not-found", "ref-version-mismatch"],
            uses: uses.map(str::to_owned),
            reason: reason.to_owned(),
        };
        let show =
            |not_checked| render(&LintReport { files: 1, not_checked, ..LintReport::default() }, 100, Color::Never);
        insta::assert_snapshot!(show(vec![entry(Some("a/b@v1"), "the budget is spent"), entry(Some("c/d@v1"), "404")]), @r"
        not checked: c/d@v1: 404
        not checked: a/b@v1: the budget is spent

        no findings in 1 file; 2 references not looked up
        ");
        insta::assert_snapshot!(show(vec![entry(None, "offline")]), @r"
        no findings in 1 file
        not checked: action-not-found, ref-version-mismatch: offline; `--online` asks GitHub
        ");
    }

    #[test]
    fn colour_changes_nothing_else() {
        let colored = render(&samples::report(), 80, Color::Always);
        assert!(colored.contains("\u{1b}[31m"), "{colored:?}");
        let plain = anstream::adapter::strip_str(&colored).to_string();
        assert_eq!(plain, render(&samples::report(), 80, Color::Never));
    }

    #[test]
    fn hostile_text_cannot_reach_the_terminal() {
        let text = render(&samples::hostile(), 50, Color::Never);
        assert!(text.chars().all(|character| character == '\n' || !character.is_control()), "{text:?}");
        assert!(!text.contains('\u{202e}') && !text.contains("##["), "{text}");
        assert!(!text.lines().any(|line| line.trim_start().starts_with("::")), "{text}");
    }

    #[test]
    fn lines_keep_to_the_width() {
        let mut report = samples::report();
        for finding in &mut report.findings {
            finding.message = "word ".repeat(60);
            finding.notes = vec!["note ".repeat(60)];
            finding.line = "漢".repeat(200).as_str().into();
        }
        let text = render(&report, 60, Color::Never);
        assert!(text.lines().all(|line| super::super::text::columns(line) <= 60), "{text}");
    }
}
