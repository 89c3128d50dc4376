//! The one integration binary: everything below runs the real program or reads the real tree.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]
#![expect(clippy::indexing_slicing, clippy::string_slice, reason = "a test that cannot go on has failed")]
#![expect(clippy::disallowed_methods, reason = "tests read files, start programs and read variables")]

mod action_files;
mod architecture;
mod baseline;
mod checkers;
mod cli;
mod collect;
mod collect_caches;
mod collect_complete;
mod collect_many;
mod collect_online;
mod commit;
mod config;
mod contract;
mod dependencies;
mod docs;
mod doctor;
mod dora;
mod gate;
mod github;
mod hostile;
mod hygiene;
mod install;
mod lint;
mod lint_actions;
mod lint_cases;
mod lint_fixing;
mod lint_foreign_code;
mod lint_injection;
mod lint_local;
mod lint_online;
mod lint_online_refs;
mod lint_other_files;
mod lint_recovery;
mod lint_scripts;
mod lint_settings;
mod migration;
mod monitor_health;
mod monitor_resources;
mod own_repository;
mod properties;
mod release;
mod report;
mod rules;
mod run;
mod schema;
mod score;
mod score_closing;
mod score_outputs;
mod statistics;
mod support;
mod time;
mod tutorial;
mod workflows_to_copy;
