//! Runs from GitHub's API: every attempt with all its jobs.
//!
//! [`look`] finds which runs there are and which of them the tables lack, so that what reading
//! takes can be told before it is spent; [`read`] reads them newest first, hands them over in
//! batches, and stops where the budget ends or GitHub gives no more. What was handed over is never
//! asked for again, and what was not is found again by the next collection.

mod known;
mod reading;
mod search;
mod state;

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::runs::RecordError;
use crate::github::records::Run;
use crate::github::{Client, RequestError, Route, RouteError, Usage};
use crate::model::repository_name::RepositoryName;

pub use known::Known;
pub use reading::{Batch, Ending, Summary, read};
pub use state::{STATE_FILE, Seen, State};

use search::{Found, Searcher};
use state::Search;

/// Which runs are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// One run.
    One(u64),
    /// The newest of those that match.
    Newest(Filter),
}

/// What runs must match, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// No more than so many.
    pub limit: Option<usize>,
    /// Made at this time or later.
    pub since: Option<Timestamp>,
    /// Made at this time or earlier.
    pub until: Option<Timestamp>,
    /// Of this branch.
    pub branch: Option<String>,
    /// Of this workflow, by file name or id.
    pub workflow: Option<String>,
}

impl Filter {
    /// Names the search: what was looked at of one says nothing of another.
    fn name(&self) -> String {
        let part = |value: &Option<String>| value.clone().unwrap_or_default();
        format!("branch={}&workflow={}", part(&self.branch), part(&self.workflow))
    }
}

/// Runs that could not be read.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// A request failed.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// The workflow's name cannot stand in an address.
    #[error(transparent)]
    Route(#[from] RouteError),
    /// A record cannot be kept.
    #[error("GitHub's answer cannot be used: {0}")]
    Record(#[from] RecordError),
}

/// What is to be read, of whom, and for how much.
pub struct Task<'task> {
    /// The connection.
    pub client: &'task Client,
    /// The repository.
    pub repository: &'task RepositoryName,
    /// Which runs.
    pub selection: &'task Selection,
    /// What the tables hold already.
    pub known: &'task Known,
    /// How many requests may be spent.
    pub budget: &'task Budget,
    /// What else is read of a run.
    pub besides: Besides,
    /// The time now.
    pub now: Timestamp,
    /// Draws a number of at least 0 and less than 1.
    pub chance: &'task dyn Fn() -> f64,
}

/// What else is read of a run, beside its attempts and jobs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Besides {
    /// Its logs, which cost a request an attempt.
    pub logs: bool,
    /// Its artifacts, which cost a request for the list and one for each that is wanted.
    pub artifacts: bool,
}

/// How many requests may be spent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Budget {
    /// How many, if somebody said so.
    most: Option<usize>,
    /// How many were spent before.
    before: u32,
}

impl Budget {
    /// Lets so many requests be spent from now on. Without a number, a tenth of what the server
    /// grants is left to others who use the same token.
    pub fn new(most: Option<usize>, usage: Usage) -> Self {
        Self { most, before: usage.requests }
    }

    /// Returns how many may still be spent; nothing where there is no limit, or none is known.
    pub fn left(&self, usage: Usage) -> Option<usize> {
        let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let spent = count(usage.requests.saturating_sub(self.before).into());
        let set = self.most.map(|most| most.saturating_sub(spent));
        let granted = usage.limit.map(|limit| {
            let others = if self.most.is_some() { 0 } else { limit.limit.div_ceil(10) };
            count(limit.remaining.saturating_sub(others))
        });
        set.into_iter().chain(granted).min()
    }
}

/// What was found, and is to be read.
#[derive(Debug)]
pub struct Plan {
    /// Runs to read, and known ones between them, newest first.
    runs: Vec<Run>,
    /// Older runs that changed since they were read.
    changed: Vec<Run>,
    /// Runs that could not be read before, and are not there any more.
    gone: Vec<u64>,
    /// How many of both are to be read.
    to_read: usize,
    /// How many requests reading them takes at least.
    requests: usize,
    /// The search they are of.
    name: String,
    search: Search,
    found: Found,
    since: Option<Timestamp>,
    /// What stopped the looking.
    error: Option<RequestError>,
}

impl Plan {
    /// Returns how many runs are to be read.
    pub fn to_read(&self) -> usize {
        self.to_read
    }

    /// Returns how many requests reading them takes: one for every hundred jobs of a run, one
    /// for each earlier attempt that is not known, one for the logs of each, and one for the list of
    /// artifacts. That a run has more than a hundred jobs, or artifacts that are wanted, shows only when it is read.
    pub fn requests(&self) -> usize {
        self.requests
    }
}

/// Finds out what is to be read.
///
/// # Errors
/// Nothing could be found out at all. What fails later is kept in the plan, and told when what was
/// found is read.
pub fn look(task: &Task<'_>, seen: &Seen) -> Result<Plan, FetchError> {
    let filter = match task.selection {
        Selection::One(id) => {
            let run = task.client.get(&run_route(task.repository, *id))?;
            return Ok(plan(task, vec![run], Vec::new(), None));
        }
        Selection::Newest(filter) => filter,
    };
    let most = task.budget.left(task.client.usage()).unwrap_or(usize::MAX);
    let searcher = Searcher { client: task.client, repository: task.repository, filter, most, known: task.known };
    let search = seen.search(&filter.name());
    let mut found = searcher.newest(&search)?;
    if found.runs.is_empty()
        && let Some(error) = found.error.take()
    {
        return Err(error.into());
    }
    let mut error = found.error.take();
    let (mut changed, mut gone) = (Vec::new(), Vec::new());
    if error.is_none() {
        match older(&searcher, &found, seen, task) {
            Ok(older) => (changed, gone) = older,
            Err(FetchError::Request(failed)) => error = Some(failed),
            Err(other) => return Err(other),
        }
    }
    let runs = std::mem::take(&mut found.runs);
    let plan = plan(task, runs, changed, error);
    Ok(Plan { gone, name: filter.name(), search, found, since: filter.since, ..plan })
}

/// Finds older runs that are to be read, those that could not be read before and those that changed;
/// and which are not there any more.
fn older(
    searcher: &Searcher<'_>,
    found: &Found,
    seen: &Seen,
    task: &Task<'_>,
) -> Result<(Vec<Run>, Vec<u64>), FetchError> {
    let (mut runs, gone) = searcher.unread(&seen.unread)?;
    runs.extend(searcher.again(found, task.now, task.chance)?);
    let listed: BTreeSet<Option<u64>> = found.runs.iter().map(|run| run.id).collect();
    let mut once = BTreeSet::new();
    runs.retain(|run| !listed.contains(&run.id) && once.insert(run.id));
    Ok((runs, gone))
}

fn plan(task: &Task<'_>, runs: Vec<Run>, changed: Vec<Run>, error: Option<RequestError>) -> Plan {
    let costs =
        || runs.iter().chain(&changed).map(|run| reading::cost(run, task.known, task.besides)).filter(|cost| *cost > 0);
    let (to_read, requests) = (costs().count(), costs().sum());
    let (name, search, found) = (String::new(), Search::default(), Found::default());
    Plan { to_read, requests, runs, changed, gone: Vec::new(), name, search, found, since: None, error }
}

fn run_route(repository: &RepositoryName, id: u64) -> Route {
    Route::repository(repository).part("actions/runs").number(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::github::RateLimit;

    fn usage(requests: u32, limit: Option<(u64, u64)>) -> Usage {
        let limit = limit.map(|(limit, remaining)| RateLimit { limit, remaining, reset: Timestamp::MAX });
        Usage { requests, limit }
    }

    #[test]
    fn a_budget_leaves_a_tenth_to_others_unless_it_was_set() {
        let free = Budget::new(None, usage(7, None));
        assert_eq!(free.left(usage(9, None)), None);
        assert_eq!(free.left(usage(9, Some((1000, 900)))), Some(800));
        assert_eq!(free.left(usage(9, Some((1000, 99)))), Some(0));
        let set = Budget::new(Some(20), usage(7, None));
        assert_eq!(set.left(usage(17, None)), Some(10));
        assert_eq!(set.left(usage(99, Some((1000, 900)))), Some(0));
        assert_eq!(set.left(usage(8, Some((1000, 5)))), Some(5));
    }
}
