//! Comparisons. GitHub compares values of different types as numbers, and what is no number is
//! never equal to anything; objects and arrays are equal only to themselves.

use super::{Inferrer, MismatchKind};
use crate::expressions::contexts::{ContextUse, context};
use crate::expressions::types::Type;
use crate::expressions::{BinOp, Expr, Literal, SpannedExpr};
use crate::knowledge::contexts::values;
use crate::knowledge::schema::is_activity_type;
use crate::model::suggest::closest;
use crate::model::workflow::Event;

/// A comparison: left, operator, right.
type Comparison<'part, 'file> = (&'part SpannedExpr<'file>, &'part BinOp, &'part SpannedExpr<'file>);

impl Inferrer<'_, '_> {
    pub(super) fn compare(&mut self, whole: &SpannedExpr<'_>, comparison: Comparison<'_, '_>) -> Type {
        let (lhs, op, rhs) = comparison;
        let (left, right) = (self.of(lhs), self.of(rhs));
        let is_equality = matches!(op, BinOp::Eq | BinOp::Neq);
        let asks_for_one = asks_for_object((&left, lhs), rhs) || asks_for_object((&right, rhs), lhs);
        let fits = if is_equality {
            asks_for_one || can_be_equal(&left, &right)
        } else {
            is_ordered(&left) && is_ordered(&right)
        };
        if !fits {
            let message =
                format!("{} and {} cannot be compared in a way that means anything", left.name(), right.name());
            self.say(MismatchKind::Comparison, whole, message);
        } else if let Some((kind, literal)) = never_a_number((&left, rhs), (&right, lhs)) {
            let outcome = if is_equality { "never equal to" } else { "neither more nor less than" };
            self.say(MismatchKind::Comparison, whole, format!("{} is {outcome} {literal}", kind.name()));
            self.help(advice(kind, literal));
        } else if let Some(never) = Some((lhs, rhs)).filter(|_| is_equality).and_then(never_has) {
            self.say(MismatchKind::Comparison, whole, format!("`{}` is never {}", never.name, never.literal));
            self.help(never.help(op));
        }
        Type::Boolean
    }
}

fn is_ordered(side: &Type) -> bool {
    matches!(side, Type::Any | Type::Number | Type::String)
}

fn can_be_equal(left: &Type, right: &Type) -> bool {
    match (left, right) {
        (Type::Array(left) | Type::Filtered(left), Type::Array(right) | Type::Filtered(right)) => {
            can_be_equal(left, right)
        }
        (collection, other) | (other, collection) if collection.is_collection() => {
            (collection.is_object() && other.is_object()) || matches!(other, Type::Any | Type::Null)
        }
        _ => true,
    }
}

/// Tells whether an empty text stands beside an object of `github.event`, as in `github.event.issue.pull_request
/// != ''`. An object that is missing is null, which is equal to the empty text, and one that is there is not.
fn asks_for_object(side: (&Type, &SpannedExpr<'_>), beside: &SpannedExpr<'_>) -> bool {
    let is_empty = matches!(&beside.inner, Expr::Literal(Literal::String(text)) if text.is_empty());
    let is_part = |used: &ContextUse<'_>| {
        used.lower().starts_with(&["github".to_owned(), "event".to_owned()]) && used.parts.len() > 2
    };
    is_empty && side.0.is_object() && context(side.1, 0).as_ref().is_some_and(is_part)
}

/// Finds a literal that is no number beside a value that GitHub compares by its number, or `true`
/// beside a text, which would have to be `1`.
fn never_a_number<'part>(
    left: (&'part Type, &'part SpannedExpr<'_>),
    right: (&'part Type, &'part SpannedExpr<'_>),
) -> Option<(&'part Type, &'part str)> {
    [left, right].into_iter().find_map(|(kind, beside)| match (kind, &beside.inner) {
        (Type::Boolean | Type::Number, Expr::Literal(Literal::String(text))) => {
            let is_number = text.trim().is_empty() || text.trim().parse::<f64>().is_ok() || text.contains("0x");
            (!is_number).then_some((kind, beside.origin.raw))
        }
        (Type::String, Expr::Literal(Literal::Boolean(true))) => Some((kind, beside.origin.raw)),
        _ => None,
    })
}

/// A text that a context is compared with and never has.
struct Never<'part> {
    /// The context's name.
    name: String,
    literal: &'part str,
    /// What it can be.
    values: Vec<&'static str>,
}

impl Never<'_> {
    /// Says what to compare with instead.
    fn help(&self, op: &BinOp) -> String {
        let word = self.literal.trim_matches('\'');
        let is_event_name = self.name.eq_ignore_ascii_case("github.event_name");
        if is_event_name && word.eq_ignore_ascii_case(Event::WorkflowCall.name()) {
            return "it is the event that started the run: in a called workflow, that of the caller".to_owned();
        }
        if is_event_name && is_activity_type(word) {
            let op = if matches!(op, BinOp::Neq) { "!=" } else { "==" };
            return format!("`{word}` is an activity type: write `github.event.action {op} '{word}'`");
        }
        match closest(word, self.values.iter().copied()) {
            Some(near) => format!("did you mean '{near}'?"),
            None if self.values.len() <= MOST_VALUES => format!("it can be {}", self.values.join(", ")),
            None => "it is the name of an event, such as 'push' or 'pull_request'".to_owned(),
        }
    }
}

/// The most values that are listed.
const MOST_VALUES: usize = 6;

/// Finds a text beside a context whose values are all known and are others. GitHub compares texts without
/// regard to case.
fn never_has<'part>((lhs, rhs): (&'part SpannedExpr<'_>, &'part SpannedExpr<'_>)) -> Option<Never<'part>> {
    [(lhs, rhs), (rhs, lhs)].into_iter().find_map(|(side, beside)| {
        let Expr::Literal(Literal::String(text)) = &beside.inner else { return None };
        let used = context(side, 0)?;
        let lower = used.lower();
        let values = values(&lower.iter().map(String::as_str).collect::<Vec<_>>())?;
        let is_known = text.is_empty() || values.iter().any(|value| value.eq_ignore_ascii_case(text));
        (!is_known).then(|| Never { name: used.dotted(), literal: beside.origin.raw, values })
    })
}

fn advice(kind: &Type, literal: &str) -> String {
    let word = literal.trim_matches('\'').to_ascii_lowercase();
    match kind {
        Type::Boolean if matches!(word.as_str(), "true" | "false") => format!("write {word} without quotes"),
        Type::String => format!("put it in quotes: '{word}'"),
        Type::Any
        | Type::Null
        | Type::Boolean
        | Type::Number
        | Type::Array(_)
        | Type::Filtered(_)
        | Type::Object(_) => "values of different types are compared as numbers".to_owned(),
    }
}
