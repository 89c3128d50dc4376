//! Which events can start a job, as far as conditions say.

use std::collections::BTreeSet;

use super::reporter::Reporter;
use crate::detectors::taint::{Events, Gate};
use crate::expressions::{Function, Site};
use crate::model::workflow::{Job, Workflow};
use crate::model::yaml::Text;

/// Returns what a job's own condition keeps out, and those of the jobs that it waits for: where one
/// of them is skipped, so is the job, unless its condition says otherwise.
pub(super) fn gate(workflow: &Workflow, job: &Job, reporter: &Reporter<'_>) -> Gate {
    let mut seen = BTreeSet::new();
    let mut open = vec![job];
    let mut gate = Gate { events: Events::of(workflow), ..Gate::open() };
    while let Some(job) = open.pop() {
        if !seen.insert(job.id.span) {
            continue;
        }
        gate = gate.and(of_condition(job.condition.as_ref(), reporter));
        if !runs_after_skipped(job, reporter) {
            open.extend(job.needs.iter().filter_map(|need| workflow.job(&need.value)));
        }
    }
    gate
}

/// Returns what a condition keeps out.
pub(super) fn of_condition(condition: Option<&Text>, reporter: &Reporter<'_>) -> Gate {
    site(condition, reporter).map_or_else(Gate::open, Gate::of)
}

/// Returns the expression of a condition.
pub(super) fn site<'file>(condition: Option<&Text>, reporter: &Reporter<'file>) -> Option<&'file Site<'file>> {
    reporter.sites_in(condition?).next()
}

/// Tells whether a job's condition asks for the state of the run itself, so that it is not skipped
/// with what it needs.
fn runs_after_skipped(job: &Job, reporter: &Reporter<'_>) -> bool {
    let mut asks = false;
    if let Some(site) = site(job.condition.as_ref(), reporter) {
        site.calls(&mut |_, call| {
            asks |= matches!(call.func, Function::Always | Function::Failure | Function::Cancelled);
        });
    }
    asks
}
