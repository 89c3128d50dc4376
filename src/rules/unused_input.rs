//! See the rule's documentation below.

use std::collections::BTreeSet;

use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::{ContextUse, meant};
use crate::model::source_file::SourceFile;
use crate::model::workflow::{Event, Runs};
use crate::model::yaml::Text;

declare_rule! {
    /// Nothing reads an input
    ///
    /// ## Why is this bad?
    /// Those who fill it in believe that it has an effect.
    ///
    /// ## Bad
    /// ```yaml
    /// on:
    ///   workflow_dispatch:
    ///     inputs:
    ///       version:
    ///         type: string
    /// jobs:
    ///   release:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make release
    /// ```
    ///
    /// ## How to fix
    /// Delete the input, or read it: `inputs.version`.
    "unused-input",
    group: Hygiene,
    since: "0.1.0",
    severity: Info,
    persona: Pedantic,
    checks: [File(check)],
}

/// What scripts read all inputs of a start by hand with.
const OTHER_WAYS: &[&str] = &["GITHUB_EVENT_PATH", "payload.inputs", "event_path"];

fn check(file: &SourceFile, reporter: &mut Reporter<'_>) {
    let inputs = declared(file);
    if inputs.is_empty() {
        return;
    }
    let mut read = BTreeSet::new();
    let mut reads_all = false;
    let mut take = |used: &ContextUse<'_>| match name(used) {
        Reading::Input(name) => {
            read.insert(name);
        }
        Reading::Everything => reads_all = true,
        Reading::Nothing => {}
    };
    for site in reporter.sites() {
        site.contexts.iter().for_each(&mut take);
        meant(site, &mut take);
    }
    if reads_all || OTHER_WAYS.iter().any(|way| file.text.contains(way)) {
        return;
    }
    for input in inputs.into_iter().filter(|input| !read.contains(&input.value.to_ascii_lowercase())) {
        reporter.report(input.span, format!("nothing reads the input `{}`", input.value));
    }
}

/// Lists the inputs that only expressions can read: those of workflows and of composite actions.
fn declared(file: &SourceFile) -> Vec<&Text> {
    if let Some(action) = file.action() {
        let is_composite = matches!(action.runs, Runs::Composite(_));
        return action.inputs.iter().filter(|_| is_composite).map(|input| &input.name).collect();
    }
    let events = [Event::WorkflowDispatch, Event::WorkflowCall].into_iter();
    let inputs = events.flat_map(|event| file.workflow().into_iter().flat_map(move |workflow| workflow.inputs(event)));
    inputs.map(|input| input.name).collect()
}

enum Reading {
    Input(String),
    Everything,
    Nothing,
}

/// Returns which input an expression reads; `github.event` as a whole holds them all.
fn name(used: &ContextUse<'_>) -> Reading {
    let at = if used.is("inputs") {
        1
    } else if !used.is("github") {
        return Reading::Nothing;
    } else {
        match (used.name(1), used.name(2)) {
            (None, _) => return Reading::Everything,
            (Some(event), None) if event.eq_ignore_ascii_case("event") => return Reading::Everything,
            (Some(_), Some(inputs)) if inputs.eq_ignore_ascii_case("inputs") => 3,
            _ => return Reading::Nothing,
        }
    };
    used.name(at).map_or(Reading::Everything, |name| Reading::Input(name.to_ascii_lowercase()))
}
