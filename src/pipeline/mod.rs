//! What a run's records mean: stages, runners, waiting, billed minutes, and the tables' rows.

pub mod cache_log;
pub mod cache_rows;
pub mod cache_storage;
pub mod cost;
pub mod critical_path;
pub mod deployments;
pub mod job_name;
pub mod judgements;
pub mod output_rows;
pub mod pull_requests;
pub mod rows;
pub mod runners;
pub mod stages;
pub mod test_rows;
