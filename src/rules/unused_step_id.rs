//! See the rule's documentation below.

use std::collections::{BTreeMap, BTreeSet};

use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::{ContextUse, meant};
use crate::model::source_file::SourceFile;
use crate::model::workflow::Step;
use crate::model::yaml::{Node, Text};

declare_rule! {
    /// Nothing refers to the id of a step
    ///
    /// ## Why is this bad?
    /// An id says that something is read of the step, and here nothing is: it is left over, or it is
    /// read by another name.
    ///
    /// ## Bad
    /// ```yaml
    /// - id: build
    ///   run: make build
    /// ```
    ///
    /// ## How to fix
    /// Delete the id, or give the step a `name`.
    "unused-step-id",
    group: Hygiene,
    since: "0.1.0",
    severity: Info,
    persona: Pedantic,
    checks: [File(check)],
}

fn check(file: &SourceFile, reporter: &mut Reporter<'_>) {
    // By where the job's id begins, and without one for an action; `None` where any may be read.
    let mut read: BTreeMap<Option<usize>, Option<BTreeSet<String>>> = BTreeMap::new();
    for site in reporter.sites() {
        let of_job = read.entry(site.job.map(|job| job.id.span.start)).or_insert_with(|| Some(BTreeSet::new()));
        let mut take = |used: &ContextUse<'_>| match (used.name(1), &mut *of_job) {
            _ if !used.is("steps") => {}
            (Some(name), Some(names)) => {
                names.insert(name.to_ascii_lowercase());
            }
            _ => *of_job = None,
        };
        site.contexts.iter().for_each(&mut take);
        meant(site, &mut take);
    }
    let jobs = file.workflow().map(|workflow| workflow.jobs.as_slice()).unwrap_or_default();
    let of_jobs = jobs.iter().map(|job| (Some(job.id.span.start), job.steps.as_slice()));
    let of_action = file.action().map(|action| (None, action.steps()));
    let nothing = Some(BTreeSet::new());
    for (place, steps) in of_jobs.chain(of_action) {
        if let Some(names) = read.get(&place).unwrap_or(&nothing) {
            check_steps(steps, names, reporter);
        }
    }
}

fn check_steps(steps: &[Step], read: &BTreeSet<String>, reporter: &mut Reporter<'_>) {
    let steps: Vec<&Step> = steps.iter().flat_map(Step::flatten).collect();
    // Steps in the background are waited for, and cancelled, by their ids.
    let named: BTreeSet<String> = steps.iter().flat_map(|step| controlled(step)).map(|id| id.value.to_ascii_lowercase()).collect();
    for id in steps.iter().filter_map(|step| step.id.as_ref()) {
        let name = id.value.to_ascii_lowercase();
        if !read.contains(&name) && !named.contains(&name) {
            reporter.report(id.span, format!("nothing refers to the step's id `{}`", id.value));
        }
    }
}

fn controlled(step: &Step) -> Vec<Text> {
    ["wait", "cancel"].iter().filter_map(|key| step.node.get(key)).flat_map(Node::texts).collect()
}
