//! Places in text: byte spans inside, lines and columns outside.
//!
//! Inside the house a place is a range of bytes, which is exact and cheap. Only where a finding
//! leaves it becomes a line and a column, both counted from 1, columns in characters.

use std::ops::Range;

/// A range of bytes in one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
}

impl Span {
    /// Makes the span from `start` up to, and without, `end`; a reversed one becomes empty.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end: end.max(start) }
    }

    /// Tells whether the other span lies inside this one.
    pub fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Self::new(range.start, range.end)
    }
}

/// A line and a column, both counted from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// The bytes between two places where the characters before are counted once and for all.
const STRIDE: usize = 1 << 10;

/// The starts of a text's lines, which turn byte offsets into positions. A position costs the same
/// however long its line is.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<usize>,
    /// The characters before each multiple of [`STRIDE`].
    characters: Vec<usize>,
}

impl LineIndex {
    /// Finds the line starts of a text.
    pub fn new(text: &str) -> Self {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1));
        let mut total = 0;
        let counted = text.as_bytes().chunks(STRIDE).map(|chunk| {
            total += count(chunk);
            total
        });
        Self { starts, characters: std::iter::once(0).chain(counted).collect() }
    }

    /// Returns the position of a byte of the text this index was made from. An offset past the
    /// end gives the end; one inside a character gives that character.
    pub fn position(&self, text: &str, offset: usize) -> Position {
        let offset = offset.min(text.len());
        let line = self.number(offset);
        let start = self.start(line);
        let characters = if offset - start <= STRIDE {
            count(text.as_bytes().get(start..offset).unwrap_or_default())
        } else {
            self.before(text, offset) - self.before(text, start)
        };
        Position { line, column: 1 + characters }
    }

    /// Counts the characters that begin before a byte.
    fn before(&self, text: &str, offset: usize) -> usize {
        let stride = offset / STRIDE;
        let known = self.characters.get(stride).copied().unwrap_or(0);
        known + count(text.as_bytes().get(stride * STRIDE..offset).unwrap_or_default())
    }

    /// Returns the line of a byte, from 1.
    pub fn number(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset)
    }

    /// Returns the first byte of a line, from 1; of a line that does not exist, the start.
    pub fn start(&self, line: usize) -> usize {
        line.checked_sub(1).and_then(|at| self.starts.get(at)).copied().unwrap_or(0)
    }

    /// Returns the line break of the text's first line, and `\n` where there is none.
    pub fn line_break(&self, text: &str) -> &'static str {
        let second = self.starts.get(1).copied().unwrap_or(0);
        let first = text.get(..second).unwrap_or_default();
        if first.ends_with("\r\n") { "\r\n" } else { "\n" }
    }

    /// Returns the text of a line, from 1, without its line break.
    pub fn line<'text>(&self, text: &'text str, line: usize) -> &'text str {
        let start = line.checked_sub(1).and_then(|at| self.starts.get(at)).copied();
        let end = self.starts.get(line).copied().unwrap_or(text.len());
        let line = start.and_then(|start| text.get(start..end)).unwrap_or_default();
        line.trim_end_matches(['\n', '\r'])
    }
}

/// Counts the characters that begin in a part of a text.
fn count(bytes: &[u8]) -> usize {
    // Nearly all text is, and that is quick to tell.
    if bytes.is_ascii() {
        return bytes.len();
    }
    bytes.iter().filter(|byte| (**byte & 0xC0) != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let text = "a: ü\n  x: 漢字!";
        let index = LineIndex::new(text);
        let at = text.find('!').unwrap();
        assert_eq!(index.position(text, at), Position { line: 2, column: 8 });
        assert_eq!(index.position(text, 0), Position { line: 1, column: 1 });
        assert_eq!(index.position(text, 999), Position { line: 2, column: 9 });
        assert_eq!(index.line(text, 2), "  x: 漢字!");
        assert_eq!(index.line(text, 7), "");
    }
    #[test]
    fn columns_of_long_lines_count_characters_too() {
        let text = format!("x\n{}\n{}!", "aü漢".repeat(700), "é".repeat(3000));
        let index = LineIndex::new(&text);
        let mut expected = Position { line: 1, column: 1 };
        for (at, character) in text.char_indices() {
            assert_eq!(index.position(&text, at), expected, "{at}");
            expected = match character {
                '\n' => Position { line: expected.line + 1, column: 1 },
                _ => Position { column: expected.column + 1, ..expected },
            };
        }
    }
}
