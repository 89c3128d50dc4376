//! The tables' definitions as JSON.

use serde::Serialize;

use crate::model::history;

/// Renders the tables in the order they are given.
pub fn render(tables: &[&'static history::Table]) -> String {
    super::document(&Document { version: 1, tables: tables.iter().map(|table| Table::from(*table)).collect() })
}

#[derive(Serialize)]
struct Document {
    version: u32,
    tables: Vec<Table>,
}

#[derive(Serialize)]
struct Table {
    name: &'static str,
    file: String,
    row: &'static str,
    key: &'static [&'static str],
    sorted_by: &'static str,
    columns: Vec<Column>,
}

#[derive(Serialize)]
struct Column {
    name: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    unit: Option<&'static str>,
    key: bool,
    description: &'static str,
}

impl From<&'static history::Table> for Table {
    fn from(table: &'static history::Table) -> Self {
        let column = |column: &history::Column| Column {
            name: column.name,
            kind: column.kind.word(),
            unit: Some(column.unit.symbol()).filter(|unit| !unit.is_empty()),
            key: table.key.contains(&column.name),
            description: column.description,
        };
        Self {
            name: table.name,
            file: table.file_name(),
            row: table.summary,
            key: table.key,
            sorted_by: table.time,
            columns: table.columns.iter().map(column).collect(),
        }
    }
}
