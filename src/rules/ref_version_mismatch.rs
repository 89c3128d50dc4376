//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::remote::{Claim, Exactness, RemoteUse, remote_uses};
use crate::knowledge::action_commits;
use crate::model::finding::{Persona, Safety, Severity};
use crate::model::remote::{CommitHash, RemoteReferences, Resolution};
use crate::model::source_file::SourceFile;
use crate::model::workflow::ActionReference;
use crate::model::yaml::Draft;

declare_rule! {
    /// The comment behind a pin names another version than the pinned one
    ///
    /// ## Why is this bad?
    /// People review the version that the comment names, and tools update from it, but the pinned
    /// commit is what runs: it may be older, or nobody's release at all.
    ///
    /// A version that moves on, such as `v4`, differs from its pin with every release, so only the
    /// pedantic persona is told of it.
    ///
    /// ## Bad
    /// ```yaml
    /// # online: actions/checkout@v4.2.2 -> 11bd71901bbe5b1630ceea73d27597364c9af683
    /// # online: actions/checkout@eef61447b9ff4aafe5dcd4e0bbf5d482be7e7871 -> eef61447b9ff4aafe5dcd4e0bbf5d482be7e7871
    /// - uses: actions/checkout@eef61447b9ff4aafe5dcd4e0bbf5d482be7e7871 # v4.2.2
    /// ```
    /// ```yaml
    /// # online: octo/greet@v1.2.0 -> 11bd71901bbe5b1630ceea73d27597364c9af683
    /// # online: octo/greet@eef61447b9ff4aafe5dcd4e0bbf5d482be7e7871 -> eef61447b9ff4aafe5dcd4e0bbf5d482be7e7871
    /// - uses: octo/greet@eef61447b9ff4aafe5dcd4e0bbf5d482be7e7871 # v1.2.0
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// # online: actions/checkout@v4.2.2 -> 11bd71901bbe5b1630ceea73d27597364c9af683
    /// # online: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 -> 11bd71901bbe5b1630ceea73d27597364c9af683
    /// - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
    /// ```
    ///
    /// ## How to fix
    /// Find out which of the two is meant. Then pin the commit of the version, or name the version
    /// of the commit, in full. Of widely used actions the release is known, and `--fix` names it in the comment;
    /// `--fix all` pins the commit of the version for others.
    "ref-version-mismatch",
    group: SupplyChain,
    since: "0.1.0",
    severity: Warning,
    network: true,
    fixable: Safe,
    peers: { "zizmor": ["ref-version-mismatch"] },
    checks: [File(check)],
}

fn check(file: &SourceFile, reporter: &mut Reporter<'_>) {
    let Some(remote) = &reporter.surroundings().remote else { return };
    for found in remote_uses(file) {
        if let Some(claim) = &found.claim {
            check_claim(&found, claim, remote, reporter);
        }
    }
}

fn check_claim(found: &RemoteUse<'_>, claim: &Claim, remote: &RemoteReferences, reporter: &mut Reporter<'_>) {
    // A pin may be of a tag's own object, which leads to its commit as the tag does.
    let Some(pinned) = remote.commit(&found.remote) else { return };
    match remote.get(&claim.remote) {
        Some(Resolution::Commit(commit)) if commit != pinned => differs(found, claim, commit, reporter),
        Some(Resolution::NoReference) => unknown(found, claim, reporter),
        Some(Resolution::Commit(_) | Resolution::NoRepository | Resolution::NotChecked(_)) | None => {}
    }
}

fn differs(found: &RemoteUse<'_>, claim: &Claim, commit: &CommitHash, reporter: &mut Reporter<'_>) {
    let version = &claim.remote.reference;
    let name = found.uses.value.split('@').next().unwrap_or_default().trim();
    let message = format!("the comment says `{version}`, which is commit `{}`, not the pinned one", commit.short());
    let (fix, mended) = (named_by(found, claim), pinned_by(found, claim, commit, reporter));
    let report = reporter.report(claim.span, message);
    let report = match claim.exactness {
        Exactness::Exact => {
            report.help(format!("write `{name}@{commit} # {version}`, or the version that the pinned commit is"))
        }
        Exactness::Moving => report
            .note(format!("`{version}` moves on with newer releases"))
            .help("name the full version of the pinned commit, which does not move")
            .severity(Severity::Info)
            .persona(Persona::Pedantic),
    };
    match (fix, mended) {
        (Some((release, draft)), _) => report.fix(Safety::Safe, format!("say that it is `{release}`"), Some(draft)),
        (None, draft) => report.fix(Safety::Unsafe, format!("pin the commit of `{version}`"), draft),
    };
}

/// Drafts the release that the pinned commit is in place of the version in the comment.
fn named_by(found: &RemoteUse<'_>, claim: &Claim) -> Option<(String, Draft)> {
    let ActionReference::Repository(reference) = ActionReference::parse(&found.uses.value) else { return None };
    let tag = action_commits::tag(&reference)?;
    Some((tag.clone(), vec![(claim.span, tag)]))
}

/// Drafts the commit of the version in place of the pinned one, where the version stays what it is.
fn pinned_by(
    found: &RemoteUse<'_>,
    claim: &Claim,
    commit: &CommitHash,
    reporter: &Reporter<'_>,
) -> Option<Draft> {
    let is_exact = claim.exactness == Exactness::Exact;
    is_exact.then(|| reporter.rewrite(found.uses, vec![(found.reference(), commit.to_string())])).flatten()
}

fn unknown(found: &RemoteUse<'_>, claim: &Claim, reporter: &mut Reporter<'_>) {
    let (repository, version) = (&claim.remote.repository, &claim.remote.reference);
    let report = reporter.report(claim.span, format!("the comment says `{version}`, but `{repository}` has no such tag"));
    let report = if version.starts_with(|first: char| first.is_ascii_digit()) {
        report.help(format!("write the tag as it is spelt there; is it `v{version}`?"))
    } else {
        report.help("write the tag of the pinned commit")
    };
    let report = match named_by(found, claim) {
        Some((release, draft)) => report.fix(Safety::Safe, format!("say that it is `{release}`"), Some(draft)),
        None => report,
    };
    if claim.exactness == Exactness::Moving {
        report.severity(Severity::Info).persona(Persona::Pedantic);
    }
}
