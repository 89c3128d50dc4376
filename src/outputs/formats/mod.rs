//! Pure functions from reports to bytes: the same report gives the same bytes.

pub mod comment;
pub mod csv;
pub mod deployment;
pub mod diff;
pub mod escape;
pub mod github;
pub mod html;
pub mod human;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod not_checked;
pub mod notices;
pub mod openmetrics;
pub mod parquet;
pub mod quantity;
pub mod sarif;
pub mod svg;
pub mod text_diff;
pub mod totals;
pub mod verdicts;

pub(crate) mod append;

#[cfg(test)]
mod samples;
