//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::workflow::Workflow;

declare_rule! {
    /// A token may read everything
    ///
    /// ## Why is this bad?
    /// In a private repository that includes security alerts, packages and discussions, and
    /// whatever scopes GitHub adds later.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// permissions: read-all
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Name the scopes that are needed, for most jobs `contents: read`.
    "permissions-read-all",
    group: Permissions,
    since: "0.1.0",
    severity: Info,
    peers: { "zizmor": ["excessive-permissions"], "ghalint": ["deny_read_all_permission"] },
    checks: [Workflow(check)],
}

fn check(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    let jobs = workflow.jobs.iter().filter_map(|job| job.permissions.as_ref());
    for permissions in workflow.permissions.iter().chain(jobs) {
        if let Some(word) = permissions.shorthand.as_ref().filter(|word| word.value == "read-all") {
            reporter
                .report(word.span, "`read-all` lets the token read everything")
                .help("name the scopes that are needed, such as `contents: read`");
        }
    }
}
