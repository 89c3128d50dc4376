//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::knowledge::tools::{Kind, tools};
use crate::model::finding::Confidence;
use crate::model::repository::join;
use crate::model::workflow::{ActionReference, Event, Job, Script, Step, Trigger, Workflow};
use crate::model::yaml::{Node, Text};

declare_rule! {
    /// Every change starts a workflow that works in one folder alone
    ///
    /// ## Why is this bad?
    /// All its steps work in one folder of the repository, but a change of anything, a text of the
    /// documentation included, starts it: that costs minutes, and pull requests wait for checks that cannot
    /// tell them anything.
    ///
    /// ## Bad
    /// ```yaml
    /// on: pull_request
    /// defaults: {run: {working-directory: frontend}}
    /// jobs:
    ///   test:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v4
    ///       - run: npm ci
    ///       - run: npm test
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on:
    ///   pull_request:
    ///     paths: ['frontend/**', '.github/workflows/frontend.yml']
    /// defaults: {run: {working-directory: frontend}}
    /// jobs:
    ///   test:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v4
    ///       - run: npm ci
    ///       - run: npm test
    /// ```
    ///
    /// ## How to fix
    /// Add `paths` with the folder and the workflow's own file. A workflow that does not run leaves a check
    /// that a ruleset requires pending: there, let a first job find out what changed and skip the others.
    "path-filter-missing",
    group: Performance,
    since: "0.1.0",
    severity: Info,
    confidence: Medium,
    persona: Pedantic,
    checks: [Workflow(check)],
}

/// Programs that work on the machine and not on the repository.
const OF_MACHINES: &[&str] = &["apt", "apt-get", "brew", "choco", "corepack", "echo", "export", "rustup", "sudo"];

/// What the name of an action has that works on no file of its own choice.
const NEUTRAL: &[&str] = &["artifact", "cache", "checkout", "codecov", "harden-runner", "setup", "toolchain"];

fn check(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    let unfiltered: Vec<&Trigger> = workflow.triggers.iter().filter(|trigger| is_unfiltered(trigger)).collect();
    if unfiltered.is_empty() {
        return;
    }
    let Some(folder) = folder_of_all(workflow, reporter) else { return };
    let own = &reporter.file().path;
    let help = format!("add `paths: ['{folder}/**', '{own}']`");
    for trigger in unfiltered {
        let event = trigger.name.as_str();
        reporter
            .report(trigger.name.span, format!("every `{event}` starts it, but all it does is in `{folder}`"))
            .help(help.clone())
            .confidence(Confidence::Medium);
    }
}

/// Tells whether any change can start the workflow by a trigger; filters of paths do not hold for tags.
fn is_unfiltered(trigger: &Trigger) -> bool {
    let has = |key: &str| trigger.node.as_ref().is_some_and(|node| node.get(key).is_some());
    let only_tags = has("tags") && !has("branches") && !has("branches-ignore");
    let is_of_changes = matches!(trigger.event, Some(Event::Push | Event::PullRequest | Event::PullRequestTarget));
    is_of_changes && !has("paths") && !has("paths-ignore") && !only_tags
}

/// Returns the folder in which all steps of all jobs work, if it is one below the repository's top.
fn folder_of_all(workflow: &Workflow, reporter: &Reporter<'_>) -> Option<String> {
    let mut common: Option<String> = None;
    for job in &workflow.jobs {
        if job.uses.is_some() {
            return None;
        }
        for step in job.steps.iter().flat_map(Step::flatten) {
            let folder = match step.script() {
                Some(script) => folder_of(script, workflow, job, reporter),
                None if step.is_group() || is_neutral(step) => Work::Nowhere,
                None => Work::Anywhere,
            };
            common = match (folder, common) {
                (Work::Nowhere, common) => common,
                (Work::In(folder), Some(common)) => Some(shared(&common, &folder)?),
                (Work::In(folder), None) => Some(folder),
                (Work::Anywhere, _) => return None,
            };
        }
    }
    common
}

/// Where a step works.
enum Work {
    /// On nothing of the repository.
    Nowhere,
    /// In a folder below the top.
    In(String),
    /// At the top, or where it cannot be told.
    Anywhere,
}

fn folder_of(script: &Script, workflow: &Workflow, job: &Job, reporter: &Reporter<'_>) -> Work {
    let default = |node: &Node| node.get("defaults")?.get("run")?.get("working-directory")?.text().cloned();
    let given = script.working_directory.clone().or_else(|| default(&job.node)).or_else(|| default(&workflow.node));
    let Some(given) = given else { return without_folder(script, reporter) };
    match join("", given.value.trim()) {
        Some(folder) if is_below_top(&given, &folder) => Work::In(folder),
        Some(_) | None => Work::Anywhere,
    }
}

fn is_below_top(given: &Text, folder: &str) -> bool {
    !given.has_expression() && !folder.is_empty() && !given.value.trim_start().starts_with(['/', '~', '$'])
}

/// A script that stands at the top may only see to the machine.
fn without_folder(script: &Script, reporter: &Reporter<'_>) -> Work {
    let commands = reporter.commands(&script.text);
    let is_of_machine = |program: Option<&str>| program.is_none_or(|program| OF_MACHINES.contains(&program));
    if commands.iter().all(|command| is_of_machine(command.program())) { Work::Nowhere } else { Work::Anywhere }
}

/// Tells whether a step's action works on nothing that it has chosen itself, as those do that set the
/// machine up. What finds out which files changed is a filter of its own.
fn is_neutral(step: &Step) -> bool {
    let Some(ActionReference::Repository(reference)) = step.reference() else { return false };
    let name = reference.name().to_ascii_lowercase();
    let filters = tools().of_action(&name).iter().any(|tool| tool.kinds.contains(&Kind::PathFilter));
    // A checkout into a folder of its own makes that folder the top of a repository.
    let moves_top = ["path", "repository"].into_iter().any(|input| step.input(input).is_some());
    let is_checkout = reference.name_is("actions/checkout");
    !(filters || is_checkout && moves_top) && NEUTRAL.iter().any(|word| name.contains(word))
}

/// Returns the folder that holds both, if it is not the top.
fn shared(one: &str, other: &str) -> Option<String> {
    let parts = one.split('/').zip(other.split('/')).take_while(|(one, other)| one == other);
    let folder = parts.map(|(part, _)| part).collect::<Vec<_>>().join("/");
    (!folder.is_empty()).then_some(folder)
}
