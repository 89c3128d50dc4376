//! See the rule's documentation below.

use std::collections::BTreeSet;

use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::{ContextUse, meant};
use crate::model::workflow::Workflow;

declare_rule! {
    /// Nothing reads an output of a job
    ///
    /// ## Why is this bad?
    /// It is left over, or it is read by another name; those who change the job keep it for nothing.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   version:
    ///     runs-on: ubuntu-latest
    ///     outputs:
    ///       number: ${{ github.run_number }}
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Delete the output, or read it: `needs.version.outputs.number`.
    "unused-job-output",
    group: Hygiene,
    since: "0.1.0",
    severity: Info,
    persona: Pedantic,
    checks: [Workflow(check)],
}

fn check(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    let mut read = Read::default();
    for site in reporter.sites() {
        site.contexts.iter().for_each(|used| read.take(used));
        meant(site, &mut |used| read.take(used));
    }
    for job in workflow.jobs.iter().filter(|job| !read.is_whole(&job.id.value)) {
        for (name, _) in job.outputs.iter().filter(|(name, _)| !name.has_expression()) {
            if !read.has(&job.id.value, &name.value) {
                let message = format!("nothing reads the output `{}` of `{}`", name.value, job.id.value);
                reporter.report(name.span, message);
            }
        }
    }
}

/// What is read of jobs, in lower case.
#[derive(Default)]
struct Read {
    outputs: BTreeSet<(String, String)>,
    /// The jobs of which anything may be read.
    whole: BTreeSet<String>,
    /// Whether anything may be read of any job.
    everything: bool,
}

impl Read {
    fn take(&mut self, used: &ContextUse<'_>) {
        if !used.is("needs") && !used.is("jobs") {
            return;
        }
        let Some(job) = used.name(1).map(str::to_ascii_lowercase) else {
            self.everything = true;
            return;
        };
        match (used.name(2), used.name(3)) {
            (Some(property), _) if property.eq_ignore_ascii_case("result") => {}
            (Some(_), Some(output)) => {
                self.outputs.insert((job, output.to_ascii_lowercase()));
            }
            _ => {
                self.whole.insert(job);
            }
        }
    }

    fn is_whole(&self, job: &str) -> bool {
        self.everything || self.whole.contains(&job.to_ascii_lowercase())
    }

    fn has(&self, job: &str, output: &str) -> bool {
        self.outputs.contains(&(job.to_ascii_lowercase(), output.to_ascii_lowercase()))
    }
}
