//! What collecting came to.

use super::history::Change;

/// What collecting did to the tables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collected {
    /// The tables that rows were collected for, in the order of the definitions.
    pub tables: Vec<CollectedTable>,
    /// Damaged lines that were moved out of the tables.
    pub rejected: usize,
    /// Whether files may be written.
    pub writing: Writing,
}

/// Whether files may be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Writing {
    /// Files are written.
    #[default]
    Real,
    /// Nothing is written.
    Dry,
}

/// What collecting did to one table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CollectedTable {
    /// The table's name.
    pub table: String,
    /// Its open file, as a person names it.
    pub file: String,
    /// What changed.
    pub change: Change,
    /// How many rows it has now.
    pub total: usize,
}

impl Collected {
    /// Returns how many rows are new.
    pub fn added(&self) -> usize {
        self.tables.iter().map(|table| table.change.added).sum()
    }

    /// Returns how many rows say something else than before.
    pub fn updated(&self) -> usize {
        self.tables.iter().map(|table| table.change.updated).sum()
    }
}
