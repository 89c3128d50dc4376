//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::remote::{RemoteUse, remote_uses};
use crate::model::finding::Confidence;
use crate::model::remote::Resolution;
use crate::model::source_file::SourceFile;

declare_rule! {
    /// A used action or workflow, or its version, does not exist
    ///
    /// ## Why is this bad?
    /// GitHub fails the job before its first step. And a name that nobody has can be taken by
    /// anybody, whose code then runs with the job's token and secrets.
    ///
    /// ## Bad
    /// ```yaml
    /// # online: actions/checkout@v99 -> no such reference
    /// - uses: actions/checkout@v99
    /// ```
    /// ```yaml
    /// # online: actoins/checkout@v4 -> no such repository
    /// - uses: actoins/checkout@v4
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// # online: actions/checkout@v4 -> 11bd71901bbe5b1630ceea73d27597364c9af683
    /// - uses: actions/checkout@v4
    /// ```
    ///
    /// ## How to fix
    /// Correct the name, or write a branch, a tag or a full commit hash that the repository has.
    "action-not-found",
    group: Actions,
    since: "0.1.0",
    severity: Error,
    network: true,
    peers: { "github": ["languageservice"] },
    checks: [File(check)],
}

fn check(file: &SourceFile, reporter: &mut Reporter<'_>) {
    let Some(remote) = &reporter.surroundings().remote else { return };
    for found in remote_uses(file) {
        match remote.get(&found.remote) {
            Some(Resolution::NoReference) => no_reference(&found, reporter),
            Some(Resolution::NoRepository) => no_repository(&found, reporter),
            Some(Resolution::Commit(_) | Resolution::NotChecked(_)) | None => {}
        }
    }
}

fn no_reference(found: &RemoteUse<'_>, reporter: &mut Reporter<'_>) {
    let (repository, reference) = (&found.remote.repository, &found.remote.reference);
    let message = match found.remote.pinned() {
        Some(_) => format!("`{repository}` has no commit `{reference}`"),
        None => format!("`{repository}` has no branch or tag `{reference}`"),
    };
    let place = reporter.inside(found.uses, found.reference());
    reporter
        .report(place, message)
        .note("GitHub fails the job before its first step")
        .help("write a branch, a tag or a full commit hash that the repository has");
}

fn no_repository(found: &RemoteUse<'_>, reporter: &mut Reporter<'_>) {
    let place = reporter.inside(found.uses, found.repository());
    reporter
        .report(place, format!("GitHub knows no repository `{}`", found.remote.repository))
        .note("GitHub says the same of a private repository that cannot be seen with the token, or without one")
        .help("correct the name, or give a token that may read the repository")
        .confidence(Confidence::Medium);
}
