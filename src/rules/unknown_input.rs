//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use super::unknown_property::report;
use crate::expressions::{ContextUse, Site};
use crate::knowledge::contexts::Key;
use crate::model::finding::Severity;
use crate::model::source_file::SourceFile;
use crate::model::suggest::MOST_NAMES;
use crate::model::workflow::Event;
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
    for used in &site.contexts {
        if used.is("inputs") {
            check_input(site, used, reporter);
        } else if used.is("github") && used.name(1).is_some_and(is("event")) && used.name(2).is_some_and(is("inputs")) {
            check_event(site, used, reporter);
        }
    }
}

fn is(word: &str) -> impl Fn(&str) -> bool {
    move |name| name.eq_ignore_ascii_case(word)
}

/// Checks a use of `inputs`, which holds what is declared for a start by hand and for a call.
fn check_input(site: &Site<'_>, used: &ContextUse<'_>, reporter: &mut Reporter<'_>) {
    let Some(name) = used.name(1) else { return };
    if reporter.scope().has_input(name) {
        check_order(site, used, name, reporter);
        return;
    }
    let known = declared(reporter.file());
    // Without a trigger that has inputs it may be a default for all ways to start.
    let severity = if known.is_empty() { Severity::Warning } else { Severity::Error };
    report(site, used, 1, &known, reporter).severity(severity);
}

/// In the default of an input, only those above it are there.
fn check_order(site: &Site<'_>, used: &ContextUse<'_>, name: &str, reporter: &mut Reporter<'_>) {
    let place = |name: &str| Some(reporter.names().input(Event::WorkflowCall, name)?.name.span.start);
    let Some(declared) = place(name).filter(|_| site.key == Key::CallInputDefault) else { return };
    let current = site.path.iter().rev().nth(1).and_then(|current| place(current));
    if current.is_some_and(|current| declared >= current) {
        let span = reporter.inside(site.text, used.ranges.get(1).unwrap_or(&used.range).clone());
        reporter
            .report(span, format!("the input `{name}` has no value yet: it is not declared above this one"))
            .severity(Severity::Warning);
    }
}

/// Checks a use of `github.event.inputs`, which holds what is given when started by hand.
fn check_event(site: &Site<'_>, used: &ContextUse<'_>, reporter: &mut Reporter<'_>) {
    let Some(workflow) = reporter.file().workflow() else { return };
    let (true, Some(name)) = (workflow.is_triggered_by(Event::WorkflowDispatch), used.name(3)) else { return };
    // An event of the caller may bring other inputs.
    if workflow.is_reusable() || reporter.scope().has_input(name) {
        return;
    }
    let inputs = workflow.inputs(Event::WorkflowDispatch).take(MOST_NAMES);
    let known: Vec<&str> = inputs.map(|input| input.name.as_str()).collect();
    report(site, used, 3, &known, reporter);
}

/// Returns the inputs of a file; a workflow that nobody calls or starts by hand has none.
fn declared(file: &SourceFile) -> Vec<&str> {
    let of_action = file.action().into_iter().flat_map(|action| &action.inputs).map(|input| &input.name);
    let events = [Event::WorkflowDispatch, Event::WorkflowCall].into_iter();
    let of_events = events.flat_map(|event| file.workflow().into_iter().flat_map(move |workflow| workflow.inputs(event)));
    of_action.chain(of_events.map(|input| input.name)).map(Text::as_str).take(MOST_NAMES).collect()
}
