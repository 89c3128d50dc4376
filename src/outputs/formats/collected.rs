//! What collecting came to, for people and programs.

use serde_json::json;

use super::text_table::{self, Side};
use crate::model::collected::{Collected, CollectedTable, Writing};

/// Renders the tables that rows were collected for, and a closing sentence.
pub fn human(collected: &Collected) -> String {
    let header = ["table", "added", "updated", "total", "file"].map(str::to_owned).to_vec();
    let row = |table: &CollectedTable| {
        let change = table.change;
        let numbers = [change.added, change.updated, table.total].map(|number| number.to_string());
        let [added, updated, total] = numbers;
        vec![table.table.clone(), added, updated, total, table.file.clone()]
    };
    let rows: Vec<Vec<String>> = std::iter::once(header).chain(collected.tables.iter().map(row)).collect();
    let sides = [Side::Left, Side::Right, Side::Right, Side::Right, Side::Left];
    let mut text = if collected.tables.is_empty() { String::new() } else { text_table::render(&sides, &rows) + "\n" };
    text.push_str(&rows_of(collected.added(), "new row"));
    if collected.updated() > 0 {
        text.push_str(&format_args!(", {} updated", collected.updated()).to_string());
    }
    if collected.rejected > 0 {
        let moved = rows_of(collected.rejected, "damaged line");
        text.push_str(&format_args!(", {moved} moved to *.rejected.csv").to_string());
    }
    if collected.writing == Writing::Dry {
        text.push_str(" (nothing written: --dry-run)");
    }
    text.push('\n');
    text
}

fn rows_of(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Renders the same as JSON.
pub fn json(collected: &Collected) -> String {
    let tables = collected.tables.iter().map(|table| {
        json!({
            "table": table.table,
            "file": table.file,
            "added": table.change.added,
            "updated": table.change.updated,
            "unchanged": table.change.unchanged,
            "total": table.total,
        })
    });
    let document = json!({
        "version": 1,
        "added": collected.added(),
        "updated": collected.updated(),
        "rejected_lines": collected.rejected,
        "dry_run": collected.writing == Writing::Dry,
        "tables": tables.collect::<Vec<_>>(),
    });
    format!("{document:#}\n")
}
