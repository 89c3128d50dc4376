//! One field of a table: typed inside, plain text outside.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;

use super::column::{Column, Kind};

/// The value of one field. What is not known is [`Cell::Empty`], which is never a zero.
#[derive(Clone, Debug, Default)]
pub enum Cell {
    /// Not known, or not applicable.
    #[default]
    Empty,
    /// Words.
    Text(Word),
    /// A whole number: a count, an id, a size in bytes.
    Integer(i64),
    /// Any other number; always finite.
    Number(f64),
    /// A moment, in seconds since 1970 (UTC).
    Time(i64),
}

/// A text that cells share, since many rows say the same. A cell holds no more than a pointer to it, so that
/// histories stay small in memory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Word(Arc<Box<str>>);

impl Word {
    /// Keeps a text.
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(Arc::new(text.into()))
    }
}

impl Deref for Word {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Word {
    fn borrow(&self) -> &str {
        self
    }
}

/// A field whose text is not what its column holds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("column `{column}` holds {expected}, not `{text}`")]
pub struct ParseError {
    column: &'static str,
    expected: &'static str,
    text: String,
}

impl Cell {
    /// Makes a text; an empty one is not known. A NUL, which no table holds, becomes a mark.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into().replace('\0', "\u{FFFD}");
        if text.is_empty() { Self::Empty } else { Self::Text(Word::new(text)) }
    }

    /// Makes a whole number; one too large for the tables is not known.
    pub fn integer(value: impl TryInto<i64>) -> Self {
        value.try_into().map_or(Self::Empty, Self::Integer)
    }

    /// Makes a number as it is; one that is not finite is not known.
    pub fn number(value: f64) -> Self {
        // Adding zero turns -0 into 0, which would otherwise be written with its sign.
        if value.is_finite() { Self::Number(value + 0.0) } else { Self::Empty }
    }

    /// Makes a duration or a ratio: a number with up to three decimals.
    pub fn rounded(value: f64) -> Self {
        let scaled = (value * 1000.0).round() / 1000.0;
        Self::number(if scaled.is_finite() { scaled } else { value })
    }

    /// Makes a moment, cut to whole seconds.
    pub fn time(time: Timestamp) -> Self {
        Self::Time(whole_seconds(time))
    }

    /// Makes the cell of a value that may not be known.
    pub fn from_option<T>(value: Option<T>, make: impl FnOnce(T) -> Self) -> Self {
        value.map_or(Self::Empty, make)
    }

    /// Returns the moment, if it is one.
    pub fn moment(&self) -> Option<Timestamp> {
        match self {
            Self::Time(seconds) => Timestamp::from_second(*seconds).ok(),
            Self::Empty | Self::Text(_) | Self::Integer(_) | Self::Number(_) => None,
        }
    }

    /// Tells whether nothing is known.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    /// Reads a field of a column. An empty field is not known, whatever the column holds.
    ///
    /// # Errors
    /// The text is not what the column holds.
    pub fn parse(column: &'static Column, text: &str) -> Result<Self, ParseError> {
        if text.is_empty() {
            return Ok(Self::Empty);
        }
        let parsed = match column.kind {
            Kind::Text => Some(Self::Text(Word::new(text))),
            Kind::Integer => text.parse().ok().map(Self::Integer),
            Kind::Number => text.parse().ok().filter(|number: &f64| number.is_finite()).map(Self::number),
            Kind::Time => text.parse().ok().map(Self::time),
        };
        parsed.ok_or_else(|| ParseError {
            column: column.name,
            expected: column.kind.expected(),
            text: text.chars().take(80).collect(),
        })
    }

    /// Orders unknown cells after known ones, so that rows without a time stand at the end.
    fn rank(&self) -> u8 {
        match self {
            Self::Time(_) => 0,
            Self::Integer(_) => 1,
            Self::Number(_) => 2,
            Self::Text(_) => 3,
            Self::Empty => 4,
        }
    }
}

/// Cuts a moment to whole seconds, towards the past.
fn whole_seconds(time: Timestamp) -> i64 {
    if time.subsec_nanosecond() < 0 { time.as_second() - 1 } else { time.as_second() }
}

impl PartialEq for Cell {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Cell {}

impl Hash for Cell {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.rank().hash(state);
        match self {
            Self::Empty => {}
            Self::Text(text) => text.hash(state),
            Self::Integer(number) => number.hash(state),
            // As `total_cmp` tells numbers apart.
            Self::Number(number) => number.to_bits().hash(state),
            Self::Time(time) => time.hash(state),
        }
    }
}

impl PartialOrd for Cell {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Cell {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Text(one), Self::Text(two)) => one.cmp(two),
            (Self::Integer(one), Self::Integer(two)) | (Self::Time(one), Self::Time(two)) => one.cmp(two),
            (Self::Number(one), Self::Number(two)) => one.total_cmp(two),
            (one, two) => one.rank().cmp(&two.rank()),
        }
    }
}

impl fmt::Display for Cell {
    /// Writes the field as the tables hold it: no exponent, no trailing zeros, times in UTC.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => Ok(()),
            Self::Text(text) => formatter.pad(text),
            Self::Integer(number) => formatter.pad(&number.to_string()),
            Self::Number(number) => formatter.pad(&number.to_string()),
            Self::Time(_) => {
                const PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(0));
                self.moment().map_or(Ok(()), |time| formatter.pad(&PRINTER.timestamp_to_string(&time)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECONDS: Column = Column::seconds("duration_s", "Time.");
    const COUNT: Column = Column::count("jobs", "Jobs.");
    const AT: Column = Column::time("at", "When.");

    #[test]
    fn a_cell_is_two_words_of_the_machine() {
        // A history of a million rows has thirty million of them.
        assert_eq!(size_of::<Cell>(), 16);
    }

    #[test]
    fn fields_are_written_plainly() {
        let time: Timestamp = "2026-03-01T12:00:00.987Z".parse().unwrap();
        for (cell, text) in [
            (Cell::rounded(1.0), "1"),
            (Cell::rounded(0.000_531), "0.001"),
            (Cell::rounded(12.345_67), "12.346"),
            (Cell::rounded(-0.000_1), "0"),
            (Cell::number(1.5e-7), "0.00000015"),
            (Cell::number(1e20), "100000000000000000000"),
            (Cell::number(f64::NAN), ""),
            (Cell::integer(30_433_642_u64), "30433642"),
            (Cell::integer(u64::MAX), ""),
            (Cell::text(""), ""),
            (Cell::time(time), "2026-03-01T12:00:00Z"),
        ] {
            assert_eq!(cell.to_string(), text);
        }
    }

    #[test]
    fn fields_are_read_by_their_columns() {
        assert_eq!(Cell::parse(&SECONDS, "1.50").unwrap().to_string(), "1.5");
        assert_eq!(Cell::parse(&SECONDS, "").unwrap(), Cell::Empty);
        assert_eq!(Cell::parse(&AT, "2026-03-01T13:00:00+01:00").unwrap().to_string(), "2026-03-01T12:00:00Z");
        let refused = |column, text| Cell::parse(column, text).unwrap_err().to_string();
        assert_eq!(refused(&COUNT, "1.5"), "column `jobs` holds a whole number, not `1.5`");
        assert_eq!(refused(&SECONDS, "inf"), "column `duration_s` holds a number, not `inf`");
        assert!(refused(&AT, "yesterday").starts_with("column `at` holds a time such as 2026-"));
    }

    proptest::proptest! {
        #[test]
        fn numbers_come_back_as_they_went(number in proptest::num::f64::NORMAL) {
            let cell = Cell::number(number);
            assert_eq!(Cell::parse(&SECONDS, &cell.to_string()).unwrap(), cell);
        }
    }
}
