//! What collecting came to, for people.

use super::table::{Align, Table};
use crate::model::collected::{Collected, Writing};
use crate::model::color::Color;
use crate::outputs::formats::totals;

/// Renders the tables that rows were collected for, and a closing sentence.
pub fn render(collected: &Collected, width: usize, color: Color) -> String {
    let numbers = ["Added", "Updated", "Total"].map(|text| (text, Align::Right));
    let headings = [&[("Table", Align::Left)][..], &numbers, &[("File", Align::Left)]].concat();
    let mut tables = Table::new(&headings);
    for table in &collected.tables {
        let numbers = [table.change.added, table.change.updated, table.total].map(|number| number.to_string());
        let [added, updated, total] = numbers;
        tables.row([
            table.table.as_str().into(),
            added.into(),
            updated.into(),
            total.into(),
            table.file.as_str().into(),
        ]);
    }
    let mut sentence = vec![totals::number(collected.added(), "new row")];
    if collected.updated() > 0 {
        sentence.push(format!("{} updated", collected.updated()));
    }
    if collected.rejected > 0 {
        sentence.push(format!("{} moved to *.rejected.csv", totals::number(collected.rejected, "damaged line")));
    }
    let dry = if collected.writing == Writing::Dry { " (nothing written: --dry-run)" } else { "" };
    let tables = if tables.is_empty() { String::new() } else { tables.render(width, color) + "\n" };
    format!("{tables}{}{dry}\n", sentence.join(", "))
}
