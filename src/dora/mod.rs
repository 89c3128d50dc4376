//! The five metrics of software delivery, from deployments, commits and pull requests.
//!
//! The definitions are those of DORA's guide (dora.dev, "DORA's software delivery performance
//! metrics", 2026): change lead time, deployment frequency, failed deployment recovery time, change
//! fail rate and deployment rework rate. What has no data is not measurable, which is not zero.

mod deployments;
mod figures;
mod levels;
mod pull_requests;
mod settings;
mod shipped;

pub use figures::{delivery, measurements};
pub use levels::{LevelSet, Levels};
pub use pull_requests::{Way, ways};
pub use settings::{Mark, Settings};
