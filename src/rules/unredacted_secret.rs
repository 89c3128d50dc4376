//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::{ContextUse, Function, Site};

declare_rule! {
    /// A part of a secret is not hidden in logs
    ///
    /// ## Why is this bad?
    /// GitHub hides a secret's whole text in logs. What is taken out of it with `fromJSON` is another
    /// text, which is shown.
    ///
    /// ## Bad
    /// ```yaml
    /// - run: make deploy
    ///   env:
    ///     PASSWORD: ${{ fromJSON(secrets.ACCOUNT).password }}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - run: make deploy
    ///   env:
    ///     PASSWORD: ${{ secrets.ACCOUNT_PASSWORD }}
    /// ```
    ///
    /// ## How to fix
    /// Store each value as a secret of its own, or hide the part with `::add-mask::`.
    "unredacted-secret",
    group: Secrets,
    since: "0.1.0",
    severity: Warning,
    peers: { "zizmor": ["unredacted-secrets"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    site.calls(&mut |part, call| {
        if call.func != Function::FromJSON {
            return;
        }
        let range = site.range_of(part);
        let inside = |used: &&ContextUse<'_>| range.start <= used.range.start && used.range.end <= range.end;
        if let Some(secret) = site.contexts.iter().filter(inside).find(|used| used.is("secrets")) {
            let span = reporter.inside(site.text, range.clone());
            reporter
                .report(span, format!("what is taken out of `{}` is not hidden in logs", secret.dotted()))
                .help("store each value as a secret of its own");
        }
    });
}
