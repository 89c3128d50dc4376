//! From a place in a scalar's decoded value back to the place in the file.
//!
//! The decoded value and the source are walked side by side. What differs between the two is
//! known for each style: quotes and escapes, indentation of blocks, and line breaks that fold.

use std::iter::Peekable;
use std::ops::Range;
use std::str::CharIndices;

use super::{Style, Text};
use crate::model::place::Span;

/// The decoded characters between two places where the walk can be taken up again.
const STRIDE: usize = 256;

/// Finds places in one scalar, as [`Text::locate`] does, but without a walk from the scalar's start
/// for each: it pays where many places of a long scalar are asked for.
#[derive(Debug)]
pub struct Locator<'source> {
    place: Span,
    /// Where the walk can be taken up, at every [`STRIDE`]th character.
    stops: Vec<Stop<'source>>,
}

/// A walk that has come so far.
#[derive(Clone, Debug)]
struct Stop<'raw> {
    walk: Walk<'raw>,
    /// The byte of the decoded value that comes next.
    index: usize,
    /// Where the last character ended, in the file.
    last_end: usize,
}

impl<'source> Locator<'source> {
    /// Walks through a scalar once.
    pub fn new(text: &Text, source: &'source str) -> Self {
        let mut stops = Vec::new();
        let mut next = Stop::first(text, source);
        for (count, (_, character)) in text.value.char_indices().enumerate() {
            let Some(stop) = &mut next else { break };
            if count % STRIDE == 0 {
                stops.push(stop.clone());
            }
            stop.step(character, text);
        }
        Self { place: text.span, stops }
    }

    /// Tells whether this is the locator of a scalar.
    pub fn is_of(&self, text: &Text) -> bool {
        self.place == text.span
    }

    /// Finds the span in the source of a range of the scalar's decoded value.
    pub fn locate(&self, text: &Text, range: Range<usize>) -> Span {
        let after = self.stops.partition_point(|stop| stop.index <= range.start);
        let stop = after.checked_sub(1).and_then(|at| self.stops.get(at)).cloned();
        stop.map_or(text.span, |stop| stop.locate(text, range))
    }
}

/// Finds the span in `source` of a range of `text`'s decoded value.
pub(super) fn locate(text: &Text, source: &str, range: Range<usize>) -> Span {
    let walked = || Stop::first(text, source).map_or(text.span, |stop| stop.locate(text, range.clone()));
    verbatim(text, source, &range).unwrap_or_else(walked)
}

/// Finds a range inside a line that stands in the source just as in the value, as most do; nothing where
/// that is not certain.
fn verbatim(text: &Text, source: &str, range: &Range<usize>) -> Option<Span> {
    let raw = source.get(text.span.start..text.span.end)?;
    let part = text.value.get(range.clone()).filter(|part| !part.is_empty() && !part.contains('\n'))?;
    let before = text.value.get(..range.start)?;
    let at = match text.style {
        Style::Plain => before.len(),
        Style::SingleQuoted | Style::DoubleQuoted => 1 + before.len(),
        Style::Literal => {
            let line = before.rfind('\n').map_or(0, |end| end + 1);
            let number = memchr::memchr_iter(b'\n', before.as_bytes()).count();
            let start = memchr::memchr_iter(b'\n', raw.as_bytes()).nth(number)? + 1;
            start + block_indent(raw, &text.value) + before.len() - line
        }
        Style::Folded => return None,
    };
    let is_same = match text.style {
        // A character on its own line is the same if all of the line before it is.
        Style::Literal => !raw.contains('\r') && raw.get(at..)?.starts_with(part),
        Style::Plain | Style::SingleQuoted | Style::DoubleQuoted | Style::Folded => {
            let whole = text.value.get(..range.end)?;
            raw.get(at - before.len()..)?.starts_with(whole) && !whole.contains(['\'', '"', '\\'])
        }
    };
    let start = text.span.start + at;
    is_same.then(|| Span::new(start, start + part.len()))
}

impl<'raw> Stop<'raw> {
    fn first(text: &Text, source: &'raw str) -> Option<Self> {
        let mut walk = Walk::new(text, source.get(text.span.start..text.span.end)?);
        let last_end = text.span.start + walk.at();
        Some(Self { walk, index: 0, last_end })
    }

    /// Goes one decoded character further; returns where that begins in the file.
    fn step(&mut self, character: char, text: &Text) -> usize {
        let (from, to) = self.walk.step(character);
        self.index += character.len_utf8();
        self.last_end = text.span.start + to;
        text.span.start + from
    }

    fn locate(mut self, text: &Text, range: Range<usize>) -> Span {
        let mut start = None;
        for character in text.value.get(self.index..).unwrap_or_default().chars() {
            let index = self.index;
            if index >= range.end {
                break;
            }
            let from = self.step(character, text);
            if index >= range.start && start.is_none() {
                start = Some(from);
            }
        }
        let start = start.unwrap_or(self.last_end);
        Span::new(start, self.last_end.min(text.span.end))
    }
}

#[derive(Clone, Debug)]
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

    /// Takes the next character; a carriage return that stands alone is a line break, too.
    fn next_character(&mut self) -> Option<(usize, char)> {
        let (at, character) = self.rest.next()?;
        let is_alone = character == '\r' && self.rest.peek().is_none_or(|(_, next)| *next != '\n');
        Some((at, if is_alone { '\n' } else { character }))
    }

    fn step_block(&mut self, decoded: char) -> (usize, usize) {
        let mut from = self.at();
        while let Some((at, character)) = self.next_character() {
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
        while let Some((at, character)) = self.next_character() {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_carriage_return_alone_breaks_a_line() {
        for (style, raw, value) in [
            (Style::Literal, "|\n  a\r  b\n", "a\nb\n"),
            (Style::Folded, ">\n  a\r  b\n", "a b\n"),
            (Style::Plain, "a\r   b", "a b"),
        ] {
            let source = format!("k: {raw}");
            let text = Text { value: value.to_owned(), span: Span::new(3, source.len()), style };
            let at = source.find('b').unwrap();
            assert_eq!(locate(&text, &source, 2..3), Span::new(at, at + 1), "{raw:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_locator_finds_what_a_walk_finds(lines in proptest::collection::vec("[aü漢'\"\\\\ ]{0,90}", 1..8)) {
            let value = lines.join("\n");
            for (style, raw) in [
                (Style::Literal, format!("|\n  {}\n", lines.join("\n  "))),
                (Style::DoubleQuoted, format!("\"{}\"", value.replace('\\', "\\\\").replace('\n', "\\n"))),
                (Style::SingleQuoted, format!("'{}'", value.replace('\'', "''").replace('\n', "\n\n"))),
            ] {
                let text = Text { value: value.clone(), span: Span::new(3, 3 + raw.len()), style };
                let source = format!("k: {raw}\n");
                let locator = Locator::new(&text, &source);
                for start in (0..value.len()).step_by(61) {
                    for range in [start..start + 5, start..start, start..value.len() + 9] {
                        assert_eq!(locator.locate(&text, range.clone()), locate(&text, &source, range));
                    }
                }
            }
        }
    }
}
