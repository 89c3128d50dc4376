//! Watches what runs: a machine and the commands on it, and the health of what was deployed.
//!
//! What is read is turned into plain values of the model at once; arithmetic on them is pure.

pub mod command;
pub mod health;
pub mod resources;
pub mod supervised;
