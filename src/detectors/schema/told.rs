//! Which of several sets of keys a mapping has.

use super::mapping::is_merge;
use crate::knowledge::schema::{Kind, Kinds, ToldBy};
use crate::model::place::Span;
use crate::model::yaml::Entry;

/// The set of keys that a mapping is held to.
pub(super) struct Told {
    kinds: &'static Kinds,
    pub(super) kind: &'static Kind,
    /// The place of the key that decides for it, if a key does.
    pub(super) marker: Option<Span>,
}

impl Told {
    /// Finds another set that has a key, and tells whether the key decides for it.
    pub(super) fn other(&self, name: &str) -> Option<(&'static Kind, bool)> {
        let other = self.kinds.kinds.iter().find(|kind| kind.keys.find(name).is_some())?;
        let is_marker = !matches!(self.kinds.told_by, ToldBy::Value(_)) && other.markers.contains(&name);
        Some((other, is_marker))
    }

    pub(super) fn is_by_first_key(&self) -> bool {
        matches!(self.kinds.told_by, ToldBy::FirstKey)
    }
}

/// Chooses the set that a mapping is held to. Where keys decide for several, it is the one that leaves
/// least to say: one stray key makes no other thing of all the rest.
pub(super) fn told(entries: &[Entry], kinds: &'static Kinds) -> Option<Told> {
    let by_key = |entry: &Entry| Some((marked(kinds, &entry.key.value)?, Some(entry.key.span)));
    let all: Vec<(&'static Kind, Option<Span>)> = match kinds.told_by {
        ToldBy::FirstKey => entries.iter().filter_map(by_key).collect(),
        ToldBy::LastKey => entries.iter().rev().filter_map(by_key).collect(),
        ToldBy::Value(key) => {
            value(entries, key).and_then(|value| Some((marked(kinds, value)?, None))).into_iter().collect()
        }
    };
    let mut candidates: Vec<(&'static Kind, Option<Span>)> = Vec::new();
    for (kind, marker) in all {
        if candidates.iter().all(|(other, _)| !std::ptr::eq(*other, kind)) {
            candidates.push((kind, marker));
        }
    }
    // Of equals the first is taken.
    let least = match candidates.as_slice() {
        [one] => Some(*one),
        several => several.iter().copied().min_by_key(|(kind, _)| faults(entries, kind)),
    };
    let (kind, marker) = least.or(kinds.default.map(|kind| (kind, None)))?;
    Some(Told { kinds, kind, marker })
}

/// Counts the keys that a set must have and that are missing, and then those that it does not have: what is not there
/// at all was hardly meant.
fn faults(entries: &[Entry], kind: &Kind) -> (usize, usize) {
    let is_stray = |entry: &&Entry| !is_merge(entry) && kind.keys.find(&entry.key.value).is_none();
    let is_there = |name: &str| entries.iter().any(|entry| entry.key.value == name);
    let missing = kind.keys.keys.iter().filter(|key| key.missing.is_some() && !is_there(key.name)).count();
    (missing, entries.iter().filter(is_stray).count())
}

pub(super) fn value<'tree>(entries: &'tree [Entry], key: &str) -> Option<&'tree str> {
    let entry = entries.iter().find(|entry| entry.key.value == key)?;
    entry.value.text().map(|text| text.value.as_str())
}

fn marked(kinds: &'static Kinds, word: &str) -> Option<&'static Kind> {
    kinds.kinds.iter().copied().find(|kind| kind.markers.contains(&word))
}
