//! See the rule's documentation below.

use super::reporter::Reporter;
use super::unpinned_container_image::{Pin, pin};
use super::{StepPlace, declare_rule};
use crate::detectors::pinning::{UnpinnedTarget, unpinned};

declare_rule! {
    /// A step runs an image that is not pinned to a digest
    ///
    /// ## Why is this bad?
    /// A tag of an image can be moved at any time; the new image then runs with the job's
    /// workspace and variables.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: docker://alpine:3
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - uses: docker://alpine@sha256:56fa17d2a7e7f168a043a2712e63aed1f8543aeafdcee47c58dcffe38ed51099
    /// ```
    ///
    /// ## How to fix
    /// Write the image's digest, as `docker buildx imagetools inspect` shows it.
    "unpinned-docker-uses",
    group: SupplyChain,
    since: "0.1.0",
    severity: Warning,
    peers: {
        "zizmor": ["unpinned-images", "unpinned-uses"],
        "actionlint": ["require-commit-hash"],
        "scorecard": ["Pinned-Dependencies"],
    },
    checks: [Step(check)],
}

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let Some(found) = place.step.uses().and_then(unpinned) else { return };
    let UnpinnedTarget::Image(image) = found.target else { return };
    let what = match pin(image) {
        Pin::Missing => "has no tag",
        Pin::Latest => "has the tag `latest`, which moves",
        Pin::Tag | Pin::Digest => "is not pinned to a digest",
    };
    reporter
        .report(found.uses.span, format!("the image `{image}` {what}"))
        .help(format!("write `docker://{}@sha256:…`", image.split([':', '@']).next().unwrap_or(image)));
}
