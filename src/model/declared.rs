//! What a repository says about the world around it, where no file shows it and no table knows it.

use std::collections::{BTreeMap, BTreeSet};

use super::interface::ActionInterface;
use super::pattern::matches;
use super::uses_policy::UsesPolicy;
use super::workflow::RepositoryReference;

/// What a repository says about the world around it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declared {
    /// The labels of its runners, in lower case; `*` stands for anything and `?` for a character.
    pub runner_labels: Vec<String>,
    /// The names of all configuration variables, in capitals; `None` where nothing is said.
    pub variables: Option<BTreeSet<String>>,
    /// The names of all secrets, in capitals; `None` where nothing is said.
    pub secrets: Option<BTreeSet<String>>,
    /// Events that GitHub takes beside those that are known.
    pub events: BTreeSet<String>,
    /// Permission scopes that GitHub takes beside those that are known.
    pub permissions: BTreeSet<String>,
    /// What actions take and give, by `owner/repository[/path]` in lower case, and by the reference
    /// behind `@`; an empty one stands for all others.
    pub actions: BTreeMap<String, BTreeMap<String, ActionInterface>>,
    /// Which actions, workflows and images may be used.
    pub uses: UsesPolicy,
}

impl Declared {
    /// Tells whether a label is one of the repository's own runners.
    pub fn has_runner_label(&self, label: &str) -> bool {
        let label = label.to_lowercase();
        self.runner_labels.iter().any(|pattern| matches(pattern, &label))
    }

    /// Returns what an action takes and gives: at the very reference, at a release of the major
    /// version that is named, or at any.
    pub fn action(&self, reference: &RepositoryReference<'_>) -> Option<&ActionInterface> {
        if self.actions.is_empty() {
            return None;
        }
        let versions = self.actions.get(&reference.name().to_ascii_lowercase())?;
        let version = reference.reference.unwrap_or_default();
        let major = version.split('.').next().filter(|major| is_major(major)).unwrap_or_default();
        [version, major, ""].into_iter().find_map(|version| versions.get(version))
    }
}

fn is_major(version: &str) -> bool {
    let digits = version.strip_prefix('v').unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::workflow::ActionReference;

    #[test]
    fn labels_are_patterns() {
        let labels = |patterns: &[&str]| Declared {
            runner_labels: patterns.iter().map(|pattern| (*pattern).to_owned()).collect(),
            ..Declared::default()
        };
        let declared = labels(&["gpu", "linux-*-large", "pool-?"]);
        for label in ["gpu", "GPU", "linux-x64-large", "linux--large", "pool-1", "pool-ü"] {
            assert!(declared.has_runner_label(label), "{label}");
        }
        for label in ["gpus", "linux-large", "pool-12", "pool-", ""] {
            assert!(!declared.has_runner_label(label), "{label}");
            assert!(labels(&["*"]).has_runner_label(label), "{label}");
        }
    }

    #[test]
    fn an_action_is_found_at_its_reference_its_major_version_or_at_all() {
        let interface = |name: &str| ActionInterface { name: name.to_owned(), ..ActionInterface::default() };
        let versions = ["", "main", "v2"].map(|version| (version.to_owned(), interface(version)));
        let actions = BTreeMap::from([("octo/deploy/fast".to_owned(), BTreeMap::from(versions))]);
        let declared = Declared { actions, ..Declared::default() };
        let found = |uses: &str| {
            let ActionReference::Repository(reference) = ActionReference::parse(uses) else { panic!("{uses}") };
            declared.action(&reference).map(|interface| interface.name.clone())
        };
        for (uses, expected) in [
            ("Octo/Deploy/fast@main", Some("main")),
            ("octo/deploy/fast@v2", Some("v2")),
            ("octo/deploy/fast@v2.1.0", Some("v2")),
            ("octo/deploy/fast@v3", Some("")),
            ("octo/deploy/fast@2.1", Some("")),
            ("octo/deploy@v2", None),
        ] {
            assert_eq!(found(uses).as_deref(), expected, "{uses}");
        }
    }
}
