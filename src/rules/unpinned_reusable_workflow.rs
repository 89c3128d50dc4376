//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use super::unpinned_action::report;
use crate::detectors::pinning::unpinned;
use crate::model::workflow::{Job, Workflow};

declare_rule! {
    /// A called workflow of another repository is not pinned to a commit
    ///
    /// ## Why is this bad?
    /// A tag or a branch can be moved to other code at any time, and that code then runs with the
    /// permissions and secrets that the call hands over.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     uses: octo/workflows/.github/workflows/build.yml@main
    /// ```
    /// ```yaml
    /// # online: octo/workflows@v2 -> 11bd71901bbe5b1630ceea73d27597364c9af683
    /// on: push
    /// jobs:
    ///   build:
    ///     uses: octo/workflows/.github/workflows/build.yml@v2
    /// ```
    /// ```yaml
    /// on: push
    /// jobs:
    ///   provenance:
    ///     uses: slsa-framework/slsa-github-generator/.github/workflows/generator_generic_slsa3.yml@main
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     uses: octo/workflows/.github/workflows/build.yml@11bd71901bbe5b1630ceea73d27597364c9af683 # v2
    /// ```
    ///
    /// ## Good
    /// The builders of SLSA take no hash: what they vouch for is the tag.
    /// ```yaml
    /// on: push
    /// jobs:
    ///   provenance:
    ///     uses: slsa-framework/slsa-github-generator/.github/workflows/generator_generic_slsa3.yml@v2.1.0
    /// ```
    ///
    /// ## How to fix
    /// Write the full hash of the commit, and the tag as a comment. With `--online`, `--fix` writes them.
    "unpinned-reusable-workflow",
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
    checks: [Job(check)],
}

fn check(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    if let Some(found) = job.uses.as_ref().and_then(unpinned) {
        report(&found, "the workflow", reporter);
    }
}
