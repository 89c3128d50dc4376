//! Reads the event that started a workflow, from the file that `GITHUB_EVENT_PATH` names.

use std::path::Path;

use serde::Deserialize;

use super::repository;

/// What an event tells, as far as it is of use. Every part may be missing: events differ.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Event {
    /// The repository.
    pub repository: Option<Repository>,
    /// The pull request it is about.
    pub pull_request: Option<PullRequest>,
    /// The run that has ended, or that was asked for.
    pub workflow_run: Option<TriggeringRun>,
}

/// A repository of an event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Repository {
    /// `OWNER/NAME`.
    pub full_name: Option<String>,
    /// The default branch.
    pub default_branch: Option<String>,
}

/// A pull request of an event.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct PullRequest {
    /// Its number.
    pub number: u64,
    /// What is to be merged.
    pub head: Head,
}

/// What is to be merged by a pull request.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Head {
    /// The commit, which is not the one that the workflow runs on: that is the merge.
    pub sha: String,
    /// Where it comes from; nothing where that was deleted.
    pub repo: Option<Repository>,
}

/// The run behind the event `workflow_run`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct TriggeringRun {
    /// Its id.
    pub id: u64,
    /// Which attempt of it.
    #[serde(default)]
    pub run_attempt: u64,
    /// What had started it.
    #[serde(default)]
    pub event: String,
    /// The commit.
    #[serde(default)]
    pub head_sha: String,
    /// The branch.
    pub head_branch: Option<String>,
    /// Where that is.
    pub head_repository: Option<Repository>,
}

/// Reads the event; `None` where the file cannot be read, since every caller has something else to go by.
pub fn read(path: &Path) -> Option<Event> {
    let text = repository::read(path).ok()?;
    serde_json::from_str(&text).ok()
}

/// Returns the repository's default branch as the event tells it; `None` where it does not say.
pub fn default_branch(path: &Path) -> Option<String> {
    read(path)?.repository?.default_branch.filter(|branch| !branch.is_empty())
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the tests look at files themselves")]
mod tests {
    use super::*;

    #[test]
    fn the_default_branch_is_told_or_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("event.json");
        for (text, expected) in [
            ("{\"repository\": {\"default_branch\": \"trunk\", \"id\": 1}}", Some("trunk")),
            ("{\"repository\": {}}", None),
            ("{\"schedule\": \"0 3 * * *\"}", None),
            ("no json", None),
        ] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(default_branch(&path).as_deref(), expected, "{text}");
        }
        assert_eq!(default_branch(&folder.path().join("nothing")), None);
    }
}
