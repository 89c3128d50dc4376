//! `plimsoll init --close` and `--plan`: what is written is clean, and is worth what was promised.

use std::collections::BTreeSet;

use plimsoll::templates::CLOSINGS;

use crate::score::{json, program, status};
use crate::support::program::Program;

#[test]
fn the_plan_keeps_its_promise_and_lints_clean() {
    let program = program("statement");
    let written = program.run(&["init", "--plan", "--branch=main"]);
    assert_eq!((written.code, written.stderr.as_str()), (0, ""), "{}", written.stdout);
    let paths: BTreeSet<String> = written
        .stdout
        .lines()
        .filter_map(|line| line.strip_prefix("written")?.split_whitespace().next().map(str::to_owned))
        .collect();
    let workflows: Vec<&str> = paths.iter().map(String::as_str).filter(|path| path.starts_with(".github/")).collect();
    assert!(workflows.len() >= 9, "{workflows:?}");
    let lint = [&["lint", "--persona=pedantic", "--shellcheck=off"], workflows.as_slice()].concat();
    let linted = program.run(&lint);
    assert!(linted.code == 0 && linted.stdout.contains("no findings"), "{}", linted.stdout);
    let card = json(&program.run(&["score", "--format=json"]));
    for closing in CLOSINGS {
        for id in closing.closes() {
            assert_eq!(status(&card, id).0, "present", "{id}: {}", status(&card, id).1);
        }
    }
    let promise = written.stdout.lines().find_map(|line| line.strip_prefix("score")).unwrap();
    let promised: f64 = promise.split(' ').filter_map(|word| word.parse().ok()).nth(2).unwrap();
    let overall = card["overall"].as_f64().unwrap();
    assert!(overall + 0.05 >= promised, "{overall} instead of {promised}");
}

#[test]
fn ways_to_deploy_are_scripts_that_can_be_run() {
    let program = Program::new();
    let ran = program.run(&["init", "--close=blue-green", "--close=kubernetes", "--branch=main"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{}", ran.stdout);
    let written: Vec<&str> = ran.stdout.lines().filter_map(|line| line.split_whitespace().nth(1)).collect();
    let expected = [
        "deploy/blue-green.sh",
        "deploy/sides.sh",
        "deploy/service.sh",
        "deploy/nginx.conf",
        "deploy/kubernetes.sh",
        "deploy/kubernetes.yaml",
    ];
    assert_eq!(written, expected);
    assert!(program.read("deploy/kubernetes.yaml").contains("containerPort: 8080"));
    let wrong = std::process::Command::new(program.path("deploy/blue-green.sh")).arg("x").output().unwrap();
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("PLIMSOLL_VERSION says which version"), "{wrong:?}");
    let unknown = program.run(&["init", "--close=canari"]);
    assert!(unknown.stderr.contains("did you mean `canary`?"), "{}", unknown.stderr);
}

#[test]
fn what_is_there_stays() {
    let program = program("statement").file("SECURITY.md", "ours\n").file("docs/runbook.md", "ours\n");
    let ran = program.run(&["init", "--close=runbook", "--close=security-policy"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stdout.contains("kept     SECURITY.md") && ran.stdout.contains("written  docs/on-call.md"),
        "{}",
        ran.stdout
    );
    assert_eq!(
        (program.read("SECURITY.md"), program.read("docs/runbook.md")),
        ("ours\n".to_owned(), "ours\n".to_owned())
    );
}

#[test]
fn only_what_is_asked_for_is_written() {
    let program = program("statement");
    let shown = program.run(&["init", "--close=sbom", "--dry-run"]);
    assert!(shown.stdout.starts_with("# .github/workflows/release.yml: makes a signed release"), "{}", shown.stdout);
    assert!(shown.stdout.contains("cp target/release/parcels dist/") && !shown.stdout.contains("{build}"));
    assert!(!program.path(".github/workflows/release.yml").exists());
    let ran = program.run(&["init", "--close=sbom"]);
    assert_eq!(ran.stdout.lines().filter(|line| line.starts_with("written")).count(), 1, "{}", ran.stdout);
}

#[test]
fn what_cannot_be_written_is_said() {
    let program = Program::new();
    let fails = |gap: &str, words: &[&str]| {
        let ran = program.run(&["init", &format!("--close={gap}")]);
        assert_eq!(ran.code, 2, "{}", ran.stdout);
        assert!(words.iter().all(|word| ran.stderr.contains(word)), "{}", ran.stderr);
    };
    fails("sbomb", &["there is no criterion `sbomb`", "did you mean `sbom`?"]);
    fails("rollback", &["needs a Compose file", "a rollback workflow"]);
    fails("unit-tests", &["no file that closes `unit-tests`", "a job that runs the tests"]);
}
