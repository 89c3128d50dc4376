//! The log of a GitHub Actions job, with workflow commands that the runner turns into annotations
//! (<https://docs.github.com/actions/reference/workflow-commands-for-github-actions>).
//!
//! A line that is no command of ours goes through [`log_line`](super::escape::log_line), since
//! the runner reads commands from whatever a step prints.

pub mod findings;
pub mod health;
pub mod room;
pub mod scorecard;
