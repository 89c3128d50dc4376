//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use super::unknown_need::check_outputs;
use super::unknown_property::report;
use crate::expressions::Site;

declare_rule! {
    /// An output of a reusable workflow reads a job or a job's output that does not exist
    ///
    /// ## Why is this bad?
    /// The caller gets an empty value, without any message.
    ///
    /// ## Bad
    /// ```yaml
    /// on:
    ///   workflow_call:
    ///     outputs:
    ///       version:
    ///         value: ${{ jobs.build.outputs.verson }}
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     outputs:
    ///       version: ${{ github.run_number }}
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Correct the name, or declare the output under the job's `outputs`.
    "unknown-job-output",
    group: Expressions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["expression"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    let Some(workflow) = reporter.file().workflow() else { return };
    for used in site.contexts.iter().filter(|used| used.is("jobs")) {
        let Some(name) = used.name(1) else { continue };
        if let Some(job) = reporter.names().job(name) {
            check_outputs(job, site, used, reporter);
        } else {
            let names: Vec<&str> = workflow.jobs.iter().map(|job| job.id.as_str()).collect();
            report(site, used, 1, &names, reporter);
        }
    }
}
