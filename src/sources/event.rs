//! Reads the event that started a workflow, from the file that `GITHUB_EVENT_PATH` names.

use std::path::Path;

use serde::Deserialize;

use super::repository;

#[derive(Deserialize)]
struct Event {
    repository: Option<Repository>,
}

#[derive(Deserialize)]
struct Repository {
    default_branch: Option<String>,
}

/// Returns the repository's default branch as the event tells it; `None` where the file cannot be
/// read or does not say, since every caller has something else to go by.
pub fn default_branch(path: &Path) -> Option<String> {
    let text = repository::read(path).ok()?;
    let event: Event = serde_json::from_str(&text).ok()?;
    event.repository?.default_branch.filter(|branch| !branch.is_empty())
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
