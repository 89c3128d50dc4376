//! A scorecard's gaps as SARIF.

use crate::model::finding::{Confidence, Finding, Fixable, LintReport, Persona, Region, RuleInfo, Severity};
use crate::model::place::Position;
use crate::model::scorecard::{Judged, Priority, Scorecard};

/// Renders the gaps as results, each at its first place, or at the file nearest to it. The
/// criteria are the rules.
pub fn render(scorecard: &Scorecard) -> String {
    let rules: Vec<RuleInfo> = scorecard.criteria().map(rule).collect();
    let findings = scorecard.gaps().map(|judged| finding(judged, &scorecard.anchor)).collect();
    let report = LintReport { findings, problems: scorecard.problems.clone(), ..LintReport::default() };
    super::findings::render(&report, &rules)
}

fn severity(judged: &Judged) -> Severity {
    if judged.blocks() {
        Severity::Error
    } else if judged.priority >= Priority::High {
        Severity::Warning
    } else {
        Severity::Info
    }
}

fn rule(judged: &Judged) -> RuleInfo {
    RuleInfo {
        id: judged.id,
        group: judged.category.id(),
        summary: judged.title,
        documentation: judged.impact,
        severity: severity(judged),
        persona: Persona::Regular,
        since: "0.1.0",
        network: false,
        fixable: Fixable::No,
        peers: &[],
    }
}

fn finding(judged: &Judged, anchor: &str) -> Finding {
    let start = judged.verdict.evidence.first().filter(|evidence| evidence.is_in_file());
    let position = start.map_or(Position { line: 1, column: 1 }, |evidence| evidence.position);
    let path = start.map_or(anchor, |evidence| evidence.path.as_str()).to_owned();
    let end = Position { line: position.line, column: position.column + 1 };
    Finding {
        rule: judged.id,
        group: judged.category.id(),
        severity: severity(judged),
        confidence: Confidence::High,
        persona: Persona::Regular,
        region: Region { path, start: position, end },
        line: "".into(),
        message: judged.verdict.because.clone(),
        notes: vec![judged.impact.to_owned()],
        help: Some(format!("close with {}", judged.closes_with)),
        related: Vec::new(),
        fix: None,
        // A gap is the same gap wherever it is shown.
        fingerprint: judged.id.to_owned(),
        suppressed: None,
    }
}
