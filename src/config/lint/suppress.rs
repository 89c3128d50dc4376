//! Findings that are switched off by rule, path and message.

use super::{globs, rule_names};
use crate::config::section::Value;
use crate::model::place::Position;

/// Findings that are switched off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppress {
    /// The rules or groups; all, where there is none.
    pub rules: Vec<String>,
    /// Globs of paths, relative to the repository's root; all, where there is none.
    pub paths: Vec<String>,
    /// What the message must hold.
    pub message: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Where it is written.
    pub place: Written,
}

/// Where something is written in the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The file as people name it.
    pub file: String,
    /// The place.
    pub position: Position,
    /// The text of the line.
    pub line: String,
}

pub(super) fn read(value: Value<'_>) -> Vec<Suppress> {
    value.items().into_iter().map(suppress).collect()
}

fn suppress(value: Value<'_>) -> Suppress {
    let section = value.section(&["rules", "paths", "message", "reason"]);
    let mut suppress = Suppress {
        rules: Vec::new(),
        paths: Vec::new(),
        message: None,
        reason: None,
        place: Written { file: value.file().to_owned(), position: value.position(), line: value.line().to_owned() },
    };
    section.set("rules", &mut suppress.rules, |value| Some(rule_names(value)));
    section.set("paths", &mut suppress.paths, |value| Some(globs(value)));
    section.set("message", &mut suppress.message, |value| value.text().map(Some));
    section.set("reason", &mut suppress.reason, |value| value.text().map(Some));
    if ["rules", "paths", "message"].iter().all(|key| section.get(key).is_none()) {
        value.wrong("a suppression needs `rules`, `paths` or `message`: this one would switch everything off");
    }
    suppress
}
