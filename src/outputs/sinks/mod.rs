//! Delivery: files, streams and what GitHub's runner reads.

pub mod file;
mod owner;
pub mod runner;
