//! Which actions, workflows and images a repository may use, and how firmly they have to be named.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::finding::{UnknownWord, words};
use super::pattern::matches;

/// What a repository says about the actions, workflows and images that it uses, by patterns of the value of
/// `uses` in lower case, in which `*` stands for anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UsesPolicy {
    /// What may be used; anything, if it is empty.
    pub allow: Vec<String>,
    /// What may not.
    pub deny: Vec<String>,
    /// What every workflow has to use.
    pub required: Vec<String>,
    /// How firmly it has to be named.
    pub pins: BTreeMap<String, Pin>,
}

/// How firmly an action has to be named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pin {
    /// By a commit.
    Commit,
    /// By a tag, a branch or a commit.
    Reference,
    /// In any way.
    Nothing,
}

words!(Pin { "commit" => Self::Commit, "reference" => Self::Reference, "nothing" => Self::Nothing });

impl UsesPolicy {
    /// Returns the pattern by which something may not be used.
    pub fn denying(&self, uses: &str) -> Option<&str> {
        self.deny.iter().map(String::as_str).find(|pattern| covers(pattern, uses))
    }

    /// Tells whether something is among what may be used.
    pub fn is_allowed(&self, uses: &str) -> bool {
        self.allow.is_empty() || self.allow.iter().any(|pattern| covers(pattern, uses))
    }

    /// Returns how firmly something has to be named: the longest pattern counts.
    pub fn pin(&self, uses: &str) -> Pin {
        let meant = self.pins.iter().filter(|(pattern, _)| covers(pattern, uses));
        meant.max_by_key(|(pattern, _)| pattern.len()).map_or(Pin::Commit, |(_, pin)| *pin)
    }
}

/// Tells whether a pattern covers the value of `uses`: as it is, or without what stands behind `@`.
pub fn covers(pattern: &str, uses: &str) -> bool {
    let uses = uses.trim().to_lowercase();
    let name = uses.split('@').next().unwrap_or_default();
    matches(pattern, &uses) || matches(pattern, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_go_by_names_and_references() {
        let patterns = |patterns: &[&str]| patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
        let pins = [("octo/*", Pin::Nothing), ("octo/deploy", Pin::Reference), ("*", Pin::Commit)];
        let pins = pins.map(|(pattern, pin)| (pattern.to_owned(), pin));
        let policy = UsesPolicy {
            allow: patterns(&["actions/*", "octo/deploy@v1"]),
            deny: patterns(&["actions/cache"]),
            pins: BTreeMap::from(pins),
            required: Vec::new(),
        };
        assert!(policy.is_allowed("Actions/checkout@v4") && policy.is_allowed("octo/deploy@v1"));
        assert!(!policy.is_allowed("octo/deploy@v2") && !policy.is_allowed("other/actions@v1"));
        assert_eq!(policy.denying("actions/cache@v4"), Some("actions/cache"));
        assert_eq!(policy.denying("actions/cache/restore@v4"), None);
        assert_eq!((policy.pin("octo/x@v1"), policy.pin("octo/deploy@v1")), (Pin::Nothing, Pin::Reference));
        assert_eq!((policy.pin("actions/x@v1"), UsesPolicy::default().pin("octo/x@v1")), (Pin::Commit, Pin::Commit));
        assert!(UsesPolicy::default().is_allowed("anything"));
    }
}
