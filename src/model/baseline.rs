//! The baseline: findings that were there before and shall not count.

use std::collections::BTreeSet;

use super::finding::Finding;

/// The findings that were there before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// The findings, in order.
    pub entries: BTreeSet<Entry>,
}

/// A finding as the baseline knows it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The path of the file, relative to the repository's root.
    pub path: String,
    /// The rule's id.
    pub rule: String,
    /// What stays the same when lines move. Of equal findings in a file each has another one.
    pub fingerprint: String,
}

impl Baseline {
    /// Takes findings down.
    pub fn of<'finding>(findings: impl Iterator<Item = &'finding Finding>) -> Self {
        let entry = |finding: &Finding| Entry {
            path: finding.region.path.clone(),
            rule: finding.rule.to_owned(),
            fingerprint: finding.fingerprint.clone(),
        };
        Self { entries: findings.map(entry).collect() }
    }
}
