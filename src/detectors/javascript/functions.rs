//! Functions of a program: where they stand, what they are given, and their calls.

use std::ops::Range;
use std::rc::Rc;

use super::tokens::{Kind, Token, Tokens};
use super::value::{Function, Value};
use super::walk::{Frame, Walk, asks};

/// How deep calls of functions may go.
const DEEPEST_CALLS: usize = 12;

/// How far the type of what a function returns is looked through.
const LONGEST_TYPE: usize = 40;

impl Walk<'_> {
    /// Reads a function that stands at a place, and returns where it ends.
    pub(super) fn function_at(frame: &Frame, at: usize, end: usize) -> Option<(Value, usize)> {
        let tokens = &frame.tokens;
        let token = |at: usize| tokens.all.get(at).filter(|_| at < end);
        let is_async =
            token(at)?.is_name("async") && token(at + 1).is_some_and(|next| next.is("(") || next.name().is_some());
        let at = at + usize::from(is_async);
        let first = token(at)?;
        if first.is_name("function") {
            let open = (at + 1..end.min(at + LONGEST_TYPE)).find(|at| token(*at).is_some_and(|token| token.is("(")))?;
            return method_at(frame, open);
        }
        let (parameters, behind) = if first.is("(") {
            let close = *tokens.closed.get(&at)?;
            (at + 1..close, close + 1)
        } else {
            first.name()?;
            (at..at + 1, at + 1)
        };
        let arrow = if token(behind)?.is("=>") {
            behind
        } else {
            (token(behind)?.is(":") && first.is("(")).then(|| arrow_behind_type(tokens, behind, end))??
        };
        let (body, next, is_block) = match token(arrow + 1) {
            Some(open) if open.is("{") => {
                let close = *tokens.closed.get(&(arrow + 1))?;
                (arrow + 2..close, close + 1, true)
            }
            _ => {
                let stop = skip_expression(tokens, arrow + 1, end);
                (arrow + 1..stop, stop, false)
            }
        };
        Some((made(frame, parameters, body, is_block), next))
    }

    /// Calls a function; nothing is returned by one that is being called already.
    pub(super) fn call(&mut self, function: &Function, arguments: &[Value], this: Option<Value>) -> Value {
        let key = (function.file, function.body.start);
        if self.calls.contains(&key) || self.calls.len() >= DEEPEST_CALLS || !self.goes_on() {
            return Value::unknown("");
        }
        let scope = self.scope(function.scope);
        if let Some(this) = this {
            self.set(scope, "this", this);
        }
        let asks = asks(&function.tokens, function.body.start, function.body.end);
        let tokens = Rc::clone(&function.tokens);
        let mut frame = Frame { file: function.file, tokens, scope, returned: None, asks, gives: false };
        self.calls.push(key);
        self.depth += 1;
        self.parameters(&mut frame, function.parameters.clone(), arguments);
        let value = if function.is_block {
            self.block(&mut frame, function.body.start, function.body.end);
            frame.returned.take()
        } else {
            Some(self.returned(&mut frame, function.body.start, function.body.end).0)
        };
        self.depth -= 1;
        self.calls.pop();
        value.unwrap_or_else(|| Value::unknown(""))
    }

    fn parameters(&mut self, frame: &mut Frame, range: Range<usize>, arguments: &[Value]) {
        let mut given = arguments.iter();
        let mut at = range.start;
        while at < range.end {
            let next = separator(&frame.tokens, at, range.end);
            if frame.tokens.all.get(at).is_some_and(|token| token.is("...")) {
                let rest = Value::List(given.by_ref().cloned().collect());
                self.bind(frame, at + 1, next, Some(rest));
            } else {
                let value = given.next().cloned();
                self.bind(frame, at, next, value);
            }
            at = next + 1;
        }
    }

    /// Binds the names of a pattern, which may have a type and a default.
    pub(super) fn bind(&mut self, frame: &mut Frame, at: usize, end: usize, value: Option<Value>) {
        let tokens = Rc::clone(&frame.tokens);
        let token = |at: usize| tokens.all.get(at).filter(|_| at < end);
        let mut at = at;
        // `private name: string` in a constructor.
        while token(at).and_then(Token::name).is_some() && token(at + 1).and_then(Token::name).is_some() {
            at += 1;
        }
        let Some(first) = token(at) else { return };
        let close = tokens.closed.get(&at).copied();
        let behind = close.unwrap_or(at) + 1;
        let assigned = (behind..end).find(|at| token(*at).is_some_and(|token| token.is("=")));
        let value = match (value, assigned) {
            (Some(value), _) => value,
            (None, Some(assigned)) => self.expression(frame, assigned + 1, end).0,
            (None, None) => Value::unknown(first.name().unwrap_or_default()),
        };
        match (&first.kind, close) {
            (Kind::Name(name), _) => self.declare(frame, name, value),
            (Kind::Sign("{"), Some(close)) => self.bind_fields(frame, at + 1, close, &value),
            (Kind::Sign("["), Some(close)) => {
                let (mut item, mut index) = (at + 1, 0);
                while item < close {
                    let next = separator(&tokens, item, close);
                    let own = value.items().and_then(|all| all.get(index).cloned());
                    self.bind(frame, item, next, own);
                    (item, index) = (next + 1, index + 1);
                }
            }
            _ => {}
        }
    }

    fn bind_fields(&mut self, frame: &mut Frame, start: usize, end: usize, value: &Value) {
        let mut at = start;
        while at < end {
            let tokens = Rc::clone(&frame.tokens);
            let next = separator(&tokens, at, end);
            if let Some(name) = tokens.all.get(at).and_then(Token::name) {
                let own = self.member(value, name);
                let is_missing = matches!(value, Value::Record(_)) && !own.is_known();
                let own = Some(own).filter(|_| !is_missing);
                let is_renamed = tokens.all.get(at + 1).is_some_and(|token| token.is(":"));
                self.bind(frame, at + 2 * usize::from(is_renamed), next, own);
            }
            at = next + 1;
        }
    }

    /// Sets a name that is declared, and gives it out where the declaration says so.
    pub(super) fn declare(&mut self, frame: &Frame, name: &str, value: Value) {
        if frame.gives {
            self.give(frame.file, name, value.clone().named(name));
        }
        self.set(frame.scope, name, value);
    }
}

/// Reads a function from its parameters on.
pub(super) fn method_at(frame: &Frame, open: usize) -> Option<(Value, usize)> {
    let tokens = &frame.tokens;
    let close = *tokens.closed.get(&open)?;
    let mut at = close + 1;
    let is_typed = tokens.all.get(at)?.is(":");
    // Braces in a type are an object's; those behind it the body.
    while !tokens.all.get(at)?.is("{") || is_typed && is_in_type(tokens.all.get(at.checked_sub(1)?)?) {
        (at <= close + LONGEST_TYPE).then_some(())?;
        is_typed.then_some(())?;
        at = tokens.closed.get(&at).map_or(at, |close| *close) + 1;
    }
    let end = *tokens.closed.get(&at)?;
    Some((made(frame, open + 1..close, at + 1..end, true), end + 1))
}

fn is_in_type(before: &Token) -> bool {
    [":", "<", "|", "&", ",", "=>"].iter().any(|sign| before.is(sign))
}

fn made(frame: &Frame, parameters: Range<usize>, body: Range<usize>, is_block: bool) -> Value {
    let tokens = Rc::clone(&frame.tokens);
    Value::Function(Rc::new(Function { file: frame.file, tokens, parameters, body, is_block, scope: frame.scope }))
}

/// Finds `=>` behind the type of what an arrow function returns.
fn arrow_behind_type(tokens: &Tokens, start: usize, end: usize) -> Option<usize> {
    let mut at = start + 1;
    while at < end.min(start + LONGEST_TYPE) {
        let token = tokens.all.get(at)?;
        if token.is("=>") {
            return Some(at);
        }
        let may_stand = token.name().is_some()
            || matches!(token.kind, Kind::Text(_) | Kind::Sign("<" | ">" | ">>" | "|" | "&" | "." | "[" | "{" | ","));
        may_stand.then_some(())?;
        at = tokens.closed.get(&at).map_or(at, |close| *close) + 1;
    }
    None
}

/// Returns where a part of a list ends: at a comma, types in angle brackets aside, or at the end.
pub(super) fn separator(tokens: &Tokens, start: usize, end: usize) -> usize {
    let (mut at, mut angles, mut has_default) = (start, 0_usize, false);
    while at < end {
        match tokens.all.get(at).map(|token| &token.kind) {
            Some(Kind::Sign("=")) => has_default = true,
            Some(Kind::Sign("<")) if !has_default => angles += 1,
            Some(Kind::Sign(">")) if !has_default => angles = angles.saturating_sub(1),
            Some(Kind::Sign(",")) if angles == 0 => return at,
            _ => {}
        }
        at = tokens.closed.get(&at).map_or(at, |close| *close) + 1;
    }
    end
}

/// Returns where an expression ends, without looking into it.
pub(super) fn skip_expression(tokens: &Tokens, start: usize, end: usize) -> usize {
    let mut at = start;
    while at < end {
        let Some(token) = tokens.all.get(at) else { return end };
        let before = at.checked_sub(1).and_then(|before| tokens.all.get(before));
        let goes_on = matches!(token.kind, Kind::Sign(sign) if !matches!(sign, "{" | "(" | "[" | "!" | "@"))
            || before.is_some_and(|before| matches!(before.kind, Kind::Sign(sign) if !matches!(sign, ")" | "]" | "}")));
        if matches!(token.kind, Kind::Sign("," | ";" | ")" | "]" | "}")) || at > start && token.is_first && !goes_on {
            return at;
        }
        at = tokens.closed.get(&at).map_or(at, |close| *close) + 1;
    }
    end
}
