//! How software is delivered, from the tables and the commits of the repository at hand.

use crate::config::Config;
use crate::dora;
use crate::model::delivery::Delivery;
use crate::model::history::{History, TableId};
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

/// Returns the tables with the metrics of delivery among the measurements, where there are any.
pub(super) fn together(config: &Config, base: &str, history: &History, world: &World) -> History {
    let delivery = of(config, base, history, world);
    delivery.map_or_else(|| history.clone(), |delivery| measured(&delivery, base, history))
}

/// Adds the metrics to the tables as measurements, which is what gates judge.
pub(super) fn measured(delivery: &Delivery, base: &str, history: &History) -> History {
    let repository = history.rows(TableId::Deployments).last().map_or("", |row| row.text("repository"));
    let mut together = history.clone();
    together.merge(dora::measurements(delivery, repository, base));
    together
}
