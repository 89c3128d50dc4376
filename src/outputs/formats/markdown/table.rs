//! Tables in Markdown.

/// Which edge of its column a cell stands at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// For words.
    Left,
    /// For numbers.
    Right,
}

/// Writes a table row; the cells must be Markdown already, escaped and on one line.
pub fn row<'cells>(cells: impl IntoIterator<Item = &'cells str>) -> String {
    let mut line = "|".to_owned();
    for cell in cells {
        line.push(' ');
        line.push_str(cell);
        line.push_str(" |");
    }
    line.push('\n');
    line
}

/// Writes a table's heading and the line below it.
pub fn heading(columns: &[(&str, Align)]) -> String {
    let ruler = columns.iter().map(|(_, align)| match align {
        Align::Left => "---",
        Align::Right => "--:",
    });
    row(columns.iter().map(|(heading, _)| *heading)) + &row(ruler)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_fit_their_heading() {
        let table = heading(&[("Job", Align::Left), ("Seconds", Align::Right)]) + &row(["build", "12"]);
        assert_eq!(table, "| Job | Seconds |\n| --- | --: |\n| build | 12 |\n");
    }
}
