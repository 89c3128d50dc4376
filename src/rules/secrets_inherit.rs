//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::secrets_read::inherits;
use crate::model::surroundings::{LocalWorkflow, SecretsRead};
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
    /// Name the secrets that the called workflow needs, and declare them there; where it reads none, delete the line.
    /// Secrets of an environment that a called job runs in may come with `inherit` alone.
    "secrets-inherit",
    group: Secrets,
    since: "0.1.0",
    severity: Warning,
    peers: { "zizmor": ["secrets-inherit"], "ghalint": ["deny_inherit_secrets"] },
    checks: [Job(check)],
}

/// How many secrets are named that a called workflow reads.
const MOST_NAMES: usize = 6;

fn check(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    let Some(uses) = job.uses.as_ref().filter(|_| inherits(job)) else { return };
    let Some(word) = job.secrets.as_ref().and_then(|secrets| secrets.text()) else { return };
    let callee = match ActionReference::parse(&uses.value) {
        ActionReference::Repository(reference) => format!("`{}`", reference.name()),
        ActionReference::Local(path) | ActionReference::SelfRepository(path) => format!("`{path}`"),
        ActionReference::Docker(_) | ActionReference::Unknown => "the called workflow".to_owned(),
    };
    let file = reporter.called_workflow(job).filter(|file| file.faults.is_empty());
    let in_environment = file.is_some_and(|file| file.secrets.in_environment && !file.secrets.names.is_empty());
    let help = file.map_or_else(|| "name the secrets it needs under `secrets`".to_owned(), advice);
    let report = reporter
        .report(uses.span, format!("{callee} gets every secret"))
        .related(word.span, "by `secrets: inherit`")
        .help(help);
    if in_environment {
        report.note("a job there runs in an environment, whose secrets may come with `inherit` alone (actions/runner#1490)");
    }
}

/// Says what to write instead, given the workflow that is called.
fn advice(called: &LocalWorkflow) -> String {
    let SecretsRead { names, is_open, .. } = &called.secrets;
    let declared = called.interface.as_ref().map(|interface| &interface.secrets);
    let is_declared = |name: &String| declared.is_some_and(|declared| declared.contains_key(&name.to_ascii_lowercase()));
    let place = if names.iter().all(is_declared) { "" } else { ", and declare them there under `workflow_call`" };
    match (names.len(), is_open) {
        (_, true) => "name the secrets it needs under `secrets`".to_owned(),
        (0, false) => "delete `secrets: inherit`: it reads no secret".to_owned(),
        (1..=MOST_NAMES, false) => {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            format!("name the secrets it reads under `secrets`{place}: {}", names.join(", "))
        }
        (count, false) => format!("name the {count} secrets it reads under `secrets`{place}"),
    }
}
