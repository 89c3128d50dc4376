//! Tables whose columns can be sorted.

use crate::outputs::formats::append::append;
use crate::outputs::formats::escape::html as text;

/// A column with its heading.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    heading: &'static str,
    class: &'static str,
}

impl Column {
    /// Holds words, sorted by the alphabet.
    pub(super) const fn words(heading: &'static str) -> Self {
        Self { heading, class: " class=\"words\"" }
    }

    /// Holds numbers.
    pub(super) const fn number(heading: &'static str) -> Self {
        Self { heading, class: "" }
    }

    /// Holds pictures, which have no order.
    pub(super) const fn plain(heading: &'static str) -> Self {
        Self { heading, class: " data-plain" }
    }
}

/// A table under way.
pub(super) struct Rows(String);

impl Rows {
    pub(super) fn new(columns: &[Column]) -> Self {
        let mut head = "<div class=\"scroll\"><table>\n<thead><tr>".to_owned();
        for Column { heading, class } in columns {
            append(&mut head, format_args!("<th scope=\"col\"{class}>{}</th>", text(heading)));
        }
        head.push_str("</tr></thead>\n<tbody>\n");
        Self(head)
    }

    /// Adds a row of cells that are HTML already.
    pub(super) fn push(&mut self, cells: &[String]) {
        self.0.push_str("<tr>");
        for cell in cells {
            self.0.push_str(cell);
        }
        self.0.push_str("</tr>\n");
    }

    pub(super) fn finish(mut self) -> String {
        self.0.push_str("</tbody>\n</table></div>\n");
        self.0
    }
}

/// Makes a cell of words.
pub(super) fn words(words: &str) -> String {
    format!("<td class=\"words\">{}</td>", text(words))
}

/// Makes the cell that a row is named by: what it belongs to in small letters, and its name.
pub(super) fn name(of: &str, name: &str) -> String {
    if of.is_empty() || of == name {
        return format!("<th scope=\"row\">{}</th>", text(name));
    }
    format!("<th scope=\"row\"><small>{}</small> {}</th>", text(of), text(name))
}

/// Makes a cell of a number, which is what it is sorted by.
pub(super) fn number(value: f64, shown: &str) -> String {
    format!("<td data-v=\"{value:.4}\">{}</td>", text(shown))
}

/// Makes a cell of a number that may not be known.
pub(super) fn known(value: Option<f64>, shown: &str) -> String {
    number(value.unwrap_or(-1.0), shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_escaped_and_keep_their_order() {
        let mut rows = Rows::new(&[Column::words("a & b"), Column::number("n"), Column::plain("")]);
        rows.push(&[name("<w>", "x"), number(61.0, "1 m 01 s"), words("\"y\"")]);
        let table = rows.finish();
        assert!(table.contains("a &amp; b") && table.contains("<small>&lt;w&gt;</small> x"), "{table}");
        assert!(table.contains("<td data-v=\"61.0000\">1 m 01 s</td>") && table.contains("&quot;y&quot;"), "{table}");
    }
}
