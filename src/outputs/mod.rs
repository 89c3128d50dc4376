//! Results out: pure formats, and sinks that deliver what the formats made.

pub mod formats;
pub mod sinks;
