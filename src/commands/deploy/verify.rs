//! Watches what was deployed, and takes it back where it is not well and that is wanted.

use crate::error::{Failure, FailureKind};
use crate::model::deployment::{Deployment, DeploymentReport, Kind, Step, StepResult};
use crate::outcome::Outcome;
use crate::world::World;

use super::site::Site;
use super::{Common, begin, driver, rollback, steps, telling};

/// What `plimsoll deploy verify` was asked.
#[derive(Debug)]
pub struct Options {
    /// What every part is asked.
    pub common: Common,
    /// The deployment's number at GitHub, where its file is elsewhere.
    pub id: Option<u64>,
    /// What becomes of a deployment that is not well.
    pub otherwise: Otherwise,
}

/// What becomes of a deployment that is not well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Otherwise {
    /// It is only said.
    Told,
    /// It is taken back.
    RolledBack,
}

/// Verifies.
pub(super) fn run(options: &Options, world: &mut World) -> Result<Outcome, Failure> {
    let common = &options.common;
    let mut site = Site::open(common, world)?;
    if !site.lock()? {
        return telling::refused(common, &telling::busy(&site), world);
    }
    let has_figures = !site.figures.is_empty();
    if site.endpoints.is_empty() && site.settings.smoke.is_none() && !has_figures {
        return Err(Failure::message(
            FailureKind::Configuration,
            format!("there is nothing to verify {} with", site.name),
        )
        .hint("give it endpoints below `health.environments`, or a `smoke` command below `deploy.environments`"));
    }
    let mut deployment = found(&site, options.id, world)?;
    super::shell::end_left_behind(&deployment, world);
    deployment.step = Step::Verify;
    deployment.began_at = world.clock.now();
    // Whoever verifies once more wants to know how it is now.
    deployment.trouble.take_if(|trouble| trouble.step == Step::Verify);
    site.save(&deployment)?;
    let went = steps::verify(&site, &mut deployment, world)?;
    let result = driver::conclude(&mut deployment, went, world)?;
    deployment.process = None;
    site.save(&deployment)?;
    if result == StepResult::Failed && options.otherwise == Otherwise::RolledBack {
        deployment.step = Step::RollBack;
        return rollback::take_back(common, &site, deployment, world);
    }
    let report =
        DeploymentReport { title: deployment.title(), deployment: Some(deployment), ..DeploymentReport::default() };
    telling::report(common, &report, world)?;
    Ok(if result == StepResult::Passed { Outcome::Pass } else { Outcome::Fail })
}

/// Finds the deployment that is under way: in its file, or at GitHub.
///
/// # Errors
/// There is none.
pub(super) fn found(site: &Site, id: Option<u64>, world: &mut World) -> Result<Deployment, Failure> {
    if let Some(last) = site.unfinished()?.filter(|last| id.is_none_or(|id| last.id == id)) {
        return Ok(last);
    }
    let (Some(desk), Some(id)) = (&site.desk, id) else {
        return Err(Failure::message(FailureKind::Input, format!("no deployment to {} is under way here", site.name))
            .hint("`plimsoll deploy start` begins one; from another machine name its number at GitHub with --id"));
    };
    let remote = desk.one(id, world)?;
    if remote.environment != site.name {
        let message = format!("deployment {id} went to {}, not to {}", remote.environment, site.name);
        return Err(Failure::message(FailureKind::Usage, message));
    }
    let version = remote.version.clone().unwrap_or_else(|| remote.reference.clone());
    let wanted = begin::Wanted { version: Some(version), ..begin::Wanted::default() };
    let deployment = begin::deployment(site, wanted, world)?;
    Ok(Deployment {
        id,
        at_github: true,
        kind: if remote.is_rollback { Kind::Rollback } else { Kind::Deployment },
        reference: remote.reference,
        commit: remote.commit,
        created_at: remote.created_at,
        began_at: remote.updated_at,
        step: Step::Deploy,
        ..deployment
    })
}
