//! Does what a step is.

use crate::deploy::Rollback;
use crate::error::Failure;
use crate::model::deployment::{Deployment, Kind, Step};
use crate::world::World;

use super::site::Site;
use super::workflow::{self, Workflow};
use super::{archive, probing, record, rollback, shell};

/// How a step went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Went {
    /// Well; with a note.
    Passed(String),
    /// Not well, for this reason.
    Failed(String),
    /// A signal asked for the end.
    Halted,
}

impl Went {
    pub(super) fn passed(note: impl Into<String>) -> Self {
        Self::Passed(note.into())
    }

    pub(super) fn failed(reason: impl Into<String>) -> Self {
        Self::Failed(reason.into())
    }
}

/// Goes through the step that the deployment is at.
pub(super) fn go_through(site: &Site, deployment: &mut Deployment, world: &mut World) -> Result<Went, Failure> {
    let settings = &site.config.deploy.settings;
    match deployment.step {
        Step::Build => configured(settings.build.as_deref(), site, deployment),
        Step::Test => configured(settings.test.as_deref(), site, deployment),
        Step::Package => archive::pack(site, deployment, world),
        Step::Measure => probing::measure(site, deployment, world),
        Step::BackUp => configured(site.settings.backup.as_deref(), site, deployment),
        Step::Deploy => {
            let command = deployment.command.clone();
            shell::run(&command, site, deployment)
        }
        Step::Verify | Step::Recover => verify(site, deployment, world),
        Step::RollBack => roll_back(site, deployment, world),
        Step::Watch => probing::watch(site, site.settings.watch, deployment, world),
        Step::Record | Step::Ended => record::record(site, deployment, world),
    }
}

fn configured(command: Option<&str>, site: &Site, deployment: &mut Deployment) -> Result<Went, Failure> {
    match command {
        Some(command) => shell::run(&shell::command(command), site, deployment),
        // The configuration has changed since a call was cut off.
        None => Ok(Went::passed("the configuration does not name the command any more")),
    }
}

/// Waits until the endpoints answer, tries the service, and watches it.
pub(super) fn verify(site: &Site, deployment: &mut Deployment, world: &mut World) -> Result<Went, Failure> {
    let ready = probing::ready(site, deployment, world)?;
    if !matches!(ready, Went::Passed(_)) {
        return Ok(ready);
    }
    if let Some(smoke) = &site.settings.smoke {
        let tried = shell::run(&shell::command(smoke), site, deployment)?;
        if !matches!(tried, Went::Passed(_)) {
            return Ok(tried);
        }
    }
    probing::verify(site, deployment, world)
}

fn roll_back(site: &Site, deployment: &mut Deployment, world: &mut World) -> Result<Went, Failure> {
    if deployment.kind == Kind::Deployment {
        rollback::announce(site, deployment, world)?;
    }
    match &site.settings.rollback {
        Some(Rollback::Command(command)) => shell::run(&shell::command(command), site, deployment),
        Some(Rollback::Workflow { file, reference, inputs }) => {
            let workflow = Workflow { file, reference: reference.as_deref(), inputs };
            workflow::roll_back(site, deployment, &workflow, world)
        }
        None => Ok(Went::failed("`rollback` is not set for the environment")),
    }
}
