//! Writes down how a deployment ended: in the tables, at GitHub, to people. All of it may be done
//! again after a kill: rows are merged by their key.

use jiff::{SignedDuration, Timestamp};

use crate::commands::append;
use crate::error::Failure;
use crate::model::deployment::{Deployment, Ending, Kind, Step, StepResult, Version};
use crate::model::history::{Cell, Row, TableId};
use crate::world::World;

use super::site::Site;
use super::steps::Went;
use super::webhooks::{self, News};

/// Records. A table that cannot be written fails the call, and the next one goes on from here; what
/// GitHub or a webhook does not take is only told.
pub(super) fn record(site: &Site, deployment: &mut Deployment, world: &mut World) -> Result<Went, Failure> {
    append::rows(&site.metrics, rows(site, deployment))?;
    if let Err(failure) = tell_github(site, deployment, world) {
        append::warn(&failure, world);
    }
    webhooks::tell(site, deployment, News::Ended, world)?;
    Ok(Went::passed(""))
}

fn tell_github(site: &Site, deployment: &Deployment, world: &World) -> Result<(), Failure> {
    let (Some(desk), true, Some(ending)) = (&site.desk, deployment.at_github, deployment.ending) else { return Ok(()) };
    let reason = deployment.trouble.as_ref().map(|trouble| format!("{}: {}", trouble.step.word(), trouble.reason));
    let url = site.settings.url.as_deref();
    let reason = reason.as_deref().unwrap_or(ending.word());
    desk.status(deployment.id, ending.state(), (reason, url), world)?;
    if let Some(rollback) = deployment.rollback_id {
        let state = if ending == Ending::RolledBack { "success" } else { "failure" };
        desk.status(rollback, state, (&format!("takes back {}", deployment.version), url), world)?;
    }
    Ok(())
}

/// Makes the rows: one of the deployment, and one of its rollback.
fn rows(site: &Site, deployment: &Deployment) -> Vec<Row> {
    let ending = deployment.ending.unwrap_or(Ending::Broken);
    let rolled_back = deployment.done.iter().find(|done| done.step == Step::RollBack);
    let last = deployment.done.last().map_or(deployment.began_at, |done| done.ended_at);
    let incident = incident(deployment);
    let itself = deployment.itself();
    if deployment.kind == Kind::Rollback {
        let of = deployment.previous.as_ref().map(|previous| previous.deployment.to_string());
        let row = row(site, &itself, (deployment.created_at, recovered(deployment).unwrap_or(last)));
        let row = row.with("state", Cell::text(ending.state())).with("incident", Cell::text(incident));
        return vec![row.with("rollback_of", Cell::text(of.unwrap_or_else(|| "unknown".to_owned())))];
    }
    // It ended when it was known to be well or not.
    let known = deployment.trouble.as_ref().map(|trouble| trouble.at);
    let row_of = row(site, &itself, (deployment.created_at, known.unwrap_or(last)));
    let failed = matches!(ending, Ending::RolledBack | Ending::Broken);
    let omitted = Cell::text(deployment.omitted.join(" "));
    let incident = Cell::text(if failed { incident } else { String::new() });
    let mut rows = vec![
        row_of.with("state", Cell::text(ending.state())).with("incident", incident.clone()).with("omitted", omitted),
    ];
    if let Some(done) = rolled_back {
        let previous = deployment.previous.clone();
        let previous = previous.unwrap_or_else(|| Version { version: "unknown".to_owned(), ..Version::default() });
        let back = Version { deployment: deployment.rollback_id.unwrap_or_else(|| number(done.began_at)), ..previous };
        let state = if ending == Ending::RolledBack { "success" } else { "failure" };
        let row = row(site, &back, (done.began_at, recovered(deployment).unwrap_or(last)));
        let row = row.with("state", Cell::text(state)).with("incident", incident);
        rows.push(row.with("rollback_of", Cell::text(deployment.id.to_string())));
    }
    rows
}

/// Returns when what was brought back was known to be well; watching it longer takes no time from it.
fn recovered(deployment: &Deployment) -> Option<Timestamp> {
    let passed = |step: Step| deployment.step_done(step).filter(|done| done.result == StepResult::Passed);
    passed(Step::Recover).or_else(|| passed(Step::RollBack)).map(|done| done.ended_at)
}

fn row(site: &Site, version: &Version, (from, to): (Timestamp, Timestamp)) -> Row {
    let seconds = to.duration_since(from).max(SignedDuration::ZERO).as_secs_f64();
    Row::new(TableId::Deployments)
        .with("repository", Cell::from_option(site.origin.repository.as_deref(), Cell::text))
        .with("deployment_id", Cell::integer(version.deployment))
        .with("environment", Cell::text(site.name.as_str()))
        .with("ref", Cell::text(version.reference.as_str()))
        .with("commit", Cell::text(version.commit.as_str()))
        .with("created_at", Cell::time(from))
        .with("finished_at", Cell::time(to))
        .with("duration_s", Cell::rounded(seconds))
        .with("source", Cell::text(super::SOURCE))
        .with("version", Cell::text(version.version.as_str()))
}

/// Names the incident that a failed deployment is: its rollback ends it.
fn incident(deployment: &Deployment) -> String {
    let of = match (deployment.kind, &deployment.previous) {
        (Kind::Rollback, Some(bad)) => bad.deployment,
        (Kind::Rollback, None) | (Kind::Deployment, _) => deployment.id,
    };
    format!("{}/{of}", deployment.environment)
}

/// Makes a number of a moment, for the tables where GitHub gives none: microseconds since 1970, which
/// keep the order of time and stay below 2^53 until the year 2255.
pub(super) fn number(at: Timestamp) -> u64 {
    u64::try_from(at.as_microsecond()).unwrap_or(0)
}
