//! What a condition keeps out: events, and strangers.

use std::collections::BTreeSet;

use super::events::Events;
use crate::expressions::{BinExpr, BinOp, Call, Expr, Function, Literal, Site, SpannedExpr, UnOp};
use crate::model::workflow::Event;

/// What can still happen where a condition holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate {
    /// The events that can start it, strangers having a hand in them.
    pub events: Events,
    /// The objects below `github.event` whose author is a member of the repository.
    pub by_members: BTreeSet<String>,
}

/// The words for those who belong to a repository.
const MEMBERS: &[&str] = &["owner", "member", "collaborator"];

/// The events of pull requests, which a comparison of repositories restricts to its own branches.
const OF_PULL_REQUESTS: &[Event] =
    &[Event::PullRequest, Event::PullRequestTarget, Event::PullRequestReview, Event::PullRequestReviewComment];

impl Gate {
    /// Keeps nothing out.
    pub fn open() -> Self {
        Self { events: Events::ALL, by_members: BTreeSet::new() }
    }

    fn to(events: Events) -> Self {
        Self { events, ..Self::open() }
    }

    /// Reads a condition.
    pub fn of(site: &Site<'_>) -> Self {
        site.expression().map_or_else(Self::open, |expression| gate(expression, site))
    }

    /// Puts one gate behind another.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.by_members.extend(other.by_members);
        Self { events: self.events.and(other.events), ..self }
    }

    fn or(self, other: &Self) -> Self {
        let by_members = self.by_members.intersection(&other.by_members).cloned().collect();
        Self { events: self.events.or(other.events), by_members }
    }
}

fn gate(expression: &SpannedExpr<'_>, site: &Site<'_>) -> Gate {
    match &expression.inner {
        Expr::BinExpr(BinExpr { lhs, op, rhs }) => match op {
            BinOp::And => gate(lhs, site).and(gate(rhs, site)),
            BinOp::Or => gate(lhs, site).or(&gate(rhs, site)),
            BinOp::Eq => compared(lhs, rhs, Is::Equal, site),
            BinOp::Neq => compared(lhs, rhs, Is::Different, site),
            BinOp::Gt | BinOp::Ge | BinOp::Lt | BinOp::Le => Gate::open(),
        },
        Expr::UnExpr { op: UnOp::Not, expr } if path(expr, site).ends_with(".head.repo.fork") => no_forks(),
        Expr::Call(call) => called(call, site),
        Expr::Literal(Literal::Boolean(false)) => Gate::to(Events::NONE),
        Expr::Literal(_)
        | Expr::Star
        | Expr::Identifier(_)
        | Expr::Index(_)
        | Expr::Context(_)
        | Expr::UnExpr { .. } => Gate::open(),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Is {
    Equal,
    Different,
}

fn no_forks() -> Gate {
    let pull_requests = OF_PULL_REQUESTS.iter().fold(Events::NONE, |all, event| all.or(Events::one(*event)));
    Gate::to(Events::ALL.without(pull_requests))
}

fn no_other_runs() -> Gate {
    Gate::to(Events::ALL.without(Events::one(Event::WorkflowRun)))
}

/// Judges a comparison of a context with a literal or with another context.
fn compared(left: &SpannedExpr<'_>, right: &SpannedExpr<'_>, is: Is, site: &Site<'_>) -> Gate {
    let (one, other) = (path(left, site), path(right, site));
    if !one.is_empty() && !other.is_empty() {
        return if is == Is::Equal { of_repositories(&one, &other) } else { Gate::open() };
    }
    let context = if one.is_empty() { other } else { one };
    let literal = literal(left).or_else(|| literal(right)).unwrap_or_default();
    match (context.as_str(), is) {
        ("github.event_name", Is::Equal) => Gate::to(named(&literal)),
        ("github.event_name", Is::Different) => Gate::to(Events::ALL.without(named(&literal))),
        ("github.event.workflow_run.event", _) => {
            let of_pull_requests = literal.starts_with("pull_request");
            if of_pull_requests == (is == Is::Different) { no_other_runs() } else { Gate::open() }
        }
        (name, _) if name.ends_with(".head.repo.fork") => {
            if (literal == "false") == (is == Is::Equal) {
                no_forks()
            } else {
                Gate::open()
            }
        }
        (name, Is::Equal) => of_author(name, std::slice::from_ref(&literal)),
        (_, Is::Different) => Gate::open(),
    }
}

/// The head's repository is the workflow's own.
fn of_repositories(one: &str, other: &str) -> Gate {
    let is_own = |name: &str| matches!(name, "github.repository" | "github.event.repository.full_name");
    let is_head = |name: &str| name.ends_with(".head.repo.full_name");
    let is_head_of_run = |name: &str| name.ends_with(".head_repository.full_name");
    if (is_own(one) && is_head(other)) || (is_own(other) && is_head(one)) {
        no_forks()
    } else if (is_own(one) && is_head_of_run(other)) || (is_own(other) && is_head_of_run(one)) {
        no_other_runs()
    } else {
        Gate::open()
    }
}

fn of_author(context: &str, words: &[String]) -> Gate {
    let object = context.strip_prefix("github.event.").and_then(|rest| rest.strip_suffix(".author_association"));
    let only_members = !words.is_empty() && words.iter().all(|word| MEMBERS.contains(&word.as_str()));
    let by_members = object.filter(|_| only_members).map(str::to_owned).into_iter().collect();
    Gate { by_members, ..Gate::open() }
}

/// Judges `contains(fromJSON('[…]'), context)`.
fn called(call: &Call<'_>, site: &Site<'_>) -> Gate {
    let (Function::Contains, [list, item]) = (&call.func, call.args.as_slice()) else { return Gate::open() };
    let Expr::Call(inner) = &list.inner else { return Gate::open() };
    let text = inner.args.first().and_then(literal).filter(|_| inner.func == Function::FromJSON);
    let Some(words) = text.and_then(|text| serde_json::from_str::<Vec<String>>(&text).ok()) else {
        return Gate::open();
    };
    match path(item, site).as_str() {
        "github.event_name" => Gate::to(words.iter().fold(Events::NONE, |all, word| all.or(named(word)))),
        context => of_author(context, &words),
    }
}

fn named(event: &str) -> Events {
    Event::named(event).map_or(Events::NONE, Events::one)
}

/// Returns a literal in lower case.
fn literal(expression: &SpannedExpr<'_>) -> Option<String> {
    let Expr::Literal(literal) = &expression.inner else { return None };
    match literal {
        Literal::String(text) => Some(text.to_ascii_lowercase()),
        Literal::Boolean(value) => Some(value.to_string()),
        Literal::Number(_) | Literal::Null => None,
    }
}

/// Returns the path of a context in lower case; nothing for anything else.
fn path(expression: &SpannedExpr<'_>, site: &Site<'_>) -> String {
    let start = site.range_of(expression).start;
    let is_context = matches!(expression.inner, Expr::Context(_));
    let used = site.contexts.iter().find(|used| is_context && used.range.start == start);
    used.map(|used| used.lower().join(".")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detectors::testing;
    use crate::expressions;

    fn events(condition: &str) -> String {
        let text = format!(
            "on: [push, pull_request, pull_request_target, workflow_run, issue_comment]\njobs:\n  a:\n    if: {condition}\n"
        );
        let file = testing::file(".github/workflows/a.yml", &text);
        let sites = expressions::read(&file);
        let gate = Gate::of(sites.first().unwrap());
        let members: Vec<String> = gate.by_members.into_iter().collect();
        format!("{} {}", Events::of(file.workflow().unwrap()).and(gate.events).names().join(","), members.join(","))
    }

    #[test]
    fn conditions_keep_events_and_strangers_out() {
        let all = "issue_comment,pull_request,pull_request_target,push,workflow_run ";
        for (condition, expected) in [
            ("success()", all),
            ("github.event_name == 'push'", "push "),
            (
                "github.event_name != 'push' && github.ref == 'x'",
                "issue_comment,pull_request,pull_request_target,workflow_run ",
            ),
            ("github.event_name == 'push' || github.event_name == 'issue_comment'", "issue_comment,push "),
            ("contains(fromJSON('[\"push\"]'), github.event_name)", "push "),
            ("github.event.pull_request.head.repo.full_name == github.repository", "issue_comment,push,workflow_run "),
            ("${{ !github.event.pull_request.head.repo.fork }}", "issue_comment,push,workflow_run "),
            ("github.event.pull_request.head.repo.fork == false", "issue_comment,push,workflow_run "),
            ("github.event.workflow_run.event == 'push'", "issue_comment,pull_request,pull_request_target,push "),
            ("github.event.workflow_run.event == 'pull_request'", all),
            ("github.event.workflow_run.conclusion == 'success'", all),
            ("false", " "),
            (
                "github.event.comment.author_association == 'OWNER'",
                "issue_comment,pull_request,pull_request_target,push,workflow_run comment",
            ),
            (
                "contains(fromJSON('[\"OWNER\", \"MEMBER\"]'), github.event.comment.author_association)",
                "issue_comment,pull_request,pull_request_target,push,workflow_run comment",
            ),
            ("contains(fromJSON('[\"NONE\"]'), github.event.comment.author_association)", all),
        ] {
            assert_eq!(events(condition), expected, "{condition}");
        }
    }
}
