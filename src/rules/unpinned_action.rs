//! See the rule's documentation below.

use super::reporter::Reporter;
use super::{StepPlace, declare_rule};
use crate::detectors::pinning::{Unpinned, UnpinnedTarget, unpinned};
use crate::knowledge::named_by_tag::{NamedByTag, named_by_tag};
use crate::model::finding::Safety;
use crate::model::remote::{CommitHash, RemoteReference};
use crate::model::workflow::RepositoryReference;
use crate::model::yaml::{Draft, Text};

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
    /// ```yaml
    /// # online: actions/checkout@v4 -> 11bd71901bbe5b1630ceea73d27597364c9af683
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
    /// Renovate update both. With `--online`, `--fix` writes them. Where the owner of an action can be
    /// trusted, `lint.uses.pin` in `plimsoll.yml` says so.
    "unpinned-action",
    group: SupplyChain,
    since: "0.1.0",
    severity: Warning,
    fixable: Safe,
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
    report(&found, "the action", reporter);
}

/// Reports a reference to a repository that is not pinned to a commit.
pub(super) fn report(found: &Unpinned<'_>, what: &str, reporter: &mut Reporter<'_>) {
    let Unpinned { uses, target: UnpinnedTarget::Repository(reference) } = found else { return };
    if found.is_accepted(&reporter.surroundings().declared.uses) {
        return;
    }
    let name = reference.name();
    if let Some(named) = named_by_tag(reference) {
        if named == NamedByTag::Refused {
            reporter
                .report(uses.span, format!("{what} `{name}` refuses to run unless it is named by a full version"))
                .help(format!("write `{name}@vX.Y.Z`: it takes neither a branch nor a hash"));
        }
        return;
    }
    let hash = commit(reference, reporter).map(ToString::to_string);
    // Without a reference nothing runs at all, which another rule tells.
    let Some(tag) = reference.reference.filter(|tag| !tag.is_empty()) else { return };
    let draft = hash.as_ref().and_then(|hash| draft(uses, tag, hash, reporter));
    let hash = hash.unwrap_or_else(|| "<full commit hash>".to_owned());
    // A branch is named where its newest commit is wanted, and stands still from then on.
    let is_version = tag.trim_start_matches('v').starts_with(|first: char| first.is_ascii_digit());
    let safety = if is_version { Safety::Safe } else { Safety::Unsafe };
    reporter
        .report(uses.span, format!("{what} `{name}` is not pinned to a commit"))
        .note(format!(
            "whoever can move `{tag}` in {}/{} decides what runs here",
            reference.owner, reference.repository
        ))
        .help(format!("write `{name}@{hash} # {tag}`"))
        .fix(safety, format!("pin it to the commit that `{tag}` is now"), draft);
}

/// Drafts the hash in place of the tag, and the tag as a comment.
fn draft(uses: &Text, tag: &str, hash: &str, reporter: &Reporter<'_>) -> Option<Draft> {
    let end = uses.value.trim_end().len();
    let mut draft = reporter.rewrite(uses, vec![(end.checked_sub(tag.len())?..end, hash.to_owned())])?;
    draft.push(reporter.layout().add_comment(uses.span, tag)?);
    Some(draft)
}

/// Returns the commit that a tag or a branch is now, if GitHub was asked.
fn commit<'file>(reference: &RepositoryReference<'_>, reporter: &Reporter<'file>) -> Option<&'file CommitHash> {
    let repository = format!("{}/{}", reference.owner, reference.repository).parse().ok()?;
    let reference = reference.reference?.to_owned();
    reporter.surroundings().commit(&RemoteReference { repository, reference })
}
