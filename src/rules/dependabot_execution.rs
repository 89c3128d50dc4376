//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::finding::Safety;
use crate::model::place::Span;
use crate::model::yaml::Node;

declare_rule! {
    /// Dependabot runs code out of the packages that it updates
    ///
    /// ## Why is this bad?
    /// With `insecure-external-code-execution: allow` a manifest of any dependency can run code where
    /// Dependabot has the credentials of private registries.
    ///
    /// ## Bad
    /// ```yaml
    /// version: 2
    /// updates:
    ///   - package-ecosystem: bundler
    ///     directory: /
    ///     insecure-external-code-execution: allow
    ///     schedule:
    ///       interval: daily
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// version: 2
    /// updates:
    ///   - package-ecosystem: bundler
    ///     directory: /
    ///     insecure-external-code-execution: deny
    ///     schedule:
    ///       interval: daily
    /// ```
    ///
    /// ## How to fix
    /// Set it to `deny`.
    "dependabot-execution",
    group: SupplyChain,
    since: "0.1.0",
    severity: Warning,
    fixable: Unsafe,
    peers: { "zizmor": ["dependabot-execution"] },
    checks: [Update(check)],
}

fn check(update: &Node, reporter: &mut Reporter<'_>) {
    let Some(entry) = update.entry("insecure-external-code-execution") else { return };
    let Some(value) = entry.value.text().filter(|value| value.value == "allow") else { return };
    reporter
        .report(Span::new(entry.key.span.start, value.span.end), "packages may run code while they are updated")
        .fix(Safety::Unsafe, "deny it", Some(vec![(value.span, "deny".to_owned())]));
}
