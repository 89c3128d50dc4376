//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::remote::{claimed_version, is_version};
use crate::knowledge::action_commits;
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
    let tag = action_commits::tag(&reference).filter(|tag| is_version(tag));
    let draft = tag.as_ref().and_then(|tag| Some(vec![reporter.layout().add_comment(uses.span, tag)?]));
    let title = format!("say that it is `{}`", tag.unwrap_or_default());
    reporter
        .report(uses.span, "no comment says which version this commit is")
        .fix(Safety::Safe, title, draft);
}
