//! See the rule's documentation below.

use std::collections::BTreeMap;

use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::program::plain;
use crate::knowledge::tools::{Kind, tools};
use crate::model::place::Span;
use crate::model::workflow::{ActionReference, Job, Pair, Step, StepKind, Workflow};
use crate::model::yaml::Text;

declare_rule! {
    /// Several jobs do the same build again
    ///
    /// ## Why is this bad?
    /// The same steps up to the same build run in each of the jobs on the same kind of runner, and none of
    /// them hands its result to the others: minutes are paid for several times.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   unit:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v4
    ///       - run: npm ci
    ///       - run: npm run build
    ///       - run: npm run test:unit
    ///   browser:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v4
    ///       - run: npm ci
    ///       - run: npm run build
    ///       - run: npm run test:browser
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v4
    ///       - run: npm ci
    ///       - run: npm run build
    ///       - uses: actions/upload-artifact@v4
    ///         with: {name: dist, path: dist}
    ///   browser:
    ///     needs: build
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v4
    ///       - uses: actions/download-artifact@v4
    ///         with: {name: dist, path: dist}
    ///       - run: npm run test:browser
    /// ```
    ///
    /// ## How to fix
    /// Build in one job and hand the result over as an artifact, or share a cache of what is built. A short
    /// build may be faster done again than waited for.
    "repeated-build",
    group: Performance,
    since: "0.1.0",
    severity: Info,
    confidence: Medium,
    persona: Pedantic,
    checks: [Workflow(check)],
}

/// Inputs of a checkout that change nothing about what is built.
const OF_CHECKOUT: &[&str] = &["fetch-depth", "fetch-tags", "persist-credentials", "token"];

fn check(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    let mut first: BTreeMap<String, (&Job, Span)> = BTreeMap::new();
    for job in workflow.jobs.iter().filter(|job| stands_alone(job)) {
        let mut recipe = machine(job, reporter);
        let mut is_told = false;
        for step in job.steps.iter().flat_map(Step::flatten) {
            add(step, &mut recipe);
            let Some((span, command)) = build(step, reporter) else { continue };
            match first.get(&recipe).copied() {
                Some((other, place)) if other.id.span != job.id.span && !is_told => {
                    is_told = true;
                    reporter
                        .report(span, format!("the job `{}` does `{command}` again", job.id.value))
                        .related(place, format!("the job `{}` does the same up to here", other.id.value))
                        .help("build once, and hand the result over as an artifact or by a cache");
                }
                Some(_) => {}
                None => drop(first.insert(recipe.clone(), (job, span))),
            }
        }
    }
}

/// Tells whether a job builds by itself: not once for each combination of a matrix, and with nothing
/// that a cache or an artifact brings.
fn stands_alone(job: &Job) -> bool {
    const BRING: &[Kind] = &[Kind::Cache, Kind::CacheAction, Kind::ArtifactDownload];
    let brings = |step: &Step| {
        let Some(ActionReference::Repository(reference)) = step.reference() else { return false };
        let found = tools().of_action(&reference.name());
        found.iter().any(|tool| BRING.iter().any(|kind| tool.kinds.contains(kind)))
    };
    let has_matrix = job.strategy.as_ref().is_some_and(|strategy| strategy.matrix.is_some());
    !has_matrix && !job.never_runs() && !job.steps.iter().flat_map(Step::flatten).any(brings)
}

/// Writes down on what a job runs, and when.
fn machine(job: &Job, reporter: &Reporter<'_>) -> String {
    let written = |span: Span| reporter.file().text.get(span.start..span.end).unwrap_or_default();
    let mut recipe = job.runs_on.as_ref().map(|runs_on| written(runs_on.span)).unwrap_or_default().to_owned();
    recipe.push('\0');
    recipe.push_str(job.container.as_ref().map(|container| written(container.node.span)).unwrap_or_default());
    recipe.push('\0');
    recipe.push_str(job.condition.as_ref().map_or("", Text::as_str));
    recipe.push('\0');
    recipe.push_str(job.node.get("defaults").map(|defaults| written(defaults.span)).unwrap_or_default());
    add_pairs(&job.env, &mut recipe, |_| true);
    recipe
}

/// Adds what a step does.
fn add(step: &Step, recipe: &mut String) {
    recipe.push_str("\0\0");
    recipe.push_str(step.condition.as_ref().map_or("", Text::as_str));
    match &step.kind {
        StepKind::Run(script) => {
            let folder = script.working_directory.as_ref().map_or("", Text::as_str);
            for part in [script.text.value.trim(), script.shell.as_ref().map_or("", Text::as_str), folder] {
                recipe.push('\0');
                recipe.push_str(part);
            }
        }
        StepKind::Uses { uses, with } => {
            recipe.push('\0');
            recipe.push_str(uses.value.trim());
            let is_checkout = step.is_action("actions/checkout");
            add_pairs(with, recipe, |name| !(is_checkout && OF_CHECKOUT.contains(&name)));
        }
        StepKind::Parallel(_) | StepKind::Other => {}
    }
    add_pairs(&step.env, recipe, |_| true);
}

fn add_pairs(pairs: &[Pair], recipe: &mut String, counts: impl Fn(&str) -> bool) {
    let sorted: BTreeMap<&str, &str> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    for (name, value) in sorted.into_iter().filter(|(name, _)| counts(name)) {
        for part in ["\0", name, "=", value] {
            recipe.push_str(part);
        }
    }
}

/// Returns the command of a step that builds, and nothing else.
fn build(step: &Step, reporter: &Reporter<'_>) -> Option<(Span, String)> {
    let script = step.script().filter(|_| !step.never_runs())?;
    let commands = reporter.commands(&script.text);
    commands.iter().find_map(|command| {
        let texts = command.texts();
        let words = plain(&texts);
        let span = reporter.inside(&script.text, command.range.clone());
        builds(&words).then(|| (span, words.iter().take(3).copied().collect::<Vec<_>>().join(" ")))
    })
}

fn builds(words: &[&str]) -> bool {
    const OTHER: &[Kind] = &[Kind::Test, Kind::Lint, Kind::Release, Kind::Docs];
    let is_script = matches!(words, ["npm" | "yarn" | "pnpm" | "bun", "run", "build", ..] | ["yarn" | "pnpm", "build", ..]);
    let found = tools().of_command(words);
    let is = |kind: &Kind| found.iter().any(|tool| tool.kinds.contains(kind));
    is_script || (is(&Kind::Build) && !OTHER.iter().any(is))
}
