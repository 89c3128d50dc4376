//! Pure functions from reports to bytes: the same report gives the same bytes.

pub mod escape;
pub mod human;
pub mod markdown;
