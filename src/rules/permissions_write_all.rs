//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::permissions::{WideGrantKind, wide_grants};
use crate::model::workflow::Workflow;

declare_rule! {
    /// A token may write everything
    ///
    /// ## Why is this bad?
    /// Any step, and any action it uses, can push code, publish packages and change releases.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// permissions: write-all
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Name the scopes that are needed, in the jobs that need them.
    "permissions-write-all",
    group: Permissions,
    since: "0.1.0",
    severity: Error,
    peers: {
        "zizmor": ["excessive-permissions"],
        "ghalint": ["deny_write_all_permission"],
        "scorecard": ["Token-Permissions"],
    },
    checks: [Workflow(check)],
}

fn check(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    for grant in wide_grants(workflow).into_iter().filter(|grant| grant.kind == WideGrantKind::WriteAll) {
        reporter
            .report(grant.span, "`write-all` lets the token write everything")
            .help("name the scopes that are needed, such as `contents: write`");
    }
}
