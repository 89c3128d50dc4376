//! When jobs start and end.

use super::graph::{Billing, RunGraph};
use crate::model::timing::Taken;

/// When each job of a run starts and ends, in seconds from the run's beginning.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    /// Start and end, job by job.
    pub spans: Vec<(f64, f64)>,
}

/// Simulates a run, with at most so many jobs at a time. Jobs that are ready first start first; a job in a circle
/// of needs, which GitHub would refuse, starts as if it needed nothing.
pub fn timeline(graph: &RunGraph, at_once: Option<usize>) -> Timeline {
    let count = graph.jobs.len();
    let mut spans: Vec<Option<(f64, f64)>> = vec![None; count];
    // When each slot is free; grows up to the limit.
    let mut slots: Vec<f64> = Vec::new();
    for _ in 0..count {
        let end = |need: &usize| spans.get(*need).copied().flatten().map(|(_, end)| end);
        let ready = |job: &super::graph::JobNode| {
            let free = job.needs.iter().map(end).collect::<Option<Vec<f64>>>()?.into_iter().fold(0.0, f64::max);
            Some(free + job.lag_s + job.queue_s)
        };
        let waiting = || graph.jobs.iter().enumerate().filter(|(at, _)| spans.get(*at).is_some_and(Option::is_none));
        let next =
            waiting().filter_map(|(at, job)| Some((at, ready(job)?))).min_by(|left, right| left.1.total_cmp(&right.1));
        let circle = || waiting().next().map(|(at, job)| (at, job.lag_s + job.queue_s));
        let Some((at, ready)) = next.or_else(circle) else { break };
        let start = match at_once.filter(|most| slots.len() >= *most) {
            None => ready,
            Some(_) => slots.iter().copied().fold(f64::INFINITY, f64::min).max(ready),
        };
        let end = start + graph.jobs.get(at).map_or(0.0, |job| job.run_s);
        if at_once.is_some_and(|most| slots.len() >= most) {
            let earliest =
                slots.iter().enumerate().min_by(|left, right| left.1.total_cmp(right.1)).map(|(slot, _)| slot);
            if let Some(slot) = earliest.and_then(|slot| slots.get_mut(slot)) {
                *slot = end;
            }
        } else {
            slots.push(end);
        }
        if let Some(span) = spans.get_mut(at) {
            *span = Some((start, end));
        }
    }
    Timeline { spans: spans.into_iter().map(Option::unwrap_or_default).collect() }
}

impl Timeline {
    /// Returns the time from the first start to the last end; 0 for no job.
    pub fn wall_s(&self) -> f64 {
        let first = self.spans.iter().map(|(start, _)| *start).fold(f64::INFINITY, f64::min);
        let last = self.spans.iter().map(|(_, end)| *end).fold(f64::NEG_INFINITY, f64::max);
        if last > first { last - first } else { 0.0 }
    }

    /// Returns the places of the jobs that the run waited for, the last one first: of those that a job needs the one
    /// that ended last.
    pub fn critical(&self, graph: &RunGraph) -> Vec<usize> {
        let end = |at: &usize| self.spans.get(*at).map_or(0.0, |(_, end)| *end);
        let latest =
            |places: &mut dyn Iterator<Item = usize>| places.max_by(|left, right| end(left).total_cmp(&end(right)));
        let mut path = Vec::new();
        let mut next = latest(&mut (0..self.spans.len()));
        while let Some(at) = next.filter(|at| !path.contains(at)) {
            path.push(at);
            next = latest(&mut graph.jobs.get(at).map(|job| job.needs.clone()).unwrap_or_default().into_iter());
        }
        path
    }

    /// Returns the most jobs that run at a time.
    pub fn most_at_once(&self) -> usize {
        let at = |moment: f64| self.spans.iter().filter(|(start, end)| *start <= moment && moment < *end).count();
        self.spans.iter().map(|(start, _)| at(*start)).max().unwrap_or(0)
    }
}

/// Returns what a run takes: a job's minutes are rounded up.
pub(super) fn taken(graph: &RunGraph, at_once: Option<usize>) -> Taken {
    let mut taken = Taken { wall_s: timeline(graph, at_once).wall_s(), minutes: 0.0, dollars: Some(0.0) };
    for job in &graph.jobs {
        let minutes = match job.billing {
            Billing::ByMinute => (job.run_s / 60.0).ceil(),
            Billing::Free => 0.0,
        };
        taken.minutes += minutes;
        taken.dollars = taken.dollars.zip(job.price).map(|(sum, price)| sum + minutes * price);
    }
    taken
}
