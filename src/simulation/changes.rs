//! Changes to a workflow, as people write them, and what they make of a recorded run.

use std::collections::BTreeMap;

use super::graph::{JobNode, RunGraph};
use crate::model::pattern::matches;
use crate::stats::Sample;

/// A change that is tried.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A job no longer needs another one.
    DropNeed {
        /// The job.
        job: String,
        /// The one that it needs no more.
        need: String,
    },
    /// A job is split into so many that run side by side, each with the whole setup.
    Split {
        /// The job.
        job: String,
        /// How many.
        parts: u32,
    },
    /// Jobs become one, which is set up once.
    Join {
        /// The jobs.
        jobs: Vec<String>,
    },
    /// At most so many jobs of a run run at a time.
    AtOnce(usize),
    /// A job's work takes this many times less; its setup stays.
    Speed {
        /// The job.
        job: String,
        /// How many times faster.
        factor: f64,
    },
    /// A minute of a job costs something else.
    Price {
        /// The job.
        job: String,
        /// US dollars a minute.
        dollars: f64,
    },
    /// No cache of the job misses.
    Warm {
        /// The job.
        job: String,
    },
    /// A share of the workflow's runs does not happen.
    Filter {
        /// The workflow.
        workflow: String,
        /// The share.
        share: f64,
    },
}

/// A change that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no change: {expected}")]
pub struct ChangeError {
    text: String,
    expected: &'static str,
}

impl std::str::FromStr for Change {
    type Err = ChangeError;

    /// Understands `drop:JOB>NEED`, `split:JOB=N`, `join:A+B`, `at-once:N`, `speed:JOB=FACTOR`, `price:JOB=DOLLARS`,
    /// `warm:JOB` and `filter:WORKFLOW=SHARE`. Names may hold `*`.
    fn from_str(text: &str) -> Result<Self, ChangeError> {
        let wrong = |expected| ChangeError { text: text.to_owned(), expected };
        let (kind, rest) = text.split_once(':').ok_or_else(|| wrong("write it as drop:test>build"))?;
        let pair = || rest.rsplit_once('=').filter(|(name, value)| !name.is_empty() && !value.is_empty());
        let positive = |value: &str| value.parse::<f64>().ok().filter(|value| value.is_finite() && *value > 0.0);
        match kind {
            "drop" => {
                let names = rest.split_once('>').filter(|(job, need)| !job.is_empty() && !need.is_empty());
                let (job, need) = names.ok_or_else(|| wrong("write it as drop:test>build"))?;
                Ok(Self::DropNeed { job: job.trim().to_owned(), need: need.trim().to_owned() })
            }
            "split" => {
                let parsed = pair().and_then(|(job, parts)| {
                    Some((job, parts.parse().ok().filter(|parts| (2..=256).contains(parts))?))
                });
                let (job, parts) = parsed.ok_or_else(|| wrong("write it as split:test=4, with 2 to 256 parts"))?;
                Ok(Self::Split { job: job.to_owned(), parts })
            }
            "join" => {
                let jobs: Vec<String> =
                    rest.split('+').map(|job| job.trim().to_owned()).filter(|job| !job.is_empty()).collect();
                if jobs.len() < 2 { Err(wrong("write it as join:lint+docs")) } else { Ok(Self::Join { jobs }) }
            }
            "at-once" => {
                let most = rest.parse().ok().filter(|most| *most > 0);
                most.map(Self::AtOnce).ok_or_else(|| wrong("write it as at-once:5"))
            }
            "speed" | "price" => {
                let expected =
                    if kind == "speed" { "write it as speed:build=1.8" } else { "write it as price:build=0.022" };
                let parsed = pair().and_then(|(job, value)| Some((job.to_owned(), positive(value)?)));
                let (job, value) = parsed.ok_or_else(|| wrong(expected))?;
                Ok(if kind == "speed" {
                    Self::Speed { job, factor: value }
                } else {
                    Self::Price { job, dollars: value }
                })
            }
            "warm" if !rest.is_empty() => Ok(Self::Warm { job: rest.to_owned() }),
            "filter" => {
                let share =
                    |value: &str| value.strip_suffix('%').and_then(positive).filter(|percent| *percent <= 100.0);
                let parsed = pair().and_then(|(workflow, value)| Some((workflow.to_owned(), share(value)? / 100.0)));
                let (workflow, share) = parsed.ok_or_else(|| wrong("write it as filter:CI=30%"))?;
                Ok(Self::Filter { workflow, share })
            }
            _ => Err(wrong("known are drop, split, join, at-once, speed, price, warm and filter")),
        }
    }
}

/// What a cache's miss costs: seconds by workflow and job.
pub(super) type MissCosts = BTreeMap<(String, String), f64>;

/// Least number of runs with and without a miss from which its cost is told.
const LEAST: usize = 3;

/// Returns how much longer jobs take when a cache misses: the difference of medians, where both sides have
/// [`LEAST`] runs and it is positive.
pub(super) fn miss_costs<'runs>(runs: impl Iterator<Item = &'runs RunGraph>) -> MissCosts {
    let mut sides: BTreeMap<(String, String), (Vec<f64>, Vec<f64>)> = BTreeMap::new();
    for (run, job) in runs.flat_map(|run| run.jobs.iter().map(move |job| (run, job))) {
        let Some(missed) = job.missed else { continue };
        let (miss, hit) = sides.entry((run.workflow.clone(), job.family.clone())).or_default();
        if missed { miss.push(job.run_s) } else { hit.push(job.run_s) }
    }
    let cost = |(miss, hit): (Vec<f64>, Vec<f64>)| {
        let (miss, hit) = (Sample::new(miss), Sample::new(hit));
        let enough = miss.len() >= LEAST && hit.len() >= LEAST;
        miss.median().zip(hit.median()).map(|(miss, hit)| miss - hit).filter(|cost| enough && *cost > 0.0)
    };
    sides.into_iter().filter_map(|(name, sides)| Some((name, cost(sides)?))).collect()
}

impl Change {
    /// Returns the most jobs at a time, where that is the change.
    pub(super) fn at_once(changes: &[Self]) -> Option<usize> {
        changes.iter().find_map(|change| if let Self::AtOnce(most) = change { Some(*most) } else { None })
    }

    /// Returns the share of a workflow's runs that still happen.
    pub(super) fn kept(changes: &[Self], workflow: &str) -> f64 {
        let share = |change: &Self| {
            let Self::Filter { workflow: pattern, share } = change else { return 1.0 };
            if matches(pattern, workflow) { 1.0 - share } else { 1.0 }
        };
        changes.iter().map(share).product()
    }

    /// Makes the change to a run; nothing where it is not about one of its jobs.
    pub(super) fn apply(&self, run: &mut RunGraph, costs: &MissCosts) {
        let is = |pattern: &str, job: &JobNode| matches(pattern, &job.family) || matches(pattern, &job.name);
        match self {
            Self::DropNeed { job, need } => {
                let dropped: Vec<usize> =
                    run.jobs.iter().enumerate().filter(|(_, other)| is(need, other)).map(|(at, _)| at).collect();
                for changed in run.jobs.iter_mut().filter(|candidate| is(job, candidate)) {
                    changed.needs.retain(|need| !dropped.contains(need));
                }
            }
            Self::Split { job, parts } => split(run, |candidate| is(job, candidate), *parts),
            Self::Join { jobs } => join(run, |candidate| jobs.iter().any(|job| is(job, candidate))),
            Self::Speed { job, factor } => {
                for changed in run.jobs.iter_mut().filter(|candidate| is(job, candidate)) {
                    changed.run_s = changed.setup_s + (changed.run_s - changed.setup_s) / factor;
                }
            }
            Self::Price { job, dollars } => {
                for changed in run.jobs.iter_mut().filter(|candidate| is(job, candidate)) {
                    changed.price = Some(*dollars);
                }
            }
            Self::Warm { job } => {
                let workflow = run.workflow.clone();
                for changed in
                    run.jobs.iter_mut().filter(|candidate| candidate.missed == Some(true) && is(job, candidate))
                {
                    let cost = costs.get(&(workflow.clone(), changed.family.clone())).copied().unwrap_or(0.0);
                    changed.run_s = (changed.run_s - cost).max(changed.setup_s.min(changed.run_s));
                    changed.missed = Some(false);
                }
            }
            Self::AtOnce(_) | Self::Filter { .. } => {}
        }
    }
}

fn split(run: &mut RunGraph, is: impl Fn(&JobNode) -> bool, parts: u32) {
    let chosen: Vec<usize> = run.jobs.iter().enumerate().filter(|(_, job)| is(job)).map(|(at, _)| at).collect();
    for at in chosen {
        let next = run.jobs.len();
        let Some(job) = run.jobs.get_mut(at) else { continue };
        job.run_s = job.setup_s + (job.run_s - job.setup_s) / f64::from(parts);
        let part = job.clone();
        let others = next..next + usize::try_from(parts).unwrap_or(1) - 1;
        for dependent in run.jobs.iter_mut().filter(|other| other.needs.contains(&at)) {
            dependent.needs.extend(others.clone());
        }
        run.jobs.extend(others.map(|_| part.clone()));
    }
}

fn join(run: &mut RunGraph, is: impl Fn(&JobNode) -> bool) {
    let places: Vec<usize> = run.jobs.iter().enumerate().filter(|(_, job)| is(job)).map(|(at, _)| at).collect();
    let Some((first, rest)) = places.split_first().filter(|(_, rest)| !rest.is_empty()) else { return };
    let joined: Vec<JobNode> = places.iter().filter_map(|at| run.jobs.get(*at)).cloned().collect();
    let setup = joined.iter().map(|job| job.setup_s).fold(0.0, f64::max);
    let work: f64 = joined.iter().map(|job| job.run_s - job.setup_s).sum();
    let mut needs: Vec<usize> =
        joined.iter().flat_map(|job| job.needs.clone()).filter(|need| !places.contains(need)).collect();
    needs.sort_unstable();
    needs.dedup();
    if let Some(job) = run.jobs.get_mut(*first) {
        (job.needs, job.setup_s, job.run_s) = (needs, setup, setup + work);
    }
    // What is left of the others: nothing that takes time, nothing that is needed.
    let moved = |need: usize| {
        let target = if rest.contains(&need) { *first } else { need };
        target - rest.iter().filter(|gone| **gone < target).count()
    };
    for job in &mut run.jobs {
        job.needs = job.needs.iter().map(|need| moved(*need)).collect();
        job.needs.sort_unstable();
        job.needs.dedup();
    }
    for gone in rest.iter().rev() {
        drop(run.jobs.remove(*gone));
    }
}
