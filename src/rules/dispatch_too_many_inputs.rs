//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::workflow::{Event, Workflow};

declare_rule! {
    /// A `workflow_dispatch` event has more than 25 inputs
    ///
    /// ## Why is this bad?
    /// GitHub refuses the workflow.
    ///
    /// ## Bad
    /// ```yaml
    /// on:
    ///   workflow_dispatch:
    ///     inputs:
    ///       i0:
    ///         type: string
    ///       i1:
    ///         type: string
    ///       i2:
    ///         type: string
    ///       i3:
    ///         type: string
    ///       i4:
    ///         type: string
    ///       i5:
    ///         type: string
    ///       i6:
    ///         type: string
    ///       i7:
    ///         type: string
    ///       i8:
    ///         type: string
    ///       i9:
    ///         type: string
    ///       i10:
    ///         type: string
    ///       i11:
    ///         type: string
    ///       i12:
    ///         type: string
    ///       i13:
    ///         type: string
    ///       i14:
    ///         type: string
    ///       i15:
    ///         type: string
    ///       i16:
    ///         type: string
    ///       i17:
    ///         type: string
    ///       i18:
    ///         type: string
    ///       i19:
    ///         type: string
    ///       i20:
    ///         type: string
    ///       i21:
    ///         type: string
    ///       i22:
    ///         type: string
    ///       i23:
    ///         type: string
    ///       i24:
    ///         type: string
    ///       i25:
    ///         type: string
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on:
    ///   workflow_dispatch:
    ///     inputs:
    ///       level:
    ///         type: string
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Join inputs that belong together, as JSON for example.
    "dispatch-too-many-inputs",
    group: Events,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["events"] },
    checks: [Workflow(check)],
}

/// The inputs that GitHub takes at the most.
const MOST: usize = 25;

fn check(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    let count = workflow.inputs(Event::WorkflowDispatch).count();
    if let Some(trigger) = workflow.trigger(Event::WorkflowDispatch).filter(|_| count > MOST) {
        reporter.report(trigger.name.span, format!("{count} inputs are given, but GitHub takes {MOST}"));
    }
}
