//! The tables' definitions for people.

use super::table::{Align, Cell, Table};
use crate::model::color::Color;
use crate::model::history;

/// Renders one table with its columns, or several as a list.
pub fn render(tables: &[&'static history::Table], width: usize, color: Color) -> String {
    match tables {
        [table] => one(table, width, color),
        _ => list(tables, width, color),
    }
}

fn list(tables: &[&'static history::Table], width: usize, color: Color) -> String {
    let headings = [("File", Align::Left), ("Columns", Align::Right), ("A row is", Align::Left)];
    let mut listed = Table::new(&headings);
    for table in tables {
        let columns = table.columns.len().to_string();
        listed.row([table.file_name().into(), columns.into(), table.summary.into()]);
    }
    format!("{}\n`plimsoll schema TABLE` shows the columns of one\n", listed.render(width, color))
}

fn one(table: &history::Table, width: usize, color: Color) -> String {
    let mut columns = Table::new(&["Column", "Type", "Unit", "Key", "What it says"].map(|text| (text, Align::Left)));
    for column in table.columns {
        let key = if table.key.contains(&column.name) { "key" } else { "" };
        let fields = [column.name, column.kind.word(), column.unit.symbol(), key, column.description];
        columns.row(fields.map(Cell::from));
    }
    let columns = columns.render(width, color);
    format!("{}: {}, sorted by {}\n\n{columns}", table.file_name(), table.summary, table.time)
}
