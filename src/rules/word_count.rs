//! Into how many words a shell splits the value of an expression that stands without quotes, as far as the file tells.

use super::reporter::Reporter;
use crate::detectors::matrix;
use crate::expressions::{ContextUse, Expr, Object, Part, Site, Type};
use crate::knowledge::contexts::Context;
use crate::knowledge::payloads::{Kind, Shape};
use crate::model::workflow::{Event, Input, Workflow};
use crate::model::yaml::{Node, Text};

/// How often a variable may be set from another one.
const DEEPEST: usize = 3;

/// The expressions of a text that are followed.
const MOST_SITES: usize = 4;

/// Properties of `github` that always hold one word, or one path.
const OF_GITHUB: &[&str] = &[
    "actor",
    "actor_id",
    "api_url",
    "event_name",
    "event_path",
    "graphql_url",
    "job",
    "ref",
    "ref_name",
    "ref_type",
    "repository",
    "repository_id",
    "repository_owner",
    "repository_owner_id",
    "run_attempt",
    "run_id",
    "run_number",
    "server_url",
    "sha",
    "token",
    "triggering_actor",
    "workflow_ref",
    "workflow_sha",
    "workspace",
];

/// What a shell makes of a value without quotes, the plainest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Words {
    /// The same as with quotes, or what is meant as one word.
    One,
    /// None, where the value is empty; else one.
    NoneOrOne,
    /// Nobody knows.
    Unknown,
    /// Something else than with quotes: it holds blanks, patterns, or characters that the shell reads.
    Several,
}

/// Tells what a shell makes of an expression that is a context and nothing else.
pub(super) fn of(site: &Site<'_>, used: &ContextUse<'_>, reporter: &Reporter<'_>) -> Words {
    of_context(site, used, reporter, DEEPEST)
}

/// Tells whether an expression is a context and nothing else.
pub(super) fn is_all_of(site: &Site<'_>, used: &ContextUse<'_>) -> bool {
    let is_context = site.expression().is_some_and(|expression| matches!(expression.inner, Expr::Context(_)));
    is_context && site.text.value.get(used.range.clone()) == Some(site.source().trim())
}

fn of_context(site: &Site<'_>, used: &ContextUse<'_>, reporter: &Reporter<'_>, depth: usize) -> Words {
    let lower = used.lower();
    let path: Vec<&str> = lower.iter().map(String::as_str).collect();
    let are_names = used.parts.iter().all(|part| matches!(part, Part::Name(_)));
    let is_one = match path.as_slice() {
        _ if !are_names => return Words::Unknown,
        ["env", name] => return of_variable(site, name, reporter, depth),
        ["matrix", path @ ..] => return of_matrix(site, path),
        ["inputs", name] => return of_input(name, reporter),
        ["github", "head_ref" | "base_ref"] => is_of_pull_requests(reporter),
        ["github", "event", path @ ..] => is_sent_by_all(path, reporter),
        ["github", name] => OF_GITHUB.contains(name),
        ["runner", name] => matches!(*name, "arch" | "environment" | "os" | "temp" | "tool_cache"),
        ["strategy", "job-index" | "job-total"]
        | ["job", "status"]
        | ["needs", _, "result"]
        | ["steps", _, "outcome" | "conclusion"] => true,
        _ => false,
    };
    if is_one { Words::One } else { Words::Unknown }
}

/// Follows a variable to the nearest `env` that sets it, unless a script sets it, too.
fn of_variable(site: &Site<'_>, name: &str, reporter: &Reporter<'_>, depth: usize) -> Words {
    match reporter.variables().value(name, site) {
        Some(value) if !reporter.variables().is_set_by_script(name) => of_text(value, reporter, depth),
        Some(_) | None => Words::Unknown,
    }
}

fn of_matrix(site: &Site<'_>, path: &[&str]) -> Words {
    let matrix = site.job.and_then(|job| job.strategy.as_ref()).and_then(|strategy| strategy.matrix.as_ref());
    let Some(values) = matrix.and_then(|matrix| matrix::in_every_job(matrix, path)) else { return Words::Unknown };
    let of_value = |node: &Node| match node.text() {
        Some(text) if text.opens_expression() => Words::Unknown,
        Some(text) if text.is_null() => Words::NoneOrOne,
        Some(text) => of_written(&text.value),
        None => Words::Several,
    };
    values.into_iter().map(of_value).max().unwrap_or(Words::Unknown)
}

/// Judges a text without expressions.
fn of_written(text: &str) -> Words {
    let is_plain = |character: char| character.is_alphanumeric() || "_-./:@%+,=^".contains(character);
    match text {
        "" => Words::NoneOrOne,
        _ if text.chars().all(is_plain) => Words::One,
        _ => Words::Several,
    }
}

/// Judges a text by what stands in it and what its expressions come to.
fn of_text(text: &Text, reporter: &Reporter<'_>, depth: usize) -> Words {
    let Some(depth) = depth.checked_sub(1) else { return Words::Unknown };
    if text.is_null() {
        return Words::NoneOrOne;
    }
    let (mut at, mut written, mut worst) = (0, String::new(), None);
    for (count, site) in reporter.sites_in(text).enumerate() {
        if count >= MOST_SITES {
            return Words::Unknown;
        }
        written.push_str(text.value.get(at..site.outer.start).unwrap_or_default());
        at = site.outer.end;
        let used = site.contexts.first().filter(|used| is_all_of(site, used));
        let words = used.map_or(Words::Unknown, |used| of_context(site, used, reporter, depth));
        worst = worst.max(Some(words));
    }
    written.push_str(text.value.get(at..).unwrap_or_default());
    match (of_written(&written), worst) {
        (Words::Several, _) => Words::Several,
        // What is written beside them keeps a word from being empty.
        (Words::One, None | Some(Words::NoneOrOne)) => Words::One,
        (own, worst) => worst.unwrap_or(own),
    }
}

/// Judges an input by its type, where each start of the workflow comes with one.
fn of_input(name: &str, reporter: &Reporter<'_>) -> Words {
    let Some(workflow) = reporter.file().workflow() else { return Words::Unknown };
    let is_word = |event: Option<Event>| {
        let input = event.and_then(|event| reporter.names().input(event, name));
        input.and_then(Input::kind).is_some_and(|kind| kind == "boolean")
    };
    let is_one = !workflow.triggers.is_empty() && workflow.triggers.iter().all(|trigger| is_word(trigger.event));
    if is_one { Words::One } else { Words::Unknown }
}

fn is_of_pull_requests(reporter: &Reporter<'_>) -> bool {
    let is_one = |workflow: &Workflow| {
        let of = |event: Option<Event>| matches!(event, Some(Event::PullRequest | Event::PullRequestTarget));
        !workflow.triggers.is_empty() && workflow.triggers.iter().all(|trigger| of(trigger.event))
    };
    reporter.file().workflow().is_some_and(is_one)
}

/// Tells whether every event that starts the workflow sends a text or a number, which is one thing even with blanks.
fn is_sent_by_all(path: &[&str], reporter: &Reporter<'_>) -> bool {
    let Type::Object(Object::Listed(github)) = reporter.scope().context(Context::Github, None) else { return false };
    let Some(Type::Object(Object::Payload(shapes))) = github.named.get("event") else { return false };
    !path.is_empty() && !shapes.is_empty() && shapes.iter().all(|shape| holds_text(*shape, path))
}

fn holds_text(shape: Shape, path: &[&str]) -> bool {
    let Some((name, inner)) = path.split_first() else { return false };
    match shape.property(name) {
        Some(Kind::Object(next)) => holds_text(next, inner),
        Some(Kind::String | Kind::Number | Kind::Boolean) => inner.is_empty(),
        Some(Kind::Any | Kind::Array(_) | Kind::Open) | None => false,
    }
}
