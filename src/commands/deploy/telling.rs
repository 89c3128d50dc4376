//! Says how a deployment goes: line by line while it does, and as a report at its end.

use std::io::Write as _;

use crate::commands::{deliver, step};
use crate::deploy::{Plan, Resumed};
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::deployment::{CheckedBox, Deployment, DeploymentReport, Ending, Step, StepResult};
use crate::outcome::Outcome;
use crate::outputs::formats::deployment;
use crate::outputs::formats::escape;
use crate::world::World;

use super::site::Site;
use super::{Common, Format};

/// Says that a step begins.
pub(super) fn begins(deployment: &Deployment, plan: &Plan, world: &mut World) -> Result<(), Failure> {
    let what = plan.steps.iter().find(|planned| planned.step == deployment.step).map_or("", |planned| &planned.what);
    line(&format!("{}: {}: {what}", deployment.environment, deployment.step.word()), world)
}

/// Says how a step ended.
pub(super) fn ended(deployment: &Deployment, result: StepResult, note: &str, world: &mut World) -> Result<(), Failure> {
    let took = world.clock.now().duration_since(deployment.began_at).as_secs_f64();
    let note = if note.is_empty() { String::new() } else { format!(": {note}") };
    line(
        &format!("{}: {}: {} after {took:.1} s{note}", deployment.environment, deployment.step.word(), result.word()),
        world,
    )
}

/// Says what becomes of a deployment that was cut off.
pub(super) fn resumes(deployment: &Deployment, resumed: Resumed, world: &mut World) -> Result<(), Failure> {
    let what = match resumed {
        Resumed::GivenUp => "it is given up, nothing was changed".to_owned(),
        Resumed::At(step) => format!("it goes on with `{}`", step.word()),
    };
    line(&format!("the {} was cut off in `{}`: {what}", deployment.title(), deployment.step.word()), world)
}

fn line(text: &str, world: &mut World) -> Result<(), Failure> {
    let flat: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let told = escape::log_line(&escape::terminal(&format!("deploy: {}", flat.trim_end()))) + "\n";
    world.stderr.write_all(told.as_bytes()).kind(FailureKind::Output)
}

/// Says that somebody else is at it.
pub(super) fn busy(site: &Site) -> DeploymentReport {
    let refusal = match site.last() {
        Ok(Some(last)) => format!("the {} is in its step `{}`, in another process", last.title(), last.step.word()),
        Ok(None) | Err(_) => "another process deploys there".to_owned(),
    };
    DeploymentReport {
        title: format!("deployment to {}", site.name),
        refusals: vec![refusal],
        ..DeploymentReport::default()
    }
}

/// Says why nothing is done.
pub(super) fn refused(common: &Common, refusal: &DeploymentReport, world: &mut World) -> Result<Outcome, Failure> {
    report(common, refusal, world)?;
    step::outputs(&[("state", "refused")], world)?;
    Ok(Outcome::Fail)
}

/// Says how a deployment ended, and what that comes to.
pub(super) fn finished(
    common: &Common,
    ended: Deployment,
    checklist: Vec<CheckedBox>,
    world: &mut World,
) -> Result<Outcome, Failure> {
    let good = ended.ending == Some(Ending::Succeeded);
    let told = DeploymentReport {
        title: ended.title(),
        checklist,
        notes: ended.notes.clone(),
        deployment: Some(ended),
        ..DeploymentReport::default()
    };
    report(common, &told, world)?;
    Ok(if good { Outcome::Pass } else { Outcome::Fail })
}

/// Writes a report, and tells the job.
pub(super) fn report(common: &Common, report: &DeploymentReport, world: &mut World) -> Result<(), Failure> {
    let output = common.output.as_deref();
    let rendered = match common.format.unwrap_or_else(|| Format::usual(world)) {
        Format::Human => deployment::human(report, world.width, deliver::color(output, world)),
        Format::Github => deployment::github(report),
        Format::Json => deployment::json(report),
        Format::Markdown => deployment::markdown(report),
    };
    deliver::write(&rendered, output, world)?;
    if let Some(deployment) = &report.deployment {
        let state = deployment.ending.map_or("in_progress", Ending::state);
        let id = deployment.id.to_string();
        let previous = deployment.previous.as_ref().map_or("", |previous| &previous.version);
        let rolled_back = if deployment.step_done(Step::RollBack).is_some() { "true" } else { "false" };
        let outputs = [
            ("deployment-id", id.as_str()),
            ("state", state),
            ("version", &deployment.version),
            ("previous-version", previous),
            ("rolled-back", rolled_back),
        ];
        step::outputs(&outputs, world)?;
    }
    step::summary(|| deployment::markdown(report), world)
}
