//! Quantities as people write them: `30min`, `1h5m`, `80%`, `100 MB`, `1 MiB`, `2s`, `$5`, `7.0`.

use crate::model::suggest::did_you_mean;
use crate::model::unit::{Dimension, Unit};

use super::TextError;

/// A number with a dimension, in the dimension's base unit: seconds, bytes, a share, dollars.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantity {
    /// The value in the base unit.
    pub value: f64,
    /// What it measures.
    pub dimension: Dimension,
}

/// The units: what people write, the dimension, and how many base units it is.
const UNITS: &[(&str, Dimension, f64)] = &[
    ("ns", Dimension::Time, 1e-9),
    ("us", Dimension::Time, 1e-6),
    ("µs", Dimension::Time, 1e-6),
    ("μs", Dimension::Time, 1e-6),
    ("ms", Dimension::Time, 1e-3),
    ("s", Dimension::Time, 1.0),
    ("sec", Dimension::Time, 1.0),
    ("secs", Dimension::Time, 1.0),
    ("second", Dimension::Time, 1.0),
    ("seconds", Dimension::Time, 1.0),
    ("m", Dimension::Time, 60.0),
    ("min", Dimension::Time, 60.0),
    ("mins", Dimension::Time, 60.0),
    ("minute", Dimension::Time, 60.0),
    ("minutes", Dimension::Time, 60.0),
    ("h", Dimension::Time, 3600.0),
    ("hour", Dimension::Time, 3600.0),
    ("hours", Dimension::Time, 3600.0),
    ("d", Dimension::Time, 86_400.0),
    ("day", Dimension::Time, 86_400.0),
    ("days", Dimension::Time, 86_400.0),
    ("B", Dimension::Size, 1.0),
    ("byte", Dimension::Size, 1.0),
    ("bytes", Dimension::Size, 1.0),
    ("kB", Dimension::Size, 1e3),
    ("KB", Dimension::Size, 1e3),
    ("MB", Dimension::Size, 1e6),
    ("GB", Dimension::Size, 1e9),
    ("TB", Dimension::Size, 1e12),
    ("KiB", Dimension::Size, 1024.0),
    ("MiB", Dimension::Size, 1_048_576.0),
    ("GiB", Dimension::Size, 1_073_741_824.0),
    ("TiB", Dimension::Size, 1_099_511_627_776.0),
    ("%", Dimension::Share, 0.01),
    ("USD", Dimension::Money, 1.0),
];

/// The units that are suggested, of equally near ones the first.
const SUGGESTED: &[&str] = &[
    "min", "minutes", "seconds", "hours", "days", "ms", "MB", "MiB", "GB", "GiB", "KiB", "TB", "TiB", "kB", "bytes",
    "USD",
];

/// One number with its unit, and where it stands in the text.
struct Part<'text> {
    at: usize,
    value: f64,
    unit_at: usize,
    unit: &'text str,
}

impl Quantity {
    /// Reads a quantity.
    ///
    /// # Errors
    /// The text is no number with a unit we know, with the place of the first thing that is wrong.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let blanks = text.len() - text.trim_start().len();
        let written = text.trim();
        if let Some(amount) = written.strip_prefix('$') {
            let before = blanks + 1 + (amount.len() - amount.trim_start().len());
            let (part, rest) = part(amount.trim_start(), before)?;
            return if part.unit.is_empty() && rest.is_empty() {
                Ok(Self { value: part.value, dimension: Dimension::Money })
            } else {
                Err(TextError::new(part.unit_at, "an amount in dollars ends with its number, as in `$5` or `$0.50`"))
            };
        }
        let mut parts = Vec::new();
        let mut rest = written;
        while !rest.is_empty() || parts.is_empty() {
            let (next, after) = part(rest, blanks + written.len() - rest.len())?;
            parts.push(next);
            rest = after.trim_start();
        }
        Self::combine(&parts)
    }

    /// Adds the parts up, which only durations may have several of, the largest unit first.
    fn combine(parts: &[Part<'_>]) -> Result<Self, TextError> {
        let (first, further) = parts.split_first().ok_or_else(|| TextError::new(0, "a number was expected"))?;
        let (dimension, mut smallest) = first.dimension()?;
        let mut value = first.value * smallest;
        for part in further {
            let (other, factor) = part.dimension()?;
            if (dimension, other) != (Dimension::Time, Dimension::Time) {
                let message = "one number with one unit was expected; only durations may have parts, as in `1h5m`";
                return Err(TextError::new(part.at, message));
            }
            if factor >= smallest {
                let message = "the parts of a duration go from the largest unit to the smallest, as in `1h5m`";
                return Err(TextError::new(part.unit_at, message));
            }
            value += part.value * factor;
            smallest = factor;
        }
        if value.is_finite() {
            Ok(Self { value, dimension })
        } else {
            Err(TextError::new(0, "the number is too large"))
        }
    }

    /// Returns the value in a metric's unit.
    ///
    /// # Errors
    /// A sentence that says why the quantity cannot be a value of the unit.
    pub fn to_unit(self, unit: Unit) -> Result<f64, String> {
        let wanted = unit.dimension();
        if self.dimension == wanted && self.dimension != Dimension::Number {
            return Ok(self.value * unit.per_base());
        }
        if self.dimension != Dimension::Number {
            return Err(format!(
                "{} was expected, such as `{}`, not {}",
                wanted.noun(),
                example(unit),
                self.dimension.noun()
            ));
        }
        if unit == Unit::Ratio && self.value > 1.0 {
            return Err(format!("a share lies between 0 and 1: write `{}%`", self.value));
        }
        Ok(self.value)
    }
}

/// Returns a value as people may write it for a unit.
pub fn example(unit: Unit) -> &'static str {
    match unit {
        Unit::Seconds | Unit::Minutes => "30min",
        Unit::Milliseconds | Unit::Microseconds | Unit::Nanoseconds => "500ms",
        Unit::Bytes => "100 MB",
        Unit::Ratio => "80%",
        Unit::Dollars => "$5",
        Unit::Points => "7.0",
        Unit::Count | Unit::PerDay | Unit::Other => "10",
    }
}

impl Part<'_> {
    fn dimension(&self) -> Result<(Dimension, f64), TextError> {
        if self.unit.is_empty() {
            return Ok((Dimension::Number, 1.0));
        }
        let known = UNITS.iter().find(|(name, ..)| *name == self.unit);
        known.map(|(_, dimension, factor)| (*dimension, *factor)).ok_or_else(|| {
            let other_case = UNITS.iter().rfind(|(name, ..)| name.eq_ignore_ascii_case(self.unit));
            let meant = match other_case {
                Some((name, ..)) => format!(", did you mean `{name}`?"),
                None => did_you_mean(self.unit, SUGGESTED.iter().copied()),
            };
            let known = "; known are ns, us, ms, s, min, h, d, B, kB, MB, GB, KiB, MiB, GiB, % and $";
            let message = format!("`{}` is no unit{}", self.unit, if meant.is_empty() { known } else { &meant });
            TextError::new(self.unit_at, message)
        })
    }
}

/// Takes a number and its unit from the start of a text that begins `before` bytes into the
/// quantity, and returns what is left.
fn part(text: &str, before: usize) -> Result<(Part<'_>, &str), TextError> {
    let digits = text.find(|character: char| !character.is_ascii_digit() && character != '.').unwrap_or(text.len());
    let (number, rest) = text.split_at_checked(digits).unwrap_or((text, ""));
    let value = match number.parse::<f64>() {
        Ok(value) => value,
        Err(_) if number.is_empty() => return Err(TextError::new(before, expected_number(text))),
        Err(_) => return Err(TextError::new(before, format!("`{number}` is no number"))),
    };
    if rest.starts_with([',', '_', '\'']) {
        let message = "numbers are written without separators, with a point before decimals, as in `1500.5`";
        return Err(TextError::new(before + digits, message));
    }
    let unit_text = rest.trim_start();
    let unit_at = before + text.len() - unit_text.len();
    let end = unit_text.find(|character: char| character.is_ascii_digit() || character.is_whitespace());
    let (unit, rest) = unit_text.split_at_checked(end.unwrap_or(unit_text.len())).unwrap_or((unit_text, ""));
    Ok((Part { at: before, value, unit_at, unit }, rest))
}

fn expected_number(text: &str) -> String {
    match text.chars().next() {
        None => "a number was expected, such as `30min`, `80%` or `100 MB`".to_owned(),
        Some('-') => "a quantity is not negative".to_owned(),
        Some(_) => {
            let word: String = text.chars().take(20).collect();
            format!("a number was expected, such as `30min`, `80%` or `100 MB`, not `{word}`")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, value: f64, dimension: Dimension) {
        let quantity = Quantity::parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
        assert_eq!(quantity.dimension, dimension, "{text}");
        assert!((quantity.value - value).abs() <= value.abs() * 1e-12, "{text}: {}", quantity.value);
    }

    fn refused(text: &str) -> (usize, String) {
        let error = Quantity::parse(text).unwrap_err();
        (error.at, error.message)
    }

    #[test]
    fn quantities_are_read_as_people_write_them() {
        use Dimension::{Money, Number, Share, Size, Time};
        check("30min", 1800.0, Time);
        check("1h5m", 3900.0, Time);
        check("1 h 5 min 30 s", 3930.0, Time);
        check("2s", 2.0, Time);
        check("500ms", 0.5, Time);
        check("1.5h", 5400.0, Time);
        check("2 days", 172_800.0, Time);
        check("80%", 0.8, Share);
        check("0.5 %", 0.005, Share);
        check("100 MB", 1e8, Size);
        check("1 MiB", 1_048_576.0, Size);
        check("1kB", 1e3, Size);
        check("$5", 5.0, Money);
        check("$ 0.50", 0.5, Money);
        check("5 USD", 5.0, Money);
        check("7.0", 7.0, Number);
        check(" 0 ", 0.0, Number);
    }

    #[test]
    fn mistakes_are_placed_and_explained() {
        for (text, at, words) in [
            ("30minuts", 2, "`minuts` is no unit, did you mean `minutes`?"),
            ("100 mb", 4, "did you mean `MB`?"),
            ("1 mib", 2, "did you mean `MiB`?"),
            ("5 parsecs", 2, "`parsecs` is no unit"),
            ("5m1h", 3, "largest unit to the smallest"),
            ("5 5", 2, "only durations may have parts"),
            ("1h 5%", 3, "only durations may have parts"),
            ("", 0, "a number was expected"),
            ("fast", 0, "not `fast`"),
            ("-5", 0, "not negative"),
            ("1,5s", 1, "without separators"),
            ("1.2.3", 0, "`1.2.3` is no number"),
            ("$5k", 2, "ends with its number"),
            ("  $ x", 4, "a number was expected"),
        ] {
            let (place, message) = refused(text);
            assert!(message.contains(words) && place == at, "{text}: {place}: {message}");
        }
        assert!(refused(&"9".repeat(400)).1.contains("too large"));
    }

    #[test]
    fn quantities_fit_their_metric_or_say_why_not() {
        let quantity = |text: &str| Quantity::parse(text).unwrap();
        assert_eq!(quantity("2s").to_unit(Unit::Milliseconds), Ok(2000.0));
        assert_eq!(quantity("500").to_unit(Unit::Milliseconds), Ok(500.0));
        assert_eq!(quantity("2h").to_unit(Unit::Minutes), Ok(120.0));
        assert_eq!(quantity("0.8").to_unit(Unit::Ratio), Ok(0.8));
        assert!(quantity("80").to_unit(Unit::Ratio).unwrap_err().contains("write `80%`"));
        assert!(
            quantity("80%").to_unit(Unit::Seconds).unwrap_err().contains("a duration was expected, such as `30min`")
        );
        assert!(quantity("5 MB").to_unit(Unit::Count).unwrap_err().contains("a plain number was expected"));
    }

    proptest::proptest! {
        #[test]
        fn reading_never_panics_and_places_lie_inside(text in "[0-9.a-zµ%$ ,-]{0,24}") {
            if let Err(error) = Quantity::parse(&text) {
                assert!(error.at <= text.len());
            }
        }

        #[test]
        fn what_was_written_is_what_is_read(whole in 0_u32..10_000, unit in 0_usize..UNITS.len()) {
            let (name, dimension, factor) = UNITS[unit];
            check(&format!("{whole}{name}"), f64::from(whole) * factor, dimension);
            check(&format!("{whole} {name}"), f64::from(whole) * factor, dimension);
        }
    }
}
