//! What changes would make of recorded runs, and how far the simulator is from runs that are known.

use std::collections::BTreeMap;

use super::changes::{Change, MissCosts, miss_costs};
use super::declared::Declared;
use super::graph::{RunGraph, connect};
use super::inference::infer;
use super::timeline::{taken, timeline};
use crate::model::timing::{Accuracy, Forecast, Taken};
use crate::stats::{Percent, Sample, count};

/// How many days a month has, on average.
const MONTH_DAYS: f64 = 365.25 / 12.0;

/// Runs by their workflow.
pub(super) fn by_workflow(runs: &[RunGraph]) -> BTreeMap<&str, Vec<&RunGraph>> {
    let mut by_workflow: BTreeMap<&str, Vec<&RunGraph>> = BTreeMap::new();
    for run in runs {
        by_workflow.entry(run.workflow.as_str()).or_default().push(run);
    }
    by_workflow
}

/// Simulates each workflow's runs as they are and with the changes; workflows for which nothing changes are left out.
pub fn forecasts(runs: &[RunGraph], changes: &[Change]) -> Vec<Forecast> {
    let costs = miss_costs(runs.iter());
    let forecast = |(workflow, runs): (&str, Vec<&RunGraph>)| {
        let forecast = of_workflow(workflow, &runs, changes, &costs);
        (forecast.now != forecast.then).then_some(forecast)
    };
    by_workflow(runs).into_iter().filter_map(forecast).collect()
}

fn of_workflow(workflow: &str, runs: &[&RunGraph], changes: &[Change], costs: &MissCosts) -> Forecast {
    let now: Vec<Taken> = runs.iter().map(|run| taken(run, None)).collect();
    let at_once = Change::at_once(changes);
    let simulated = |run: &&RunGraph| {
        let mut run = (*run).clone();
        for change in changes {
            change.apply(&mut run, costs);
        }
        taken(&run, at_once)
    };
    let then: Vec<Taken> = runs.iter().map(simulated).collect();
    let kept = Change::kept(changes, workflow);
    let then = together(&then);
    let then = Taken { minutes: then.minutes * kept, dollars: then.dollars.map(|dollars| dollars * kept), ..then };
    Forecast {
        workflow: workflow.to_owned(),
        runs: runs.len(),
        runs_per_month: per_month(runs),
        now: together(&now),
        then,
    }
}

/// Returns how many runs a month has at the rate of the recorded ones; `None` where they span less than a day.
fn per_month(runs: &[&RunGraph]) -> Option<f64> {
    let (first, last) = (runs.first()?.started_at, runs.last()?.started_at);
    let days = last.duration_since(first).as_secs_f64() / 86_400.0;
    (days >= 1.0).then(|| count(runs.len()) * MONTH_DAYS / days)
}

fn together(taken: &[Taken]) -> Taken {
    let walls = Sample::new(taken.iter().map(|one| one.wall_s));
    let minutes = Sample::new(taken.iter().map(|one| one.minutes));
    let dollars: Option<Vec<f64>> = taken.iter().map(|one| one.dollars).collect();
    Taken {
        wall_s: walls.median().unwrap_or(0.0),
        minutes: minutes.mean().unwrap_or(0.0),
        dollars: dollars.and_then(|dollars| Sample::new(dollars).mean()),
    }
}

/// Predicts every run from the other half of its workflow's runs, and compares. `runs` are without needs or with any:
/// they are inferred anew from the other half, unless a file declares them.
pub fn accuracy(runs: &[RunGraph], declared: &Declared) -> Vec<Accuracy> {
    by_workflow(runs).into_iter().filter_map(|(workflow, runs)| of_halves(workflow, &runs, declared)).collect()
}

/// The least number of runs of a workflow from which errors are told: some for each half.
const LEAST: usize = 6;

fn of_halves(workflow: &str, runs: &[&RunGraph], declared: &Declared) -> Option<Accuracy> {
    if runs.len() < LEAST {
        return None;
    }
    let half = |odd: usize| runs.iter().enumerate().filter(move |(at, _)| at % 2 == odd).map(|(_, run)| *run);
    let (mut replayed, mut forecast) = (Vec::new(), Vec::new());
    for odd in [0, 1] {
        let (known, unknown): (Vec<&RunGraph>, Vec<&RunGraph>) = (half(1 - odd).collect(), half(odd).collect());
        let needs = infer(known.iter().copied());
        let usual = Usual::of(&known, declared, &needs);
        for run in unknown {
            let recorded = recorded_wall(run);
            if recorded <= 0.0 {
                continue;
            }
            let mut predicted = run.clone();
            connect(&mut predicted, declared, &needs);
            usual.waits(&mut predicted);
            replayed.push((timeline(&predicted, None).wall_s() - recorded).abs() / recorded);
            usual.durations(&mut predicted);
            forecast.push((timeline(&predicted, None).wall_s() - recorded).abs() / recorded);
        }
    }
    let replayed = Sample::new(replayed);
    Some(Accuracy {
        workflow: workflow.to_owned(),
        runs: replayed.len(),
        replayed: replayed.median()?,
        replayed_p90: Percent::new(90).and_then(|percent| replayed.quantile(percent))?,
        forecast: Sample::new(forecast).median()?,
    })
}

fn recorded_wall(run: &RunGraph) -> f64 {
    let first = run.jobs.iter().map(|job| job.recorded.started).fold(f64::INFINITY, f64::min);
    run.jobs.iter().map(|job| job.recorded.ended).fold(0.0, f64::max) - first
}

/// The medians of lag, wait and time by the job's name.
struct Usual(BTreeMap<String, [f64; 3]>);

impl Usual {
    fn of(runs: &[&RunGraph], declared: &Declared, needs: &super::inference::Inferred) -> Self {
        let mut values: BTreeMap<String, [Vec<f64>; 3]> = BTreeMap::new();
        for run in runs {
            let mut run = (*run).clone();
            connect(&mut run, declared, needs);
            for job in run.jobs {
                let [lag, queue, ran] = values.entry(job.name).or_default();
                lag.push(job.lag_s);
                queue.push(job.queue_s);
                ran.push(job.run_s);
            }
        }
        let medians = |values: [Vec<f64>; 3]| values.map(|values| Sample::new(values).median().unwrap_or(0.0));
        Self(values.into_iter().map(|(name, values)| (name, medians(values))).collect())
    }

    fn waits(&self, run: &mut RunGraph) {
        for job in &mut run.jobs {
            if let Some([lag, queue, _]) = self.0.get(&job.name) {
                (job.lag_s, job.queue_s) = (*lag, *queue);
            }
        }
    }

    fn durations(&self, run: &mut RunGraph) {
        for job in &mut run.jobs {
            if let Some([_, _, ran]) = self.0.get(&job.name) {
                job.run_s = *ran;
            }
        }
    }
}
