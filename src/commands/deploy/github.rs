//! The way to GitHub's deployments.

use crate::commands::online;
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::github::Client;
use crate::model::deployment::{Kind, Version};
use crate::model::origin::Origin;
use crate::model::repository_name::RepositoryName;
use crate::model::secret::Secret;
use crate::outputs::sinks::deployments::{self as sink, New, NewStatus, TellError};
use crate::sources::remote_deployments::{self as remote, RemoteDeployment, RemoteError};
use crate::world::World;

use super::Common;
use super::site::Site;

/// States of a deployment that has not ended.
const UNDER_WAY: [&str; 3] = ["pending", "queued", "in_progress"];

/// How many deployments are looked back on.
pub(super) const LOOK_BACK: usize = 30;

/// The way to GitHub.
pub(super) struct Desk {
    /// Who asks.
    pub(super) client: Client,
    /// Which repository.
    pub(super) repository: RepositoryName,
    /// The address of the run at hand.
    run: Option<String>,
    token: Option<Secret>,
}

impl Desk {
    /// Opens the way, where GitHub is asked at all.
    ///
    /// # Errors
    /// GitHub is to be asked, and nobody says for which repository.
    pub(super) fn open(common: &Common, origin: &Origin, world: &World) -> Result<Option<Self>, Failure> {
        let named = common.repository.as_ref().or(origin.repository.as_ref());
        if !common.network.is_asked(common.token.as_ref(), world) {
            return Ok(None);
        }
        let Some(named) = named else {
            if common.network == online::Network::WithToken {
                // A token may stand in anybody's environment, for other programs.
                return Ok(None);
            }
            return Err(Failure::message(FailureKind::Usage, "GitHub is to be asked, but not for which repository")
                .hint("name it with --repository OWNER/NAME"));
        };
        let repository: RepositoryName = named.parse().kind(FailureKind::Usage)?;
        let client = online::connect(common.token.as_ref(), world)?;
        let said = |name: &str| world.environment.get(name);
        let run = said("GITHUB_SERVER_URL").zip(said("GITHUB_RUN_ID"));
        let run = run.map(|(server, run)| format!("{server}/{repository}/actions/runs/{run}"));
        Ok(Some(Self { client, repository, run, token: common.token.clone() }))
    }

    /// Makes a deployment, and says that it is under way.
    pub(super) fn begin(&self, new: New<'_>, world: &World) -> Result<u64, Failure> {
        let id = sink::create(&self.client, &self.repository, new).map_err(|error| self.untold(error, world))?;
        self.status(id, "in_progress", (&format!("{} of {}", new.task, new.version), None), world)?;
        Ok(id)
    }

    /// Gives a deployment a state, with why and the environment's address.
    pub(super) fn status(
        &self,
        id: u64,
        state: &str,
        (description, url): (&str, Option<&str>),
        world: &World,
    ) -> Result<(), Failure> {
        let status = NewStatus { state, description, environment_url: url, log_url: self.run.as_deref() };
        sink::status(&self.client, &self.repository, id, status).map_err(|error| self.untold(error, world))
    }

    /// Returns the newest deployments of an environment, newest first.
    pub(super) fn newest(&self, environment: &str, world: &World) -> Result<Vec<RemoteDeployment>, Failure> {
        remote::newest(&self.client, &self.repository, environment, LOOK_BACK)
            .map_err(|error| self.unread(error, world))
    }

    /// Returns one deployment.
    pub(super) fn one(&self, id: u64, world: &World) -> Result<RemoteDeployment, Failure> {
        remote::one(&self.client, &self.repository, id).map_err(|error| self.unread(error, world))
    }

    /// Finds a deployment of an environment that has not ended, beside our own. GitHub itself makes one
    /// for a job that names the environment: that is the run at hand.
    pub(super) fn under_way(
        &self,
        environment: &str,
        own: Option<u64>,
        world: &World,
    ) -> Result<Option<RemoteDeployment>, Failure> {
        let newest = self.newest(environment, world)?;
        let is_own = |found: &RemoteDeployment| {
            let run = self.run.as_ref();
            Some(found.id) == own
                || run.is_some_and(|run| {
                    found
                        .log_url
                        .strip_prefix(run.as_str())
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                })
        };
        Ok(newest.into_iter().find(|found| UNDER_WAY.contains(&found.state.as_str()) && !is_own(found)))
    }

    /// Explains a question that was not answered.
    pub(super) fn unread(&self, error: RemoteError, world: &World) -> Failure {
        match error {
            RemoteError::Request(error) => online::failure(error, self.token.as_ref(), world),
            RemoteError::Route(error) => Failure::new(FailureKind::Usage, error),
        }
    }

    /// Explains what GitHub was not told.
    pub(super) fn untold(&self, error: TellError, world: &World) -> Failure {
        match error {
            TellError::Request(error) => online::failure(error, self.token.as_ref(), world)
                .hint("deployments need the permission `deployments: write`, workflows `actions: write`"),
            TellError::Route(error) => Failure::new(FailureKind::Usage, error),
        }
    }
}

/// Says which deployment of a version is to be made.
pub(super) fn new<'text>(kind: Kind, version: &'text Version, site: &'text Site) -> New<'text> {
    let Version { version, reference, commit, .. } = version;
    let reference = [commit, reference, version].into_iter().find(|name| !name.is_empty()).unwrap_or(version);
    let task = match kind {
        Kind::Deployment => "deploy",
        Kind::Rollback => "rollback",
    };
    let is_production = site.is_production();
    New { reference, environment: &site.name, version, task, rollback_of: None, is_production }
}
