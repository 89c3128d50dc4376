//! A saved baseline as JSON, version 1.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::levels::{Level, Levels};

#[derive(Serialize)]
struct Document<'levels> {
    version: u32,
    name: &'levels str,
    branch: &'levels str,
    saved_at: String,
    series: BTreeMap<&'levels str, Saved<'levels>>,
}

#[derive(Serialize)]
struct Saved<'levels> {
    value: f64,
    statistic: &'levels str,
    unit: &'levels str,
    spread: Option<f64>,
    count: usize,
}

/// Renders a baseline.
pub fn render(levels: &Levels) -> String {
    let Levels { name, branch, saved_at, series } = levels;
    let series = series.iter().map(|(name, level)| (name.as_str(), saved(level))).collect();
    super::document(&Document { version: 1, name, branch, saved_at: saved_at.to_string(), series })
}

fn saved(level: &Level) -> Saved<'_> {
    let Level { value, statistic, unit, spread, count } = level;
    Saved { value: *value, statistic, unit, spread: *spread, count: *count }
}
