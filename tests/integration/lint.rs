//! `plimsoll lint` end to end: what it finds, what it refuses, and how it ends.

use crate::support::program::Program;

const CLEAN: &str = "name: ci
on: push
permissions: {}
jobs:
  build:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    steps:
      - run: make
";

const WORKFLOW: &str = ".github/workflows/ci.yml";

fn findings(json: &str) -> Vec<(String, String, u64)> {
    let report: serde_json::Value = serde_json::from_str(json).unwrap();
    let words = |finding: &serde_json::Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| (words(finding, "path"), words(finding, "rule"), finding["start"]["line"].as_u64().unwrap()))
        .collect()
}

#[test]
fn a_clean_workflow_passes() {
    let ran = Program::new().file(WORKFLOW, CLEAN).run(&["lint", "--format", "json"]);
    assert_eq!((ran.code, findings(&ran.stdout)), (0, vec![]), "{}", ran.stderr);
}

#[test]
fn workflows_are_found_everywhere_and_paths_are_relative_to_the_root() {
    let program = Program::new()
        .file("packages/a/.github/workflows/x.yaml", "")
        .file("tools/action.yml", "runs: [")
        .file(WORKFLOW, CLEAN)
        .file("packages/notes.yml", "on: [");
    let ran = program.run(&["lint", "--format", "json"]);
    let found = findings(&ran.stdout);
    let places: Vec<(&str, &str)> = found.iter().map(|(path, rule, _)| (path.as_str(), rule.as_str())).collect();
    assert_eq!(
        places,
        [("packages/a/.github/workflows/x.yaml", "workflow-empty"), ("tools/action.yml", "yaml-syntax")]
    );
    assert_eq!(ran.code, 1);
}

#[test]
fn text_that_is_wrong_is_a_finding_and_ends_with_1() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let below = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb = format!("{bomb}a{level}: &a{level} [{below}]\n");
    }
    for (what, content, rule) in [
        ("empty", String::new(), "workflow-empty"),
        ("only comments", "# nothing\n".to_owned(), "workflow-empty"),
        ("ten megabytes of one letter", "a".repeat(10_000_000), "workflow-empty"),
        ("alias bomb", bomb, "yaml-syntax"),
        ("unclosed bracket", "on: [push\n".to_owned(), "yaml-syntax"),
    ] {
        let ran = Program::new().file(WORKFLOW, content).run(&["lint", "--format", "json"]);
        assert_eq!(ran.code, 1, "{what}: {}", ran.stderr);
        let found = findings(&ran.stdout);
        assert!(found.iter().any(|(_, found, _)| found == rule), "{what}: {found:?}");
        assert!(ran.stdout.len() < 10_000, "{what}: the output repeats the input");
    }
}

#[test]
fn what_cannot_be_read_is_a_problem_and_ends_with_2_when_it_was_named() {
    let program = Program::new().file(WORKFLOW, [0xFF, 0xFE, 0x00, 0x01]).file(".github/workflows/ok.yml", CLEAN);
    let named = program.run(&["lint", "--format", "json", WORKFLOW]);
    assert_eq!(named.code, 2, "{}", named.stdout);
    assert!(named.stdout.contains("is not UTF-8 text"), "{}", named.stdout);
    let found = program.run(&["lint", "--format", "json"]);
    assert_eq!(found.code, 0, "{}", found.stdout);
    assert!(found.stdout.contains("is not UTF-8 text"), "{}", found.stdout);
    let missing = program.run(&["lint", "nowhere.yml"]);
    assert_eq!(missing.code, 2);
    assert!(missing.stdout.contains("nowhere.yml"), "{}", missing.stdout);
}

#[test]
fn standard_input_is_a_workflow() {
    let ran = Program::new().stdin("on: [push\n").run(&["lint", "--format", "json", "-"]);
    assert_eq!((ran.code, findings(&ran.stdout)), (1, vec![("<stdin>".to_owned(), "yaml-syntax".to_owned(), 1)]));
}

#[test]
fn the_exit_code_follows_fail_on_and_exit_zero_alone() {
    let program = Program::new().file(WORKFLOW, "");
    for format in ["human", "github", "json", "sarif", "markdown", "junit"] {
        assert_eq!(program.run(&["lint", "--format", format]).code, 1, "{format}");
        assert_eq!(program.run(&["lint", "--format", format, "--fail-on", "never"]).code, 0, "{format}");
        assert_eq!(program.run(&["lint", "--format", format, "--exit-zero"]).code, 0, "{format}");
    }
    assert_eq!(program.run(&["lint", "--exit-zero", "nowhere.yml"]).code, 2);
}

#[test]
fn rules_are_chosen_by_id_and_by_group() {
    let program = Program::new().file(WORKFLOW, "");
    assert_eq!(program.run(&["lint", "--ignore", "syntax"]).code, 0);
    assert_eq!(program.run(&["lint", "--select", "security"]).code, 0);
    let unknown = program.run(&["lint", "--select", "workflow-emty"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("`workflow-emty`"), "{}", unknown.stderr);
}

#[test]
fn the_output_can_go_to_a_file() {
    let program = Program::new().file(WORKFLOW, "");
    let ran = program.run(&["lint", "--format", "json", "--output", "out/findings.json"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""));
    assert_eq!(findings(&program.read("out/findings.json")).len(), 1);
}

#[test]
fn hostile_text_reaches_no_output_as_a_command() {
    let hostile = ".github/workflows/a%0A,b:c.yml";
    let content = "on: push\nname: \"\u{1b}[2J::error::x ##[set-env name=A]b\"\n? [x]\n: y\n";
    let program = Program::new().file(hostile, content).env("GITHUB_ACTIONS", "true");
    for format in ["human", "github", "json", "sarif", "markdown", "junit"] {
        let ran = program.run(&["lint", "--format", format]);
        assert_eq!(ran.code, 1, "{format}: {}", ran.stderr);
        assert!(!ran.stdout.contains('\u{1b}'), "{format}: {}", ran.stdout);
        assert!(!ran.stdout.contains("##[set-env"), "{format}: {}", ran.stdout);
        let commands = ran.stdout.lines().filter(|line| line.trim_start().starts_with("::"));
        assert!(
            commands.clone().all(|line| format == "github" && line.starts_with("::error file=")),
            "{format}: {}",
            ran.stdout
        );
    }
}

/// A checkout below the job's workspace: its files and paths are its own.
#[test]
fn another_repository_is_judged_as_itself() {
    let workflow = "on:\n  push:\n    paths: [src/**]\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    needs: [b]\n    steps:\n      - run: make\n";
    let program = Program::new()
        .file("code/.git/HEAD", "ref: refs/heads/main\n")
        .file("code/src/main.rs", "")
        .file("code/.github/workflows/ci.yml", workflow);
    for path in ["code", "./code/"] {
        let ran = program.run(&["lint", path]);
        assert_eq!(ran.code, 1, "{}", ran.stdout);
        assert!(!ran.stdout.contains("glob-matches-no-file"), "{}", ran.stdout);
        assert!(ran.stdout.contains(" --> .github/workflows/ci.yml:"), "{}", ran.stdout);
    }
}
