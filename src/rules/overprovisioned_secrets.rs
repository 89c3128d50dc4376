//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::{Part, Site};

declare_rule! {
    /// Every secret of the repository is handed over
    ///
    /// ## Why is this bad?
    /// `toJSON(secrets)` and `secrets[…]` with a computed name make GitHub send all secrets to the
    /// runner, where each step can read them.
    ///
    /// ## Bad
    /// ```yaml
    /// - run: make deploy
    ///   env:
    ///     SECRETS: ${{ toJSON(secrets) }}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - run: make deploy
    ///   env:
    ///     TOKEN: ${{ secrets.DEPLOY_TOKEN }}
    /// ```
    ///
    /// ## How to fix
    /// Name the secrets that are needed.
    "overprovisioned-secrets",
    group: Secrets,
    since: "0.1.0",
    severity: Warning,
    peers: { "zizmor": ["overprovisioned-secrets"], "poutine": ["job_all_secrets"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    for used in site.contexts.iter().filter(|used| used.is("secrets")) {
        let what = match used.parts.get(1) {
            None => "all secrets are handed over",
            Some(Part::Computed | Part::Star) => "a computed name makes GitHub hand over all secrets",
            Some(Part::Name(_) | Part::Number) => continue,
        };
        let span = reporter.inside(site.text, used.range.clone());
        reporter.report(span, what).help("name each secret that is needed: `secrets.NAME`");
    }
}
