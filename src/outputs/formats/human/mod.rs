//! Output for people at a terminal or in a log: aligned, coloured when asked for, and never wider
//! than it must be.
//!
//! All text that was read from somewhere goes through [`text::flat`] before it
//! gets its colour: the same lines may stand on a terminal or in a job's log, where the runner
//! looks for commands.

pub mod collected;
pub mod committed;
pub mod criterion;
pub mod diagnosis;
pub mod explain;
pub mod findings;
pub mod health;
pub mod resources;
pub mod rules;
pub mod run;
pub mod schema;
pub mod scorecard;
pub mod standings;
pub mod table;
pub mod text;

mod snippet;
