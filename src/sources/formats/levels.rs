//! Reads saved baselines: JSON, version 1.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

use super::baseline::BaselineError;
use crate::model::levels::{Level, Levels};

#[derive(Deserialize)]
struct Document {
    version: u64,
    name: String,
    branch: String,
    saved_at: String,
    series: BTreeMap<String, Saved>,
}

#[derive(Deserialize)]
struct Saved {
    value: f64,
    statistic: String,
    unit: String,
    spread: Option<f64>,
    count: usize,
}

/// Reads a saved baseline.
///
/// # Errors
/// The text is none, or that of another version.
pub fn parse(text: &str) -> Result<Levels, BaselineError> {
    let document: Document = serde_json::from_str(text)?;
    if document.version != 1 {
        return Err(BaselineError::Version(document.version));
    }
    let saved_at: Timestamp = document.saved_at.parse().map_err(BaselineError::Time)?;
    let level = |Saved { value, statistic, unit, spread, count }| Level { value, statistic, unit, spread, count };
    let series = document.series.into_iter().map(|(name, saved)| (name, level(saved))).collect();
    Ok(Levels { name: document.name, branch: document.branch, saved_at, series })
}
