//! See the rule's documentation below.

use std::collections::BTreeSet;
use super::declare_rule;
use super::reporter::Reporter;
use crate::model::suggest;
use crate::model::workflow::Workflow;
use crate::model::yaml::Text;

declare_rule! {
    /// A job needs a job that does not exist
    ///
    /// ## Why is this bad?
    /// GitHub refuses the workflow.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   test:
    ///     needs: biuld
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// jobs:
    ///   test:
    ///     needs: build
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Correct the id, or add the job.
    "needs-unknown-job",
    group: Jobs,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["job-needs"], "github": ["parser"] },
    checks: [Workflow(check)],
}

fn check(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    let ids: BTreeSet<String> = workflow.jobs.iter().map(|job| job.id.value.to_ascii_lowercase()).collect();
    let is_unknown = |need: &&Text| {
        !need.has_expression() && !need.value.is_empty() && !ids.contains(&need.value.to_ascii_lowercase())
    };
    for job in &workflow.jobs {
        for need in job.needs.iter().filter(is_unknown) {
            let message = format!("`{}` needs `{}`, which is no job of this workflow", job.id.value, need.value);
            let report = reporter.report(need.span, message);
            if let Some(meant) = suggest::closest(&need.value, workflow.jobs.iter().map(|job| job.id.as_str())) {
                report.help(format!("did you mean `{meant}`?"));
            }
        }
    }
}
