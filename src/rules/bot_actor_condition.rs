//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::expressions::{BinExpr, BinOp, Expr, Site, SpannedExpr};
use crate::model::finding::{Persona, Severity};
use crate::model::workflow::Event;

declare_rule! {
    /// A condition trusts `github.actor` to be a bot
    ///
    /// ## Why is this bad?
    /// `github.actor` is whoever caused the last event, not who wrote the code: somebody else's
    /// commits under a bot's pull request, or a bot that is made to act on a stranger's branch, pass
    /// the check.
    ///
    /// ## Bad
    /// ```yaml
    /// on: pull_request_target
    /// permissions: {}
    /// jobs:
    ///   merge:
    ///     if: github.actor == 'dependabot[bot]'
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make merge
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: pull_request_target
    /// permissions: {}
    /// jobs:
    ///   merge:
    ///     if: github.event.pull_request.user.login == 'dependabot[bot]'
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make merge
    /// ```
    ///
    /// ## How to fix
    /// Ask who opened the pull request: `github.event.pull_request.user.login`.
    "bot-actor-condition",
    group: Injection,
    since: "0.1.0",
    severity: Error,
    peers: { "zizmor": ["bot-conditions"] },
    checks: [Expression(check)],
}

/// The ids of Dependabot, Renovate, GitHub Actions, pre-commit.ci and other well-known bots.
const BOT_IDS: &[&str] = &["29110", "29139614", "27856297", "49699333", "41898282", "66853113"];

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    if !site.key.is_condition() {
        return;
    }
    let by_outsiders = reporter.file().workflow().is_some_and(|workflow| {
        let risky = [Event::PullRequestTarget, Event::IssueComment, Event::WorkflowRun, Event::IssueComment];
        risky.iter().any(|event| workflow.is_triggered_by(*event))
    });
    site.walk(&mut |part| {
        let Expr::BinExpr(BinExpr { lhs, op: BinOp::Eq, rhs }) = &part.inner else { return };
        let sides = [(lhs, rhs), (rhs, lhs)];
        let Some((actor, _)) = sides.into_iter().find(|(context, value)| is_bot(site, context, value)) else { return };
        let span = reporter.inside(site.text, site.range_of(actor));
        reporter
            .report(span, "the actor of an event is not who wrote the code")
            .severity(if by_outsiders { Severity::Error } else { Severity::Info })
            .persona(if by_outsiders { Persona::Regular } else { Persona::Pedantic })
            .note("a bot's pull request can hold commits of others, and a bot can be made to act for others")
            .help("ask who opened the pull request: `github.event.pull_request.user.login`");
    });
}

fn is_bot(site: &Site<'_>, context: &SpannedExpr<'_>, value: &SpannedExpr<'_>) -> bool {
    let Expr::Literal(literal) = &value.inner else { return false };
    let range = site.range_of(context);
    let read = site.contexts.iter().find(|used| used.range == range);
    let text = literal.as_str();
    read.is_some_and(|used| {
        let named = |name: &str| used.is_path(&["github", name]);
        (named("actor") || named("triggering_actor")) && text.ends_with("[bot]")
            || (named("actor_id") && BOT_IDS.contains(&text.as_ref()))
    })
}
