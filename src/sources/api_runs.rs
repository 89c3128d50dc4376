//! Runs from GitHub's API: every attempt with all its jobs.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use jiff::Timestamp;

use super::runs::{self, RecordError};
use crate::github::records::{Answer, JobsPage, Run, RunsPage};
use crate::github::{Client, RequestError, Route, RouteError};
use crate::model::repository_name::RepositoryName;
use crate::model::run::Runs;

/// The most entries GitHub puts on a page.
const PAGE: &str = "100";

/// The most runs GitHub shows of a search.
const SEARCH: usize = 1000;

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
    /// Of this branch.
    pub branch: Option<String>,
    /// Of this workflow, by file name or id.
    pub workflow: Option<String>,
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

/// Reads the selected runs, their earlier attempts and all jobs, one request after the other.
///
/// # Errors
/// Any request that failed for good: half of a history would pass for the whole.
pub fn fetch(client: &Client, repository: &RepositoryName, selection: &Selection) -> Result<Runs, FetchError> {
    let selected = match selection {
        Selection::One(id) => vec![client.get(&run_route(repository, *id))?],
        Selection::Newest(filter) => newest(client, repository, filter)?,
    };
    let name = repository.to_string();
    let mut found = Runs::default();
    for run in selected {
        let id = run.id.ok_or(RecordError::RunWithoutId)?;
        for attempt in 1..run.run_attempt.unwrap_or(1) {
            let route = run_route(repository, id).part("attempts").number(attempt.into());
            runs::take(&mut found, Answer::Run(client.get(&route)?), Some(&name))?;
        }
        runs::take(&mut found, Answer::Run(Box::new(run)), Some(&name))?;
        for page in job_pages(client, repository, id)? {
            runs::take(&mut found, Answer::Jobs(page), Some(&name))?;
        }
    }
    Ok(found)
}

fn run_route(repository: &RepositoryName, id: u64) -> Route {
    Route::repository(repository).part("actions/runs").number(id)
}

fn job_pages(client: &Client, repository: &RepositoryName, run: u64) -> Result<Vec<JobsPage>, RequestError> {
    let route = run_route(repository, run).part("jobs").query("filter", "all").query("per_page", PAGE);
    let mut pages = Vec::new();
    client.pages(&route, |page| {
        pages.push(page);
        ControlFlow::Continue(())
    })?;
    Ok(pages)
}

/// Reads the newest runs that match. GitHub shows the first 1,000 of a search only, so the search
/// goes on from the oldest run that was shown until nothing new comes.
fn newest(client: &Client, repository: &RepositoryName, filter: &Filter) -> Result<Vec<Run>, FetchError> {
    let limit = filter.limit.unwrap_or(usize::MAX);
    let mut found: Vec<Run> = Vec::new();
    let mut known = BTreeSet::new();
    let mut until = None;
    loop {
        let route = search(repository, filter, until, limit.saturating_sub(found.len()))?;
        let before = found.len();
        let (mut matching, mut shown) = (0, 0);
        client.pages(&route, |page: RunsPage| {
            matching = page.total_count.unwrap_or(0);
            shown += page.workflow_runs.len();
            let new = page.workflow_runs.into_iter().filter(|run| known.insert(run.id));
            found.extend(new);
            if found.len() >= limit { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        found.truncate(limit);
        let oldest = found.iter().filter_map(|run| run.created_at).min();
        let is_all = shown < SEARCH && usize::try_from(matching).is_ok_and(|matching| matching <= shown);
        if found.len() == before || found.len() >= limit || is_all || oldest.is_none() {
            return Ok(found);
        }
        until = oldest;
    }
}

fn search(
    repository: &RepositoryName,
    filter: &Filter,
    until: Option<Timestamp>,
    wanted: usize,
) -> Result<Route, RouteError> {
    let route = Route::repository(repository);
    let route = match &filter.workflow {
        Some(workflow) => route.part("actions/workflows").text(workflow)?.part("runs"),
        None => route.part("actions/runs"),
    };
    let created = match (filter.since, until) {
        (Some(since), Some(until)) => Some(format!("{since}..{until}")),
        (Some(since), None) => Some(format!(">={since}")),
        (None, Some(until)) => Some(format!("<={until}")),
        (None, None) => None,
    };
    // One more than wanted where the search goes on: the oldest run so far is shown again.
    let page = wanted.saturating_add(usize::from(until.is_some())).clamp(1, 100).to_string();
    let mut route = route.query("per_page", &page);
    for (name, value) in [("created", created.as_ref()), ("branch", filter.branch.as_ref())] {
        if let Some(value) = value {
            route = route.query(name, value);
        }
    }
    Ok(route)
}
