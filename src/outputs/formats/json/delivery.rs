//! The metrics of delivery as JSON.

use serde::Serialize;

use crate::model::delivery::{Delivery, DeliveryMetric, Figure, Phase};

/// The section of a report.
#[derive(Serialize)]
pub(super) struct Delivered<'report> {
    counted: &'report str,
    from: String,
    to: String,
    deployments: usize,
    failed: usize,
    marks: &'report [&'static str],
    levels: Option<&'report str>,
    metrics: Vec<Metric<'report>>,
    pull_requests: Vec<Part>,
}

#[derive(Serialize)]
struct Metric<'report> {
    name: &'static str,
    unit: &'static str,
    value: Option<f64>,
    p95: Option<f64>,
    count: usize,
    level: Option<&'static str>,
    not_measurable: Option<&'report str>,
}

#[derive(Serialize)]
struct Part {
    phase: &'static str,
    p50_s: f64,
    p95_s: f64,
    count: usize,
}

impl<'report> From<&'report Delivery> for Delivered<'report> {
    fn from(delivery: &'report Delivery) -> Self {
        Self {
            counted: &delivery.counted,
            from: delivery.period.0.to_string(),
            to: delivery.period.1.to_string(),
            deployments: delivery.deployments,
            failed: delivery.failed,
            marks: &delivery.marks,
            levels: Some(delivery.levels.as_str()).filter(|levels| !levels.is_empty()),
            metrics: delivery.metrics.iter().map(metric).collect(),
            pull_requests: delivery.phases.iter().map(part).collect(),
        }
    }
}

fn metric(metric: &DeliveryMetric) -> Metric<'_> {
    let DeliveryMetric { name, title: _, unit, figure } = metric;
    let none = Metric { name, unit: unit.word(), value: None, p95: None, count: 0, level: None, not_measurable: None };
    match figure {
        Figure::Measured { value, p95, count, level } => {
            Metric { value: Some(*value), p95: *p95, count: *count, level: *level, ..none }
        }
        Figure::NotMeasurable(why) => Metric { not_measurable: Some(why), ..none },
    }
}

fn part(phase: &Phase) -> Part {
    let Phase { name, summary: _, p50, p95, count } = *phase;
    Part { phase: name, p50_s: p50, p95_s: p95, count }
}
