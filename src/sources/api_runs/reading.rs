//! Reads the jobs and earlier attempts of runs, a batch after the other.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::known::Known;
use super::{Besides, FetchError, Plan, Seen, Selection, Task, run_route};
use crate::github::records::{Answer, JobsPage, Run};
use crate::github::{RequestError, Route};
use crate::model::repository_name::RepositoryName;
use crate::model::run::{RunId, Runs};
use crate::sources::runs::{self, RecordError};

/// How many runs are read before they are handed over.
const BATCH: usize = 50;

/// How many runs in a row may fail before it is taken for GitHub's trouble rather than theirs.
const FAILURES: usize = 3;

/// Runs that were read, and what is known of the repository with them.
pub struct Batch<'batch> {
    /// The runs.
    pub runs: &'batch Runs,
    /// What was looked at, to be kept once the runs are.
    pub seen: &'batch Seen,
}

/// What reading came to.
#[derive(Debug, Default)]
pub struct Summary {
    /// Runs that were read.
    pub read: usize,
    /// Runs that were found and are left for another time.
    pub left: usize,
    /// Why it ended.
    pub ending: Ending,
    /// Runs that could not be read, and why not.
    pub failures: Vec<(u64, FetchError)>,
}

/// Why reading ended.
#[derive(Debug, Default)]
pub enum Ending {
    /// There was no more to read.
    #[default]
    Complete,
    /// The budget was spent.
    Budget,
    /// GitHub gave no more.
    Failed(FetchError),
}

/// Returns how many requests it takes to read what is not known of a run, at least.
pub(super) fn cost(run: &Run, known: &Known, besides: Besides) -> usize {
    let Some(id) = run.id else { return 0 };
    let attempt = run.run_attempt.unwrap_or(1);
    if known.is_whole_until(id, attempt) {
        return 0;
    }
    let earlier = (1..attempt).filter(|earlier| !known.is_whole(id, *earlier)).count();
    let logs = if besides.logs { 1 + earlier } else { 0 };
    1 + earlier + logs + usize::from(besides.artifacts)
}

/// Reads what a plan found, newest first, and hands it over in batches. `keep` returns the runs that
/// are to be read another time all the same.
///
/// # Errors
/// `keep` failed; reading itself ends with what it has, see [`Ending`].
pub fn read<E>(
    task: &Task<'_>,
    plan: Plan,
    seen: &Seen,
    mut keep: impl FnMut(&Batch<'_>) -> Result<Vec<u64>, E>,
) -> Result<Summary, E> {
    let mut reader = Reader { task, in_a_row: 0, summary: Summary::default(), seen: seen.clone() };
    let Plan { runs, changed, gone, name, mut search, found, since, error, to_read, .. } = plan;
    reader.seen.unread.retain(|id| !gone.contains(id));
    let newest = search.newest().filter(|_| found.is_unchanged).map(|stretch| stretch.until);
    let top = newest.or_else(|| runs.iter().filter_map(|run| run.created_at).max());
    // What ends before now would only tear holes into what is known to be looked through.
    let searched = matches!(task.selection, Selection::Newest(filter) if filter.until.is_none());
    reader.summary.left = to_read;
    for batch in runs.chunks(BATCH) {
        let mut taken = Runs::default();
        let done = reader.batch(batch, &mut taken);
        for at in batch.iter().take(done).filter_map(|run| run.created_at) {
            search.reach(at, top.unwrap_or(at));
        }
        let is_stopped = reader.is_stopped();
        if is_stopped {
            search.etag = None;
        }
        if searched {
            reader.seen.keep_search(&name, search.clone());
        }
        let again = keep(&Batch { runs: &taken, seen: &reader.seen })?;
        reader.seen.unread.extend(again);
        if is_stopped {
            return Ok(reader.summary);
        }
    }
    if searched && error.is_none() {
        finish(&mut search, &found, top, since);
        reader.seen.keep_search(&name, search);
    }
    for batch in changed.chunks(BATCH) {
        let mut taken = Runs::default();
        reader.batch(batch, &mut taken);
        let again = keep(&Batch { runs: &taken, seen: &reader.seen })?;
        reader.seen.unread.extend(again);
        if reader.is_stopped() {
            return Ok(reader.summary);
        }
    }
    if let Some(error) = error {
        reader.summary.ending = Ending::Failed(error.into());
    }
    keep(&Batch { runs: &Runs::default(), seen: &reader.seen })?;
    Ok(reader.summary)
}

/// Takes in how far a search reached whose runs were all read.
fn finish(search: &mut super::Search, found: &super::Found, top: Option<Timestamp>, since: Option<Timestamp>) {
    if !found.is_unchanged {
        search.etag.clone_from(&found.etag);
    }
    let newest = top.or(search.newest().map(|stretch| stretch.until));
    if let Some((since, newest)) = since.zip(newest) {
        search.reach_empty(since, newest);
    }
    if found.is_all {
        search.end();
    }
}

struct Reader<'task> {
    task: &'task Task<'task>,
    /// Failed runs since the last one that was read.
    in_a_row: usize,
    summary: Summary,
    seen: Seen,
}

impl Reader<'_> {
    fn is_stopped(&self) -> bool {
        !matches!(self.summary.ending, Ending::Complete)
    }

    /// Reads runs in their order, and returns how many of them are done: read, known, gone, or noted
    /// as unread.
    fn batch(&mut self, batch: &[Run], taken: &mut Runs) -> usize {
        let affordable = self.affordable(batch);
        let now = batch.get(..affordable).unwrap_or(batch);
        let mut done = now.len();
        for (place, read) in self.lists(now) {
            let Some(run) = now.get(place) else { continue };
            let goes_on = match read.and_then(|records| self.take(taken, run, records)) {
                Ok(()) => self.is_done(run),
                Err(_) if self.is_stopped() => false,
                Err(error) => self.goes_on(run, error),
            };
            if !goes_on {
                done = done.min(place);
            }
        }
        if affordable < batch.len() && !self.is_stopped() {
            self.summary.ending = Ending::Budget;
        }
        done
    }

    /// Returns how many runs of a batch can be read for what is left of the budget.
    fn affordable(&self, batch: &[Run]) -> usize {
        let mut left = self.task.budget.left(self.task.client.usage()).unwrap_or(usize::MAX);
        let mut payable = 0;
        for cost in batch.iter().map(|run| cost(run, self.task.known, self.task.besides)) {
            let Some(after) = left.checked_sub(cost) else { break };
            left = after;
            payable += 1;
        }
        payable
    }

    /// Reads what is not known of some runs, by their places among them.
    fn lists(&self, batch: &[Run]) -> Vec<(usize, Result<Records, FetchError>)> {
        let (known, repository) = (self.task.known, self.task.repository);
        let wanted =
            |(place, run): (usize, &Run)| Some((place, run.id?)).filter(|_| cost(run, known, self.task.besides) > 0);
        let wanted: Vec<(usize, u64)> = batch.iter().enumerate().filter_map(wanted).collect();
        let jobs: Vec<Route> = wanted.iter().map(|(_, id)| jobs_route(repository, *id)).collect();
        let mut attempts: Vec<(u64, Route)> = Vec::new();
        for run in batch {
            let Some(id) = run.id else { continue };
            for attempt in (1..run.run_attempt.unwrap_or(1)).filter(|attempt| !known.is_whole(id, *attempt)) {
                attempts.push((id, run_route(repository, id).part("attempts").number(attempt.into())));
            }
        }
        let routes: Vec<Route> = attempts.iter().map(|(_, route)| route.clone()).collect();
        let mut earlier: BTreeMap<u64, Vec<Result<Vec<Run>, RequestError>>> = BTreeMap::new();
        for ((id, _), read) in attempts.iter().zip(self.task.client.lists(&routes)) {
            earlier.entry(*id).or_default().push(read);
        }
        let pages = self.task.client.lists(&jobs);
        let records = |((place, id), pages): ((usize, u64), Result<Vec<JobsPage>, RequestError>)| {
            let attempts: Result<Vec<Vec<Run>>, RequestError> =
                earlier.remove(&id).unwrap_or_default().into_iter().collect();
            let records = attempts.and_then(|attempts| Ok(Records { attempts: attempts.concat(), jobs: pages? }));
            (place, records.map_err(FetchError::from))
        };
        wanted.into_iter().zip(pages).map(records).collect()
    }

    /// Takes a run in with what was read of it.
    fn take(&self, taken: &mut Runs, run: &Run, records: Records) -> Result<(), FetchError> {
        let name = self.task.repository.to_string();
        let id = run.id.ok_or(RecordError::RunWithoutId)?;
        // Only as a whole: half of a run would pass for all of it.
        let mut found = Runs::default();
        for attempt in records.attempts.into_iter().chain([run.clone()]) {
            runs::take(&mut found, Answer::Run(Box::new(attempt)), Some(&name))?;
        }
        // A run that could not be started has no job to tell which run it is of.
        let count = records.jobs.iter().filter_map(|page| page.total_count).max();
        found.job_counts.extend(count.map(|count| (RunId(id), count)));
        for page in records.jobs {
            runs::take(&mut found, Answer::Jobs(page), Some(&name))?;
        }
        taken.extend(found);
        Ok(())
    }

    /// Notes a run that was read; others may be as well.
    fn is_done(&mut self, run: &Run) -> bool {
        self.summary.left = self.summary.left.saturating_sub(1);
        self.summary.read += 1;
        self.in_a_row = 0;
        self.seen.unread.retain(|id| Some(*id) != run.id);
        true
    }

    /// Notes a run that could not be read, and tells whether others may fare better.
    fn goes_on(&mut self, run: &Run, error: FetchError) -> bool {
        let one = matches!(self.task.selection, Selection::One(_));
        match (&error, run.id) {
            // Probably deleted since it was listed; the next collection makes sure.
            (FetchError::Request(RequestError::Refused { status: 404 | 410, .. }), Some(id)) if !one => {
                self.seen.unread.insert(id);
                return true;
            }
            (
                FetchError::Request(
                    RequestError::Refused { status: 500.., .. }
                    | RequestError::Unreachable { .. }
                    | RequestError::Unreadable { .. },
                )
                | FetchError::Record(_),
                Some(id),
            ) if !one && self.in_a_row < FAILURES => {
                self.in_a_row += 1;
                self.seen.unread.insert(id);
                self.summary.failures.push((id, error));
                return true;
            }
            _ => {}
        }
        self.summary.ending = Ending::Failed(error);
        false
    }
}

/// What was read of a run beside its own record.
struct Records {
    attempts: Vec<Run>,
    jobs: Vec<JobsPage>,
}

fn jobs_route(repository: &RepositoryName, run: u64) -> Route {
    run_route(repository, run).part("jobs").query("filter", "all").query("per_page", "100")
}
