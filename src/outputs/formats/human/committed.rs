//! What committing the tables came to, for people.

use super::table::{Align, Table};
use super::text::flat;
use crate::model::color::Color;
use crate::model::committed::{Committed, Fate};
use crate::outputs::formats::totals;

/// How many digits of a commit tell it from others.
const DIGITS: usize = 10;

/// Renders what the rows did to the branch's tables, a closing sentence, and what else there is
/// to know.
pub fn render(committed: &Committed, width: usize, color: Color) -> String {
    let mut lines = vec![tables(committed, width, color) + &sentence(committed)];
    lines.extend(committed.way.as_ref().map(|way| format!("by {}: {}", way.kind.word(), flat(&way.reason))));
    lines.extend(committed.notes.iter().map(|note| format!("note: {}", flat(note))));
    lines.join("\n") + "\n"
}

fn tables(committed: &Committed, width: usize, color: Color) -> String {
    let numbers = ["Added", "Updated", "Total"].map(|text| (text, Align::Right));
    let headings = [&[("Table", Align::Left)][..], &numbers].concat();
    let mut tables = Table::new(&headings);
    for table in committed.tables.iter().filter(|table| table.change.is_change()) {
        let numbers = [table.change.added, table.change.updated, table.total].map(|number| number.to_string());
        let [added, updated, total] = numbers;
        tables.row([table.table.as_str().into(), added.into(), updated.into(), total.into()]);
    }
    if tables.is_empty() { String::new() } else { tables.render(width, color) + "\n" }
}

fn sentence(committed: &Committed) -> String {
    let branch = flat(committed.branch.as_str());
    let rows = rows(committed);
    match &committed.fate {
        Fate::Committed => {
            let commits: Vec<&str> =
                committed.commits.iter().map(|commit| commit.get(..DIGITS).unwrap_or(commit)).collect();
            let tries = if committed.tries > 1 { format!(" at try {}", committed.tries) } else { String::new() };
            if commits.is_empty() {
                let are = if committed.added() + committed.updated() == 1 { "is" } else { "are" };
                return format!("{rows} {are} on {branch}{tries}");
            }
            format!("{rows} committed to {branch} as {}{tries}", commits.join(", "))
        }
        Fate::Unchanged => format!("nothing to commit: {branch} has every row already"),
        Fate::Dry => format!("{rows} would be committed to {branch} (nothing written: --dry-run)"),
        Fate::Skipped(reason) => format!("nothing was committed: {}", flat(reason)),
    }
}

fn rows(committed: &Committed) -> String {
    let added = totals::number(committed.added(), "new row");
    match committed.updated() {
        0 => added,
        updated => format!("{added} and {updated} updated"),
    }
}
