//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::workflow::{Job, Workflow};
use crate::model::yaml::{Node, Text};

declare_rule! {
    /// A job runs on a machine of your own
    ///
    /// ## Why is this bad?
    /// A machine that is not thrown away after each job keeps what a job leaves: files, processes,
    /// caches. In a public repository a pull request can so reach later jobs and the network around
    /// the machine.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: [self-hosted, linux]
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Use runners that live for one job, keep them from pull requests of forks, or use GitHub's.
    "self-hosted-runner",
    group: Injection,
    since: "0.1.0",
    severity: Info,
    persona: Auditor,
    peers: { "zizmor": ["self-hosted-runner"] },
    checks: [Job(check)],
}

fn check(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    let Some(runs_on) = &job.runs_on else { return };
    let own = |label: &str| label.eq_ignore_ascii_case("self-hosted");
    let labels = runs_on.labels.iter().any(|label| own(&label.value) || matrix_has(job, label, own));
    if labels {
        reporter.report(runs_on.span, format!("the job `{}` runs on a self-hosted runner", job.id.value));
    } else if runs_on.group.is_some() {
        let key = job.node.entry("runs-on").map_or(runs_on.span, |entry| entry.key.span);
        reporter.report(key, format!("the job `{}` runs on a runner group", job.id.value));
    }
}

fn matrix_has(job: &Job, label: &Text, own: impl Fn(&str) -> bool) -> bool {
    let inner = label.value.trim().strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")).map(str::trim);
    let Some(key) = inner.and_then(|inner| inner.strip_prefix("matrix.")) else { return false };
    let Some(matrix) = job.strategy.as_ref().and_then(|strategy| strategy.matrix.as_ref()) else { return false };
    let rows = matrix.rows.iter().filter(|(name, _)| name.value == key).map(|(_, values)| values);
    let included = matrix.include.iter().flat_map(Node::items).filter_map(|item| item.get(key));
    rows.chain(included).any(|values| {
        let mut found = false;
        values.walk(&mut |node| found |= node.text().is_some_and(|text| own(&text.value)));
        found
    })
}
