//! The one sentence that sums up a linter run, the same in every format for people.

use super::not_checked;
use crate::model::finding::{LintReport, Severity};

/// Says how many findings of each severity count, in how many files, and what was left out.
pub fn sentence(report: &LintReport) -> String {
    let parts: Vec<String> = [Severity::Error, Severity::Warning, Severity::Info]
        .into_iter()
        .filter_map(|severity| counted(report.count(severity), noun(severity)))
        .collect();
    let found = if parts.is_empty() { "no findings".to_owned() } else { parts.join(", ") };
    let mut text = format!("{found} in {}", number(report.files, "file"));
    let suppressed = report.findings.len() - report.active().count();
    if suppressed > 0 {
        text = format!("{text}; {suppressed} suppressed");
    }
    if let Some(problems) = counted(report.problems.len(), "file") {
        text = format!("{text}; {problems} not checked");
    }
    if let Some(references) = counted(not_checked::count(report), "reference") {
        text = format!("{text}; {references} not looked up");
    }
    text
}

fn noun(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    }
}

fn counted(count: usize, noun: &str) -> Option<String> {
    (count > 0).then(|| number(count, noun))
}

/// Writes a count with its noun: `1 error`, `2 errors`, `3 repositories`.
pub fn number(count: usize, noun: &str) -> String {
    match noun.strip_suffix("ry") {
        _ if count == 1 => format!("{count} {noun}"),
        Some(stem) => format!("{count} {stem}ries"),
        None => format!("{count} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::{NotChecked, Problem};
    use crate::outputs::formats::samples;

    #[test]
    fn what_there_is_none_of_is_not_mentioned() {
        let clean = LintReport { files: 12, ..LintReport::default() };
        assert_eq!(sentence(&clean), "no findings in 12 files");
        let problems = vec![Problem { path: "a".to_owned(), message: "b".to_owned() }];
        let report = LintReport { problems, ..samples::report() };
        assert_eq!(sentence(&report), "1 error, 2 warnings in 1 file; 1 suppressed; 1 file not checked");
        let entry = |uses: Option<&str>| NotChecked {
            rules: vec!["action-not-found"],
            uses: uses.map(str::to_owned),
            reason: "spent".to_owned(),
        };
        let report =
            LintReport { files: 1, not_checked: vec![entry(Some("a/b@v1")), entry(None)], ..LintReport::default() };
        assert_eq!(sentence(&report), "no findings in 1 file; 1 reference not looked up");
    }
}
