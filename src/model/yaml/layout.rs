//! Changes to a file that keep its layout: indentation, comments, quotes and line breaks.
//!
//! Each returns what is written instead of which bytes, or nothing where the file is written in a
//! way that cannot be changed without a person: flow mappings, aliases, and what shares a line.

use super::{Entry, Node, Style, Value};
use crate::model::place::Span;

/// What is written instead of which bytes, in order of place.
pub type Draft = Vec<(Span, String)>;

/// A file's text, to be changed.
#[derive(Clone, Copy, Debug)]
pub struct Layout<'file> {
    text: &'file str,
}

impl<'file> Layout<'file> {
    /// Takes the text that nodes were read from.
    pub fn new(text: &'file str) -> Self {
        Self { text }
    }

    /// Writes another word in place of a scalar, in the same quotes. The word must need none.
    pub fn replace_word(self, scalar: Span, word: &str) -> Option<Draft> {
        let written = self.get(scalar.start, scalar.end);
        let span = match written.chars().next()? {
            quote @ ('\'' | '"') => {
                let is_whole = written.len() >= 2 && written.ends_with(quote);
                is_whole.then(|| Span::new(scalar.start + 1, scalar.end - 1))?
            }
            '|' | '>' | '*' => return None,
            _ => scalar,
        };
        (!written.contains('\n')).then(|| vec![(span, word.to_owned())])
    }

    /// Takes the quotes of a scalar away. What is in them must need none.
    pub fn take_quotes(self, scalar: Span) -> Option<Draft> {
        let written = self.get(scalar.start, scalar.end);
        let quote = written.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
        let is_whole = written.len() > 2 && written.ends_with(quote) && !written.contains(['\\', '\n']);
        let at = |start: usize| (Span::new(start, start + 1), String::new());
        is_whole.then(|| vec![at(scalar.start), at(scalar.end - 1)])
    }

    /// Adds lines behind an entry of a block mapping, indented as its key is, and behind the comments
    /// below it that are indented deeper, since they belong to it.
    pub fn add_behind(self, mapping: &Node, entry: &Entry, lines: &[&str]) -> Option<Draft> {
        let indent = self.indentation(mapping, entry)?;
        let end = self.behind_comments(self.line_end_behind(entry)?, indent.len());
        let text = lines.iter().map(|line| format!("\n{indent}{line}")).collect::<Vec<_>>().concat();
        Some(vec![(Span::new(end, end), text)])
    }

    /// Adds lines to a block mapping that is an entry's value, behind its last entry.
    pub fn add_inside(self, entry: &Entry, lines: &[&str]) -> Option<Draft> {
        let (first, last) = (entry.value.entries().first()?, entry.value.entries().last()?);
        // An anchor, a tag, or a brace between the two makes it another thing than it looks like.
        let between = self.get(entry.key.span.end, first.key.span.start);
        let is_bare = between.lines().enumerate().all(|(at, line)| {
            let line = if at == 0 { line.trim_start().strip_prefix(':').unwrap_or("!") } else { line };
            line.trim_start().is_empty() || line.trim_start().starts_with('#')
        });
        if entry.value.alias.is_some() || !is_bare {
            return None;
        }
        self.add_behind(&entry.value, last, lines)
    }

    /// Adds a paragraph to the top mapping in front of one of its entries, and of the comments that
    /// stand right above that.
    pub fn add_section(self, top: &Node, entry: &Entry, lines: &[&str]) -> Option<Draft> {
        if !self.indentation(top, entry)?.is_empty() {
            return None;
        }
        let mut at = entry.key.span.start;
        while at > 0 && self.line(self.line_start(at - 1)).starts_with('#') {
            at = self.line_start(at - 1);
        }
        let follows_blank = at == 0 || self.line(self.line_start(at - 1)).trim().is_empty();
        let gap = if follows_blank { "\n" } else { "" };
        Some(vec![(Span::new(at, at), format!("{}\n{gap}", lines.join("\n")))])
    }

    /// Adds a comment behind a scalar, if nothing but another comment stands there.
    pub fn add_comment(self, scalar: Span, comment: &str) -> Option<(Span, String)> {
        self.rest_is_blank(scalar.end)?;
        Some((Span::new(scalar.end, scalar.end), format!(" # {comment}")))
    }

    /// Removes an entry of a block mapping that has others, with the lines it stands on.
    pub fn remove_entry(self, mapping: &Node, entry: &Entry) -> Option<Draft> {
        let indent = self.indentation(mapping, entry)?;
        let start = self.line_start(entry.key.span.start);
        if mapping.entries().len() < 2 || start + indent.len() != entry.key.span.start || self.shares_dash(entry) {
            return None;
        }
        Some(vec![(Span::new(start, self.behind_break(self.line_end_behind(entry)?)), String::new())])
    }

    /// Removes an item of a sequence that has others: a line of a block, or a part of a line.
    pub fn remove_item(self, sequence: &Node, index: usize) -> Option<Draft> {
        let item = sequence.items().get(index)?;
        if sequence.alias.is_some() || sequence.items().len() < 2 {
            return None;
        }
        let place = item.place();
        if self.get(sequence.span.start, sequence.span.end).starts_with('[') {
            let span = match index.checked_sub(1).and_then(|before| sequence.items().get(before)) {
                Some(before) => Span::new(before.place().end, place.end),
                None => Span::new(place.start, sequence.items().get(1)?.place().start),
            };
            let is_plain = !self.get(span.start, span.end).contains(['#', '&']);
            return is_plain.then(|| vec![(span, String::new())]);
        }
        let start = self.line_start(place.start);
        let is_alone = self.get(start, place.start).trim() == "-" && !self.line(start).contains('&');
        let end = self.rest_is_blank(self.end_of(item)?)?;
        is_alone.then(|| vec![(Span::new(start, self.behind_break(end)), String::new())])
    }

    /// Removes a comment: its line where it stands alone, else itself and the blanks before it.
    pub fn remove_comment(self, comment: Span) -> Draft {
        let start = self.line_start(comment.start);
        let before = self.get(start, comment.start);
        let span = if before.trim().is_empty() {
            Span::new(start, self.behind_break(self.line_end(comment.end)))
        } else {
            Span::new(start + before.trim_end().len(), comment.end)
        };
        vec![(span, String::new())]
    }

    fn get(self, start: usize, end: usize) -> &'file str {
        self.text.get(start..end).unwrap_or_default()
    }

    fn line_start(self, at: usize) -> usize {
        self.get(0, at).rfind('\n').map_or(0, |at| at + 1)
    }

    /// Returns where a line ends, without its break.
    fn line_end(self, at: usize) -> usize {
        at + self.line(at).len()
    }

    /// Returns the rest of the line from a byte on, without its break.
    fn line(self, at: usize) -> &'file str {
        let rest = self.text.get(at..).unwrap_or_default();
        let line = rest.split('\n').next().unwrap_or_default();
        line.strip_suffix('\r').unwrap_or(line)
    }

    /// Returns the byte behind a line's break, given the end of the line.
    fn behind_break(self, end: usize) -> usize {
        let rest = self.text.get(end..).unwrap_or_default();
        end + if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) }
    }

    /// Returns the blanks that stand before the keys of a block mapping.
    fn indentation(self, mapping: &Node, entry: &Entry) -> Option<String> {
        let start = self.line_start(entry.key.span.start);
        let before = self.get(start, entry.key.span.start);
        let is_block = !self.get(mapping.span.start, mapping.span.end).starts_with('{');
        let is_plain = before.bytes().all(|byte| matches!(byte, b' ' | b'-'));
        (is_block && is_plain && mapping.alias.is_none()).then(|| " ".repeat(before.len()))
    }

    /// Returns the end of the last of the comments that follow the end of a line, each on a line of its own
    /// and indented deeper than a mapping's keys.
    fn behind_comments(self, mut end: usize, indent: usize) -> usize {
        loop {
            let start = self.behind_break(end);
            let line = self.line(start);
            let comment = line.trim_start_matches(' ');
            if start == end || !comment.starts_with('#') || line.len() - comment.len() <= indent {
                return end;
            }
            end = self.line_end(start);
        }
    }

    /// Tells whether an entry stands on the line of the dash of its list's item.
    fn shares_dash(self, entry: &Entry) -> bool {
        self.get(self.line_start(entry.key.span.start), entry.key.span.start).contains('-')
    }

    /// Returns the end of the line that an entry's value ends on, if nothing else stands there.
    fn line_end_behind(self, entry: &Entry) -> Option<usize> {
        let end = match &entry.value.value {
            Value::Scalar(text) if text.span.start == text.span.end && entry.value.alias.is_none() => {
                let colon = self.line(entry.key.span.end);
                let blanks = colon.len() - colon.trim_start().len();
                colon.trim_start().starts_with(':').then_some(entry.key.span.end + blanks + 1)
            }
            Value::Scalar(_) | Value::Sequence(_) | Value::Mapping(_) => self.end_of(&entry.value),
        };
        self.rest_is_blank(end?)
    }

    /// Returns the end of the line if nothing but a comment stands behind a byte.
    fn rest_is_blank(self, at: usize) -> Option<usize> {
        let rest = self.line(at);
        let is_blank = rest.trim().is_empty() || (rest.starts_with([' ', '\t']) && rest.trim_start().starts_with('#'));
        is_blank.then(|| self.line_end(at))
    }

    /// Returns where a node ends, unless what is added behind it could become a part of it.
    fn end_of(self, node: &Node) -> Option<usize> {
        if let Some(alias) = node.alias {
            return Some(alias.end);
        }
        let is_flow = self.get(node.span.start, node.span.end).starts_with(['[', '{']);
        match &node.value {
            Value::Scalar(text) if text.span.start == text.span.end => None,
            Value::Scalar(text) if matches!(text.style, Style::Literal | Style::Folded) => {
                // A block that keeps its last line breaks ends where the next key begins.
                let header = self.line(text.span.start);
                (!header.split('#').next().unwrap_or_default().contains('+')).then_some(text.span.end)
            }
            Value::Scalar(text) => Some(text.span.end),
            Value::Sequence(_) | Value::Mapping(_) if is_flow => Some(node.span.end),
            Value::Sequence(items) => self.end_of(items.last()?),
            Value::Mapping(entries) => {
                let last = entries.last()?;
                let is_empty = matches!(&last.value.value, Value::Scalar(text) if text.span.start == text.span.end);
                if is_empty { self.line_end_behind(last) } else { self.end_of(&last.value) }
            }
        }
    }
}
