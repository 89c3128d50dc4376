//! Tables as CSV: RFC 4180 with `\n`, UTF-8, a header, and no index column.

use crate::model::history::{Row, Table};
use crate::model::report::{Distribution, WeeklyJob};

/// Renders one file of a table; `extra` are the names of columns that a newer version added.
///
/// Values are written verbatim: the guard against spreadsheet formulas is for exports made for
/// spreadsheets, not for the tables.
pub fn table<'rows>(table: &Table, extra: &[String], rows: impl IntoIterator<Item = &'rows Row>) -> Vec<u8> {
    let mut text = header(table, extra);
    for row in rows {
        push_row(&mut text, row, extra.len());
    }
    text.into_bytes()
}

/// Renders the line of a row with so many columns that a newer version added.
pub fn line(row: &Row, extra: usize) -> String {
    let mut text = String::new();
    push_row(&mut text, row, extra);
    text
}

fn push_row(text: &mut String, row: &Row, extra: usize) {
    let known = row.cells().iter().map(ToString::to_string);
    let unknown = (0..extra).map(|at| row.extra().get(at).cloned().unwrap_or_default());
    record(text, known.chain(unknown));
}

/// Renders a table's header line.
pub fn header(table: &Table, extra: &[String]) -> String {
    let mut text = String::new();
    let known = table.columns.iter().map(|column| column.name);
    record(&mut text, known.chain(extra.iter().map(String::as_str)));
    text
}

/// Renders how long jobs take week by week, numbers in full precision.
pub fn weekly(jobs: &[WeeklyJob]) -> String {
    let mut text = String::from("workflow,job,week,runs,failed,p50_s,p95_s,mean_s\n");
    let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
    for job in jobs {
        let Distribution { p50, p95, mean, .. } = job.duration;
        let counts = [job.week.to_string(), job.runs.to_string(), job.failed.to_string()];
        let names = [job.workflow.clone(), job.job.clone()];
        record(&mut text, names.into_iter().chain(counts).chain([p50, p95, mean].map(number)));
    }
    text
}

/// Appends one record with its line break.
pub fn record<S: AsRef<str>>(text: &mut String, fields: impl IntoIterator<Item = S>) {
    for (at, field) in fields.into_iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        push_field(text, field.as_ref());
    }
    text.push('\n');
}

fn push_field(text: &mut String, field: &str) {
    // A field with a blank at an end is quoted as well, since some readers trim bare ones.
    let bare = !field.contains([',', '"', '\r', '\n']) && field.trim() == field && !field.starts_with('\u{FEFF}');
    if bare {
        text.push_str(field);
        return;
    }
    text.push('"');
    text.push_str(&field.replace('"', "\"\""));
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::history::{Cell, TableId};

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        let mut text = String::new();
        record(&mut text, ["a", "", "a,b", "say \"hi\"", "two\r\nlines", " x", "=1+1"]);
        assert_eq!(text, "a,,\"a,b\",\"say \"\"hi\"\"\",\"two\r\nlines\",\" x\",=1+1\n");
    }

    #[test]
    fn unknown_columns_are_written_behind_the_known_ones() {
        let id = TableId::Deployments;
        let cells = vec![Cell::text("o/n"), Cell::Integer(7)];
        let rows = [Row::from_cells(id, cells, vec!["new".to_owned()]), Row::new(id)];
        let bytes = table(id.table(), &["color".to_owned(), "size".to_owned()], &rows);
        let text = String::from_utf8(bytes).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with("repository,deployment_id,") && lines[0].ends_with(",omitted,color,size"));
        assert_eq!(lines[1], "o/n,7,,,,,,,,,,,,,new,");
        assert_eq!(lines[2].len(), lines[0].matches(',').count());
    }
}
