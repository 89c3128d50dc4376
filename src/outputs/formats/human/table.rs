//! Tables in plain text: columns aligned by what a terminal shows, two spaces apart.

use super::text::{Tone, columns, flat, pad, paint, wrap};
use crate::model::color::Color;

/// The space between two columns.
const GAP: usize = 2;
/// A column that wraps is never made narrower than this.
const LEAST: usize = 24;

/// Which edge of its column a cell stands at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// For words.
    Left,
    /// For numbers.
    Right,
}

/// A piece of text in a table, with its tone. It is made safe for the terminal and put on one
/// line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    text: String,
    tone: Tone,
}

impl Cell {
    /// Makes a cell.
    pub fn new(text: &str, tone: Tone) -> Self {
        Self { text: flat(text), tone }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::new(text, Tone::Plain)
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

/// A table: a heading for each column, then rows.
///
/// When it would be wider than the terminal, the last column wraps; all others keep the width
/// of their longest cell.
#[derive(Clone, Debug)]
pub struct Table {
    headings: Vec<(String, Align)>,
    rows: Vec<Row>,
}

#[derive(Clone, Debug)]
enum Row {
    Cells(Vec<Cell>),
    Section(String),
}

impl Row {
    fn cell(&self, column: usize) -> Option<&Cell> {
        match self {
            Self::Cells(cells) => cells.get(column),
            Self::Section(_) => None,
        }
    }
}

impl Table {
    /// Starts a table with its columns; without any heading text no heading line is written.
    pub fn new(headings: &[(&str, Align)]) -> Self {
        let headings = headings.iter().map(|(heading, align)| (flat(heading), *align)).collect();
        Self { headings, rows: Vec::new() }
    }

    /// Adds a row. Missing cells stay empty, and those beyond the last column are not shown.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.rows.push(Row::Cells(cells.into_iter().collect()));
    }

    /// Adds a heading for the rows that follow, over the whole width.
    pub fn section(&mut self, heading: &str) {
        self.rows.push(Row::Section(flat(heading)));
    }

    /// Tells whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Writes the table, each line ended by a line break and none by spaces.
    pub fn render(&self, width: usize, color: Color) -> String {
        let widths = self.widths(width);
        let mut out = String::new();
        if self.headings.iter().any(|(heading, _)| !heading.is_empty()) {
            let headings: Vec<Cell> =
                self.headings.iter().map(|(heading, _)| Cell::new(heading, Tone::Strong)).collect();
            self.write(&mut out, &headings, &widths, color);
        }
        for row in &self.rows {
            match row {
                Row::Cells(cells) => self.write(&mut out, cells, &widths, color),
                Row::Section(heading) => {
                    let line = format!("\n{}\n", paint(heading, Tone::Strong, color));
                    out.push_str(&line);
                }
            }
        }
        out
    }

    fn widths(&self, available: usize) -> Vec<usize> {
        let longest = |(at, (heading, _)): (usize, &(String, Align))| {
            let cells = self.rows.iter().filter_map(|row| row.cell(at)).map(|cell| columns(&cell.text));
            cells.max().unwrap_or(0).max(columns(heading))
        };
        let mut widths: Vec<usize> = self.headings.iter().enumerate().map(longest).collect();
        if let Some((last, others)) = widths.split_last_mut() {
            let taken = others.iter().map(|width| width + GAP).sum();
            *last = (*last).min(available.saturating_sub(taken).max(LEAST));
        }
        widths
    }

    fn write(&self, out: &mut String, cells: &[Cell], widths: &[usize], color: Color) {
        let empty = Cell::default();
        let columns: Vec<(&Cell, Align, usize, Vec<String>)> = self
            .headings
            .iter()
            .zip(widths)
            .enumerate()
            .map(|(at, ((_, align), width))| {
                let cell = cells.get(at).unwrap_or(&empty);
                let is_last = at + 1 == widths.len();
                let lines = if is_last { wrap(&cell.text, *width) } else { vec![cell.text.clone()] };
                (cell, *align, *width, lines)
            })
            .collect();
        let height = columns.iter().map(|(_, _, _, lines)| lines.len()).max().unwrap_or(0);
        for at in 0..height {
            let mut blanks = 0;
            for (cell, align, width, lines) in &columns {
                let text = lines.get(at).map(String::as_str).unwrap_or_default();
                blanks = write_cell(out, (text, cell.tone), (*align, *width), (blanks, color)) + GAP;
            }
            out.push('\n');
        }
    }
}

/// Writes a cell after the blanks it is owed, and returns the blanks that follow it: they are
/// only written when more text comes on the line.
fn write_cell(
    out: &mut String,
    (text, tone): (&str, Tone),
    (align, width): (Align, usize),
    (owed, color): (usize, Color),
) -> usize {
    if text.is_empty() {
        return owed + width;
    }
    let free = width.saturating_sub(columns(text));
    let (before, after) = match align {
        Align::Left => (0, free),
        Align::Right => (free, 0),
    };
    out.push_str(&pad("", owed + before));
    out.push_str(&paint(text, tone, color));
    after
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(&[("Job", Align::Left), ("Seconds", Align::Right), ("Note", Align::Left)]);
        table.row(["build".into(), "12".into(), "the slowest of all the jobs that there are".into()]);
        table.row([Cell::new("試験", Tone::Warning), "1200".into(), Cell::default()]);
        table.row(["a\nb\u{1b}[0m".into()]);
        table
    }

    #[test]
    fn columns_are_aligned_and_the_last_one_wraps() {
        insta::assert_snapshot!(table().render(48, Color::Never), @r"
        Job           Seconds  Note
        build              12  the slowest of all the
                               jobs that there are
        試験             1200
        a b\u{1b}[0m
        ");
    }

    #[test]
    fn colour_does_not_move_anything() {
        let colored = table().render(200, Color::Always);
        assert_eq!(anstream::adapter::strip_str(&colored).to_string(), table().render(200, Color::Never));
        assert!(colored.contains("\u{1b}[33m試験\u{1b}[0m"), "{colored:?}");
    }

    #[test]
    fn a_table_without_headings_has_none() {
        let mut table = Table::new(&[("", Align::Left), ("", Align::Left)]);
        assert!(table.is_empty());
        table.row(["a".into(), "b".into()]);
        assert_eq!(table.render(80, Color::Never), "a  b\n");
    }
}
