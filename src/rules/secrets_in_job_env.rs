//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::{ContextUse, Site};
use crate::knowledge::contexts::Key;

declare_rule! {
    /// A secret is a variable of every step of a job
    ///
    /// ## Why is this bad?
    /// Every step, and every action it uses, can read it, where one step needs it.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   deploy:
    ///     runs-on: ubuntu-latest
    ///     env:
    ///       TOKEN: ${{ secrets.DEPLOY_TOKEN }}
    ///     steps:
    ///       - uses: actions/checkout@v4
    ///       - run: make deploy
    /// ```
    ///
    /// ## How to fix
    /// Set the variable in the step that needs it.
    "secrets-in-job-env",
    group: Secrets,
    since: "0.1.0",
    severity: Info,
    persona: Pedantic,
    peers: { "ghalint": ["job_secrets"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    let steps = site.job.map_or(0, |job| job.steps.len());
    if site.key != Key::JobEnv || steps < 2 {
        return;
    }
    let is_secret = |used: &&ContextUse<'_>| used.is("secrets") || used.is_path(&["github", "token"]);
    if let Some(used) = site.contexts.iter().find(is_secret) {
        let span = reporter.inside(site.text, used.range.clone());
        reporter
            .report(span, format!("`{}` is a variable of every step of the job", used.dotted()))
            .help("set it under the `env` of the step that needs it");
    }
}
