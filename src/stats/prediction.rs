//! How far a further value of a series may lie from those before it, by chance alone.

use super::{Confidence, Percent, Sample, count};

/// What a normal distribution's standard deviation is of its median absolute deviation: 1 ÷ the
/// normal quantile at 75 %.
const DEVIATIONS_A_MAD: f64 = 1.482_602_218_505_602;

/// A way to tell which values are unlikely to follow others by chance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Prediction {
    /// Mean ± z·s, with the normal quantile z.
    ZScore(Confidence),
    /// Mean ± t·s·√(1 + 1/n), with Student's quantile t at n − 1 degrees of freedom: the prediction
    /// interval for one further value (Hahn and Meeker, "Statistical Intervals", 1991, 4.8). It is
    /// wider than [`Self::ZScore`] as long as few values say where the mean and the spread are.
    StudentT(Confidence),
    /// [`Self::StudentT`] of the logarithms, for what scatters by factors, as durations do.
    LogNormal(Confidence),
    /// Median ± k·(Q3 − Q1) (Tukey, "Exploratory Data Analysis", 1977, has k = 1.5 from the
    /// quartiles).
    Iqr(f64),
    /// Median ± median·k·(the interquartile range of the relative changes |xᵢ₊₁ − xᵢ| ÷ xᵢ).
    DeltaIqr(f64),
    /// Median ± k·1.4826·MAD (Hampel, "The Influence Curve and its Role in Robust Estimation",
    /// JASA 69, 1974).
    Mad(f64),
}

/// Where a further value is expected.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Expected {
    /// The middle: the mean, the geometric mean or the median.
    pub center: f64,
    /// Lower values are unlikely.
    pub lower: f64,
    /// Higher values are unlikely.
    pub upper: f64,
}

impl Prediction {
    /// Tells where the next value is expected; `series` is in the order of time.
    ///
    /// `None` for fewer than two values (three for [`Self::DeltaIqr`], which looks at the spread of
    /// changes), and for [`Self::LogNormal`] where a value is not positive. Values that are not
    /// finite are left out. Of equal values the three figures are the same, so that any other value
    /// is unexpected: how much it matters has to be asked apart.
    pub fn expected(self, series: &[f64]) -> Option<Expected> {
        let finite: Vec<f64> = series.iter().copied().filter(|value| value.is_finite()).collect();
        let sample = Sample::new(finite.iter().copied());
        if sample.len() < 2 {
            return None;
        }
        match self {
            Self::ZScore(confidence) => {
                let (mean, deviation) = (sample.mean()?, sample.standard_deviation()?);
                Some(Expected::around(mean, confidence.normal_quantile() * deviation))
            }
            Self::StudentT(confidence) => student(&sample, confidence),
            Self::LogNormal(confidence) => {
                sample.min().filter(|least| *least > 0.0)?;
                let logarithms = Sample::new(sample.values().iter().map(|value| value.ln()));
                student(&logarithms, confidence).map(|expected| expected.map(f64::exp))
            }
            Self::Iqr(times) => Some(Expected::around(sample.median()?, times * interquartile_range(&sample)?)),
            Self::DeltaIqr(times) => {
                let median = sample.median()?;
                let changes = relative_changes(&finite);
                if changes.len() < 2 {
                    return None;
                }
                Some(Expected::around(median, (median * times * interquartile_range(&changes)?).abs()))
            }
            Self::Mad(times) => {
                let deviation = DEVIATIONS_A_MAD * sample.median_absolute_deviation()?;
                Some(Expected::around(sample.median()?, times * deviation))
            }
        }
    }
}

impl Expected {
    fn around(center: f64, distance: f64) -> Self {
        Self { center, lower: center - distance, upper: center + distance }
    }

    fn map(self, change: impl Fn(f64) -> f64) -> Self {
        Self { center: change(self.center), lower: change(self.lower), upper: change(self.upper) }
    }
}

fn student(sample: &Sample, confidence: Confidence) -> Option<Expected> {
    let (mean, deviation) = (sample.mean()?, sample.standard_deviation()?);
    let quantile = confidence.student_quantile(sample.len().checked_sub(1)?)?;
    Some(Expected::around(mean, quantile * deviation * (1.0 + 1.0 / count(sample.len())).sqrt()))
}

fn interquartile_range(sample: &Sample) -> Option<f64> {
    let quartile = |percent| Percent::new(percent).and_then(|percent| sample.quantile(percent));
    Some(quartile(75)? - quartile(25)?)
}

/// Returns how much each value differs from the one before, as a share of that one; changes from
/// zero have none and are left out.
fn relative_changes(series: &[f64]) -> Sample {
    let changes = series.iter().zip(series.iter().skip(1)).map(|(before, after)| ((after - before) / before).abs());
    Sample::new(changes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(confidence: f64, times: f64) -> [Prediction; 6] {
        let sure = Confidence::new(confidence).unwrap();
        [
            Prediction::ZScore(sure),
            Prediction::StudentT(sure),
            Prediction::LogNormal(sure),
            Prediction::Iqr(times),
            Prediction::DeltaIqr(times),
            Prediction::Mad(times),
        ]
    }

    #[test]
    fn small_samples_are_worked_out_by_hand() {
        let series = [10.0, 12.0, 11.0, 13.0];
        let sure = Confidence::new(0.95).unwrap();
        let deviation = (5.0_f64 / 3.0).sqrt();
        for (prediction, center, upper) in [
            (Prediction::ZScore(sure), 11.5, 11.5 + 1.644_853_627 * deviation),
            (Prediction::StudentT(sure), 11.5, 11.5 + 2.353_363_435 * deviation * 1.25_f64.sqrt()),
            (Prediction::Iqr(2.0), 11.5, 11.5 + 2.0 * 1.5),
            (Prediction::Mad(2.0), 11.5, 11.5 + 2.0 * DEVIATIONS_A_MAD),
            // The changes are 1/5, 1/12 and 2/11; their quartiles lie half way between neighbors.
            (Prediction::DeltaIqr(1.0), 11.5, 11.5 + 11.5 * (0.2 - 1.0 / 12.0) / 2.0),
        ] {
            let found = prediction.expected(&series).unwrap();
            assert!(
                (found.center - center).abs() < 1e-9 && (found.upper - upper).abs() < 1e-7,
                "{prediction:?} {found:?}"
            );
        }
    }

    #[test]
    fn too_little_and_what_has_no_logarithm_expect_nothing() {
        for prediction in all(0.99, 3.0) {
            assert_eq!(prediction.expected(&[]), None);
            assert_eq!(prediction.expected(&[1.0, f64::NAN]), None);
        }
        assert_eq!(Prediction::DeltaIqr(1.0).expected(&[1.0, 2.0]), None);
        assert_eq!(Prediction::DeltaIqr(1.0).expected(&[0.0, 0.0, 0.0]), None);
        assert_eq!(Prediction::LogNormal(Confidence::new(0.99).unwrap()).expected(&[0.0, 1.0, 2.0]), None);
    }

    #[test]
    fn equal_values_expect_themselves() {
        for prediction in all(0.99, 3.0) {
            let found = prediction.expected(&[7.0; 9]).unwrap();
            assert!((found.lower - 7.0).abs() < 1e-12 && (found.upper - 7.0).abs() < 1e-12, "{prediction:?}");
        }
    }

    proptest! {
        #[test]
        fn limits_enclose_the_center_and_widen(
            series in prop::collection::vec(0.1..1e6_f64, 3..40), low in 0.5..0.9_f64, further in 0.0..0.09_f64
        ) {
            let pairs = all(low, low).into_iter().zip(all(low + further, low + further));
            for (narrow, wide) in pairs {
                let (narrow, wide) = (narrow.expected(&series).unwrap(), wide.expected(&series).unwrap());
                let slack = 1e-9 * narrow.upper.abs();
                prop_assert!(narrow.lower <= narrow.center + slack && narrow.center <= narrow.upper + slack);
                prop_assert!(wide.upper >= narrow.upper - slack && wide.lower <= narrow.lower + slack);
            }
        }

        #[test]
        fn scaling_carries_over(series in prop::collection::vec(0.1..1e4_f64, 3..40), scale in 0.01..100.0_f64) {
            let scaled: Vec<f64> = series.iter().map(|value| value * scale).collect();
            for prediction in all(0.99, 3.0) {
                let (before, after) = (prediction.expected(&series).unwrap(), prediction.expected(&scaled).unwrap());
                prop_assert!((after.upper - before.upper * scale).abs() <= 1e-7 * after.upper.abs());
            }
        }
    }
}
