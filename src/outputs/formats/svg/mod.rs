//! Pictures that need nothing but themselves.

pub mod badge;
pub mod timeline;
