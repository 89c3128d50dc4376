//! Expressions: texts, lists and objects, and the calls in them.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::functions::{method_at, separator};
use super::tokens::{Kind, Part, Token};
use super::value::{Said, Value};
use super::walk::{Frame, Walk};
use crate::model::repository::join;

impl Walk<'_> {
    /// Goes through an expression, and returns what it comes to and where it ends. It always ends
    /// behind where it began, but at a bracket or a sign that ends what is around it.
    pub(super) fn expression(&mut self, frame: &mut Frame, at: usize, end: usize) -> (Value, usize) {
        self.whole(frame, at, end, false)
    }

    /// Goes through an expression that a function returns.
    pub(super) fn returned(&mut self, frame: &mut Frame, at: usize, end: usize) -> (Value, usize) {
        self.whole(frame, at, end, true)
    }

    fn whole(&mut self, frame: &mut Frame, at: usize, end: usize, is_returned: bool) -> (Value, usize) {
        if at >= end || !self.goes_on() {
            return (Value::unknown(""), end);
        }
        if let Some(found) = Self::function_at(frame, at, end) {
            return found;
        }
        self.depth += 1;
        let asked = frame.asks;
        frame.asks |= is_returned;
        let found = self.chain(frame, at, end);
        frame.asks = asked;
        self.depth -= 1;
        found
    }

    /// Goes through what operators join.
    fn chain(&mut self, frame: &mut Frame, at: usize, end: usize) -> (Value, usize) {
        let (mut value, mut next) = self.sum(frame, at, end);
        while next < end {
            let tokens = Rc::clone(&frame.tokens);
            let Some(token) = tokens.all.get(next) else { break };
            match &token.kind {
                Kind::Sign("||" | "??" | "||=" | "??=") => {
                    let (right, after) = self.sum(frame, next + 1, end);
                    (value, next) = (either(value, right), after);
                }
                Kind::Sign("&&") => (value, next) = self.sum(frame, next + 1, end),
                Kind::Sign("?") => {
                    let (first, after) = self.expression(frame, next + 1, end);
                    let colon = tokens.all.get(after).is_some_and(|token| token.is(":"));
                    let (second, after) = self.expression(frame, after + usize::from(colon), end);
                    // Of two ways the last one counts, where anything is known of it.
                    (value, next) = (second.or(first), after);
                }
                Kind::Sign("=" | "+=") => {
                    let (right, after) = self.expression(frame, next + 1, end);
                    let sum = token.is("+=").then(|| added(&value, &right));
                    value = sum.unwrap_or(right);
                    self.store(frame, at, next, &value);
                    next = after;
                }
                Kind::Name(name) if matches!(name.as_str(), "as" | "satisfies") && !token.is_first => {
                    next = behind_type(frame, next + 1, end);
                }
                Kind::Name(name) if matches!(name.as_str(), "instanceof" | "in") => {
                    next = self.sum(frame, next + 1, end).1;
                    value = Value::unknown("");
                }
                Kind::Sign(
                    "===" | "!==" | "==" | "!=" | "<" | ">" | "<=" | ">=" | "-" | "*" | "/" | "%" | "**" | "&" | "|"
                    | "^" | "<<" | ">>" | ">>>" | "-=" | "*=" | "&&=",
                ) => {
                    next = self.sum(frame, next + 1, end).1;
                    value = Value::unknown("");
                }
                Kind::Name(_) | Kind::Text(_) | Kind::Template(_) | Kind::Other | Kind::Sign(_) => break,
            }
        }
        (value, next)
    }

    /// Stores what is assigned to a name, or given out by `exports.name = …`.
    fn store(&mut self, frame: &Frame, start: usize, end: usize, value: &Value) {
        let names: Vec<&str> =
            frame.tokens.all.get(start..end).unwrap_or_default().iter().filter_map(Token::name).collect();
        match names.as_slice() {
            ["module", "exports"] => {
                self.give(frame.file, "default", value.clone());
                for (name, value) in value.fields() {
                    self.give(frame.file, name, value.clone());
                }
            }
            ["module", "exports", name] | ["exports", name] => self.give(frame.file, name, value.clone()),
            [name] if end == start + 1 => self.assign(frame.scope, name, value.clone()),
            _ => {}
        }
    }

    /// Goes through what `+` joins.
    fn sum(&mut self, frame: &mut Frame, at: usize, end: usize) -> (Value, usize) {
        let (mut value, mut next) = self.single(frame, at, end);
        while next < end && frame.tokens.all.get(next).is_some_and(|token| token.is("+")) {
            let (right, after) = self.single(frame, next + 1, end);
            (value, next) = (added(&value, &right), after);
        }
        (value, next)
    }

    /// Goes through an operand with the operators in front of it.
    fn single(&mut self, frame: &mut Frame, at: usize, end: usize) -> (Value, usize) {
        let mut at = at;
        while let Some(token) = frame.tokens.all.get(at).filter(|_| at < end) {
            let is_sign = matches!(token.kind, Kind::Sign("!" | "-" | "+" | "~" | "++" | "--"));
            let is_word =
                ["await", "yield", "void", "typeof", "delete", "new", "throw"].iter().any(|word| token.is_name(word));
            if !is_sign && !is_word {
                break;
            }
            at += 1;
        }
        if at >= end || !self.goes_on() {
            return (Value::unknown(""), at.min(end));
        }
        if let Some(found) = Self::function_at(frame, at, end) {
            return found;
        }
        self.depth += 1;
        let (value, next) = self.primary(frame, at, end);
        let found = self.behind(frame, value, at..next, end);
        self.depth -= 1;
        found
    }

    fn primary(&mut self, frame: &mut Frame, at: usize, end: usize) -> (Value, usize) {
        let tokens = Rc::clone(&frame.tokens);
        let Some(token) = tokens.all.get(at) else { return (Value::unknown(""), end) };
        let place = Some((frame.file, token.line));
        let close = tokens.closed.get(&at).copied().unwrap_or(end);
        match &token.kind {
            Kind::Text(text) => (Value::Text(Said { text: text.clone(), place }), at + 1),
            Kind::Template(parts) => {
                let text = self.template(frame, parts, Value::within);
                (Value::Text(Said { text, place }), at + 1)
            }
            Kind::Name(name) if matches!(name.as_str(), "true" | "false") => (Value::text(name.clone()), at + 1),
            Kind::Name(name) if matches!(name.as_str(), "null" | "undefined") => (Value::unknown(""), at + 1),
            Kind::Name(name) => (self.get(frame.scope, name), at + 1),
            Kind::Sign("(") => {
                let mut value = Value::unknown("");
                for part in self.list(frame, at + 1, close) {
                    value = part;
                }
                (value, close + 1)
            }
            Kind::Sign("[") => (Value::List(self.list(frame, at + 1, close)), close + 1),
            Kind::Sign("{") => (self.object(frame, at + 1, close), close + 1),
            Kind::Sign(")" | "]" | "}" | ";" | "," | ":") => (Value::unknown(""), at),
            Kind::Other | Kind::Sign(_) => (Value::unknown(""), at + 1),
        }
    }

    /// Puts a template text together.
    pub(super) fn template(&mut self, frame: &Frame, parts: &[Part], show: impl Fn(&Value) -> String) -> String {
        let mut text = String::new();
        for part in parts {
            let tokens = match part {
                Part::Text(plain) => {
                    text.push_str(plain);
                    None
                }
                Part::Code(at) => frame.tokens.inner.get(*at).map(Rc::clone),
            };
            if let Some(tokens) = tokens {
                let end = tokens.all.len();
                let mut inner = Frame { tokens, returned: None, ..frame.clone() };
                text.push_str(&show(&self.expression(&mut inner, 0, end).0));
            }
        }
        text
    }

    /// Goes through values with commas between.
    pub(super) fn list(&mut self, frame: &mut Frame, start: usize, end: usize) -> Vec<Value> {
        let (mut found, mut at) = (Vec::new(), start);
        while at < end {
            let spread = frame.tokens.all.get(at).is_some_and(|token| token.is("..."));
            let begin = at + usize::from(spread);
            let (value, next) = self.expression(frame, begin, end);
            match value.items().filter(|_| spread) {
                Some(all) => found.extend(all.to_vec()),
                None if next == begin => {}
                None => found.push(value),
            }
            at = next.max(at + 1);
            if next < end && !frame.tokens.all.get(next).is_some_and(|token| token.is(",")) {
                // What cannot be read is left out, up to the next comma.
                at = separator(&frame.tokens, at, end);
            }
            at += usize::from(frame.tokens.all.get(at).is_some_and(|token| token.is(",")));
        }
        found
    }

    fn object(&mut self, frame: &mut Frame, start: usize, end: usize) -> Value {
        let (mut found, mut at) = (BTreeMap::new(), start);
        while at < end {
            let tokens = Rc::clone(&frame.tokens);
            let token = |at: usize| tokens.all.get(at).filter(|_| at < end);
            let skipped = usize::from(
                token(at).is_some_and(|token| token.is_name("async"))
                    && token(at + 1).is_some_and(|next| next.name().is_some()),
            );
            let key = at + skipped;
            let name = token(key).and_then(|token| match &token.kind {
                Kind::Name(name) | Kind::Text(name) => Some(name.clone()),
                Kind::Template(_) | Kind::Other | Kind::Sign(_) => None,
            });
            let next = match (name, token(key + 1)) {
                (Some(name), Some(colon)) if colon.is(":") => {
                    let (value, next) = self.expression(frame, key + 2, end);
                    found.insert(name, value);
                    next
                }
                (Some(name), Some(open)) if open.is("(") => match method_at(frame, key + 1) {
                    Some((value, next)) => {
                        found.insert(name, value);
                        next
                    }
                    None => key + 1,
                },
                (Some(name), _) => {
                    let value = self.get(frame.scope, &name);
                    found.insert(name, value);
                    key + 1
                }
                (None, _) if token(at).is_some_and(|token| token.is("...")) => {
                    let (value, next) = self.expression(frame, at + 1, end);
                    found.extend(value.fields().map(|(name, value)| (name.clone(), value.clone())));
                    next
                }
                (None, _) => at,
            };
            at = separator(&tokens, next.max(at), end) + 1;
        }
        Value::Record(Rc::new(found))
    }

    /// Returns what stands behind a dot.
    pub(super) fn member(&self, value: &Value, name: &str) -> Value {
        match value {
            Value::Record(all) => all.get(name).cloned().unwrap_or_else(|| Value::unknown(name)),
            Value::File(file) => {
                let given = self.files.get(*file).and_then(|file| file.gives.get(name));
                // A file of CommonJS gives out all of it as its default.
                given.cloned().unwrap_or_else(|| if name == "default" { value.clone() } else { Value::unknown(name) })
            }
            Value::Import(import) if matches!(import.name.as_str(), "*" | "default") => {
                Value::import(&import.package, name)
            }
            // `$.sync` is `$` in another way.
            Value::Import(import) if import.name == "$" => value.clone(),
            Value::Unknown(_) | Value::Text(_) | Value::List(_) | Value::Function(_) | Value::Import(_) => {
                Value::unknown(name)
            }
        }
    }
}

/// Returns what `left || right` comes to: the first, unless it is nothing.
fn either(left: Value, right: Value) -> Value {
    let is_nothing = matches!(&left, Value::Unknown(name) if name.is_empty());
    if is_nothing { right } else { left }
}

fn added(left: &Value, right: &Value) -> Value {
    let place = [left, right].into_iter().find_map(|value| value.said()?.place);
    if left.is_known() || right.is_known() {
        return Value::Text(Said { text: left.within() + &right.within(), place });
    }
    Value::unknown("")
}

fn behind_type(frame: &Frame, start: usize, end: usize) -> usize {
    let mut at = start;
    while let Some(token) = frame.tokens.all.get(at).filter(|token| at < end && !(token.is_first && at > start)) {
        let stands = token.name().is_some()
            || matches!(token.kind, Kind::Text(_) | Kind::Sign("." | "[" | "{" | "<" | ">" | "|" | "&"));
        if !stands {
            break;
        }
        at = frame.tokens.closed.get(&at).map_or(at, |close| *close) + 1;
    }
    at
}

/// Joins parts of a path; one that is absolute begins anew.
pub(super) fn path_of(parts: &[Value]) -> Option<Value> {
    let root = "$GITHUB_WORKSPACE";
    let (mut text, mut place) = (String::new(), None);
    for part in parts {
        let said = part.word();
        place = place.or(said.place);
        if said.text.starts_with(['/', '$']) {
            text = said.text;
        } else if !text.is_empty() {
            text = format!("{text}/{}", said.text);
        } else {
            text = said.text;
        }
    }
    let text = match text.strip_prefix(root).filter(|rest| !rest.contains('$')) {
        Some(inside) => format!("{root}/{}", join("", inside)?),
        None => text,
    };
    Some(Value::Text(Said { text, place }))
}
