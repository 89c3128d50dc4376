//! Runs from the API, and what reading them cost.

use super::Options;
use crate::commands::online::{connect, cost, failure};
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::repository_name::RepositoryName;
use crate::model::run::Runs;
use crate::model::secret::Secret;
use crate::sources::api_runs::{self, FetchError, Filter, Selection};
use crate::world::World;

/// How many runs are read when nobody says.
const RUNS: usize = 30;

/// What was asked of the API.
#[derive(Clone, Debug, Default)]
pub struct Online {
    /// One run, by its id.
    pub run: Option<u64>,
    /// The newest so many.
    pub runs: Option<usize>,
    /// Runs made at this time or later.
    pub since: Option<jiff::Timestamp>,
    /// Runs of this branch.
    pub branch: Option<String>,
    /// Runs of this workflow.
    pub workflow: Option<String>,
    /// The token; the environment's where none is given.
    pub token: Option<Secret>,
}

impl Online {
    /// Tells whether runs were asked for in a way that only the API can answer.
    pub(super) fn is_asked(&self) -> bool {
        self.run.is_some()
            || self.runs.is_some()
            || self.since.is_some()
            || self.branch.is_some()
            || self.workflow.is_some()
    }

    fn selection(&self) -> Selection {
        if let Some(run) = self.run {
            return Selection::One(run);
        }
        let limit = if self.since.is_some() { self.runs } else { Some(self.runs.unwrap_or(RUNS)) };
        let (branch, workflow) = (self.branch.clone(), self.workflow.clone());
        Selection::Newest(Filter { limit, since: self.since, branch, workflow })
    }
}

/// Reads the runs, and says on standard error how many requests it took.
pub(super) fn fetch(options: &Options, world: &mut World) -> Result<Runs, Failure> {
    let repository = repository(options, world)?;
    let token = options.online.token.as_ref();
    let client = connect(token, world)?;
    let fetched = api_runs::fetch(&client, &repository, &options.online.selection());
    let told = format!("{}\n", cost(client.host(), client.usage()));
    world.stderr.write_all(told.as_bytes()).kind(FailureKind::Output)?;
    fetched.map_err(|error| match error {
        FetchError::Request(error) => failure(error, token, world).hint("nothing was written"),
        FetchError::Route(_) => Failure::new(FailureKind::Usage, error),
        FetchError::Record(_) => Failure::new(FailureKind::Network, error),
    })
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
