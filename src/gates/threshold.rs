//! Bounds as people write them: `> 30min`, `<= 80%`, and the tolerances of relative gates.

use crate::model::unit::{Dimension, Unit};

use super::TextError;
use super::quantity::Quantity;

/// How a value breaks a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// By lying above.
    Above,
    /// By lying above or on it.
    AtLeast,
    /// By lying below.
    Below,
    /// By lying below or on it.
    AtMost,
}

impl Comparison {
    /// The signs, the longer ones first.
    const SIGNS: [(&'static str, Self); 4] =
        [(">=", Self::AtLeast), ("<=", Self::AtMost), (">", Self::Above), ("<", Self::Below)];

    /// Tells whether a value breaks the bound.
    pub fn holds(self, value: f64, bound: f64) -> bool {
        match self {
            Self::Above => value > bound,
            Self::AtLeast => value >= bound,
            Self::Below => value < bound,
            Self::AtMost => value <= bound,
        }
    }
}

/// A bound with the text it was read from.
#[derive(Clone, Debug, PartialEq)]
pub struct Threshold {
    /// How a value breaks it.
    pub comparison: Comparison,
    /// The bound.
    pub quantity: Quantity,
    /// The text as written.
    pub text: String,
}

impl Threshold {
    /// Reads a bound.
    ///
    /// # Errors
    /// There is no comparison sign, or what follows is no quantity.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let blanks = text.len() - text.trim_start().len();
        let written = text.trim();
        let found = Comparison::SIGNS.iter().find_map(|(sign, comparison)| {
            written.strip_prefix(sign).map(|rest| (*comparison, rest, blanks + sign.len()))
        });
        let (comparison, rest, before) = found.ok_or_else(|| TextError::new(blanks, missing_sign(written)))?;
        let quantity = Quantity::parse(rest).map_err(|error| error.shifted(before))?;
        Ok(Self { comparison, quantity, text: written.to_owned() })
    }

    /// Returns the bound in a unit.
    ///
    /// # Errors
    /// The bound has another dimension.
    pub fn bound(&self, unit: Unit) -> Result<f64, String> {
        self.quantity.to_unit(unit)
    }
}

fn missing_sign(written: &str) -> String {
    let wrong = [("=>", ">="), ("=<", "<="), ("≥", ">="), ("≤", "<="), ("==", ">= or <="), ("=", ">= or <=")];
    match wrong.iter().find(|(sign, _)| written.starts_with(sign)) {
        Some((sign, right)) => format!("`{sign}` is no comparison, did you mean `{right}`?"),
        None => format!(
            "a bound begins with >, >=, < or <=, as in `> {}`",
            if written.is_empty() { "30min" } else { written }
        ),
    }
}

/// How much worse than a baseline a value may be, as a share of the baseline.
#[derive(Clone, Debug, PartialEq)]
pub struct Worsening {
    /// The share: 0.5 for `+50%`.
    pub share: f64,
    /// The text as written.
    pub text: String,
}

impl Worsening {
    /// Reads `+50%`.
    ///
    /// # Errors
    /// It is no percentage.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let blanks = text.len() - text.trim_start().len();
        let written = text.trim();
        if written.starts_with('-') {
            let message = "write how much worse a value may be, whichever direction that is, as in `+50%`";
            return Err(TextError::new(blanks, message));
        }
        let (rest, before) = written.strip_prefix('+').map_or((written, blanks), |rest| (rest, blanks + 1));
        let quantity = Quantity::parse(rest).map_err(|error| error.shifted(before))?;
        if quantity.dimension != Dimension::Share {
            return Err(TextError::new(before, "a percentage was expected, as in `+50%`"));
        }
        Ok(Self { share: quantity.value, text: written.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_read() {
        for (text, comparison, value) in [
            ("> 30min", Comparison::Above, 1800.0),
            (">=30min", Comparison::AtLeast, 1800.0),
            ("< 80%", Comparison::Below, 0.8),
            (" <= 7.0 ", Comparison::AtMost, 7.0),
        ] {
            let threshold = Threshold::parse(text).unwrap();
            assert_eq!((threshold.comparison, threshold.text.as_str()), (comparison, text.trim()));
            assert!((threshold.quantity.value - value).abs() < 1e-9, "{text}");
        }
    }

    #[test]
    fn what_is_no_bound_is_placed_and_explained() {
        for (text, at, words) in [
            ("30min", 0, "as in `> 30min`"),
            ("=> 5", 0, "did you mean `>=`?"),
            ("> 30 parsec", 5, "`parsec` is no unit"),
            ("> 40 mn", 5, "did you mean"),
            (">", 1, "a number was expected"),
        ] {
            let error = Threshold::parse(text).unwrap_err();
            assert!(error.at == at && error.message.contains(words), "{text}: {error:?}");
        }
    }

    #[test]
    fn bounds_hold_as_their_sign_says() {
        let holds = |comparison: Comparison| [1.0, 2.0, 3.0].map(|value| comparison.holds(value, 2.0));
        assert_eq!(holds(Comparison::Above), [false, false, true]);
        assert_eq!(holds(Comparison::AtLeast), [false, true, true]);
        assert_eq!(holds(Comparison::Below), [true, false, false]);
        assert_eq!(holds(Comparison::AtMost), [true, true, false]);
        assert!(!Comparison::Above.holds(f64::NAN, 2.0));
    }

    #[test]
    fn worsenings_are_percentages() {
        assert!((Worsening::parse("+50%").unwrap().share - 0.5).abs() < 1e-12);
        assert!((Worsening::parse("20 %").unwrap().share - 0.2).abs() < 1e-12);
        assert!(Worsening::parse("-5%").unwrap_err().message.contains("how much worse"));
        assert_eq!(Worsening::parse("+5min").unwrap_err().at, 1);
    }
}
