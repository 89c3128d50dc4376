//! What is wrong with a configuration.

use std::fmt;

use crate::model::place::Position;

/// One thing that is wrong, with its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file as people name it.
    pub file: String,
    /// The place.
    pub position: Position,
    /// What is wrong, and what may have been meant.
    pub message: String,
}

impl Problem {
    /// Says what is wrong at a place.
    pub fn new(file: &str, position: Position, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), position, message: message.into() }
    }
}

impl fmt::Display for Problem {
    /// Writes `file:line:column: message`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}:{}: {}", self.file, self.position.line, self.position.column, self.message)
    }
}

/// All things that are wrong, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

/// How many problems are named; the rest is counted.
const SHOWN: usize = 50;

impl fmt::Display for Problems {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.0.iter().take(SHOWN).map(ToString::to_string).collect::<Vec<_>>();
        formatter.write_str(&shown.join("\n"))?;
        match self.0.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(formatter, "\nand {more} more"),
        }
    }
}
