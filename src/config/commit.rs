//! The section `commit`.

use std::path::PathBuf;

use super::section::Value;
use crate::gates::Gate;
use crate::gates::quantity::Quantity;
use crate::gates::selector::Selector;
use crate::model::unit::Unit;
use crate::model::verdict::{OnNoData, Origin};

/// Whether and how tables are committed.
#[derive(Clone, Debug)]
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
    /// How many months of rows before the present one are kept; all of them if `None`.
    pub retention: Option<u16>,
    /// What badges show, and where they are put, relative to the repository's root.
    pub badges: Vec<Badge>,
}

/// A badge of a metric.
#[derive(Clone, Debug)]
pub struct Badge {
    /// A gate without bounds on what it shows.
    pub gate: Gate,
    /// What stands on its left.
    pub label: String,
    /// The file, relative to the repository's root.
    pub path: PathBuf,
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
            retention: None,
            badges: Vec::new(),
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
    let known = &[
        "allowed",
        "branch",
        "message",
        "skip_ci",
        "reports",
        "badges",
        "files",
        "squash",
        "budget",
        "retention_months",
    ];
    let section = value.section(known);
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
    section.set("retention_months", &mut commit.retention, |value| Some(u16::try_from(value.whole(1, 1200)?).ok()));
    section.set("badges", &mut commit.badges, |value| Some(badges(value)));
    commit
}

fn paths(value: Value<'_>) -> Vec<PathBuf> {
    value.texts().into_iter().map(PathBuf::from).collect()
}

/// Reads badges, each with its metric and its file.
fn badges(value: Value<'_>) -> Vec<Badge> {
    let badge = |value: Value<'_>| {
        let section = value.section(&["metric", "file", "label"]);
        let (Some(metric), Some(path)) = (section.get("metric"), section.get("file")) else {
            value.wrong("a badge needs a `metric`, such as `build.duration_s`, and a `file`");
            return None;
        };
        let origin = Origin { file: value.file().to_owned(), position: Some(value.position()) };
        let gate = Gate::new(metric.parse(Selector::parse)?, OnNoData::Pass, origin);
        let label = section.get("label").and_then(filled).unwrap_or_else(|| gate.selector.to_string());
        let file = PathBuf::from(path.text()?);
        if file.extension().is_none_or(|extension| extension != "svg") {
            path.wrong(format!("a badge is an SVG file, so its name ends with .svg, unlike `{}`", file.display()));
            return None;
        }
        Some(Badge { gate, label, path: file })
    };
    value.items().into_iter().filter_map(badge).collect()
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
