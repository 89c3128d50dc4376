//! Scores as exact numbers.
//!
//! They are fractions of integers, so that no sum depends on the order of its terms.

use std::cmp::Ordering;

/// A fraction of integers, reduced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fraction {
    numerator: u128,
    denominator: u128,
}

impl Fraction {
    /// Makes a fraction; a denominator of zero counts as one.
    pub fn new(numerator: u128, denominator: u128) -> Self {
        let denominator = denominator.max(1);
        let divisor = greatest_common_divisor(numerator, denominator).max(1);
        Self { numerator: numerator / divisor, denominator: denominator / divisor }
    }

    /// Returns the part above the line.
    pub fn numerator(self) -> u128 {
        self.numerator
    }

    /// Returns the part below the line.
    pub fn denominator(self) -> u128 {
        self.denominator
    }

    /// Adds another fraction.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let numerator = self.numerator * other.denominator + other.numerator * self.denominator;
        Self::new(numerator, self.denominator * other.denominator)
    }

    /// Subtracts a smaller fraction; what would be negative is zero.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        let left = self.numerator * other.denominator;
        let right = other.numerator * self.denominator;
        Self::new(left.saturating_sub(right), self.denominator * other.denominator)
    }

    /// Multiplies by an integer.
    #[must_use]
    pub fn times(self, factor: u128) -> Self {
        Self::new(self.numerator * factor, self.denominator)
    }

    /// Divides by an integer; by zero as by one.
    #[must_use]
    pub fn over(self, divisor: u128) -> Self {
        Self::new(self.numerator, self.denominator * divisor.max(1))
    }

    /// Returns the fraction times `scale`, rounded half up.
    pub fn rounded(self, scale: u128) -> u128 {
        (2 * scale * self.numerator + self.denominator) / (2 * self.denominator)
    }
}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Fraction {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.numerator * other.denominator).cmp(&(other.numerator * self.denominator))
    }
}

fn greatest_common_divisor(mut left: u128, mut right: u128) -> u128 {
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left
}

/// A score from 0 to 10, exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score(pub Fraction);

impl Score {
    /// Returns the score in tenths, rounded half up; it is also the readiness in percent.
    pub fn tenths(self) -> u128 {
        self.0.rounded(10)
    }

    /// Returns the score in hundredths, rounded half up.
    pub fn hundredths(self) -> u128 {
        self.0.rounded(100)
    }

    /// Returns the score with one decimal, rounded half up.
    pub fn shown(self) -> String {
        format!("{}.{}", self.tenths() / 10, self.tenths() % 10)
    }

    /// Returns the grade of the score as it is shown.
    pub fn grade(self) -> &'static str {
        match self.tenths() {
            90.. => "A",
            85.. => "A-",
            75.. => "B+",
            70.. => "B",
            65.. => "B-",
            60.. => "C+",
            50.. => "C",
            40.. => "D",
            _ => "F",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_rounded_up() {
        assert_eq!(Score(Fraction::new(665, 100)).shown(), "6.7");
        assert_eq!(Score(Fraction::new(6_649, 1_000)).shown(), "6.6");
        assert_eq!(Score(Fraction::new(10, 1)).shown(), "10.0");
    }

    #[test]
    fn grades_follow_the_score_that_is_shown() {
        let grade = |tenths| Score(Fraction::new(tenths, 10)).grade();
        let grades: Vec<&str> = [100, 90, 89, 85, 75, 74, 70, 65, 60, 50, 40, 39, 0].into_iter().map(grade).collect();
        assert_eq!(grades, ["A", "A", "A-", "A-", "B+", "B", "B", "B-", "C+", "C", "D", "F", "F"]);
        assert_eq!(Score(Fraction::new(895, 100)).grade(), "A");
    }

    #[test]
    fn fractions_are_exact() {
        let tenth = Fraction::new(1, 10);
        let sum = (0..10).fold(Fraction::new(0, 1), |sum, _| sum.plus(tenth));
        assert_eq!(sum, Fraction::new(1, 1));
        assert!(Fraction::new(1, 3) < Fraction::new(34, 100));
        assert_eq!(Fraction::new(3, 4).minus(Fraction::new(1, 4)), Fraction::new(1, 2));
    }
}
