//! What series are like at a moment, kept under a name to compare with later.

use std::collections::BTreeMap;

use jiff::Timestamp;

/// A saved baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct Levels {
    /// Its name.
    pub name: String,
    /// The branch whose runs it is made of.
    pub branch: String,
    /// When it was saved.
    pub saved_at: Timestamp,
    /// The series by their names, labels included.
    pub series: BTreeMap<String, Level>,
}

/// What one series is like.
#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    /// The value.
    pub value: f64,
    /// What the value is: `median`, `mean` of shares, or `last`.
    pub statistic: String,
    /// The unit as tables and tools write it.
    pub unit: String,
    /// The median absolute deviation.
    pub spread: Option<f64>,
    /// How many values it was made from.
    pub count: usize,
}
