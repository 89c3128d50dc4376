//! What the tests share: a runner with a scrubbed environment.

pub(crate) mod csv;
pub(crate) mod fake_github;
pub(crate) mod git;
pub(crate) mod in_process;
pub(crate) mod outside;
pub(crate) mod plain_http;
pub(crate) mod program;
