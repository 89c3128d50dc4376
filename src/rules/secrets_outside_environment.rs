//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::Site;

declare_rule! {
    /// A job reads a secret that is not bound to an environment
    ///
    /// ## Why is this bad?
    /// A secret of the repository is given to every workflow on every branch that can be pushed. A
    /// secret of an environment is given to the branches and reviewers that the environment allows.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   deploy:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make deploy
    ///         env:
    ///           TOKEN: ${{ secrets.DEPLOY_TOKEN }}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// jobs:
    ///   deploy:
    ///     runs-on: ubuntu-latest
    ///     environment: production
    ///     steps:
    ///       - run: make deploy
    ///         env:
    ///           TOKEN: ${{ secrets.DEPLOY_TOKEN }}
    /// ```
    ///
    /// ## How to fix
    /// Move the secret to an environment, and name the environment in the job.
    "secrets-outside-environment",
    group: Secrets,
    since: "0.1.0",
    severity: Info,
    persona: Auditor,
    peers: { "zizmor": ["secrets-outside-env"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    if site.job.is_none_or(|job| job.uses.is_some() || job.node.get("environment").is_some()) {
        return;
    }
    for used in site.contexts.iter().filter(|used| used.is("secrets")) {
        if used.name(1).is_none_or(|name| name.eq_ignore_ascii_case("GITHUB_TOKEN")) {
            continue;
        }
        let span = reporter.inside(site.text, used.range.clone());
        reporter.report(span, format!("`{}` is read in a job without an environment", used.dotted()));
    }
}
