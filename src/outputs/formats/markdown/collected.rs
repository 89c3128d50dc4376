//! What collecting came to, as Markdown.

use super::table::{Align, heading, row};
use crate::model::collected::{Collected, Writing};
use crate::outputs::formats::escape;
use crate::outputs::formats::totals;

/// Renders a heading that says what changed, and the tables that rows were collected for.
pub fn render(collected: &Collected) -> String {
    let mut parts = vec![totals::number(collected.added(), "new row")];
    if collected.updated() > 0 {
        parts.push(format!("{} updated", collected.updated()));
    }
    let dry = if collected.writing == Writing::Dry { " (nothing written)" } else { "" };
    let mut text = format!("### Collected: {}{dry}\n", parts.join(", "));
    if collected.rejected > 0 {
        let damaged = totals::number(collected.rejected, "damaged line");
        text = format!("{text}\n{damaged} moved to `*.rejected.csv`.\n");
    }
    if collected.tables.is_empty() {
        return text;
    }
    let numbers = ["Added", "Updated", "Total"].map(|name| (name, Align::Right));
    let columns = [&[("Table", Align::Left)][..], &numbers, &[("File", Align::Left)]].concat();
    text = text + "\n" + &heading(&columns);
    for table in &collected.tables {
        let numbers = [table.change.added, table.change.updated, table.total].map(|number| number.to_string());
        let [added, updated, total] = &numbers;
        let (name, file) = (escape::markdown_code(&table.table), escape::markdown_code(&table.file));
        text.push_str(&row([name.as_str(), added, updated, total, &file]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::collected::CollectedTable;
    use crate::model::history::Change;

    #[test]
    fn what_changed_stands_in_the_heading_and_in_the_table() {
        let change = Change { added: 2, updated: 1, ..Change::default() };
        let file = "metrics/a|b.csv".to_owned();
        let table = CollectedTable { table: "size_metrics".to_owned(), file, change, total: 9 };
        let collected = Collected { tables: vec![table], rejected: 1, writing: Writing::Dry };
        insta::assert_snapshot!(render(&collected), @r"
        ### Collected: 2 new rows, 1 updated (nothing written)

        1 damaged line moved to `*.rejected.csv`.

        | Table | Added | Updated | Total | File |
        | --- | --: | --: | --: | --- |
        | `size_metrics` | 2 | 1 | 9 | `metrics/a\|b.csv` |
        ");
    }

    #[test]
    fn nothing_collected_is_one_line() {
        assert_eq!(render(&Collected::default()), "### Collected: 0 new rows\n");
    }
}
