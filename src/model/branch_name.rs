//! A branch's name.

use std::fmt;
use std::str::FromStr;

/// A branch's name, checked, so that it can be nothing but a branch: not an option of a program,
/// not a place outside of `refs/heads`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BranchName(String);

/// A text that git takes for no branch.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is not a branch: {reason}")]
pub struct BranchNameError {
    name: String,
    reason: &'static str,
}

impl BranchName {
    /// Returns the name without `refs/heads/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the full name of the reference.
    pub fn reference(&self) -> String {
        format!("refs/heads/{}", self.0)
    }
}

impl FromStr for BranchName {
    type Err = BranchNameError;

    /// Follows the rules of `git check-ref-format --branch`
    /// (<https://git-scm.com/docs/git-check-ref-format>).
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name = text.strip_prefix("refs/heads/").unwrap_or(text);
        match objection(name) {
            None => Ok(Self(name.to_owned())),
            Some(reason) => Err(BranchNameError { name: text.to_owned(), reason }),
        }
    }
}

fn objection(name: &str) -> Option<&'static str> {
    let forbidden = |letter: char| letter.is_control() || " ~^:?*[\\".contains(letter);
    let wrong_part = |part: &str| part.is_empty() || part.starts_with('.') || part.to_lowercase().ends_with(".lock");
    if name.starts_with('-') {
        Some("it begins with `-`")
    } else if name.chars().any(forbidden) {
        Some("it holds a blank or one of ~ ^ : ? * [ \\")
    } else if name.contains("..") || name.contains("@{") {
        Some("it holds `..` or `@{`")
    } else if name.ends_with('.') || name == "@" || name == "HEAD" || name.split('/').any(wrong_part) {
        Some("a part of it is empty, begins with `.`, ends with `.lock`, or the whole means something else to git")
    } else {
        None
    }
}

impl fmt::Display for BranchName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_are_taken_with_or_without_the_prefix() {
        for text in ["metrics", "refs/heads/metrics"] {
            assert_eq!(text.parse::<BranchName>().unwrap().reference(), "refs/heads/metrics");
        }
        assert_eq!("feature/x-1.0_ü".parse::<BranchName>().unwrap().as_str(), "feature/x-1.0_ü");
    }

    #[test]
    fn what_git_would_not_take_or_take_for_something_else_is_refused() {
        let wrong = [
            "",
            "-f",
            "--upload-pack=x",
            "a..b",
            "a b",
            "a\nb",
            "a~1",
            "a^",
            "a:b",
            "a?",
            "a*",
            "a[",
            "a\\b",
            "/a",
            "a/",
            "a//b",
            ".a",
            "a/.b",
            "a.lock",
            "a.LOCK/b",
            "a.",
            "@",
            "HEAD",
            "a@{1}",
            "refs/heads/",
        ];
        for text in wrong {
            assert!(text.parse::<BranchName>().is_err(), "{text}");
        }
    }
}
