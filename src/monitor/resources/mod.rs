//! Samples what a machine and a control group of it use.

mod counters;
mod files;
mod group;
mod log;
mod processes;
mod profile;
mod sampler;

pub use group::MOUNT;
pub use log::{Damaged, mark_line, read, sample_line};
pub use profile::{profile, row};
pub use sampler::{Groups, Places, Sampler};
