//! Brings a version back: after a deployment that failed, or because somebody asks for it.

use std::time::Duration;

use crate::deploy::{self, Rollback, Wishes};
use crate::error::{Failure, FailureKind};
use crate::model::deployment::{Deployment, DeploymentReport, Kind, Step, Version};
use crate::outcome::Outcome;
use crate::outputs::sinks::deployments::New;
use crate::world::World;

use super::site::Site;
use super::webhooks::{self, News};
use super::{Common, Doing, begin, driver, github, telling};

/// The most versions that are listed.
const SHOWN: usize = 10;

/// What `plimsoll deploy rollback` was asked.
#[derive(Debug)]
pub struct Options {
    /// What every part is asked.
    pub common: Common,
    /// The version to bring back.
    pub to: Option<String>,
    /// How long it is watched afterwards.
    pub watch: Option<Duration>,
    /// Whether it is done.
    pub doing: Doing,
}

/// Finds what to bring back, brings it back, and watches it.
pub(super) fn run(options: &Options, world: &mut World) -> Result<Outcome, Failure> {
    let common = &options.common;
    let mut site = Site::open(common, world)?;
    site.settings.watch = options.watch.unwrap_or(site.settings.watch);
    if site.settings.rollback.is_none() {
        return Err(Failure::message(
            FailureKind::Configuration,
            format!("nothing says how {} is rolled back", site.name),
        )
        .hint("set `rollback` below `deploy.environments`, as a command or a workflow"));
    }
    if options.doing == Doing::All && matches!(site.settings.rollback, Some(Rollback::Command(_))) {
        super::shell::check()?;
    }
    if options.doing == Doing::All && !site.lock()? {
        return telling::refused(common, &telling::busy(&site), world);
    }
    // What was cut off is what is to be taken back.
    let unfinished = site.unfinished()?.filter(|_| options.doing == Doing::All && options.to.is_none());
    if let Some(unfinished) = unfinished {
        return take_back(common, &site, unfinished, world);
    }
    let mut deployment = deployment(&site, options.to.as_deref(), world)?;
    let plan = site.plan(Kind::Rollback, None, Wishes::default());
    if options.doing == Doing::Nothing {
        let report = DeploymentReport {
            title: deployment.title(),
            plan: plan.steps,
            notes: plan.notes,
            ..DeploymentReport::default()
        };
        telling::report(common, &report, world)?;
        return Ok(Outcome::Pass);
    }
    begin::at_github(&site, &mut deployment, world)?;
    deployment.step = plan.first();
    let deployment = driver::drive(&site, deployment, world)?;
    telling::finished(common, deployment, Vec::new(), world)
}

/// Makes the rollback from what is there now to the version that is named, or to the last one that was well.
fn deployment(site: &Site, to: Option<&str>, world: &mut World) -> Result<Deployment, Failure> {
    let known = begin::known(site, world)?;
    let previous = deploy::there(&known).cloned();
    let bad = previous.as_ref().map(|bad| bad.version.as_str());
    let target = deploy::to_roll_back_to(&known, to, bad);
    let target = target.map_err(|reason| Failure::message(FailureKind::Input, reason).hint(listed(&known)))?;
    let Version { version, reference, commit, .. } = target;
    let wanted = begin::Wanted { version: Some(version), ..begin::Wanted::default() };
    let deployment = begin::deployment(site, wanted, world)?;
    Ok(Deployment { kind: Kind::Rollback, reference, commit, previous, ..deployment })
}

/// Takes a deployment back that was cut off or found bad.
pub(super) fn take_back(
    common: &Common,
    site: &Site,
    mut deployment: Deployment,
    world: &mut World,
) -> Result<Outcome, Failure> {
    super::shell::end_left_behind(&deployment, world);
    if deployment.step >= Step::Deploy {
        if deployment.step < Step::RollBack {
            driver::interrupt(&mut deployment, world);
            deployment.step = Step::RollBack;
        }
        let deployment = driver::drive(site, deployment, world)?;
        return telling::finished(common, deployment, Vec::new(), world);
    }
    let deployment = driver::settle(site, deployment, false, world)?;
    telling::finished(common, deployment, Vec::new(), world)
}

fn listed(known: &[deploy::Known]) -> String {
    let mut versions: Vec<&str> = Vec::new();
    for known in known.iter().rev().filter(|known| known.succeeded()) {
        if !versions.contains(&known.version.version.as_str()) {
            versions.push(&known.version.version);
        }
    }
    if versions.is_empty() {
        return "neither the tables nor GitHub know a deployment there: `plimsoll deploy run` and `finish` record them"
            .to_owned();
    }
    versions.truncate(SHOWN);
    format!("there were {}", versions.join(", "))
}

/// Tells GitHub and people that a deployment is being taken back.
pub(super) fn announce(site: &Site, deployment: &mut Deployment, world: &mut World) -> Result<(), Failure> {
    if let (Some(desk), true, None, Some(previous)) =
        (&site.desk, deployment.at_github, deployment.rollback_id, &deployment.previous)
    {
        let new = New { rollback_of: Some(deployment.id), ..github::new(Kind::Rollback, previous, site) };
        match desk.begin(new, world) {
            Ok(id) => {
                deployment.rollback_id = Some(id);
                site.save(deployment)?;
            }
            // Rolling back is more urgent than telling of it.
            Err(failure) => crate::commands::append::warn(&failure, world),
        }
    }
    webhooks::tell(site, deployment, News::RollsBack, world).map(drop)
}
