//! What only GitHub's API knows about a repository. `None` stands for what may not be read, or was
//! not asked: it is no answer, neither yes nor no.

use super::branch_rules::BranchRules;

/// What GitHub knows about a repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Platform {
    /// What protects the default branch.
    pub branch: Option<BranchRules>,
    /// The environments.
    pub environments: Option<Vec<Environment>>,
    /// Whether pushes of secrets are refused.
    pub push_protection: Option<bool>,
    /// Whether secrets in the repository are looked for.
    pub secret_scanning: Option<bool>,
    /// Whether code scanning runs by its default setup.
    pub code_scanning: Option<bool>,
    /// Whether alerts about vulnerable dependencies are made.
    pub dependency_alerts: Option<bool>,
    /// The latest releases, newest first.
    pub releases: Option<Vec<Release>>,
    /// The environments that something was deployed to lately, each once, newest first.
    pub deployed_to: Option<Vec<String>>,
}

/// An environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// The name.
    pub name: String,
    /// Whether somebody has to agree before a job gets it.
    pub reviewed: bool,
    /// Whether a job waits before it gets it.
    pub waits: bool,
}

/// A release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// The tag.
    pub tag: String,
    /// Whether it has notes.
    pub has_notes: bool,
}

impl Platform {
    /// Finds an environment by its name, without regard to case as GitHub does.
    pub fn environment(&self, name: &str) -> Option<&Environment> {
        let mut all = self.environments.iter().flatten();
        all.find(|environment| environment.name.eq_ignore_ascii_case(name))
    }
}
