//! What a job needs of its token, as far as every use that its steps make of it is known.

use std::collections::BTreeMap;

use super::job_pushes;
use super::reporter::Reporter;
use super::token_needs::{TokenNeed, is_another, of_step};
use crate::detectors::permissions::{is_on, leaves_token, names_token};
use crate::knowledge::permission_needs::{all_writes_of, of_action};
use crate::model::interface::ActionInterface;
use crate::model::workflow::{ActionReference, Grant, Job, Step, Workflow};

/// Permissions, each with its level and the action or command that needs it.
type Needs = BTreeMap<&'static str, (Grant, &'static str)>;

/// Lists the permissions that the steps of a job need and that a grant does not hold, the first of the
/// alternatives where several serve; nothing where a step uses the token, or may, and it is not known for what.
pub(super) fn of_job(
    workflow: &Workflow,
    job: &Job,
    grant: impl Fn(&str) -> Grant,
    reporter: &Reporter<'_>,
) -> Option<Needs> {
    let mut found = Needs::new();
    let everywhere = workflow.env.iter().chain(&job.env).any(|(_, value)| names_token(value));
    let mut steps = reporter
        .steps()
        .iter()
        .filter(|place| place.job().is_some_and(|(_, owner)| std::ptr::eq(owner, job)))
        .peekable();
    let mut pushes = steps.peek().map(|place| job_pushes::beside(place, reporter)).unwrap_or_default();
    pushes.retain(|push| push.checkouts.iter().any(|checkout| leaves_token(checkout)));
    for place in steps.filter(|place| !place.step.never_runs()) {
        let step = place.step;
        let needs = of_step(place, reporter);
        let mut of_step = pushes.iter().filter(|push| std::ptr::eq(push.step, step));
        let pushes = of_step.clone().next();
        if of_step.any(|push| !push.is_certain) {
            return None;
        }
        let is_known = match step.script() {
            Some(script) => !(everywhere || is_handed(step)) || only_calls_github(&script.text.value, &needs),
            None => pushes.is_some() || !needs.is_empty() || is_known(step, everywhere || is_handed(step), reporter),
        };
        if !is_known {
            return None;
        }
        let of_needs = needs.iter().flat_map(|need| {
            let missing = need.missing(&grant).into_iter().filter_map(<[_]>::first);
            missing.map(|&(scope, level)| (scope, level, need.name()))
        });
        let documented = documented(step).into_iter().map(|(scope, name)| (scope, Grant::Write, name));
        let of_push = pushes.map(|push| ("contents", Grant::Write, push.name));
        let missing = documented.chain(of_push).filter(|(scope, level, _)| grant(scope) < *level);
        for (scope, level, name) in of_needs.chain(missing) {
            let known = found.entry(scope).or_insert((level, name));
            if level > known.0 {
                *known = (level, name);
            }
        }
    }
    Some(found)
}

/// Tells whether a step is given the job's own token.
fn is_handed(step: &Step) -> bool {
    let in_script = step.script().is_some_and(|script| names_token(&script.text));
    in_script || step.with().iter().chain(&step.env).any(|(_, value)| names_token(value))
}

/// Tells whether a script that is handed the token does nothing with it but call the command line of GitHub
/// for what is known: it names the program no oftener than that, and the token not at all.
fn only_calls_github(script: &str, needs: &[TokenNeed]) -> bool {
    let is_program = |word: &&str| word.trim_start_matches(|sign: char| !sign.is_ascii_alphanumeric()) == "gh";
    let calls = script.split_whitespace().filter(is_program).count();
    let known = needs.iter().filter(|need| need.name().starts_with("gh ")).count();
    calls > 0 && calls <= known && !script.contains("_TOKEN")
}

/// Tells whether it is known what an action does with the job's token, which may be nothing.
fn is_known(step: &Step, is_handed: bool, reporter: &Reporter<'_>) -> bool {
    let name = match step.reference() {
        Some(ActionReference::Repository(reference)) => reference.name(),
        Some(ActionReference::Docker(_)) => return !is_handed,
        Some(_) => String::new(),
        None => return true,
    };
    if all_writes_of(&name).is_some() || of_action(&name).is_some() {
        return true;
    }
    // A composite action can take the token by itself, and an input for it may have it as the default.
    let takes_none = |interface: &ActionInterface| {
        let is_other = |name: &String| step.input(name).is_some_and(is_another);
        interface.using != "composite" && interface.inputs.keys().filter(|name| is_token_input(name)).all(is_other)
    };
    !is_handed && reporter.interface(step).is_some_and(takes_none)
}

/// Returns what an action of which every use is documented may write with the job's token.
fn documented(step: &Step) -> Vec<(&'static str, &'static str)> {
    let Some(ActionReference::Repository(reference)) = step.reference() else { return Vec::new() };
    let Some((name, writes)) = all_writes_of(&reference.name()) else { return Vec::new() };
    let is_another_way = step.with().iter().any(|(input, value)| is_token_input(&input.value) && is_another(value));
    // A registry of packages takes no token that it is not given, and whatever needs only the identity
    // of the job has its own condition in the table of needs.
    let arises = |scope: &str| match scope {
        "packages" => is_handed(step),
        "id-token" => false,
        _ => !is_another_way,
    };
    let arising = writes.iter().filter(|(scope, input)| arises(scope) && input.is_none_or(|input| is_on(step, input)));
    arising.map(|(scope, _)| (*scope, name)).collect()
}

fn is_token_input(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with("token")
}
