//! How software is delivered, from the tables and the commits of the repository at hand.

use crate::config::Config;
use crate::dora;
use crate::model::delivery::Delivery;
use crate::model::history::{History, Row, TableId};
use crate::reports::budgets;
use crate::reports::costs::{costs, measurements};
use crate::sources::programs::commits;
use crate::sources::repository;
use crate::world::World;

/// Tells the metrics of delivery; `None` where nothing was deployed as far as the tables know.
pub(super) fn of(config: &Config, base: &str, history: &History, world: &World) -> Option<Delivery> {
    if history.rows(TableId::Deployments).is_empty() && config.dora.workflows.is_empty() {
        return None;
    }
    let path = world.environment.get("PATH").unwrap_or_default();
    let commits = commits(&repository::root(&world.folder), path, world.environment.iter());
    dora::delivery(history, &config.dora, base, &commits)
}

/// Returns the tables with what is told of all of them among the measurements: the metrics of delivery, the cost of the
/// month and the error budgets, where there are any.
pub(super) fn together(config: &Config, delivery: Option<&Delivery>, base: &str, history: &History) -> History {
    let mut together = delivery.map_or_else(|| history.clone(), |delivery| measured(delivery, base, history));
    let jobs: Vec<&Row> = history.rows(TableId::BuildMetrics).iter().collect();
    if let (Some(costs), Some(newest)) = (costs(&jobs, base, &config.cost), jobs.last()) {
        let at = newest.at().unwrap_or_default();
        together.merge(measurements(&costs, newest.text("repository"), base, at));
    }
    together.merge(budgets::measurements(history, &config.health.objectives, base));
    together
}

/// Adds the metrics to the tables as measurements, which is what gates judge.
pub(super) fn measured(delivery: &Delivery, base: &str, history: &History) -> History {
    let repository = history.rows(TableId::Deployments).last().map_or("", |row| row.text("repository"));
    let mut together = history.clone();
    together.merge(dora::measurements(delivery, repository, base));
    together
}
