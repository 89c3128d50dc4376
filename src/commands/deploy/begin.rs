//! What must hold before a deployment begins, and the deployment that comes of it.

use jiff::tz::TimeZone;

use crate::commands::{append, gate};
use crate::deploy::{self, Item};
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::deployment::{CheckedBox, Deployment, Kind, Standing, Step, Version};
use crate::model::history::History;
use crate::model::verdict::GateVerdict;
use crate::outputs::sinks::deployments::New;
use crate::sources::history;
use crate::world::World;

use super::github;
use super::record::number;
use super::site::Site;
use super::{Common, Demands, evidence};

/// Whether something may begin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Admission {
    /// The checklist.
    pub(super) checklist: Vec<CheckedBox>,
    /// Why not.
    pub(super) refusals: Vec<String>,
    /// What was left out on purpose.
    pub(super) omitted: Vec<String>,
    /// What people should know.
    pub(super) notes: Vec<String>,
}

/// Looks whether a deployment may begin: gates, the checklist, and others that are under way.
pub(super) fn admit(
    common: &Common,
    site: &Site,
    demands: &Demands,
    deployment: &Deployment,
    world: &mut World,
) -> Result<Admission, Failure> {
    let mut admission = Admission::default();
    if let Some(desk) = &site.desk {
        let own = deployment.at_github.then_some(deployment.id);
        if let Some(other) = desk.under_way(&site.name, own, world)? {
            admission.refusals.push(format!(
                "deployment {} to {} is {} since {}: finish it first, with `plimsoll deploy finish --env {} --id {} \
                 --state failure` if nobody does",
                other.id, site.name, other.state, other.updated_at, site.name, other.id
            ));
        }
    }
    let gates = failing_gates(common, site, world)?;
    admission.checklist = checklist(site, demands, deployment, world)?;
    let open = admission.checklist.iter().filter_map(|ticked| match &ticked.standing {
        Standing::Open(why) => Some(format!("the box `{}` is open: {why}", ticked.name)),
        Standing::Proven(_) | Standing::Attested(_) => None,
    });
    let open: Vec<String> = open.collect();
    match &demands.force {
        Some(reason) => {
            if !gates.is_empty() {
                admission.omitted.push("gates".to_owned());
            }
            if !open.is_empty() {
                admission.omitted.push("checklist".to_owned());
            }
            admission.notes.push(format!("forced: {reason}"));
        }
        None => admission.refusals.extend(gates.into_iter().chain(open)),
    }
    Ok(admission)
}

fn failing_gates(common: &Common, site: &Site, world: &World) -> Result<Vec<String>, Failure> {
    if !site.metrics.is_dir() {
        return Ok(Vec::new());
    }
    let options = gate::Options {
        configuration: common.configuration.clone(),
        metrics: Some(site.metrics.clone()),
        ..gate::Options::default()
    };
    let report = gate::evaluate(&site.config, &options, world)?;
    let failing = report.verdicts.iter().filter(|verdict| verdict.fails());
    Ok(failing.map(|verdict: &GateVerdict| format!("the gate {} fails", verdict.series)).collect())
}

fn checklist(
    site: &Site,
    demands: &Demands,
    deployment: &Deployment,
    world: &mut World,
) -> Result<Vec<CheckedBox>, Failure> {
    let usual: &[Item] = if site.is_production() { &Item::ALL } else { &[] };
    let items = site.settings.checklist.as_deref().unwrap_or(usual);
    if items.is_empty() {
        return Ok(Vec::new());
    }
    let evidence = evidence::gather(site, items, deployment, world)?;
    let attested = demands
        .attested
        .iter()
        .map(|(item, by)| (*item, deploy::Attestation { by: by.clone(), on: None, until: None }));
    let today = world.clock.now().to_zoned(TimeZone::UTC).date();
    Ok(deploy::judge_checklist(items, &site.settings, &attested.collect(), &evidence, today))
}

/// Reads the tables, as far as they are there.
pub(super) fn tables(site: &Site) -> Result<History, Failure> {
    if !site.metrics.is_dir() {
        return Ok(History::default());
    }
    let stored = history::read(&site.metrics).and_then(|stored| stored.sound(&site.metrics));
    Ok(stored.kind(FailureKind::Input)?.history)
}

/// Returns the versions that the environment had, oldest first: from GitHub where it is asked, and from
/// the tables.
pub(super) fn known(site: &Site, world: &mut World) -> Result<Vec<deploy::Known>, Failure> {
    let mut known = deploy::known(&tables(site)?, &site.name);
    let Some(desk) = &site.desk else { return Ok(known) };
    match desk.newest(&site.name, world) {
        Ok(remote) => {
            let ours: Vec<u64> = known.iter().map(|known| known.version.deployment).collect();
            known.extend(remote.into_iter().filter(|remote| !ours.contains(&remote.id)).filter_map(from_github));
            known.sort_by_key(|known| (known.at, known.version.deployment));
        }
        Err(failure) => append::warn(&failure, world),
    }
    Ok(known)
}

fn from_github(remote: crate::sources::remote_deployments::RemoteDeployment) -> Option<deploy::Known> {
    let end = deploy::KnownEnd::from_state(&remote.state)?;
    let version = remote.version.unwrap_or_else(|| remote.reference.clone());
    let version = Version { deployment: remote.id, version, reference: remote.reference, commit: remote.commit };
    Some(deploy::Known { version, at: remote.updated_at, end, is_rollback: remote.is_rollback })
}

/// What is to be deployed, as it was typed.
#[derive(Clone, Debug, Default)]
pub(super) struct Wanted {
    /// What it is called.
    pub(super) version: Option<String>,
    /// The branch, tag or commit.
    pub(super) reference: Option<String>,
    /// The command that deploys.
    pub(super) command: Vec<String>,
    /// What is left out on purpose.
    pub(super) omitted: Vec<String>,
}

/// Makes a deployment that nobody has heard of yet.
pub(super) fn deployment(site: &Site, wanted: Wanted, world: &mut World) -> Result<Deployment, Failure> {
    let now = world.clock.now();
    let said = |name: &str| world.environment.get(name).filter(|_| world.environment.in_actions());
    let tag = said("GITHUB_REF_NAME").filter(|_| said("GITHUB_REF_TYPE") == Some("tag"));
    let commit = site.origin.commit.clone().unwrap_or_default();
    let short = commit.get(..12).map(str::to_owned);
    let version = wanted.version.or_else(|| tag.map(str::to_owned)).or(wanted.reference.clone()).or(short);
    let version = version.unwrap_or_else(|| now.strftime("%Y%m%d%H%M%S").to_string());
    check_version(&version)?;
    let reference = wanted.reference.or_else(|| site.origin.branch.clone()).unwrap_or_default();
    let known = known(site, world)?;
    // What is there now is the last that did, also if it is deployed once more.
    let previous = known.iter().rev().find(|known| known.succeeded()).map(|known| known.version.clone());
    Ok(Deployment {
        id: number(now),
        at_github: false,
        kind: Kind::Deployment,
        environment: site.name.clone(),
        version,
        reference,
        commit,
        command: wanted.command,
        created_at: now,
        step: Step::Record,
        began_at: now,
        process: None,
        done: Vec::new(),
        previous,
        before: Vec::new(),
        archive: None,
        trouble: None,
        ending: None,
        omitted: wanted.omitted,
        rollback_id: None,
        rollback_run: None,
        notes: Vec::new(),
    })
}

/// Refuses what could not be told from an option, a line or a path.
fn check_version(version: &str) -> Result<(), Failure> {
    let fine = !version.trim().is_empty()
        && !version.starts_with('-')
        && version.chars().count() <= 200
        && !version.chars().any(char::is_control);
    if fine {
        return Ok(());
    }
    Err(Failure::message(FailureKind::Usage, format!("`{}` cannot be a version", version.escape_debug()))
        .hint("a version is one line of at most 200 characters that does not begin with `-`"))
}

/// Makes the deployment at GitHub, where it is asked.
pub(super) fn at_github(site: &Site, deployment: &mut Deployment, world: &World) -> Result<(), Failure> {
    let Some(desk) = &site.desk else { return Ok(()) };
    let bad = deployment.previous.as_ref().filter(|_| deployment.kind == Kind::Rollback);
    let rollback_of = bad.map(|bad| bad.deployment);
    let itself = deployment.itself();
    deployment.id = desk.begin(New { rollback_of, ..github::new(deployment.kind, &itself, site) }, world)?;
    deployment.at_github = true;
    Ok(())
}
