//! What Plimsoll asks of others holds for its own repository.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::support::program::measuring;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Runs the program in the repository, with nothing of the outer environment.
fn run(arguments: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_plimsoll"));
    program.args(arguments).current_dir(ROOT).env_clear().envs(measuring()).output().unwrap()
}

#[test]
fn our_workflows_and_actions_are_clean_for_an_auditor() {
    let ran = run(&["lint", "--persona", "auditor", "--fail-on", "info"]);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
}

#[test]
fn our_repository_is_ready_for_production() {
    let ran = run(&["score", "--profile", "action", "--format", "json"]);
    assert!(ran.status.success() && ran.stderr.is_empty(), "{}", String::from_utf8_lossy(&ran.stderr));
    let card: Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert!(card["overall"].as_f64().unwrap() >= 9.0, "{}", card["overall"]);
    // Nobody vouched for anything, and nothing was left out by hand.
    let settings = Path::new(ROOT).join("plimsoll.yml");
    let settings = std::fs::read_to_string(settings).unwrap_or_default();
    assert!(!settings.contains("attestations") && !settings.contains("not_applicable"), "{settings}");
}

/// Every pin in our workflows names the release that it is, where the program knows it.
#[test]
fn every_action_of_others_is_pinned_with_its_version() {
    let mut seen = 0;
    for entry in std::fs::read_dir(Path::new(ROOT).join(".github/workflows")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        for line in text.lines().filter_map(|line| line.trim().trim_start_matches("- ").strip_prefix("uses: ")) {
            if line.starts_with("./") {
                continue;
            }
            let (reference, version) = line.split_once(" # v").unwrap_or_else(|| panic!("{}: {line}", path.display()));
            let commit = reference.split_once('@').unwrap().1;
            assert!(commit.len() == 40 && version.split('.').count() == 3, "{}: {line}", path.display());
            seen += 1;
        }
    }
    assert!(seen > 30, "only {seen} were found");
}
