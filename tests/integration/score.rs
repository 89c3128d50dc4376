//! `plimsoll score`: the whole way from files to a verdict.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::fake_github::{FakeGitHub, Repository, TOKEN};
use crate::support::in_process;
use crate::support::outside::FakeTime;
use crate::support::program::{Program, Ran};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/score").join(name)
}

/// Copies a fixture into a program's folder. Names beginning with `_` stand for hidden ones, so
/// that no tool takes the fixtures' workflows for ours.
fn program(name: &str) -> Program {
    let mut program = Program::new();
    let root = fixture(name);
    let mut open = vec![root.clone()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let relative = path.strip_prefix(&root).unwrap().to_string_lossy().replace("_github", ".github");
                program = program.file(&relative, std::fs::read(&path).unwrap());
            }
        }
    }
    program
}

fn json(ran: &Ran) -> Value {
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    serde_json::from_str(&ran.stdout).unwrap()
}

/// Returns a criterion's status, and why.
fn status(card: &Value, id: &str) -> (String, String) {
    let categories = card["categories"].as_array().unwrap();
    let mut criteria = categories.iter().flat_map(|category| category["criteria"].as_array().unwrap());
    let found = criteria.find(|criterion| criterion["id"] == id).unwrap_or_else(|| panic!("no criterion {id}"));
    (found["status"].as_str().unwrap().to_owned(), found["because"].as_str().unwrap().to_owned())
}

/// Scores a workflow of one job with these steps, and returns a criterion's status.
fn with_steps(steps: &str, id: &str) -> String {
    let workflow = format!("on: pull_request\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n{steps}");
    let program = Program::new().file(".github/workflows/ci.yml", workflow);
    status(&json(&program.run(&["score", "--format=json"])), id).0
}

#[test]
fn an_empty_repository_is_not_ready() {
    let program = Program::new();
    let card = json(&program.run(&["score", "--format=json"]));
    assert_eq!(
        (card["version"].as_u64(), card["verdict"].as_str(), card["grade"].as_str()),
        (Some(1), Some("not-ready"), Some("F"))
    );
    assert_eq!(card["categories"].as_array().unwrap().len(), 8);
    for category in card["categories"].as_array().unwrap() {
        assert!(category["criteria"].as_array().unwrap().len() >= 4, "{}", category["id"]);
    }
    assert_eq!(status(&card, "unit-tests").0, "missing");
}

#[test]
fn a_bare_repository_has_gaps_with_what_was_looked_for() {
    let card = json(&program("bare").run(&["score", "--format=json"]));
    assert_eq!(card["profile"]["name"], "library");
    assert_eq!(status(&card, "ci-on-pull-request").0, "partial");
    assert_eq!(status(&card, "job-timeouts").0, "missing");
    assert_eq!(status(&card, "staging-deploy").0, "n/a");
    for category in card["categories"].as_array().unwrap() {
        for criterion in category["criteria"].as_array().unwrap() {
            let proven = !criterion["evidence"].as_array().unwrap().is_empty();
            let searched = !criterion["looked_for"].as_array().unwrap().is_empty();
            match criterion["status"].as_str().unwrap() {
                "present" if criterion["id"] == "no-injection" => {}
                "present" | "partial" => assert!(proven, "{criterion}"),
                "missing" => assert!(proven || searched, "{criterion}"),
                _ => assert!(!criterion["because"].as_str().unwrap().is_empty(), "{criterion}"),
            }
        }
    }
}

#[test]
fn a_strong_service_is_ready() {
    let program = program("strong");
    let card = json(&program.run(&["score", "--format=json"]));
    assert_eq!(card["profile"]["name"], "service");
    let expected = [
        "ci-on-pull-request",
        "ci-on-default-branch",
        "parallel-jobs",
        "dependency-cache",
        "concurrency-control",
        "job-timeouts",
        "strict-failures",
        "artifact-handoff",
        "unit-tests",
        "integration-tests",
        "coverage-threshold",
        "lint-strict",
        "format-check",
        "dependency-audit",
        "dependency-updates",
        "container-scan",
        "secret-scan",
        "least-privilege",
        "pinned-actions",
        "non-root-images",
        "staging-deploy",
        "production-deploy",
        "environment-protection",
        "smoke-tests",
        "deploy-health-check",
        "rollback",
        "container-publish",
        "multi-arch",
        "deploy-concurrency",
        "db-migrations",
        "iac-present",
        "k8s-manifests",
        "k8s-policies",
        "autoscaling",
        "health-probes",
        "alert-rules",
        "metrics-endpoint",
        "sbom",
        "artifact-signing",
        "backups-scheduled",
        "backups-verified",
        "rollback-tested",
        "runbook",
        "rto-rpo",
        "iac-plan-on-pr",
        "iac-apply-gated",
    ];
    let wrong: Vec<_> =
        expected.iter().map(|id| (*id, status(&card, id))).filter(|(_, (status, _))| status != "present").collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_ne!(card["verdict"], "not-ready", "{}", card["gaps"]);
    assert!(card["overall"].as_f64().unwrap() >= 7.5, "{}", card["overall"]);
}

#[test]
fn evidence_names_the_place() {
    let workflow = "on: pull_request\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n          cd ü\n          echo; cargo test --locked\n";
    let program = Program::new().file(".github/workflows/ci.yml", workflow);
    let card = json(&program.run(&["score", "--format=json"]));
    let tests = &card["categories"][1]["criteria"][0];
    assert_eq!(tests["id"], "unit-tests");
    let expected = serde_json::json!([{"path": ".github/workflows/ci.yml", "line": 8, "column": 17, "seen": "cargo test --locked"}]);
    assert_eq!(tests["evidence"], expected);
}

#[test]
fn words_alone_prove_nothing() {
    for steps in [
        "      - run: echo cargo test\n",
        "      - run: |\n          # cargo test\n          true\n",
        "      - {if: false, run: cargo test}\n",
        "      - {name: cargo test, run: 'true'}\n",
        "      - run: |\n          cat <<EOF\n          cargo test\n          EOF\n",
        "      - run: cargo build --features test\n",
    ] {
        assert_eq!(with_steps(steps, "unit-tests"), "missing", "{steps}");
    }
    let readme =
        Program::new().file("README.md", "Run `cargo test` and gitleaks.\n").file("docs/rollback.md", "# Rollback\n");
    let card = json(&readme.run(&["score", "--format=json"]));
    assert_eq!(status(&card, "unit-tests").0, "missing");
    assert_eq!(status(&card, "rollback"), ("missing".to_owned(), "documented, not automated".to_owned()));
}

#[test]
fn what_may_fail_in_silence_proves_half() {
    for steps in [
        "      - run: cargo test || true\n",
        "      - {run: cargo test, continue-on-error: true}\n",
        "      - run: cargo test | tee log\n",
        "      - run: |\n          set +e\n          cargo test\n",
    ] {
        assert_eq!(with_steps(steps, "unit-tests"), "partial", "{steps}");
    }
    for steps in [
        "      - {run: cargo test | tee log, shell: bash}\n",
        "      - run: |\n          set -o pipefail\n          cargo test | tee log\n",
    ] {
        assert_eq!(with_steps(steps, "unit-tests"), "present", "{steps}");
    }
}

#[test]
fn local_workflows_actions_and_scripts_are_followed() {
    let called = "on: workflow_call\njobs:\n  t:\n    runs-on: x\n    steps:\n      - uses: ./.github/actions/test\n";
    let action = "name: t\ndescription: t\nruns:\n  using: composite\n  steps:\n    - {run: make check, shell: bash}\n";
    let program = Program::new()
        .file(".github/workflows/called.yml", called)
        .file(".github/actions/test/action.yml", action)
        .file("Makefile", "check: unit\nunit:\n\t./ci/unit.sh\n")
        .file("ci/unit.sh", "#!/bin/sh\nset -e\ngo test ./...\n");
    let alone = json(&program.run(&["score", "--format=json"]));
    assert_eq!(status(&alone, "unit-tests").0, "missing", "a workflow that nobody calls runs nothing");
    let program = program
        .file(".github/workflows/ci.yml", "on: pull_request\njobs:\n  c:\n    uses: ./.github/workflows/called.yml\n");
    let card = json(&program.run(&["score", "--format=json"]));
    assert_eq!(status(&card, "unit-tests").0, "present");
    assert_eq!(status(&card, "ci-on-pull-request").0, "present");
    assert!(card.to_string().contains("make check → go test ./..."));
}

#[test]
fn a_score_below_the_limit_fails() {
    let program = program("bare");
    assert_eq!(program.run(&["score", "--fail-below=9.5"]).code, 1);
    assert_eq!(program.run(&["score", "--fail-below=0"]).code, 0);
    assert_eq!(program.run(&["score", "--fail-below=11"]).code, 2);
    assert_eq!(program.run(&["score", "nowhere"]).code, 2);
}

#[test]
fn every_format_shows_the_score_and_the_worst_gap() {
    let program = program("bare");
    let human = program.run(&["score"]).stdout;
    assert!(
        human.starts_with("Production readiness") && human.contains("unit-tests") && !human.contains('\u{1b}'),
        "{human}"
    );
    assert!(human.lines().all(|line| line.chars().count() <= 100), "{human}");
    let markdown = program.run(&["score", "--format=markdown", "--output=card.md"]);
    assert_eq!((markdown.code, markdown.stdout.as_str()), (0, ""));
    assert!(program.read("card.md").starts_with("## Production readiness: "));
    let github = program.run(&["score", "--format=github"]).stdout;
    assert!(github.starts_with("::error ") && github.contains("title=unit-tests"), "{github}");
    assert!(github.lines().filter(|line| line.starts_with("::")).count() <= 30);
    assert_eq!(program.run(&["score"]).stdout, human, "the same files give the same bytes");
}

#[test]
fn broken_files_are_named_and_stop_nothing() {
    let program =
        program("bare").file(".github/workflows/broken.yml", "on: [\n").file("k8s/binary.yaml", b"\xff\xfe\x00");
    let card = json(&program.run(&["score", "--format=json"]));
    let paths: Vec<&str> =
        card["problems"].as_array().unwrap().iter().map(|problem| problem["path"].as_str().unwrap()).collect();
    assert_eq!(paths, [".github/workflows/broken.yml", "k8s/binary.yaml"]);
    assert_eq!(status(&card, "ci-on-pull-request").0, "partial");
}

/// Asks the fake GitHub what protects `main`, and returns a criterion's status and reason.
fn online(rules: Vec<Value>, id: &str) -> (String, String) {
    let server = FakeGitHub::start(vec![Repository::new("octo/hello").ruled(rules)]);
    let program = Program::new().env("GITHUB_API_URL", &server.url()).env("GITHUB_TOKEN", TOKEN);
    let typed = ["score", "--repository", "octo/hello", "--format", "json"];
    let ran = in_process::run(&program, &FakeTime::default(), &typed);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let scorecard: Value = serde_json::from_str(&ran.stdout).unwrap();
    let categories = scorecard["categories"].as_array().unwrap().iter();
    let mut criteria = categories.flat_map(|category| category["criteria"].as_array().unwrap());
    let criterion = criteria.find(|criterion| criterion["id"] == id).unwrap();
    let word = |key: &str| criterion[key].as_str().unwrap_or_default().to_owned();
    (word("status"), word("because"))
}

#[test]
fn github_tells_what_protects_the_default_branch() {
    let reviews =
        |count: u64| json!({"type": "pull_request", "parameters": {"required_approving_review_count": count}});
    let status = |rules: Vec<Value>, id: &str| online(rules, id).0;
    assert_eq!(status(vec![reviews(1)], "branch-protection"), "present");
    assert_eq!(status(vec![reviews(0)], "branch-protection"), "partial");
    assert_eq!(status(vec![json!({"type": "deletion"})], "branch-protection"), "partial");
    assert_eq!(status(vec![], "branch-protection"), "missing");
    assert_eq!(status(vec![json!({"type": "required_signatures"})], "signed-commits"), "present");
    assert_eq!(status(vec![reviews(2)], "signed-commits"), "missing");
}

#[test]
fn github_is_asked_only_where_that_is_wanted() {
    let server = FakeGitHub::start(vec![Repository::new("octo/hello").private()]);
    let program = Program::new().env("GITHUB_API_URL", &server.url());
    let score = |program: &Program, arguments: &[&str]| {
        in_process::run(program, &FakeTime::default(), &[&["score"], arguments].concat())
    };
    assert_eq!(score(&program, &["--repository", "octo/hello"]).code, 0);
    assert_eq!(server.seen().len(), 0);
    let nameless = score(&program, &["--online"]);
    assert_eq!(nameless.code, 2);
    assert!(nameless.stderr.contains("--repository OWNER/NAME"), "{}", nameless.stderr);
    let unseen = score(&program, &["--online", "--repository", "octo/hello"]);
    assert_eq!(unseen.code, 2);
    assert!(unseen.stderr.contains("404"), "{}", unseen.stderr);
    let wrong = program.env("GITHUB_TOKEN", "wrong-token-1234");
    let refused = score(&wrong, &["--repository", "octo/hello"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("401") && !refused.stderr.contains("wrong-token-1234"), "{}", refused.stderr);
    let asked = server.seen().len();
    assert_eq!(score(&wrong, &["--offline", "--repository", "octo/hello"]).code, 0);
    assert_eq!(server.seen().len(), asked);
}
