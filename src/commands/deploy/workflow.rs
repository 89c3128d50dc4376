//! Brings a version back by a workflow: starts it, and waits until its run has ended.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::error::Failure;
use crate::github::records::Run;
use crate::model::deployment::Deployment;
use crate::outputs::sinks::deployments as sink;
use crate::sources::remote_deployments::{self as remote, RemoteError};
use crate::world::World;

use super::github::Desk;
use super::site::Site;
use super::steps::Went;

/// The time between two looks at a run.
const PAUSE: Duration = Duration::from_secs(5);

/// How long GitHub may take to show a run that was started.
const APPEARS: SignedDuration = SignedDuration::from_mins(2);

/// How far a server's clock may be behind ours.
const SKEW: SignedDuration = SignedDuration::from_secs(5);

/// The workflow that the configuration names.
pub(super) struct Workflow<'site> {
    /// Its file below `.github/workflows`.
    pub(super) file: &'site str,
    /// The branch or tag whose file is run; the default branch's where none is named.
    pub(super) reference: Option<&'site str>,
    /// Its inputs, with places that are filled.
    pub(super) inputs: &'site BTreeMap<String, String>,
}

/// Starts the workflow and waits. A run that a call has started which was killed is not started again.
pub(super) fn roll_back(
    site: &Site,
    deployment: &mut Deployment,
    workflow: &Workflow<'_>,
    world: &World,
) -> Result<Went, Failure> {
    let Some(desk) = &site.desk else {
        return Ok(Went::failed("a workflow rolls back, and GitHub is not asked: a token is needed"));
    };
    let runs = Runs { desk, file: workflow.file, world };
    let id = match deployment.rollback_run {
        Some(id) => id,
        None => match runs.start(workflow, deployment) {
            Ok(id) => {
                deployment.rollback_run = Some(id);
                site.save(deployment)?;
                id
            }
            Err(reason) => return Ok(Went::Failed(reason)),
        },
    };
    Ok(runs.wait(id, site.settings.timeout).map_or_else(Went::Failed, Went::Passed))
}

/// The runs of one workflow. What goes wrong is told in words: it is why the version is not back.
struct Runs<'site> {
    desk: &'site Desk,
    file: &'site str,
    world: &'site World,
}

impl Runs<'_> {
    /// Starts one and returns its number.
    fn start(&self, workflow: &Workflow<'_>, deployment: &Deployment) -> Result<u64, String> {
        let (client, repository) = (&self.desk.client, &self.desk.repository);
        let branch = match workflow.reference {
            Some(reference) => reference.to_owned(),
            None => remote::default_branch(client, repository).map_err(|error| self.unread(error))?,
        };
        let inputs = filled(workflow.inputs, deployment);
        let since = self.world.clock.now().saturating_sub(SKEW).unwrap_or(Timestamp::MIN);
        // Servers that do not say which run they start have to be asked what was there before.
        let before = if client.is_of_own_server() { self.since(since)? } else { Vec::new() };
        let started = sink::dispatch(client, repository, self.file, &branch, &inputs)
            .map_err(|error| self.desk.untold(error, self.world).to_string())?;
        started.map_or_else(|| self.newcomer(since, &before), Ok)
    }

    /// Waits for a run that was not there before. Of several the oldest is taken: others may have been started since.
    fn newcomer(&self, since: Timestamp, before: &[u64]) -> Result<u64, String> {
        let end = self.after(APPEARS);
        while self.world.clock.now() <= end {
            self.world.sleeper.sleep(PAUSE);
            if let Some(id) = self.since(since)?.into_iter().filter(|id| !before.contains(id)).min() {
                return Ok(id);
            }
        }
        Err(format!("no run of {} has appeared", self.file))
    }

    fn since(&self, since: Timestamp) -> Result<Vec<u64>, String> {
        let runs = remote::dispatched(&self.desk.client, &self.desk.repository, self.file, since);
        let runs = runs.map_err(|error| self.unread(error))?;
        Ok(runs.iter().filter_map(|run| run.id).collect())
    }

    /// Waits until a run has ended, and says how.
    fn wait(&self, id: u64, limit: Duration) -> Result<String, String> {
        let end = self.after(SignedDuration::try_from(limit).unwrap_or(SignedDuration::MAX));
        loop {
            let run: Run = remote::run(&self.desk.client, &self.desk.repository, id).map_err(|e| self.unread(e))?;
            match (run.status.as_deref(), run.conclusion.as_deref()) {
                (Some("completed"), Some("success")) => return Ok(format!("run {id} of {} succeeded", self.file)),
                (Some("completed"), conclusion) => {
                    return Err(format!("run {id} of {} ended with {}", self.file, conclusion.unwrap_or("nothing")));
                }
                _ if self.world.clock.now() > end => return Err(format!("run {id} of {} takes too long", self.file)),
                _ => self.world.sleeper.sleep(PAUSE),
            }
        }
    }

    fn after(&self, time: SignedDuration) -> Timestamp {
        self.world.clock.now().saturating_add(time).unwrap_or(Timestamp::MAX)
    }

    fn unread(&self, error: RemoteError) -> String {
        self.desk.unread(error, self.world).to_string()
    }
}

/// Fills the places of inputs with what is to be there.
fn filled(inputs: &BTreeMap<String, String>, deployment: &Deployment) -> BTreeMap<String, String> {
    let there = deployment.intended();
    let id = deployment.id.to_string();
    let places = [
        ("{version}", &there.version),
        ("{commit}", &there.commit),
        ("{ref}", &there.reference),
        ("{environment}", &deployment.environment),
        ("{deployment}", &id),
    ];
    let fill = |text: &String| places.iter().fold(text.clone(), |text, (place, value)| text.replace(place, value));
    inputs.iter().map(|(name, text)| (name.clone(), fill(text))).collect()
}
