//! Files and messages for the systems that people watch with: alert rules with their tests, routing
//! and runbook, dashboards, and telemetry.
//!
//! Everything is made from tables of this room and from rows; nothing is asked of a network.

pub mod alerts;
pub mod dashboards;
pub mod otlp;

mod files;
mod grafana;
#[cfg(test)]
mod known;
mod routing;
mod rules;
mod runbooks;
mod settings;
mod unit_tests;

pub use files::{File, alert_files, dashboard_files};
pub use settings::{Bound, Settings};
