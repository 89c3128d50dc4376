//! See the rule's documentation below.

use crate::model::workflow::{Job, Workflow};
use super::declare_rule;
use super::reporter::Reporter;

declare_rule! {
    /// The version of a snapshot is none that GitHub takes
    ///
    /// ## Why is this bad?
    /// GitHub refuses the workflow. A snapshot's version names the major version alone, and GitHub counts the
    /// minor ones.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   image:
    ///     runs-on: ubuntu-latest
    ///     snapshot:
    ///       image-name: base
    ///       version: 1.2.3
    ///     steps:
    ///       - run: make image
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// jobs:
    ///   image:
    ///     runs-on: ubuntu-latest
    ///     snapshot:
    ///       image-name: base
    ///       version: 2.*
    ///     steps:
    ///       - run: make image
    /// ```
    ///
    /// ## How to fix
    /// Write a number and `.*`.
    "snapshot-version-invalid",
    group: Jobs,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["glob", "syntax-check"], "github": ["parser"] },
    checks: [Job(check)],
}

fn check(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    let version = job.snapshot.as_ref().and_then(|snapshot| snapshot.version.as_ref());
    let Some(version) = version.filter(|version| !version.has_expression() && !version.value.is_empty()) else { return };
    let major = version.value.strip_suffix(".*");
    if major.is_none_or(|major| major.is_empty() || !major.bytes().all(|byte| byte.is_ascii_digit())) {
        reporter
            .report(version.span, format!("`{}` is no version of a snapshot", version.value))
            .help("write the major version and `.*`, as in `1.*`");
    }
}
