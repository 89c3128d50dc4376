//! Scripts without expressions, as programs that know nothing of GitHub can read them.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::model::place::Position;

/// A script in which text of the same length stands for every `${{ … }}`, so that every byte keeps
/// its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainScript {
    text: String,
    /// Where expressions were, in order.
    holes: Vec<Range<usize>>,
    /// Where lines start.
    starts: Vec<usize>,
    /// Whether an expression is the first thing on its line.
    commands: bool,
}

/// How many lines that a backslash joins are looked at in each direction.
const MOST_CONTINUED: usize = 50;

impl PlainScript {
    /// Puts a name where an expression is, the same one where the same expression stands again. It
    /// is a word to a shell, and it keeps an expression of several lines, which becomes one value,
    /// on one line.
    pub fn new(script: &str, expressions: impl IntoIterator<Item = Range<usize>>) -> Self {
        let mut text = String::with_capacity(script.len());
        let mut holes = Vec::new();
        let mut names: BTreeMap<&str, usize> = BTreeMap::new();
        for hole in expressions {
            // What is out of order or cuts through a character is no expression of this script.
            let (Some(before), Some(expression)) = (script.get(text.len()..hole.start), script.get(hole.clone()))
            else {
                continue;
            };
            text.push_str(before);
            let known = names.len();
            text.push_str(&name(*names.entry(expression).or_insert(known), expression.len()));
            holes.push(hole);
        }
        text.push_str(script.get(text.len()..).unwrap_or_default());
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let is_first = |hole: &Range<usize>| {
            let before = text.get(..hole.start).unwrap_or_default();
            before.trim_end_matches([' ', '\t']).chars().next_back().is_none_or(|last| last == '\n')
        };
        let commands = holes.iter().any(is_first);
        Self { text, holes, starts, commands }
    }

    /// Returns the text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the byte at a line and a column; what lies outside is at the end of its line, or of
    /// the script.
    pub fn offset(&self, position: Position) -> usize {
        let Some(start) = self.starts.get(position.line.saturating_sub(1)).copied() else {
            return self.text.len();
        };
        let line = self.text.get(start..).unwrap_or_default();
        let line = line.split_once('\n').map_or(line, |(line, _)| line);
        let column = position.column.saturating_sub(1);
        start + line.char_indices().nth(column).map_or(line.len(), |(at, _)| at)
    }

    /// Tells whether a range lies inside an expression.
    pub fn is_in_expression(&self, range: &Range<usize>) -> bool {
        self.hole_behind(range.start).is_some_and(|hole| hole.start <= range.start && range.end <= hole.end)
    }

    /// Tells whether a range touches an expression.
    pub fn touches_expression(&self, range: &Range<usize>) -> bool {
        self.hole_behind(range.start).is_some_and(|hole| hole.start < range.end)
    }

    /// Returns the first expression that does not end before a place.
    fn hole_behind(&self, place: usize) -> Option<&Range<usize>> {
        self.holes.get(self.holes.partition_point(|hole| hole.end <= place))
    }

    /// Tells whether an expression can be the start of a command, and so a keyword: it is the first
    /// thing on its line.
    pub fn has_expression_for_command(&self) -> bool {
        self.commands
    }

    /// Widens a range to whole lines, and over line breaks behind a backslash.
    pub fn lines_around(&self, range: &Range<usize>) -> Range<usize> {
        let mut first = self.starts.partition_point(|start| *start <= range.start).saturating_sub(1);
        let mut next = self.starts.partition_point(|start| *start <= range.end);
        let start = |line: usize| self.starts.get(line).copied();
        let is_continued = |next: usize| {
            let before = start(next).and_then(|start| self.text.get(..start));
            before.is_some_and(|before| before.ends_with("\\\n"))
        };
        for _ in 0..MOST_CONTINUED {
            first -= usize::from(is_continued(first));
            next += usize::from(is_continued(next));
        }
        let end = start(next).map_or(self.text.len(), |start| start - 1);
        start(first).unwrap_or_default()..end
    }

    /// Widens a range to the whole name that it begins in.
    pub fn name_at(&self, start: usize) -> Range<usize> {
        let is_part = |character: char| character.is_alphanumeric() || character == '_';
        let before = self.text.get(..start).unwrap_or_default();
        let after = self.text.get(start..).unwrap_or_default();
        let from = before.trim_end_matches(is_part).len();
        from..start + (after.len() - after.trim_start_matches(is_part).len())
    }
}

/// Makes the name of a length for an expression, from its number: underscores, then letters.
fn name(number: usize, length: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = number;
    while rest > 0 && letters.len() < length.saturating_sub(1) {
        letters.push(char::from(b'a' + u8::try_from(rest % 26).unwrap_or_default()));
        rest /= 26;
    }
    let underscores = std::iter::repeat_n('_', length - letters.len());
    underscores.chain(letters.into_iter().rev()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_become_words_of_the_same_length() {
        let plain = PlainScript::new("echo ${{ a }}ü${{\n'漢' }} x\nb", [5..13, 15..27]);
        assert_eq!(plain.text(), "echo ________ü___________b x\nb");
        assert_eq!(plain.offset(Position { line: 1, column: 14 }), 13);
        assert_eq!(plain.offset(Position { line: 1, column: 15 }), 15);
        assert_eq!(plain.offset(Position { line: 2, column: 1 }), 30);
        assert_eq!(plain.offset(Position { line: 2, column: 9 }), 31);
        assert_eq!(plain.offset(Position { line: 9, column: 1 }), 31);
        assert!(plain.is_in_expression(&(5..13)) && !plain.is_in_expression(&(5..14)));
        assert!(plain.touches_expression(&(12..14)) && !plain.touches_expression(&(13..15)));
        assert!(!plain.has_expression_for_command());
        assert!(PlainScript::new("a\n  ${{ b }}", std::iter::once(4..12)).has_expression_for_command());
        assert_eq!(plain.lines_around(&(16..17)), 0..29);
        assert_eq!(plain.name_at(20), 5..27);
        assert_eq!(PlainScript::new("a\nb \\\nc\nd", []).lines_around(&(6..6)), 2..7);
    }

    #[test]
    fn equal_expressions_become_equal_words() {
        let plain = PlainScript::new("${{a}}${{b}}${{a}}", [0..6, 6..12, 12..18]);
        assert_eq!(plain.text(), "___________b______");
        assert_eq!((name(0, 5), name(26 * 3 + 1, 5)), ("_____".to_owned(), "___db".to_owned()));
    }

    proptest::proptest! {
        #[test]
        fn every_place_lies_inside(script in "[a-c ü漢\n]{0,40}", line in 0_usize..9, column in 0_usize..50) {
            let plain = PlainScript::new(&script, [0..1, 3..7, 5..9]);
            assert_eq!(plain.text().len(), script.len());
            assert!(plain.text().is_char_boundary(plain.offset(Position { line, column })));
        }
    }
}
