//! What the rules that ask GitHub did not check, put together by its reason.

use std::collections::BTreeMap;

use crate::model::finding::LintReport;

/// How many references are named; the rest is counted.
const NAMED: usize = 10;

/// Lists what was not checked, each with the reason: rules where nothing was asked, and the
/// references where answers are missing.
pub fn listed(report: &LintReport) -> Vec<(String, String)> {
    offline(report).into_iter().chain(missing(report)).collect()
}

/// Says which rules checked nothing, since GitHub was not asked at all.
pub fn offline(report: &LintReport) -> Option<(String, String)> {
    let entry = report.not_checked.iter().find(|entry| entry.uses.is_none())?;
    Some((entry.rules.join(", "), format!("{}; `--online` asks GitHub", entry.reason)))
}

/// Lists the references that GitHub gave no answer about.
pub fn missing(report: &LintReport) -> Vec<(String, String)> {
    let mut by_reason: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for entry in &report.not_checked {
        if let Some(uses) = &entry.uses {
            by_reason.entry(&entry.reason).or_default().push(uses);
        }
    }
    let line = |(reason, uses): (&str, Vec<&str>)| {
        let more = uses.len().saturating_sub(NAMED);
        let named = uses.into_iter().take(NAMED).collect::<Vec<_>>().join(", ");
        let named = if more > 0 { format!("{named} and {more} more") } else { named };
        (named, reason.to_owned())
    };
    by_reason.into_iter().map(line).collect()
}

/// Counts the references that GitHub gave no answer about.
pub fn count(report: &LintReport) -> usize {
    report.not_checked.iter().filter(|entry| entry.uses.is_some()).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::NotChecked;

    fn entry(uses: Option<&str>, reason: &str) -> NotChecked {
        let rules = vec!["action-not-found", "ref-version-mismatch"];
        NotChecked { rules, uses: uses.map(str::to_owned), reason: reason.to_owned() }
    }

    fn text(pair: (&str, &str)) -> (String, String) {
        (pair.0.to_owned(), pair.1.to_owned())
    }

    #[test]
    fn references_stand_together_by_their_reason() {
        let not_checked =
            vec![entry(Some("a/b@v1"), "spent"), entry(Some("c/d@v1"), "no"), entry(Some("e/f@v1"), "spent")];
        let report = LintReport { not_checked, ..LintReport::default() };
        assert_eq!(listed(&report), [text(("c/d@v1", "no")), text(("a/b@v1, e/f@v1", "spent"))]);
        assert_eq!((count(&report), offline(&report)), (3, None));
    }

    #[test]
    fn rules_are_named_where_nothing_was_asked() {
        let report = LintReport { not_checked: vec![entry(None, "offline")], ..LintReport::default() };
        let rules = "action-not-found, ref-version-mismatch";
        assert_eq!(listed(&report), [text((rules, "offline; `--online` asks GitHub"))]);
        assert_eq!(count(&report), 0);
    }

    #[test]
    fn a_long_list_is_cut() {
        let not_checked = (0..12).map(|number| entry(Some(&format!("a/b@v{number}")), "spent")).collect();
        let report = LintReport { not_checked, ..LintReport::default() };
        assert!(listed(&report)[0].0.ends_with(", a/b@v9 and 2 more"), "{:?}", listed(&report));
    }
}
