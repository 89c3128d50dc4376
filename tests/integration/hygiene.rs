//! Holds the tree to what no compiler checks: no paths of somebody's machine, no work left for
//! later, no test that nobody runs, and the licences in place.

use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

/// The first folders of absolute paths that exist on one person's machine only.
const PRIVATE_ROOTS: &[&str] = &["Users", "home", "root", "work"];

/// The account of GitHub's own runners is no private place.
const PUBLIC_PATHS: &[&str] = &["/home/runner/"];

/// Words that put work off; each is written in two parts, so that this file does not hold it.
const PUT_OFF: &[&str] = &[
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("#[", "ignore"),
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("HA", "CK"),
    concat!("XX", "X"),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns every file of the tree that git does not ignore, below the root, sorted.
fn tree(folder: &str) -> Vec<PathBuf> {
    let mut walk = WalkBuilder::new(root().join(folder));
    walk.hidden(false).require_git(false).git_global(false).parents(false);
    walk.filter_entry(|entry| entry.file_name() != ".git" && entry.file_name() != "target");
    let files = walk.build().map(|entry| entry.unwrap()).filter(|entry| entry.path().is_file());
    let mut paths: Vec<PathBuf> = files.map(|entry| entry.path().strip_prefix(root()).unwrap().to_owned()).collect();
    paths.sort();
    paths
}

/// Returns a file's text; what is not UTF-8 is no text.
fn text(path: &Path) -> Option<String> {
    std::fs::read_to_string(root().join(path)).ok()
}

/// Finds the first absolute path in a line that leads into a private place.
fn private_path(line: &str) -> Option<String> {
    for (at, _) in line.match_indices('/') {
        let before = line[..at].chars().next_back();
        if before.is_some_and(|before| before.is_alphanumeric() || "._-~}/*<".contains(before)) {
            continue;
        }
        let path = &line[at..];
        let first = path[1..].split('/').next().filter(|first| path[1 + first.len()..].starts_with('/'));
        if first.is_some_and(|first| PRIVATE_ROOTS.contains(&first))
            && !PUBLIC_PATHS.iter().any(|public| path.starts_with(public))
        {
            return Some(path.split([' ', '"', '\'', '`']).next().unwrap_or_default().to_owned());
        }
    }
    None
}

#[test]
fn no_file_names_somebodys_machine() {
    let here = root().to_string_lossy().into_owned();
    // A checkout at a place as short as `/app` says nothing about a machine.
    let here = Some(here).filter(|here| here.matches('/').count() > 1);
    let mut wrong = Vec::new();
    for path in tree("").iter().filter(|path| !path.starts_with("tests/fixtures") && !path.ends_with("hygiene.rs")) {
        let Some(text) = text(path) else { continue };
        for (number, line) in text.lines().enumerate() {
            let own = here.as_ref().filter(|here| line.contains(here.as_str())).cloned();
            if let Some(found) = own.or_else(|| private_path(line)) {
                wrong.push(format!("{}:{}: {found}", path.display(), number + 1));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn a_private_path_is_seen() {
    for line in ["cd /home/ann/plimsoll", "(/root/.cargo/bin)", "/work/x", "path = \"/Users/ann\" + \"/Users/b/\""] {
        assert!(private_path(line).is_some(), "{line}");
    }
    for line in ["https://example.org/home/x", "a/work/b", "/home/runner/work/a/b", "~/work/x", "</root>", "/work"] {
        assert_eq!(private_path(line), None, "{line}");
    }
}

#[test]
fn no_work_is_put_off() {
    let mut wrong = Vec::new();
    for path in ["src", "tests", "benches", "fuzz"]
        .iter()
        .filter(|folder| root().join(folder).is_dir())
        .flat_map(|folder| tree(folder))
    {
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        for (number, line) in text(&path).unwrap().lines().enumerate() {
            let words = PUT_OFF.iter().filter(|word| contains_word(line, word));
            wrong.extend(words.map(|word| format!("{}:{}: {word}", path.display(), number + 1)));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

fn contains_word(line: &str, word: &str) -> bool {
    let inside =
        |character: Option<char>| character.is_some_and(|character| character.is_alphanumeric() || character == '_');
    line.match_indices(word)
        .any(|(at, _)| !inside(line[..at].chars().next_back()) && !inside(line[at + word.len()..].chars().next()))
}

/// A test file that no `mod` line names is never compiled, and so never fails.
#[test]
fn every_test_file_is_compiled() {
    let mut forgotten = Vec::new();
    for path in
        tree("tests/integration").iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
    {
        let (name, folder) = match path.file_stem().unwrap().to_str().unwrap() {
            "main" => continue,
            "mod" => (path.parent().unwrap().file_name().unwrap(), path.parent().unwrap().parent().unwrap()),
            _ => (path.file_stem().unwrap(), path.parent().unwrap()),
        };
        let declared = format!("mod {};", name.to_str().unwrap());
        let parents = [folder.join("main.rs"), folder.join("mod.rs")];
        let parents = parents.iter().filter_map(|parent| text(parent));
        if !parents
            .flat_map(|parent| parent.lines().map(str::to_owned).collect::<Vec<_>>())
            .any(|line| line.ends_with(&declared))
        {
            forgotten.push(path.display().to_string());
        }
    }
    assert_eq!(forgotten, Vec::<String>::new());
}

#[test]
fn licences_are_in_place() {
    assert_eq!(env!("CARGO_PKG_LICENSE"), "MIT OR Apache-2.0");
    for (file, words) in [("LICENSE-MIT", "MIT License"), ("LICENSE-APACHE", "Apache License")] {
        assert!(text(Path::new(file)).is_some_and(|text| text.contains(words)), "{file}");
    }
}
