//! Metrics: how long runs waited and took, how often they failed, and what every series is like now.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Origin;
use super::attributes::{Attributes, is_error, nanoseconds, resource, result, scope};
use crate::model::gauge::Gauge;
use crate::model::history::{History, Row, TableId};
use crate::model::unit::Unit;

/// The upper ends of the histograms' classes, in seconds.
const BOUNDS: [f64; 13] =
    [5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 14_400.0, 21_600.0];

/// Sums that only grow (`AggregationTemporality` of the protocol).
const CUMULATIVE: u32 = 2;

/// Makes one message: runs by workflow and result from the tables, and the gauges.
pub fn metrics(history: &History, gauges: &[Gauge], now: Timestamp, origin: &Origin) -> Value {
    let rows: Vec<&Row> =
        history.rows(TableId::RunMetrics).iter().filter(|row| !row.text("conclusion").is_empty()).collect();
    let start = rows.iter().filter_map(|row| row.at()).min().unwrap_or(now);
    let span = Span { start: nanoseconds(start), now: nanoseconds(now.max(start)) };
    let mut all = vec![duration(&rows, &span), errors(&rows, &span)];
    all.retain(|metric| !metric.is_null());
    all.extend(of_gauges(gauges, &span));
    let repository = rows.last().map_or("", |row| row.text("repository"));
    json!({"resourceMetrics": [{
        "resource": resource(repository, origin),
        "scopeMetrics": [{"scope": scope(origin), "metrics": all}],
    }]})
}

/// The time that sums are over.
struct Span {
    start: String,
    now: String,
}

/// A sample sorted into classes.
#[derive(Default)]
struct Histogram {
    counts: [u64; BOUNDS.len() + 1],
    sum: f64,
    least: Option<f64>,
    most: Option<f64>,
}

impl Histogram {
    fn add(&mut self, value: f64) {
        let class = BOUNDS.partition_point(|bound| *bound < value);
        if let Some(count) = self.counts.get_mut(class) {
            *count += 1;
        }
        self.sum += value;
        self.least = Some(self.least.map_or(value, |least| least.min(value)));
        self.most = Some(self.most.map_or(value, |most| most.max(value)));
    }

    fn point(&self, attributes: Attributes, span: &Span) -> Value {
        // Numbers instead of the texts that Protobuf's JSON has for them: both are read by the rule, and a collector
        // exists that drops a histogram with texts without a word.
        json!({"attributes": attributes.into_value(), "startTimeUnixNano": span.start, "timeUnixNano": span.now,
            "count": self.counts.iter().sum::<u64>(), "sum": self.sum, "bucketCounts": self.counts,
            "explicitBounds": BOUNDS, "min": self.least, "max": self.most})
    }
}

/// `cicd.pipeline.run.duration`, in the states `pending` and `executing`.
fn duration(rows: &[&Row], span: &Span) -> Value {
    let mut histograms: BTreeMap<(&str, &str, &str), Histogram> = BTreeMap::new();
    for row in rows {
        for (state, column) in [("executing", "wall_s"), ("pending", "queue_s")] {
            if let Some(seconds) = row.number(column) {
                let key = (row.text("workflow"), state, result(row.text("conclusion")));
                histograms.entry(key).or_default().add(seconds);
            }
        }
    }
    if histograms.is_empty() {
        return Value::Null;
    }
    let point = |((workflow, state, result), histogram): (&(&str, &str, &str), &Histogram)| {
        let attributes = Attributes::default()
            .text("cicd.pipeline.name", workflow)
            .text("cicd.pipeline.run.state", state)
            .text("cicd.pipeline.result", result);
        histogram.point(attributes, span)
    };
    json!({"name": "cicd.pipeline.run.duration", "unit": "s", "description": "Duration of a pipeline run.",
        "histogram": {"aggregationTemporality": CUMULATIVE, "dataPoints": histograms.iter().map(point).collect::<Vec<_>>()}})
}

/// `cicd.pipeline.run.errors`.
fn errors(rows: &[&Row], span: &Span) -> Value {
    let mut counts: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for row in rows.iter().filter(|row| is_error(result(row.text("conclusion")))) {
        *counts.entry((row.text("workflow"), row.text("conclusion"))).or_default() += 1;
    }
    if counts.is_empty() {
        return Value::Null;
    }
    let point = |((workflow, conclusion), count): (&(&str, &str), &u64)| {
        let attributes = Attributes::default().text("cicd.pipeline.name", workflow).text("error.type", conclusion);
        json!({"attributes": attributes.into_value(), "startTimeUnixNano": span.start, "timeUnixNano": span.now,
            "asInt": count.to_string()})
    };
    json!({"name": "cicd.pipeline.run.errors", "unit": "{error}", "description": "Pipeline runs that ended with an error.",
        "sum": {"aggregationTemporality": CUMULATIVE, "isMonotonic": true,
            "dataPoints": counts.iter().map(point).collect::<Vec<_>>()}})
}

/// The gauges, those of one metric together, under the names that gates use.
fn of_gauges(gauges: &[Gauge], span: &Span) -> Vec<Value> {
    let mut families: BTreeMap<&str, (&Gauge, Vec<Value>)> = BTreeMap::new();
    for gauge in gauges {
        let mut attributes = Attributes::default();
        for (label, value) in &gauge.labels {
            attributes = attributes.text(label, value);
        }
        let attributes = attributes.text("statistic", gauge.statistic);
        let point = json!({"attributes": attributes.into_value(), "timeUnixNano": span.now, "asDouble": gauge.value});
        families.entry(&gauge.metric).or_insert_with(|| (gauge, Vec::new())).1.push(point);
    }
    let metric = |(name, (first, points)): (&str, (&Gauge, Vec<Value>))| {
        json!({"name": format!("plimsoll.{name}"), "unit": unit(first.unit), "description": format!("{}.", first.help),
            "gauge": {"dataPoints": points}})
    };
    families.into_iter().map(metric).collect()
}

/// Returns a unit as UCUM writes it, which is what the protocol asks for.
fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Seconds => "s",
        Unit::Milliseconds => "ms",
        Unit::Microseconds => "us",
        Unit::Nanoseconds => "ns",
        Unit::Minutes => "min",
        Unit::Bytes => "By",
        Unit::Dollars => "{USD}",
        Unit::PerDay => "1/d",
        Unit::Ratio | Unit::Count | Unit::Points | Unit::Other => "1",
    }
}
