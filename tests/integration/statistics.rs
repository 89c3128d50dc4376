//! Holds the statistics to what `SciPy` and `NumPy` say of two thousand random samples.
//!
//! `tools/statistics/scipy_figures.py` wrote the figures; a sample is made again here from its seed.

use plimsoll::stats::{Confidence, Percent, Prediction, Sample, mann_whitney};

const FIGURES: &str = include_str!("../fixtures/statistics/scipy.csv");

/// The fields of a row, in order.
const FIELDS: [&str; 10] =
    ["quantile", "deviation", "z", "t", "log_normal", "iqr", "delta_iqr", "mad", "pairs_above", "chance"];

/// The generator `SplitMix64`, as the script has it.
struct SplitMix(u64);

impl SplitMix {
    fn whole(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> usize {
        usize::try_from(self.whole() % bound).unwrap()
    }

    #[expect(clippy::cast_precision_loss, reason = "53 bits are a number's precision")]
    fn share(&mut self) -> f64 {
        (self.whole() >> 11) as f64 * 2.0_f64.powi(-53)
    }

    fn value(&mut self, level: f64, grain: f64) -> f64 {
        let total = (0..12).fold(0.0, |total, _| total + self.share());
        let value = level * (1.0 + 0.08 * (total - 6.0));
        if grain > 0.0 { (value / grain).floor() * grain } else { value }
    }
}

/// What the program says of the samples of a seed; no figure where it says nothing.
fn figures(seed: u64) -> [Option<f64>; 10] {
    let mut random = SplitMix(seed);
    let (first, second) = (2 + random.below(39), 1 + random.below(20));
    let grain = [0.0, 0.0, 1.0, 5.0][random.below(4)];
    let level = 100.0 + 25.0 * random.share();
    let confidence = Confidence::new([0.9, 0.95, 0.975, 0.99, 0.995, 0.999][random.below(6)]).unwrap();
    let percent = Percent::new(u8::try_from(random.below(101)).unwrap()).unwrap();
    let times = 1.0 + 4.0 * random.share();
    let history: Vec<f64> = (0..first).map(|_| random.value(100.0, grain)).collect();
    let current: Vec<f64> = (0..second).map(|_| random.value(level, grain)).collect();
    let sample = Sample::new(history.iter().copied());
    let upper = |prediction: Prediction| prediction.expected(&history).map(|expected| expected.upper);
    let test = mann_whitney(&Sample::new(current), &sample);
    [
        sample.quantile(percent),
        sample.standard_deviation(),
        upper(Prediction::ZScore(confidence)),
        upper(Prediction::StudentT(confidence)),
        upper(Prediction::LogNormal(confidence)),
        upper(Prediction::Iqr(times)),
        upper(Prediction::DeltaIqr(times)),
        upper(Prediction::Mad(times)),
        test.map(|test| test.pairs_above),
        test.map(|test| test.chance),
    ]
}

#[test]
fn figures_are_those_of_scipy() {
    let rows: Vec<&str> = FIGURES.lines().skip(2).collect();
    assert!(FIGURES.lines().nth(1).unwrap().ends_with(&FIELDS.join(",")));
    assert_eq!(rows.len(), 2000);
    for row in rows {
        let (seed, expected) = row.split_once(',').unwrap();
        let found = figures(seed.parse().unwrap());
        for ((field, expected), found) in FIELDS.into_iter().zip(expected.split(',')).zip(found) {
            let expected: f64 = expected.parse().unwrap();
            let same = match found {
                None => expected.is_nan(),
                // Ten digits are written, and where the values are the same the spread is rounding.
                Some(found) => (found - expected).abs() <= 1e-9 * expected.abs() + 1e-12,
            };
            assert!(same, "seed {seed}: {field} is {found:?}, SciPy has {expected}");
        }
    }
}
