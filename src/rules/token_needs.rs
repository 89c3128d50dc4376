//! What the steps of jobs need of the token that GitHub makes for each job.

use super::StepPlace;
use super::reporter::Reporter;
use crate::knowledge::permission_needs::{self, Need, Permission};
use crate::model::place::Span;
use crate::model::workflow::{ActionReference, Grant, Job, Step, Workflow};
use crate::model::yaml::Text;
use crate::shell::Command;

/// Permissions that no token but GitHub's own for the job can have.
const OF_THE_JOB_ALONE: &[&str] = &["attestations", "id-token"];

/// What an action or a command needs of the job's token.
#[derive(Clone, Copy, Debug)]
pub(super) struct TokenNeed {
    /// Where the action or the command is named.
    pub(super) span: Span,
    need: &'static Need,
    token: Token,
}

impl TokenNeed {
    /// Returns the name of the action or the command.
    pub(super) fn name(&self) -> &'static str {
        self.need.name.trim_start_matches("$ ")
    }

    /// Returns the permissions that are needed and not granted, each as the alternatives that serve.
    pub(super) fn missing(&self, grant: impl Fn(&str) -> Grant) -> Vec<&'static [Permission]> {
        let is_granted = |(scope, level): &Permission| {
            grant(scope) >= *level || self.token == Token::Other && !OF_THE_JOB_ALONE.contains(scope)
        };
        let needed = self.need.permissions.iter().map(Vec::as_slice);
        needed.filter(|alternatives| !alternatives.iter().any(is_granted)).collect()
    }
}

/// Lists what a step needs: its action, or the commands of its script.
pub(super) fn of_step(place: &StepPlace<'_>, reporter: &Reporter<'_>) -> Vec<TokenNeed> {
    let Some((workflow, job)) = place.job().filter(|_| !place.step.never_runs()) else { return Vec::new() };
    let token = Token::of(place.step, job, workflow);
    if let Some(uses) = place.step.uses() {
        let ActionReference::Repository(reference) = ActionReference::parse(&uses.value) else { return Vec::new() };
        let need = permission_needs::of_action(&reference.name());
        let need = need.filter(|need| arises(need, |name| place.step.input(name)));
        return need.map(|need| TokenNeed { span: uses.span, need, token }).into_iter().collect();
    }
    let Some(script) = place.step.script() else { return Vec::new() };
    let commands = reporter.commands(&script.text);
    let needs = commands.iter().filter_map(|command| {
        // The command line of GitHub has no token but the one it is given.
        let need = of_command(command).filter(|need| token != Token::None || !need.name.starts_with("$ gh "))?;
        Some(TokenNeed { span: reporter.inside(&script.text, command.range.clone()), need, token })
    });
    needs.collect()
}

/// Tells whether an action's need arises from the inputs that it is given.
fn arises<'step>(need: &Need, input: impl Fn(&str) -> Option<&'step Text>) -> bool {
    let is_given = |(name, value): &(&str, Option<&str>)| {
        input(name).is_some_and(|given| value.is_none_or(|value| given.value == value) && !given.value.is_empty())
    };
    let is_another_way = |name: &&str| input(name).is_some_and(is_another);
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

/// Tells whether an input holds something, which is not the token that GitHub makes for the job.
pub(super) fn is_another(given: &Text) -> bool {
    !given.value.is_empty() && !is_own(given)
}

/// Tells whether a value is the token that GitHub makes for the job.
fn is_own(value: &Text) -> bool {
    let inner = value.value.trim().strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")).map(str::trim);
    inner
        .is_some_and(|inner| ["secrets.GITHUB_TOKEN", "github.token"].iter().any(|own| inner.eq_ignore_ascii_case(own)))
}
