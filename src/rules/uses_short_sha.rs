//! See the rule's documentation below.

use crate::detectors::git_ref;
use crate::model::workflow::ActionReference;
use crate::model::yaml::Text;
use super::declare_rule;
use super::reporter::Reporter;

declare_rule! {
    /// A commit is named by the first digits of its hash
    ///
    /// ## Why is this bad?
    /// GitHub finds no commit by a part of its hash, so the job fails before its first step, unless a branch
    /// or tag happens to have that name.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: octo/action@1a2b3c4
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - uses: octo/action@1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d7e8f9a0b
    /// ```
    ///
    /// ## How to fix
    /// Write the whole hash of 40 digits.
    "uses-short-sha",
    group: Actions,
    since: "0.1.0",
    severity: Warning,
    peers: { "github": ["short-sha-ref"] },
    checks: [Uses(check)],
}

fn check(uses: &Text, reporter: &mut Reporter<'_>) {
    let ActionReference::Repository(found) = ActionReference::parse(&uses.value) else { return };
    if let Some(name) = found.reference.filter(|name| git_ref::is_short_hash(name)) {
        reporter
            .report(uses.span, format!("`{name}` looks like the beginning of a commit's hash, by which GitHub finds nothing"))
            .help("write the whole hash of 40 digits");
    }
}
