//! Delivery: files, streams and what GitHub's runner reads.

pub mod append;
pub mod archive;
pub mod branch;
pub mod checks;
pub mod conversation;
pub mod deployments;
pub mod file;
pub mod lock;
mod owner;
pub mod runner;
