//! Where the time of recorded runs goes.

use std::collections::BTreeMap;

use super::changes::{MissCosts, miss_costs};
use super::forecasts::by_workflow;
use super::graph::{RunGraph, retries};
use super::timeline::{Timeline, timeline};
use crate::model::history::History;
use crate::model::timing::{Bar, Gantt, Lost, PathJob, TimeSpent};
use crate::stats::{Sample, count};

/// Tells where the time of each workflow goes, the one with most work first.
pub fn spent(runs: &[RunGraph], history: &History) -> Vec<TimeSpent> {
    let (costs, retries) = (miss_costs(runs.iter()), retries(runs, history));
    let of = |(workflow, runs): (&str, Vec<&RunGraph>)| {
        let retry_s = retries.get(workflow).copied().unwrap_or(0.0);
        of_workflow(workflow, &runs, &costs, retry_s)
    };
    let mut spent: Vec<TimeSpent> = by_workflow(runs).into_iter().map(of).collect();
    spent.sort_by(|left, right| right.work_s.total_cmp(&left.work_s).then_with(|| left.workflow.cmp(&right.workflow)));
    spent
}

fn of_workflow(workflow: &str, runs: &[&RunGraph], costs: &MissCosts, retry_s: f64) -> TimeSpent {
    let mut lost = Lost { retry_s, ..Lost::default() };
    let mut path: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    let (mut walls, mut parallel, mut efficient) = (Vec::new(), Vec::new(), Vec::new());
    let mut work_s = 0.0;
    for run in runs {
        let times = timeline(run, None);
        let wall = times.wall_s();
        let work: f64 = run.jobs.iter().map(|job| job.run_s).sum();
        work_s += work;
        lost.queue_s += run.jobs.iter().map(|job| job.queue_s).sum::<f64>();
        let setup = run.jobs.iter().map(|job| job.setup_s).sum::<f64>();
        if setup > 0.0 {
            lost.setup_s = Some(lost.setup_s.unwrap_or(0.0) + setup);
        }
        for job in run.jobs.iter().filter(|job| job.missed == Some(true)) {
            if let Some(cost) = costs.get(&(run.workflow.clone(), job.family.clone())) {
                lost.cache_s = Some(lost.cache_s.unwrap_or(0.0) + cost);
            }
        }
        for job in times.critical(run).into_iter().filter_map(|at| run.jobs.get(at)) {
            lost.path_queue_s += job.queue_s;
            path.entry(&job.family).or_default().push(job.run_s);
        }
        walls.push(wall);
        if wall > 0.0 {
            parallel.push(work / wall);
            efficient.push(work / wall / count(times.most_at_once().max(1)));
        }
    }
    let median = |values| Sample::new(values).median().unwrap_or(0.0);
    let on_path = |(job, times): (&str, Vec<f64>)| PathJob {
        job: job.to_owned(),
        share: (count(times.len()) / count(runs.len())).min(1.0),
        p50_s: median(times),
    };
    let mut path: Vec<PathJob> = path.into_iter().map(on_path).collect();
    path.sort_by(|left, right| {
        (right.share * right.p50_s).total_cmp(&(left.share * left.p50_s)).then_with(|| left.job.cmp(&right.job))
    });
    TimeSpent {
        workflow: workflow.to_owned(),
        runs: runs.len(),
        wall_s: median(walls),
        path,
        parallelism: median(parallel),
        efficiency: median(efficient),
        work_s,
        lost,
    }
}

/// Draws one run: of the workflow with most work, the latest one that is at most a tenth away from the median.
pub fn gantt(runs: &[RunGraph], spent: &[TimeSpent]) -> Option<Gantt> {
    let most = spent.first()?;
    let of_workflow = || runs.iter().rev().filter(|run| run.workflow == most.workflow);
    let is_usual = |run: &&RunGraph| (timeline(run, None).wall_s() - most.wall_s).abs() <= most.wall_s / 10.0;
    let run = of_workflow().find(is_usual).or_else(|| of_workflow().next())?;
    Some(drawn(run, &timeline(run, None)))
}

fn drawn(run: &RunGraph, times: &Timeline) -> Gantt {
    let critical = times.critical(run);
    let bar = |(at, job): (usize, &super::graph::JobNode)| Bar {
        job: job.name.clone(),
        queued_s: job.recorded.queued,
        started_s: job.recorded.started,
        ended_s: job.recorded.ended,
        is_critical: critical.contains(&at),
    };
    let mut bars: Vec<Bar> = run.jobs.iter().enumerate().map(bar).collect();
    bars.sort_by(|left, right| left.started_s.total_cmp(&right.started_s).then_with(|| left.job.cmp(&right.job)));
    Gantt { workflow: run.workflow.clone(), run_id: run.run_id, started_at: run.started_at, bars }
}
