//! Delivery: files, streams and what GitHub's runner reads.

pub mod branch;
pub mod file;
mod owner;
pub mod runner;
