//! See the rule's documentation below.

use crate::model::workflow::{Action, Runs};
use super::declare_rule;
use super::reporter::Reporter;

declare_rule! {
    /// The image of an action is no Dockerfile
    ///
    /// ## Why is this bad?
    /// What is not `docker://…` must be the path of a file called `Dockerfile` or `Dockerfile.something`. The
    /// runner refuses the action, and every job that uses it fails.
    ///
    /// ## Bad
    /// ```yaml
    /// name: Greet
    /// description: Greets
    /// runs:
    ///   using: docker
    ///   image: alpine:3.22
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// name: Greet
    /// description: Greets
    /// runs:
    ///   using: docker
    ///   image: docker://alpine:3.22
    /// ```
    ///
    /// ## How to fix
    /// Write `docker://` before the image, or rename the file.
    "action-dockerfile-name",
    group: Actions,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["action"] },
    checks: [Action(check)],
}

fn check(action: &Action, reporter: &mut Reporter<'_>) {
    let Runs::Docker { image: Some(image), .. } = &action.runs else { return };
    let value = image.value.to_ascii_lowercase();
    let file = value.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_dockerfile = file.ends_with("dockerfile") || file.starts_with("dockerfile.");
    if !value.is_empty() && !value.starts_with("docker://") && !is_dockerfile && !image.has_expression() {
        reporter
            .report(image.span, format!("`{}` is neither a Dockerfile nor an image", image.value))
            .help("write `docker://` before an image; a file must be called `Dockerfile` or `Dockerfile.something`");
    }
}
