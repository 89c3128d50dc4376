//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::workflow::{ActionReference, Job, Workflow};

declare_rule! {
    /// A called workflow gets every secret
    ///
    /// ## Why is this bad?
    /// `secrets: inherit` hands over all secrets of the repository, its organization and the
    /// environment, whether the called workflow needs them or not, and nobody can see which it
    /// uses.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     uses: octo/workflows/.github/workflows/build.yml@v1
    ///     secrets: inherit
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     uses: octo/workflows/.github/workflows/build.yml@v1
    ///     secrets:
    ///       token: ${{ secrets.PUBLISH_TOKEN }}
    /// ```
    ///
    /// ## How to fix
    /// Name the secrets that the called workflow needs.
    "secrets-inherit",
    group: Secrets,
    since: "0.1.0",
    severity: Warning,
    peers: { "zizmor": ["secrets-inherit"], "ghalint": ["deny_inherit_secrets"] },
    checks: [Job(check)],
}

fn check(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    let Some(uses) = job.uses.as_ref() else { return };
    let secrets = job.secrets.as_ref().and_then(|secrets| secrets.text());
    let Some(word) = secrets.filter(|word| word.value == "inherit") else { return };
    let callee = match ActionReference::parse(&uses.value) {
        ActionReference::Repository(reference) => format!("`{}`", reference.name()),
        ActionReference::Local(path) | ActionReference::SelfRepository(path) => format!("`{path}`"),
        ActionReference::Docker(_) | ActionReference::Unknown => "the called workflow".to_owned(),
    };
    reporter
        .report(uses.span, format!("{callee} gets every secret"))
        .related(word.span, "by `secrets: inherit`")
        .help("name the secrets it needs under `secrets`");
}
