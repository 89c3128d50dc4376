//! Holds the code to the house: who may import whom, who may touch the outside, and how large a
//! room may grow.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The rooms and what each may import. `commands` may import every room.
pub(crate) const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("knowledge", &["model"]),
    ("expressions", &["model", "knowledge"]),
    ("shell", &["model", "knowledge"]),
    ("detectors", &["model", "knowledge", "expressions", "shell"]),
    ("rules", &["model", "knowledge", "expressions", "shell", "detectors"]),
    ("scorecard", &["model", "knowledge", "expressions", "shell", "detectors"]),
    ("stats", &["model"]),
    // Runners' prices are data.
    ("pipeline", &["model", "knowledge", "stats"]),
    // A report says what the simulator expects.
    ("reports", &["model", "stats", "simulation"]),
    ("simulation", &["model", "stats"]),
    // What differs between operating systems, so that no other room asks what it is built for.
    ("system", &[]),
    ("monitor", &["model", "stats", "system"]),
    ("dora", &["model", "stats"]),
    ("deploy", &["model", "stats"]),
    ("gates", &["model", "stats"]),
    ("github", &["model"]),
    ("sources", &["model", "github", "system"]),
    // Rules and dashboards are documents of their own kind; a test asks the gates' table which series exist.
    ("exports", &["model", "formats", "gates"]),
    // What init writes for watching is what export writes.
    ("templates", &["model", "scorecard", "exports"]),
    ("migration", &["model"]),
    ("formats", &["model"]),
    ("sinks", &["model", "github", "system"]),
    // What is written in plimsoll.yml names rules, gates, criteria and prices, and is read through sources.
    (
        "config",
        &[
            "model",
            "rules",
            "gates",
            "dora",
            "deploy",
            "exports",
            "reports",
            "scorecard",
            "pipeline",
            "monitor",
            "sources",
            "stats",
        ],
    ),
    ("cli", &["commands", "config", "model", "error", "outcome", "system", "world"]),
    ("world", &["model"]),
    ("outcome", &[]),
    ("error", &[]),
];

/// Rooms that touch no disk, network, process or clock, and hold no async code.
const PURE: &[&str] = &[
    "model",
    "knowledge",
    "expressions",
    "shell",
    "detectors",
    "rules",
    "scorecard",
    "stats",
    "pipeline",
    "reports",
    "simulation",
    "dora",
    "deploy",
    "exports",
    "gates",
    "templates",
    "migration",
    "formats",
];

/// Files that may be longer than 400 lines without their tests. The list may only shrink.
const LONG_FILES: &[&str] = &[];

/// Names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] = &["utils", "util", "helpers", "helper", "common", "misc", "manager", "imp", "data2"];

struct Source {
    /// The path below `src`, with slashes.
    path: String,
    room: String,
    /// The code without tests, comments and doc comments.
    code: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    let read = |file: &PathBuf| {
        let path = file.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
        let text = std::fs::read_to_string(file).unwrap();
        let code = text.split("\n#[cfg(test)]\n").next().unwrap_or_default();
        let code: Vec<&str> = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        Source { room: room(&path), code: code.join("\n"), path }
    };
    files.iter().map(read).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn room(path: &str) -> String {
    let mut parts = path.trim_end_matches(".rs").split('/');
    let first = parts.next().unwrap();
    // The two halves of `outputs` are rooms of their own: one is pure, the other delivers.
    if first == "outputs" { parts.next().unwrap_or("outputs").to_owned() } else { first.to_owned() }
}

/// Finds the rooms named by `crate::…` paths, grouped imports included.
fn imports(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let paths = match rest.strip_prefix('{') {
            Some(group) => top_level(group),
            None => vec![rest.split([';', ',', ')', '}', ' ', '\n']).next().unwrap_or_default().to_owned()],
        };
        for path in paths {
            found.insert(room(&path.trim().replace("::", "/")));
        }
    }
    found
}

fn top_level(group: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0;
    for character in group.chars() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => parts.push(String::new()),
            _ => parts.last_mut().unwrap().push(character),
        }
    }
    parts
}

fn forbidden_imports(sources: &[Source]) -> Vec<String> {
    let rules: BTreeMap<&str, &[&str]> = MAY_IMPORT.iter().copied().collect();
    let mut wrong = Vec::new();
    for source in sources {
        let Some(allowed) = rules.get(source.room.as_str()) else { continue };
        for import in imports(&source.code) {
            if import != source.room && !allowed.contains(&import.as_str()) {
                wrong.push(format!("{} imports {import}", source.path));
            }
        }
    }
    wrong
}

#[test]
fn imports_follow_the_table() {
    assert_eq!(forbidden_imports(&sources()), Vec::<String>::new());
}

#[test]
fn an_upward_import_is_seen() {
    let source = |path: &str, code: &str| Source { room: room(path), path: path.to_owned(), code: code.to_owned() };
    let upward = [
        source("model/a.rs", "use crate::commands::lint;"),
        source("rules/b.rs", "use crate::{model::place::Span, sources::{files, yaml}};"),
        source("outputs/formats/c.rs", "fn f() { crate::outputs::sinks::file::write() }"),
        source("gates/d.rs", "use crate::stats::quantile;"),
    ];
    assert_eq!(
        forbidden_imports(&upward),
        ["model/a.rs imports commands", "rules/b.rs imports sources", "outputs/formats/c.rs imports sinks"]
    );
}

#[test]
fn every_room_has_a_rule() {
    let known: BTreeSet<&str> = MAY_IMPORT.iter().map(|(room, _)| *room).collect();
    let exempt = ["commands", "main", "lib", "mod", "outputs"];
    let unknown: Vec<String> = sources()
        .into_iter()
        .map(|source| source.room)
        .filter(|room| !known.contains(room.as_str()) && !exempt.contains(&room.as_str()))
        .collect();
    assert_eq!(unknown, Vec::<String>::new());
}

#[test]
fn pure_rooms_touch_nothing_outside() {
    let outside = [
        "std::fs",
        "std::net",
        "std::process",
        "std::env",
        "tokio::",
        "reqwest",
        "octocrab",
        "async fn",
        "SystemTime",
        "Instant::now",
    ];
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| PURE.contains(&source.room.as_str())) {
        for word in outside.iter().filter(|word| source.code.contains(**word)) {
            wrong.push(format!("{} uses {word}", source.path));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn only_one_file_reads_the_environment() {
    let readers: Vec<String> = sources()
        .into_iter()
        .filter(|source| source.code.contains("env::var") || source.code.contains("env::current_dir"))
        .map(|source| source.path)
        .collect();
    assert_eq!(readers, ["cli/env.rs"]);
}

#[test]
fn only_one_room_asks_which_system_this_is() {
    let questions =
        ["(unix)", "(windows)", "target_os", "target_family", "os::unix", "os::windows", " nix::", "winapi"];
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| source.room != "system") {
        for word in questions.iter().filter(|word| source.code.contains(**word)) {
            wrong.push(format!("{} uses {word}", source.path));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn files_stay_small_and_well_named() {
    let mut wrong = Vec::new();
    for source in sources() {
        let name = source.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs").to_owned();
        if EMPTY_NAMES.contains(&name.as_str()) {
            wrong.push(format!("{}: the name says nothing", source.path));
        }
        let lines = source.code.lines().count();
        if lines > 400 && !LONG_FILES.contains(&source.path.as_str()) {
            wrong.push(format!("{}: {lines} lines", source.path));
        }
    }
    let main = sources().into_iter().find(|source| source.path == "main.rs").unwrap();
    assert!(main.code.lines().count() <= 30);
    assert_eq!(wrong, Vec::<String>::new());
}
