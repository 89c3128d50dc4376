//! Levels that people accepted: what a series was like before is no baseline any more.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::model::history::History;

use super::series::{Point, PointKey, Series, collect};
use super::settings::{Accepted, Mark};

/// All accepted levels, held against the tables.
pub(super) struct Acceptance<'config> {
    /// By series, where the latest accepted level begins.
    levels: BTreeMap<String, Level<'config>>,
    /// What no value fits.
    unmatched: Vec<&'config Accepted>,
}

/// Where the accepted level of one series begins.
#[derive(Clone)]
pub(super) struct Level<'config> {
    start: Option<Timestamp>,
    /// The value that still has the old level, where the mark names one.
    left_out: Option<PointKey>,
    accepted: &'config Accepted,
}

impl<'config> Acceptance<'config> {
    pub(super) fn new(accepted: &'config [Accepted], history: &History) -> Self {
        let mut levels: BTreeMap<String, Level<'config>> = BTreeMap::new();
        let mut unmatched = Vec::new();
        for accepted in accepted {
            let series = accepted.metrics.iter().flat_map(|metric| collect(metric, &accepted.selector, history));
            let found: Vec<(String, Level<'config>)> =
                series.filter_map(|series| Some((series.name.clone(), Level::new(accepted, &series)?))).collect();
            if found.is_empty() {
                unmatched.push(accepted);
            }
            let later = found
                .into_iter()
                .filter(|(name, level)| levels.get(name).is_none_or(|known| known.start < level.start));
            let later: Vec<(String, Level<'config>)> = later.collect();
            levels.extend(later);
        }
        Self { levels, unmatched }
    }

    /// Returns the level that is accepted of a series.
    pub(super) fn of(&self, series: &Series) -> Option<Level<'config>> {
        self.levels.get(&series.name).cloned()
    }

    /// Says which accepted levels have no effect.
    pub(super) fn remarks(&self) -> Vec<String> {
        let remark = |accepted: &&Accepted| {
            let place = match accepted.origin.position {
                Some(position) => format!("{}:{}:{}", accepted.origin.file, position.line, position.column),
                None => accepted.origin.file.clone(),
            };
            format!("{place}: the accepted level of {} {} fits no value", accepted.selector, words(&accepted.mark))
        };
        self.unmatched.iter().map(remark).collect()
    }
}

impl<'config> Level<'config> {
    /// Finds where the level begins; `None` where no value has the commit, or none is that late.
    fn new(accepted: &'config Accepted, series: &Series) -> Option<Self> {
        let of_commit = |hash: &str| {
            let hash = hash.to_owned();
            move |point: &&Point| point.commit.starts_with(&hash)
        };
        let (start, left_out) = match &accepted.mark {
            Mark::Since(commit) => (series.points.iter().find(of_commit(commit))?.at, None),
            Mark::After(commit) => {
                let last = series.points.iter().rfind(of_commit(commit))?;
                (last.at, Some(last.key.clone()))
            }
            Mark::From(time) => {
                series.points.iter().find(|point| point.at >= Some(*time))?;
                (Some(*time), None)
            }
        };
        Some(Self { start, left_out, accepted })
    }

    /// Tells whether a value is of the accepted level.
    pub(super) fn covers(&self, point: &Point) -> bool {
        point.at >= self.start && self.left_out.as_ref() != Some(&point.key)
    }

    /// Says since when, and why.
    pub(super) fn words(&self) -> String {
        format!("{}: {}", words(&self.accepted.mark), self.accepted.reason)
    }
}

fn words(mark: &Mark) -> String {
    match mark {
        Mark::Since(commit) => format!("since {commit}"),
        Mark::After(commit) => format!("after {commit}"),
        Mark::From(time) => format!("since {time}"),
    }
}
