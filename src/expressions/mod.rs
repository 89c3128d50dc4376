//! The expressions of a file: every `${{ … }}` and every bare `if`, read once.
//!
//! A site knows its scalar, its place inside the decoded value, and the key it stands under, which
//! decides what it may use. The syntax is read by the crate `github-actions-expressions`.

mod contexts;
mod fault;
mod infer;
mod literals;
mod place;
mod read;
mod scan;
mod scope;
mod types;
mod unfenced;

use std::ops::Range;

pub use contexts::{ContextUse, Part};
pub use github_actions_expressions::call::{Call, Function};
pub use github_actions_expressions::literal::Literal;
pub use github_actions_expressions::op::{BinExpr, BinOp, UnOp};
pub use github_actions_expressions::{Evaluation, Expr, SpannedExpr};
pub use infer::{Inference, Mismatch, MismatchKind, infer};
pub use read::read;
pub use scan::ranges;
pub use scope::Scope;
pub use types::{Object, Type};
pub use unfenced::meant;

use crate::knowledge::contexts::Key;
use crate::model::workflow::{Job, Step};
use crate::model::yaml::Text;

/// The longest expression that GitHub takes, in UTF-16 units: `MaxLength` of the runner's
/// `ExpressionConstants`. It also bounds how deep a chain of operators nests.
const MOST_CHARACTERS: usize = 21_000;

/// Tells whether an expression is longer than GitHub takes.
fn is_too_long(source: &str) -> bool {
    source.len() > MOST_CHARACTERS && source.encode_utf16().nth(MOST_CHARACTERS).is_some()
}

/// An expression and where it stands.
#[derive(Debug)]
pub struct Site<'file> {
    /// The position among the file's expressions.
    pub index: usize,
    /// The scalar that holds it.
    pub text: &'file Text,
    /// The expression inside the scalar's decoded value, without `${{` and `}}`.
    pub range: Range<usize>,
    /// The same with `${{` and `}}`; equal to `range` for a bare `if`.
    pub outer: Range<usize>,
    /// What the key it stands under allows.
    pub key: Key,
    /// The names of the keys from the top to the scalar, with `-` for an item of a list.
    pub path: Vec<&'file str>,
    /// The job it belongs to.
    pub job: Option<&'file Job>,
    /// The step it belongs to.
    pub step: Option<&'file Step>,
    /// The position of its step, or of the group of its step, among the job's or action's steps.
    pub step_index: Option<usize>,
    /// Whether it stands in a mapping's key instead of its value.
    pub is_key: bool,
    /// The expression, or what is wrong with it.
    pub parsed: Result<SpannedExpr<'file>, Fault>,
    /// The contexts it reads, in source order.
    pub contexts: Vec<ContextUse<'file>>,
}

/// Why an expression cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What kind of defect it is.
    pub kind: FaultKind,
    /// Where it is in the scalar's decoded value.
    pub range: Range<usize>,
    /// What is wrong, for people.
    pub message: String,
    /// What to do, if it is known.
    pub help: Option<String>,
}

/// The kinds of defects of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// It is no expression.
    Syntax,
    /// A function does not exist.
    UnknownFunction,
    /// A function gets the wrong number of arguments.
    Arity,
}

impl<'file> Site<'file> {
    /// Returns the expression as written, without `${{` and `}}`.
    pub fn source(&self) -> &'file str {
        self.text.value.get(self.range.clone()).unwrap_or_default()
    }

    /// Returns the range in the scalar's decoded value of a part of the expression.
    pub fn range_of(&self, part: &SpannedExpr<'_>) -> Range<usize> {
        let offset = self.range.start;
        offset + part.origin.span.start..offset + part.origin.span.end
    }

    /// Returns the expression, if it can be read.
    pub fn expression(&self) -> Option<&SpannedExpr<'file>> {
        self.parsed.as_ref().ok()
    }

    /// Calls `visit` for every function call, outermost first.
    pub fn calls<'site>(&'site self, visit: &mut impl FnMut(&'site SpannedExpr<'file>, &'site Call<'file>)) {
        if let Some(expression) = self.expression() {
            calls(expression, visit);
        }
    }

    /// Calls `visit` for the expression and every part of it, outermost first.
    pub fn walk<'site>(&'site self, visit: &mut impl FnMut(&'site SpannedExpr<'file>)) {
        if let Some(expression) = self.expression() {
            walk(expression, visit);
        }
    }
}

fn calls<'site, 'file>(
    expression: &'site SpannedExpr<'file>,
    visit: &mut impl FnMut(&'site SpannedExpr<'file>, &'site Call<'file>),
) {
    walk(expression, &mut |part| {
        if let Expr::Call(call) = &part.inner {
            visit(part, call);
        }
    });
}

/// Calls `visit` for an expression and every part of it, outermost first.
pub fn walk<'site, 'file>(expression: &'site SpannedExpr<'file>, visit: &mut impl FnMut(&'site SpannedExpr<'file>)) {
    visit(expression);
    match &expression.inner {
        Expr::Call(call) => call.args.iter().for_each(|argument| walk(argument, visit)),
        Expr::Index(index) => walk(index, visit),
        Expr::Context(context) => context.parts.iter().for_each(|part| walk(part, visit)),
        Expr::BinExpr(BinExpr { lhs, rhs, op: _ }) => {
            walk(lhs, visit);
            walk(rhs, visit);
        }
        Expr::UnExpr { expr, op: _ } => walk(expr, visit),
        Expr::Literal(_) | Expr::Star | Expr::Identifier(_) => {}
    }
}
