//! The section `commit`.

use super::section::Value;

/// Whether and how tables are committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Whether `plimsoll run` may commit.
    pub permission: Permission,
    /// The branch to commit to.
    pub branch: String,
    /// The commit's message.
    pub message: String,
}

/// Whether something may be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// It may.
    Granted,
    /// It may not.
    Refused,
}

impl Default for Commit {
    fn default() -> Self {
        Self { permission: Permission::Refused, branch: "metrics".to_owned(), message: "Update CI metrics".to_owned() }
    }
}

pub(super) fn read(value: Value<'_>) -> Commit {
    let section = value.section(&["allowed", "branch", "message"]);
    let mut commit = Commit::default();
    section.set("allowed", &mut commit.permission, |value| {
        value.boolean().map(|allowed| if allowed { Permission::Granted } else { Permission::Refused })
    });
    section.set("branch", &mut commit.branch, filled);
    section.set("message", &mut commit.message, filled);
    commit
}

fn filled(value: Value<'_>) -> Option<String> {
    let text = value.text()?;
    if text.trim().is_empty() {
        value.wrong("a text was expected, not an empty one");
        return None;
    }
    Some(text)
}
