//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::workflow::{Action, Runs};

declare_rule! {
    /// An action's manifest names a file that is not there
    ///
    /// ## Why is this bad?
    /// The action fails wherever it is used at this commit. Files that a build makes must be
    /// committed, at least on the branches and tags that people use, which is why this is no error.
    ///
    /// ## Bad
    /// ```yaml
    /// name: Greet
    /// description: Greets people
    /// runs:
    ///   using: docker
    ///   image: docker/Dockerfile
    /// ```
    ///
    /// ## How to fix
    /// Correct the path, which counts from the manifest's folder, or commit the file.
    "action-file-missing",
    group: Actions,
    since: "0.1.0",
    severity: Warning,
    confidence: Medium,
    peers: { "actionlint": ["action"] },
    checks: [Action(check)],
}

fn check(action: &Action, reporter: &mut Reporter<'_>) {
    let keys: &[&str] = match action.runs {
        Runs::Composite(_) => &[],
        Runs::Docker { .. } => &["image"],
        Runs::Other => &["main", "pre", "post"],
    };
    let runs = action.node.get("runs");
    for (key, name) in keys.iter().filter_map(|key| Some((key, runs?.get(key)?.text()?))) {
        if reporter.surroundings().absent.contains(&name.value) {
            reporter.report(name.span, format!("`{key}` names `{}`, which is not there", name.value));
        }
    }
}
