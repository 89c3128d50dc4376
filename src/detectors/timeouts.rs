//! Jobs that may run for six hours because nobody said how long they should take.

use crate::knowledge::runners::most_minutes;
use crate::model::workflow::{Job, Workflow};
use crate::model::yaml::Text;

/// Tells whether a job runs steps of its own; a call of a reusable workflow cannot have a timeout.
pub fn runs_steps(job: &Job) -> bool {
    job.uses.is_none() && !job.never_runs()
}

/// Returns the jobs that run steps and state no `timeout-minutes`, in source order.
pub fn jobs_without_timeout(workflow: &Workflow) -> Vec<&Job> {
    workflow.jobs.iter().filter(|job| runs_steps(job) && job.timeout.is_none() && ends_soon(job).is_none()).collect()
}

/// Returns the label of a job's runner on which GitHub ends it much sooner than after the six hours of others.
pub fn ends_soon(job: &Job) -> Option<&Text> {
    let mut labels = job.runs_on.iter().flat_map(|runs_on| &runs_on.labels);
    labels.find(|label| most_minutes(&label.value) < 60.0)
}

#[cfg(test)]
mod tests {
    use super::super::testing::workflow;
    use super::*;

    #[test]
    fn only_jobs_that_can_have_a_timeout_are_missing_one() {
        let read = workflow(
            "jobs:\n  a: {runs-on: x, steps: []}\n  b: {runs-on: x, timeout-minutes: 5, steps: []}\n  \
             c: {uses: ./.github/workflows/x.yml}\n  d: {if: false, runs-on: x, steps: []}\n  \
             e: {runs-on: ubuntu-slim, steps: []}\n",
        );
        let ids: Vec<&str> = jobs_without_timeout(&read).iter().map(|job| job.id.as_str()).collect();
        assert_eq!(ids, ["a"]);
    }
}
