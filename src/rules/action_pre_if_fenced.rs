//! See the rule's documentation below.

use crate::model::workflow::Action;
use crate::model::yaml::Node;
use super::declare_rule;
use super::reporter::Reporter;

declare_rule! {
    /// A condition of an action's `pre` or `post` stands in `${{ }}`
    ///
    /// ## Why is this bad?
    /// The runner takes `pre-if` and `post-if` as expressions already and refuses an action with `${{ }}` in
    /// them.
    ///
    /// ## Bad
    /// ```yaml
    /// name: Greet
    /// description: Greets
    /// runs:
    ///   using: node24
    ///   main: index.js
    ///   post: cleanup.js
    ///   post-if: ${{ success() }}
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
    /// Delete `${{` and `}}`.
    "action-pre-if-fenced",
    group: Actions,
    since: "0.1.0",
    severity: Error,
    peers: { "github": ["explicit-expression-not-allowed"] },
    checks: [Action(check)],
}

fn check(action: &Action, reporter: &mut Reporter<'_>) {
    let Some(runs) = action.node.get("runs") else { return };
    for condition in ["pre-if", "post-if"] {
        let text = runs.get(condition).and_then(Node::text);
        if let Some(text) = text.filter(|text| text.has_expression()) {
            reporter
                .report(text.span, format!("`{condition}` is an expression already and cannot have `${{{{ }}}}`"))
                .help("delete `${{` and `}}`");
        }
    }
}
