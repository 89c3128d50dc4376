//! Probes an environment's endpoints before and after a deployment.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use crate::commands::monitor::health::runner;
use crate::deploy::{Verdict, Verification, Verifier};
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::deployment::{Deployment, Level, Step};
use crate::model::health::{Probe, Status};
use crate::monitor::health::{Endpoint, Next, Prober, Watched};
use crate::stats::Sample;
use crate::world::World;

use super::site::Site;
use super::steps::Went;

/// How often each endpoint is probed before a deployment.
const BEFORE: usize = 5;

/// How long an answer may be under way when the time is over.
const LATE: Duration = Duration::from_secs(10);

/// Measures how the endpoints are before anything changes.
pub(super) fn measure(site: &Site, deployment: &mut Deployment, world: &mut World) -> Result<Went, Failure> {
    let prober = prober(site, world)?;
    let mut times: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for _ in 0..BEFORE {
        prober.once(&site.endpoints, |probe| {
            let times = times.entry(probe.name.endpoint.clone()).or_default();
            times.extend(probe.total_ms.filter(|_| probe.status != Status::Down));
            Vec::new()
        });
    }
    prober.end();
    let level = |(endpoint, times): (String, Vec<f64>)| Level { endpoint, median_ms: Sample::new(times).median() };
    deployment.before = times.into_iter().map(level).collect();
    let shown = deployment.before.iter().map(|level| match level.median_ms {
        Some(median) => format!("{} {median:.0} ms", level.endpoint),
        None => format!("{} does not answer", level.endpoint),
    });
    Ok(Went::Passed(shown.collect::<Vec<_>>().join(", ")))
}

/// Waits until every endpoint has answered.
pub(super) fn ready(site: &Site, deployment: &Deployment, world: &mut World) -> Result<Went, Failure> {
    if site.endpoints.is_empty() {
        return Ok(Went::passed(""));
    }
    // A look every quarter of a second costs nothing and tells sooner.
    let often = site.settings.verify.every.min(Duration::from_millis(250));
    let settings = Verification { every: often, ..site.settings.verify.clone() };
    watched(site, &settings, deployment, Until::Ready, world)
}

/// Watches the endpoints for the time of a verification.
pub(super) fn verify(site: &Site, deployment: &Deployment, world: &mut World) -> Result<Went, Failure> {
    if site.endpoints.is_empty() && site.figures.is_empty() {
        return Ok(Went::passed("the smoke command passed"));
    }
    watched(site, &site.settings.verify, deployment, Until::Over, world)
}

/// Watches the endpoints for a while more.
pub(super) fn watch(
    site: &Site,
    length: Duration,
    deployment: &Deployment,
    world: &mut World,
) -> Result<Went, Failure> {
    let settings = Verification { length, ..site.settings.verify.clone() };
    watched(site, &settings, deployment, Until::Over, world)
}

/// What is waited for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Until {
    Ready,
    Over,
}

fn watched(
    site: &Site,
    settings: &Verification,
    deployment: &Deployment,
    until: Until,
    world: &mut World,
) -> Result<Went, Failure> {
    // What was before is that of the version which comes back.
    let before: &[Level] = if deployment.step == Step::Verify { &deployment.before } else { &[] };
    let names: Vec<&str> = site.endpoints.iter().map(|endpoint| endpoint.name.endpoint.as_str()).collect();
    let mut verifier = Verifier::new(settings, names, before);
    let often = |endpoint: &Arc<Endpoint>| Arc::new(Endpoint { interval: settings.every, ..(**endpoint).clone() });
    let figures = site.figures.iter().filter(|_| until == Until::Over);
    let endpoints: Vec<Arc<Endpoint>> = site.endpoints.iter().chain(figures).map(often).collect();
    let prober = prober(site, world)?;
    let start = world.clock.now();
    let length = if site.endpoints.is_empty() { settings.length } else { settings.ready + settings.length + LATE };
    let each = |probe: Probe| {
        let seconds = probe.at.duration_since(start).as_secs_f64();
        match verifier.take(&probe, seconds) {
            Verdict::Bad(reason) => ControlFlow::Break(Some(reason)),
            Verdict::Ready if until == Until::Ready => ControlFlow::Break(None),
            Verdict::Ready => {
                let ready = Duration::from_secs_f64(seconds.max(0.0));
                ControlFlow::Continue(Next { more: Vec::new(), length: Some(ready + settings.length) })
            }
            Verdict::GoOn => ControlFlow::Continue(Next::default()),
        }
    };
    let watched = prober.watch_until(&endpoints, length, each).kind(FailureKind::Network)?;
    prober.end();
    Ok(match watched {
        Watched::Broken(Some(reason)) => Went::Failed(reason),
        Watched::Broken(None) => Went::passed(""),
        Watched::Asked => Went::Halted,
        Watched::Over => match verifier.end() {
            Ok(()) => Went::Passed(verifier.sentence()),
            Err(reason) => Went::Failed(reason),
        },
    })
}

pub(super) fn prober(site: &Site, world: &World) -> Result<Prober, Failure> {
    let (localhost, _) = runner::localhost(&site.endpoints, world);
    Prober::new(world.clock.clone(), localhost).kind(FailureKind::Network)
}
