//! Texts that many fields have in common, kept once.

use std::collections::HashSet;
use std::sync::Arc;

use crate::model::history::Cell;

/// The texts of some rows: a column says the same again and again.
#[derive(Default)]
pub(super) struct Words {
    known: HashSet<Arc<str>>,
    /// What each column held last.
    last: Vec<Option<Arc<str>>>,
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
        let Some(last) = self.last.get_mut(column) else { return Cell::Empty };
        match last {
            Some(last) if last.as_bytes() == field => Cell::Text(Arc::clone(last)),
            _ => {
                let text = String::from_utf8_lossy(field);
                let word = match self.known.get(text.as_ref()) {
                    Some(known) => Arc::clone(known),
                    None => {
                        let new: Arc<str> = text.into();
                        self.known.insert(Arc::clone(&new));
                        new
                    }
                };
                *last = Some(Arc::clone(&word));
                Cell::Text(word)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_is_kept_once() {
        let mut words = Words::default();
        let mut pointer = |column, field: &[u8]| match words.cell(column, field) {
            Cell::Text(text) => (text.to_string(), text.as_ptr()),
            other => panic!("{other:?}"),
        };
        let main = pointer(0, b"main");
        assert_eq!(pointer(3, b"main"), main);
        assert_ne!(pointer(3, b"dev").1, main.1);
        assert_eq!(pointer(3, b"main"), main);
        assert_eq!(pointer(3, b"\xFF").0, "\u{FFFD}");
        assert_eq!(words.cell(9, b""), Cell::Empty);
    }
}
