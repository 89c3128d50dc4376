//! What earlier collections looked at, in a file beside the tables.
//!
//! The tables say which attempts are known whole, and that alone is enough to go on from: the file
//! only saves requests. It holds which stretches of time were looked through, the marks of first
//! pages, and the runs that could not be read. A file that cannot be read counts as empty, and
//! so does one that belongs to tables with more rows than there are.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Filter;
use crate::sources::repository;

/// The file's name, in the folder of the tables.
pub const STATE_FILE: &str = "collect-state.json";

/// The form of the file; any other is not read.
const VERSION: u8 = 1;

/// What was looked at of all repositories.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    version: u8,
    repositories: BTreeMap<String, Seen>,
}

/// What was looked at of one repository.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// How many runs the tables had then.
    pub(super) runs: usize,
    /// Runs that could not be read.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) unread: BTreeSet<u64>,
    /// What was looked at of each search.
    #[serde(default)]
    pub(super) searches: BTreeMap<String, Search>,
}

/// What was looked at of one search.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Search {
    /// The mark of the first page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) etag: Option<String>,
    /// The stretches that were looked through, newest first; none touches another.
    #[serde(default)]
    pub(super) stretches: Vec<Stretch>,
}

/// A stretch of time whose runs are all known, whole or as unfinished or unread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stretch {
    /// When its oldest run was made.
    pub(super) from: Timestamp,
    /// When its newest run was made.
    pub(super) until: Timestamp,
    /// How many runs it has at least.
    pub(super) runs: usize,
    /// Whether nothing is older.
    #[serde(default)]
    pub(super) is_last: bool,
}

impl State {
    /// Reads the file, which may not be there.
    pub fn read(folder: &Path) -> Self {
        let text = repository::read(&folder.join(STATE_FILE)).unwrap_or_default();
        serde_json::from_str(&text).ok().filter(|state: &Self| state.version == VERSION).unwrap_or_default()
    }

    /// Returns what the file holds.
    pub fn to_text(&self) -> String {
        let text = serde_json::to_string_pretty(&Self { version: VERSION, ..self.clone() });
        text.map(|text| text + "\n").unwrap_or_default()
    }

    /// Returns what was looked at of a repository of which the tables have so many runs.
    pub fn of(&self, repository: &str, runs: usize) -> Seen {
        self.repositories.get(repository).filter(|seen| seen.runs <= runs).cloned().unwrap_or_default()
    }

    /// Keeps what was looked at of a repository of which the tables have so many runs.
    pub fn keep(&mut self, repository: &str, seen: &Seen, runs: usize) {
        self.repositories.insert(repository.to_owned(), Seen { runs, ..seen.clone() });
    }
}

impl Seen {
    /// Returns the runs that could not be read, or not whole.
    pub fn unread(&self) -> &BTreeSet<u64> {
        &self.unread
    }

    /// Returns when the newest run was made of those below which nothing is missing: of the last collection, or
    /// where it ended before it met the one before, of that.
    pub fn last(&self, filter: &Filter) -> Option<Timestamp> {
        let search = self.searches.get(&filter.name())?;
        search.stretches.iter().take(2).next_back().map(|stretch| stretch.until)
    }

    /// Returns what was looked at of a search.
    pub(super) fn search(&self, name: &str) -> Search {
        self.searches.get(name).cloned().unwrap_or_default()
    }

    /// Keeps what was looked at of a search.
    pub(super) fn keep_search(&mut self, name: &str, search: Search) {
        if search != Search::default() {
            self.searches.insert(name.to_owned(), search);
        }
    }
}

impl Stretch {
    /// Tells whether a moment is in it.
    pub(super) fn has(&self, at: Timestamp) -> bool {
        self.from <= at && at <= self.until
    }
}

impl Search {
    /// Returns the stretch with the newest runs.
    pub(super) fn newest(&self) -> Option<&Stretch> {
        self.stretches.first()
    }

    /// Returns the stretch that a moment is in.
    pub(super) fn around(&self, at: Timestamp) -> Option<&Stretch> {
        self.stretches.iter().find(|stretch| stretch.has(at))
    }

    /// Takes in that everything between two moments is known; a run was made at the older one.
    pub(super) fn reach(&mut self, at: Timestamp, until: Timestamp) {
        let known = self.around(at).is_some();
        self.join(Stretch { from: at, until: until.max(at), runs: usize::from(!known), is_last: false });
    }

    /// Takes in that there is no run between two moments, but for the newer one.
    pub(super) fn reach_empty(&mut self, from: Timestamp, until: Timestamp) {
        self.join(Stretch { from: from.min(until), until, runs: 0, is_last: false });
    }

    /// Takes in that nothing is older than what is known.
    pub(super) fn end(&mut self) {
        if let Some(oldest) = self.stretches.last_mut() {
            oldest.is_last = true;
        }
    }

    fn join(&mut self, mut joined: Stretch) {
        self.stretches.retain(|stretch| {
            let apart = stretch.until < joined.from || joined.until < stretch.from;
            if !apart {
                joined.from = joined.from.min(stretch.from);
                joined.until = joined.until.max(stretch.until);
                joined.runs += stretch.runs;
                joined.is_last |= stretch.is_last;
            }
            apart
        });
        self.stretches.push(joined);
        self.stretches.sort_by_key(|stretch| std::cmp::Reverse(stretch.until));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn stretches(search: &Search) -> Vec<(i64, i64, usize, bool)> {
        let of =
            |stretch: &Stretch| (stretch.from.as_second(), stretch.until.as_second(), stretch.runs, stretch.is_last);
        search.stretches.iter().map(of).collect()
    }

    #[test]
    fn stretches_grow_and_join() {
        let mut search = Search::default();
        for run in [100, 90, 80] {
            search.reach(at(run), at(100));
        }
        assert_eq!(stretches(&search), [(80, 100, 3, false)]);
        // Newer runs with a gap between, which a collection that was stopped leaves.
        search.reach(at(200), at(200));
        search.reach(at(150), at(200));
        assert_eq!(stretches(&search), [(150, 200, 2, false), (80, 100, 3, false)]);
        // The gap closes: the run at 100 is known already.
        search.reach(at(120), at(200));
        search.reach(at(100), at(200));
        assert_eq!(stretches(&search), [(80, 200, 6, false)]);
        search.reach_empty(at(10), at(80));
        search.end();
        assert_eq!(stretches(&search), [(10, 200, 6, true)]);
        assert!(search.around(at(9)).is_none() && search.around(at(10)).is_some());
    }

    #[test]
    fn what_is_kept_comes_back_unless_the_tables_are_gone() {
        let folder = tempfile::TempDir::new().unwrap();
        let (mut state, mut seen) = (State::default(), Seen::default());
        seen.unread.insert(7);
        seen.keep_search("", Search { etag: Some("W/\"1\"".to_owned()), stretches: Vec::new() });
        state.keep("o/n", &seen, 5);
        assert_eq!(State::read(folder.path()), State::default());
        #[expect(clippy::disallowed_methods, reason = "tests write files")]
        let write = |text: &str| std::fs::write(folder.path().join(STATE_FILE), text).unwrap();
        write(&state.to_text());
        let back = State::read(folder.path());
        assert_eq!(back.of("o/n", 5).unread, seen.unread);
        assert_eq!(back.of("o/n", 9).search("").etag.as_deref(), Some("W/\"1\""));
        assert_eq!(back.of("o/n", 4), Seen::default(), "rows were taken out of the tables");
        assert_eq!(back.of("o/other", 9), Seen::default());
        for damaged in ["", "{", "{\"version\":2,\"repositories\":{}}", "[]"] {
            write(damaged);
            assert_eq!(State::read(folder.path()), State::default(), "{damaged}");
        }
    }
}
