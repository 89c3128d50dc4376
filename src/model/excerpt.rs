//! The text around a place, for people who want to see what a finding is about.

use std::fmt;

/// The bytes that are kept before a place in a long line.
const BEFORE: usize = 160;

/// The bytes that are kept from a place on in a long line.
const BEHIND: usize = 480;

/// A line of source or, where the line is long, the part of it around a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// The text, without a line break.
    pub text: String,
    /// How many characters of the line stand before the text.
    pub skipped: usize,
    /// Whether more of the line follows the text.
    pub is_cut: bool,
}

impl Excerpt {
    /// Cuts out what stands around a byte of a line; `column` is that byte's column, from 1.
    pub fn around(line: &str, at: usize, column: usize) -> Self {
        if line.len() <= BEFORE + BEHIND {
            return Self::from(line);
        }
        let at = line.floor_char_boundary(at);
        let from = line.floor_char_boundary(at.saturating_sub(BEFORE));
        let to = line.ceil_char_boundary(at + BEHIND);
        let part = |from: usize, to: usize| line.get(from..to).unwrap_or_default();
        Self {
            text: part(from, to).to_owned(),
            skipped: (column.max(1) - 1).saturating_sub(part(from, at).chars().count()),
            is_cut: to < line.len(),
        }
    }

    /// Tells whether there is nothing to see.
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

impl From<&str> for Excerpt {
    fn from(line: &str) -> Self {
        Self { text: line.to_owned(), skipped: 0, is_cut: false }
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let left = if self.skipped > 0 { "…" } else { "" };
        let right = if self.is_cut { "…" } else { "" };
        write!(formatter, "{left}{}{right}", self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_lines_are_whole() {
        let excerpt = Excerpt::around("  run: make", 7, 8);
        assert_eq!((excerpt.to_string().as_str(), excerpt.skipped), ("  run: make", 0));
    }

    #[test]
    fn long_lines_are_cut_between_characters() {
        let line = format!("{}needle{}", "ü漢".repeat(5000), "é".repeat(5000));
        let at = line.find("needle").unwrap();
        let excerpt = Excerpt::around(&line, at, 10_001);
        let before = excerpt.text.split("needle").next().unwrap().chars().count();
        assert_eq!(excerpt.skipped + before, 10_000);
        assert!(excerpt.is_cut && excerpt.text.len() < 700);
        assert!(excerpt.to_string().starts_with('…') && excerpt.to_string().ends_with('…'));
        for at in 0..line.len() {
            assert!(Excerpt::around(&line, at, at).text.len() < 700);
        }
        let end = Excerpt::around(&line, line.len() + 9, 15_007);
        assert!(!end.is_cut && end.text.ends_with('é'));
    }
}
