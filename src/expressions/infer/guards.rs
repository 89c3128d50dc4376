//! What conditions on `github.event_name` let through: `github.event_name == 'push' && a` reads `a`
//! on `push` alone.

use super::Inferrer;
use crate::expressions::types::Type;
use crate::expressions::{BinExpr, BinOp, Call, Expr, Function, Literal, SpannedExpr};
use crate::model::workflow::Event;

/// Tells whether an expression is the name of the event that started the run.
pub(super) fn is_event_name(expression: &SpannedExpr<'_>) -> bool {
    expression.origin.raw.eq_ignore_ascii_case("github.event_name")
}

impl Inferrer<'_, '_> {
    /// Looks at what is evaluated only where a condition holds; `known` says how often the event's name
    /// was read before the condition.
    pub(super) fn where_holds(&mut self, known: usize, condition: &SpannedExpr<'_>, then: &SpannedExpr<'_>) -> Type {
        self.on_events(known, |inferrer, event| inferrer.may_hold(condition, event), then)
    }

    /// Looks at what is evaluated only where a condition does not hold.
    pub(super) fn where_fails(&mut self, known: usize, condition: &SpannedExpr<'_>, then: &SpannedExpr<'_>) -> Type {
        self.on_events(known, |inferrer, event| inferrer.may_fail(condition, event), then)
    }

    fn on_events(&mut self, known: usize, reach: impl Fn(&Self, Event) -> bool, then: &SpannedExpr<'_>) -> Type {
        if self.event_names == known {
            return self.of(then);
        }
        let fewer = self.events.iter().copied().filter(|event| reach(self, *event)).collect();
        let outer = std::mem::replace(&mut self.events, fewer);
        let kind = self.of(then);
        self.events = outer;
        kind
    }

    /// Looks at the arguments of `case`: conditions, each with its value, and what is left.
    pub(super) fn cases(&mut self, arguments: &[SpannedExpr<'_>]) -> Vec<Type> {
        let outer = self.events.clone();
        let mut types = Vec::new();
        for pair in arguments.chunks(2) {
            let known = self.event_names;
            let Some((condition, values)) = pair.split_first() else { continue };
            types.push(self.of(condition));
            if let Some(value) = values.first() {
                types.push(self.where_holds(known, condition, value));
                self.events = self.events.iter().copied().filter(|event| self.may_fail(condition, *event)).collect();
            }
        }
        self.events = outer;
        types
    }

    fn may_hold(&self, condition: &SpannedExpr<'_>, event: Event) -> bool {
        match &condition.inner {
            Expr::BinExpr(BinExpr { lhs, op: BinOp::And, rhs }) => {
                self.may_hold(lhs, event) && self.may_hold(rhs, event)
            }
            Expr::BinExpr(BinExpr { lhs, op: BinOp::Or, rhs }) => {
                self.may_hold(lhs, event) || self.may_hold(rhs, event)
            }
            Expr::UnExpr { expr, op: _ } => self.may_fail(expr, event),
            Expr::Literal(_)
            | Expr::Star
            | Expr::Call(_)
            | Expr::Identifier(_)
            | Expr::Index(_)
            | Expr::Context(_)
            | Expr::BinExpr(_) => outcome(condition, event) != Some(false),
        }
    }

    fn may_fail(&self, condition: &SpannedExpr<'_>, event: Event) -> bool {
        match &condition.inner {
            Expr::BinExpr(BinExpr { lhs, op: BinOp::And, rhs }) => {
                let is_chosen = self.chosen.contains(&rhs.origin.span.start);
                self.may_fail(lhs, event) || (!is_chosen && self.may_fail(rhs, event))
            }
            Expr::BinExpr(BinExpr { lhs, op: BinOp::Or, rhs }) => {
                self.may_fail(lhs, event) && self.may_fail(rhs, event)
            }
            Expr::UnExpr { expr, op: _ } => self.may_hold(expr, event),
            Expr::Literal(_)
            | Expr::Star
            | Expr::Call(_)
            | Expr::Identifier(_)
            | Expr::Index(_)
            | Expr::Context(_)
            | Expr::BinExpr(_) => outcome(condition, event) != Some(true),
        }
    }
}

/// Tells how a condition comes out on an event, where that depends on the event's name alone.
fn outcome(condition: &SpannedExpr<'_>, event: Event) -> Option<bool> {
    match &condition.inner {
        Expr::Literal(Literal::Boolean(holds)) => Some(*holds),
        Expr::Literal(Literal::String(text)) => Some(!text.is_empty()),
        Expr::Literal(Literal::Null) => Some(false),
        Expr::BinExpr(BinExpr { lhs, op: op @ (BinOp::Eq | BinOp::Neq), rhs }) => {
            let other = if is_event_name(lhs) { rhs } else { Some(lhs).filter(|_| is_event_name(rhs))? };
            let is_equal = text(other)? == event.name();
            Some(is_equal == matches!(op, BinOp::Eq))
        }
        Expr::Call(call) => outcome_of_call(call, event),
        Expr::Literal(_)
        | Expr::Star
        | Expr::Identifier(_)
        | Expr::Index(_)
        | Expr::Context(_)
        | Expr::BinExpr(_)
        | Expr::UnExpr { .. } => None,
    }
}

fn outcome_of_call(call: &Call<'_>, event: Event) -> Option<bool> {
    let [first, second] = call.args.as_slice() else { return None };
    let name = |part: &SpannedExpr<'_>| if is_event_name(part) { Some(event.name().to_owned()) } else { text(part) };
    if !is_event_name(first) && !is_event_name(second) {
        return None;
    }
    match call.func {
        Function::StartsWith => Some(name(first)?.starts_with(&name(second)?)),
        Function::EndsWith => Some(name(first)?.ends_with(&name(second)?)),
        Function::Contains => match &first.inner {
            Expr::Call(list) if list.func == Function::FromJSON => {
                let names: Vec<String> = serde_json::from_str(&text(list.args.first()?)?).ok()?;
                Some(names.contains(&name(second)?))
            }
            Expr::Literal(_)
            | Expr::Star
            | Expr::Call(_)
            | Expr::Identifier(_)
            | Expr::Index(_)
            | Expr::Context(_)
            | Expr::BinExpr(_)
            | Expr::UnExpr { .. } => Some(name(first)?.contains(&name(second)?)),
        },
        Function::Format
        | Function::Join
        | Function::ToJSON
        | Function::FromJSON
        | Function::HashFiles
        | Function::Case
        | Function::Success
        | Function::Always
        | Function::Cancelled
        | Function::Failure => None,
    }
}

/// Returns a literal text in lower case: GitHub compares texts without regard to case.
fn text(part: &SpannedExpr<'_>) -> Option<String> {
    let Expr::Literal(Literal::String(text)) = &part.inner else { return None };
    Some(text.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::super::{Scope, infer};
    use crate::sources::workflows;

    /// Tells whether a reading of `github.event.pull_request` is behind a guard that no event of the
    /// workflow passes; `None` where nothing is said.
    fn check(events: &str, condition: &str) -> Option<bool> {
        let text = format!(
            "on: {events}\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: x\n        if: >-\n          {condition}\n"
        );
        let file = workflows::parse(".github/workflows/a.yml".to_owned(), text);
        let sites = crate::expressions::read(&file);
        let found = infer(sites.last().unwrap(), &Scope::new(&file)).mismatches;
        found.iter().find(|found| found.message.contains("`pull_request`")).map(|found| found.is_guarded)
    }

    #[test]
    fn guards_that_no_event_passes_are_known() {
        for condition in [
            "github.event_name == 'pull_request' && github.event.pull_request.draft",
            "'PULL_REQUEST' == github.event_name && (github.sha && github.event.pull_request.draft)",
            "github.event_name != 'pull_request' || github.event.pull_request.draft",
            "!(github.event_name == 'pull_request') || github.event.pull_request.draft",
            "(github.event_name == 'push' || github.event_name == 'schedule') || github.event.pull_request.draft",
            "startsWith(github.event_name, 'pull_request') && github.event.pull_request.draft",
            "contains(fromJSON('[\"pull_request\", \"release\"]'), github.event_name) && github.event.pull_request.draft",
            "contains('pull_request,release', github.event_name) && github.event.pull_request.draft",
            "github.event_name == 'push' && github.sha || github.event_name == 'schedule' && 'x' || github.event.pull_request.head.sha",
            "case(github.event_name == 'pull_request', github.event.pull_request.number, 1)",
            "case(startsWith(github.event_name, 'pu'), 1, github.event_name == 'schedule', 1, github.event.pull_request.number)",
        ] {
            assert_eq!(check("{push: , schedule: [{cron: '7 3 * * *'}]}", condition), Some(true), "{condition}");
        }
    }

    #[test]
    fn guards_that_an_event_passes_hide_nothing() {
        for condition in [
            "github.event.pull_request.draft && github.event_name == 'pull_request'",
            "github.event_name == 'push' && github.event.pull_request.draft == false",
            "github.event_name != 'push' || github.event.pull_request.draft",
            "github.event_name != 'release' && github.event.pull_request.draft",
            "github.event_name == env.EVENT && github.event.pull_request.draft",
            "(github.event_name == 'release' || github.ref == 'x') && github.event.pull_request.draft",
            "github.event_name == 'push' && github.ref == 'x' || github.event.pull_request.draft",
            "contains('push', github.event_name) && github.event.pull_request.draft",
            "github.event_name == 'release' && 'x' || github.event.pull_request.draft",
            "(github.event_name == 'pull_request' && 'x') == github.event.pull_request.draft",
        ] {
            assert_eq!(check("push", condition), Some(false), "{condition}");
        }
        assert_eq!(check("[push, pull_request]", "github.event_name == 'push' && github.event.pull_request.id"), None);
    }
}
