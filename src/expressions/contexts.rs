//! The contexts that an expression reads, flattened to paths.

use std::borrow::Cow;
use std::ops::Range;

use super::{BinExpr, BinOp, Expr, Function, Literal, SpannedExpr, walk};

/// One reading of a context, such as `github.event.issue.title`.
#[derive(Clone, Debug)]
pub struct ContextUse<'file> {
    /// The parts, the context's name first.
    pub parts: Vec<Part<'file>>,
    /// The place of each part in the scalar's decoded value.
    pub ranges: Vec<Range<usize>>,
    /// The place of the whole in the scalar's decoded value.
    pub range: Range<usize>,
    /// Whether its text can become part of the result: `a` in `a || b`, but not in `a == b`.
    pub flows: bool,
    /// Whether another value stands in for it where it is empty: `a` in `a || b`, but not in `a == 1 || b`.
    pub has_fallback: bool,
}

/// A part of a context's path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part<'file> {
    /// A name, written `.name` or `['name']`.
    Name(Cow<'file, str>),
    /// All elements: `.*`.
    Star,
    /// An index that is a number.
    Number,
    /// An index that is computed at run time.
    Computed,
}

impl ContextUse<'_> {
    /// Returns the name of the context.
    pub fn root(&self) -> &str {
        self.name(0).unwrap_or_default()
    }

    /// Returns the name of a part, if it has one.
    pub fn name(&self, at: usize) -> Option<&str> {
        match self.parts.get(at)? {
            Part::Name(name) => Some(name),
            Part::Star | Part::Number | Part::Computed => None,
        }
    }

    /// Tells whether the context has this name, whatever the case.
    pub fn is(&self, root: &str) -> bool {
        self.root().eq_ignore_ascii_case(root)
    }

    /// Tells whether the names of the parts are these, whatever the case.
    pub fn is_path(&self, path: &[&str]) -> bool {
        self.parts.len() == path.len()
            && path
                .iter()
                .enumerate()
                .all(|(at, name)| self.name(at).is_some_and(|part| part.eq_ignore_ascii_case(name)))
    }

    /// Returns the parts in lower case, with `*` for those without a name.
    pub fn lower(&self) -> Vec<String> {
        let part = |part: &Part<'_>| match part {
            Part::Name(name) => name.to_ascii_lowercase(),
            Part::Star | Part::Number | Part::Computed => "*".to_owned(),
        };
        self.parts.iter().map(part).collect()
    }

    /// Returns the path with dots, as people write it.
    pub fn dotted(&self) -> String {
        let part = |part: &Part<'_>| match part {
            Part::Name(name) => name.clone().into_owned(),
            Part::Star | Part::Number | Part::Computed => "*".to_owned(),
        };
        self.parts.iter().map(part).collect::<Vec<_>>().join(".")
    }
}

/// Lists the contexts that an expression reads. `offset` is where it begins in its scalar.
pub(super) fn of<'file>(expression: &SpannedExpr<'file>, offset: usize) -> Vec<ContextUse<'file>> {
    let mut flowing = Vec::new();
    flows(expression, false, &mut flowing);
    flowing.sort_unstable();
    let mut found = Vec::new();
    walk(expression, &mut |part| {
        if let Some(mut context) = context(part, offset) {
            let start = part.origin.span.start;
            let flow = flowing.binary_search_by_key(&start, |(start, _)| *start).ok().and_then(|at| flowing.get(at));
            context.flows = flow.is_some();
            context.has_fallback = flow.is_some_and(|(_, has_fallback)| *has_fallback);
            found.push(context);
        }
    });
    found.sort_by_key(|context| (context.range.start, context.range.end));
    found
}

/// Returns the context that a part of an expression is, if it is one.
pub(super) fn context<'file>(part: &SpannedExpr<'file>, offset: usize) -> Option<ContextUse<'file>> {
    let Expr::Context(context) = &part.inner else { return None };
    let head = context.parts.first()?;
    // What follows a call or a group, as in `fromJSON(x).y`, is no context of its own.
    if !matches!(head.inner, Expr::Identifier(_)) {
        return None;
    }
    let place = |part: &SpannedExpr<'_>| offset + part.origin.span.start..offset + part.origin.span.end;
    Some(ContextUse {
        parts: context.parts.iter().map(name).collect(),
        ranges: context.parts.iter().map(place).collect(),
        range: place(part),
        flows: false,
        has_fallback: false,
    })
}

fn name<'file>(part: &SpannedExpr<'file>) -> Part<'file> {
    match &part.inner {
        Expr::Identifier(_) => Part::Name(Cow::Borrowed(part.origin.raw)),
        Expr::Star => Part::Star,
        Expr::Index(index) => match &index.inner {
            Expr::Literal(Literal::String(name)) => Part::Name(name.clone()),
            Expr::Literal(Literal::Number(_)) => Part::Number,
            Expr::Star => Part::Star,
            Expr::Literal(_)
            | Expr::Index(_)
            | Expr::Call(_)
            | Expr::Identifier(_)
            | Expr::Context(_)
            | Expr::BinExpr(_)
            | Expr::UnExpr { .. } => Part::Computed,
        },
        Expr::Literal(_) | Expr::Call(_) | Expr::Context(_) | Expr::BinExpr(_) | Expr::UnExpr { .. } => Part::Computed,
    }
}

/// Collects the starts of the contexts whose text can become part of the result, and whether another value stands in
/// for each.
fn flows(expression: &SpannedExpr<'_>, has_fallback: bool, found: &mut Vec<(usize, bool)>) {
    match &expression.inner {
        Expr::Context(context) => {
            found.push((expression.origin.span.start, has_fallback));
            if let Some(head) = context.parts.first().filter(|head| !matches!(head.inner, Expr::Identifier(_))) {
                flows(head, has_fallback, found);
            }
        }
        Expr::Call(call) => match call.func {
            Function::ToJSON | Function::FromJSON | Function::Format | Function::Join => {
                call.args.iter().for_each(|argument| flows(argument, false, found));
            }
            Function::Case => {
                let values = call.args.iter().skip(1).step_by(2).chain(call.args.last());
                values.for_each(|value| flows(value, has_fallback, found));
            }
            Function::Contains
            | Function::StartsWith
            | Function::EndsWith
            | Function::HashFiles
            | Function::Success
            | Function::Always
            | Function::Cancelled
            | Function::Failure => {}
        },
        Expr::BinExpr(BinExpr { lhs, op, rhs }) => match op {
            BinOp::And => flows(rhs, has_fallback, found),
            BinOp::Or => {
                flows(lhs, true, found);
                flows(rhs, has_fallback, found);
            }
            BinOp::Eq | BinOp::Neq | BinOp::Gt | BinOp::Ge | BinOp::Lt | BinOp::Le => {}
        },
        Expr::Literal(_) | Expr::Star | Expr::Identifier(_) | Expr::Index(_) | Expr::UnExpr { .. } => {}
    }
}
