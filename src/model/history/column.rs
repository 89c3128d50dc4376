//! What a column holds.

/// One column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name in the header.
    pub name: &'static str,
    /// What its fields are.
    pub kind: Kind,
    /// What its numbers count.
    pub unit: Unit,
    /// What it says, in one sentence.
    pub description: &'static str,
}

/// What a column's fields are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Words.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// A moment in UTC with whole seconds.
    Time,
}

/// What a column's numbers count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Nothing: words, ids, and numbers whose unit stands in another column.
    None,
    /// Things.
    Count,
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Milliseconds,
    /// Minutes as they are billed.
    Minutes,
    /// Days.
    Days,
    /// Bytes.
    Bytes,
    /// A share from 0 to 1.
    Ratio,
    /// US dollars.
    Dollars,
    /// Points from 0 to 10.
    Points,
}

impl Kind {
    /// Returns the word for the kind.
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Time => "time",
        }
    }

    /// Says what a field of the kind must be, for messages.
    pub(super) fn expected(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "a whole number",
            Self::Number => "a number",
            Self::Time => "a time such as 2026-03-01T12:00:00Z",
        }
    }
}

impl Unit {
    /// Returns the unit as it is written behind a number; empty where there is none.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Count => "count",
            Self::Seconds => "s",
            Self::Milliseconds => "ms",
            Self::Minutes => "min",
            Self::Days => "d",
            Self::Bytes => "B",
            Self::Ratio => "ratio",
            Self::Dollars => "USD",
            Self::Points => "0..10",
        }
    }
}

impl Column {
    const fn new(name: &'static str, kind: Kind, unit: Unit, description: &'static str) -> Self {
        Self { name, kind, unit, description }
    }

    /// Makes a column of words.
    pub(super) const fn text(name: &'static str, description: &'static str) -> Self {
        Self::new(name, Kind::Text, Unit::None, description)
    }

    /// Makes a column of moments.
    pub(super) const fn time(name: &'static str, description: &'static str) -> Self {
        Self::new(name, Kind::Time, Unit::None, description)
    }

    /// Makes a column of whole numbers that name something.
    pub(super) const fn id(name: &'static str, description: &'static str) -> Self {
        Self::new(name, Kind::Integer, Unit::None, description)
    }

    /// Makes a column that counts things.
    pub(super) const fn count(name: &'static str, description: &'static str) -> Self {
        Self::new(name, Kind::Integer, Unit::Count, description)
    }

    /// Makes a column of sizes.
    pub(super) const fn bytes(name: &'static str, description: &'static str) -> Self {
        Self::new(name, Kind::Integer, Unit::Bytes, description)
    }

    /// Makes a column of durations.
    pub(super) const fn seconds(name: &'static str, description: &'static str) -> Self {
        Self::new(name, Kind::Number, Unit::Seconds, description)
    }

    /// Makes a column of shares.
    pub(super) const fn ratio(name: &'static str, description: &'static str) -> Self {
        Self::new(name, Kind::Number, Unit::Ratio, description)
    }

    /// Makes a column of numbers in a unit.
    pub(super) const fn number(name: &'static str, unit: Unit, description: &'static str) -> Self {
        Self::new(name, Kind::Number, unit, description)
    }

    /// Makes a column of whole numbers in a unit.
    pub(super) const fn whole(name: &'static str, unit: Unit, description: &'static str) -> Self {
        Self::new(name, Kind::Integer, unit, description)
    }
}
