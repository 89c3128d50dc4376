//! Brings a version back: after a deployment that failed, or because somebody asks for it.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::SignedDuration;

use crate::deploy::{self, Wishes};
use crate::error::{Failure, FailureKind};
use crate::github::records::Run;
use crate::model::deployment::{Deployment, DeploymentReport, Kind, Version};
use crate::outcome::Outcome;
use crate::outputs::sinks::deployments as sink;
use crate::sources::remote_deployments as remote;
use crate::world::World;

use super::github::Desk;
use super::site::Site;
use super::steps::Went;
use super::webhooks::{self, News};
use super::{Common, Doing, begin, driver, telling};

/// The time between two looks at a run.
const PAUSE: Duration = Duration::from_secs(5);

/// How long GitHub may take to show a run that was started.
const APPEARS: SignedDuration = SignedDuration::from_mins(2);

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
    if options.doing == Doing::All && !site.lock()? {
        return telling::refused(common, &telling::busy(&site), world);
    }
    let last = site.last()?;
    let unfinished = last.filter(|last| last.step < crate::model::deployment::Step::Ended);
    if let Some(unfinished) = unfinished.filter(|_| options.doing == Doing::All && options.to.is_none()) {
        // What was cut off is what is to be taken back.
        return take_back(common, &site, unfinished, world);
    }
    let known = begin::known(&site, world)?;
    let now = known.iter().rev().find(|known| known.succeeded).map(|known| known.version.clone());
    let bad = now.as_ref().map(|now| now.version.clone());
    let target = deploy::to_roll_back_to(&known, options.to.as_deref(), bad.as_deref());
    let target = target.map_err(|reason| Failure::message(FailureKind::Input, reason).hint(listed(&known)))?;
    let wanted = begin::Wanted { version: Some(target.version.clone()), ..begin::Wanted::default() };
    let mut deployment = begin::deployment(&site, wanted, world)?;
    let Version { reference, commit, .. } = target;
    deployment = Deployment { kind: Kind::Rollback, reference, commit, previous: now, ..deployment };
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

/// Takes a deployment back that was cut off or found bad.
pub(super) fn take_back(
    common: &Common,
    site: &Site,
    mut deployment: Deployment,
    world: &mut World,
) -> Result<Outcome, Failure> {
    super::shell::end_left_behind(&deployment, world);
    if deployment.step >= crate::model::deployment::Step::Deploy {
        if deployment.step < crate::model::deployment::Step::RollBack {
            driver::interrupt(&mut deployment, world);
            deployment.step = crate::model::deployment::Step::RollBack;
        }
        let deployment = driver::drive(site, deployment, world)?;
        return telling::finished(common, deployment, Vec::new(), world);
    }
    let deployment = driver::settle(site, deployment, false, world)?;
    telling::finished(common, deployment, Vec::new(), world)
}

fn listed(known: &[deploy::Known]) -> String {
    let mut versions: Vec<&str> = Vec::new();
    for known in known.iter().rev().filter(|known| known.succeeded) {
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
    if let (Some(desk), true, None, Some(_)) =
        (&site.desk, deployment.at_github, deployment.rollback_id, &deployment.previous)
    {
        match Desk::begin(desk, deployment, Kind::Rollback, site.is_production(), world) {
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

/// Starts a workflow that brings the version back, and waits until it has ended.
pub(super) fn by_workflow(
    site: &Site,
    deployment: &Deployment,
    (file, reference, inputs): (&str, Option<&str>, &BTreeMap<String, String>),
    world: &mut World,
) -> Result<Went, Failure> {
    let Some(desk) = &site.desk else {
        return Ok(Went::failed("a workflow rolls back, and GitHub is not asked: a token is needed"));
    };
    let branch = match reference {
        Some(reference) => reference.to_owned(),
        None => match remote::default_branch(&desk.client, &desk.repository) {
            Ok(branch) => branch,
            Err(error) => return Ok(Went::failed(desk.unread(error, world).to_string())),
        },
    };
    let inputs = filled(inputs, deployment);
    // Clocks differ by a little.
    let since = world.clock.now().saturating_sub(SignedDuration::from_secs(5)).unwrap_or_else(|_| world.clock.now());
    let before = match remote::dispatched(&desk.client, &desk.repository, file, since) {
        Ok(runs) => runs.iter().filter_map(|run| run.id).collect::<Vec<u64>>(),
        Err(error) => return Ok(Went::failed(desk.unread(error, world).to_string())),
    };
    if let Err(error) = sink::dispatch(&desk.client, &desk.repository, file, &branch, &inputs) {
        return Ok(Went::failed(desk.untold(error, world).to_string()));
    }
    let limit = SignedDuration::try_from(site.settings.timeout).unwrap_or(SignedDuration::MAX);
    let end = world.clock.now().saturating_add(limit).unwrap_or(jiff::Timestamp::MAX);
    let appears = world.clock.now().saturating_add(APPEARS).unwrap_or(end);
    let mut run: Option<Run> = None;
    loop {
        world.sleeper.sleep(PAUSE);
        let now = world.clock.now();
        let found = match run.as_ref().and_then(|run| run.id) {
            Some(id) => remote::run(&desk.client, &desk.repository, id).map(Some),
            None => remote::dispatched(&desk.client, &desk.repository, file, since).map(|runs| newcomer(runs, &before)),
        };
        match found {
            Ok(found) => run = found.or(run),
            Err(error) => return Ok(Went::failed(desk.unread(error, world).to_string())),
        }
        let id = run.as_ref().and_then(|run| run.id).unwrap_or_default();
        match run.as_ref().map(|run| (run.status.as_deref(), run.conclusion.as_deref())) {
            Some((Some("completed"), Some("success"))) => {
                return Ok(Went::Passed(format!("run {id} of {file} succeeded")));
            }
            Some((Some("completed"), conclusion)) => {
                return Ok(Went::failed(format!("run {id} of {file} ended with {}", conclusion.unwrap_or("nothing"))));
            }
            None if now > appears => return Ok(Went::failed(format!("no run of {file} has appeared"))),
            Some(_) | None if now > end => return Ok(Went::failed(format!("run {id} of {file} takes too long"))),
            Some(_) | None => {}
        }
    }
}

/// Picks the oldest run that was not there before: others may have been started since.
fn newcomer(runs: Vec<Run>, before: &[u64]) -> Option<Run> {
    let new = runs.into_iter().filter(|run| run.id.is_some_and(|id| !before.contains(&id)));
    new.min_by_key(|run| run.id)
}

fn filled(inputs: &BTreeMap<String, String>, deployment: &Deployment) -> BTreeMap<String, String> {
    let previous = deployment.previous.as_ref().filter(|_| deployment.kind == Kind::Deployment);
    let (version, commit, reference) = match previous {
        Some(back) => (&back.version, &back.commit, &back.reference),
        None => (&deployment.version, &deployment.commit, &deployment.reference),
    };
    let id = deployment.id.to_string();
    let places = [
        ("{version}", version),
        ("{commit}", commit),
        ("{ref}", reference),
        ("{environment}", &deployment.environment),
        ("{deployment}", &id),
    ];
    let fill = |text: &String| places.iter().fold(text.clone(), |text, (place, value)| text.replace(place, value));
    inputs.iter().map(|(name, text)| (name.clone(), fill(text))).collect()
}
