//! See the rule's documentation below.

use super::reporter::Reporter;
use super::{StepPlace, declare_rule};
use crate::detectors::pinning::{UnpinnedTarget, unpinned};
use crate::model::remote::{CommitHash, RemoteReference};
use crate::model::workflow::RepositoryReference;
use crate::model::yaml::Text;

declare_rule! {
    /// An action is not pinned to a commit
    ///
    /// ## Why is this bad?
    /// A tag or a branch can be moved to other code at any time, and that code then runs with the
    /// job's token and secrets. A full commit hash cannot be moved.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: actions/checkout@v4
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
    /// ```
    ///
    /// ## How to fix
    /// Write the full hash of the commit behind the tag, and the tag as a comment: Dependabot and
    /// Renovate update both.
    "unpinned-action",
    group: SupplyChain,
    since: "0.1.0",
    severity: Warning,
    peers: {
        "zizmor": ["unpinned-uses"],
        "actionlint": ["require-commit-hash"],
        "ghalint": ["action_ref_should_be_full_length_commit_sha"],
        "scorecard": ["Pinned-Dependencies"],
    },
    checks: [Step(check)],
}

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let Some(found) = place.step.uses().and_then(unpinned) else { return };
    if let UnpinnedTarget::Repository(reference) = found.target {
        report(found.uses, &reference, "the action", reporter);
    }
}

/// Reports a reference to a repository that is not pinned to a commit.
pub(super) fn report(uses: &Text, reference: &RepositoryReference<'_>, what: &str, reporter: &mut Reporter<'_>) {
    let name = reference.name();
    let hash = commit(reference, reporter).map_or_else(|| "<full commit hash>".to_owned(), ToString::to_string);
    match reference.reference {
        Some(tag) => reporter
            .report(uses.span, format!("{what} `{name}` is not pinned to a commit"))
            .note(format!("whoever can move `{tag}` in {}/{} decides what runs here", reference.owner, reference.repository))
            .help(format!("write `{name}@{hash} # {tag}`")),
        None => reporter
            .report(uses.span, format!("{what} `{name}` has no version"))
            .help(format!("write `{name}@<full commit hash>`")),
    };
}

/// Returns the commit that a tag or a branch is now, if GitHub was asked.
fn commit<'file>(reference: &RepositoryReference<'_>, reporter: &Reporter<'file>) -> Option<&'file CommitHash> {
    let repository = format!("{}/{}", reference.owner, reference.repository).parse().ok()?;
    let reference = reference.reference?.to_owned();
    reporter.surroundings().commit(&RemoteReference { repository, reference })
}
