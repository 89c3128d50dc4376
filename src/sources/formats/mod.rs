//! Adapters: one file a format that other programs write.

pub mod baseline;
pub mod csv;
pub mod junit;
pub mod levels;
