//! The files that `plimsoll init` writes.

use std::borrow::Cow;

mod closing;
mod strategies;

pub use closing::{CLOSINGS, Closing, file_for};
pub use strategies::{STRATEGIES, Strategy};

/// The port where nothing says another one.
const USUAL_PORT: u16 = 8080;

/// What is known of the repository that the files are for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The default branch.
    pub default_branch: String,
}

/// A file to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// The path below the repository's root.
    pub path: Cow<'static, str>,
    /// What the file is for, in a few words.
    pub purpose: &'static str,
    /// The content.
    pub content: String,
}

/// Returns the workflows for pull requests and for scheduled metrics.
pub fn workflows(facts: &Facts) -> Vec<Template> {
    let fill = |text: &str| text.replace("{default-branch}", &quoted(&facts.default_branch));
    vec![
        Template {
            path: ".github/workflows/plimsoll.yml".into(),
            purpose: "checks every pull request",
            content: fill(include_str!("pull_request.yml")),
        },
        Template {
            path: ".github/workflows/metrics.yml".into(),
            purpose: "collects metrics every night and keeps them on the branch `metrics`",
            content: fill(include_str!("metrics.yml")),
        },
    ]
}

/// Quotes a branch's name for YAML where it needs quotes.
fn quoted(name: &str) -> String {
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'/' | b'.'));
    let word = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && !matches!(name.to_ascii_lowercase().as_str(), "true" | "false" | "null" | "yes" | "no" | "on" | "off");
    if plain && word { name.to_owned() } else { format!("'{}'", name.replace('\'', "''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_are_quoted_where_yaml_needs_it() {
        assert_eq!(quoted("main"), "main");
        assert_eq!(quoted("release/1.x"), "release/1.x");
        assert_eq!(quoted("on"), "'on'");
        assert_eq!(quoted("1.0"), "'1.0'");
        assert_eq!(quoted("it's #1"), "'it''s #1'");
    }

    #[test]
    fn no_placeholder_is_left() {
        for template in workflows(&Facts { default_branch: "trunk".to_owned() }) {
            assert!(!template.content.contains("{default"), "{}", template.path);
        }
    }
}
