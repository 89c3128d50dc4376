//! Numbers that GitHub does not read as they are written.
//!
//! GitHub reads a plain scalar that looks like a number as one, a hexadecimal or octal number as
//! one of 32 bits and any other as a double, and writes it in .NET's format `G15` wherever a text
//! is wanted. A number out of range makes it refuse the file
//! (`src/Sdk/WorkflowParser/Conversion/YamlObjectReader.cs` in `actions/runner`, read on 2026-11-26).

use crate::model::yaml::{ScalarKind, Text};

/// How GitHub reads a scalar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// As it is written, or it is no number.
    AsWritten,
    /// As this.
    Otherwise(String),
    /// Not at all.
    OutOfRange,
}

/// Tells how GitHub reads a scalar where it wants a text.
pub fn reading(text: &Text) -> Reading {
    if text.kind() != ScalarKind::Number {
        return Reading::AsWritten;
    }
    let value = text.value.as_str();
    let bits = |radix, digits: &str| u32::from_str_radix(digits, radix).ok();
    let read = match (value.strip_prefix("0x"), value.strip_prefix("0o")) {
        (Some(digits), _) => bits(16, digits).map(|bits| bits.cast_signed().to_string()),
        (None, Some(digits)) => bits(8, digits).map(|bits| bits.cast_signed().to_string()),
        (None, None) => match value.parse::<f64>() {
            Ok(number) if number.is_finite() => Some(general(number)),
            // `.inf` and `.nan` are written on purpose.
            Ok(_) | Err(_) => return Reading::AsWritten,
        },
    };
    match read {
        None => Reading::OutOfRange,
        Some(read) if read == value => Reading::AsWritten,
        Some(read) => Reading::Otherwise(read),
    }
}

/// Writes a number with at most 15 digits, as .NET's format `G15` does.
fn general(number: f64) -> String {
    let scientific = format!("{number:.14e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_end_matches('0');
    match usize::try_from(exponent) {
        _ if digits.is_empty() => "0".to_owned(),
        Ok(exponent) if exponent < 15 => format!("{sign}{}", fixed(digits, exponent + 1)),
        Err(_) if exponent > -6 => {
            let zeros = "0".repeat(usize::try_from(-exponent - 1).unwrap_or_default());
            format!("{sign}0.{zeros}{digits}")
        }
        Ok(_) | Err(_) => {
            let mark = if exponent < 0 { '-' } else { '+' };
            format!("{sign}{}E{mark}{:02}", fixed(digits, 1), exponent.abs())
        }
    }
}

/// Sets the point behind so many digits.
fn fixed(digits: &str, point: usize) -> String {
    match digits.split_at_checked(point) {
        None => format!("{digits:0<point$}"),
        Some((whole, "")) => whole.to_owned(),
        Some((whole, rest)) => format!("{whole}.{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::place::Span;
    use crate::model::yaml::Style;

    fn read(value: &str) -> Reading {
        reading(&Text { value: value.to_owned(), span: Span::default(), style: Style::Plain })
    }

    #[test]
    fn most_numbers_are_read_as_written() {
        for value in ["0", "1", "-1", "3.9", "0.5", "0.00001", "100", "123456789012345", "1.2.3", "abc", "0x", ".inf"] {
            assert_eq!(read(value), Reading::AsWritten, "{value}");
        }
    }

    #[test]
    fn digits_without_value_are_lost() {
        for (value, expected) in [
            ("3.10", "3.1"),
            ("1.0", "1"),
            ("007", "7"),
            ("012345678901", "12345678901"),
            ("+1", "1"),
            (".5", "0.5"),
            ("1e3", "1000"),
            ("0x1F", "31"),
            ("0xFFFFFFFF", "-1"),
            ("0o17", "15"),
            ("12345678901234567890", "1.23456789012346E+19"),
            ("0.000001", "1E-06"),
            ("-0.0", "0"),
        ] {
            assert_eq!(read(value), Reading::Otherwise(expected.to_owned()), "{value}");
        }
    }

    #[test]
    fn more_than_32_bits_are_refused() {
        assert_eq!(read("0x742d35Cc6634C0532925a3b844Bc9e7595f2bD18"), Reading::OutOfRange);
        assert_eq!(read("0o7777777777777"), Reading::OutOfRange);
    }
}
