//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::{MismatchKind, Site};

declare_rule! {
    /// A comparison comes out the same whatever the values are
    ///
    /// ## Why is this bad?
    /// GitHub compares values of different types as numbers, without any message. `true` is 1 and
    /// `'true'` is no number, so the two are never equal; an object or an array is equal to nothing
    /// but itself. Some values are of a list that GitHub has: `github.event_name`, the results of jobs and steps,
    /// `runner.os`; what is not of it is never there.
    ///
    /// ## Bad
    /// ```yaml
    /// - if: github.event == 'push'
    ///   run: make
    /// - if: github.ref_protected == 'true'
    ///   run: make deploy
    /// - if: github.event_name == 'workflow_call'
    ///   run: make report
    /// - if: runner.os == 'Ubuntu'
    ///   run: make report
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - if: github.event_name == 'push'
    ///   run: make
    /// - if: github.ref_protected
    ///   run: make deploy
    /// - if: runner.os == 'linux'
    ///   run: make report
    /// ```
    ///
    /// ## How to fix
    /// Compare values of the same type. Inputs of type `boolean` and `number` keep their type in
    /// `inputs`, while in `github.event.inputs`, and in the inputs of an action, all are strings.
    "pointless-comparison",
    group: Expressions,
    since: "0.1.0",
    severity: Warning,
    peers: { "actionlint": ["expression"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    reporter.report_mismatches(site, MismatchKind::Comparison);
}
