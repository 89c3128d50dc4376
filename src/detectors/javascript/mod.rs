//! Programs in JavaScript and TypeScript that a job runs, and the commands that they start.
//!
//! A program is gone through as it would run, without conditions: each branch is taken once, in the order of the text.
//! Only what is reached from the program's top level counts: functions that are called, and files of the repository
//! that are imported. What is not literal becomes a word that nobody knows; what cannot be read is left out.

mod expressions;
mod functions;
mod methods;
mod modules;
mod starting;
mod statements;
mod tokens;
mod value;
mod walk;

use super::targets::{Target, TargetShell, path_from};
use crate::model::repository::{Repository, folder_of, has_ending, join, name_of};
use crate::model::script_path::ENDINGS;

/// Options of programs that take a value of their own.
const WITH_VALUE: &[&str] = &[
    "--import",
    "--loader",
    "--experimental-loader",
    "-r",
    "--require",
    "-C",
    "--conditions",
    "--tsconfig",
    "-P",
    "--project",
];

/// Returns what a program does that a command runs, its options and its path behind the name of what runs it.
pub(super) fn program(repository: &Repository, folder: &str, runner: &str, rest: &[&str]) -> Vec<Target> {
    let mut words = rest.iter().copied();
    let mut path = None;
    while let Some(word) = words.next() {
        if matches!(word, "--test" | "--check" | "-c" | "-e" | "--eval" | "-p" | "--print") {
            return Vec::new();
        }
        if WITH_VALUE.contains(&word) {
            words.next();
        } else if !(word.starts_with('-') || matches!(word, "run" | "watch")) {
            path = Some(word);
            break;
        }
    }
    path.map_or_else(Vec::new, |path| started(repository, folder, runner, path))
}

/// Returns what the program at a path does.
pub(super) fn started(repository: &Repository, folder: &str, runner: &str, path: &str) -> Vec<Target> {
    let Some(path) = path_from(folder, path).and_then(|path| modules::file_at(repository, &path)) else {
        return Vec::new();
    };
    if is_test(path) {
        return Vec::new();
    }
    let mut walk = walk::Walk::new(repository, runner);
    walk.enter(path);
    let (starts, paths) = walk.ended();
    let target = |start: starting::Start| {
        let (file, line) = start.place;
        let inside = start.folder.as_deref().and_then(|inside| match inside.strip_prefix("$GITHUB_WORKSPACE") {
            Some(rest) => join("", rest),
            None => join(folder, inside).filter(|_| !inside.contains('$')),
        });
        let lines = vec![line; start.script.lines().count()];
        let target = Target::new(inside.unwrap_or_else(|| folder.to_owned()), start.script);
        let target = paths.get(file).map_or_else(|| target.clone(), |path| target.clone().at(path, lines));
        Target { silence: start.silence, shell: TargetShell::Same, ..target }
    };
    starts.into_iter().map(target).collect()
}

/// Tells whether a file holds tests or data for them, which a test runner reads.
fn is_test(path: &str) -> bool {
    let name = name_of(path);
    let named = [".test.", ".spec.", ".e2e."].iter().any(|part| name.contains(part));
    let mut folders = folder_of(path).split('/');
    named || folders.any(|folder| matches!(folder, "__tests__" | "fixtures" | "__fixtures__" | "testdata"))
}

/// Tells whether a file's name is a program's in JavaScript or TypeScript.
pub(super) fn is_program(path: &str) -> bool {
    has_ending(path, ENDINGS)
}

#[cfg(test)]
mod tests;
