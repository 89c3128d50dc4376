//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::Site;
use crate::knowledge::contexts::Context;
use crate::model::suggest::closest;

declare_rule! {
    /// An expression reads a context that does not exist
    ///
    /// ## Why is this bad?
    /// GitHub refuses the whole file, so none of its jobs run. Often a string lacks its quotes.
    ///
    /// ## Bad
    /// ```yaml
    /// - if: runner.os == linux
    ///   run: make
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - if: runner.os == 'Linux'
    ///   run: make
    /// ```
    ///
    /// ## How to fix
    /// Correct the name, or put the string in single quotes.
    "unknown-context",
    group: Expressions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["expression"], "github": ["parser"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    for context in &site.contexts {
        let name = context.root();
        if Context::named(name).is_some() {
            continue;
        }
        let range = context.ranges.first().unwrap_or(&context.range).clone();
        let span = reporter.inside(site.text, range);
        let report = reporter.report(span, format!("there is no context `{name}`"));
        match closest(name, Context::ALL.iter().map(|context| context.name())) {
            Some(known) => report.help(format!("did you mean `{known}`?")),
            None if context.parts.len() == 1 => report.help(format!("put a string in single quotes: '{name}'")),
            None => report.note("the contexts are env, github, inputs, job, jobs, matrix, needs, runner, secrets, steps, strategy and vars"),
        };
    }
}
