//! Telemetry as the OpenTelemetry protocol has it, in its JSON form: a trace for each run, and metrics.
//!
//! Names follow the semantic conventions for CI/CD (<https://opentelemetry.io/docs/specs/semconv/cicd/>).
//! Ids are made from the runs' own, so that exporting twice tells of the same spans.

mod attributes;
mod metrics;
mod traces;

pub use metrics::metrics;
pub use traces::traces;

/// Whom telemetry is about, beside what rows say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Where repositories are, such as `https://github.com`.
    pub server: String,
    /// The version of the program.
    pub version: &'static str,
}
