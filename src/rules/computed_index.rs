//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::{Part, Site};

declare_rule! {
    /// The name of a property is computed at run time
    ///
    /// ## Why is this bad?
    /// Neither people nor tools can see what is read; where it is a secret, all of them are handed to
    /// the runner.
    ///
    /// ## Bad
    /// ```yaml
    /// - run: make deploy
    ///   env:
    ///     URL: ${{ vars[format('URL_{0}', github.ref_name)] }}
    /// ```
    ///
    /// ## How to fix
    /// Name the property, one for each case: `case(github.ref_name == 'main', vars.URL_MAIN, vars.URL_DEV)`.
    "computed-index",
    group: Expressions,
    since: "0.1.0",
    severity: Info,
    persona: Pedantic,
    peers: { "zizmor": ["obfuscation"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    for used in &site.contexts {
        let computed = used.parts.iter().position(|part| *part == Part::Computed);
        if let Some(range) = computed.and_then(|at| used.ranges.get(at)) {
            let span = reporter.inside(site.text, range.clone());
            reporter.report(span, format!("what is read of `{}` is computed at run time", used.root()));
        }
    }
}
