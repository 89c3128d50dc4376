//! GitHub's API: the records its endpoints answer with.

pub mod records;
