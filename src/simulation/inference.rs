//! Which job needs which, from times alone.
//!
//! GitHub queues a job when the last of those it needs has ended. So over many runs of a workflow a job needs another
//! if that one had always ended before it was queued, and in at least one run was the one it was queued after.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::RunGraph;

/// How much later than its queuing the end of a needed job may be recorded: times are cut to seconds.
const TOLERANCE_S: f64 = 1.0;

/// How long before a job's queuing a need that held it up ended, at most: GitHub queues within seconds.
const PROMPT_S: f64 = 20.0;

/// The needs of families of jobs, by workflow.
pub(super) type Inferred = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

/// Infers needs from runs.
pub(super) fn infer<'runs>(runs: impl Iterator<Item = &'runs RunGraph>) -> Inferred {
    let mut pairs: BTreeMap<&str, BTreeMap<(&str, &str), Seen>> = BTreeMap::new();
    for run in runs {
        let of_workflow = pairs.entry(run.workflow.as_str()).or_default();
        for job in &run.jobs {
            let latest = run
                .jobs
                .iter()
                .map(|other| other.recorded.ended)
                .filter(|ended| is_before(*ended, job.recorded.queued));
            let latest = latest.fold(f64::NEG_INFINITY, f64::max);
            for other in run.jobs.iter().filter(|other| other.family != job.family) {
                let seen = of_workflow.entry((job.family.as_str(), other.family.as_str())).or_default();
                let ended = other.recorded.ended;
                seen.is_always_before &= is_before(ended, job.recorded.queued);
                let is_last = ended >= latest - 2.0 * TOLERANCE_S && job.recorded.queued - ended <= PROMPT_S;
                seen.held_up |= is_before(ended, job.recorded.queued) && is_last;
            }
        }
    }
    let mut inferred = Inferred::new();
    for (workflow, pairs) in pairs {
        for ((job, other), _) in pairs.into_iter().filter(|(_, seen)| seen.is_always_before && seen.held_up) {
            let needs = inferred.entry(workflow.to_owned()).or_default();
            needs.entry(job.to_owned()).or_default().insert(other.to_owned());
        }
    }
    inferred
}

/// What was seen of two families of jobs.
struct Seen {
    is_always_before: bool,
    held_up: bool,
}

impl Default for Seen {
    fn default() -> Self {
        Self { is_always_before: true, held_up: false }
    }
}

fn is_before(ended: f64, queued: f64) -> bool {
    ended <= queued + TOLERANCE_S
}
