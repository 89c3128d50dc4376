//! Pictures that need nothing but themselves.

pub mod timeline;
