//! Finds the types in an expression, and what does not fit together.

mod access;
mod calls;
mod compare;
mod guards;

use std::collections::BTreeSet;
use std::ops::Range;

use super::scope::Scope;
use super::types::Type;
use super::{BinExpr, BinOp, Expr, Literal, Site, SpannedExpr};
use crate::model::workflow::{Event, Job};

/// What an expression yields, and what does not fit together in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inference {
    /// The type of the whole.
    pub whole: Type,
    /// What does not fit together, in no order.
    pub mismatches: Vec<Mismatch>,
}

/// Something in an expression that does not fit together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Where it is in the scalar's decoded value.
    pub range: Range<usize>,
    /// What kind of defect it is.
    pub kind: MismatchKind,
    /// What is wrong, for people.
    pub message: String,
    /// What to do, or what else there is to know.
    pub help: Option<String>,
    /// Whether another value stands in for it: `a` in `a || b`.
    pub has_fallback: bool,
    /// Whether a condition before it keeps it from being read on every event of the workflow, as in
    /// `github.event_name == 'push' && a` where no push starts it.
    pub is_guarded: bool,
    /// Whether the name is a mistake: nearly a known one, or in `github.event` one that no event has.
    pub is_mistake: bool,
}

/// The kinds of what does not fit together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MismatchKind {
    /// An object does not have a property.
    Property,
    /// No event that starts the workflow sends a property.
    Payload,
    /// A value is read, or handed to a function, as something that it is not.
    Type,
    /// A comparison that comes out the same whatever the values are.
    Comparison,
    /// An object, an array or null becomes a text.
    Text,
}

/// Finds the type of an expression, and what does not fit together in it.
pub fn infer(site: &Site<'_>, scope: &Scope<'_>) -> Inference {
    let mut inferrer = Inferrer::new(scope, site.job, site.range.start);
    let whole = site.expression().map_or(Type::Any, |expression| inferrer.of(expression));
    Inference { whole, mismatches: inferrer.mismatches }
}

/// Returns the type of an expression that stands outside jobs, or in a job's matrix.
pub(super) fn of_expression(expression: &SpannedExpr<'_>, scope: &Scope<'_>) -> Type {
    Inferrer::new(scope, None, 0).of(expression)
}

struct Inferrer<'run, 'file> {
    scope: &'run Scope<'file>,
    job: Option<&'run Job>,
    /// Where the expression begins in its scalar.
    offset: usize,
    /// Whether what is looked at stands left of `||`.
    has_fallback: bool,
    /// The events of the workflow on which what is looked at is read.
    events: Vec<Event>,
    /// Where values begin that a condition chooses: `b` in `a && b || c`. They are taken for true.
    chosen: BTreeSet<usize>,
    /// How often the name of the event was read so far.
    event_names: usize,
    mismatches: Vec<Mismatch>,
}

impl<'run, 'file> Inferrer<'run, 'file> {
    fn new(scope: &'run Scope<'file>, job: Option<&'run Job>, offset: usize) -> Self {
        let (events, chosen, mismatches) = (scope.started_by(), BTreeSet::new(), Vec::new());
        Self { scope, job, offset, has_fallback: false, events, chosen, event_names: 0, mismatches }
    }

    fn say(&mut self, kind: MismatchKind, part: &SpannedExpr<'_>, message: String) {
        let range = self.offset + part.origin.span.start..self.offset + part.origin.span.end;
        self.mismatches.push(Mismatch {
            range,
            kind,
            message,
            help: None,
            has_fallback: self.has_fallback,
            is_guarded: self.event_names > 0 && self.events.is_empty(),
            is_mistake: false,
        });
    }

    /// Says what to do about what was said last.
    fn help(&mut self, help: impl Into<String>) {
        if let Some(last) = self.mismatches.last_mut() {
            last.help = Some(help.into());
        }
    }

    fn of(&mut self, expression: &SpannedExpr<'_>) -> Type {
        match &expression.inner {
            Expr::Literal(Literal::Null) => Type::Null,
            Expr::Literal(Literal::Boolean(_)) => Type::Boolean,
            Expr::Literal(Literal::Number(_)) => Type::Number,
            Expr::Literal(Literal::String(_)) => Type::String,
            Expr::Call(call) => self.call(call),
            Expr::Context(context) => {
                self.event_names += usize::from(guards::is_event_name(expression));
                self.path(&context.parts)
            }
            Expr::BinExpr(BinExpr { lhs, op: BinOp::Or, rhs }) => self.either(lhs, rhs),
            Expr::BinExpr(BinExpr { lhs, op: BinOp::And, rhs }) => {
                let known = self.event_names;
                let left = self.of(lhs);
                left.or(self.where_holds(known, lhs, rhs))
            }
            Expr::BinExpr(BinExpr { lhs, op, rhs }) => self.compare(expression, (lhs, op, rhs)),
            Expr::UnExpr { expr, op: _ } => {
                self.of(expr);
                Type::Boolean
            }
            Expr::Star | Expr::Identifier(_) | Expr::Index(_) => Type::Any,
        }
    }

    /// Of `a || b` and `x && a || b`, the condition `x` is never the result where it is false.
    fn either(&mut self, left: &SpannedExpr<'_>, right: &SpannedExpr<'_>) -> Type {
        let known = self.event_names;
        let outer = std::mem::replace(&mut self.has_fallback, true);
        let kind = match &left.inner {
            Expr::BinExpr(BinExpr { lhs, op: BinOp::And, rhs }) => {
                self.of(lhs);
                let value = self.where_holds(known, lhs, rhs);
                if self.event_names > known && value != Type::Boolean {
                    self.chosen.insert(rhs.origin.span.start);
                }
                value
            }
            Expr::Literal(_)
            | Expr::Star
            | Expr::Call(_)
            | Expr::Identifier(_)
            | Expr::Index(_)
            | Expr::Context(_)
            | Expr::BinExpr(_)
            | Expr::UnExpr { .. } => self.of(left),
        };
        self.has_fallback = outer;
        let right = self.where_fails(known, left, right);
        // Null is false, so it gives way to what follows.
        if kind == Type::Null { right } else { kind.or(right) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::workflows;

    /// Infers a condition in a job with a matrix and inputs; returns its type and what is wrong.
    fn check(condition: &str) -> (Type, Vec<String>) {
        let text = format!(
            "on: {{workflow_dispatch: {{inputs: {{on: {{type: boolean}}, count: {{type: number}}}}}}, push: }}\njobs:\n  a:\n    \
             strategy: {{matrix: {{os: [{{id: 1}}, {{id: x, arch: arm}}], mixed: [1, x], list: [[1, 2]], vars: ['${{{{ vars.A }}}}']}}}}\n    \
             services: {{redis: {{image: redis}}}}\n    steps:\n      - {{run: x, if: \"{condition}\"}}\n"
        );
        let file = workflows::parse(".github/workflows/a.yml".to_owned(), text);
        let sites = crate::expressions::read(&file);
        let Inference { whole, mismatches } = infer(sites.last().unwrap(), &Scope::new(&file));
        (whole, mismatches.into_iter().map(|mismatch| mismatch.message).collect())
    }

    #[test]
    fn certain_types_are_known_and_others_are_any() {
        for (condition, kind) in [
            ("inputs.on", Type::Boolean),
            ("inputs.count", Type::Number),
            ("matrix.mixed", Type::Any),
            ("matrix.os.id", Type::Any),
            ("matrix.list[0]", Type::Number),
            ("matrix.vars", Type::String),
            ("github.ref || 'x'", Type::String),
            ("github.event.inputs.on", Type::Any),
            ("github.event.head_commit.message", Type::String),
            ("github.event.commits[0].distinct", Type::Boolean),
            ("github.event.commits.*.id", Type::Filtered(std::sync::Arc::new(Type::String))),
            ("fromJSON('[1]')[0]", Type::Number),
            ("!env.A", Type::Boolean),
            ("inputs.on && 'a' || 'b'", Type::String),
            ("inputs.on && 1", Type::Any),
            ("case(inputs.on, 1, 2)", Type::Number),
            ("job.services.redis.network", Type::String),
            ("strategy.job-index", Type::Number),
            ("needs.a.outputs.b", Type::String),
            ("steps.a.outcome", Type::String),
        ] {
            assert_eq!(check(condition), (kind, Vec::new()), "{condition}");
        }
    }

    #[test]
    fn what_cannot_fit_is_said() {
        for (condition, part) in [
            ("github.event == 'push'", "cannot be compared"),
            ("github.event != ''", "cannot be compared"),
            ("github.event.commits != ''", "cannot be compared"),
            ("github.event.head_commit != 'x'", "cannot be compared"),
            ("inputs.on > inputs.count", "cannot be compared"),
            ("github.ref.name", "a string has no properties"),
            ("github.event.commits.message", "an array has no properties"),
            ("github.event.commits.*.mesage", "has no `mesage`"),
            ("github.event.pull_request.number", "`github.event` has no `pull_request`"),
            ("env[inputs.on]", "the name of a property is a string"),
            ("env[0]", "the name of a property is a string"),
            ("matrix.list['a']", "the index of an array is a number"),
            ("matrix.os.ide", "`matrix.os` has no `ide`"),
            ("job.container.os", "`job.container` has no `os`"),
            ("fromJSON('{\\\"a\\\": 1}').b", "this object has no `b`"),
            ("startsWith(github.event, 'x')", "takes a string here"),
            ("contains(github.event, 'x')", "not an object"),
            ("contains(matrix.list, github.event)", "looks for a single value"),
            ("case(github.ref, 1, 2)", "must be a boolean"),
            ("join(github.event)", "joins the elements of an array"),
            ("format('{0}', github.event)", "becomes part of a text"),
            ("inputs.on == 'true'", "never equal"),
            ("github.ref == true", "never equal"),
            ("inputs.count == 'many'", "never equal"),
            ("github.ref.*", "has no elements"),
        ] {
            let (_, said) = check(condition);
            assert!(said.len() == 1 && said.iter().all(|message| message.contains(part)), "{condition}: {said:?}");
        }
    }

    #[test]
    fn what_may_fit_is_left_alone() {
        for condition in [
            "matrix.os == null",
            "matrix.mixed > 1",
            "matrix.os.arch == 'arm'",
            "env['A'] == 1",
            "github.event.number == ''",
            "github.event.head_commit != ''",
            "'' == github.event.head_commit.author",
            "inputs.on == '1'",
            "github.ref == false",
            "job.services.redis.ports[6379]",
            "job.services.redis.ports['6379']",
            "join(matrix.list)",
            "join(github.ref, '-')",
            "github.event.client_payload.x.y",
            "fromJSON(env.A).b.c",
            "contains(github.event.commits.*.id, github.sha)",
        ] {
            let said: Vec<String> =
                check(condition).1.into_iter().filter(|message| !message.contains("`github.event` has no")).collect();
            assert_eq!(said, Vec::<String>::new(), "{condition}");
        }
    }

    proptest::proptest! {
        #[test]
        fn inferring_never_panics_and_ranges_stay_inside(
            expression in "(github|event|matrix|os|inputs|on|env|steps|job|contains|format|fromJSON|case|join|toJSON|'a'|'\\[1\\]'|1|true|null|ü|[.*()\\[\\],!&|=<> ]){1,24}"
        ) {
            let text = format!("on: [push, workflow_dispatch]\nrun-name: |\n  ü ${{{{ {expression} }}}}\n");
            let file = workflows::parse(".github/workflows/a.yml".to_owned(), text);
            let scope = Scope::new(&file);
            for site in crate::expressions::read(&file) {
                for mismatch in infer(&site, &scope).mismatches {
                    assert!(site.text.value.get(mismatch.range).is_some());
                }
            }
        }
    }
}
