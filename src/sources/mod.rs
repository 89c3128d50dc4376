//! Data in: files, API answers and other programs' output become the model.

pub mod api_runs;
pub mod api_steps;
pub mod archive;
pub mod branch_rules;
pub mod certificates;
pub mod event;
pub mod formats;
pub mod git_head;
pub mod history;
pub mod inventory;
pub mod job_files;
pub mod local_uses;
pub mod platform;
pub mod programs;
pub mod recorded;
pub mod remote_references;
pub mod repositories;
pub mod repository;
pub mod run_artifacts;
pub mod run_logs;
pub mod runs;
pub mod stored_caches;
pub mod workflows;
pub mod workspace;
pub mod yaml;
