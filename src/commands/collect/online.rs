//! Runs from the API, and what reading them cost.

use jiff::Timestamp;

use super::artifacts::{self, ArtifactReader};
use super::from_runs::FromRuns;
use super::logs::CacheReader;
use super::tables::Store;
use super::{Options, Saving, settings};
use crate::commands::online::{connect, cost, failure, scratch};
use crate::config::Config;
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::github::Client;
use crate::model::collected::Writing;
use crate::model::repository_name::RepositoryName;
use crate::model::run::{JobId, Runs};
use crate::model::secret::Secret;
use crate::outputs::formats::totals;
use crate::outputs::sinks::file;
use crate::pipeline::{cache_storage, rows};
use crate::sources::api_runs::{
    self, Batch, Besides, Budget, Ending, FetchError, Filter, Known, Plan, STATE_FILE, Seen, Selection, State, Summary,
    Task,
};
use crate::sources::run_artifacts::Artifacts;
use crate::sources::stored_caches;
use crate::world::World;

/// How many runs are read when nobody says.
const RUNS: usize = 30;

/// Since when runs are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// A moment.
    Moment(Timestamp),
    /// The newest run of the last collection, or where one ended early that of the collection before.
    Last,
}

/// What was asked of the API.
#[derive(Clone, Debug, Default)]
pub struct Online {
    /// One run, by its id.
    pub run: Option<u64>,
    /// The newest so many.
    pub runs: Option<usize>,
    /// Runs made at this time or later.
    pub since: Option<Since>,
    /// Runs made at this time or earlier.
    pub until: Option<Timestamp>,
    /// Runs of this branch.
    pub branch: Option<String>,
    /// Runs of this workflow.
    pub workflow: Option<String>,
    /// Whether the list of caches is read; the configuration says where it is not typed.
    pub caches: bool,
    /// Whether deployments are read; the configuration says where it is not typed.
    pub deployments: bool,
    /// Whether merged pull requests are read; the configuration says where it is not typed.
    pub pull_requests: bool,
    /// How many requests may be spent.
    pub budget: Option<usize>,
    /// The token; the environment's where none is given.
    pub token: Option<Secret>,
}

impl Online {
    /// Tells whether runs were asked for in a way that only the API can answer.
    pub(super) fn is_asked(&self) -> bool {
        self.run.is_some()
            || self.runs.is_some()
            || self.since.is_some()
            || self.until.is_some()
            || self.branch.is_some()
            || self.workflow.is_some()
            || self.caches
            || self.deployments
            || self.pull_requests
    }

    fn selection(&self, seen: &Seen, known: &Known) -> Selection {
        if let Some(run) = self.run {
            return Selection::One(run);
        }
        let (branch, workflow) = (self.branch.clone(), self.workflow.clone());
        let filter = Filter { limit: self.runs, since: None, until: self.until, branch, workflow };
        let since = match self.since {
            Some(Since::Moment(moment)) => Some(moment),
            Some(Since::Last) => seen.last(&filter).or_else(|| known.newest()),
            None => None,
        };
        let limit = if since.is_some() { self.runs } else { Some(self.runs.unwrap_or(RUNS)) };
        Selection::Newest(Filter { limit, since, ..filter })
    }
}

/// Reads the runs that are not known, and returns how many rows they came to. Says on standard
/// error what it will take before it is spent, and what it took.
pub(super) fn collect(
    options: &Options,
    config: &Config,
    store: &mut Store,
    world: &mut World,
) -> Result<usize, Failure> {
    let repository = repository(options, world)?;
    let client = connect(options.online.token.as_ref(), world)?;
    let budget = Budget::new(options.online.budget, client.usage());
    let collected = Collection { options, config, repository: &repository, client: &client, budget }.run(store, world);
    say(&cost(client.host(), client.usage()), world)?;
    collected
}

/// The collection of one repository's runs.
pub(super) struct Collection<'options> {
    pub(super) options: &'options Options,
    pub(super) config: &'options Config,
    pub(super) repository: &'options RepositoryName,
    pub(super) client: &'options Client,
    /// What may be spent, on other repositories too.
    pub(super) budget: Budget,
}

impl Collection<'_> {
    /// Reads the runs that are not known, and returns how many rows they came to.
    pub(super) fn run(&self, store: &mut Store, world: &mut World) -> Result<usize, Failure> {
        let name = self.repository.to_string();
        // A pattern that is none is told before anything is asked.
        artifacts::patterns(self.artifacts())?;
        let mut known = Known::new(store.history()?, &name);
        let mut state = State::read(store.folder());
        let seen = state.of(&name, known.len());
        known.doubt(seen.unread());
        let (selection, random) = (self.options.online.selection(&seen, &known), world.random.clone());
        let task = Task {
            client: self.client,
            repository: self.repository,
            selection: &selection,
            known: &known,
            budget: &self.budget,
            besides: self.besides(),
            now: world.clock.now(),
            chance: &|| random.fraction(),
        };
        let plan = api_runs::look(&task, &seen).map_err(|error| self.failure(error, world))?;
        if plan.to_read() > 0 {
            self.say(&planned(&plan, self.left()), world)?;
        }
        let mut rows = 0;
        let summary = api_runs::read(&task, plan, &seen, |batch| {
            let kept = self.keep(batch, &mut state, store, world)?;
            rows += kept.0;
            Ok(kept.1)
        })?;
        // A list that cannot be read makes no run unread.
        let besides = [self.caches(store, world), self.deployments(store, world), self.pull_requests(store, world)];
        self.tell(summary, world)?;
        besides.into_iter().try_fold(rows, |rows, more| Ok(rows + more?))
    }

    /// Takes in which caches the repository has, where that is wanted.
    fn caches(&self, store: &mut Store, world: &World) -> Result<usize, Failure> {
        if !self.options.online.caches && !self.config.collect.caches || self.left() == Some(0) {
            return Ok(0);
        }
        let storage =
            stored_caches::read(self.client, self.repository).map_err(|error| self.failure(error.into(), world))?;
        let day = world.clock.now().strftime("%Y-%m-%d").to_string();
        let rows = cache_storage::rows(&storage, &self.repository.to_string(), &day);
        let count = rows.len();
        store.merge(rows);
        Ok(count)
    }

    /// Returns how many requests may be spent still; `None` is any number.
    pub(super) fn left(&self) -> Option<usize> {
        self.budget.left(self.client.usage())
    }

    fn besides(&self) -> Besides {
        let logs = self.options.logs || self.config.collect.logs;
        Besides { logs, artifacts: !self.artifacts().is_empty() }
    }

    /// Returns the artifacts that are wanted: what was typed goes before the configuration.
    fn artifacts(&self) -> &[String] {
        let typed = &self.options.artifacts;
        if typed.is_empty() { &self.config.collect.artifacts } else { typed }
    }

    /// Takes a batch into the tables and writes them, unless somebody else does. Returns how many rows
    /// it came to, and the runs of which something is to be read another time.
    fn keep(
        &self,
        batch: &Batch<'_>,
        state: &mut State,
        store: &mut Store,
        world: &mut World,
    ) -> Result<(usize, Vec<u64>), Failure> {
        let mut runs = batch.runs.clone();
        if let Some(own) = self.options.job_id {
            runs.unfinish(JobId(own));
        }
        let mut rows = rows::rows(&runs, &settings(self.options, self.config));
        let FromRuns { rows: more, unread } = self.read_besides(&runs, world)?;
        rows.extend(more);
        let count = rows.len();
        store.merge(rows);
        if self.options.saving == Saving::AsCollected && self.options.writing == Writing::Real {
            store.write()?;
            let name = self.repository.to_string();
            let known = Known::new(store.history()?, &name).len();
            state.keep(&name, batch.seen, known);
            if known > 0 {
                file::write(&store.folder().join(STATE_FILE), state.to_text().as_bytes()).kind(FailureKind::Output)?;
            }
        }
        Ok((count, unread))
    }

    /// Reads what else is wanted of runs.
    fn read_besides(&self, runs: &Runs, world: &mut World) -> Result<FromRuns, Failure> {
        let mut found = FromRuns::default();
        if runs.attempts.is_empty() {
            return Ok(found);
        }
        let Self { options, client, repository, .. } = *self;
        let scratch = &scratch(world);
        let Besides { logs, artifacts } = self.besides();
        if logs {
            found.extend(CacheReader { options, client, repository, scratch }.read(runs, world)?);
        }
        if artifacts {
            let patterns = &artifacts::patterns(self.artifacts())?;
            let artifacts = Artifacts { client, repository, scratch };
            found.extend(
                ArtifactReader { options, artifacts, patterns, quarantine: &self.config.collect.quarantine }
                    .read(runs, world)?,
            );
        }
        Ok(found)
    }

    /// Says what is missing; a failure where it is missing for good or nothing could be read.
    fn tell(&self, summary: Summary, world: &mut World) -> Result<(), Failure> {
        let Summary { read, left, ending, mut failures } = summary;
        let missing = format!("{} left for the next collection", totals::number(left, "run"));
        match ending {
            Ending::Failed(error) if read > 0 => {
                let failure = self.failure(error, world);
                return Err(failure.hint(format!("{} read and kept; {missing}", totals::number(read, "run"))));
            }
            Ending::Failed(error) => return Err(self.failure(error, world)),
            Ending::Budget if read == 0 => {
                let message = "not one run could be read for the requests that may be spent";
                return Err(Failure::message(FailureKind::Network, message)
                    .hint("wait until GitHub grants more, or give --budget: without it a tenth is left to others"));
            }
            Ending::Budget => self.say(&format!("the budget is spent: {missing}"), world)?,
            Ending::Complete => {}
        }
        let Some((_, error)) = failures.pop() else { return Ok(()) };
        let others = match failures.len() {
            0 => "the other runs are kept, and the next collection tries this one again".to_owned(),
            more => format!("{more} more runs could not be read either; the next collection tries them again"),
        };
        Err(self.failure(error, world).hint(others))
    }

    /// Says something on standard error; of several repositories, of which one.
    fn say(&self, text: &str, world: &mut World) -> Result<(), Failure> {
        if !self.options.many.is_asked() {
            return say(text, world);
        }
        say(&format!("{}: {text}", self.repository), world)
    }

    fn failure(&self, error: FetchError, world: &World) -> Failure {
        match error {
            FetchError::Request(error) => failure(error, self.options.online.token.as_ref(), world),
            FetchError::Route(_) => Failure::new(FailureKind::Usage, error),
            FetchError::Record(_) => Failure::new(FailureKind::Network, error),
        }
    }
}

fn planned(plan: &Plan, left: Option<usize>) -> String {
    let (runs, requests) = (totals::number(plan.to_read(), "run"), totals::number(plan.requests(), "request"));
    match left {
        Some(left) => format!("{runs} to read with {requests}; {left} may be spent"),
        None => format!("{runs} to read with {requests}"),
    }
}

fn say(text: &str, world: &mut World) -> Result<(), Failure> {
    writeln!(world.stderr, "{text}").kind(FailureKind::Output)
}

fn repository(options: &Options, world: &World) -> Result<RepositoryName, Failure> {
    let name = options.repository.as_deref().or_else(|| world.environment.get("GITHUB_REPOSITORY"));
    let Some(name) = name else {
        return Err(Failure::message(FailureKind::Usage, "it is not known which repository's runs to collect")
            .hint("name it with --repository OWNER/NAME or in GITHUB_REPOSITORY")
            .hint(
                "or name recorded API answers with --from DIR, test reports with --junit GLOB, or --size NAME=PATH",
            ));
    };
    name.parse().kind(FailureKind::Usage)
}
