//! What collecting came to, as JSON.

use serde::Serialize;

use crate::model::collected::{Collected, CollectedTable, Writing};

/// Renders the tables that rows were collected for, and the sums over them.
pub fn render(collected: &Collected) -> String {
    super::document(&Document {
        version: 1,
        added: collected.added(),
        updated: collected.updated(),
        rejected_lines: collected.rejected,
        dry_run: collected.writing == Writing::Dry,
        tables: collected.tables.iter().map(Table::from).collect(),
    })
}

#[derive(Serialize)]
struct Document<'collected> {
    version: u32,
    added: usize,
    updated: usize,
    rejected_lines: usize,
    dry_run: bool,
    tables: Vec<Table<'collected>>,
}

#[derive(Serialize)]
struct Table<'collected> {
    name: &'collected str,
    file: &'collected str,
    added: usize,
    updated: usize,
    unchanged: usize,
    total: usize,
}

impl<'collected> From<&'collected CollectedTable> for Table<'collected> {
    fn from(table: &'collected CollectedTable) -> Self {
        Self {
            name: &table.table,
            file: &table.file,
            added: table.change.added,
            updated: table.change.updated,
            unchanged: table.change.unchanged,
            total: table.total,
        }
    }
}
