//! `plimsoll score`: the whole way from files to a verdict.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::fake_github::{FakeGitHub, Repository, TOKEN};
use crate::support::in_process;
use crate::support::outside::FakeTime;
use crate::support::program::{Program, Ran};

pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/score").join(name)
}

/// Copies a fixture into a program's folder. Names beginning with `_` stand for hidden ones, so
/// that no tool takes the fixtures' workflows for ours.
pub(crate) fn program(name: &str) -> Program {
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

pub(crate) fn json(ran: &Ran) -> Value {
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    serde_json::from_str(&ran.stdout).unwrap()
}

/// Returns a criterion's status, and why.
pub(crate) fn status(card: &Value, id: &str) -> (String, String) {
    let categories = card["categories"].as_array().unwrap();
    let mut criteria = categories.iter().flat_map(|category| category["criteria"].as_array().unwrap());
    let found = criteria.find(|criterion| criterion["id"] == id).unwrap_or_else(|| panic!("no criterion {id}"));
    (found["status"].as_str().unwrap().to_owned(), found["because"].as_str().unwrap().to_owned())
}

/// Scores files as a profile.
pub(crate) fn card_of(profile: &str, files: &[(&str, &str)]) -> Value {
    let program = files.iter().fold(Program::new(), |program, (path, text)| program.file(path, *text));
    json(&program.run(&["score", "--format=json", &format!("--profile={profile}")]))
}

/// Scores files as those of a service.
pub(crate) fn card(files: &[(&str, &str)]) -> Value {
    card_of("service", files)
}

/// Scores files as those of a service, and returns a criterion's status.
pub(crate) fn of(files: &[(&str, &str)], id: &str) -> String {
    status(&card(files), id).0
}

/// A workflow with one job.
pub(crate) fn workflow(on: &str, steps: &str) -> String {
    format!("on: {on}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n{steps}")
}

/// Scores a workflow of one job on pull requests beside files, and returns a criterion's status.
pub(crate) fn with(steps: &str, files: &[(&str, &str)], id: &str) -> String {
    let ci = workflow("pull_request", steps);
    of(&[&[(".github/workflows/ci.yml", ci.as_str())], files].concat(), id)
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

/// Scores these files as a service's, and returns a criterion's status and reason.
fn of_service(files: &[(&str, &str)], id: &str) -> (String, String) {
    let program = files.iter().fold(Program::new(), |program, (path, text)| program.file(path, *text));
    status(&json(&program.run(&["score", "--format=json", "--profile=service"])), id)
}

#[test]
fn a_preview_may_be_cut_off_by_the_newer_commit() {
    let deploy = |on: &str| {
        format!(
            "on: {on}\nconcurrency: {{group: a, cancel-in-progress: true}}\njobs: {{a: {{runs-on: x, steps: [{{run: fly deploy}}]}}}}\n"
        )
    };
    let of = |on: &str| of_service(&[(".github/workflows/deploy.yml", &deploy(on))], "deploy-concurrency").0;
    assert_eq!([of("pull_request"), of("push"), of("[push, pull_request]")], ["present", "missing", "missing"]);
}

#[test]
fn names_that_sound_like_a_tool_prove_nothing() {
    let named = "{\n  \"name\": \"opentelemetry-demo\",\n  \"description\": \"about opentelemetry\"\n}\n";
    assert_eq!(of_service(&[("package.json", named)], "tracing").0, "missing");
    let uses = "{\n  \"name\": \"x\",\n  \"dependencies\": {\n    \"@opentelemetry/sdk-node\": \"1\"\n  }\n}\n";
    assert_eq!(of_service(&[("package.json", uses)], "tracing").0, "present");
    let heading = ("src/productcatalogservice/README.md", "# productcatalogservice\n");
    assert_eq!(of_service(&[heading], "log-aggregation").1, "no log pipeline was found");
    let about = ("README.md", "# Log aggregation\n");
    assert_eq!(of_service(&[about], "log-aggregation").1, "documented, not automated");
}

#[test]
fn migrations_are_files_of_any_language() {
    let database = ("Directory.Packages.props", "<PackageVersion Include=\"Npgsql\" Version=\"9.0.0\" />\n");
    assert_eq!(of_service(&[database], "db-migrations").0, "missing");
    let migration = ("src/Catalog.API/Infrastructure/Migrations/20231009_Initial.cs", "x\n");
    assert_eq!(of_service(&[database, migration], "db-migrations").0, "partial");
    let tests = ("tests/Migrations/Initial.cs", "x\n");
    assert_eq!(of_service(&[database, tests], "db-migrations").0, "missing");
}

#[test]
fn a_merge_queue_tests_what_the_default_branch_gets() {
    let ci = |on: &str| format!("on: [{on}]\njobs: {{a: {{runs-on: x, steps: [{{run: cargo test}}]}}}}\n");
    let of = |on: &str| of_service(&[(".github/workflows/ci.yml", &ci(on))], "ci-on-default-branch").0;
    assert_eq!([of("pull_request"), of("pull_request, merge_group"), of("push")], ["missing", "present", "present"]);
}

#[test]
fn a_release_that_somebody_publishes_is_approved_and_has_what_notes_it_has() {
    let upload = "on: {release: {types: [published]}}\njobs: {a: {runs-on: x, steps: [{uses: svenstaro/upload-release-action@v2, with: {file: x}}]}}\n";
    let by_hand = [(".github/workflows/assets.yml", upload)];
    assert_eq!(of_service(&by_hand, "approval").0, "present");
    let (status, why) = of_service(&by_hand, "release-notes");
    assert!(status == "n/a" && why.starts_with("needs a token"), "{status} {why}");
    let makes =
        "on: {push: {tags: ['v*']}}\njobs: {a: {runs-on: x, steps: [{uses: softprops/action-gh-release@v2}]}}\n";
    let made = [by_hand[0], (".github/workflows/release.yml", makes)];
    assert_eq!(
        (of_service(&made, "approval").0, of_service(&made, "release-notes").0),
        ("missing".into(), "missing".into())
    );
}

#[test]
fn the_check_of_a_wrapper_lints_no_code() {
    let steps = "      - uses: gradle/actions/wrapper-validation@v4\n";
    let workflow = format!("on: pull_request\njobs:\n  a:\n    runs-on: x\n    steps:\n{steps}");
    let (status, why) = of_service(&[(".github/workflows/ci.yml", &workflow)], "lint-strict");
    assert!(status == "partial" && why.contains("not the code"), "{status} {why}");
}

#[test]
fn our_own_gates_and_reports_count_for_what_they_judge() {
    let bench = "      - run: cargo bench\n";
    for (steps, expected) in [
        ("      - uses: plimsoll-ci/plimsoll/actions/gate@v1\n", "missing"),
        ("      - run: plimsoll gate\n      - run: cargo bench\n", "partial"),
        (&format!("{bench}      - uses: plimsoll-ci/plimsoll/actions/gate@v1\n"), "present"),
        (&format!("{bench}      - run: plimsoll gate --preset none\n"), "present"),
        (&format!("{bench}      - run: plimsoll gate || true\n"), "partial"),
    ] {
        assert_eq!(with_steps(steps, "perf-regression"), expected, "{steps}");
    }
    for step in ["uses: plimsoll-ci/plimsoll/actions/report@v1", "run: plimsoll report --format markdown"] {
        assert_eq!(with_steps(&format!("      - {step}\n"), "test-reports"), "present", "{step}");
    }
    assert_eq!(with_steps("      - run: echo plimsoll report\n", "test-reports"), "missing");
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
    told(Repository::new("octo/hello").ruled(rules), &[], id)
}

/// Asks the fake GitHub about a repository with a workflow or none, and returns a criterion's
/// status and reason.
fn told(repository: Repository, files: &[(&str, &str)], id: &str) -> (String, String) {
    let server = FakeGitHub::start(vec![repository]);
    let program = Program::new().env("GITHUB_API_URL", &server.url()).env("GITHUB_TOKEN", TOKEN);
    let program = files.iter().fold(program, |program, (path, text)| program.file(path, text));
    let typed = ["score", "--repository", "octo/hello", "--format", "json", "--profile", "service"];
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

/// The statuses that the statements about a Rust service have to give, and no others.
#[test]
fn statements_give_exactly_their_statuses() {
    let card = json(&program("statement").run(&["score", "--format=json"]));
    assert_eq!(card["profile"]["name"], "service");
    let expected = [
        ("coverage-measured", "missing"),
        ("coverage-threshold", "missing"),
        ("container-scan", "missing"),
        ("secret-scan", "missing"),
        ("sbom", "missing"),
        ("artifact-signing", "missing"),
        ("provenance", "missing"),
        ("iac-present", "partial"),
        ("staging-deploy", "missing"),
        ("production-deploy", "missing"),
        ("rollback", "missing"),
        ("backups-scheduled", "missing"),
        ("db-migrations", "missing"),
        ("preview-environments", "missing"),
        ("concurrency-control", "missing"),
        ("multi-arch", "missing"),
        ("monitoring-deploy", "missing"),
        ("alert-rules", "missing"),
        ("dashboards", "missing"),
        ("log-aggregation", "missing"),
        ("load-tests", "present"),
        ("contract-tests", "present"),
        ("dependency-audit", "present"),
        ("strict-failures", "partial"),
        ("dast", "partial"),
        ("perf-regression", "partial"),
        ("size-budget", "partial"),
        ("release-workflow", "partial"),
        ("manual-dispatch", "present"),
        ("artifact-retention", "present"),
        ("cache-key-lockfile", "present"),
        ("dependency-cache", "present"),
        ("fast-checks-first", "present"),
        ("lint-strict", "present"),
        ("format-check", "present"),
        ("parallel-jobs", "present"),
        ("non-root-images", "present"),
        ("health-probes", "present"),
        ("container-publish", "present"),
    ];
    let wrong: Vec<_> = expected
        .iter()
        .map(|(id, wanted)| (*id, *wanted, status(&card, id)))
        .filter(|(_, wanted, (found, _))| found != wanted)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    for id in ["monitoring-deploy", "alert-rules", "dashboards", "log-aggregation", "rollback", "backups-scheduled"] {
        assert_eq!(status(&card, id).1, "documented, not automated", "{id}");
    }
    let silent = card.to_string();
    assert!(silent.contains("cargo audit: its step has") && silent.contains("action-baseline@v0.14.0: its step has"));
    assert!(status(&card, "dependency-audit").1.contains("cargo-deny"), "{}", status(&card, "dependency-audit").1);
    let priority = |id: &str| {
        let categories = card["categories"].as_array().unwrap().iter();
        let mut criteria = categories.flat_map(|category| category["criteria"].as_array().unwrap());
        criteria.find(|criterion| criterion["id"] == id).unwrap()["priority"].as_str().unwrap().to_owned()
    };
    assert_eq!(priority("coverage-measured"), "high");
    for id in ["staging-deploy", "rollback", "backups-scheduled"] {
        assert_eq!(priority(id), "critical", "{id}");
    }
}

#[test]
fn what_a_command_leads_to_is_followed() {
    let with = |steps: &str, files: &[(&str, &str)], id: &str| {
        let workflow = format!(
            "on: pull_request\njobs:\n  a:\n    runs-on: x\n    strategy: {{matrix: {{task: ['cargo test', 'cargo doc']}}}}\n    env: {{TASK: pytest}}\n    steps:\n{steps}"
        );
        let program = Program::new().file(".github/workflows/ci.yml", workflow);
        let program = files.iter().fold(program, |program, (path, text)| program.file(path, text));
        status(&json(&program.run(&["score", "--format=json"])), id).0
    };
    let docker = "FROM rust AS base\nFROM base AS checks\nRUN cargo test\nFROM base\n";
    let cases: &[(&str, &[(&str, &str)])] = &[
        ("      - run: ${{ matrix.task }}\n", &[]),
        ("      - run: uv run $TASK -q\n", &[]),
        ("      - run: docker compose run --rm app cargo test\n", &[]),
        ("      - run: docker run --rm -v .:/src rust:1 sh -c 'cd /src && cargo test'\n", &[]),
        ("      - run: docker build --target checks .\n", &[("Dockerfile", docker)]),
        ("      - {uses: docker/build-push-action@v6, with: {target: checks}}\n", &[("Dockerfile", docker)]),
        ("      - run: composer test\n", &[("composer.json", r#"{"scripts": {"test": "phpunit"}}"#)]),
        (
            "      - run: task ci\n",
            &[("Taskfile.yml", "tasks:\n  ci: {deps: [unit]}\n  unit: {cmds: [go test ./...]}\n")],
        ),
    ];
    for (steps, files) in cases {
        assert_eq!(with(steps, files, "unit-tests"), "present", "{steps}");
    }
    let without: &[(&str, &[(&str, &str)])] = &[
        ("      - run: docker build .\n", &[("Dockerfile", docker)]),
        ("      - run: docker run app echo cargo test\n", &[]),
        ("      - run: cargo test --help\n", &[]),
        ("      - run: ${{ matrix.other }}\n", &[]),
    ];
    for (steps, files) in without {
        assert_eq!(with(steps, files, "unit-tests"), "missing", "{steps}");
    }
    let hooks = "repos:\n  - {repo: a, hooks: [{id: ruff}, {id: gitleaks}, {id: black, stages: [manual]}]}\n";
    let hook = |id| with("      - uses: pre-commit/action@v3\n", &[(".pre-commit-config.yaml", hooks)], id);
    assert_eq!([hook("lint-strict"), hook("secret-scan"), hook("format-check")], ["present", "present", "missing"]);
    let pom = "<project><build><plugins><plugin><artifactId>jacoco-maven-plugin</artifactId></plugin></plugins></build></project>";
    assert_eq!(with("      - run: ./mvnw -B verify\n", &[("pom.xml", pom)], "coverage-measured"), "present");
    assert_eq!(with("      - run: ./mvnw -B clean\n", &[("pom.xml", pom)], "coverage-measured"), "missing");
}

#[test]
fn a_cluster_that_lives_as_long_as_its_job_is_no_deployment() {
    let workflow = |start: &str| {
        format!(
            "on: pull_request\njobs:\n  a:\n    runs-on: x\n    environment: staging\n    steps:\n      - {start}\n      - run: kubectl apply -f k8s/\n      - run: kubectl rollout status deployment/a\n"
        )
    };
    let card = |start: &str| {
        let program = Program::new().file(".github/workflows/ci.yml", workflow(start));
        json(&program.run(&["score", "--format=json", "--profile=service"]))
    };
    let local = card("uses: helm/kind-action@v1");
    for id in ["staging-deploy", "production-deploy", "preview-environments", "iac-apply-gated", "deploy-health-check"]
    {
        assert_eq!(status(&local, id).0, "missing", "{id}");
    }
    assert_eq!(status(&local, "integration-tests").0, "present");
    assert_eq!(status(&card("run: gcloud container clusters get-credentials x"), "staging-deploy").0, "present");
}

#[test]
fn files_for_tests_say_nothing_about_what_is_run() {
    let workload = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {template: {spec: {containers: [{name: a, image: a}]}}}\n";
    let program = Program::new()
        .file("tests/k8s/a.yaml", workload)
        .file(".devcontainer/Dockerfile", "FROM a\n")
        .file("dev.Dockerfile", "FROM a\n")
        .file("tests/Dockerfile", "FROM a\n");
    let card = json(&program.run(&["score", "--format=json", "--profile=service"]));
    for id in ["k8s-manifests", "non-root-images", "container-scan"] {
        assert_eq!(status(&card, id).0, "n/a", "{id}");
    }
    let card = json(&program.file("deploy/overlays/test/a.yaml", workload).run(&["score", "--format=json"]));
    assert_eq!(status(&card, "k8s-manifests").0, "missing");
}

#[test]
fn what_a_crate_says_of_itself_is_heard() {
    let crate_with = |path: &str, text: &str| {
        let program = Program::new().file("Cargo.toml", "[package]\nname = \"a\"\n").file(path, text);
        json(&program.run(&["score", "--format=json"]))
    };
    let safe = crate_with("src/lib.rs", "//! A.\n#![deny(unsafe_code)]\n");
    assert_eq!((status(&safe, "unsafe-audit").0.as_str(), &safe["profile"]["name"]), ("present", &json!("library")));
    let told = crate_with("src/lib.rs", "// Once: #![deny(unsafe_code)]\n");
    assert_eq!(status(&told, "unsafe-audit").0, "missing");
    for (path, profile) in [
        ("src/bin/a.rs", "cli"),
        ("src/bin/a/main.rs", "cli"),
        ("src/bin/a/help.rs", "library"),
        ("examples/src/bin/a.rs", "library"),
    ] {
        assert_eq!(crate_with(path, "")["profile"]["name"], profile, "{path}");
    }
    let sample = crate_with("tests/syntax/a.graphql", "type A { a: Int }\n");
    assert_eq!(status(&sample, "contract-tests").0, "n/a");
}

#[test]
fn what_workflows_of_other_repositories_do_is_not_known() {
    let call = |uses: &str| {
        let workflow = format!("on: pull_request\njobs:\n  call:\n    uses: {uses}\n");
        let program = Program::new().file(".github/workflows/ci.yml", workflow);
        status(&json(&program.run(&["score", "--format=json"])), "unit-tests").0
    };
    assert_eq!(call("octo/workflows/.github/workflows/tests.yml@v1"), "n/a");
    assert_eq!(call("octo/workflows/.github/workflows/labels.yml@v1"), "missing");
}

#[test]
fn previews_may_follow_the_checks_of_a_pull_request() {
    let ci = "name: CI\non: pull_request\njobs:\n  t:\n    runs-on: x\n    steps: [{run: cargo test}]\n";
    let preview = "on: {workflow_run: {workflows: [CI], types: [completed]}}\njobs:\n  d:\n    if: github.event.workflow_run.event == 'pull_request'\n    runs-on: x\n    steps: [{run: flyctl deploy}]\n";
    let closed = "on: {pull_request: {types: [closed]}}\njobs:\n  c:\n    runs-on: x\n    steps: [{run: flyctl apps destroy x}]\n";
    let program = Program::new()
        .file(".github/workflows/ci.yml", ci)
        .file(".github/workflows/preview.yml", preview)
        .file("fly.toml", "app = 'a'\n");
    assert_eq!(status(&json(&program.run(&["score", "--format=json"])), "preview-environments").0, "partial");
    let program = program.file(".github/workflows/closed.yml", closed);
    assert_eq!(status(&json(&program.run(&["score", "--format=json"])), "preview-environments").0, "present");
}

#[test]
fn numbers_count_only_with_their_unit() {
    let retention = |line: &str| {
        let program = Program::new().file("docs/logging.md", format!("# Logs\n\n{line}\n"));
        status(&json(&program.run(&["score", "--format=json"])), "retention").0
    };
    assert_eq!(retention("Retention: logs are kept for 30 days."), "present");
    assert_eq!(retention("`RETENTION_DAYS` sets the retention; 7 is a number, and days are days."), "missing");
}

#[test]
fn github_tells_what_no_file_does() {
    let hello = || Repository::new("octo/hello");
    let of = |repository: Repository, id: &str| told(repository, &[], id).0;
    let security = |push: &str| {
        let on = json!({"status": "enabled"});
        let features = json!({"secret_scanning": on, "secret_scanning_push_protection": {"status": push}});
        hello().answering("", json!({"default_branch": "main", "security_and_analysis": features}))
    };
    assert_eq!(of(security("enabled"), "secret-scan"), "present");
    assert_eq!(of(security("disabled"), "secret-scan"), "partial");
    assert_eq!(of(hello(), "secret-scan"), "missing");
    let setup = |state: &str| hello().answering("code-scanning/default-setup", json!({"state": state}));
    assert_eq!(of(setup("configured"), "sast"), "present");
    assert_eq!(of(setup("not-configured"), "sast"), "missing");
    let manifest = [("package.json", "{}")];
    let alerts = told(hello().answering("dependabot/alerts", json!([])), &manifest, "dependency-audit");
    assert_eq!(alerts.0, "partial");
    assert_eq!(told(hello(), &manifest, "dependency-audit").0, "missing");
    let release = |body: &str| json!({"tag_name": "v1.0.0", "body": body});
    let releases = |list: Value| hello().answering("releases", list);
    assert_eq!(of(releases(json!([release("fixes")])), "release-notes"), "present");
    assert_eq!(of(releases(json!([release("fixes"), release(" ")])), "release-notes"), "partial");
    assert_eq!(of(releases(json!([release("")])), "release-notes"), "missing");
    let deployed = |name: &str| hello().answering("deployments", json!([{"environment": name}]));
    assert_eq!(of(deployed("Production"), "production-deploy"), "present");
    assert_eq!(of(deployed("github-pages"), "production-deploy"), "missing");
    assert_eq!(of(deployed("staging"), "staging-deploy"), "present");
}

#[test]
fn an_environment_protects_only_with_a_rule() {
    let workflow =
        "on: push\njobs:\n  d:\n    runs-on: x\n    environment: production\n    steps: [{run: flyctl deploy}]\n";
    let files = [(".github/workflows/deploy.yml", workflow)];
    let status = |rules: Value| {
        let answer = json!({"total_count": 1, "environments": [{"name": "Production", "protection_rules": rules}]});
        told(Repository::new("octo/hello").answering("environments", answer), &files, "environment-protection").0
    };
    assert_eq!(status(json!([{"type": "required_reviewers"}])), "present");
    assert_eq!(status(json!([{"type": "wait_timer"}])), "present");
    assert_eq!(status(json!([{"type": "branch_policy"}])), "partial");
    assert_eq!(told(Repository::new("octo/hello"), &files, "environment-protection").0, "present");
}

/// A container action's image runs as root because GitHub asks for it, and what it runs is known.
#[test]
fn a_container_action_of_the_repository_is_followed() {
    let action = "name: a\ndescription: b\nruns:\n  using: docker\n  image: ../../Dockerfile\n  args: [collect]\n";
    let dockerfile = "FROM rust AS build\nRUN cargo build --release\nFROM scratch\nCOPY --from=build /x /plimsoll\nENTRYPOINT [\"/plimsoll\"]\n";
    let workflow = "on:\n  schedule:\n    - cron: '1 2 * * *'\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: ./actions/collect\n";
    let program = |dockerfile: &str| {
        let program = Program::new().file("actions/collect/action.yml", action).file("Dockerfile", dockerfile);
        program.file(".github/workflows/metrics.yml", workflow)
    };
    let card = json(&program(dockerfile).run(&["score", "--format=json"]));
    assert_eq!(status(&card, "ci-metrics").0, "present");
    let (judged, because) = status(&card, "non-root-images");
    assert_eq!(judged, "n/a");
    assert!(because.contains("asks to run as root"), "{because}");
    // Without an entry point nobody knows what runs; and another image is asked.
    let card =
        json(&program("FROM scratch\n").file("app/Dockerfile", "FROM debian\n").run(&["score", "--format=json"]));
    assert_eq!(
        (status(&card, "ci-metrics").0, status(&card, "non-root-images").0),
        ("missing".into(), "missing".into())
    );
}
