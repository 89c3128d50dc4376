//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::{ContextUse, Site};
use crate::knowledge::contexts::Key;

declare_rule! {
    /// A secret is a variable of every job
    ///
    /// ## Why is this bad?
    /// Every step of every job, and every action they use, can read it.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// env:
    ///   TOKEN: ${{ secrets.DEPLOY_TOKEN }}
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    ///   deploy:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make deploy
    /// ```
    ///
    /// ## How to fix
    /// Set the variable in the step that needs it.
    "secrets-in-workflow-env",
    group: Secrets,
    since: "0.1.0",
    severity: Warning,
    peers: { "ghalint": ["workflow_secrets"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    let jobs = reporter.file().workflow().map_or(0, |workflow| workflow.jobs.len());
    if site.key != Key::WorkflowEnv || jobs < 2 {
        return;
    }
    let is_secret = |used: &&ContextUse<'_>| used.is("secrets") || used.is_path(&["github", "token"]);
    if let Some(used) = site.contexts.iter().find(is_secret) {
        let span = reporter.inside(site.text, used.range.clone());
        reporter
            .report(span, format!("`{}` is a variable of every step of every job", used.dotted()))
            .help("set it under the `env` of the step that needs it");
    }
}
