//! See the rule's documentation below.

use crate::model::workflow::{Action, Runs};
use super::declare_rule;
use super::reporter::Reporter;

declare_rule! {
    /// An action has a condition for a script that it does not have
    ///
    /// ## Why is this bad?
    /// `pre-if` and `post-if` decide whether `pre` and `post` run. Without those they mean nothing: most often
    /// a key is missing or misspelt.
    ///
    /// ## Bad
    /// ```yaml
    /// name: Greet
    /// description: Greets
    /// runs:
    ///   using: node24
    ///   main: index.js
    ///   post-if: success()
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// name: Greet
    /// description: Greets
    /// runs:
    ///   using: node24
    ///   main: index.js
    ///   post: cleanup.js
    ///   post-if: success()
    /// ```
    ///
    /// ## How to fix
    /// Add the script, or delete the condition.
    "action-pre-if-without-pre",
    group: Actions,
    since: "0.1.0",
    severity: Warning,
    peers: { "actionlint": ["action"] },
    checks: [Action(check)],
}

fn check(action: &Action, reporter: &mut Reporter<'_>) {
    let Some(runs) = action.node.get("runs") else { return };
    let ending = match action.runs {
        Runs::Docker { .. } => "-entrypoint",
        Runs::Other => "",
        // Any of them is wrong in a composite action.
        Runs::Composite(_) => return,
    };
    for (condition, script) in [("pre-if", "pre"), ("post-if", "post")] {
        let script = format!("{script}{ending}");
        if let Some(entry) = runs.entry(condition).filter(|_| runs.get(&script).is_none()) {
            reporter.report(entry.key.span, format!("`{condition}` means nothing without `{script}`"));
        }
    }
}
