//! Arithmetic on samples, pure and total: every function says what it returns for no value and
//! for one, and none of them panics on infinities or on values that are no number.
//!
//! A sample that may hold a NaN is cleaned once, by [`Sample::new`]; after that order is total.

mod change_points;
mod distributions;
mod mann_whitney;
mod prediction;
mod quantiles;
mod spread;

pub use change_points::{Cut, LEAST_SEGMENT, best_cut, change_points};
pub use distributions::{Confidence, normal_tail};
pub use mann_whitney::{MannWhitney, least_chance, mann_whitney};
pub use prediction::{Expected, Prediction};
pub use quantiles::Percent;

/// Finite numbers in ascending order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sample(Vec<f64>);

impl Sample {
    /// Sorts the values; those that are not finite are left out, since no order or mean holds them.
    pub fn new(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().filter(|value| value.is_finite()).collect();
        values.sort_by(f64::total_cmp);
        Self(values)
    }

    /// Returns the values in ascending order.
    pub fn values(&self) -> &[f64] {
        &self.0
    }

    /// Counts the values.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Tells whether there is no value.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the smallest value; `None` for an empty sample.
    pub fn min(&self) -> Option<f64> {
        self.0.first().copied()
    }

    /// Returns the largest value; `None` for an empty sample.
    pub fn max(&self) -> Option<f64> {
        self.0.last().copied()
    }
}

/// Turns a count into a number; exact up to 2^53, more than any sample holds.
#[expect(clippy::cast_precision_loss, reason = "a sample of 2^53 values does not fit into memory")]
pub(crate) fn count(values: usize) -> f64 {
    values as f64
}
