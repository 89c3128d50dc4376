//! Goes from step to step. Before each the environment's file says which, so that a kill at any moment
//! leaves a deployment that is known.

use crate::deploy::{self, Resumed};
use crate::error::{Failure, FailureKind};
use crate::model::deployment::{Deployment, Done, Ending, Step, StepResult, Trouble};
use crate::world::World;

use super::site::Site;
use super::steps::{self, Went};
use super::{shell, telling};

/// Goes on until the deployment has ended.
///
/// # Errors
/// A file cannot be written, or a signal asked for the end; the next call goes on.
pub(super) fn drive(site: &Site, mut deployment: Deployment, world: &mut World) -> Result<Deployment, Failure> {
    let plan = site.plan_of(&deployment);
    loop {
        deployment.process = None;
        deployment.began_at = world.clock.now();
        site.save(&deployment)?;
        let step = deployment.step;
        if step == Step::Ended {
            return Ok(deployment);
        }
        telling::begins(&deployment, &plan, world)?;
        let went = steps::go_through(site, &mut deployment, world)?;
        let result = conclude(&mut deployment, went, world)?;
        let (next, ending) = deploy::after(&plan, step, result);
        deployment.step = next;
        if next == Step::Record {
            deployment.ending = deployment.ending.or(Some(deploy::ending(deployment.kind, ending)));
        }
    }
}

/// Tells how a step went, and notes it as done.
///
/// # Errors
/// A signal asked for the end; the next call goes on.
pub(super) fn conclude(deployment: &mut Deployment, went: Went, world: &mut World) -> Result<StepResult, Failure> {
    let (result, note) = match went {
        Went::Passed(note) => (StepResult::Passed, note),
        Went::Failed(reason) => (StepResult::Failed, reason),
        Went::Halted => return Err(halted(deployment)),
    };
    telling::ended(deployment, result, &note, world)?;
    end(deployment, result, note, world);
    Ok(result)
}

/// Notes a step as done.
fn end(deployment: &mut Deployment, result: StepResult, note: String, world: &World) {
    let ended_at = world.clock.now();
    let (step, began_at) = (deployment.step, deployment.began_at);
    if result != StepResult::Passed && step != Step::Measure && deployment.trouble.is_none() {
        deployment.trouble = Some(Trouble { step, at: ended_at, reason: note.clone() });
    }
    deployment.done.push(Done { step, began_at, ended_at, result, note });
}

/// Settles a deployment that was cut off: it goes on, goes back, or is given up.
///
/// # Errors
/// As [`drive`].
pub(super) fn settle(
    site: &Site,
    mut deployment: Deployment,
    asked_again: bool,
    world: &mut World,
) -> Result<Deployment, Failure> {
    shell::end_left_behind(&deployment, world);
    let resumed = deploy::interrupted(&site.plan_of(&deployment), &deployment, asked_again);
    telling::resumes(&deployment, resumed, world)?;
    match resumed {
        Resumed::GivenUp => {
            interrupt(&mut deployment, world);
            deployment.step = Step::Record;
            deployment.ending = Some(Ending::Unchanged);
        }
        Resumed::At(step) => {
            if step != deployment.step {
                interrupt(&mut deployment, world);
            }
            deployment.step = step;
        }
    }
    drive(site, deployment, world)
}

/// Notes that a deployment was cut off in its step.
pub(super) fn interrupt(deployment: &mut Deployment, world: &World) {
    let reason = format!("cut off in the step `{}`", deployment.step.word());
    end(deployment, StepResult::Interrupted, reason, world);
}

fn halted(deployment: &Deployment) -> Failure {
    let message = format!("a signal stopped the {} in the step `{}`", deployment.title(), deployment.step.word());
    Failure::message(FailureKind::Input, message).hint(format!(
        "`plimsoll deploy resume --env {}` or the next deployment goes on from there",
        deployment.environment
    ))
}
