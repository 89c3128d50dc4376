//! What the tables hold already of a repository's runs.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::model::history::{History, TableId};

/// A repository's runs in the tables.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// By run and attempt: whether everything about it is there.
    attempts: BTreeMap<(u64, u32), Fullness>,
    /// The runs by the start of their first known attempt, oldest first.
    starts: Vec<(Timestamp, u64)>,
}

/// Whether everything about an attempt is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fullness {
    Whole,
    Partial,
}

impl Known {
    /// Looks through the tables. An attempt is known whole when it has ended and each of its jobs
    /// has a row.
    pub fn new(history: &History, repository: &str) -> Self {
        let mut jobs: BTreeMap<(i64, i64), i64> = BTreeMap::new();
        let key = |row: &crate::model::history::Row| row.integer("run_id").zip(row.integer("run_attempt"));
        for key in history.rows(TableId::BuildMetrics).iter().filter_map(key) {
            *jobs.entry(key).or_default() += 1;
        }
        let mut known = Self::default();
        let mut starts: BTreeMap<u64, Timestamp> = BTreeMap::new();
        for row in history.rows(TableId::RunMetrics).iter().filter(|row| row.text("repository") == repository) {
            let Some(key) = key(row) else { continue };
            let (Ok(run), Ok(attempt)) = (u64::try_from(key.0), u32::try_from(key.1)) else { continue };
            let found = jobs.get(&key).copied().unwrap_or(0);
            let whole = row.is_finished() && row.integer("jobs").is_some_and(|count| count <= found);
            known.attempts.insert((run, attempt), if whole { Fullness::Whole } else { Fullness::Partial });
            if let Some(at) = row.at() {
                let start = starts.entry(run).or_insert(at);
                *start = at.min(*start);
            }
        }
        known.starts = starts.into_iter().map(|(run, at)| (at, run)).collect();
        known.starts.sort_unstable();
        known
    }

    /// Returns when the newest run began.
    pub fn newest(&self) -> Option<Timestamp> {
        self.starts.last().map(|(at, _)| *at)
    }

    /// Takes some runs for not known: their logs are not.
    pub fn doubt(&mut self, runs: &BTreeSet<u64>) {
        let doubted = self.attempts.iter_mut().filter(|((run, _), _)| runs.contains(run));
        doubted.for_each(|(_, fullness)| *fullness = Fullness::Partial);
    }

    /// Returns how many attempts of runs the tables have.
    pub fn len(&self) -> usize {
        self.attempts.len()
    }

    /// Tells whether the tables have none.
    pub fn is_empty(&self) -> bool {
        self.attempts.is_empty()
    }

    /// Tells whether everything about an attempt is known, so that it is never read again.
    pub(super) fn is_whole(&self, run: u64, attempt: u32) -> bool {
        self.attempts.get(&(run, attempt)) == Some(&Fullness::Whole)
    }

    /// Tells whether everything about a run's attempts up to this one is known.
    pub(super) fn is_whole_until(&self, run: u64, attempt: u32) -> bool {
        (1..=attempt).all(|attempt| self.is_whole(run, attempt))
    }

    /// Returns the runs since a moment that none of `but` names, oldest first, and of each whether
    /// the tables have something unfinished of it.
    pub(super) fn since(&self, moment: Timestamp, but: impl Fn(u64) -> bool) -> Vec<(Timestamp, bool)> {
        let recent = self.starts.iter().filter(|(at, run)| *at >= moment && !but(*run));
        let unfinished = |run: u64| {
            self.attempts.range((run, 0)..=(run, u32::MAX)).any(|(_, fullness)| *fullness == Fullness::Partial)
        };
        recent.map(|(at, run)| (*at, unfinished(*run))).collect()
    }
}
