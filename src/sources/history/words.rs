//! Texts that many fields have in common, kept once.

#[expect(
    clippy::disallowed_types,
    reason = "texts are looked up and never gone through, so their order is never seen"
)]
use std::collections::HashSet;

use crate::model::history::{Cell, Word};

/// The texts of some rows: a column says the same again and again.
#[derive(Default)]
pub(super) struct Words {
    #[expect(clippy::disallowed_types, reason = "as above")]
    known: HashSet<Word>,
    /// What each column held last.
    last: Vec<Option<Word>>,
}

impl Words {
    /// Makes the cell of a field; `column` is where it stands in its row.
    pub(super) fn cell(&mut self, column: usize, field: &[u8]) -> Cell {
        if field.is_empty() {
            return Cell::Empty;
        }
        if self.last.len() <= column {
            self.last.resize(column + 1, None);
        }
        if let Some(Some(last)) = self.last.get(column)
            && last.as_bytes() == field
        {
            return Cell::Text(last.clone());
        }
        let word = self.word(&String::from_utf8_lossy(field));
        if let Some(last) = self.last.get_mut(column) {
            *last = Some(word.clone());
        }
        Cell::Text(word)
    }

    fn word(&mut self, text: &str) -> Word {
        if let Some(known) = self.known.get(text) {
            return known.clone();
        }
        let new = Word::new(text);
        self.known.insert(new.clone());
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_is_kept_once() {
        let mut words = Words::default();
        let mut pointer = |column, field: &[u8]| {
            let Cell::Text(text) = words.cell(column, field) else { panic!("{field:?}") };
            (text.to_string(), text.as_ptr())
        };
        let main = pointer(0, b"main");
        assert_eq!(pointer(3, b"main"), main);
        assert_ne!(pointer(3, b"dev").1, main.1);
        assert_eq!(pointer(3, b"main"), main);
        assert_eq!(pointer(3, b"\xFF").0, "\u{FFFD}");
        // A run brings all its test cases before any of them comes again.
        let mut run = || -> Vec<_> { (0..2_000).map(|case| pointer(1, format!("case {case}").as_bytes()).1).collect() };
        assert_eq!(run(), run());
        assert_eq!(words.cell(9, b""), Cell::Empty);
    }
}
