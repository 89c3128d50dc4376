//! Reads the programs in JavaScript and TypeScript that workflows, scripts and images name, and what those import.
//!
//! A repository may hold thousands of such files, most of which no job runs; so only these are read.

use std::collections::BTreeSet;

use crate::model::repository::{Repository, folder_of, has_ending, join, name_of};
use crate::model::script_path::{ENDINGS, candidates};

/// The programs that are read at most.
const MOST: usize = 400;

/// The largest of them.
pub(super) const MOST_BYTES: usize = 256 << 10;

/// How far imports are followed.
const DEEPEST: usize = 8;

/// Returns the paths of what is to be read first: programs that other files name.
pub(super) fn named(repository: &Repository) -> BTreeSet<String> {
    let names = repository.texts.iter().filter(|(path, _)| may_start(path));
    let found = names.flat_map(|(path, file)| {
        let bases = ["", if path.starts_with(".github/") { "" } else { folder_of(path) }];
        words(&file.text).flat_map(move |word| bases.into_iter().filter_map(move |base| join(base, plain(word)?)))
    });
    found.filter_map(|path| existing(repository, &path)).take(MOST).collect()
}

/// Returns the paths of what programs import that were read.
pub(super) fn imported(repository: &Repository, programs: &BTreeSet<String>) -> BTreeSet<String> {
    let texts = programs.iter().filter_map(|path| Some((path, repository.text(path)?)));
    let found = texts.flat_map(|(path, file)| {
        let quoted = file.text.split(['"', '\'', '`']).filter(|text| text.starts_with("./") || text.starts_with("../"));
        quoted.filter_map(|text| join(folder_of(path), text))
    });
    found.filter_map(|path| existing(repository, &path)).take(MOST).collect()
}

/// Reads what is named and what that imports, in rounds.
pub(super) fn read(found: &mut Repository, mut take: impl FnMut(&mut Repository, &str)) {
    let mut next = named(found);
    let mut count = 0;
    for _ in 0..DEEPEST {
        for path in &next {
            if !found.texts.contains_key(path) && count < MOST {
                take(found, path);
                count += 1;
            }
        }
        let seen = next.clone();
        next = imported(found, &next);
        next.retain(|path| {
            !seen.contains(path) && (!found.texts.contains_key(path) || has_ending(path, &["mjs", "cjs"]))
        });
    }
}

/// Tells whether what a file says may start a program.
fn may_start(path: &str) -> bool {
    let name = name_of(path).to_lowercase();
    path.starts_with(".github/")
        || matches!(name.as_str(), "package.json" | "makefile" | "justfile" | "action.yml" | "action.yaml")
        || name.contains("dockerfile")
        || has_ending(&name, &["sh"])
        || !name.contains('.')
}

/// Splits a text into what may be paths.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let ends = |character: char| {
        character.is_whitespace() || matches!(character, '"' | '\'' | '`' | ',' | ';' | '(' | ')' | '=' | '[' | ']')
    };
    text.split(ends).filter(|word| word.contains('/') || has_ending(word, ENDINGS))
}

/// Takes away what stands for the repository's root.
fn plain(word: &str) -> Option<&str> {
    let roots = ["$GITHUB_WORKSPACE/", "${GITHUB_WORKSPACE}/", "}}/", "/app/", "./"];
    let word = roots.iter().find_map(|root| word.strip_prefix(root)).unwrap_or(word);
    (!word.is_empty() && word.len() < 200 && !word.contains("://")).then_some(word)
}

/// Returns the program that a path means, which may stand without its ending.
fn existing(repository: &Repository, path: &str) -> Option<String> {
    candidates(path).into_iter().find(|path| has_ending(path, ENDINGS) && repository.paths.contains(path))
}
