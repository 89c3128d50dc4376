//! GitHub-flavoured Markdown, for job summaries, comments and documentation.
//!
//! All text that was read from somewhere goes through [`markdown`](super::escape::markdown) or
//! [`markdown_code`](super::escape::markdown_code).

pub mod collected;
pub mod committed;
mod delivery;
pub mod findings;
mod goals;
pub mod health;
pub mod report;
pub mod resources;
pub mod rules;
pub mod run;
pub mod schema;
pub mod scorecard;
pub mod standings;
pub mod table;
pub mod timing;
