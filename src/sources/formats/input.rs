//! A file that a tool wrote, read as a stream: it may be larger than memory.

use std::io::{self, BufRead as _, BufReader, Read};

use serde::de::DeserializeOwned;

use crate::model::place::Position;

/// A file that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}:{}: {reason}", position.line, position.column)]
pub struct FormatError {
    /// Where.
    pub position: Position,
    /// Why.
    pub reason: String,
}

impl FormatError {
    /// Makes an error from a line and a column, from 1.
    pub(super) fn at(line: usize, column: usize, reason: impl Into<String>) -> Self {
        Self { position: Position { line: line.max(1), column: column.max(1) }, reason: reason.into() }
    }

    /// Makes the error of a file that the system does not let us read.
    pub(super) fn unreadable(error: &io::Error) -> Self {
        Self::at(1, 1, format!("the file cannot be read: {error}"))
    }
}

/// What opens the file, from its start.
type Open<'file> = dyn Fn() -> io::Result<Box<dyn Read + 'file>> + 'file;

/// A file that can be read more than once.
pub struct Input<'file> {
    open: Box<Open<'file>>,
    /// The file's name without its ending: what stands for a name where the file holds none.
    pub(super) stem: String,
    /// The file's path, with slashes.
    pub(super) path: String,
}

/// The largest document that is read as a whole.
const LARGEST_DOCUMENT: u64 = 256 << 20;

/// The longest line, in bytes. What is behind that is left out.
const LONGEST_LINE: u64 = 8 << 20;

/// How much of a file is looked at to tell its format.
const HEAD: u64 = 64 << 10;

impl<'file> Input<'file> {
    /// Takes what opens a file.
    pub fn new(stem: impl Into<String>, open: impl Fn() -> io::Result<Box<dyn Read + 'file>> + 'file) -> Self {
        Self { open: Box::new(open), stem: stem.into(), path: String::new() }
    }

    /// Takes bytes for a file.
    pub fn of_bytes(stem: &str, bytes: &'file [u8]) -> Self {
        Self::new(stem, move || Ok(Box::new(bytes)))
    }

    /// Says where the file is, with slashes.
    #[must_use]
    pub fn at(self, path: impl Into<String>) -> Self {
        Self { path: path.into(), ..self }
    }

    /// Opens the file.
    ///
    /// # Errors
    /// The system refuses.
    pub(super) fn reader(&self) -> Result<Box<dyn Read + 'file>, FormatError> {
        (self.open)().map_err(|error| FormatError::unreadable(&error))
    }

    /// Reads the beginning of the file as text.
    pub(super) fn head(&self) -> Result<String, FormatError> {
        let mut bytes = Vec::new();
        let read = self.reader()?.take(HEAD).read_to_end(&mut bytes);
        read.map_err(|error| FormatError::unreadable(&error))?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Ok(text.strip_prefix('\u{FEFF}').map(str::to_owned).unwrap_or(text))
    }

    /// Reads the whole file as text, what is no UTF-8 replaced.
    pub(super) fn text(&self) -> Result<String, FormatError> {
        let mut bytes = Vec::new();
        let read = self.reader()?.take(LARGEST_DOCUMENT + 1).read_to_end(&mut bytes);
        read.map_err(|error| FormatError::unreadable(&error))?;
        if bytes.len() as u64 > LARGEST_DOCUMENT {
            let reason = format!("the file is larger than {} MiB", LARGEST_DOCUMENT >> 20);
            return Err(FormatError::at(1, 1, reason));
        }
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Ok(text.strip_prefix('\u{FEFF}').map(str::to_owned).unwrap_or(text))
    }

    /// Reads the whole file as JSON.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, FormatError> {
        let text = self.text()?;
        serde_json::from_str(&text).map_err(|error| json_error(&error, 0))
    }

    /// Hands out line by line, without their breaks and without colors.
    pub(super) fn each_line(
        &self,
        mut see: impl FnMut(usize, &str) -> Result<(), FormatError>,
    ) -> Result<(), FormatError> {
        let mut reader = BufReader::with_capacity(1 << 16, self.reader()?);
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            let read = reader.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line);
            if read.map_err(|error| FormatError::unreadable(&error))? == 0 {
                break;
            }
            if line.last() != Some(&b'\n') {
                skip_line(&mut reader).map_err(|error| FormatError::unreadable(&error))?;
            }
            let text = String::from_utf8_lossy(&line);
            let text = text.trim_end_matches(['\n', '\r']);
            let text = if number == 1 { text.trim_start_matches('\u{FEFF}') } else { text };
            see(number, &without_colors(text))?;
        }
        Ok(())
    }
}

/// Reads on behind the next line break, whatever is before it.
fn skip_line(reader: &mut impl io::BufRead) -> io::Result<()> {
    loop {
        let bytes = reader.fill_buf()?;
        let (length, found) = match memchr::memchr(b'\n', bytes) {
            Some(newline) => (newline + 1, true),
            None => (bytes.len(), bytes.is_empty()),
        };
        reader.consume(length);
        if found {
            return Ok(());
        }
    }
}

/// Says what is wrong with a JSON text that begins on the line behind so many.
pub(super) fn json_error(error: &serde_json::Error, before: usize) -> FormatError {
    let text = error.to_string();
    // The place stands in front of the message already.
    let reason = text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason);
    FormatError::at(before + error.line(), error.column(), format!("the JSON is not what it should be: {reason}"))
}

/// Leaves out what colors a terminal's text.
fn without_colors(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, sequence)) = rest.split_once("\u{1B}[") {
        text.push_str(before);
        rest = sequence.trim_start_matches(|character: char| !character.is_ascii_alphabetic());
        rest = rest.get(1..).unwrap_or_default();
    }
    text.push_str(rest);
    text
}

/// Reads a number, whatever groups its digits; nothing where it is none, or not finite.
pub(super) fn number(text: &str) -> Option<f64> {
    let digits: String =
        text.chars().filter(|character| !matches!(character, ',' | '_') && !character.is_whitespace()).collect();
    digits.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Returns the middle of some values: of an even number of them the mean of the middle two.
pub(super) fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    values.get(values.len() / 2 - 1).map(|lower| lower / 2.0 + upper / 2.0)
}

/// Returns the first line of a text that says something, shortened, without control characters.
pub(super) fn first_line(text: &str) -> Option<String> {
    const LONGEST: usize = 300;
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    Some(line.chars().filter(|character| !character.is_control()).take(LONGEST).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_without_breaks_colors_and_excess() {
        let long = "x".repeat(usize::try_from(LONGEST_LINE).unwrap() + 10);
        let text = format!("\u{FEFF}a\r\n\u{1B}[1;32mgreen\u{1B}[0m \u{FF}\n{long}\nend");
        let mut lines = Vec::new();
        Input::of_bytes("x", text.as_bytes())
            .each_line(|number, line| {
                lines.push((number, line.len(), line.chars().take(8).collect::<String>()));
                Ok(())
            })
            .unwrap();
        let found: Vec<(usize, usize, &str)> =
            lines.iter().map(|(at, length, text)| (*at, *length, text.as_str())).collect();
        assert_eq!(found, [(1, 1, "a"), (2, 8, "green \u{FF}"), (3, long.len() - 10, "xxxxxxxx"), (4, 3, "end")]);
    }

    #[test]
    fn numbers_may_be_grouped() {
        assert_eq!(
            [number("1,234.5"), number(" 7 "), number(""), number("NaN"), number("x")],
            [Some(1234.5), Some(7.0), None, None, None]
        );
        assert_eq!(
            [median(&mut [3.0, 1.0, 2.0]), median(&mut [4.0, 1.0]), median(&mut [])],
            [Some(2.0), Some(2.5), None]
        );
    }
}
