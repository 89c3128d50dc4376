//! One number of now, as monitoring systems take it.

use super::unit::Unit;

/// What a series is like now.
#[derive(Clone, Debug, PartialEq)]
pub struct Gauge {
    /// The metric, such as `build.duration_s`.
    pub metric: String,
    /// What it tells, in one line.
    pub help: &'static str,
    /// The unit of the value.
    pub unit: Unit,
    /// The labels that tell the series from others of the metric.
    pub labels: Vec<(String, String)>,
    /// What the value is: `median`, `mean` of shares, or `last`.
    pub statistic: &'static str,
    /// The value.
    pub value: f64,
}
