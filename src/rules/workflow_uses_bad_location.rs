//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::workflow::{ActionReference, Job, Workflow};

declare_rule! {
    /// A called workflow is not a file directly in .github/workflows
    ///
    /// ## Why is this bad?
    /// GitHub looks for reusable workflows nowhere else, so the call is refused; the part of GitHub that does so is not
    /// public, and other readers take such a path, so that it is told as a warning.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   test:
    ///     uses: octo/ci/test.yml@v1
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// jobs:
    ///   test:
    ///     uses: octo/ci/.github/workflows/test.yml@v1
    /// ```
    ///
    /// ## How to fix
    /// Move the workflow there, or correct the path.
    "workflow-uses-bad-location",
    group: Actions,
    since: "0.1.0",
    severity: Warning,
    peers: { "github": ["invalid-workflow-uses-format"] },
    checks: [Job(check)],
}

fn check(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    let Some(uses) = job.uses.as_ref().filter(|uses| !uses.has_expression()) else { return };
    let path = match ActionReference::parse(&uses.value) {
        ActionReference::Repository(found) if !found.path.is_empty() => found.path,
        ActionReference::Local(path) if !path.contains('@') => path.trim_start_matches("./"),
        ActionReference::SelfRepository(path) if !path.trim_matches('/').is_empty() => path,
        ActionReference::Repository(_)
        | ActionReference::Local(_)
        | ActionReference::SelfRepository(_)
        | ActionReference::Docker(_)
        | ActionReference::Unknown => return,
    };
    let file = path.strip_prefix(".github/workflows/").filter(|file| !file.contains('/'));
    let extension = file.and_then(|file| file.rsplit_once('.')).map(|(_, extension)| extension);
    if !matches!(extension, Some("yml" | "yaml")) {
        let name = path.rsplit('/').next().unwrap_or(path);
        reporter
            .report(uses.span, format!("`{path}` is no YAML file directly in `.github/workflows`"))
            .help(format!("the path of such a file is `.github/workflows/{}`", with_extension(name)));
    }
}

/// Adds the extension that a workflow's name has.
fn with_extension(name: &str) -> String {
    let has_one = name.rsplit_once('.').is_some_and(|(_, extension)| matches!(extension, "yml" | "yaml"));
    if has_one { name.to_owned() } else { format!("{name}.yml") }
}
