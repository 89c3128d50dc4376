//! What was deployed and what was merged, from the API, where that is wanted.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::online::{Collection, Since};
use super::tables::Store;
use crate::commands::deploy;
use crate::commands::online::failure;
use crate::error::{Failure, FailureKind};
use crate::model::history::{Row, TableId};
use crate::pipeline::{deployments, pull_requests};
use crate::sources::merged_pull_requests::{self, Wanted};
use crate::sources::remote_deployments::{self, RemoteError};
use crate::world::World;

/// How long a deployment that has ended may still be told to have failed.
const SETTLED_HOURS: u32 = 24;

impl Collection<'_> {
    /// Takes in what was deployed, where that is wanted. What the tables know to have ended long ago, or from
    /// `plimsoll deploy` itself, is not asked for again.
    pub(super) fn deployments(&self, store: &mut Store, world: &World) -> Result<usize, Failure> {
        let left = self.left();
        if !self.options.online.deployments && !self.config.collect.deployments || left == Some(0) {
            return Ok(0);
        }
        let settled = back(SETTLED_HOURS, world);
        let is_settled = |row: &Row| {
            row.text("source") == deploy::SOURCE || row.time("finished_at").is_some_and(|ended_at| ended_at < settled)
        };
        let known = self.known(TableId::Deployments, "deployment_id", is_settled, store)?;
        let most = left.unwrap_or(usize::MAX);
        let since = self.since(world);
        let shipped = remote_deployments::since(self.client, self.repository, since, |id| known.contains(&id), most);
        let shipped = shipped.map_err(|error| self.refused(error, "deployments", "deployments: read", world))?;
        let rows = deployments::rows(&shipped, &self.repository.to_string());
        let count = rows.len();
        store.merge(rows);
        Ok(count)
    }

    /// Takes in what was merged into the default branch, where that is wanted. What the tables know is not asked
    /// for again: a pull request that is merged stays so.
    pub(super) fn pull_requests(&self, store: &mut Store, world: &World) -> Result<usize, Failure> {
        let is_wanted = self.options.online.pull_requests || self.config.collect.pull_requests;
        // The name of the branch, and the list.
        if !is_wanted || self.left().is_some_and(|left| left < 2) {
            return Ok(0);
        }
        let known = self.known(TableId::PullRequests, "pull_request", |_| true, store)?;
        let told = |error| self.refused(error, "pull requests", "pull-requests: read", world);
        let base = remote_deployments::default_branch(self.client, self.repository).map_err(told)?;
        let wanted = Wanted {
            base: &base,
            since: self.since(world),
            known: &|number| known.contains(&number),
            left: &|| self.left(),
        };
        let merged = merged_pull_requests::merged(self.client, self.repository, &wanted).map_err(told)?;
        let rows = pull_requests::rows(&merged, &self.repository.to_string());
        let count = rows.len();
        store.merge(rows);
        Ok(count)
    }

    /// Returns since when it is read: as it was said, or for as long as the metrics of delivery look back.
    fn since(&self, world: &World) -> Timestamp {
        match self.options.online.since {
            Some(Since::Moment(moment)) => moment,
            Some(Since::Last) | None => back(24 * self.config.dora.days, world),
        }
    }

    /// Returns the numbers of those that the tables know of the repository, and know enough of.
    fn known(
        &self,
        table: TableId,
        column: &str,
        is_enough: impl Fn(&Row) -> bool,
        store: &mut Store,
    ) -> Result<BTreeSet<u64>, Failure> {
        let repository = self.repository.to_string();
        let rows = store.history()?.rows(table).iter().filter(|row| row.text("repository") == repository);
        Ok(rows.filter(|row| is_enough(row)).filter_map(|row| u64::try_from(row.integer(column)?).ok()).collect())
    }

    fn refused(&self, error: RemoteError, what: &str, permission: &str, world: &World) -> Failure {
        match error {
            RemoteError::Request(error) => failure(error, self.options.online.token.as_ref(), world)
                .hint(format!("{what} need the permission `{permission}`")),
            RemoteError::Route(error) => Failure::new(FailureKind::Usage, error),
        }
    }
}

/// Returns the moment so many hours ago.
fn back(hours: u32, world: &World) -> Timestamp {
    world.clock.now().saturating_sub(SignedDuration::from_hours(hours.into())).unwrap_or(Timestamp::MIN)
}
