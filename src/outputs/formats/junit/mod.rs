//! `JUnit` XML, which CI systems and test viewers read.

pub mod findings;
