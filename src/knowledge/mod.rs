//! What GitHub documents, as data: contexts, functions, and who controls which value.

pub mod action_commits;
pub mod action_interfaces;
pub mod actions;
pub mod advisories;
mod blocks;
pub mod caches;
pub mod command_patterns;
pub mod contexts;
#[cfg(test)]
pub(crate) mod facts;
pub mod findings;
pub mod foreign_outputs;
pub mod functions;
mod installers;
pub mod interpreters;
pub mod merging;
pub mod named_by_tag;
pub mod package_installs;
pub mod payloads;
pub mod permission_needs;
pub mod prices;
pub mod project_code;
pub mod pushing_actions;
pub mod releases;
pub mod runners;
pub mod runtimes;
pub mod schema;
pub mod sinks;
pub mod text_programs;
pub mod timezones;
pub mod tools;
pub mod trust;
pub mod variables;
