//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::knowledge::caches;
use crate::model::workflow::{ActionReference, Event, Step, Workflow};

declare_rule! {
    /// What is published is built from a cache that others can fill
    ///
    /// ## Why is this bad?
    /// A cache that a run of another branch or job has filled ends up in the release: who controls one
    /// build controls what is published.
    ///
    /// ## Bad
    /// ```yaml
    /// on: release
    /// permissions: {}
    /// jobs:
    ///   publish:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/setup-go@v5
    ///       - run: make publish
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: release
    /// permissions: {}
    /// jobs:
    ///   publish:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/setup-go@v5
    ///         with:
    ///           cache: false
    ///       - run: make publish
    /// ```
    ///
    /// ## How to fix
    /// Switch caches off in workflows that publish.
    "cache-poisoning",
    group: Injection,
    since: "0.1.0",
    severity: Info,
    confidence: Low,
    persona: Pedantic,
    peers: { "zizmor": ["cache-poisoning"] },
    checks: [Workflow(check)],
}

fn check(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    let releases = releases(workflow);
    for job in &workflow.jobs {
        let steps: Vec<&Step> = job.steps.iter().flat_map(Step::flatten).collect();
        if !releases && !steps.iter().any(|step| publishes(step)) {
            continue;
        }
        for step in steps.into_iter().filter(|step| !step.never_runs()) {
            if let Some((uses, name)) = step.uses().zip(caches::restores(step)) {
                reporter
                    .report(uses.span, format!("what is published here is built from the cache of `{name}`"))
                    .note("runs of other branches and jobs can fill the cache")
                    .help("switch the cache off where you publish");
            }
        }
    }
}

/// Tells whether a release or a tag starts the workflow.
fn releases(workflow: &Workflow) -> bool {
    let tags = workflow.trigger(Event::Push).is_some_and(|push| {
        let branches = push.filter("branches");
        !push.filter("tags").is_empty() || branches.iter().any(|branch| branch.value.starts_with("release"))
    });
    tags || workflow.is_triggered_by(Event::Release)
}

fn publishes(step: &Step) -> bool {
    let Some(ActionReference::Repository(reference)) = step.reference() else { return false };
    let pushes = step.input("push").is_none_or(|push| push.value != "false");
    caches::is_publisher(&reference.name()) && pushes
}
