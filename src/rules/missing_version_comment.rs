//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::remote::claimed_version;
use crate::knowledge::action_commits::{Identity, identify};
use crate::model::finding::Safety;
use crate::model::workflow::ActionReference;
use crate::model::yaml::Text;

declare_rule! {
    /// No comment says which version a pinned commit is
    ///
    /// ## Why is this bad?
    /// Nobody can tell from a hash how old it is, and Dependabot and Renovate do not keep a comment up to
    /// date that is not there.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
    /// ```
    ///
    /// ## How to fix
    /// Write the tag of the commit behind it. `--fix` does where the release is known.
    "missing-version-comment",
    group: SupplyChain,
    since: "0.1.0",
    severity: Info,
    persona: Pedantic,
    fixable: Safe,
    peers: { "zizmor": ["ref-version-mismatch"] },
    checks: [Uses(check)],
}

fn check(uses: &Text, reporter: &mut Reporter<'_>) {
    let ActionReference::Repository(reference) = ActionReference::parse(&uses.value) else { return };
    if !reference.is_pinned() || claimed_version(reporter.file(), uses).is_some() {
        return;
    }
    let release = match identify(&reference, None) {
        Identity::Release(release) => Some(release),
        Identity::Unknown | Identity::Other => None,
    };
    let draft = release.and_then(|release| Some(vec![reporter.layout().add_comment(uses.span, release)?]));
    let title = format!("say that it is `{}`", release.unwrap_or_default());
    reporter
        .report(uses.span, "no comment says which version this commit is")
        .fix(Safety::Safe, title, draft);
}
