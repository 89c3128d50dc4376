//! Whether one sample tends to lie above another, without asking how either is distributed.

use super::{Sample, count, normal_tail};

/// The smaller sample up to which all arrangements are counted.
const EXACT_UP_TO: usize = 8;

/// What the test of Mann and Whitney says of two samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MannWhitney {
    /// The pairs in which the first sample's value is the higher one; ties count one half.
    pub pairs_above: f64,
    /// How likely at least so many pairs are if both samples come from one distribution.
    pub chance: f64,
    /// How far the first sample lies above the second: the median of all differences between a
    /// value of the first and one of the second (Hodges and Lehmann, "Estimates of Location Based
    /// on Rank Tests", Annals of Mathematical Statistics 34, 1963).
    pub shift: f64,
}

/// Tests whether `first` tends to lie above `second` (Mann and Whitney, "On a Test of Whether One of
/// Two Random Variables is Stochastically Larger than the Other", Annals of Mathematical Statistics
/// 18, 1947). `None` where a sample is empty.
///
/// Without ties and with at most eight values in one sample the chance is exact; else it is the
/// normal approximation with corrections for continuity and ties (Lehmann, "Nonparametrics", 1975,
/// 1.5), as `SciPy` and R do it. Where all values are the same it is 1.
pub fn mann_whitney(first: &Sample, second: &Sample) -> Option<MannWhitney> {
    let (pairs_above, shift) = compare(first, second)?;
    let ties = ties(first, second);
    let exact = ties.is_empty() && first.len().min(second.len()) <= EXACT_UP_TO;
    let chance = if exact {
        exact_chance(pairs_above, first.len(), second.len())
    } else {
        approximate_chance(pairs_above, first.len(), second.len(), &ties)
    };
    Some(MannWhitney { pairs_above, chance, shift })
}

/// Returns the least chance that samples of these sizes can come to: that of the one arrangement
/// in which all of the first lie above all of the second.
pub fn least_chance(first: usize, second: usize) -> f64 {
    let pairs = count(first) * count(second);
    if first.min(second) <= EXACT_UP_TO {
        exact_chance(pairs, first, second)
    } else {
        approximate_chance(pairs, first, second, &[])
    }
}

/// Counts the pairs in which the first sample is above, and finds the median difference.
fn compare(first: &Sample, second: &Sample) -> Option<(f64, f64)> {
    let mut above = 0.0;
    let mut differences = Vec::with_capacity(first.len() * second.len());
    for one in first.values() {
        for other in second.values() {
            above += match one.total_cmp(other) {
                std::cmp::Ordering::Greater => 1.0,
                std::cmp::Ordering::Equal => 0.5,
                std::cmp::Ordering::Less => 0.0,
            };
            differences.push(one - other);
        }
    }
    Some((above, Sample::new(differences).median()?))
}

/// Counts how often each value occurs that occurs more than once in both samples together.
fn ties(first: &Sample, second: &Sample) -> Vec<usize> {
    let together = Sample::new(first.values().iter().chain(second.values()).copied());
    let groups = together.values().chunk_by(|one, other| one.total_cmp(other).is_eq());
    groups.map(<[f64]>::len).filter(|size| *size > 1).collect()
}

/// Counts arrangements: their numbers by pairs above are the coefficients of the Gaussian binomial
/// ∏ (1 − qᵐ⁺ⁱ) ÷ (1 − qⁱ) with i from 1 to n.
fn exact_chance(pairs_above: f64, first: usize, second: usize) -> f64 {
    let (few, many) = (first.min(second), first.max(second));
    let most = few * many;
    let mut ways = vec![0.0; most + 1];
    if let Some(none) = ways.first_mut() {
        *none = 1.0;
    }
    for factor in 1..=few {
        // Multiplied from the top down, divided from the bottom up: no way is used twice.
        for at in (many + factor..=most).rev() {
            let lower = ways.get(at - many - factor).copied().unwrap_or(0.0);
            ways.get_mut(at).into_iter().for_each(|way| *way -= lower);
        }
        for at in factor..=most {
            let lower = ways.get(at - factor).copied().unwrap_or(0.0);
            ways.get_mut(at).into_iter().for_each(|way| *way += lower);
        }
    }
    let total: f64 = ways.iter().sum();
    // By symmetry there are as many ways with at least u pairs as with at most all but u.
    let at_most = count(most) - pairs_above;
    let counted = ways.iter().zip(0_u32..).filter(|(_, pairs)| f64::from(*pairs) <= at_most);
    counted.map(|(way, _)| way).sum::<f64>() / total
}

fn approximate_chance(pairs_above: f64, first: usize, second: usize, ties: &[usize]) -> f64 {
    let (m, n) = (count(first), count(second));
    let all = m + n;
    let shared: f64 = ties.iter().map(|size| count(*size).powi(3) - count(*size)).sum();
    let variance = m * n / 12.0 * (all + 1.0 - shared / (all * (all - 1.0)));
    if variance <= 0.0 {
        return 1.0;
    }
    normal_tail((pairs_above - m * n / 2.0 - 0.5) / variance.sqrt()).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sample(values: &[f64]) -> Sample {
        Sample::new(values.iter().copied())
    }

    #[test]
    fn small_samples_are_counted() {
        let found = mann_whitney(&sample(&[4.0, 5.0, 6.0]), &sample(&[1.0, 2.0, 3.0])).unwrap();
        // One of the 20 ways to choose three of six has all three on top.
        assert!((found.chance - 0.05).abs() < 1e-12 && (found.pairs_above - 9.0).abs() < 1e-12);
        assert!((found.shift - 3.0).abs() < 1e-12);
        let other = mann_whitney(&sample(&[1.0, 2.0, 3.0]), &sample(&[4.0, 5.0, 6.0])).unwrap();
        assert!((other.chance - 1.0).abs() < 1e-12 && (other.shift + 3.0).abs() < 1e-12);
    }

    #[test]
    fn equal_values_are_no_evidence() {
        let same = sample(&[5.0; 12]);
        assert!((mann_whitney(&same, &same).unwrap().chance - 1.0).abs() < 1e-12);
        assert_eq!(mann_whitney(&sample(&[]), &same), None);
    }

    #[test]
    fn the_least_chance_is_that_of_complete_separation() {
        for (first, second) in [(1, 20), (2, 20), (5, 20), (8, 8), (9, 30)] {
            let low: Vec<f64> = (0..second).map(count).collect();
            let high: Vec<f64> = (0..first).map(|at| 1000.0 + count(at)).collect();
            let found = mann_whitney(&sample(&high), &sample(&low)).unwrap().chance;
            assert!((found - least_chance(first, second)).abs() < 1e-12, "{first} {second}");
        }
        assert!((least_chance(1, 20) - 1.0 / 21.0).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn monotone_maps_change_nothing(
            first in prop::collection::vec(-5.0..5.0_f64, 1..15), second in prop::collection::vec(-5.0..5.0_f64, 1..15)
        ) {
            let found = mann_whitney(&sample(&first), &sample(&second)).unwrap();
            let map = |values: &[f64]| Sample::new(values.iter().map(|value| value.exp()));
            let mapped = mann_whitney(&map(&first), &map(&second)).unwrap();
            prop_assert!((found.chance - mapped.chance).abs() < 1e-12);
            prop_assert!((0.0..=1.0).contains(&found.chance));
        }

        #[test]
        fn higher_values_are_stronger_evidence(
            first in prop::collection::vec(-5.0..5.0_f64, 1..12), second in prop::collection::vec(-5.0..5.0_f64, 1..12),
            at in 0_usize..12, further in 0.0..5.0_f64
        ) {
            let mut higher = first.clone();
            let place = at % higher.len();
            higher[place] += further;
            let (before, after) = (mann_whitney(&sample(&first), &sample(&second)), mann_whitney(&sample(&higher), &sample(&second)));
            prop_assert!(after.unwrap().chance <= before.unwrap().chance + 1e-12);
        }
    }
}
