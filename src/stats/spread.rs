//! Location and spread.

use super::{Sample, count};

impl Sample {
    /// Returns the arithmetic mean; `None` for an empty sample.
    ///
    /// It is updated value by value (Welford, "Note on a Method for Calculating Corrected Sums of
    /// Squares and Products", Technometrics 4, 1962), so that sums of large values stay exact
    /// enough.
    pub fn mean(&self) -> Option<f64> {
        self.moments().map(|(mean, _)| mean)
    }

    /// Returns the sample's standard deviation with the divisor n − 1; `None` for fewer than two
    /// values, whose spread is unknown rather than zero.
    pub fn standard_deviation(&self) -> Option<f64> {
        let degrees = self.len().checked_sub(1).filter(|degrees| *degrees > 0)?;
        self.moments().map(|(_, squares)| (squares / count(degrees)).sqrt())
    }

    /// Returns the median absolute deviation from the median, unscaled (Hampel, "The Influence
    /// Curve and its Role in Robust Estimation", JASA 69, 1974); multiplied by 1.4826 it estimates
    /// a normal distribution's standard deviation. `None` for no value, 0 for one; it is 0 as well
    /// when more than half of the values are tied.
    pub fn median_absolute_deviation(&self) -> Option<f64> {
        let median = self.median()?;
        Self::new(self.values().iter().map(|value| (value - median).abs())).median()
    }

    /// Returns the mean and the sum of the squared deviations from it.
    fn moments(&self) -> Option<(f64, f64)> {
        if self.is_empty() {
            return None;
        }
        let mut mean = 0.0;
        let mut squares = 0.0;
        for (before, value) in self.values().iter().enumerate() {
            let off = value - mean;
            mean += off / count(before + 1);
            squares += off * (value - mean);
        }
        Some((mean, squares))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sample(values: &[f64]) -> Sample {
        Sample::new(values.iter().copied())
    }

    #[test]
    fn none_and_one_value_are_told_apart() {
        let (none, one) = (sample(&[]), sample(&[3.0]));
        assert_eq!((none.mean(), none.standard_deviation(), none.median_absolute_deviation()), (None, None, None));
        assert_eq!(
            (one.mean(), one.standard_deviation(), one.median_absolute_deviation()),
            (Some(3.0), None, Some(0.0))
        );
        assert_eq!((none.min(), none.max(), one.min(), one.max()), (None, None, Some(3.0), Some(3.0)));
    }

    #[test]
    fn known_samples_have_known_figures() {
        let known = sample(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]);
        assert_eq!(known.mean(), Some(5.0));
        assert!((known.standard_deviation().unwrap() - (32.0_f64 / 7.0).sqrt()).abs() < 1e-12);
        assert_eq!(known.median_absolute_deviation(), Some(0.5));
        assert_eq!(sample(&[1.0, 1.0, 2.0, 2.0, 4.0, 6.0, 9.0]).median_absolute_deviation(), Some(1.0));
        assert_eq!(sample(&[5.0, 5.0, 5.0, 99.0]).median_absolute_deviation(), Some(0.0));
    }

    proptest! {
        #[test]
        fn the_mean_lies_inside_and_moves_along(values in prop::collection::vec(-1e6..1e6_f64, 1..40), shift in -1e6..1e6_f64) {
            let here = sample(&values);
            let mean = here.mean().unwrap();
            prop_assert!(here.min().unwrap() - 1e-6 <= mean && mean <= here.max().unwrap() + 1e-6);
            let moved = Sample::new(values.iter().map(|value| value + shift));
            prop_assert!((moved.mean().unwrap() - mean - shift).abs() < 1e-6);
        }

        #[test]
        fn spread_ignores_shifts_and_follows_scale(
            values in prop::collection::vec(-1e4..1e4_f64, 2..40), shift in -1e4..1e4_f64, scale in -100.0..100.0_f64
        ) {
            let here = sample(&values);
            let moved = Sample::new(values.iter().map(|value| value * scale + shift));
            let spreads = [Sample::standard_deviation, Sample::median_absolute_deviation];
            for spread in spreads {
                let (before, after) = (spread(&here).unwrap(), spread(&moved).unwrap());
                prop_assert!(before >= 0.0 && (after - before * f64::abs(scale)).abs() < 1e-4);
            }
        }
    }
}
