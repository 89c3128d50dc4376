//! Settles what a call that was killed has left behind.

use crate::error::Failure;
use crate::model::deployment::DeploymentReport;
use crate::outcome::Outcome;
use crate::world::World;

use super::site::Site;
use super::{Common, driver, telling};

/// What `plimsoll deploy resume` was asked.
#[derive(Debug)]
pub struct Options {
    /// What every part is asked.
    pub common: Common,
}

/// Goes on with a deployment that was cut off, or takes it back; does nothing where there is none.
pub(super) fn run(options: &Options, world: &mut World) -> Result<Outcome, Failure> {
    let common = &options.common;
    let mut site = Site::open(common, world)?;
    if !site.lock()? {
        return telling::refused(common, &telling::busy(&site), world);
    }
    let Some(last) = site.unfinished()? else {
        let notes = vec!["no deployment was cut off".to_owned()];
        let title = format!("deployments to {}", site.name);
        telling::report(common, &DeploymentReport { title, notes, ..DeploymentReport::default() }, world)?;
        return Ok(Outcome::Pass);
    };
    let settled = driver::settle(&site, last, true, world)?;
    telling::finished(common, settled, Vec::new(), world)
}
