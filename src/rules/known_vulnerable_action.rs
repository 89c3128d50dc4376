//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::remote;
use crate::knowledge::advisories;
use crate::model::workflow::ActionReference;
use crate::model::yaml::Text;

declare_rule! {
    /// A release of an action has a known vulnerability
    ///
    /// ## Why is this bad?
    /// GitHub's advisory database says what can be done with it, so others know it, too. A tag such as `v4`
    /// is only told where no release behind it is mended.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: actions/download-artifact@v4.1.2
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - uses: actions/download-artifact@v4.3.0
    /// ```
    ///
    /// ## How to fix
    /// Use a release in which it is mended.
    "known-vulnerable-action",
    group: SupplyChain,
    since: "0.1.0",
    severity: Warning,
    peers: { "zizmor": ["known-vulnerable-actions"], "poutine": ["known_vulnerability_in_build_component"] },
    checks: [Uses(check)],
}

fn check(uses: &Text, reporter: &mut Reporter<'_>) {
    let ActionReference::Repository(reference) = ActionReference::parse(&uses.value) else { return };
    let Some((version, confidence)) = remote::known_version(reporter.file(), uses, &reference) else { return };
    for advisory in advisories::against(&reference, version) {
        reporter
            .report(uses.span, format!("`{}` {version} {}: {}", reference.name(), advisory.what, advisory.id))
            .confidence(confidence)
            .note(format!("https://github.com/advisories/{}", advisory.id))
            .help(format!("use {}", advisory.mended()));
    }
}
