//! Delivery: files, streams and what GitHub's runner reads.

pub mod append;
pub mod branch;
pub mod file;
pub mod lock;
mod owner;
pub mod runner;
