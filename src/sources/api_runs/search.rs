//! Looks for runs: which there are, and which of them are to be read.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::known::Known;
use super::state::{Search, Stretch};
use super::{FetchError, Filter, run_route};
use crate::github::records::{Run, RunsPage};
use crate::github::{Client, NextPage, Page, RequestError, Route, RouteError};
use crate::model::repository_name::RepositoryName;

/// The most entries GitHub puts on a page.
const ON_PAGE: usize = 100;

/// The most runs GitHub shows of a search.
const SEARCH: usize = 1000;

/// How long after it was made a run can still change: it may take 35 days, and be run again within
/// 30 of its making.
const CHANGEABLE: SignedDuration = SignedDuration::from_hours(24 * 36);

/// How many runs are looked at again in one request; some of the page is left for what lies
/// between them.
const AGAIN: usize = 90;

/// How many times older runs are looked at again in one collection.
const LOOKS: usize = 2;

/// What a search came to.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The runs, newest first.
    pub(super) runs: Vec<Run>,
    /// Whether the repository holds nothing older that matches.
    pub(super) is_all: bool,
    /// The mark of the first page, where all of the page is among the runs.
    pub(super) etag: Option<String>,
    /// Whether the first page was the same as before.
    pub(super) is_unchanged: bool,
    /// What went wrong, after which nothing was looked for.
    pub(super) error: Option<RequestError>,
}

/// Where the next page is.
enum Place {
    First,
    Next(Box<NextPage>),
    /// The newest runs that were made at this moment or earlier.
    At(Timestamp),
}

/// Looks for runs in one repository.
pub(super) struct Searcher<'task> {
    pub(super) client: &'task Client,
    pub(super) repository: &'task RepositoryName,
    pub(super) filter: &'task Filter,
    /// How many runs need reading when nothing more is looked for, since it could not be read.
    pub(super) most: usize,
    pub(super) known: &'task Known,
}

impl Searcher<'_> {
    /// Looks for the newest runs that match, down to where everything is known. GitHub shows no
    /// more than 1,000 of a search, so it goes on from the oldest one shown.
    pub(super) fn newest(&self, search: &Search) -> Result<Found, FetchError> {
        let mut found = Found::default();
        let mut walk = Walk::default();
        let mut place = self.filter.until.map_or(Place::First, Place::At);
        loop {
            let page = match self.page(&place, search) {
                Ok(page) => page,
                Err(FetchError::Request(error)) => {
                    found.error = Some(error);
                    return Ok(found);
                }
                Err(other) => return Err(other),
            };
            let Some(page) = page else {
                found.is_unchanged = true;
                match search.newest().and_then(|stretch| self.below(stretch, &found.runs, &mut walk)) {
                    Some(next) => place = next,
                    None => return Ok(found),
                }
                continue;
            };
            let is_first = matches!(place, Place::First);
            if !matches!(place, Place::Next(_)) {
                walk.shown = 0;
            }
            let next = self.take(page, &mut found, &mut walk, is_first);
            match self.after(next, &mut found, &mut walk, search) {
                Some(next) => place = next,
                None => return Ok(found),
            }
        }
    }

    /// Takes a page's runs over; returns the search's own next page.
    fn take(&self, page: Page<RunsPage>, found: &mut Found, walk: &mut Walk, is_first: bool) -> PageEnd {
        let before = found.runs.len();
        let on_page = page.content.workflow_runs.len();
        walk.shown += on_page;
        let matching = page.content.total_count.and_then(|count| usize::try_from(count).ok());
        let mut is_cut = false;
        for run in page.content.workflow_runs {
            let is_early = self.filter.since.zip(run.created_at).is_some_and(|(since, at)| at < since);
            if is_early || self.is_enough(walk.counted) {
                is_cut = true;
                break;
            }
            if walk.seen.insert(run.id) {
                walk.counted += usize::from(!walk.has_passed(&run));
                walk.to_read += usize::from(self.needs_reading(&run));
                found.runs.push(run);
            }
        }
        if is_first {
            found.etag = page.etag;
        }
        PageEnd {
            is_cut,
            is_new: found.runs.len() > before,
            // So many may be all that GitHub shows; more are only shown where it shows all.
            is_all: walk.shown != SEARCH && matching.is_some_and(|matching| matching <= walk.shown),
            next: page.next,
        }
    }

    /// Decides where to go on after a page, or that it is enough.
    fn after(&self, end: PageEnd, found: &mut Found, walk: &mut Walk, search: &Search) -> Option<Place> {
        if end.is_cut || self.is_enough(walk.counted) || walk.to_read >= self.most {
            return None;
        }
        let oldest = found.runs.iter().filter_map(|run| run.created_at).min();
        if let Some(stretch) = oldest.and_then(|oldest| search.around(oldest)) {
            return self.below(stretch, &found.runs, walk);
        }
        if let Some(next) = end.next {
            return Some(Place::Next(Box::new(next)));
        }
        if end.is_all || !end.is_new {
            found.is_all = true;
            return None;
        }
        oldest.map(Place::At)
    }

    /// Passes over a stretch that is known, unless it is all that is wanted.
    fn below(&self, stretch: &Stretch, runs: &[Run], walk: &mut Walk) -> Option<Place> {
        let counted = runs.iter().filter(|run| run.created_at.is_some_and(|at| stretch.has(at))).count();
        walk.counted += stretch.runs.saturating_sub(counted);
        walk.passed.push(*stretch);
        let enough = stretch.is_last
            || self.is_enough(walk.counted)
            || self.filter.since.is_some_and(|since| stretch.from <= since);
        (!enough).then_some(Place::At(stretch.from))
    }

    fn is_enough(&self, counted: usize) -> bool {
        self.filter.limit.is_some_and(|limit| counted >= limit)
    }

    /// Tells whether the tables lack something about a run.
    pub(super) fn needs_reading(&self, run: &Run) -> bool {
        run.id.is_none_or(|id| !self.known.is_whole_until(id, run.run_attempt.unwrap_or(1)))
    }

    fn page(&self, place: &Place, search: &Search) -> Result<Option<Page<RunsPage>>, FetchError> {
        Ok(match place {
            Place::First => {
                let etag = search.etag.as_deref().filter(|_| search.newest().is_some());
                self.client.page(&self.route(None)?, etag)?
            }
            Place::Next(next) => Some(self.client.next_page(next)?),
            Place::At(at) => self.client.page(&self.route(Some(&format!("<={at}")))?, None)?,
        })
    }

    /// Looks again at some older runs, since a run can be run again for a month and nothing else
    /// tells: first where the tables have something unfinished, then anywhere. `chance` draws.
    pub(super) fn again(
        &self,
        found: &Found,
        now: Timestamp,
        chance: &dyn Fn() -> f64,
    ) -> Result<Vec<Run>, FetchError> {
        let Ok(since) = now.checked_sub(CHANGEABLE) else { return Ok(Vec::new()) };
        let seen: BTreeSet<u64> = found.runs.iter().filter_map(|run| run.id).collect();
        let mut older = self.known.since(since, |run| seen.contains(&run));
        if found.is_unchanged {
            // These stood on the page that is the same as before.
            older.truncate(older.len().saturating_sub(ON_PAGE));
        }
        let mut windows: Vec<&[(Timestamp, bool)]> = older.chunks(AGAIN).collect();
        let mut changed = Vec::new();
        for _ in 0..LOOKS.min(windows.len()) {
            let unfinished: Vec<usize> = (0..windows.len())
                .filter(|at| windows.get(*at).is_some_and(|window| window.iter().any(|run| run.1)))
                .collect();
            let place = match draw(unfinished.len(), chance()) {
                Some(drawn) => unfinished.get(drawn).copied(),
                None => draw(windows.len(), chance()),
            };
            let Some(window) = place.map(|place| windows.swap_remove(place)) else { break };
            changed.extend(self.look(window)?.into_iter().filter(|run| self.needs_reading(run)));
        }
        Ok(changed)
    }

    fn look(&self, window: &[(Timestamp, bool)]) -> Result<Vec<Run>, FetchError> {
        let (Some(first), Some(last)) = (window.first(), window.last()) else { return Ok(Vec::new()) };
        // An attempt starts a moment after its run was made.
        let from = first.0.checked_sub(SignedDuration::from_mins(1)).unwrap_or(first.0);
        let page: Option<Page<RunsPage>> =
            self.client.page(&self.route(Some(&format!("{from}..{}", last.0)))?, None)?;
        Ok(page.map(|page| page.content.workflow_runs).unwrap_or_default())
    }

    fn route(&self, created: Option<&str>) -> Result<Route, RouteError> {
        let route = Route::repository(self.repository);
        let route = match &self.filter.workflow {
            Some(workflow) => route.part("actions/workflows").text(workflow)?.part("runs"),
            None => route.part("actions/runs"),
        };
        let mut route = route.query("per_page", &ON_PAGE.to_string());
        for (name, value) in [("created", created), ("branch", self.filter.branch.as_deref())] {
            if let Some(value) = value {
                route = route.query(name, value);
            }
        }
        Ok(route)
    }

    /// Reads the records of runs that could not be read before, and the ids of those that are gone.
    pub(super) fn unread(&self, ids: &BTreeSet<u64>) -> Result<(Vec<Run>, Vec<u64>), RequestError> {
        let (mut runs, mut gone) = (Vec::new(), Vec::new());
        for id in ids.iter().take(self.most) {
            match self.client.get(&run_route(self.repository, *id)) {
                Ok(run) => runs.push(run),
                Err(RequestError::Refused { status: 404 | 410, .. }) => gone.push(*id),
                Err(error) => return Err(error),
            }
        }
        Ok((runs, gone))
    }
}

/// What a walk through the pages has come across.
#[derive(Default)]
struct Walk {
    seen: BTreeSet<Option<u64>>,
    /// Runs, those of stretches that were passed over included.
    counted: usize,
    /// Stretches that were passed over.
    passed: Vec<Stretch>,
    /// Runs shown of the search at hand.
    shown: usize,
    to_read: usize,
}

impl Walk {
    fn has_passed(&self, run: &Run) -> bool {
        run.created_at.is_some_and(|at| self.passed.iter().any(|stretch| stretch.has(at)))
    }
}

/// How a page ended.
struct PageEnd {
    /// Whether runs were left that nobody asked for.
    is_cut: bool,
    /// Whether it had runs that no page before had.
    is_new: bool,
    /// Whether it ended a search of which all was shown.
    is_all: bool,
    next: Option<NextPage>,
}

/// Draws one of so many; none of none.
fn draw(count: usize, chance: f64) -> Option<usize> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a small count times a fraction"
    )]
    let drawn = (count as f64 * chance) as usize;
    count.checked_sub(1).map(|last| drawn.min(last))
}
