//! The whole way around a command.

use crate::deploy::Wishes;
use crate::error::{Failure, FailureKind};
use crate::model::deployment::{Deployment, DeploymentReport, Ending, Kind, StepResult};
use crate::outcome::Outcome;
use crate::world::World;

use super::begin::{self, Wanted};
use super::site::Site;
use super::{Common, Demands, Doing, driver, shell, telling};

/// What `plimsoll deploy run` was asked.
#[derive(Debug)]
pub struct Options {
    /// What every part is asked.
    pub common: Common,
    /// What is deployed is called.
    pub version: Option<String>,
    /// The branch, tag or commit.
    pub reference: Option<String>,
    /// The command that deploys.
    pub command: Vec<String>,
    /// Whether tests are left out.
    pub skip_tests: bool,
    /// Whether the back-up is left out.
    pub no_backup: bool,
    /// What is demanded before.
    pub demands: Demands,
    /// Whether it is done.
    pub doing: Doing,
}

/// Settles what was cut off, and deploys.
pub(super) fn run(options: &Options, world: &mut World) -> Result<Outcome, Failure> {
    let common = &options.common;
    let mut site = Site::open(common, world)?;
    let command = command(options, &site)?;
    if options.doing == Doing::All {
        shell::check()?;
    }
    if options.doing == Doing::All && !site.lock()? {
        return telling::refused(common, &telling::busy(&site), world);
    }
    let omitted = [(options.skip_tests, "tests"), (options.no_backup, "backup")];
    let omitted = omitted.into_iter().filter(|(is, _)| *is).map(|(_, what)| what.to_owned()).collect();
    let wanted = Wanted { version: options.version.clone(), reference: options.reference.clone(), command, omitted };
    let mut deployment = begin::deployment(&site, wanted.clone(), world)?;
    if let Some(last) = site.unfinished()? {
        if options.doing == Doing::Nothing {
            deployment.notes.push(format!(
                "the {} was cut off in `{}` and would be settled first",
                last.title(),
                last.step.word()
            ));
        } else if let Some(settled) = settle(&site, last, &deployment, world)? {
            return telling::finished(common, settled, Vec::new(), world);
        } else {
            // What is there now may be another version than before.
            deployment = begin::deployment(&site, wanted, world)?;
        }
    }
    let shown = shell::shown(&deployment.command);
    let wishes = Wishes { skip_tests: options.skip_tests, no_backup: options.no_backup, has_endpoints: false };
    let plan = site.plan(Kind::Deployment, Some(&shown), wishes);
    deployment.notes.extend(plan.notes.iter().cloned());
    if options.doing == Doing::Nothing {
        return dry_run(options, &site, &deployment, plan.steps, world);
    }
    let admission = begin::admit(common, &site, &options.demands, &deployment, world)?;
    if !admission.refusals.is_empty() {
        let report = DeploymentReport {
            title: deployment.title(),
            checklist: admission.checklist,
            refusals: admission.refusals,
            ..DeploymentReport::default()
        };
        return telling::refused(common, &report, world);
    }
    deployment.omitted.extend(admission.omitted);
    deployment.notes.extend(admission.notes);
    begin::at_github(&site, &mut deployment, world)?;
    deployment.step = plan.first();
    let ended = driver::drive(&site, deployment, world)?;
    telling::finished(common, ended, admission.checklist, world)
}

/// Returns the command that was typed, or else the configuration's.
fn command(options: &Options, site: &Site) -> Result<Vec<String>, Failure> {
    if !options.command.is_empty() {
        return Ok(options.command.clone());
    }
    let configured = site.settings.command.as_deref().map(shell::command);
    configured.ok_or_else(|| {
        Failure::message(FailureKind::Usage, format!("nothing says how {} is deployed", site.name))
            .hint("type a command behind `--`, or set `command` below `deploy.environments`")
    })
}

/// Settles a deployment that was cut off. It comes back where it is what is asked for now, and is not
/// to be tried again; nothing comes back where the way is free.
fn settle(
    site: &Site,
    last: Deployment,
    wanted: &Deployment,
    world: &mut World,
) -> Result<Option<Deployment>, Failure> {
    let same = last.kind == Kind::Deployment
        && (&last.version, &last.commit, &last.command) == (&wanted.version, &wanted.commit, &wanted.command);
    let settled = driver::settle(site, last, same, world)?;
    let cut_off = settled.done.iter().any(|done| done.result == StepResult::Interrupted);
    match settled.ending {
        // Whoever is responsible has to look before anything else is tried.
        Some(Ending::Broken) => Ok(Some(settled)),
        // Only the kill was in the way of what is asked for again.
        Some(Ending::Unchanged | Ending::RolledBack) if same && cut_off => Ok(None),
        Some(_) | None if same => Ok(Some(settled)),
        Some(_) | None => Ok(None),
    }
}

fn dry_run(
    options: &Options,
    site: &Site,
    deployment: &Deployment,
    plan: Vec<crate::model::deployment::Planned>,
    world: &mut World,
) -> Result<Outcome, Failure> {
    let mut notes = deployment.notes.clone();
    notes.extend(deployment.omitted.iter().map(|what| format!("left out: {what}")));
    if site.is_production() || site.settings.checklist.is_some() {
        notes.push("the checklist and the gates are looked at when it begins".to_owned());
    }
    let report = DeploymentReport { title: deployment.title(), plan, notes, ..DeploymentReport::default() };
    telling::report(&options.common, &report, world)?;
    Ok(Outcome::Pass)
}
