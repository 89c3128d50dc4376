//! Output for people at a terminal or in a log: aligned, coloured when asked for, and never wider
//! than it must be.
//!
//! All text that was read from somewhere goes through [`text::flat`] or
//! [`terminal`](super::escape::terminal) before it gets its colour.

pub mod table;
pub mod text;
