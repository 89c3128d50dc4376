//! What committing the tables came to, as JSON.

use serde::Serialize;

use crate::model::committed::{Committed, CommittedTable, Fate};

/// Renders what the rows did to the branch's tables, and the sums over them.
pub fn render(committed: &Committed) -> String {
    super::document(&Document {
        version: 1,
        result: committed.fate.word(),
        reason: match &committed.fate {
            Fate::Skipped(reason) => Some(reason),
            Fate::Committed | Fate::Unchanged | Fate::Dry => None,
        },
        branch: committed.branch.as_str(),
        way: committed.way.as_ref().map(|way| Way { kind: way.kind.word(), reason: &way.reason }),
        added: committed.added(),
        updated: committed.updated(),
        commits: &committed.commits,
        tries: committed.tries,
        tables: committed.tables.iter().map(Table::from).collect(),
        notes: &committed.notes,
    })
}

#[derive(Serialize)]
struct Document<'committed> {
    version: u32,
    result: &'committed str,
    reason: Option<&'committed str>,
    branch: &'committed str,
    way: Option<Way<'committed>>,
    added: usize,
    updated: usize,
    commits: &'committed [String],
    tries: u32,
    tables: Vec<Table<'committed>>,
    notes: &'committed [String],
}

#[derive(Serialize)]
struct Way<'committed> {
    kind: &'committed str,
    reason: &'committed str,
}

#[derive(Serialize)]
struct Table<'committed> {
    name: &'committed str,
    added: usize,
    updated: usize,
    unchanged: usize,
    total: usize,
}

impl<'committed> From<&'committed CommittedTable> for Table<'committed> {
    fn from(table: &'committed CommittedTable) -> Self {
        Self {
            name: &table.table,
            added: table.change.added,
            updated: table.change.updated,
            unchanged: table.change.unchanged,
            total: table.total,
        }
    }
}
