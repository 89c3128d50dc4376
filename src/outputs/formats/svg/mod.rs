//! Pictures that need nothing but themselves.

pub mod badge;
pub mod report;
pub mod timeline;

pub(in crate::outputs::formats) mod chart;
pub(in crate::outputs::formats) mod gantt;
