//! See the rule's documentation below.

use super::reporter::Reporter;
use super::{StepPlace, declare_rule};
use crate::knowledge::permission_needs::{self, Need, Permission};
use crate::model::place::Span;
use crate::model::workflow::{ActionReference, Job, Permissions, Step, Workflow};
use crate::model::yaml::Text;
use crate::shell::Command;

declare_rule! {
    /// A step needs a permission that its job's token does not have
    ///
    /// ## Why is this bad?
    /// The step fails when it runs, often only on the default branch or at a release. As soon as
    /// `permissions` names one scope, all that are not named have none.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// permissions:
    ///   contents: read
    /// jobs:
    ///   deploy:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/deploy-pages@v4
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// permissions:
    ///   contents: read
    /// jobs:
    ///   deploy:
    ///     runs-on: ubuntu-latest
    ///     permissions:
    ///       pages: write
    ///       id-token: write
    ///     steps:
    ///       - uses: actions/deploy-pages@v4
    /// ```
    ///
    /// ## How to fix
    /// Grant the permission to the job that needs it, and to that job alone.
    "permission-missing",
    group: Permissions,
    since: "0.1.0",
    severity: Warning,
    checks: [Step(check)],
}

/// Permissions that no token but GitHub's own for the job can have.
const OF_THE_JOB_ALONE: &[&str] = &["attestations", "id-token"];

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let Some((workflow, job)) = place.job().filter(|_| !place.step.never_runs()) else { return };
    // What the repository grants by default is not known.
    let Some(granted) = job.permissions.as_ref().or(workflow.permissions.as_ref()) else { return };
    let token = Token::of(place.step, job, workflow);
    if let Some(uses) = place.step.uses() {
        let ActionReference::Repository(reference) = ActionReference::parse(&uses.value) else { return };
        let need = permission_needs::of_action(&reference.name());
        let need = need.filter(|need| arises(need, |name| place.step.input(name)));
        if let Some(missing) = need.and_then(|need| missing(need, granted, token)) {
            report(uses.span, &missing, granted, reporter);
        }
    } else if let Some(script) = place.step.script() {
        for command in reporter.commands(&script.text).iter() {
            // The command line of GitHub has no token but the one it is given.
            let need = of_command(command).filter(|need| token != Token::None || !need.name.starts_with("$ gh "));
            if let Some(missing) = need.and_then(|need| missing(need, granted, token)) {
                let span = reporter.inside(&script.text, command.range.clone());
                report(span, &missing, granted, reporter);
            }
        }
    }
}

fn report(span: Span, missing: &str, granted: &Permissions, reporter: &mut Reporter<'_>) {
    reporter.report(span, missing).related(granted.key, "the token's permissions are stated here");
}

/// Tells whether an action's need arises from the inputs that it is given.
fn arises<'step>(need: &Need, input: impl Fn(&str) -> Option<&'step Text>) -> bool {
    let is_given = |(name, value): &(&str, Option<&str>)| {
        input(name).is_some_and(|given| value.is_none_or(|value| given.value == value) && !given.value.is_empty())
    };
    let is_another_way = |name: &&str| input(name).is_some_and(|given| !given.value.is_empty() && !is_own(given));
    (need.with.is_empty() || need.with.iter().any(is_given)) && !need.without.iter().any(is_another_way)
}

/// Returns what a command needs, if its options make the need arise.
fn of_command(command: &Command) -> Option<&'static Need> {
    let texts = command.texts();
    let need = permission_needs::of_command(&texts)?;
    let has = |option: &str| texts.iter().any(|word| word.split('=').next() == Some(option));
    let is_wanted = need.with.is_empty() || need.with.iter().any(|(option, _)| has(option));
    (is_wanted && !need.without.iter().any(|option| has(option))).then_some(need)
}

/// The token in `GITHUB_TOKEN` or `GH_TOKEN`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    None,
    Own,
    Other,
}

impl Token {
    fn of(step: &Step, job: &Job, workflow: &Workflow) -> Self {
        let mut variables = step.env.iter().chain(&job.env).chain(&workflow.env);
        let is_token = |name: &str| ["GITHUB_TOKEN", "GH_TOKEN"].contains(&name);
        match variables.find(|(name, _)| is_token(&name.value)) {
            None => Self::None,
            Some((_, value)) if is_own(value) => Self::Own,
            Some(_) => Self::Other,
        }
    }
}

/// Tells whether a value is the token that GitHub makes for the job.
fn is_own(value: &Text) -> bool {
    let inner = value.value.trim().strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")).map(str::trim);
    inner.is_some_and(|inner| {
        ["secrets.GITHUB_TOKEN", "github.token"].iter().any(|own| inner.eq_ignore_ascii_case(own))
    })
}

/// Says which permissions that are needed are not granted, if any.
fn missing(need: &Need, granted: &Permissions, token: Token) -> Option<String> {
    let is_granted = |(scope, level): &Permission| {
        granted.grant(scope) >= *level || token == Token::Other && !OF_THE_JOB_ALONE.contains(scope)
    };
    let missing = need.permissions.iter().filter(|alternatives| !alternatives.iter().any(is_granted));
    let word = |(scope, level): &Permission| format!("`{scope}: {}`", level.word());
    let named: Vec<String> =
        missing.map(|alternatives| alternatives.iter().map(word).collect::<Vec<_>>().join(" or ")).collect();
    let what = need.name.trim_start_matches("$ ");
    let is_missing = !named.is_empty();
    is_missing.then(|| format!("`{what}` needs {}, which the job's token is not granted", named.join(" and ")))
}
