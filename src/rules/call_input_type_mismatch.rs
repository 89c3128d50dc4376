//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::{Expr, Site, Type};
use crate::model::finding::Severity;
use crate::model::interface::InputInterface;
use crate::model::workflow::{Job, Workflow};
use crate::model::yaml::Text;

declare_rule! {
    /// A called workflow gets an input of another type than it declares
    ///
    /// ## Why is this bad?
    /// GitHub makes a text of anything, but never a number or a boolean of a text: it stops with
    /// "Unexpected value". Outputs, variables and whatever stands in quotes are texts.
    ///
    /// ## Bad
    /// ```yaml
    /// # file: .github/workflows/ci.yml
    /// on: push
    /// jobs:
    ///   test:
    ///     uses: ./.github/workflows/test.yml
    ///     with:
    ///       retries: "3"
    /// # file: .github/workflows/test.yml
    /// on:
    ///   workflow_call:
    ///     inputs:
    ///       retries:
    ///         type: number
    /// jobs:
    ///   test:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make test
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// # file: .github/workflows/ci.yml
    /// on: push
    /// jobs:
    ///   test:
    ///     uses: ./.github/workflows/test.yml
    ///     with:
    ///       retries: 3
    /// # file: .github/workflows/test.yml
    /// on:
    ///   workflow_call:
    ///     inputs:
    ///       retries:
    ///         type: number
    /// jobs:
    ///   test:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make test
    /// ```
    ///
    /// ## How to fix
    /// Write the value without quotes, or turn a text into what it says with `fromJSON()`.
    "call-input-type-mismatch",
    group: Actions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["expression"] },
    checks: [Job(check)],
}

fn check(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    // What else may be wrong with the called file changes nothing about an input that is there.
    let Some(called) = reporter.called_workflow(job).and_then(|called| called.interface.as_ref()) else { return };
    for (name, value) in &job.with {
        if let Some(input) = called.inputs.get(&name.value.to_ascii_lowercase()) {
            check_input(input, value, reporter);
        }
    }
}

fn check_input(input: &InputInterface, value: &Text, reporter: &mut Reporter<'_>) {
    let given = type_of(value, reporter);
    let fits = match (input.kind.as_str(), &given) {
        (_, Type::Any) | ("boolean", Type::Boolean) | ("number", Type::Number) => true,
        ("boolean" | "number", _) => false,
        ("string", kind) => !kind.is_collection(),
        _ => true,
    };
    if fits {
        check_text(input, value, &given, reporter);
        return;
    }
    let message = format!("the input `{}` is a {}, but this is {}", input.name, input.kind, given.name());
    let report = reporter.report(value.span, message);
    match given {
        Type::String if value.opens_expression() => report.help("`fromJSON()` makes of a text what it says"),
        Type::String => report.help("write the value without quotes"),
        Type::Any | Type::Null | Type::Boolean | Type::Number | Type::Array(_) | Type::Filtered(_) | Type::Object(_) => report,
    };
}

/// Tells what GitHub makes of a value that is no text where the input is one
/// (`ConvertToWorkflowJobInputs` in `actions/runner`).
fn check_text(input: &InputInterface, value: &Text, given: &Type, reporter: &mut Reporter<'_>) {
    let Some(written) = constant(value, reporter).filter(|_| input.kind == "string") else { return };
    let name = &input.name;
    match given {
        Type::Null => reporter
            .report(value.span, format!("nothing is given to the input `{name}`, which makes it empty"))
            .note("its default does not count where it is given")
            .help("leave the input away, or write `''`"),
        Type::Boolean => reporter
            .report(value.span, format!("the input `{name}` is a string, so this becomes a text"))
            .note(format!("there `inputs.{name} == {written}` is false: a text is never equal to a boolean"))
            .help(format!("write `'{written}'`, or make the input a boolean")),
        Type::Any | Type::Number | Type::String | Type::Array(_) | Type::Filtered(_) | Type::Object(_) => return,
    }
    .severity(Severity::Info);
}

/// Returns the expression that is all of a value.
fn whole<'file>(value: &Text, reporter: &Reporter<'file>) -> Option<&'file Site<'file>> {
    reporter.sites_in(value).next().filter(|site| site.outer == (0..value.value.len()))
}

/// Returns what a value says that is the same in every run: one without expressions, or a literal in one. A
/// condition, say, becomes a text as well, but often as is meant.
fn constant<'text>(value: &'text Text, reporter: &Reporter<'_>) -> Option<&'text str> {
    if !value.has_expression() {
        return Some(&value.value);
    }
    let site = whole(value, reporter)?;
    let is_literal = site.parsed.as_ref().is_ok_and(|parsed| matches!(parsed.inner, Expr::Literal(_)));
    value.value.get(site.range.clone()).map(str::trim).filter(|_| is_literal)
}

/// Returns the type of a value: of a scalar, of the one expression, or of a text with expressions.
pub(super) fn type_of(value: &Text, reporter: &Reporter<'_>) -> Type {
    Type::of_text(value, &|text| {
        match whole(text, reporter) {
            Some(site) => reporter.inference(site).map_or(Type::Any, |inference| inference.whole.clone()),
            None => Type::String,
        }
    })
}
