//! Order statistics.

use super::{Sample, count};

/// A percentage between 0 and 100 that names a quantile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent(u8);

impl Percent {
    /// The median's.
    pub const MEDIAN: Self = Self(50);

    /// Takes a whole number of percent; `None` above 100.
    pub fn new(percent: u8) -> Option<Self> {
        (percent <= 100).then_some(Self(percent))
    }

    /// Returns the whole number of percent.
    pub fn get(self) -> u8 {
        self.0
    }

    /// Returns the quantile that has as much on its other side: p95 for p5.
    #[must_use]
    pub fn mirrored(self) -> Self {
        Self(100_u8.saturating_sub(self.0))
    }
}

impl Sample {
    /// Returns a quantile by linear interpolation between closest ranks: type 7 of Hyndman and
    /// Fan, "Sample Quantiles in Statistical Packages", The American Statistician 50 (1996), the
    /// default of R, `NumPy` and pandas. With h = (n − 1)·p it is x⌊h⌋ + (h − ⌊h⌋)·(x⌊h⌋₊₁ − x⌊h⌋).
    ///
    /// n = 0 gives `None`; n = 1 gives the value for every p; ties interpolate to themselves.
    pub fn quantile(&self, percent: Percent) -> Option<f64> {
        let last = self.len().checked_sub(1)?;
        // In whole hundredths, so that p50 of three values is exactly the second.
        let hundredths = last * usize::from(percent.get());
        let (below, part) = (hundredths / 100, count(hundredths % 100) / 100.0);
        let lower = *self.values().get(below)?;
        let upper = self.values().get(below + 1).copied().unwrap_or(lower);
        // The two products cannot overflow where the difference of the values could; the clamp
        // takes back what rounding adds.
        let between = if lower.total_cmp(&upper).is_eq() { lower } else { lower * (1.0 - part) + upper * part };
        Some(between.clamp(lower, upper))
    }

    /// Returns the median, which is the quantile at 50 %; `None` for an empty sample.
    pub fn median(&self) -> Option<f64> {
        self.quantile(Percent::MEDIAN)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn quantile(values: &[f64], percent: u8) -> Option<f64> {
        Sample::new(values.iter().copied()).quantile(Percent::new(percent).unwrap())
    }

    /// The expectations come from R's `quantile(x, p, type = 7)`.
    #[test]
    fn quantiles_are_those_of_type_7() {
        let ten = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0];
        for (values, percent, expected) in [
            (&ten[..], 0, 1.0),
            (&ten[..], 25, 3.25),
            (&ten[..], 50, 5.5),
            (&ten[..], 90, 9.1),
            (&ten[..], 95, 9.55),
            (&ten[..], 100, 10.0),
            (&[3.0, 1.0, 2.0][..], 50, 2.0),
            (&[7.0][..], 95, 7.0),
            (&[4.0, 4.0, 4.0, 9.0][..], 50, 4.0),
        ] {
            let found = quantile(values, percent).unwrap();
            assert!((found - expected).abs() < 1e-12, "p{percent} of {values:?} is {found}");
        }
    }

    #[test]
    fn nothing_has_no_quantile() {
        assert_eq!(quantile(&[], 50), None);
        assert_eq!(quantile(&[f64::NAN, f64::INFINITY], 50), None);
        assert_eq!(Percent::new(101), None);
    }

    #[test]
    fn the_largest_numbers_do_not_overflow() {
        assert!(quantile(&[-f64::MAX, f64::MAX], 50).is_some_and(f64::is_finite));
    }

    proptest! {
        #[test]
        fn a_quantile_lies_inside_and_grows(values in prop::collection::vec(-1e9..1e9, 1..40), percent in 0_u8..100) {
            let sample = Sample::new(values);
            let lower = sample.quantile(Percent::new(percent).unwrap()).unwrap();
            let upper = sample.quantile(Percent::new(percent + 1).unwrap()).unwrap();
            prop_assert!(sample.min().unwrap() <= lower && lower <= upper && upper <= sample.max().unwrap());
        }

        #[test]
        fn order_does_not_matter(mut values in prop::collection::vec(-1e9..1e9, 1..40), percent in 0_u8..=100) {
            let before = quantile(&values, percent);
            values.reverse();
            prop_assert_eq!(before, quantile(&values, percent));
        }

        #[test]
        fn shifting_and_scaling_carry_over(
            values in prop::collection::vec(-1e6..1e6_f64, 1..40), percent in 0_u8..=100, shift in -1e6..1e6_f64, scale in 0.001..1e3_f64
        ) {
            let moved: Vec<f64> = values.iter().map(|value| value * scale + shift).collect();
            let expected = quantile(&values, percent).unwrap() * scale + shift;
            let tolerance = 1e-6 * (1.0 + expected.abs());
            prop_assert!((quantile(&moved, percent).unwrap() - expected).abs() <= tolerance);
        }

        #[test]
        fn mirroring_negates(values in prop::collection::vec(-1e6..1e6_f64, 1..40), percent in 0_u8..=100) {
            let percent = Percent::new(percent).unwrap();
            let negated = Sample::new(values.iter().map(|value| -value));
            let here = Sample::new(values).quantile(percent).unwrap();
            prop_assert!((here + negated.quantile(percent.mirrored()).unwrap()).abs() < 1e-6);
        }
    }
}
