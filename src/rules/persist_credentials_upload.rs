//! See the rule's documentation below.

use super::reporter::Reporter;
use super::{StepPlace, declare_rule};
use crate::knowledge::releases::Releases;
use crate::model::workflow::{ActionReference, Step};

declare_rule! {
    /// The token of a checkout becomes part of an artifact
    ///
    /// ## Why is this bad?
    /// The checkout leaves the token in `.git/config`, and the artifact holds the whole folder. Whoever can read the
    /// artifact while the job runs has the token.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: actions/checkout@v4
    /// - run: make
    /// - uses: actions/upload-artifact@v4
    ///   with:
    ///     name: all
    ///     path: .
    ///     include-hidden-files: true
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - uses: actions/checkout@v4
    ///   with:
    ///     persist-credentials: false
    /// - run: make
    /// - uses: actions/upload-artifact@v4
    ///   with:
    ///     name: all
    ///     path: .
    ///     include-hidden-files: true
    /// ```
    ///
    /// ## How to fix
    /// Set `persist-credentials: false` at the checkout, or upload the folder of the results alone.
    "persist-credentials-upload",
    group: Secrets,
    since: "0.1.0",
    severity: Error,
    confidence: Medium,
    peers: { "zizmor": ["artipacked"] },
    checks: [Step(check)],
}

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let step = place.step;
    let Some(path) = step.input("path").filter(|_| step.is_action("actions/upload-artifact") && takes_hidden(step)) else { return };
    if !path.value.lines().map(str::trim).any(is_workspace) {
        return;
    }
    let before = place.siblings().iter().take(place.index);
    if let Some(checkout) = before.rev().find(|step| step.is_action("actions/checkout") && persists(step)) {
        reporter
            .report(path.span, "the artifact holds `.git`, and with it the token of the checkout")
            .related(checkout.node.span, "this checkout leaves the token there");
    }
}

/// Tells whether hidden files are uploaded: since version 4.4 only if that is asked for.
fn takes_hidden(step: &Step) -> bool {
    let asks = step.input("include-hidden-files").is_some_and(|value| value.value == "true");
    let Some(ActionReference::Repository(reference)) = step.reference() else { return false };
    let releases = reference.reference.and_then(Releases::read);
    asks || releases.is_some_and(|releases| releases.last < [4, 4, 0, 0])
}

/// Tells whether a path is the whole workspace.
fn is_workspace(path: &str) -> bool {
    matches!(path, "." | "./" | "./*" | "*" | "**" | "${{ github.workspace }}" | "${{ github.workspace }}/")
}

/// Tells whether a checkout puts its token below the folder: versions below 6 do unless told otherwise.
fn persists(step: &Step) -> bool {
    let is_off = step.input("persist-credentials").is_some_and(|value| value.value.eq_ignore_ascii_case("false"));
    let Some(ActionReference::Repository(reference)) = step.reference() else { return false };
    let releases = reference.reference.and_then(Releases::read);
    !is_off && step.input("path").is_none() && releases.is_some_and(|releases| releases.major() < 6)
}
