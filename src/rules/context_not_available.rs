//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::Site;
use crate::knowledge::contexts::Context;

declare_rule! {
    /// A context is read where GitHub does not offer it
    ///
    /// ## Why is this bad?
    /// GitHub refuses the whole file: what the context holds is not known yet, or must not be
    /// known, when the key is read.
    ///
    /// ## Bad
    /// ```yaml
    /// - if: secrets.TOKEN != ''
    ///   run: make publish
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - if: env.TOKEN != ''
    ///   run: make publish
    /// ```
    ///
    /// ## How to fix
    /// Use a context that the note lists, or hand the value on: a secret through `env`, a value
    /// of a job through `outputs`.
    "context-not-available",
    group: Expressions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["expression"], "github": ["parser"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    let Some(offered) = site.key.contexts() else { return };
    for used in &site.contexts {
        let Some(context) = Context::named(used.root()).filter(|context| !offered.contains(context)) else { continue };
        let names: Vec<&str> = offered.iter().map(|context| context.name()).collect();
        let range = used.ranges.first().unwrap_or(&used.range).clone();
        let span = reporter.inside(site.text, range);
        reporter
            .report(span, format!("the context `{}` cannot be read here", context.name()))
            .note(format!("this key can read {}", names.join(", ")));
    }
}
