//! Quantities as people read them.

/// Writes a duration in seconds with two units at most: `850 ms`, `12.3 s`, `4 m 05 s`, `1 h 02 m`.
pub fn seconds(value: f64) -> String {
    if value < 0.0 {
        return format!("-{}", seconds(-value));
    }
    if value < 0.9995 {
        return format!("{:.0} ms", value * 1000.0);
    }
    if value < 59.95 {
        return format!("{value:.1} s");
    }
    let whole = value.round();
    let (hours, minutes, rest) = ((whole / 3600.0).floor(), (whole / 60.0).floor() % 60.0, whole % 60.0);
    if hours >= 1.0 { format!("{hours:.0} h {minutes:02.0} m") } else { format!("{minutes:.0} m {rest:02.0} s") }
}

/// Writes a duration, or a dash where it is not known.
pub fn seconds_or_dash(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), seconds)
}

/// Writes a ratio as percent with one decimal, or a dash where it is not known.
pub fn percent_or_dash(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{:.1} %", value * 100.0))
}

/// Writes a series as a line of blocks, a dot where there is no value; the lowest value is the
/// lowest block.
pub fn sparkline(values: &[Option<f64>]) -> String {
    const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let known = || values.iter().flatten().copied();
    let (low, high) = (known().fold(f64::INFINITY, f64::min), known().fold(f64::NEG_INFINITY, f64::max));
    let block = |value: f64| {
        let share = if high > low { (value - low) / (high - low) } else { 0.0 };
        BLOCKS.iter().zip(1_i32..).find(|(_, step)| share * 8.0 <= f64::from(*step)).map_or('█', |(block, _)| *block)
    };
    values.iter().map(|value| value.map_or('·', block)).collect()
}

/// Writes a difference of hundredths with its sign and two decimals.
pub fn signed(hundredths: i64) -> String {
    let sign = if hundredths < 0 { '-' } else { '+' };
    let by = hundredths.unsigned_abs();
    format!("{sign}{}.{:02}", by / 100, by % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_two_units_at_most() {
        let cases = [
            (0.0, "0 ms"),
            (0.85, "850 ms"),
            (0.9999, "1.0 s"),
            (12.34, "12.3 s"),
            (59.96, "1 m 00 s"),
            (245.0, "4 m 05 s"),
            (3599.6, "1 h 00 m"),
            (3725.0, "1 h 02 m"),
            (-5.0, "-5.0 s"),
        ];
        for (value, text) in cases {
            assert_eq!(seconds(value), text, "{value}");
        }
    }

    #[test]
    fn sparklines_show_gaps_and_extremes() {
        assert_eq!(sparkline(&[Some(1.0), None, Some(8.0), Some(4.5)]), "▁·█▄");
        assert_eq!(sparkline(&[Some(3.0), Some(3.0)]), "▁▁");
        assert_eq!(sparkline(&[]), "");
    }
}
