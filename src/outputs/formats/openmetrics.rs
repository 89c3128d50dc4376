//! Gauges as text that Prometheus reads, in both of its formats: `OpenMetrics` 1.0, and the text format
//! 0.0.4, for which the last line is a comment.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::gauge::Gauge;
use crate::model::unit::{Dimension, Unit};
use crate::outputs::formats::append::append;

/// Renders the gauges, those of one metric together. Values are in base units, which names end with,
/// as Prometheus' naming practice asks for: seconds, bytes, ratio.
pub fn render(gauges: &[Gauge]) -> String {
    let mut families: BTreeMap<String, (&'static str, BTreeMap<String, f64>)> = BTreeMap::new();
    for gauge in gauges {
        let (_, series) =
            families.entry(name(&gauge.metric, gauge.unit)).or_insert_with(|| (gauge.help, BTreeMap::new()));
        // Two names that differ in signs alone would be one series with two values.
        series.entry(labels(gauge)).or_insert(gauge.value / gauge.unit.per_base());
    }
    let mut text = String::new();
    for (name, (help, series)) in families {
        append(&mut text, format_args!("# HELP {name} {help}.\n# TYPE {name} gauge\n"));
        for (labels, value) in series {
            append(&mut text, format_args!("{name}{{{labels}}} {value}\n"));
        }
    }
    text.push_str("# EOF\n");
    text
}

/// Makes `plimsoll_build_duration_seconds` of `build.duration_s`.
pub fn name(metric: &str, unit: Unit) -> String {
    let name = word(metric);
    let (old, suffix): (&[&str], &str) = match unit.dimension() {
        Dimension::Time => (&["_s", "_ms", "_seconds", "_minutes"], "_seconds"),
        Dimension::Size => (&["_bytes"], "_bytes"),
        Dimension::Share => (&["_rate", "_ratio"], "_ratio"),
        Dimension::Money => (&["_usd"], "_dollars"),
        Dimension::Number if unit == Unit::PerDay => (&[], "_per_day"),
        Dimension::Number => (&[], ""),
    };
    let stem = old.iter().find_map(|old| name.strip_suffix(old)).unwrap_or(&name);
    format!("plimsoll_{stem}{suffix}")
}

/// Writes the labels, with what the value is.
fn labels(gauge: &Gauge) -> String {
    let mut seen = BTreeSet::new();
    let known = gauge.labels.iter().map(|(name, value)| (word(name), value.as_str()));
    let all = known.chain([("statistic".to_owned(), gauge.statistic)]);
    let written =
        all.filter(|(name, _)| seen.insert(name.clone())).map(|(name, value)| format!("{name}=\"{}\"", escaped(value)));
    written.collect::<Vec<_>>().join(",")
}

/// Makes a name of letters, digits and underscores.
fn word(name: &str) -> String {
    let plain = |character: char| if character.is_ascii_alphanumeric() { character.to_ascii_lowercase() } else { '_' };
    let word: String = name.chars().map(plain).collect();
    if word.starts_with(|first: char| first.is_ascii_digit()) || word.is_empty() { format!("_{word}") } else { word }
}

/// Escapes a label's value. What a terminal would obey has no place in it.
fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            '\\' => text.push_str("\\\\"),
            '"' => text.push_str("\\\""),
            '\n' => text.push_str("\\n"),
            control if control.is_control() => text.push('\u{FFFD}'),
            other => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gauge(metric: &str, unit: Unit, labels: &[(&str, &str)], value: f64) -> Gauge {
        let labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Gauge { metric: metric.to_owned(), help: "What it tells", unit, labels, statistic: "median", value }
    }

    #[test]
    fn gauges_have_base_units_and_escaped_labels() {
        let text = render(&[
            gauge("build.duration_s", Unit::Seconds, &[("workflow", "CI \"x\"\\\n}"), ("variant", "a,b")], 2050.5),
            gauge("build.duration_s", Unit::Seconds, &[("workflow", "B")], 7.0),
            gauge("health.total_ms", Unit::Milliseconds, &[], 250.0),
            gauge("cache.hit_rate", Unit::Ratio, &[], 0.5),
            gauge("billed.minutes", Unit::Minutes, &[], 2.0),
            gauge("benchmark.parse/ü", Unit::Other, &[("9 lives", "\u{1b}[31m")], 1.0),
            gauge("benchmark.parse.ü", Unit::Other, &[("9 lives", "\u{1b}[31m")], 2.0),
        ]);
        insta::assert_snapshot!(text, @r#"
        # HELP plimsoll_benchmark_parse__ What it tells.
        # TYPE plimsoll_benchmark_parse__ gauge
        plimsoll_benchmark_parse__{_9_lives="�[31m",statistic="median"} 1
        # HELP plimsoll_billed_seconds What it tells.
        # TYPE plimsoll_billed_seconds gauge
        plimsoll_billed_seconds{statistic="median"} 120
        # HELP plimsoll_build_duration_seconds What it tells.
        # TYPE plimsoll_build_duration_seconds gauge
        plimsoll_build_duration_seconds{workflow="B",statistic="median"} 7
        plimsoll_build_duration_seconds{workflow="CI \"x\"\\\n}",variant="a,b",statistic="median"} 2050.5
        # HELP plimsoll_cache_hit_ratio What it tells.
        # TYPE plimsoll_cache_hit_ratio gauge
        plimsoll_cache_hit_ratio{statistic="median"} 0.5
        # HELP plimsoll_health_total_seconds What it tells.
        # TYPE plimsoll_health_total_seconds gauge
        plimsoll_health_total_seconds{statistic="median"} 0.25
        # EOF
        "#);
    }
}
