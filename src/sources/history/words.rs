//! Texts that many fields have in common, kept once.

use std::collections::BTreeSet;

use crate::model::history::{Cell, Word};

/// How many texts a column may bring before it is asked whether any of them came again.
const TRIED: usize = 256;

/// The texts of some rows: a column says the same again and again.
#[derive(Default)]
pub(super) struct Words {
    known: BTreeSet<Word>,
    columns: Vec<Said>,
}

/// What a column has said.
#[derive(Clone, Default)]
struct Said {
    last: Option<Word>,
    /// How often it said something new, and something that was known.
    new: usize,
    known: usize,
}

impl Said {
    /// Tells whether looking for a text among those that are known is worth it: commits and the like hardly ever
    /// come again but in the next row.
    fn is_worth_a_look(&self) -> bool {
        self.new < TRIED || self.known * 4 > self.new
    }
}

impl Words {
    /// Makes the cell of a field; `column` is where it stands in its row.
    pub(super) fn cell(&mut self, column: usize, field: &[u8]) -> Cell {
        if field.is_empty() {
            return Cell::Empty;
        }
        if self.columns.len() <= column {
            self.columns.resize(column + 1, Said::default());
        }
        let Some(said) = self.columns.get_mut(column) else { return Cell::Empty };
        if let Some(last) = said.last.as_ref().filter(|last| last.as_bytes() == field) {
            return Cell::Text(last.clone());
        }
        let text = String::from_utf8_lossy(field);
        let looks = said.is_worth_a_look();
        let known = if looks { self.known.get(&*text).cloned() } else { None };
        said.known += usize::from(known.is_some());
        said.new += usize::from(known.is_none());
        let word = known.unwrap_or_else(|| {
            let new = Word::new(text);
            if looks {
                self.known.insert(new.clone());
            }
            new
        });
        said.last = Some(word.clone());
        Cell::Text(word)
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
        assert_eq!(words.cell(9, b""), Cell::Empty);
    }
}
