//! Recorded runs as graphs of jobs: what a run waits for, where time is lost, and what a change would make of it.
//!
//! A job starts when all that it needs have ended, after the time GitHub takes to queue it (its lag) and the time it
//! waits for a runner. Both are kept as they were recorded, so a simulation changes only what was asked for.

mod advice;
mod changes;
mod declared;
mod forecasts;
mod graph;
mod inference;
mod spent;
mod timeline;

#[cfg(test)]
mod tests;

pub use advice::recommendations;
pub use changes::{Change, ChangeError};
pub use declared::Declared;
pub use forecasts::{accuracy, forecasts};
pub use graph::{Choice, JobNode, RunGraph, graphs};
pub use spent::{gantt, spent};
pub use timeline::{Timeline, timeline};
