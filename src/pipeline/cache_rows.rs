//! What caches did becomes rows.

use super::rows::run_columns;
use crate::model::cache::{CacheResult, CacheUse};
use crate::model::history::{Cell, Row, TableId};
use crate::model::run::{Job, Runs};

/// Makes the rows of a job's caches.
pub fn rows(runs: &Runs, job: &Job, uses: &[CacheUse]) -> Vec<Row> {
    uses.iter().map(|cache| row(runs, job, cache)).collect()
}

fn row(runs: &Runs, job: &Job, cache: &CacheUse) -> Row {
    let step = cache.step.or_else(|| step_at(job, cache));
    let saved = cache.saved.map(|saved| if saved { "true" } else { "false" });
    run_columns(TableId::CacheHits, runs, job)
        .with("at", Cell::from_option(cache.at.or(job.started_at), Cell::time))
        .with("step_number", Cell::from_option(step, Cell::integer))
        .with("cache", Cell::text(cache.cache.as_str()))
        .with("tool", Cell::text(cache.tool.as_str()))
        .with("result", Cell::from_option(cache.result.map(CacheResult::word), Cell::text))
        .with("hits", Cell::from_option(cache.hits, Cell::integer))
        .with("misses", Cell::from_option(cache.misses, Cell::integer))
        .with("saved", Cell::from_option(saved, Cell::text))
        .with("size_bytes", Cell::from_option(cache.size_bytes, Cell::integer))
        .with("restore_s", Cell::from_option(cache.restore_s, Cell::rounded))
}

/// Finds the step that ran when a line was written. Steps are known to the second; of two that share
/// one it is the first, since what is said of a cache comes last, but never the runner's own.
fn step_at(job: &Job, cache: &CacheUse) -> Option<u64> {
    let second = cache.at?.as_second();
    let began = |step: &&crate::model::run::Step| step.started_at.is_some_and(|start| start.as_second() <= second);
    let ended = |step: &&crate::model::run::Step| step.completed_at.is_some_and(|end| end.as_second() < second);
    let mut ran = job.steps.iter().filter(began).filter(|step| !ended(step) && step.name != "Set up job");
    ran.next().and_then(|step| step.number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::run::{JobId, RunId, Step};

    #[test]
    fn a_cache_belongs_to_the_step_that_ran() {
        let at = |second: i64| jiff::Timestamp::from_second(second).ok();
        let step = |number: u64, start: i64, end: i64| Step {
            number: Some(number),
            started_at: at(start),
            completed_at: at(end),
            ..Step::default()
        };
        let job = Job {
            id: JobId(3),
            run: RunId(2),
            attempt: 1,
            steps: vec![step(1, 0, 5), step(4, 6, 9)],
            ..Job::default()
        };
        let cache = |second: i64, step: Option<u64>| CacheUse {
            at: at(second),
            step,
            cache: "k".to_owned(),
            ..CacheUse::default()
        };
        let uses = [cache(5, None), cache(6, None), cache(20, None), cache(5, Some(9))];
        let steps: Vec<Option<i64>> =
            rows(&Runs::default(), &job, &uses).iter().map(|row| row.integer("step_number")).collect();
        assert_eq!(steps, [Some(1), Some(4), None, Some(9)]);
    }
}
