//! A repository's name on GitHub.

use std::fmt;
use std::str::FromStr;

/// `OWNER/NAME`, checked, so that it can stand in an address and cannot lead out of its place
/// there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RepositoryName {
    owner: String,
    name: String,
}

/// A text that is not `OWNER/NAME`.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RepositoryNameError {
    /// There is not exactly one slash with something on both sides.
    #[error("`{0}` is not a repository: write it as OWNER/NAME")]
    Shape(String),
    /// GitHub gives out no such name.
    #[error("`{0}` is not a repository: a name consists of letters, digits, `-`, `_` and `.`, and is not `.` or `..`")]
    Letters(String),
}

impl RepositoryName {
    /// Returns the user or organization it belongs to.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// Returns the name below its owner.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl FromStr for RepositoryName {
    type Err = RepositoryNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let shape = || RepositoryNameError::Shape(text.to_owned());
        let (owner, name) = text.split_once('/').ok_or_else(shape)?;
        if owner.is_empty() || name.is_empty() || name.contains('/') {
            return Err(shape());
        }
        if is_part(owner) && is_part(name) {
            return Ok(Self { owner: owner.to_owned(), name: name.to_owned() });
        }
        Err(RepositoryNameError::Letters(text.to_owned()))
    }
}

impl fmt::Display for RepositoryName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.owner, self.name)
    }
}

fn is_part(part: &str) -> bool {
    let letters = part.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.'));
    letters && part.len() <= 100 && part != "." && part != ".."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_apart_and_put_together() {
        let name: RepositoryName = "octo-org/hello_world.rs".parse().unwrap();
        assert_eq!((name.owner(), name.name()), ("octo-org", "hello_world.rs"));
        assert_eq!(name.to_string(), "octo-org/hello_world.rs");
    }

    #[test]
    fn what_could_lead_elsewhere_is_refused() {
        for text in ["", "a", "/", "a/", "/b", "a/b/c", "https://github.com/a/b"] {
            assert!(matches!(text.parse::<RepositoryName>(), Err(RepositoryNameError::Shape(_))), "{text}");
        }
        for text in ["../b", "a/..", "./a", "a/b?x=1", "a/b#c", "a/b%2e", "a/b c", "ä/b", "a\\b/c", "a/b\n"] {
            assert!(matches!(text.parse::<RepositoryName>(), Err(RepositoryNameError::Letters(_))), "{text}");
        }
    }
}
