//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::remote::claimed_version;
use crate::knowledge::action_commits::{Identity, identify};
use crate::knowledge::advisories;
use crate::model::finding::Confidence;
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
    let Some(written) = reference.reference else { return };
    let claimed = claimed_version(reporter.file(), uses);
    let (version, confidence) = match identify(&reference, claimed) {
        _ if !reference.is_pinned() => (written, Confidence::High),
        Identity::Release(release) => (release, Confidence::High),
        Identity::Unknown => match claimed {
            Some(claimed) => (claimed, Confidence::Medium),
            None => return,
        },
        Identity::Other => return,
    };
    for advisory in advisories::against(&reference, version) {
        reporter
            .report(uses.span, format!("`{}` {version} {}: {}", reference.name(), advisory.what, advisory.id))
            .confidence(confidence)
            .note(format!("https://github.com/advisories/{}", advisory.id))
            .help(format!("use {}", advisory.mended()));
    }
}
