//! From a place in a scalar's decoded value back to the place in the file.
//!
//! The decoded value and the source are walked side by side. What differs between the two is
//! known for each style: quotes and escapes, indentation of blocks, and line breaks that fold.

use std::iter::Peekable;
use std::ops::Range;
use std::str::CharIndices;

use super::{Style, Text};
use crate::model::place::Span;

/// Finds the span in `source` of a range of `text`'s decoded value.
pub(super) fn locate(text: &Text, source: &str, range: Range<usize>) -> Span {
    let Some(raw) = source.get(text.span.start..text.span.end) else { return text.span };
    let mut walk = Walk::new(text, raw);
    let mut start = None;
    let mut last_end = text.span.start + walk.at();
    for (index, character) in text.value.char_indices() {
        if index >= range.end {
            break;
        }
        let (from, to) = walk.step(character);
        if index >= range.start && start.is_none() {
            start = Some(text.span.start + from);
        }
        last_end = text.span.start + to;
    }
    let start = start.unwrap_or(last_end);
    Span::new(start, last_end.min(text.span.end))
}

struct Walk<'raw> {
    raw: &'raw str,
    rest: Peekable<CharIndices<'raw>>,
    style: Style,
    /// The indentation of a block scalar's lines, in bytes.
    indent: usize,
    /// Whether the last character consumed in a flow scalar was a line break that folded away.
    in_breaks: bool,
}

impl<'raw> Walk<'raw> {
    fn new(text: &Text, raw: &'raw str) -> Self {
        let mut walk =
            Self { raw, rest: raw.char_indices().peekable(), style: text.style, indent: 0, in_breaks: false };
        match text.style {
            Style::Plain => {}
            Style::SingleQuoted | Style::DoubleQuoted => {
                walk.rest.next();
            }
            Style::Literal | Style::Folded => {
                while walk.rest.next().is_some_and(|(_, character)| character != '\n') {}
                walk.indent = block_indent(raw, &text.value);
                walk.skip_indent();
            }
        }
        walk
    }

    fn at(&mut self) -> usize {
        self.rest.peek().map_or(self.raw.len(), |(at, _)| *at)
    }

    /// Consumes the source of one decoded character and returns its range in the raw text.
    fn step(&mut self, decoded: char) -> (usize, usize) {
        match self.style {
            Style::Literal | Style::Folded => self.step_block(decoded),
            Style::Plain | Style::SingleQuoted | Style::DoubleQuoted => self.step_flow(decoded),
        }
    }

    fn step_block(&mut self, decoded: char) -> (usize, usize) {
        let mut from = self.at();
        while let Some((at, character)) = self.rest.next() {
            from = at;
            let matches = character == decoded || (character == '\n' && decoded == ' ');
            if character == '\n' {
                self.skip_indent();
            }
            if matches {
                return (from, from + character.len_utf8());
            }
        }
        (from, from)
    }

    fn skip_indent(&mut self) {
        for _ in 0..self.indent {
            if self.rest.next_if(|(_, character)| *character == ' ').is_none() {
                break;
            }
        }
    }

    fn step_flow(&mut self, decoded: char) -> (usize, usize) {
        let mut from = self.at();
        while let Some((at, character)) = self.rest.next() {
            from = at;
            match (self.style, character) {
                (Style::DoubleQuoted, '\\') if self.skip_escape() => return (from, self.at()),
                (Style::DoubleQuoted, '\\') => {}
                (Style::SingleQuoted, '\'') => {
                    self.rest.next_if(|(_, next)| *next == '\'');
                    return (from, self.at());
                }
                (_, '\n') if decoded == ' ' => return (from, self.fold()),
                // Of several line breaks in a row the first one folds away.
                (_, '\n') if decoded == '\n' && self.in_breaks => return (from, at + 1),
                (_, '\n') => self.in_breaks = true,
                (_, character) if character == decoded && !self.ends_line(character) => {
                    self.in_breaks = false;
                    return (from, from + character.len_utf8());
                }
                _ => {}
            }
        }
        (from, from)
    }

    /// Consumes what folds into one blank behind a line break; returns the end of the break.
    fn fold(&mut self) -> usize {
        let end = self.at();
        self.skip_blanks();
        end
    }

    /// Consumes an escape behind its backslash; tells whether it stands for a character.
    fn skip_escape(&mut self) -> bool {
        match self.rest.next().map(|(_, character)| character) {
            Some('\n' | '\r') => {
                self.skip_blanks();
                false
            }
            Some('x') => self.skip_digits(2),
            Some('u') => self.skip_digits(4),
            Some('U') => self.skip_digits(8),
            Some(_) => true,
            None => false,
        }
    }

    fn skip_digits(&mut self, count: usize) -> bool {
        for _ in 0..count {
            self.rest.next_if(|(_, character)| character.is_ascii_hexdigit());
        }
        true
    }

    fn skip_blanks(&mut self) {
        while self.rest.next_if(|(_, character)| matches!(character, ' ' | '\t' | '\n' | '\r')).is_some() {}
    }

    /// Tells whether a blank that was just consumed is only the end of its line.
    fn ends_line(&mut self, character: char) -> bool {
        if !matches!(character, ' ' | '\t') {
            return matches!(character, '\n' | '\r');
        }
        let rest = self.raw.get(self.at()..).unwrap_or_default();
        rest.trim_start_matches([' ', '\t']).starts_with(['\n', '\r'])
    }
}

/// Finds the indentation that a block scalar's lines have in the source and not in the value.
fn block_indent(raw: &str, value: &str) -> usize {
    let spaces = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let source = raw.lines().skip(1).find(|line| !line.trim().is_empty());
    let decoded = value.lines().find(|line| !line.trim().is_empty());
    match (source, decoded) {
        (Some(source), Some(decoded)) => spaces(source).saturating_sub(spaces(decoded)),
        _ => 0,
    }
}
