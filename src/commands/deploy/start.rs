//! Begins a deployment that others do: a step of a workflow, a pipeline, a person.

use crate::error::Failure;
use crate::model::deployment::{DeploymentReport, Step};
use crate::outcome::Outcome;
use crate::world::World;

use super::begin::{self, Wanted};
use super::site::Site;
use super::{Common, Demands, Doing, probing, telling};

/// What `plimsoll deploy start` was asked.
#[derive(Debug)]
pub struct Options {
    /// What every part is asked.
    pub common: Common,
    /// What is deployed is called.
    pub version: Option<String>,
    /// The branch, tag or commit.
    pub reference: Option<String>,
    /// What is demanded before.
    pub demands: Demands,
    /// Whether it is done.
    pub doing: Doing,
}

/// Looks whether it may begin, and says at GitHub that it does.
pub(super) fn run(options: &Options, world: &mut World) -> Result<Outcome, Failure> {
    let common = &options.common;
    let mut site = Site::open(common, world)?;
    if options.doing == Doing::All && !site.lock()? {
        return telling::refused(common, &telling::busy(&site), world);
    }
    let wanted = Wanted { version: options.version.clone(), reference: options.reference.clone(), ..Wanted::default() };
    let mut deployment = begin::deployment(&site, wanted, world)?;
    let last = site.unfinished()?;
    let mut admission = begin::admit(common, &site, &options.demands, &deployment, world)?;
    if let Some(last) = last {
        admission.refusals.push(format!(
            "the {} is in its step `{}`: `plimsoll deploy finish` or `rollback` ends it",
            last.title(),
            last.step.word()
        ));
    }
    let report = DeploymentReport {
        title: deployment.title(),
        checklist: admission.checklist,
        refusals: admission.refusals,
        notes: admission.notes.clone(),
        ..DeploymentReport::default()
    };
    if !report.refusals.is_empty() {
        return telling::refused(common, &report, world);
    }
    if options.doing == Doing::Nothing {
        telling::report(common, &report, world)?;
        return Ok(Outcome::Pass);
    }
    deployment.omitted.extend(admission.omitted);
    deployment.notes.extend(admission.notes);
    if !site.endpoints.is_empty() {
        let _measured = probing::measure(&site, &mut deployment, world)?;
    }
    begin::at_github(&site, &mut deployment, world)?;
    deployment.step = Step::Deploy;
    deployment.began_at = world.clock.now();
    site.save(&deployment)?;
    let report = DeploymentReport { deployment: Some(deployment), ..report };
    telling::report(common, &report, world)?;
    Ok(Outcome::Pass)
}
