//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::permissions::{WideGrantKind, wide_grants};
use crate::model::finding::{Persona, Severity};
use crate::model::workflow::{Grant, Workflow};

declare_rule! {
    /// Every job's token may write, where one job could ask for it
    ///
    /// ## Why is this bad?
    /// A scope at the top is for all jobs: those that only build and test can write as well, and
    /// so can every action they use.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// permissions:
    ///   contents: write
    /// jobs:
    ///   test:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make test
    ///   release:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make release
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// permissions:
    ///   contents: read
    /// jobs:
    ///   test:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make test
    ///   release:
    ///     permissions:
    ///       contents: write
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make release
    /// ```
    ///
    /// ## How to fix
    /// Move the scope to the jobs that need it. A workflow with one job is left to the pedantic
    /// persona.
    "permissions-workflow-write",
    group: Permissions,
    since: "0.1.0",
    severity: Warning,
    peers: { "zizmor": ["excessive-permissions"], "scorecard": ["Token-Permissions"] },
    checks: [Workflow(check)],
}

fn check(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    let help = "move it to the jobs that need it";
    for grant in wide_grants(workflow) {
        if let WideGrantKind::WriteInEveryJob { scope } = grant.kind {
            reporter.report(grant.span, format!("`{scope}: write` is for every job of the workflow")).help(help);
        }
    }
    let Some(permissions) = workflow.permissions.as_ref().filter(|_| workflow.jobs.len() < 2) else { return };
    for (scope, level) in &permissions.scopes {
        if permissions.grant(&scope.value) == Grant::Write {
            reporter
                .report(level.span, format!("`{}: write` is for every job that is ever added", scope.value))
                .severity(Severity::Info)
                .persona(Persona::Pedantic)
                .help("move it to the job that needs it");
        }
    }
}
