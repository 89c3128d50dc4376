//! One row of a table.

use std::cmp::Ordering;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use jiff::Timestamp;

use super::cell::Cell;
use super::table::{Table, TableId};

/// A row: one cell a column of its table, in the table's order.
///
/// Columns of a newer version stand behind the known ones, kept verbatim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    table: TableId,
    cells: Vec<Cell>,
    extra: Vec<String>,
}

impl Row {
    /// Makes a row of which nothing is known yet.
    pub fn new(table: TableId) -> Self {
        Self { table, cells: vec![Cell::Empty; table.table().columns.len()], extra: Vec::new() }
    }

    /// Makes a row from its cells in the table's order; missing ones are empty, and `extra` are
    /// the fields of columns this version does not know.
    pub fn from_cells(table: TableId, mut cells: Vec<Cell>, extra: Vec<String>) -> Self {
        cells.resize(table.table().columns.len(), Cell::Empty);
        Self { table, cells, extra }
    }

    /// Sets a field, by the column's name.
    #[must_use]
    pub fn with(mut self, column: &str, cell: Cell) -> Self {
        self.set(column, cell);
        self
    }

    /// Sets a field, by the column's name. Naming a column the table does not have is a mistake
    /// in the program, which debug builds and tests stop at.
    pub fn set(&mut self, column: &str, cell: Cell) {
        let place = self.table.table().position(column);
        debug_assert!(place.is_some(), "{} has no column {column}", self.table);
        if let Some(place) = place.and_then(|place| self.cells.get_mut(place)) {
            *place = cell;
        }
    }

    /// Returns the definition of the row's table.
    pub fn table(&self) -> &'static Table {
        self.table.table()
    }

    /// Returns a field, by the column's name; a column the table does not have is empty.
    pub fn cell(&self, column: &str) -> &Cell {
        let place = self.table().position(column);
        place.and_then(|place| self.cells.get(place)).unwrap_or(&Cell::Empty)
    }

    /// Returns all fields, in the table's order.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// Returns the fields of columns this version does not know.
    pub fn extra(&self) -> &[String] {
        &self.extra
    }

    /// Returns a text field; empty where it is not known.
    pub fn text(&self, column: &str) -> &str {
        match self.cell(column) {
            Cell::Text(text) => text,
            Cell::Empty | Cell::Integer(_) | Cell::Number(_) | Cell::Time(_) => "",
        }
    }

    /// Returns a numeric field, whole or not.
    pub fn number(&self, column: &str) -> Option<f64> {
        match self.cell(column) {
            Cell::Number(number) => Some(*number),
            #[expect(clippy::cast_precision_loss, reason = "a count or a size; beyond 2^53 statistics do not care")]
            Cell::Integer(number) => Some(*number as f64),
            Cell::Empty | Cell::Text(_) | Cell::Time(_) => None,
        }
    }

    /// Returns a whole number.
    pub fn integer(&self, column: &str) -> Option<i64> {
        match self.cell(column) {
            Cell::Integer(number) => Some(*number),
            Cell::Empty | Cell::Text(_) | Cell::Number(_) | Cell::Time(_) => None,
        }
    }

    /// Returns a moment.
    pub fn time(&self, column: &str) -> Option<Timestamp> {
        self.cell(column).moment()
    }

    /// Returns the moment the row is sorted by.
    pub fn at(&self) -> Option<Timestamp> {
        self.time(self.table().time)
    }

    /// Returns the fields that tell the row from others.
    pub fn key(&self) -> Vec<Cell> {
        self.table().key.iter().map(|column| self.cell(column).clone()).collect()
    }

    /// Tells whether what the row tells of was finished when it was observed.
    pub fn is_finished(&self) -> bool {
        self.table().finished.is_none_or(|column| !self.cell(column).is_empty())
    }

    /// Makes one row of two observations of the same thing, of which the other is newer.
    #[must_use]
    pub fn merged(mut self, newer: Self) -> Self {
        self.absorb(newer);
        self
    }

    /// Takes a newer observation of the same thing in.
    ///
    /// The newer one wins, but an unfinished observation never replaces a finished one, and a
    /// field that one of the two does not know is taken from the other.
    pub(super) fn absorb(&mut self, newer: Self) {
        let keep = self.is_finished() && !newer.is_finished();
        let loser = if keep { newer } else { std::mem::replace(self, newer) };
        for (cell, known) in self.cells.iter_mut().zip(loser.cells) {
            if cell.is_empty() {
                *cell = known;
            }
        }
        for (at, known) in loser.extra.into_iter().enumerate() {
            match self.extra.get_mut(at) {
                Some(field) if field.is_empty() => *field = known,
                Some(_) => {}
                None => self.extra.push(known),
            }
        }
    }

    /// Returns what rows are sorted by: the time, then the key.
    pub(super) fn order(&self) -> (Cell, Vec<Cell>) {
        (self.cell(self.table().time).clone(), self.key())
    }

    /// Compares what rows of one table are sorted by.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        let table = self.table();
        let columns = std::iter::once(&table.time).chain(table.key);
        columns
            .map(|column| self.cell(column).cmp(other.cell(column)))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    }

    /// Returns a number that rows with the same key have in common, and others hardly ever.
    pub(super) fn key_hash(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.table().key.iter().for_each(|column| self.cell(column).hash(&mut hasher));
        hasher.finish()
    }
}
