//! Says how a deployment ended that others did.

use crate::error::Failure;
use crate::model::deployment::{Done, Ending, Step, StepResult, Trouble};
use crate::outcome::Outcome;
use crate::world::World;

use super::site::Site;
use super::{Common, driver, telling, verify};

/// What `plimsoll deploy finish` was asked.
#[derive(Debug)]
pub struct Options {
    /// What every part is asked.
    pub common: Common,
    /// The deployment's number at GitHub, where its file is elsewhere.
    pub id: Option<u64>,
    /// How it ended.
    pub state: State,
    /// Where it can be seen.
    pub url: Option<String>,
}

/// How a deployment ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum State {
    /// As it was verified; what was not verified counts as a success
    Verified,
    /// It is there, and well
    Success,
    /// It is not well
    Failure,
    /// Nothing was changed
    Error,
}

/// Records the end. Asked once more it says the same.
pub(super) fn run(options: &Options, world: &mut World) -> Result<Outcome, Failure> {
    let common = &options.common;
    let mut site = Site::open(common, world)?;
    if let Some(url) = &options.url {
        site.settings.url = Some(url.clone());
    }
    if !site.lock()? {
        return telling::refused(common, &telling::busy(&site), world);
    }
    let mut deployment = verify::found(&site, options.id, world)?;
    let ended_at = world.clock.now();
    if deployment.step_done(Step::Deploy).is_none() {
        let verified = deployment.step_done(Step::Verify).map(|done| done.began_at);
        let done = Done {
            step: Step::Deploy,
            began_at: deployment.created_at,
            ended_at: verified.unwrap_or(ended_at),
            result: StepResult::Passed,
            note: "done by others".to_owned(),
        };
        deployment.done.insert(0, done);
    }
    let ending = match options.state {
        State::Error => Ending::Unchanged,
        State::Failure => Ending::Broken,
        State::Verified if deployment.trouble.is_some() => Ending::Broken,
        State::Verified | State::Success => Ending::Succeeded,
    };
    if ending == Ending::Succeeded {
        deployment.trouble = None;
    } else if deployment.trouble.is_none() {
        let reason = "whoever did it says that it failed".to_owned();
        deployment.trouble = Some(Trouble { step: Step::Deploy, at: ended_at, reason });
    }
    deployment.ending = Some(ending);
    deployment.step = Step::Record;
    let ended = driver::drive(&site, deployment, world)?;
    let outcome = telling::finished(common, ended, Vec::new(), world)?;
    // Who says that it failed is told nothing new.
    Ok(if options.state == State::Verified { outcome } else { Outcome::Pass })
}
