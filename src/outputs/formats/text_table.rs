//! Tables for people: columns aligned with blanks.

use super::escape;

/// Which side of its column a field stands at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// Renders rows of fields, the header first, without blanks at the ends of lines. Fields are made
/// safe for a terminal and stay on one line.
pub fn render(sides: &[Side], rows: &[Vec<String>]) -> String {
    let safe = |field: &String| escape::terminal(field).replace(['\n', '\t'], " ");
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(safe).collect()).collect();
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|field| field.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..sides.len()).map(width).collect();
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for ((field, side), width) in row.iter().zip(sides).zip(&widths) {
            let pad = " ".repeat(width.saturating_sub(field.chars().count()));
            let (before, after) = if *side == Side::Right { (pad, String::new()) } else { (String::new(), pad) };
            line.extend([before.as_str(), field, &after, "  "]);
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let rows = [["name", "n"], ["a\u{1b}", "10"], ["long name", "1"]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(render(&[Side::Left, Side::Right], &rows), "name        n\na\\u{1b}    10\nlong name   1\n");
    }
}
