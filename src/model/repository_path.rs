//! The path of a file that is committed.

use std::fmt;
use std::str::FromStr;

/// A file's path below a repository's root, with slashes, checked: it leads nowhere else, every
/// system can check it out, and nothing that it holds can change what workflows do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RepositoryPath(String);

/// A path that is not committed to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{path}` is not committed: {reason}")]
pub struct RepositoryPathError {
    path: String,
    reason: &'static str,
}

/// The longest path. Linux takes 4,096 bytes, and a checkout puts its own folder before it.
const LONGEST: usize = 1024;

/// Letters without width that macOS leaves out of file names
/// (<https://developer.apple.com/library/archive/technotes/tn/tn1150.html>).
const IGNORED: [char; 16] = [
    '\u{200C}', '\u{200D}', '\u{200E}', '\u{200F}', '\u{202A}', '\u{202B}', '\u{202C}', '\u{202D}', '\u{202E}',
    '\u{206A}', '\u{206B}', '\u{206C}', '\u{206D}', '\u{206E}', '\u{206F}', '\u{FEFF}',
];

impl RepositoryPath {
    /// Returns the path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the path's folders and its name.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.split('/')
    }

    /// Joins a folder below the root, where the empty one is the root itself, and a path below it.
    ///
    /// # Errors
    /// See [`RepositoryPathError`].
    pub fn below(folder: &str, path: &str) -> Result<Self, RepositoryPathError> {
        if folder.is_empty() { path.parse() } else { format!("{folder}/{path}").parse() }
    }
}

impl FromStr for RepositoryPath {
    type Err = RepositoryPathError;

    fn from_str(path: &str) -> Result<Self, Self::Err> {
        match objection(path) {
            None => Ok(Self(path.to_owned())),
            Some(reason) => Err(RepositoryPathError { path: shown(path), reason }),
        }
    }
}

/// Says what is wrong with a path. Names are compared as the most forgiving file system does: without
/// case, without letters that have no width, without what stands at a name's end.
fn objection(path: &str) -> Option<&'static str> {
    if path.is_empty() || path.len() > LONGEST {
        return Some("it is empty, or longer than 1024 bytes");
    }
    if path.starts_with('/') {
        return Some("it is not below the repository's root");
    }
    if path
        .chars()
        .any(|letter| letter.is_control() || matches!(letter, '\\' | ':' | '"' | '<' | '>' | '|' | '?' | '*'))
    {
        return Some("it holds a control character or one of \\ : \" < > | ? *, which not every system takes");
    }
    let parts: Vec<String> = path.split('/').map(folded).collect();
    if path.split('/').any(|part| matches!(part, "" | "." | "..")) || parts.iter().any(String::is_empty) {
        return Some("a part of it is empty or made of dots, so it could lead elsewhere");
    }
    if parts.iter().any(|part| part == ".git" || part == "git~1" || part == ".gitmodules") {
        return Some("it is git's own");
    }
    let [first, second, ..] = parts.as_slice() else { return changes_actions(&parts) };
    if first == ".github" && (second == "workflows" || second == "actions") {
        return Some("a job that commits must not be able to change workflows");
    }
    changes_actions(&parts)
}

fn changes_actions(parts: &[String]) -> Option<&'static str> {
    let is_action = parts.last().is_some_and(|name| name == "action.yml" || name == "action.yaml");
    is_action.then_some("a job that commits must not be able to change actions")
}

fn folded(part: &str) -> String {
    let letters = part.chars().filter(|letter| !IGNORED.contains(letter));
    let folded: String = letters.flat_map(char::to_lowercase).collect();
    folded.trim_end_matches(['.', ' ']).to_owned()
}

fn shown(path: &str) -> String {
    path.chars().take(200).collect()
}

impl fmt::Display for RepositoryPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_below_the_root_are_taken() {
        for path in ["a", "metrics/2026/03/run_metrics.csv", ".github/badges/ü b.svg", "workflows/x.yml", "a/.gitkeep"]
        {
            assert_eq!(path.parse::<RepositoryPath>().unwrap().as_str(), path);
        }
        assert_eq!(RepositoryPath::below("", "a.csv").unwrap().as_str(), "a.csv");
        assert_eq!(RepositoryPath::below("m/n", "a.csv").unwrap().parts().collect::<Vec<_>>(), ["m", "n", "a.csv"]);
    }

    #[test]
    fn what_leads_elsewhere_or_changes_what_runs_is_refused() {
        let long = "a/".repeat(600);
        let refused = [
            "",
            "/etc/passwd",
            "..",
            "a/../../b",
            "./a",
            "a//b",
            "a/",
            "a/. ./b",
            "C:/a",
            "a\\..\\b",
            "a\nb",
            "a\u{0}b",
            "a?b",
            ".git",
            ".git/config",
            "a/.GIT/hooks/pre-push",
            ".git /config",
            ".git./config",
            "GIT~1/config",
            ".g\u{200C}it/config",
            ".gitmodules",
            "sub/.gitmodules",
            ".github/workflows/ci.yml",
            ".GitHub/Workflows/ci.yml",
            ".github/workflows",
            ".github./workflows /x",
            ".github/actions/build/index.js",
            "action.yml",
            "deep/in/ACTION.YAML",
            long.as_str(),
        ];
        for path in refused {
            assert!(path.parse::<RepositoryPath>().is_err(), "{path:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics_and_what_is_taken_stays_below(path in "\\PC{0,40}") {
            if let Ok(path) = path.parse::<RepositoryPath>() {
                assert!(path.parts().all(|part| !part.is_empty() && part != ".." && part != "."));
            }
        }
    }
}
