//! Ids of jobs and steps.

/// What an id looks like, for people.
pub const FORM: &str = "ids have letters, digits, `-` and `_`, and begin with a letter or `_`";

/// Tells whether GitHub takes an id for a job or step.
pub fn is_valid(id: &str) -> bool {
    let is_first = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    let is_rest = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    id.bytes().next().is_some_and(is_first) && id.bytes().all(is_rest)
}
