//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use super::unknown_property::report;
use crate::expressions::Site;
use crate::model::finding::Severity;
use crate::model::source_file::SourceFile;
use crate::model::workflow::{Event, Workflow};
use crate::model::yaml::Text;

declare_rule! {
    /// An expression reads an input that is not declared
    ///
    /// ## Why is this bad?
    /// The value is always empty, without any message.
    ///
    /// ## Bad
    /// ```yaml
    /// on:
    ///   workflow_dispatch:
    ///     inputs:
    ///       version:
    ///         type: string
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    ///         env:
    ///           VERSION: ${{ inputs.verison }}
    /// ```
    ///
    /// ## How to fix
    /// Correct the name, or declare the input.
    "unknown-input",
    group: Expressions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["expression"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    let file = reporter.file();
    for used in &site.contexts {
        let (at, known) = if used.is("inputs") {
            (1, declared(file))
        } else if used.name(1).is_some_and(|name| name == "event") && used.name(2).is_some_and(|name| name == "inputs") {
            (3, file.workflow().and_then(|workflow| inputs_of(workflow, &[Event::WorkflowDispatch])))
        } else {
            continue;
        };
        let Some((known, name)) = known.zip(used.name(at)) else { continue };
        if !known.iter().any(|input| input.eq_ignore_ascii_case(name)) {
            // Without a trigger that has inputs it may be a default for all ways to start.
            let severity = if known.is_empty() { Severity::Warning } else { Severity::Error };
            report(site, used, at, &known, reporter).severity(severity);
        }
    }
}

/// Returns the inputs of a file; a workflow that nobody calls or starts by hand has none.
fn declared(file: &SourceFile) -> Option<Vec<&str>> {
    if let Some(action) = file.action() {
        return Some(action.inputs.iter().map(|input| input.name.as_str()).collect());
    }
    let events = [Event::WorkflowDispatch, Event::WorkflowCall];
    file.workflow().map(|workflow| inputs_of(workflow, &events).unwrap_or_default())
}

fn inputs_of<'file>(workflow: &'file Workflow, events: &[Event]) -> Option<Vec<&'file str>> {
    let triggers: Vec<_> = events.iter().filter_map(|event| workflow.trigger(*event)).collect();
    let inputs = triggers.iter().flat_map(|trigger| trigger.declared("inputs")).map(Text::as_str);
    (!triggers.is_empty()).then(|| inputs.collect())
}
