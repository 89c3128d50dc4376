//! Where what is told belongs: the repository, the commit, the pull request, the run.

use std::path::Path;

use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::repository_name::RepositoryName;
use crate::outputs::formats::comment::Source;
use crate::sources::event::{self, Event, TriggeringRun};
use crate::world::World;

/// The events of runs whose commit GitHub made, and nobody pushed: the merge of a pull request.
const OF_PULL_REQUESTS: [&str; 2] = ["pull_request", "pull_request_target"];

/// Where what is told belongs.
pub(super) struct Place {
    /// The repository.
    pub(super) repository: RepositoryName,
    /// The commit and the run, for people.
    pub(super) source: Source,
    /// The run whose results are told, and its attempt.
    pub(super) run: (u64, u64),
    /// The pull request.
    pub(super) pull: Pull,
    /// Whether GitHub hands out a token that can only read.
    pub(super) is_read_only: bool,
}

/// Which pull request it is about.
pub(super) enum Pull {
    /// This one.
    Number(u64),
    /// The one that another run was for.
    OfRun(TriggeringRun),
    /// None.
    Nothing,
}

impl Place {
    /// Finds out from the environment and the event; nothing where nobody names the repository.
    pub(super) fn here(repository: Option<&str>, world: &World) -> Result<Option<Self>, Failure> {
        let said = |name: &str| world.environment.get(name);
        let Some(named) = repository.or_else(|| said("GITHUB_REPOSITORY")) else { return Ok(None) };
        let repository: RepositoryName = named.parse().kind(FailureKind::Usage)?;
        let event = said("GITHUB_EVENT_PATH").and_then(|path| event::read(Path::new(path))).unwrap_or_default();
        let name = said("GITHUB_EVENT_NAME").unwrap_or_default();
        let number = |name: &str| said(name).and_then(|text| text.parse().ok()).unwrap_or(0);
        let link = said("GITHUB_SERVER_URL").zip(said("GITHUB_RUN_ID"));
        let link = link.map(|(server, run)| format!("{server}/{repository}/actions/runs/{run}"));
        let is_read_only = name == "pull_request"
            && (is_foreign(&event, &repository) || said("GITHUB_ACTOR") == Some("dependabot[bot]"));
        let mut run = (number("GITHUB_RUN_ID"), number("GITHUB_RUN_ATTEMPT"));
        let mut commit = said("GITHUB_SHA").map(str::to_owned);
        let mut pull = Pull::Nothing;
        if let Some(of) = event.pull_request.filter(|_| OF_PULL_REQUESTS.contains(&name)) {
            commit = Some(of.head.sha);
            pull = Pull::Number(of.number);
        } else if let Some(of) = event.workflow_run.filter(|_| name == "workflow_run") {
            commit = Some(of.head_sha.clone());
            run = (of.id, of.run_attempt);
            if OF_PULL_REQUESTS.contains(&of.event.as_str()) {
                pull = Pull::OfRun(of);
            }
        }
        let source = Source { commit, run: link };
        Ok(Some(Self { repository, source, run, pull, is_read_only }))
    }
}

fn is_foreign(event: &Event, repository: &RepositoryName) -> bool {
    let Some(pull) = &event.pull_request else { return false };
    let from = pull.head.repo.as_ref().and_then(|repo| repo.full_name.as_deref());
    from.is_none_or(|from| !from.eq_ignore_ascii_case(&repository.to_string()))
}
