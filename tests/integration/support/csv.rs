//! Reads tables with the `csv` crate, whose reader has nothing to do with ours.

use std::collections::BTreeMap;
use std::path::Path;

/// A row, by column.
pub(crate) type Row = BTreeMap<String, String>;

/// Reads a table.
pub(crate) fn read(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    reader.deserialize().map(|row| row.unwrap_or_else(|error| panic!("{}: {error}", path.display()))).collect()
}
