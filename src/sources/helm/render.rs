//! From pieces and values to YAML, with the line that each line comes from.

use std::collections::BTreeMap;

use super::Rendered;
use super::evaluate::{Dot, Indent, Outcome, Seen, evaluate, plain};
use super::syntax::{Literal, Piece};
use super::values::{Values, is_true, yaml};
use crate::model::repository::UNKNOWN;

/// Stands for what is not known until the lines around it are.
pub(super) const MARK: char = '\u{E000}';

/// The bytes that a template may become.
const MOST_BYTES: usize = 1 << 20;

/// The pieces that a template may unfold to.
const MOST_PIECES: usize = 20_000;

/// How deep named bodies may include each other.
const DEEPEST: usize = 12;

/// The items that a body is repeated for.
const MOST_ITEMS: usize = 20;

/// Writes what templates become.
pub(super) struct Renderer<'chart> {
    values: &'chart Values,
    named: &'chart BTreeMap<&'chart str, &'chart [Piece]>,
    text: String,
    /// The line that each line comes from.
    lines: Vec<usize>,
    pieces: usize,
    depth: usize,
    /// The line of an include, which all its lines come from.
    within: Option<usize>,
}

impl<'chart> Renderer<'chart> {
    pub(super) fn new(values: &'chart Values, named: &'chart BTreeMap<&'chart str, &'chart [Piece]>) -> Self {
        Self { values, named, text: String::new(), lines: vec![1], pieces: 0, depth: 0, within: None }
    }

    /// Renders a template; text without pieces stays as it is.
    pub(super) fn rendered(mut self, source: &str, pieces: &[Piece]) -> Rendered {
        if !source.contains("{{") {
            let lines = (1..=source.matches('\n').count() + 1).collect();
            return Rendered { text: source.to_owned(), lines };
        }
        self.all(pieces, &Dot::Top);
        Rendered { text: marked(&self.text), lines: self.lines }
    }

    fn all(&mut self, pieces: &[Piece], dot: &Dot) {
        for piece in pieces {
            self.pieces += 1;
            if self.pieces > MOST_PIECES || self.text.len() > MOST_BYTES {
                return;
            }
            self.piece(piece, dot);
        }
    }

    fn piece(&mut self, piece: &Piece, dot: &Dot) {
        match piece {
            Piece::Text(Literal { text, line }) => self.push(text, *line, true),
            Piece::Put(expression, line) => self.put(expression, *line, dot),
            Piece::If(branches) => {
                if let Some(body) =
                    branches.iter().find(|(condition, body)| self.takes(condition.as_deref(), body, dot))
                {
                    self.all(&body.1, dot);
                }
            }
            Piece::With(about, body, otherwise) => match evaluate(about, dot, self.values).value() {
                Some(value) if !is_true(&value) && !is_object(body) => self.all(otherwise, dot),
                value => self.all(body, &Dot::Value(value)),
            },
            Piece::Range(about, body, otherwise) => match evaluate(about, dot, self.values).value() {
                Some(serde_json::Value::Array(items)) if !items.is_empty() => {
                    for item in items.into_iter().take(MOST_ITEMS) {
                        self.all(body, &Dot::Value(Some(item)));
                    }
                }
                Some(serde_json::Value::Object(entries)) if !entries.is_empty() => {
                    for (_, item) in entries.into_iter().take(MOST_ITEMS) {
                        self.all(body, &Dot::Value(Some(item)));
                    }
                }
                Some(_) if !is_object(body) => self.all(otherwise, dot),
                _ => self.all(body, &Dot::Value(None)),
            },
            Piece::Define(..) => {}
        }
    }

    /// Tells whether a branch comes out. What is not known is taken for true, and a whole object
    /// that a value switches on is there.
    fn takes(&self, condition: Option<&str>, body: &[Piece], dot: &Dot) -> bool {
        let value = condition.and_then(|condition| evaluate(condition, dot, self.values).value());
        value.is_none_or(|value| is_true(&value)) || is_object(body)
    }

    fn put(&mut self, expression: &str, line: usize, dot: &Dot) {
        let is_assignment = expression.starts_with('$') && expression.contains('=');
        if is_assignment {
            return;
        }
        match evaluate(expression, dot, self.values) {
            Outcome::Value(Some(value)) => self.push(&plain(&value), line, false),
            Outcome::Value(None) => self.push(&MARK.to_string(), line, false),
            Outcome::Yaml(value, indent) => {
                let mut lines = Vec::new();
                match &value {
                    Some(value) => yaml(value, 0, &mut lines),
                    None => lines.push(MARK.to_string()),
                }
                self.push(&moved(&lines, indent), line, false);
            }
            Outcome::Include(name, seen, indent) => self.include(&name, seen, (indent, line), dot),
        }
    }

    fn include(&mut self, name: &str, seen: Seen, (indent, line): (Option<Indent>, usize), dot: &Dot) {
        let body = self.named.get(name).filter(|_| self.depth < DEEPEST);
        let Some(body) = body.copied() else {
            return self.push(&moved(&[MARK.to_string()], indent), line, false);
        };
        let inner = match seen {
            Seen::Top => Dot::Top,
            Seen::Same => dot.clone(),
            Seen::Unknown => Dot::Value(None),
        };
        let mut own = Self::new(self.values, self.named);
        own.depth = self.depth + 1;
        own.pieces = self.pieces;
        own.within = Some(self.within.unwrap_or(line));
        own.all(body, &inner);
        self.pieces = own.pieces;
        let lines: Vec<String> = own.text.lines().map(str::to_owned).collect();
        self.push(&moved(&lines, indent), line, false);
    }

    /// Adds text. Its lines come from one line on, or all from that line.
    fn push(&mut self, text: &str, line: usize, counts: bool) {
        let line = self.within.unwrap_or(line);
        let counts = counts && self.within.is_none();
        for (at, part) in text.split('\n').enumerate() {
            let own = if counts { line + at } else { line };
            if at > 0 {
                self.text.push('\n');
                self.lines.push(own);
            }
            // Where nothing but blanks stands yet, the line is that of what comes.
            let begins = self.text.rsplit('\n').next().is_none_or(|line| line.trim().is_empty());
            if let Some(last) = self.lines.last_mut().filter(|_| begins && !part.is_empty()) {
                *last = own;
            }
            self.text.push_str(part);
        }
    }
}

/// Tells whether a body holds an object of its own.
fn is_object(body: &[Piece]) -> bool {
    body.iter().any(|piece| match piece {
        Piece::Text(Literal { text, .. }) => text.lines().any(|line| line.starts_with("kind:")),
        Piece::If(branches) => branches.iter().any(|(_, body)| is_object(body)),
        Piece::With(_, body, _) | Piece::Range(_, body, _) => is_object(body),
        Piece::Put(..) | Piece::Define(..) => false,
    })
}

fn moved(lines: &[String], indent: Option<Indent>) -> String {
    let Some(Indent { columns, on_new_line }) = indent else { return lines.join("\n") };
    let pad = " ".repeat(columns);
    let moved: Vec<String> = lines.iter().map(|line| format!("{pad}{line}")).collect();
    format!("{}{}", if on_new_line { "\n" } else { "" }, moved.join("\n"))
}

/// Puts a key, an item or a value in the place of each mark, as the lines around it ask for.
pub(super) fn marked(text: &str) -> String {
    if !text.contains(MARK) {
        return text.to_owned();
    }
    let lines: Vec<&str> = text.split('\n').collect();
    let mut marked = Vec::with_capacity(lines.len());
    for (at, line) in lines.iter().enumerate() {
        let is_mark = |character: char| character == MARK || character.is_whitespace();
        if !line.contains(MARK) || !line.chars().all(is_mark) {
            marked.push(line.replace(MARK, UNKNOWN));
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        let before = lines.get(..at).unwrap_or_default().iter().rev();
        let after = lines.get(at + 1..).unwrap_or_default().iter();
        let is_item = item_beside(before, indent) || item_beside(after, indent);
        let pad = " ".repeat(indent);
        marked.push(if is_item { format!("{pad}- {UNKNOWN}") } else { format!("{pad}{UNKNOWN}: {UNKNOWN}") });
    }
    marked.join("\n")
}

/// Tells whether the next line that is not deeper is an item of a list.
fn item_beside<'line>(lines: impl Iterator<Item = &'line &'line str>, indent: usize) -> bool {
    let full = lines.filter(|line| !line.trim().is_empty() && !line.contains(MARK));
    let mut near = full.filter(|line| line.len() - line.trim_start().len() <= indent);
    near.next()
        .is_some_and(|line| line.len() - line.trim_start().len() == indent && line.trim_start().starts_with("- "))
}
