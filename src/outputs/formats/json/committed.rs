//! What committing came to, as JSON.

use serde::Serialize;

use crate::model::committed::{Committed, CommittedFile, CommittedTable, Fate, OpenRequest};

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
        commit: committed.commit.as_deref(),
        tries: committed.tries,
        conflicts: committed.conflicts,
        pull_request: committed.pull_request.as_ref().map(Request::from),
        tables: committed.tables.iter().map(Table::from).collect(),
        files: committed.files.iter().map(File::from).collect(),
        diff: Some(committed.diff.as_str()).filter(|diff| !diff.is_empty()),
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
    commit: Option<&'committed str>,
    tries: u32,
    conflicts: u32,
    pull_request: Option<Request<'committed>>,
    tables: Vec<Table<'committed>>,
    files: Vec<File<'committed>>,
    diff: Option<&'committed str>,
    notes: &'committed [String],
}

#[derive(Serialize)]
struct Way<'committed> {
    kind: &'committed str,
    reason: &'committed str,
}

#[derive(Serialize)]
struct Request<'committed> {
    number: u64,
    url: &'committed str,
}

#[derive(Serialize)]
struct Table<'committed> {
    name: &'committed str,
    added: usize,
    updated: usize,
    unchanged: usize,
}

#[derive(Serialize)]
struct File<'committed> {
    path: &'committed str,
    bytes: usize,
}

impl<'committed> From<&'committed OpenRequest> for Request<'committed> {
    fn from(request: &'committed OpenRequest) -> Self {
        Self { number: request.number, url: &request.url }
    }
}

impl<'committed> From<&'committed CommittedTable> for Table<'committed> {
    fn from(table: &'committed CommittedTable) -> Self {
        Self {
            name: &table.table,
            added: table.change.added,
            updated: table.change.updated,
            unchanged: table.change.unchanged,
        }
    }
}

impl<'committed> From<&'committed CommittedFile> for File<'committed> {
    fn from(file: &'committed CommittedFile) -> Self {
        Self { path: &file.path, bytes: file.bytes }
    }
}
