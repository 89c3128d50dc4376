//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::remote::{Exactness, remote_uses};
use crate::model::finding::{Confidence, Safety};
use crate::model::remote::{Answer, Property};
use crate::model::source_file::SourceFile;

declare_rule! {
    /// A pinned commit is none of the action's repository
    ///
    /// ## Why is this bad?
    /// A repository and its forks share their commits: what anyone has pushed to a fork can be pinned as if
    /// the action's owner had released it, and no review of the name shows it.
    ///
    /// The commit is neither on the default branch nor at a tag nor on one of the branches that were asked
    /// about, those of releases first. Where the repository has many branches the confidence is `medium`.
    ///
    /// ## Bad
    /// ```yaml
    /// # online: actions/checkout@c7d749a2d57b4b375d1ebcd17cfbfb60c676f18e -> c7d749a2d57b4b375d1ebcd17cfbfb60c676f18e
    /// # online: actions/checkout@c7d749a2d57b4b375d1ebcd17cfbfb60c676f18e belongs: no
    /// - uses: actions/checkout@c7d749a2d57b4b375d1ebcd17cfbfb60c676f18e
    /// ```
    /// ```yaml
    /// # online: actions/checkout@c7d749a2d57b4b375d1ebcd17cfbfb60c676f18e -> c7d749a2d57b4b375d1ebcd17cfbfb60c676f18e
    /// # online: actions/checkout@c7d749a2d57b4b375d1ebcd17cfbfb60c676f18e belongs: no
    /// # online: actions/checkout@v4.2.2 -> 11bd71901bbe5b1630ceea73d27597364c9af683
    /// - uses: actions/checkout@c7d749a2d57b4b375d1ebcd17cfbfb60c676f18e # v4.2.2
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// # online: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 -> 11bd71901bbe5b1630ceea73d27597364c9af683
    /// # online: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 belongs: yes
    /// - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
    /// ```
    ///
    /// ## How to fix
    /// Pin the commit of a release, and find out who wrote this one into the file. `--fix all` pins that of the
    /// version in the comment, where it is a full one.
    "impostor-commit",
    group: SupplyChain,
    since: "0.1.0",
    severity: Error,
    network: true,
    fixable: Unsafe,
    peers: { "zizmor": ["impostor-commit"] },
    checks: [File(check)],
}

fn check(file: &SourceFile, reporter: &mut Reporter<'_>) {
    let Some(remote) = &reporter.surroundings().remote else { return };
    for found in remote_uses(file) {
        let Some(Answer::No(confidence)) = remote.is(&found.remote, Property::Belongs) else { continue };
        let place = reporter.inside(found.uses, found.reference());
        let all = if *confidence == Confidence::High { "no branch and no tag" } else { "no tag and none of the likely branches" };
        // The version that the comment names is what people believe to be pinned.
        let claimed = found.claim.as_ref().filter(|claim| claim.exactness == Exactness::Exact);
        let meant = claimed.and_then(|claim| Some((claim, remote.commit(&claim.remote)?)));
        let draft = meant.and_then(|(_, commit)| {
            reporter.rewrite(found.uses, vec![(found.reference(), commit.to_string())])
        });
        let title = meant.map_or_else(String::new, |(claim, _)| format!("pin the commit of `{}`", claim.remote.reference));
        reporter
            .report(place, format!("this commit is none of `{}`", found.remote.repository))
            .note(format!("{all} of the repository holds it, so that it may be one of a fork"))
            .help("pin the commit of a release")
            .confidence(*confidence)
            .fix(Safety::Unsafe, title, draft);
    }
}
