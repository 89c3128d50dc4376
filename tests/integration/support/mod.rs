//! What the tests share: a runner with a scrubbed environment.

pub(crate) mod csv;
pub(crate) mod program;
