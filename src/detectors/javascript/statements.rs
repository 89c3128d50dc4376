//! Statements: declarations, branches and loops, each gone through in the order of the text.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::functions::{method_at, skip_expression};
use super::tokens::{Kind, Token, Tokens};
use super::value::Value;
use super::walk::{Frame, Walk};

/// How often the body of a loop is gone through.
const MOST_ROUNDS: usize = 16;

impl Walk<'_> {
    /// Goes through statements.
    pub(super) fn block(&mut self, frame: &mut Frame, start: usize, end: usize) {
        if !self.goes_on() {
            return;
        }
        self.depth += 1;
        self.hoist(frame, start, end);
        let mut at = start;
        while at < end && self.goes_on() {
            frame.gives = false;
            at = self.statement(frame, at, end).max(at + 1);
        }
        self.depth -= 1;
    }

    /// Declares the functions and classes of a block, which may be used before they stand there.
    fn hoist(&mut self, frame: &mut Frame, start: usize, end: usize) {
        let tokens = Rc::clone(&frame.tokens);
        let mut at = start;
        while at < end {
            let Some(token) = tokens.all.get(at) else { return };
            let name = |at: usize| tokens.all.get(at).and_then(Token::name);
            let star = usize::from(tokens.all.get(at + 1).is_some_and(|next| next.is("*")));
            let value = match token.name() {
                Some("function") => Self::function_at(frame, at, end).map(|(value, _)| value),
                Some("class") => Self::class(frame, at, end).map(|(value, _)| value),
                _ => None,
            };
            if let (Some(value), Some(own)) = (value, name(at + 1 + star)) {
                let before: Vec<&str> = (at.saturating_sub(3).max(start)..at).filter_map(name).collect();
                self.set(frame.scope, own, value.clone());
                frame.gives = before.contains(&"export");
                let given = ["default"].into_iter().find(|word| before.contains(word)).unwrap_or(own);
                self.give_declared(frame, given, value);
            }
            at = tokens.closed.get(&at).map_or(at, |close| *close) + 1;
        }
    }

    fn give_declared(&mut self, frame: &Frame, name: &str, value: Value) {
        if frame.gives {
            self.give(frame.file, name, value);
        }
    }

    /// Goes through a statement, and returns where the next one begins.
    fn statement(&mut self, frame: &mut Frame, at: usize, end: usize) -> usize {
        let tokens = Rc::clone(&frame.tokens);
        let token = |at: usize| tokens.all.get(at).filter(|_| at < end);
        let Some(first) = token(at) else { return end };
        if first.is("{") {
            let close = tokens.closed.get(&at).copied().unwrap_or(end);
            self.inner(frame, at + 1, close);
            return close + 1;
        }
        let second = token(at + 1);
        match first.name().unwrap_or_default() {
            "import" if !second.is_some_and(|next| next.is("(") || next.is(".")) => self.import(frame, at, end),
            "export" => {
                let next = self.export(frame, at, end);
                if frame.gives { self.declarations(frame, next + 1, end) } else { next }
            }
            "async" if second.is_some_and(|next| next.is_name("function")) => at + 1,
            "function" if second.is_some_and(|next| next.name().is_some() || next.is("*")) => {
                Self::function_at(frame, at, end).map_or(at + 1, |(_, next)| next)
            }
            "class" => Self::class(frame, at, end).map_or(at + 1, |(_, next)| next),
            "const" | "let" | "var" => self.declarations(frame, at + 1, end),
            "if" => self.condition(frame, at, end),
            "for" => self.rounds(frame, at, end),
            "try" => self.attempt(frame, at, end),
            "return" => self.returning(frame, at, end),
            "interface" if second.is_some_and(|next| next.name().is_some()) => behind_braces(&tokens, at, end),
            "type" if second.is_some_and(|next| next.name().is_some()) => skip_expression(&tokens, at, end),
            "else" | "do" | "finally" | "catch" | "case" | "default" | "break" | "continue" | "declare" | "while"
            | "switch" => at + 1,
            _ => self.expression(frame, at, end).1,
        }
    }

    /// Goes through a block with names of its own.
    fn inner(&mut self, frame: &mut Frame, start: usize, end: usize) {
        let around = frame.scope;
        frame.scope = self.scope(around);
        self.block(frame, start, end);
        frame.scope = around;
    }

    fn declarations(&mut self, frame: &mut Frame, start: usize, end: usize) -> usize {
        let mut at = start;
        let gives = frame.gives;
        loop {
            let tokens = Rc::clone(&frame.tokens);
            let behind = tokens.closed.get(&at).map_or(at, |close| *close) + 1;
            let next = behind_type(&tokens, behind, end);
            if !tokens.all.get(next).is_some_and(|token| token.is("=")) {
                self.bind(frame, at, behind, None);
                return next;
            }
            let (value, after) = self.expression(frame, next + 1, end);
            frame.gives = gives;
            self.bind(frame, at, behind, Some(value));
            if !tokens.all.get(after).is_some_and(|token| token.is(",")) || after >= end {
                return after;
            }
            at = after + 1;
        }
    }

    fn condition(&mut self, frame: &mut Frame, at: usize, end: usize) -> usize {
        let tokens = Rc::clone(&frame.tokens);
        let Some(close) = tokens.closed.get(&(at + 1)).copied() else { return at + 1 };
        // What is done where a file is the program itself is not done where it is imported.
        if frame.file > 0 && asks_for_main(tokens.all.get(at + 2..close).unwrap_or_default()) {
            let block = tokens
                .closed
                .get(&(close + 1))
                .filter(|_| tokens.all.get(close + 1).is_some_and(|token| token.is("{")));
            return block.map_or_else(|| skip_expression(&tokens, close + 1, end), |block| block + 1);
        }
        self.list(frame, at + 2, close);
        close + 1
    }

    fn rounds(&mut self, frame: &mut Frame, at: usize, end: usize) -> usize {
        let tokens = Rc::clone(&frame.tokens);
        let open = at + 1 + usize::from(tokens.all.get(at + 1).is_some_and(|token| token.is_name("await")));
        let Some(close) = tokens.closed.get(&open).copied() else { return at + 1 };
        let of = (open + 1..close).find(|at| tokens.all.get(*at).is_some_and(|token| token.is_name("of")));
        let is_block = tokens.all.get(close + 1).is_some_and(|token| token.is("{"));
        let body_end = if is_block {
            tokens.closed.get(&(close + 1)).copied().unwrap_or(end)
        } else {
            skip_expression(&tokens, close + 1, end)
        };
        let Some(of) = of else {
            self.inner(frame, open + 1, close);
            return close + 1;
        };
        let list = self.expression(frame, of + 1, close).0;
        let items: Option<Vec<_>> = list.items().map(|all| all.iter().take(MOST_ROUNDS).cloned().map(Some).collect());
        let items = items.unwrap_or_else(|| vec![None]);
        let around = frame.scope;
        for item in items {
            frame.scope = self.scope(around);
            self.bind(frame, open + 2, of, item);
            self.block(frame, close + 1 + usize::from(is_block), body_end);
            frame.scope = around;
        }
        body_end + usize::from(is_block)
    }

    fn attempt(&mut self, frame: &mut Frame, at: usize, end: usize) -> usize {
        let tokens = Rc::clone(&frame.tokens);
        let Some(close) = tokens.closed.get(&(at + 1)).copied() else { return at + 1 };
        let caught = caught(&tokens, close + 1);
        self.caught += usize::from(caught);
        self.inner(frame, at + 2, close);
        self.caught -= usize::from(caught);
        (close + 1).min(end)
    }

    fn returning(&mut self, frame: &mut Frame, at: usize, end: usize) -> usize {
        let is_empty = frame.tokens.all.get(at + 1).is_none_or(|next| next.is_first || next.is(";") || next.is("}"));
        if is_empty || at + 1 >= end {
            return at + 1;
        }
        let (value, next) = self.returned(frame, at + 1, end);
        if value.is_known() || frame.returned.is_none() {
            frame.returned = Some(value);
        }
        next
    }

    /// Reads a class as its methods.
    fn class(frame: &Frame, at: usize, end: usize) -> Option<(Value, usize)> {
        let tokens = Rc::clone(&frame.tokens);
        let open = (at + 1..end.min(at + 20)).find(|at| tokens.all.get(*at).is_some_and(|token| token.is("{")))?;
        let close = *tokens.closed.get(&open)?;
        let (mut methods, mut member) = (BTreeMap::new(), open + 1);
        while member < close {
            let name = tokens.all.get(member).and_then(Token::name);
            let is_called = tokens.all.get(member + 1).is_some_and(|next| next.is("("));
            let method = name.filter(|_| is_called).and_then(|name| Some((name, method_at(frame, member + 1)?)));
            if let Some((name, (value, next))) = method {
                methods.insert(name.to_owned(), value);
                member = next;
            } else {
                member = tokens.closed.get(&member).map_or(member, |close| *close) + 1;
            }
        }
        Some((Value::Record(Rc::new(methods)), close + 1))
    }
}

/// Tells whether `catch` behind `try` goes on as if nothing had been.
fn caught(tokens: &Tokens, at: usize) -> bool {
    if !tokens.all.get(at).is_some_and(|token| token.is_name("catch")) {
        return false;
    }
    let open = (at + 1..at + 6).find(|at| tokens.all.get(*at).is_some_and(|token| token.is("{")));
    let block = open.and_then(|open| tokens.all.get(open..*tokens.closed.get(&open)?)).unwrap_or_default();
    let fails = ["throw", "exit", "exitCode", "reject", "setFailed", "fail", "abort"];
    !block.iter().any(|token| token.name().is_some_and(|name| fails.contains(&name)))
}

/// Tells whether a condition asks whether the file is the program itself.
fn asks_for_main(condition: &[Token]) -> bool {
    let has = |word: &str| condition.iter().any(|token| token.is_name(word));
    let names_file = has("meta") || has("__filename") || has("fileURLToPath");
    has("main") && (has("meta") || has("require")) || has("argv") && names_file
}

/// Returns where the value of a declaration begins behind its type.
fn behind_type(tokens: &Tokens, start: usize, end: usize) -> usize {
    let is_typed = tokens.all.get(start).is_some_and(|token| token.is(":"));
    let mut at = start;
    while at < end && is_typed && !tokens.all.get(at).is_some_and(|token| token.is("=") || token.is(";")) {
        at = tokens.closed.get(&at).map_or(at, |close| *close) + 1;
    }
    at
}

fn behind_braces(tokens: &Tokens, at: usize, end: usize) -> usize {
    let open = (at..end).find(|at| tokens.all.get(*at).is_some_and(|token| matches!(token.kind, Kind::Sign("{"))));
    open.and_then(|open| tokens.closed.get(&open)).map_or(end, |close| close + 1)
}
