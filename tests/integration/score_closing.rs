//! `plimsoll init --close` and `--plan`: what is written is clean, and is worth what was promised.

use std::collections::BTreeSet;

use plimsoll::templates::CLOSINGS;

use crate::score::{json, program, status};
use crate::support::program::Program;

#[test]
fn the_plan_keeps_its_promise_and_lints_clean() {
    let program = program("statement").file("infra/main.tf", "provider \"aws\" {}\n");
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
        // Whose review is required is a setting, which no file makes.
        for id in closing.closes().iter().filter(|id| **id != "branch-protection") {
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
fn owners_are_those_of_the_remote() {
    let remote = "[remote \"origin\"]\n\turl = git@github.com:octo/parcels.git\n";
    let program = program("statement").file(".git/HEAD", "ref: refs/heads/main\n").file(".git/config", remote);
    let before = json(&program.run(&["score", "--format=json"]));
    let ran = program.run(&["init", "--close=branch-protection"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let owners = program.read(".github/CODEOWNERS");
    assert!(owners.contains("\n* @octo\n") && owners.contains("\n/Dockerfile @octo\n"), "{owners}");
    let after = json(&program.run(&["score", "--format=json"]));
    let of = |card: &serde_json::Value| status(card, "branch-protection").0;
    assert_eq!((of(&before).as_str(), of(&after).as_str()), ("n/a", "partial"));
}

#[test]
fn documentation_is_built_with_what_it_is_written_for() {
    for (path, content, command, pages) in [
        ("mkdocs.yml", "site_name: x\n", "mkdocs build --strict", "path: _site"),
        ("guide/book.toml", "[book]\n", "mdbook build guide --dest-dir", "path: _site"),
        ("docs/conf.py", "project = 'x'\n", "sphinx-build --fail-on-warning --keep-going docs _site", "path: _site"),
        ("Cargo.toml", "[package]\nname = \"x\"\n", "cargo doc --workspace", "path: target/doc"),
    ] {
        let program = Program::new().file(path, content).file("docs/index.rst", "x\n").file("README.md", "x\n");
        let ran = program.run(&["init", "--close=docs-published", "--branch=it's"]);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{path}");
        let workflow = program.read(".github/workflows/docs.yml");
        assert!(workflow.contains(command) && workflow.contains(pages), "{workflow}");
        assert!(
            workflow.contains("branches: ['it''s']") && workflow.contains("github.ref_name == 'it''s'"),
            "{workflow}"
        );
        let linted = program.run(&["lint", "--persona=pedantic", "--shellcheck=off"]);
        assert!(linted.code == 0 && linted.stdout.contains("no findings"), "{}", linted.stdout);
        let card = json(&program.run(&["score", "--format=json"]));
        assert_eq!(
            (status(&card, "docs-published").0, status(&card, "docs-check").0),
            ("present".into(), "present".into())
        );
    }
}

#[test]
fn coverage_of_python_installs_what_it_names() {
    let program = Program::new().file("pyproject.toml", "[project]\nname = \"x\"\nversion = \"1.0.0\"\n");
    let ran = program.run(&["init", "--close=coverage-measured", "--branch=main"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let linted = program.run(&["lint", "--persona=pedantic", "--shellcheck=off"]);
    assert!(linted.code == 0 && linted.stdout.contains("no findings"), "{}", linted.stdout);
}

#[test]
fn terraform_is_run_where_its_root_is() {
    let module = "variable \"x\" {}\n";
    let program =
        Program::new().file("a/modules/net/main.tf", module).file("main.tf", "terraform {\n  backend \"s3\" {}\n}\n");
    let shown = program.run(&["init", "--close=iac-plan-on-pr", "--dry-run"]);
    assert!(
        shown.stdout.contains("working-directory: '.'") && shown.stdout.contains("paths: ['**/*.tf',"),
        "{}",
        shown.stdout
    );
    let program = Program::new().file("live/prod/main.tf", "provider \"aws\" {}\n");
    let shown = program.run(&["init", "--close=iac-plan-on-pr", "--dry-run"]);
    assert!(shown.stdout.contains("working-directory: 'live/prod'"), "{}", shown.stdout);
    let none = Program::new().file("modules/net/main.tf", module).run(&["init", "--close=iac-plan-on-pr"]);
    assert!(none.code == 2 && none.stderr.contains("that needs Terraform code"), "{}", none.stderr);
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
