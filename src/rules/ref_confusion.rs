//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::remote::remote_uses;
use crate::model::remote::{Answer, Property};
use crate::model::source_file::SourceFile;

declare_rule! {
    /// A branch and a tag have the name that an action is used by
    ///
    /// ## Why is this bad?
    /// It is not seen which of both runs: whoever may push the branch can pass for the release, or a release is
    /// never used because the branch is.
    ///
    /// ## Bad
    /// ```yaml
    /// # online: octo/tool@v1 -> 11bd71901bbe5b1630ceea73d27597364c9af683
    /// # online: octo/tool@v1 ambiguous: yes
    /// - uses: octo/tool@v1
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// # online: octo/tool@v1 -> 11bd71901bbe5b1630ceea73d27597364c9af683
    /// # online: octo/tool@v1 ambiguous: no
    /// - uses: octo/tool@v1
    /// ```
    ///
    /// ## How to fix
    /// Pin the commit, or ask the owner to give one of both another name.
    "ref-confusion",
    group: SupplyChain,
    since: "0.1.0",
    severity: Warning,
    network: true,
    peers: { "zizmor": ["ref-confusion"] },
    checks: [File(check)],
}

fn check(file: &SourceFile, reporter: &mut Reporter<'_>) {
    let Some(remote) = &reporter.surroundings().remote else { return };
    for found in remote_uses(file) {
        if remote.is(&found.remote, Property::Ambiguous) == Some(&Answer::Yes) {
            let (repository, name) = (&found.remote.repository, &found.remote.reference);
            let place = reporter.inside(found.uses, found.reference());
            reporter
                .report(place, format!("`{repository}` has a branch and a tag `{name}`"))
                .note("which of both runs is not seen here, and may change")
                .help("pin the commit that is meant");
        }
    }
}
