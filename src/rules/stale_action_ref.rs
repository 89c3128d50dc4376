//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::remote::remote_uses;
use crate::model::remote::{Answer, Property};
use crate::model::source_file::SourceFile;

declare_rule! {
    /// A pinned commit is no release
    ///
    /// ## Why is this bad?
    /// No tag leads to it: it may be half of a change, nobody looks for its defects, advisories name
    /// releases alone, and tools that update pins do not know what comes after it.
    ///
    /// ## Bad
    /// ```yaml
    /// # online: actions/checkout@009b9ae9e446ad8d9b8c809870b0fbcc5e03573e -> 009b9ae9e446ad8d9b8c809870b0fbcc5e03573e
    /// # online: actions/checkout@009b9ae9e446ad8d9b8c809870b0fbcc5e03573e tagged: no
    /// - uses: actions/checkout@009b9ae9e446ad8d9b8c809870b0fbcc5e03573e
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// # online: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 -> 11bd71901bbe5b1630ceea73d27597364c9af683
    /// # online: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 tagged: yes
    /// - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
    /// ```
    ///
    /// ## How to fix
    /// Pin the commit of a release. Some actions are released by a branch alone; suppress the finding there.
    "stale-action-ref",
    group: SupplyChain,
    since: "0.1.0",
    severity: Info,
    persona: Pedantic,
    network: true,
    peers: { "zizmor": ["stale-action-refs"] },
    checks: [File(check)],
}

fn check(file: &SourceFile, reporter: &mut Reporter<'_>) {
    let Some(remote) = &reporter.surroundings().remote else { return };
    for found in remote_uses(file) {
        if let Some(Answer::No(confidence)) = remote.is(&found.remote, Property::Tagged) {
            let place = reporter.inside(found.uses, found.reference());
            reporter
                .report(place, format!("no tag of `{}` leads to this commit", found.remote.repository))
                .help("pin the commit of a release")
                .confidence(*confidence);
        }
    }
}
