//! What committing came to, for people.

use super::table::{Align, Table};
use super::text::flat;
use crate::model::color::Color;
use crate::model::committed::{Committed, Fate};
use crate::outputs::formats::totals;

/// How many digits of a commit tell it from others.
const DIGITS: usize = 10;

/// Renders what would change in a dry run, what the rows did to the branch's tables, a closing
/// sentence, and what else there is to know.
pub fn render(committed: &Committed, width: usize, color: Color) -> String {
    let mut lines = vec![tables(committed, width, color) + &sentence(committed)];
    let request = committed.pull_request.as_ref();
    lines.extend(request.map(|request| format!("pull request #{}: {}", request.number, flat(&request.url))));
    lines.extend(committed.way.as_ref().map(|way| format!("by {}: {}", way.kind.word(), flat(&way.reason))));
    lines.extend(committed.notes.iter().map(|note| format!("note: {}", flat(note))));
    let separator = if committed.diff.is_empty() { "" } else { "\n" };
    format!("{}{separator}{}\n", committed.diff, lines.join("\n"))
}

fn tables(committed: &Committed, width: usize, color: Color) -> String {
    let numbers = ["Added", "Updated"].map(|text| (text, Align::Right));
    let headings = [&[("Table", Align::Left)][..], &numbers].concat();
    let mut tables = Table::new(&headings);
    for table in committed.tables.iter().filter(|table| table.change.is_change()) {
        let numbers = [table.change.added, table.change.updated].map(|number| number.to_string());
        let [added, updated] = numbers;
        tables.row([table.table.as_str().into(), added.into(), updated.into()]);
    }
    if tables.is_empty() { String::new() } else { tables.render(width, color) + "\n" }
}

fn sentence(committed: &Committed) -> String {
    let branch = flat(committed.branch.as_str());
    let what = what(committed);
    match &committed.fate {
        Fate::Committed => {
            let commit = committed.commit.as_deref().unwrap_or_default();
            let commit = commit.get(..DIGITS).unwrap_or(commit);
            let tries = if committed.tries > 1 { format!(" at try {}", committed.tries) } else { String::new() };
            format!("{what} committed to {branch} as {commit}{tries}")
        }
        Fate::Unchanged => format!("nothing to commit: {branch} has everything already"),
        Fate::Dry => format!("{what} would be committed to {branch} (nothing written: --dry-run)"),
        Fate::Skipped(reason) => format!("nothing was committed: {}", flat(reason)),
    }
}

/// Names the rows, or the files where no row is new.
fn what(committed: &Committed) -> String {
    let (added, updated) = (committed.added(), committed.updated());
    match (added, updated) {
        (0, 0) => totals::number(committed.files.len(), "file"),
        (_, 0) => totals::number(added, "new row"),
        (0, _) => totals::number(updated, "updated row"),
        (_, _) => format!("{} and {updated} updated", totals::number(added, "new row")),
    }
}
