//! What a container is told to run, as a script.

use crate::model::repository::{Repository, join, name_of};

/// A program with its arguments, or arguments only, and where it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// The words as a shell reads them.
    pub(super) script: String,
    /// Whether a shell reads it, which takes no further arguments.
    pub(super) is_shell: bool,
    /// The file; empty for a line that stands in the command at hand.
    pub(super) path: String,
    /// The number of the line in the file, from 1.
    pub(super) number: usize,
}

impl Line {
    /// Makes a line of words that a command gives.
    pub(super) fn of_words(words: &[&str]) -> Option<Self> {
        (!words.is_empty()).then(|| Self { script: Self::quoted(words), ..Self::default() })
    }

    /// Writes words so that a shell reads them as they are.
    pub(super) fn quoted(words: &[impl AsRef<str>]) -> String {
        let quote = |word: &str| {
            let plain = |character: char| character.is_alphanumeric() || "@%_+=:,./-$".contains(character);
            let is_plain = !word.is_empty() && word.chars().all(plain);
            if is_plain { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
        };
        words.iter().map(|word| quote(word.as_ref())).collect::<Vec<_>>().join(" ")
    }

    /// Returns the script with paths of the repository in place of those in the container.
    pub(super) fn found(&self, find: &dyn Fn(&str) -> Option<String>) -> String {
        let mut script = String::new();
        for piece in self.script.split_inclusive([' ', '\n', '\t']) {
            let word = piece.trim_end();
            let looks_like_path = word.contains('/') || has_script_ending(word);
            match Some(word).filter(|_| looks_like_path).and_then(find) {
                Some(path) => {
                    script.push_str(&path);
                    script.push_str(piece.get(word.len()..).unwrap_or_default());
                }
                None => script.push_str(piece),
            }
        }
        script
    }
}

fn has_script_ending(word: &str) -> bool {
    matches!(word.rsplit_once('.'), Some((_, "sh" | "bash")))
}

/// Finds the file that stands at a path in a container: by the path without the folders that only
/// the container has.
pub(super) fn in_repository(repository: &Repository, bases: &[&str], word: &str) -> Option<String> {
    if name_of(word).is_empty() || word.contains("..") {
        return None;
    }
    let mut rest = word.trim_start_matches("./").trim_start_matches('/');
    loop {
        let paths = bases.iter().filter_map(|base| join(base, rest));
        if let Some(path) = paths.into_iter().find(|path| repository.text(path).is_some()) {
            return Some(path);
        }
        (_, rest) = rest.split_once('/')?;
    }
}
