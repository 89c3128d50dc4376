//! The tables' definitions for documentation.

use super::table::{Align, heading, row};
use crate::model::history::{Column, Table};
use crate::outputs::formats::escape;

/// Renders one section a table.
pub fn render(tables: &[&'static Table]) -> String {
    tables.iter().map(|table| section(table)).collect::<Vec<String>>().join("\n")
}

fn section(table: &Table) -> String {
    let key: Vec<String> = table.key.iter().map(|name| escape::markdown_code(name)).collect();
    let columns: String = table.columns.iter().map(column).collect();
    format!(
        "## {}\n\nA row is {}. Key: {}. Sorted by {}.\n\n{}{columns}",
        escape::markdown_code(&table.file_name()),
        table.summary,
        key.join(", "),
        escape::markdown_code(table.time),
        heading(&["Column", "Type", "Unit", "What it says"].map(|text| (text, Align::Left))),
    )
}

/// Descriptions are ours: they hold no markup but code spans, which stay.
fn column(column: &Column) -> String {
    let name = escape::markdown_code(column.name);
    row([name.as_str(), column.kind.word(), column.unit.symbol(), column.description])
}
