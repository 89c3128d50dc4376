//! The section `commit`.

use std::path::PathBuf;

use super::section::Value;
use crate::gates::quantity::Quantity;
use crate::model::unit::Unit;

/// Whether and how tables are committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Whether `plimsoll run` may commit.
    pub permission: Permission,
    /// The branch to commit to.
    pub branch: String,
    /// The commit's message.
    pub message: String,
    /// Whether the message keeps workflows from running.
    pub skip_ci: bool,
    /// Reports to make anew and commit, relative to the repository's root.
    pub reports: Vec<PathBuf>,
    /// Other files and folders to commit, relative to the repository's root.
    pub files: Vec<PathBuf>,
    /// Which commits become one.
    pub squash: Squashing,
    /// How many bytes of tables the branch is to hold at most.
    pub budget: u64,
}

/// Which commits become one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Squashing {
    /// None.
    #[default]
    Never,
    /// Those of a day.
    Daily,
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
        Self {
            permission: Permission::Refused,
            branch: "metrics".to_owned(),
            message: "Update CI metrics".to_owned(),
            skip_ci: false,
            reports: Vec::new(),
            files: Vec::new(),
            squash: Squashing::Never,
            budget: 200_000_000,
        }
    }
}

impl std::str::FromStr for Squashing {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "never" => Ok(Self::Never),
            "daily" => Ok(Self::Daily),
            _ => Err(()),
        }
    }
}

pub(super) fn read(value: Value<'_>) -> Commit {
    let section = value.section(&["allowed", "branch", "message", "skip_ci", "reports", "files", "squash", "budget"]);
    let mut commit = Commit::default();
    section.set("allowed", &mut commit.permission, |value| {
        value.boolean().map(|allowed| if allowed { Permission::Granted } else { Permission::Refused })
    });
    section.set("branch", &mut commit.branch, filled);
    section.set("message", &mut commit.message, filled);
    section.set("skip_ci", &mut commit.skip_ci, Value::boolean);
    section.set("reports", &mut commit.reports, |value| Some(paths(value)));
    section.set("files", &mut commit.files, |value| Some(paths(value)));
    section.set("squash", &mut commit.squash, |value| value.word(&["never", "daily"]));
    section.set("budget", &mut commit.budget, size);
    commit
}

fn paths(value: Value<'_>) -> Vec<PathBuf> {
    value.texts().into_iter().map(PathBuf::from).collect()
}

fn size(value: Value<'_>) -> Option<u64> {
    let bytes = value.parse(Quantity::parse)?.to_unit(Unit::Bytes).map_err(|wrong| value.wrong(wrong)).ok()?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sizes are not negative, and saturate")]
    let bytes = bytes as u64;
    Some(bytes)
}

fn filled(value: Value<'_>) -> Option<String> {
    let text = value.text()?;
    if text.trim().is_empty() {
        value.wrong("a text was expected, not an empty one");
        return None;
    }
    Some(text)
}
