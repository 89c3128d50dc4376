//! Tails and quantiles of the normal and of Student's distribution.

use super::count;

/// How sure a statement is: a probability of at least a half and below one.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Confidence(f64);

impl Confidence {
    /// Takes a probability; `None` outside of [0.5, 1).
    pub fn new(probability: f64) -> Option<Self> {
        (0.5..1.0).contains(&probability).then_some(Self(probability))
    }

    /// Returns the probability.
    pub fn get(self) -> f64 {
        self.0
    }

    /// Returns what is left to chance: 0.01 for 99 %.
    pub fn left_to_chance(self) -> f64 {
        1.0 - self.0
    }

    /// Returns the standard normal distribution's quantile.
    pub fn normal_quantile(self) -> f64 {
        invert(self.left_to_chance(), normal_tail)
    }

    /// Returns the quantile of Student's distribution; `None` without degrees of freedom.
    pub fn student_quantile(self, degrees: usize) -> Option<f64> {
        (degrees > 0).then(|| invert(self.left_to_chance(), |value| student_tail(value, count(degrees))))
    }
}

/// Returns the probability that a standard normal value lies above `value`.
///
/// Below 3 it is Marsaglia's series ("Evaluating the Normal Distribution", Journal of Statistical
/// Software 11, 2004): ½ − φ(x)·(x + x³/3 + x⁵/(3·5) + …); above it is Laplace's continued fraction
/// φ(x)/(x + 1/(x + 2/(x + 3/(x + …)))), which keeps its digits far out where the series loses
/// them. A NaN stays one.
pub fn normal_tail(value: f64) -> f64 {
    if value < 0.0 {
        return 1.0 - normal_tail(-value);
    }
    let density = (-0.5 * value * value).exp() / (2.0 * std::f64::consts::PI).sqrt();
    if value >= 3.0 {
        let fraction = (1..=120_u32).rev().fold(value, |below, step| value + f64::from(step) / below);
        return density / fraction;
    }
    let (mut sum, mut term, mut odd) = (value, value, 1.0);
    while term > sum * f64::EPSILON * 0.1 {
        odd += 2.0;
        term *= value * value / odd;
        sum += term;
    }
    0.5 - density * sum
}

/// Returns the probability that a value of Student's distribution lies above `value`, which is not
/// negative: half the regularized incomplete beta function at ν/(ν + t²) with the parameters ν/2
/// and ½ (Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.7.1 and 26.5.27).
fn student_tail(value: f64, degrees: f64) -> f64 {
    let square = value * value;
    if square.is_infinite() {
        return 0.0;
    }
    0.5 * incomplete_beta(degrees / (degrees + square), square / (degrees + square), degrees / 2.0)
}

/// Returns the regularized incomplete beta function with the parameters `a` and ½ at x, whose
/// complement 1 − x is given as well, since it cannot be had from x without losing digits.
///
/// By the continued fraction 26.5.8 of Abramowitz and Stegun, on the side where it converges fast.
fn incomplete_beta(x: f64, complement: f64, a: f64) -> f64 {
    const HALF: f64 = 0.5;
    if x <= 0.0 || complement <= 0.0 {
        return if x <= 0.0 { 0.0 } else { 1.0 };
    }
    let scale = (a * x.ln() + HALF * complement.ln() + ln_gamma(a + HALF) - ln_gamma(a) - ln_gamma(HALF)).exp();
    if x < (a + 1.0) / (a + HALF + 2.0) {
        scale * beta_fraction(x, a, HALF) / a
    } else {
        1.0 - scale * beta_fraction(complement, HALF, a) / HALF
    }
}

/// Evaluates the fraction from the front by the method of Lentz ("Generating Bessel Functions in
/// Mie Scattering Calculations Using Continued Fractions", Applied Optics 15, 1976).
fn beta_fraction(x: f64, a: f64, b: f64) -> f64 {
    let guarded = |value: f64| if value.abs() < f64::MIN_POSITIVE { f64::MIN_POSITIVE } else { value };
    let mut numerator = 1.0;
    let mut denominator = 1.0 / guarded(1.0 - (a + b) * x / (a + 1.0));
    let mut result = denominator;
    for step in 1..=10_000_u32 {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut factor = 1.0;
        for coefficient in [even, odd] {
            denominator = 1.0 / guarded(1.0 + coefficient * denominator);
            numerator = guarded(1.0 + coefficient / numerator);
            factor = numerator * denominator;
            result *= factor;
        }
        if (factor - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    result
}

/// Returns the logarithm of the gamma function of a positive number: Lanczos' approximation ("A
/// Precision Approximation of the Gamma Function", SIAM Journal on Numerical Analysis B 1, 1964)
/// with Godfrey's nine coefficients for g = 7, good to fifteen digits.
fn ln_gamma(value: f64) -> f64 {
    const FIRST: f64 = 0.999_999_999_999_809_9;
    const COEFFICIENTS: [f64; 8] = [
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    let less = value - 1.0;
    let sum = (1..).zip(COEFFICIENTS).fold(FIRST, |sum, (step, c)| sum + c / (less + f64::from(step)));
    let base = less + 7.5;
    0.5 * (2.0 * std::f64::consts::PI).ln() + (less + 0.5) * base.ln() - base + sum.ln()
}

/// Finds where a falling tail, which is ½ at 0, is `probability`, by halving the distance until
/// there is no number between.
fn invert(probability: f64, tail: impl Fn(f64) -> f64) -> f64 {
    let mut above = 1.0;
    while tail(above) > probability && above < f64::MAX / 2.0 {
        above *= 2.0;
    }
    let mut below = 0.0;
    loop {
        let middle = f64::midpoint(below, above);
        if middle <= below || middle >= above {
            return middle;
        }
        if tail(middle) > probability {
            below = middle;
        } else {
            above = middle;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn confidence(probability: f64) -> Confidence {
        Confidence::new(probability).unwrap()
    }

    /// The quantiles of printed tables: Fisher and Yates, "Statistical Tables", and any since.
    #[test]
    fn quantiles_are_those_of_printed_tables() {
        for (probability, quantile) in
            [(0.5, 0.0), (0.975, 1.959_963_985), (0.99, 2.326_347_874), (0.999, 3.090_232_306)]
        {
            assert!((confidence(probability).normal_quantile() - quantile).abs() < 1e-8, "{probability}");
        }
        for (probability, degrees, quantile) in
            [(0.975, 1, 12.706_204_74), (0.99, 1, 31.820_515_95), (0.99, 4, 3.746_947_388), (0.95, 30, 1.697_260_887)]
        {
            let found = confidence(probability).student_quantile(degrees).unwrap();
            assert!((found - quantile).abs() < 1e-7, "{probability} {degrees}: {found}");
        }
    }

    #[test]
    fn what_is_no_confidence_is_refused() {
        for probability in [0.49, 1.0, -1.0, 2.0, f64::NAN] {
            assert_eq!(Confidence::new(probability), None);
        }
        assert_eq!(confidence(0.9).student_quantile(0), None);
    }

    proptest! {
        #[test]
        fn tails_mirror_and_fall(value in -8.0..8.0_f64, further in 0.001..1.0_f64) {
            prop_assert!((normal_tail(value) + normal_tail(-value) - 1.0).abs() < 1e-14);
            // Further out the tail is so near to one that the numbers between are no numbers of the machine.
            let value = value.max(-5.0);
            prop_assert!(normal_tail(value + further) < normal_tail(value));
        }

        #[test]
        fn students_quantile_comes_down_to_the_normal_one(probability in 0.6..0.999_f64, degrees in 1_usize..200) {
            let sure = confidence(probability);
            let (few, more) = (sure.student_quantile(degrees).unwrap(), sure.student_quantile(degrees + 1).unwrap());
            prop_assert!(few > more && more > sure.normal_quantile());
        }
    }
}
