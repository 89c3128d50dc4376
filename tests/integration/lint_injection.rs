//! The injection cases of `tests/fixtures/injection`: every unsafe one is found where it says so, and
//! none of its safe twins is reported.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::support::program::Program;

/// A finding: the file's name, the line, and the rule.
type Place = (String, usize, String);

fn files(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/injection").join(folder);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: PathBuf| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        (name, std::fs::read_to_string(path).unwrap())
    };
    paths.into_iter().map(read).collect()
}

/// Returns the places that a file's comments name: the line behind `finds: rule`.
fn expected(name: &str, text: &str) -> BTreeSet<Place> {
    let lines = text.lines().enumerate();
    let marked = lines.filter_map(|(at, line)| Some((at + 2, line.split_once(" finds: ")?.1)));
    marked.map(|(line, rule)| (name.to_owned(), line, rule.trim().to_owned())).collect()
}

fn repository() -> Program {
    let workflows = files("workflows").into_iter();
    let program = workflows
        .fold(Program::new(), |program, (name, text)| program.file(&format!(".github/workflows/{name}.yml"), text));
    files("actions")
        .into_iter()
        .fold(program, |program, (name, text)| program.file(&format!(".github/actions/{name}/action.yml"), text))
}

/// Lints all cases at the regular persona.
fn found() -> BTreeSet<Place> {
    let rules = "artifact-poisoning,github-env-injection,template-injection,untrusted-checkout,untrusted-machine";
    let ran = repository().run(&["lint", "--format", "json", "--no-config", "--select", rules]);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let place = |finding: &serde_json::Value| {
        let path = finding["path"].as_str().unwrap();
        let name = path.trim_start_matches(".github/").trim_end_matches("/action.yml").trim_end_matches(".yml");
        let name = name.rsplit('/').next().unwrap().to_owned();
        let line = usize::try_from(finding["start"]["line"].as_u64().unwrap()).unwrap();
        (name, line, finding["rule"].as_str().unwrap().to_owned())
    };
    report["findings"].as_array().unwrap().iter().map(place).collect()
}

#[test]
fn every_unsafe_case_is_found_in_its_place_and_no_safe_one_is_reported() {
    let all = files("workflows").into_iter().chain(files("actions"));
    let expected: BTreeSet<Place> = all.flat_map(|(name, text)| expected(&name, &text)).collect();
    let found = found();
    let missed: Vec<&Place> = expected.difference(&found).collect();
    let extra: Vec<&Place> = found.difference(&expected).collect();
    assert!(missed.is_empty() && extra.is_empty(), "missed: {missed:#?}\nnot expected: {extra:#?}");
}

#[test]
fn every_case_has_a_twin_and_says_what_it_is() {
    let names: BTreeSet<String> = files("workflows").into_iter().map(|(name, _)| name).collect();
    assert!(names.len() >= 120, "{} cases", names.len());
    for (name, text) in files("workflows") {
        let (topic, kind) = name.rsplit_once('.').unwrap();
        let twin = if kind == "safe" { "unsafe" } else { "safe" };
        assert!(names.contains(&format!("{topic}.{twin}")), "{name} has no twin");
        assert!(text.starts_with("# "), "{name} does not say what it is");
        assert_eq!(expected(&name, &text).is_empty(), kind == "safe", "{name}");
    }
}
