//! Where a series changed its level: E-divisive.
//!
//! Matteson and James, "A Nonparametric Approach for Multiple Change Point Analysis of Multivariate
//! Data", JASA 109 (2014), with α = 1, in the form that found its way into the performance tests of
//! databases (Daly et al., "The Use of Change Point Detection to Identify Software Performance
//! Regressions in a Continuous Integration System", ICPE 2020): the series is cut where the energy
//! distance between both sides is largest, as long as shuffled series seldom have one as large.

use super::{Confidence, count};

/// How often a series is shuffled at most to find out what chance does.
const SHUFFLES: u32 = 999;

/// The fewest values on both sides of a cut: fewer are outliers, not a level.
pub const LEAST_SEGMENT: usize = 5;

/// Finds the places where a series, in the order of time, changes its level, in ascending order: a
/// place is the number of values before the change. Values that are not finite must have been left
/// out. Fewer than twice [`LEAST_SEGMENT`] values have no change, nor have equal ones.
///
/// The same series gives the same places, since the shuffles come from a fixed seed. The time is
/// that of n² for every cut that is tried, and a thousand times that for every cut that is made.
pub fn change_points(series: &[f64], confidence: Confidence) -> Vec<usize> {
    let mut found = Vec::new();
    let mut waiting = vec![(0, series.len())];
    while let Some((start, end)) = waiting.pop() {
        let Some(segment) = series.get(start..end) else { continue };
        let Some(cut) = best_cut(segment) else { continue };
        if is_significant(segment, &cut, confidence) {
            let place = start + cut.place;
            found.push(place);
            waiting.extend([(start, place), (place, end)]);
        }
    }
    found.sort_unstable();
    found
}

/// A place to cut a series at, and how different both sides are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cut {
    /// How many values stand before it.
    pub place: usize,
    /// The scaled energy distance between both sides: m·n/(m + n) · (2·E|X − Y| − E|X − X′| −
    /// E|Y − Y′|), where the last two are means over distinct pairs.
    pub distance: f64,
}

/// Finds the cut with the largest distance, of equal ones the first; `None` where the series is too
/// short to be cut or all its values are the same.
pub fn best_cut(series: &[f64]) -> Option<Cut> {
    let mut sums = Sums::new(series);
    let mut best: Option<Cut> = None;
    for place in 1..series.len() {
        sums.advance(series, place - 1);
        if place < LEAST_SEGMENT || series.len() - place < LEAST_SEGMENT {
            continue;
        }
        let distance = sums.distance(place, series.len() - place);
        if distance > best.map_or(0.0, |best| best.distance) {
            best = Some(Cut { place, distance });
        }
    }
    best
}

/// The sums of the absolute differences of all pairs, by the sides that their values are on.
struct Sums {
    before: f64,
    across: f64,
    after: f64,
}

impl Sums {
    /// All values are after the cut.
    fn new(series: &[f64]) -> Self {
        let pairs =
            series.iter().enumerate().flat_map(|(at, one)| series.iter().skip(at + 1).map(move |other| one - other));
        Self { before: 0.0, across: 0.0, after: pairs.map(f64::abs).sum() }
    }

    /// Moves the value at `at`, the first one after the cut, before it.
    fn advance(&mut self, series: &[f64], at: usize) {
        let (before, rest) = series.split_at(at.min(series.len()));
        let Some((value, after)) = rest.split_first() else { return };
        let to = |others: &[f64]| others.iter().map(|other| (value - other).abs()).sum::<f64>();
        let (to_before, to_after) = (to(before), to(after));
        self.before += to_before;
        self.across += to_after - to_before;
        self.after -= to_after;
    }

    fn distance(&self, before: usize, after: usize) -> f64 {
        let (m, n) = (count(before), count(after));
        let inside = |sum: f64, values: f64| 2.0 * sum / (values * (values - 1.0));
        m * n / (m + n) * (2.0 * self.across / (m * n) - inside(self.before, m) - inside(self.after, n))
    }
}

/// Shuffles the series to see how often chance alone gives as large a distance. It stops as soon as
/// that was too often, which for a series without a change is soon.
fn is_significant(series: &[f64], cut: &Cut, confidence: Confidence) -> bool {
    let allowed = confidence.left_to_chance() * f64::from(SHUFFLES + 1);
    let mut shuffled = series.to_vec();
    let mut random = SplitMix(0x706c_696d_736f_6c6c);
    let mut as_large = 1.0;
    for _ in 0..SHUFFLES {
        random.shuffle(&mut shuffled);
        // Sums in another order differ in their last digits.
        if best_cut(&shuffled).is_some_and(|other| other.distance >= cut.distance * (1.0 - 1e-12)) {
            as_large += 1.0;
        }
        if as_large > allowed {
            return false;
        }
    }
    as_large <= allowed
}

/// The generator `SplitMix64` of Steele, Lea and Flood, "Fast Splittable Pseudorandom Number
/// Generators", OOPSLA 2014.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Fisher and Yates' shuffle. The remainder favors low places by less than n ÷ 2⁶⁴.
    fn shuffle(&mut self, values: &mut [f64]) {
        for last in (1..values.len()).rev() {
            let places = u64::try_from(last).unwrap_or(u64::MAX).saturating_add(1);
            let chosen = usize::try_from(self.next() % places).unwrap_or(last);
            values.swap(last, chosen);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sure() -> Confidence {
        Confidence::new(0.99).unwrap()
    }

    /// Noise of ±10 without a pattern.
    fn noise(seed: u64, length: usize) -> Vec<f64> {
        let mut random = SplitMix(seed);
        (0..length).map(|_| f64::from(u32::try_from(random.next() % 2001).unwrap()) / 100.0 - 10.0).collect()
    }

    fn levels(levels: &[(f64, usize)]) -> Vec<f64> {
        let long: Vec<f64> = levels.iter().flat_map(|(level, length)| std::iter::repeat_n(*level, *length)).collect();
        noise(7, long.len()).iter().zip(long).map(|(noise, level)| noise + level).collect()
    }

    #[test]
    fn levels_are_told_apart() {
        assert_eq!(change_points(&levels(&[(100.0, 30), (150.0, 30)]), sure()), [30]);
        assert_eq!(change_points(&levels(&[(100.0, 20), (150.0, 20), (90.0, 20)]), sure()), [20, 40]);
    }

    #[test]
    fn neither_noise_nor_an_outlier_is_a_change() {
        let quiet = (1..=60).filter(|seed| change_points(&noise(*seed, 60), sure()).is_empty()).count();
        assert!(quiet >= 57, "{quiet} of 60 at 99 %");
        let mut outliers = noise(3, 60);
        outliers[20] = 900.0;
        outliers[59] = 900.0;
        assert_eq!(change_points(&outliers, sure()), Vec::<usize>::new());
    }

    #[test]
    fn short_and_constant_series_have_none() {
        assert_eq!(change_points(&[], sure()), Vec::<usize>::new());
        assert_eq!(change_points(&[1.0, 1.0, 1.0, 9.0, 9.0, 9.0], sure()), Vec::<usize>::new());
        assert_eq!(change_points(&[4.0; 50], sure()), Vec::<usize>::new());
        let step: Vec<f64> = [1.0; 10].into_iter().chain([2.0; 10]).collect();
        assert_eq!(change_points(&step, sure()), [10]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn places_are_ascending_and_apart(series in prop::collection::vec(0.0..100.0_f64, 0..40)) {
            let found = change_points(&series, Confidence::new(0.9).unwrap());
            let mut edges = vec![0];
            edges.extend(&found);
            edges.push(series.len());
            prop_assert!(found.is_empty() || edges.windows(2).all(|pair| pair[1] - pair[0] >= LEAST_SEGMENT));
        }

        #[test]
        fn the_best_cut_is_that_of_the_definition(series in prop::collection::vec(0.0..100.0_f64, 10..30)) {
            let mean = |one: &[f64], other: &[f64]| {
                let sum: f64 = one.iter().flat_map(|x| other.iter().map(move |y| (x - y).abs())).sum();
                sum / count(one.len() * other.len())
            };
            let inside = |one: &[f64]| mean(one, one) * count(one.len()) / count(one.len() - 1);
            let distance = |place: usize| {
                let (before, after) = series.split_at(place);
                let scale = count(before.len() * after.len()) / count(series.len());
                scale * (2.0 * mean(before, after) - inside(before) - inside(after))
            };
            let best = (LEAST_SEGMENT..=series.len() - LEAST_SEGMENT).map(distance).fold(0.0, f64::max);
            let found = best_cut(&series).map_or(0.0, |cut| cut.distance);
            prop_assert!((found - best).abs() < 1e-9 * (1.0 + best));
        }
    }
}
