//! `plimsoll run` and `plimsoll init` end to end.

use crate::support::in_process;
use crate::support::outside::FakeTime;
use crate::support::program::{Program, Ran};

const CLEAN: &str = "name: ci
on: [push, pull_request]
permissions: {}
jobs:
  build:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    steps:
      - run: make test
";

const WORKFLOW: &str = ".github/workflows/ci.yml";

fn parts(ran: &Ran) -> Vec<(String, String)> {
    let summary: serde_json::Value =
        serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran:?}"));
    let word = |part: &serde_json::Value, key: &str| part[key].as_str().unwrap().to_owned();
    summary["parts"].as_array().unwrap().iter().map(|part| (word(part, "part"), word(part, "verdict"))).collect()
}

/// Lists all files below the program's folder but `.git`.
fn files(program: &Program) -> Vec<String> {
    let mut files = Vec::new();
    let mut folders = vec![program.folder().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with(".git") {
                folders.push(path);
            } else if path.is_file() {
                files.push(path.strip_prefix(program.folder()).unwrap().to_string_lossy().into_owned());
            }
        }
    }
    files.sort();
    files
}

#[test]
fn without_configuration_and_token_the_offline_part_is_done_and_nothing_written() {
    let program = Program::new().file(WORKFLOW, CLEAN);
    let before = files(&program);
    let ran = program.run(&["run"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    for words in [
        "Workflows",
        "Production readiness",
        "Gates",
        "Left out",
        "runs and jobs from GitHub",
        "writing and committing",
    ] {
        assert!(ran.stdout.contains(words), "{words} is missing:\n{}", ran.stdout);
    }
    assert_eq!(files(&program), before);
}

#[test]
fn findings_fail_the_run_and_the_gate_says_so() {
    let program = Program::new()
        .file(WORKFLOW, "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    needs: [b]\n    steps: []\n");
    let ran = program.run(&["run", "--format", "json"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let parts = parts(&ran);
    assert!(parts.contains(&("lint".to_owned(), "fail".to_owned())), "{parts:?}");
    assert!(parts.contains(&("gate".to_owned(), "fail".to_owned())), "{parts:?}");
    assert_eq!(program.run(&["run", "--exit-zero"]).code, 0);
}

#[test]
fn parts_are_switched_off_by_configuration() {
    let program = Program::new()
        .file(WORKFLOW, CLEAN)
        .file("plimsoll.yml", "preset: none\nrun: {score: false, gate: false, report: false, collect: false}\n");
    let ran = program.run(&["run", "--format", "json"]);
    assert_eq!(parts(&ran), [("lint".to_owned(), "pass".to_owned())], "{}", ran.stderr);
}

#[test]
fn a_damaged_table_is_told_and_the_other_parts_are_done() {
    let program = Program::new().file(WORKFLOW, CLEAN).file("metrics/build_metrics.csv", "what,is,this\n");
    let ran = program.run(&["run", "--format", "json"]);
    assert_eq!(ran.code, 2, "{}", ran.stdout);
    assert!(ran.stdout.contains("build_metrics.csv:1:1"), "{}", ran.stdout);
    assert!(parts(&ran).iter().any(|(part, _)| part == "score"), "{}", ran.stdout);
    assert_eq!(program.read("metrics/build_metrics.csv"), "what,is,this\n");
}

#[test]
fn what_cannot_be_reached_is_told_and_ends_with_2() {
    let program = Program::new()
        .file(WORKFLOW, CLEAN)
        .env("GITHUB_TOKEN", "secret-token-1234")
        .env("GITHUB_API_URL", "http://127.0.0.1:9")
        .env("GITHUB_REPOSITORY", "o/r");
    let ran = program.run(&["run", "--format", "json"]);
    assert_eq!(ran.code, 2, "{}", ran.stdout);
    assert!(parts(&ran).contains(&("collect".to_owned(), "unknown".to_owned())), "{}", ran.stdout);
    assert!(!format!("{ran:?}").contains("secret-token-1234"));
    assert_eq!(program.run(&["run", "--offline"]).code, 0);
}

#[test]
fn a_job_gets_annotations_outputs_and_one_summary() {
    let program = Program::new()
        .file(WORKFLOW, "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    needs: [b]\n    steps: []\n")
        .file("summary.md", "")
        .file("outputs", "");
    let path = |name: &str| program.path(name).to_string_lossy().into_owned();
    let (summary, outputs) = (path("summary.md"), path("outputs"));
    let program =
        program.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", &summary).env("GITHUB_OUTPUT", &outputs);
    let ran = program.run(&["run"]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stdout.contains("::error file=.github/workflows/ci.yml,line=5,"), "{}", ran.stdout);
    assert!(program.read("summary.md").starts_with("# Plimsoll: ❌ fail\n"));
    assert_eq!(program.read("summary.md").matches("# Plimsoll").count(), 1);
    for output in ["verdict<<", "score<<", "outcome<<"] {
        assert!(program.read("outputs").contains(output), "{output}");
    }
}

#[test]
fn init_writes_files_that_hold_before_the_linter_and_the_configuration() {
    let program = Program::new();
    let ran = program.run(&["init", "--branch", "trunk"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(files(&program), [".github/workflows/metrics.yml", ".github/workflows/plimsoll.yml", "plimsoll.yml"]);
    assert!(program.read(".github/workflows/plimsoll.yml").contains("branches: [trunk]"));
    let linted = program.run(&["lint", "--fail-on", "info"]);
    assert_eq!(linted.code, 0, "{}", linted.stdout);
    assert_eq!(program.run(&["gate"]).code, 0);
}

#[test]
fn init_keeps_what_is_there_unless_told_otherwise() {
    let program = Program::new().file("plimsoll.yml", "preset: none\n");
    let ran = program.run(&["init"]);
    assert!(ran.stdout.starts_with("kept     plimsoll.yml"), "{}", ran.stdout);
    assert_eq!(program.read("plimsoll.yml"), "preset: none\n");
    assert_eq!(program.run(&["init", "--force"]).code, 0);
    assert_ne!(program.read("plimsoll.yml"), "preset: none\n");
    let other = Program::new();
    assert!(other.run(&["init", "--dry-run"]).stdout.contains("# .github/workflows/metrics.yml: "));
    assert_eq!(files(&other), Vec::<String>::new());
}

#[test]
fn with_permission_the_tables_are_written_and_committed_once() {
    let program = Program::new().file(WORKFLOW, CLEAN);
    let git = |arguments: &[&str]| {
        let done = std::process::Command::new("git").args(arguments).current_dir(program.folder()).output().unwrap();
        assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    };
    std::fs::remove_dir_all(program.path(".git")).unwrap();
    git(&["init", "--quiet", "--initial-branch", "main"]);
    git(&["init", "--quiet", "--bare", "remote.git"]);
    git(&["remote", "add", "origin", "./remote.git"]);
    git(&["config", "user.name", "Ann"]);
    git(&["config", "user.email", "ann@example.org"]);
    git(&["add", ".github"]);
    git(&["commit", "--quiet", "--message", "Add a workflow"]);
    git(&["push", "--quiet", "origin", "main"]);
    let program = &program;
    // The first run is long ago by its clock, the second is now: the time alone is no news.
    let ran = in_process::run(program, &FakeTime::default(), &["run", "--commit", "--format", "json"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert!(parts(&ran).contains(&("commit".to_owned(), "pass".to_owned())), "{}", ran.stdout);
    let committed = git(&["-C", "remote.git", "ls-tree", "--name-only", "-r", "metrics"]);
    assert_eq!(committed, "metrics/lint_history.csv\nmetrics/score_history.csv\n");
    let head = git(&["-C", "remote.git", "rev-parse", "metrics"]);
    let again = program.run(&["run", "--commit", "--format", "json"]);
    assert_eq!(again.code, 0, "{}", again.stdout);
    assert_eq!(git(&["-C", "remote.git", "rev-parse", "metrics"]), head, "{}", again.stdout);
}
