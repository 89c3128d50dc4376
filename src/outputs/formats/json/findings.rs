//! A linter run as JSON, version 1.

use serde::Serialize;

use crate::model::finding::{Finding, LintReport, NotChecked, Region, Related, Suppressed};
use crate::model::place::Position;

/// Renders the whole report, suppressed findings included. Lines and columns count from 1, and
/// columns count characters.
pub fn render(report: &LintReport) -> String {
    let problems = report.problems.iter().map(|problem| Unread { path: &problem.path, message: &problem.message });
    super::document(&Document {
        version: 1,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        files: report.files,
        findings: report.findings.iter().map(Found::from).collect(),
        problems: problems.collect(),
        not_checked: report.not_checked.iter().map(Unchecked::from).collect(),
    })
}

#[derive(Serialize)]
struct Document<'report> {
    version: u8,
    tool: Tool,
    files: usize,
    findings: Vec<Found<'report>>,
    problems: Vec<Unread<'report>>,
    not_checked: Vec<Unchecked<'report>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Found<'report> {
    rule: &'static str,
    severity: &'static str,
    confidence: &'static str,
    persona: &'static str,
    path: &'report str,
    start: Point,
    end: Point,
    message: &'report str,
    notes: &'report [String],
    help: Option<&'report str>,
    related: Vec<Place<'report>>,
    fix: Option<Mending<'report>>,
    fingerprint: &'report str,
    suppressed: Option<&'report str>,
}

#[derive(Serialize)]
struct Point {
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct Place<'report> {
    path: &'report str,
    start: Point,
    end: Point,
    message: &'report str,
}

#[derive(Serialize)]
struct Mending<'report> {
    safety: &'static str,
    title: &'report str,
}

#[derive(Serialize)]
struct Unread<'report> {
    path: &'report str,
    message: &'report str,
}

/// What rules could not check: all that they look at where `uses` is null.
#[derive(Serialize)]
struct Unchecked<'report> {
    rules: &'report [&'static str],
    uses: Option<&'report str>,
    reason: &'report str,
}

impl<'report> From<&'report NotChecked> for Unchecked<'report> {
    fn from(entry: &'report NotChecked) -> Self {
        let NotChecked { rules, uses, reason } = entry;
        Self { rules, uses: uses.as_deref(), reason }
    }
}

impl<'report> From<&'report Finding> for Found<'report> {
    fn from(finding: &'report Finding) -> Self {
        let Region { path, start, end } = &finding.region;
        Self {
            rule: finding.rule,
            severity: finding.severity.word(),
            confidence: finding.confidence.word(),
            persona: finding.persona.word(),
            path,
            start: start.into(),
            end: end.into(),
            message: &finding.message,
            notes: &finding.notes,
            help: finding.help.as_deref(),
            related: finding.related.iter().map(Place::from).collect(),
            fix: finding.fix.as_ref().map(|fix| Mending { safety: fix.safety.word(), title: &fix.title }),
            fingerprint: &finding.fingerprint,
            suppressed: finding.suppressed.as_ref().map(reason),
        }
    }
}

/// Returns why a finding is suppressed. It is never empty, since many programs take an empty text for none.
fn reason(suppressed: &Suppressed) -> &str {
    let reason = suppressed.reason.as_str();
    if reason.is_empty() { "no reason is given" } else { reason }
}

impl<'report> From<&'report Related> for Place<'report> {
    fn from(related: &'report Related) -> Self {
        let Related { region: Region { path, start, end }, message } = related;
        Self { path, start: start.into(), end: end.into(), message }
    }
}

impl From<&Position> for Point {
    fn from(position: &Position) -> Self {
        Self { line: position.line, column: position.column }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::outputs::formats::samples;

    #[test]
    fn the_document_is_version_1() {
        let mut report = samples::report();
        report.findings.truncate(1);
        let document: Value = serde_json::from_str(&render(&report)).unwrap();
        let place = |line: usize, column: usize| json!({"line": line, "column": column});
        let path = ".github/workflows/ci.yml";
        let related = json!({
            "path": path, "start": place(20, 5), "end": place(20, 11), "message": "`build` needs `test` here",
        });
        let finding = json!({
            "rule": "needs-cycle", "severity": "error", "confidence": "medium", "persona": "regular",
            "path": path, "start": place(5, 13), "end": place(5, 18),
            "message": "`test` and `build` need each other", "notes": ["GitHub refuses the whole workflow"],
            "help": "remove one of the two", "related": [related],
            "fix": {"safety": "unsafe", "title": "remove `build`"}, "fingerprint": "0123abcd",
            "suppressed": null,
        });
        let tool = json!({"name": "plimsoll", "version": env!("CARGO_PKG_VERSION")});
        let expected = json!({"version": 1, "tool": tool, "files": 1, "findings": [finding], "problems": [],
                              "not_checked": []});
        assert_eq!(document, expected);
    }

    #[test]
    fn what_was_not_checked_is_listed() {
        let entry = |uses: Option<&str>| NotChecked {
            rules: vec!["action-not-found"],
            uses: uses.map(str::to_owned),
            reason: "why".to_owned(),
        };
        let report = LintReport { not_checked: vec![entry(None), entry(Some("a/b@v1"))], ..LintReport::default() };
        let document: Value = serde_json::from_str(&render(&report)).unwrap();
        let listed = |uses: Value| json!({"rules": ["action-not-found"], "uses": uses, "reason": "why"});
        assert_eq!(document["not_checked"], json!([listed(Value::Null), listed(json!("a/b@v1"))]));
    }

    #[test]
    fn every_text_comes_back_as_it_was() {
        let report = samples::hostile();
        let text = render(&report);
        assert!(!text.contains("##["), "{text}");
        let document: Value = serde_json::from_str(&text).unwrap();
        let finding = &document["findings"][1];
        assert_eq!(finding["message"], report.findings[1].message);
        assert_eq!(finding["path"], report.findings[1].region.path);
        assert_eq!(finding["suppressed"], report.findings[1].message);
        assert_eq!(finding["fix"]["title"], report.findings[1].message);
        assert_eq!(document["findings"][0]["suppressed"], Value::Null);
        assert_eq!(document["problems"][0]["path"], report.problems[0].path);
    }
}
