//! Units: what a number counts, and how people read it.

/// The unit of a metric's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// Thousandths of a second.
    Milliseconds,
    /// Millionths of a second.
    Microseconds,
    /// Billionths of a second.
    Nanoseconds,
    /// Minutes.
    Minutes,
    /// Bytes.
    Bytes,
    /// A share between 0 and 1, read as a percentage.
    Ratio,
    /// Things counted.
    Count,
    /// Points of a score between 0 and 10.
    Points,
    /// US dollars.
    Dollars,
    /// Times a day.
    PerDay,
    /// A unit that only the series itself knows.
    Other,
}

/// What can be compared with one another: units of one dimension differ by a factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dimension {
    /// Durations, in seconds.
    Time,
    /// Sizes, in bytes.
    Size,
    /// Shares, 1 being the whole.
    Share,
    /// Money, in US dollars.
    Money,
    /// Plain numbers.
    Number,
}

impl Dimension {
    /// Returns the noun with its article, for messages.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Time => "a duration",
            Self::Size => "a size",
            Self::Share => "a percentage",
            Self::Money => "an amount of money",
            Self::Number => "a plain number",
        }
    }
}

impl Unit {
    /// Recognises a unit as tables and tools write it; what it does not know is [`Unit::Other`].
    pub fn from_text(text: &str) -> Self {
        match text.trim() {
            "s" | "sec" | "seconds" => Self::Seconds,
            "ms" | "milliseconds" => Self::Milliseconds,
            "us" | "µs" | "μs" | "microseconds" => Self::Microseconds,
            "ns" | "ns/iter" | "ns/op" | "nanoseconds" => Self::Nanoseconds,
            "min" | "minutes" => Self::Minutes,
            "B" | "byte" | "bytes" => Self::Bytes,
            "ratio" => Self::Ratio,
            "count" => Self::Count,
            "$" | "USD" | "usd" => Self::Dollars,
            _ => Self::Other,
        }
    }

    /// Returns the unit's short name as tables and JSON write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Seconds => "s",
            Self::Milliseconds => "ms",
            Self::Microseconds => "us",
            Self::Nanoseconds => "ns",
            Self::Minutes => "min",
            Self::Bytes => "bytes",
            Self::Ratio => "ratio",
            Self::Count => "count",
            Self::Points => "points",
            Self::Dollars => "usd",
            Self::PerDay => "per_day",
            Self::Other => "",
        }
    }

    /// Returns the dimension.
    pub fn dimension(self) -> Dimension {
        match self {
            Self::Seconds | Self::Milliseconds | Self::Microseconds | Self::Nanoseconds | Self::Minutes => {
                Dimension::Time
            }
            Self::Bytes => Dimension::Size,
            Self::Ratio => Dimension::Share,
            Self::Dollars => Dimension::Money,
            Self::Count | Self::Points | Self::PerDay | Self::Other => Dimension::Number,
        }
    }

    /// Returns how many of this unit make one of the dimension's base unit.
    pub fn per_base(self) -> f64 {
        match self {
            Self::Milliseconds => 1e3,
            Self::Microseconds => 1e6,
            Self::Nanoseconds => 1e9,
            Self::Minutes => 1.0 / 60.0,
            Self::Seconds
            | Self::Bytes
            | Self::Ratio
            | Self::Count
            | Self::Points
            | Self::Dollars
            | Self::PerDay
            | Self::Other => 1.0,
        }
    }

    /// Writes a value as people read it: `42min 10s`, `79.5%`, `1.2 MB`, `$5.00`.
    pub fn show(self, value: f64) -> String {
        match self {
            Self::Seconds => duration(value),
            Self::Minutes => duration(value * 60.0),
            Self::Milliseconds => format!("{} ms", number(value)),
            Self::Microseconds => format!("{} µs", number(value)),
            Self::Nanoseconds => format!("{} ns", number(value)),
            Self::Bytes => size(value),
            Self::Ratio => format!("{}%", number(value * 100.0)),
            Self::Dollars => format!("${value:.2}"),
            Self::PerDay => format!("{}/day", number(value)),
            Self::Count | Self::Points | Self::Other => number(value),
        }
    }
}

/// Writes a number with at most two decimals, or three significant digits when it is small.
fn number(value: f64) -> String {
    let decimals = match value.abs() {
        small if small > 0.0 && small < 0.01 => return format!("{value:.2e}"),
        small if small < 1.0 => 3,
        middle if middle < 1000.0 => 2,
        _ => 1,
    };
    let text = format!("{value:.decimals$}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Writes seconds as the two largest parts that matter.
fn duration(seconds: f64) -> String {
    if seconds < 0.0 {
        return format!("-{}", duration(-seconds));
    }
    if seconds < 59.95 {
        return format!("{}s", number((seconds * 10.0).round() / 10.0));
    }
    let whole = seconds.round();
    let (hours, minutes, rest) = ((whole / 3600.0).floor(), (whole % 3600.0 / 60.0).floor(), whole % 60.0);
    let parts = match (hours > 0.0, minutes > 0.0, rest > 0.0) {
        (true, true, _) => [format!("{hours}h"), format!("{minutes}min")],
        (true, false, _) => [format!("{hours}h"), String::new()],
        (false, _, true) => [format!("{minutes}min"), format!("{rest}s")],
        (false, _, false) => [format!("{minutes}min"), String::new()],
    };
    parts.join(" ").trim_end().to_owned()
}

/// Writes bytes with the decimal prefixes that thresholds use.
fn size(bytes: f64) -> String {
    for (factor, unit) in [(1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")] {
        if bytes.abs() >= factor {
            return format!("{} {unit}", number(bytes / factor));
        }
    }
    format!("{} B", number(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_read_as_people_write_them() {
        for (unit, value, shown) in [
            (Unit::Seconds, 0.0, "0s"),
            (Unit::Seconds, 2.34, "2.3s"),
            (Unit::Seconds, 59.97, "1min"),
            (Unit::Seconds, 2530.0, "42min 10s"),
            (Unit::Seconds, 3900.0, "1h 5min"),
            (Unit::Seconds, 7200.4, "2h"),
            (Unit::Seconds, -61.0, "-1min 1s"),
            (Unit::Minutes, 1.5, "1min 30s"),
            (Unit::Milliseconds, 512.0, "512 ms"),
            (Unit::Bytes, 999.0, "999 B"),
            (Unit::Bytes, 1_234_567.0, "1.23 MB"),
            (Unit::Ratio, 0.795, "79.5%"),
            (Unit::Ratio, 1.0, "100%"),
            (Unit::Dollars, 5.0, "$5.00"),
            (Unit::Points, 6.6, "6.6"),
            (Unit::Count, 12_345.0, "12345"),
            (Unit::Other, 0.000_123, "1.23e-4"),
        ] {
            assert_eq!(unit.show(value), shown);
        }
    }

    #[test]
    fn units_of_tables_and_tools_are_known() {
        for unit in [
            Unit::Seconds,
            Unit::Milliseconds,
            Unit::Microseconds,
            Unit::Nanoseconds,
            Unit::Minutes,
            Unit::Bytes,
            Unit::Ratio,
            Unit::Count,
            Unit::Dollars,
        ] {
            assert_eq!(Unit::from_text(unit.word()), unit);
        }
        assert_eq!(Unit::from_text("furlongs"), Unit::Other);
    }
}
