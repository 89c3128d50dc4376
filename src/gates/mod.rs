//! Gates: (settings, history) → verdicts.
//!
//! A gate names a metric, which [`metrics`] turns into series of observations from the tables'
//! rows; a statistic over a window of them is held against bounds. Nothing here reads anything:
//! what the settings mean is settled before the first row is looked at.

pub mod goals;
pub mod metric;
pub mod metrics;
pub mod quantity;
pub mod selector;
pub mod settings;
pub mod threshold;

mod absence;
mod accepted;
mod bounds;
mod comparison;
mod jobs;
mod judge;
mod levels;
mod own;
mod past;
#[cfg(test)]
mod samples;
mod series;

pub use judge::{Gates, Moment, Occasion, judge};
pub use levels::{NEWEST_ROW, gauges, levels};
pub use own::unknown_names;
pub use settings::{Accepted, Gate};

/// A text in a gate that cannot be understood: where in it, why, and what may have been meant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TextError {
    /// The byte of the text at which the trouble starts.
    pub at: usize,
    /// What is wrong, in one sentence without a full stop, with a suggestion where there is one.
    pub message: String,
}

impl TextError {
    /// Says what is wrong from a byte of the text on.
    pub fn new(at: usize, message: impl Into<String>) -> Self {
        Self { at, message: message.into() }
    }

    /// Moves the place by the bytes that stand before the text.
    #[must_use]
    pub fn shifted(self, before: usize) -> Self {
        Self { at: self.at + before, ..self }
    }
}
