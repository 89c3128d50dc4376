//! The tables' definitions for people and programs.

use serde_json::{Value, json};

use super::text_table::{self, Side};
use super::{csv, escape};
use crate::model::history::{Column, Table};

/// Renders tables for people: one with its columns, several as a list.
pub fn human(tables: &[&'static Table]) -> String {
    match tables {
        [table] => one(table),
        _ => list(tables),
    }
}

fn list(tables: &[&'static Table]) -> String {
    let header = ["file", "columns", "key", "a row is"].map(str::to_owned).to_vec();
    let row = |table: &&Table| {
        vec![table.file_name(), table.columns.len().to_string(), table.key.join(", "), table.summary.to_owned()]
    };
    let rows: Vec<Vec<String>> = std::iter::once(header).chain(tables.iter().map(row)).collect();
    text_table::render(&[Side::Left, Side::Right, Side::Left, Side::Left], &rows)
}

fn one(table: &Table) -> String {
    let header = ["column", "type", "unit", "key", "description"].map(str::to_owned).to_vec();
    let row = |column: &Column| {
        let key = if is_key(table, column) { "key" } else { "" };
        [column.name, column.kind.word(), column.unit.symbol(), key, column.description].map(str::to_owned).to_vec()
    };
    let rows: Vec<Vec<String>> = std::iter::once(header).chain(table.columns.iter().map(row)).collect();
    let columns = text_table::render(&[Side::Left; 5], &rows);
    format!("{}: {}\nsorted by {}, then the key\n\n{columns}", table.file_name(), table.summary, table.time)
}

/// Renders the header lines of tables; of several, each behind a line that names the file.
pub fn headers(tables: &[&'static Table]) -> String {
    match tables {
        [table] => csv::header(table, &[]),
        _ => tables
            .iter()
            .flat_map(|table| ["# ".to_owned(), table.file_name(), "\n".to_owned(), csv::header(table, &[])])
            .collect(),
    }
}

/// Renders tables as Markdown, one section a table.
pub fn markdown(tables: &[&'static Table]) -> String {
    let section = |table: &&Table| {
        let key: Vec<String> = table.key.iter().map(|name| escape::markdown_code(name)).collect();
        let column = |column: &Column| {
            let (name, kind, unit) = (escape::markdown_code(column.name), column.kind.word(), column.unit.symbol());
            format!("| {name} | {kind} | {unit} | {} |\n", description(column.description))
        };
        let columns: String = table.columns.iter().map(column).collect();
        format!(
            "## {}\n\nA row is {}. Key: {}. Sorted by {}.\n\n| column | type | unit | description |\n|---|---|---|---|\n{columns}",
            escape::markdown_code(&table.file_name()),
            table.summary,
            key.join(", "),
            escape::markdown_code(table.time),
        )
    };
    tables.iter().map(section).collect::<Vec<String>>().join("\n")
}

/// Descriptions are ours and hold no markup but code spans, which stay.
fn description(text: &str) -> String {
    text.replace('|', "\\|")
}

/// Renders tables as JSON.
pub fn json(tables: &[&'static Table]) -> String {
    let tables: Vec<Value> = tables.iter().map(|table| table_json(table)).collect();
    format!("{:#}\n", json!({ "version": 1, "tables": tables }))
}

fn table_json(table: &Table) -> Value {
    let column = |column: &Column| {
        json!({
            "name": column.name,
            "type": column.kind.word(),
            "unit": Some(column.unit.symbol()).filter(|unit| !unit.is_empty()),
            "key": is_key(table, column),
            "description": column.description,
        })
    };
    json!({
        "name": table.name,
        "file": table.file_name(),
        "row": table.summary,
        "key": table.key,
        "sorted_by": table.time,
        "columns": table.columns.iter().map(column).collect::<Vec<Value>>(),
    })
}

fn is_key(table: &Table, column: &Column) -> bool {
    table.key.contains(&column.name)
}
