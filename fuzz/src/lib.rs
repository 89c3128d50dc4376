//! What the targets share: linting a text with every rule, and holding the findings to it.

pub mod escapers;

use plimsoll::model::finding::{Finding, Persona, Region};
use plimsoll::model::source_file::SourceFile;
use plimsoll::model::surroundings::Surroundings;
use plimsoll::model::yaml::IssueKind;
use plimsoll::rules::{self, Choice};
use plimsoll::sources::workflows;

/// The path of a workflow.
pub const WORKFLOW: &str = ".github/workflows/fuzz.yml";

/// The path of an action's manifest.
pub const ACTION: &str = "action.yml";

/// Lints a text with every rule and checks that each finding lies inside it.
pub fn lint(path: &str, text: &str) -> Vec<Finding> {
    let findings = findings(&workflows::parse(path.to_owned(), text.to_owned()));
    let widths: Vec<usize> = text.split('\n').map(|line| line.chars().count()).collect();
    for finding in &findings {
        check(&finding.region, &widths, finding);
        finding.related.iter().for_each(|related| check(&related.region, &widths, finding));
    }
    findings
}

/// Lints a file with every rule.
pub fn findings(file: &SourceFile) -> Vec<Finding> {
    let choice = Choice { persona: Persona::Auditor, ..Choice::default() };
    rules::lint(file, &choice, &Surroundings::default())
}

/// Tells whether a file is not YAML.
pub fn has_syntax_error(file: &SourceFile) -> bool {
    file.document.issues.iter().any(|issue| issue.kind == IssueKind::Syntax)
}

fn check(region: &Region, widths: &[usize], finding: &Finding) {
    assert!(region.start <= region.end, "{finding:?}");
    for position in [region.start, region.end] {
        let width = position.line.checked_sub(1).and_then(|line| widths.get(line));
        assert!(width.is_some_and(|width| (1..=width + 1).contains(&position.column)), "{finding:?}");
    }
}

/// Returns a text as a scalar in double quotes, which can hold every character.
pub fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Returns a text as a block scalar below a key that is indented so far; characters that a block
/// cannot hold are left to the reader to refuse.
pub fn block(text: &str, indent: usize) -> String {
    let margin = " ".repeat(indent + 2);
    let lines: Vec<String> = text.lines().map(|line| format!("{margin}{line}\n")).collect();
    format!("|2\n{}", lines.concat())
}
