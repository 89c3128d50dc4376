//! See the rule's documentation below.

use std::ops::Range;

use super::reporter::Reporter;
use super::{StepPlace, declare_rule, reach};
use crate::detectors::program::plain;
use crate::detectors::taint::Events;
use crate::expressions::{BinExpr, BinOp, Call, Expr, Function, Site, SpannedExpr};
use crate::knowledge::merging;
use crate::model::place::Span;
use crate::model::workflow::{Event, Job, Step};
use crate::model::yaml::Text;

declare_rule! {
    /// A pull request is merged or approved because a bot acted last
    ///
    /// ## Why is this bad?
    /// `github.actor` is whoever caused the event, not who wrote what is merged. Anyone can make a bot
    /// act on a pull request of theirs, as with `@dependabot recreate`, and under `pull_request_target` and
    /// `workflow_run` the job then approves and merges their changes with the repository's rights.
    ///
    /// Conditions of the job, of the step, and of jobs that are waited for count. A check of who opened the
    /// pull request or where its branch is, or `dependabot/fetch-metadata` in front, which makes it,
    /// keeps this quiet.
    ///
    /// ## Bad
    /// ```yaml
    /// on: pull_request_target
    /// permissions: {}
    /// jobs:
    ///   merge:
    ///     if: github.actor == 'dependabot[bot]'
    ///     permissions: {contents: write, pull-requests: write}
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: gh pr merge --auto --squash "$PR"
    ///         env:
    ///           PR: ${{ github.event.pull_request.html_url }}
    /// ```
    /// ```yaml
    /// on: pull_request_target
    /// permissions: {}
    /// jobs:
    ///   approve:
    ///     runs-on: ubuntu-latest
    ///     permissions: {pull-requests: write}
    ///     steps:
    ///       - uses: hmarr/auto-approve-action@v4
    ///         if: ${{ contains(fromJSON('["dependabot[bot]", "renovate[bot]"]'), github.actor) }}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: pull_request_target
    /// permissions: {}
    /// jobs:
    ///   merge:
    ///     if: github.event.pull_request.user.login == 'dependabot[bot]'
    ///     permissions: {contents: write, pull-requests: write}
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: gh pr merge --auto --squash "$PR"
    ///         env:
    ///           PR: ${{ github.event.pull_request.html_url }}
    /// ```
    /// ```yaml
    /// on: pull_request_target
    /// permissions: {}
    /// jobs:
    ///   merge:
    ///     if: github.actor == 'dependabot[bot]'
    ///     permissions: {contents: write, pull-requests: write}
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: dependabot/fetch-metadata@v2
    ///       - run: gh pr merge --auto --squash "$PR"
    ///         env:
    ///           PR: ${{ github.event.pull_request.html_url }}
    /// ```
    ///
    /// ## How to fix
    /// Ask who opened the pull request: `github.event.pull_request.user.login == 'dependabot[bot]'`. Let a
    /// ruleset ask for the checks to pass before anything is merged.
    "confused-deputy-auto-merge",
    group: Injection,
    since: "0.1.0",
    severity: Error,
    peers: { "poutine": ["confused_deputy_auto_merge"] },
    checks: [Step(check)],
}

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let Some((workflow, job)) = place.job().filter(|_| !place.step.never_runs()) else { return };
    let risky = [Event::PullRequestTarget, Event::WorkflowRun];
    if !risky.iter().any(|event| workflow.is_triggered_by(*event)) {
        return;
    }
    let Some((span, what)) = merging_step(place.step, reporter) else { return };
    if is_checked_before(place) {
        return;
    }
    let gate = reach::gate(workflow, job, reporter).and(reach::of_condition(place.step.condition.as_ref(), reporter));
    let starts = |event: &Event| !gate.events.and(Events::one(*event)).is_empty();
    let Some(event) = risky.into_iter().find(starts) else { return };
    let waited_for = job.needs.iter().filter_map(|need| workflow.job(&need.value));
    let conditions = std::iter::once(job).chain(waited_for).map(|job: &Job| job.condition.as_ref());
    let guard = conditions
        .chain([place.step.condition.as_ref()])
        .filter_map(|condition| reach::site(condition, reporter))
        .map(|site| Guard::of(site, reporter))
        .fold(Guard::default(), Guard::and);
    let Some(actor) = guard.actor.filter(|_| !guard.is_sound) else { return };
    reporter
        .report(span, format!("{what} because of who acted last, not of who wrote it"))
        .related(actor, "this is whoever caused the event")
        .note(format!("under `{}` anyone can make a bot act on a pull request of theirs", event.name()))
        .help("ask who opened the pull request: `github.event.pull_request.user.login`");
}

/// Returns the place at which a step merges or approves, and what it does.
fn merging_step(step: &Step, reporter: &Reporter<'_>) -> Option<(Span, &'static str)> {
    if let Some(uses) = step.uses() {
        let does = merging::of_action(step)?;
        return Some((uses.span, does));
    }
    let script = step.script()?;
    let commands = reporter.commands(&script.text);
    commands.iter().find_map(|command| {
        let texts = command.texts();
        let does = merging::of_command(&plain(&texts))?;
        Some((reporter.inside(&script.text, command.range.clone()), does))
    })
}

/// Tells whether a step in front makes sure who wrote the pull request.
fn is_checked_before(place: &StepPlace<'_>) -> bool {
    let before = place.siblings().iter().take(place.index).flat_map(Step::flatten);
    before.into_iter().any(|step| step.condition.is_none() && merging::CHECKS.iter().any(|name| step.is_action(name)))
}

/// What conditions ask before a step runs.
#[derive(Clone, Copy, Debug, Default)]
struct Guard {
    /// Where the actor is asked for.
    actor: Option<Span>,
    /// Whether something is asked that a stranger cannot meet.
    is_sound: bool,
}

impl Guard {
    fn of(site: &Site<'_>, reporter: &Reporter<'_>) -> Self {
        let place = |text: &Text, range: Range<usize>| reporter.inside(text, range);
        site.expression().map(|expression| guard(expression, site, &place)).unwrap_or_default()
    }

    fn and(self, other: Self) -> Self {
        Self { actor: self.actor.or(other.actor), is_sound: self.is_sound || other.is_sound }
    }

    /// One of both is enough, so that the weaker counts.
    fn or(self, other: Self) -> Self {
        let is_weak = |guard: &Self| guard.actor.is_some() && !guard.is_sound;
        let weak = [self, other].into_iter().find(is_weak);
        weak.unwrap_or(Self { actor: None, is_sound: self.is_sound && other.is_sound })
    }
}

fn guard(expression: &SpannedExpr<'_>, site: &Site<'_>, place: &impl Fn(&Text, Range<usize>) -> Span) -> Guard {
    match &expression.inner {
        Expr::BinExpr(BinExpr { lhs, op: BinOp::And, rhs }) => guard(lhs, site, place).and(guard(rhs, site, place)),
        Expr::BinExpr(BinExpr { lhs, op: BinOp::Or, rhs }) => guard(lhs, site, place).or(guard(rhs, site, place)),
        Expr::BinExpr(BinExpr { lhs, op: BinOp::Eq, rhs }) => asked(&[lhs, rhs], site, place),
        Expr::Call(Call { func: Function::Contains | Function::StartsWith, args }) => {
            asked(&args.iter().collect::<Vec<_>>(), site, place)
        }
        Expr::BinExpr(_)
        | Expr::Call(_)
        | Expr::Literal(_)
        | Expr::Star
        | Expr::Identifier(_)
        | Expr::Index(_)
        | Expr::Context(_)
        | Expr::UnExpr { .. } => Guard::default(),
    }
}

/// Judges what is compared.
fn asked(parts: &[&SpannedExpr<'_>], site: &Site<'_>, place: &impl Fn(&Text, Range<usize>) -> Span) -> Guard {
    let mut found = Guard::default();
    for range in parts.iter().map(|part| site.range_of(part)) {
        let within = site.contexts.iter().filter(|used| range.start <= used.range.start && used.range.end <= range.end);
        for used in within {
            match meaning(&used.lower().iter().map(String::as_str).collect::<Vec<_>>()) {
                Meaning::Actor => found.actor = Some(place(site.text, used.range.clone())),
                Meaning::Sound => found.is_sound = true,
                Meaning::Nothing => {}
            }
        }
    }
    found
}

/// What it means to ask for a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    /// Whoever acted last has to be somebody.
    Actor,
    /// A stranger cannot meet it: it is about who opened the pull request, the repository of its branch, or
    /// its labels. The name of a branch is free to choose.
    Sound,
    /// Neither.
    Nothing,
}

fn meaning(path: &[&str]) -> Meaning {
    match path {
        ["github", "actor" | "triggering_actor" | "actor_id"]
        | ["github", "event", "sender", ..]
        | ["github", "event", "workflow_run", "actor" | "triggering_actor", ..] => Meaning::Actor,
        ["github", "event", "pull_request", "user" | "author_association" | "merged" | "labels", ..]
        | ["github", "event", "pull_request", "head", "repo" | "user", ..]
        | ["github", "event", "workflow_run", "head_repository" | "event", ..]
        | ["github", "event", "label", ..] => Meaning::Sound,
        _ => Meaning::Nothing,
    }
}
