//! Text as a terminal shows it: how wide it is, how it is painted, where it breaks.

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthChar as _;

use crate::model::color::Color;
use crate::model::finding::Severity;
use crate::outputs::formats::escape;

/// What a piece of text is, from which its colour follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Ordinary text.
    #[default]
    Plain,
    /// What the eye should find first: headings, messages.
    Strong,
    /// What may be overlooked: rulers, line numbers, hints.
    Faint,
    /// A pass, an improvement.
    Good,
    /// Something worth knowing.
    Info,
    /// Something to look at.
    Warning,
    /// A failure.
    Error,
}

impl Tone {
    fn style(self) -> Style {
        let bold = Style::new().bold();
        match self {
            Self::Plain => Style::new(),
            Self::Strong => bold,
            Self::Faint => Style::new().fg_color(Some(AnsiColor::BrightBlack.into())),
            Self::Good => Style::new().fg_color(Some(AnsiColor::Green.into())),
            Self::Info => bold.fg_color(Some(AnsiColor::Cyan.into())),
            Self::Warning => bold.fg_color(Some(AnsiColor::Yellow.into())),
            Self::Error => bold.fg_color(Some(AnsiColor::Red.into())),
        }
    }
}

impl From<Severity> for Tone {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::Error,
            Severity::Warning => Self::Warning,
            Severity::Info => Self::Info,
        }
    }
}

/// Gives text its colour; without colours it is returned as it is. The text must be safe already.
pub fn paint(text: &str, tone: Tone, color: Color) -> String {
    match color {
        Color::Always if tone != Tone::Plain && !text.is_empty() => {
            let style = tone.style();
            format!("{style}{text}{style:#}")
        }
        Color::Always | Color::Never => text.to_owned(),
    }
}

/// Makes text safe for a terminal and a job's log, and puts it on one line: line breaks and tabs
/// become spaces.
pub fn flat(text: &str) -> String {
    escape::log_words(text)
}

/// Returns how many columns a terminal needs for the text: two for a wide character, none for a
/// combining one.
pub fn columns(text: &str) -> usize {
    text.chars().map(|character| character.width().unwrap_or(0)).sum()
}

/// Fills text with spaces up to a number of columns.
pub fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))))
}

/// Breaks text at spaces into lines of at most `width` columns. A longer word stands alone on its
/// line, whole, so that it can be copied; there is always at least one line.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let needed = columns(word);
        match lines.last_mut() {
            Some(line) if used == 0 => {
                line.push_str(word);
                used = needed;
            }
            Some(line) if used + 1 + needed <= width => {
                line.push(' ');
                line.push_str(word);
                used += 1 + needed;
            }
            Some(_) | None => {
                lines.push(word.to_owned());
                used = needed;
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_is_what_a_terminal_shows() {
        assert_eq!((columns("über"), columns("漢字"), columns("e\u{301}"), columns("")), (4, 4, 1, 0));
        assert_eq!(pad("漢字", 6), "漢字  ");
        assert_eq!(pad("longer", 2), "longer");
    }

    #[test]
    fn lines_break_at_spaces_only() {
        assert_eq!(wrap("a bb ccc dddddddd e", 6), ["a bb", "ccc", "dddddddd", "e"]);
        assert_eq!(wrap("漢字 漢字", 8), ["漢字", "漢字"]);
        assert_eq!(wrap("", 5), [""]);
    }

    #[test]
    fn colour_is_only_added_when_asked_for() {
        assert_eq!(paint("x", Tone::Error, Color::Never), "x");
        assert_eq!(paint("x", Tone::Plain, Color::Always), "x");
        assert_eq!(paint("x", Tone::Error, Color::Always), "\u{1b}[1m\u{1b}[31mx\u{1b}[0m");
    }

    #[test]
    fn hostile_text_stays_on_its_line() {
        assert_eq!(flat("a\nb\u{1b}[2J\r\u{202e}"), "a b\\u{1b}[2J \\u{202e}");
    }
}
