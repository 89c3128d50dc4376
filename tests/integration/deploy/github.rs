//! Deployments that GitHub knows of.

use serde_json::{Value, json};

use crate::support::csv;
use crate::support::fake_github::{FakeGitHub, Fault, Pull, Repository, TOKEN, commit_id, seed};
use crate::support::in_process;
use crate::support::outside::FakeTime;
use crate::support::program::{Program, Ran};

const NAME: &str = "octo/hello";

/// A server that refuses what the permissions of the action's README do not allow.
fn server() -> FakeGitHub {
    let server = FakeGitHub::start(vec![seed::documented(NAME, 20, 7)]);
    let stated = stated();
    server.grant(&stated.iter().map(|(scope, level)| (scope.as_str(), level.as_str())).collect::<Vec<_>>());
    server
}

/// Reads the permissions that the README of the action asks for.
fn stated() -> Vec<(String, String)> {
    let readme = include_str!("../../../actions/deploy/README.md");
    let (_, block) = readme.split_once("    permissions:\n").unwrap();
    let entries = block.lines().take_while(|line| line.starts_with("      ")).map(|line| {
        let entry = line.split('#').next().unwrap();
        let (scope, level) = entry.split_once(':').unwrap();
        (scope.trim().to_owned(), level.trim().to_owned())
    });
    entries.collect()
}

fn program(server: &FakeGitHub, more: &str) -> Program {
    let head = commit_id(NAME);
    let text = format!(
        "preset: none\ndeploy:\n  environments:\n    staging:\n      command: printf %s \"$PLIMSOLL_VERSION\" > \
         current\n      smoke: '[ \"$(cat current)\" != bad ]'\n      url: https://staging.example.org/\n{more}"
    );
    Program::new()
        .file("plimsoll.yml", text)
        .file(".git/HEAD", "ref: refs/heads/main\n")
        .file(".git/refs/heads/main", head)
        .env("GITHUB_API_URL", &server.url())
        .env("GITHUB_TOKEN", TOKEN)
        .env("PATH", &std::env::var("PATH").unwrap())
}

const BY_COMMAND: &str = "      rollback: printf %s \"$PLIMSOLL_VERSION\" > current\n";

fn run(program: &Program, arguments: &[&str]) -> Ran {
    let common = ["--env", "staging", "--repository", NAME, "--format", "json"];
    in_process::run(program, &FakeTime::default(), &[&["deploy"], arguments, &common].concat())
}

fn told(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}{}", ran.stdout, ran.stderr))
}

/// Returns the states of a deployment, oldest first.
fn states(server: &FakeGitHub, id: u64) -> Vec<String> {
    server.look(NAME, |repository| {
        let statuses = repository.shipping.statuses.get(&id).cloned().unwrap_or_default();
        statuses.iter().rev().map(|status| status["state"].as_str().unwrap().to_owned()).collect()
    })
}

#[test]
fn github_is_told_of_every_deployment_and_its_end() {
    let server = server();
    let program = program(&server, BY_COMMAND);
    let ran = run(&program, &["run", "--version", "1"]);
    assert_eq!((ran.code, told(&ran)["deployment"]["id"].as_u64()), (0, Some(1)), "{}", ran.stderr);
    assert_eq!(states(&server, 1), ["in_progress", "success"]);
    let asked = server.look(NAME, |repository| repository.shipping.deployments[0].clone());
    let expected = json!({
        "ref": commit_id(NAME), "sha": commit_id(NAME), "environment": "staging", "task": "deploy",
        "description": "deploy of 1", "auto_merge": false, "required_contexts": [],
        "production_environment": false, "payload": {"version": "1"},
    });
    assert_eq!(asked, expected);
    let last = server.look(NAME, |repository| repository.shipping.statuses[&1][0].clone());
    assert_eq!(last["environment_url"], "https://staging.example.org/");
    // What fails is taken back, which GitHub knows as a deployment of its own.
    let ran = run(&program, &["run", "--version", "bad"]);
    assert_eq!((ran.code, program.read("current").as_str()), (1, "1"), "{}", ran.stderr);
    assert_eq!(states(&server, 2), ["in_progress", "failure"]);
    assert_eq!(states(&server, 3), ["in_progress", "success"]);
    let back = server.look(NAME, |repository| repository.shipping.deployments[2].clone());
    assert_eq!((&back["task"], &back["payload"]["version"]), (&json!("rollback"), &json!("1")));
    let rows = csv::read(&program.path("metrics/deployments.csv"));
    let rows: Vec<_> = rows.iter().map(|row| (row["deployment_id"].as_str(), row["rollback_of"].as_str())).collect();
    assert_eq!(rows, [("1", ""), ("2", ""), ("3", "2")]);
}

#[test]
fn one_at_a_time_but_for_the_jobs_own() {
    let server = server();
    let program = program(&server, BY_COMMAND);
    let other =
        json!({"ref": "main", "sha": commit_id(NAME), "environment": "staging", "task": "deploy", "payload": {}});
    let status = json!({
        "state": "in_progress", "created_at": "2026-01-01T00:00:00Z", "log_url": "https://github.com/octo/hello/actions/runs/7/job/8",
    });
    server.change(NAME, |repository| {
        repository.shipping.deployments.push(other);
        repository.shipping.statuses.insert(1, vec![status]);
    });
    let ran = run(&program, &["run", "--version", "1"]);
    let refusals = told(&ran)["refusals"].to_string();
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(refusals.contains("deployment 1 to staging is in_progress since 2026-01-01T00:00:00Z"), "{refusals}");
    // GitHub makes a deployment for a job that names the environment: that is no other one.
    let program = program.env("GITHUB_SERVER_URL", "https://github.com").env("GITHUB_RUN_ID", "7");
    let ran = run(&program, &["run", "--version", "1"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    let log = server.look(NAME, |repository| repository.shipping.statuses[&2][0]["log_url"].clone());
    assert_eq!(log, "https://github.com/octo/hello/actions/runs/7");
}

#[test]
fn checks_and_reviews_tick_boxes() {
    let server = server();
    let more = format!("      checklist: [tests, scan, review, migrations, rollback-plan]\n{BY_COMMAND}");
    let program = program(&server, &more);
    let ran = run(&program, &["start", "--version", "1"]);
    let open: Vec<Value> = told(&ran)["checklist"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|ticked| ticked["standing"] == "open")
        .cloned()
        .collect();
    let names: Vec<&str> = open.iter().map(|ticked| ticked["name"].as_str().unwrap()).collect();
    assert_eq!((ran.code, names), (1, vec!["tests", "scan", "review"]), "{}", ran.stderr);
    let check =
        |name: &str| json!({"name": name, "head_sha": commit_id(NAME), "status": "completed", "conclusion": "success"});
    let pull = Pull {
        number: 3,
        title: String::new(),
        body: String::new(),
        head: "main".to_owned(),
        base: "main".to_owned(),
        open: false,
        auto_merge: None,
        merge: None,
    };
    server.change(NAME, |repository| {
        for name in ["unit tests", "CodeQL"] {
            repository.check(&check(name));
        }
        repository.pulls.push(pull);
        let said = |login: &str, state: &str| (login.to_owned(), state.to_owned());
        repository.shipping.reviews.insert(3, vec![said("octocat", "APPROVED"), said("ana", "APPROVED")]);
    });
    let ran = run(&program, &["start", "--version", "1"]);
    let evidence: Vec<String> = told(&ran)["checklist"]
        .as_array()
        .unwrap()
        .iter()
        .map(|ticked| ticked["evidence"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    let short = &commit_id(NAME)[..12];
    let expected = [
        format!("`unit tests` of {short} succeeded (check run)"),
        format!("`CodeQL` of {short} succeeded (check run)"),
        "approved by ana".to_owned(),
        "the repository has no folder of migrations".to_owned(),
        "a rollback command is set".to_owned(),
    ];
    assert_eq!(evidence, expected);
    assert_eq!(states(&server, 1), ["in_progress"]);
    // Another machine ends it, which has no file of it.
    std::fs::remove_dir_all(program.path(".plimsoll")).unwrap();
    assert_eq!(run(&program, &["finish"]).code, 2);
    let ran = run(&program, &["finish", "--id", "1", "--url", "https://other.example.org/"]);
    assert_eq!(
        (ran.code, states(&server, 1)),
        (0, vec!["in_progress".to_owned(), "success".to_owned()]),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_workflow_rolls_back() {
    let server = server();
    let file = server.look(NAME, |repository| repository.runs[0].file.clone());
    let more =
        format!("      rollback: {{workflow: {file}, inputs: {{version: \"{{version}}\", sha: \"{{commit}}\"}}}}\n");
    let program = program(&server, &more);
    for version in ["1", "2"] {
        assert_eq!(run(&program, &["run", "--version", version]).code, 0);
    }
    server.change(NAME, |repository| repository.shipping.conclusion = "success".to_owned());
    let ran = run(&program, &["rollback"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    let started = server.look(NAME, |repository| repository.shipping.dispatched.clone());
    let inputs = json!({"version": "1", "sha": commit_id(NAME)});
    assert_eq!(started, [(file.clone(), "main".to_owned(), inputs)]);
    assert_eq!(states(&server, 3), ["in_progress", "success"]);
    server.change(NAME, |repository| repository.shipping.conclusion = "failure".to_owned());
    let ran = run(&program, &["run", "--version", "bad"]);
    let told = told(&ran);
    assert_eq!((ran.code, told["deployment"]["ending"].as_str()), (1, Some("failed, and needs somebody to look")));
    assert!(told["steps"].to_string().contains(&format!("of {file} ended with failure")), "{}", ran.stdout);
}

#[test]
fn an_old_server_is_asked_which_run_it_has_started() {
    let server = server();
    let file = server.look(NAME, |repository| repository.runs[0].file.clone());
    let program = program(&server, &format!("      rollback: {{workflow: {file}}}\n"));
    let program = program.env("GITHUB_API_URL", &format!("{}/api/v3", server.url()));
    assert_eq!(run(&program, &["run", "--version", "1"]).code, 0);
    server.change(NAME, |repository| {
        repository.shipping.is_old = true;
        repository.shipping.conclusion = "success".to_owned();
    });
    let ran = run(&program, &["run", "--version", "bad"]);
    let newest = server.look(NAME, |repository| repository.runs[0].id);
    assert!(ran.stdout.contains(&format!("run {newest} of {file} succeeded")), "{}{}", ran.stdout, ran.stderr);
    assert_eq!(server.look(NAME, |repository| repository.shipping.dispatched.len()), 1);
}

#[test]
fn a_run_that_was_started_is_waited_for_and_not_started_again() {
    let server = server();
    let file = server.look(NAME, |repository| repository.runs[0].file.clone());
    let program = program(&server, &format!("      rollback: {{workflow: {file}}}\n"));
    for version in ["1", "2"] {
        assert_eq!(run(&program, &["run", "--version", version]).code, 0);
    }
    let ran = run(&program, &["rollback"]);
    assert!(ran.stdout.contains(&format!("of {file} takes too long")), "{}{}", ran.stdout, ran.stderr);
    // A call that was killed while it waited has left this behind.
    let path = ".plimsoll/deploy/staging/deployment.json";
    let mut left: Value = serde_json::from_str(&program.read(path)).unwrap();
    left["step"] = json!("roll-back");
    left["done"] = json!([]);
    for field in ["trouble", "ending"] {
        left.as_object_mut().unwrap().remove(field);
    }
    let program = program.file(path, left.to_string());
    server.change(NAME, |repository| {
        let attempt = repository.runs[0].attempts.last_mut().unwrap();
        attempt.status = "completed".to_owned();
        attempt.conclusion = Some("success".to_owned());
    });
    let ran = run(&program, &["resume"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(server.look(NAME, |repository| repository.shipping.dispatched.len()), 1);
}

#[test]
fn the_version_that_failed_is_never_brought_back() {
    let server = server();
    let file = server.look(NAME, |repository| repository.runs[0].file.clone());
    let program =
        program(&server, &format!("      rollback: {{workflow: {file}, inputs: {{version: \"{{version}}\"}}}}\n"));
    // Nobody knows what was there before the first deployment.
    assert_eq!(run(&program, &["run", "--version", "bad"]).code, 1);
    let started = server.look(NAME, |repository| repository.shipping.dispatched.clone());
    assert_eq!(started, [(file, "main".to_owned(), json!({"version": ""}))]);
}

#[test]
fn what_is_verified_once_more_counts_as_it_is_now() {
    let server = server();
    let program = program(&server, BY_COMMAND).file("current", "bad");
    assert_eq!(run(&program, &["start", "--version", "1"]).code, 0);
    assert_eq!(run(&program, &["verify"]).code, 1);
    let program = program.file("current", "1");
    assert_eq!(run(&program, &["verify"]).code, 0);
    assert_eq!(run(&program, &["finish"]).code, 0);
    assert_eq!(states(&server, 1), ["in_progress", "success"]);
}

#[test]
fn no_permission_is_stated_in_vain() {
    let stated = stated();
    assert_eq!(stated.len(), 5, "{stated:?}");
    // Only the checkout reads contents.
    for (without, _) in stated.iter().filter(|(scope, _)| scope != "contents") {
        let server = server();
        let file = server.look(NAME, |repository| repository.runs[0].file.clone());
        let program =
            program(&server, &format!("      checklist: [tests, review]\n      rollback: {{workflow: {file}}}\n"));
        let granted = stated.iter().filter(|(scope, _)| scope != without);
        server.grant(&granted.map(|(scope, level)| (scope.as_str(), level.as_str())).collect::<Vec<_>>());
        let ran = run(&program, &["run", "--version", "bad", "--force", "to see"]);
        let said = ran.stdout + &ran.stderr;
        assert_ne!(ran.code, 0);
        assert!(said.contains("Resource not accessible by integration"), "{without}: {said}");
    }
}

#[test]
fn what_github_refuses_is_told_and_never_the_token() {
    let server = server();
    let program = program(&server, BY_COMMAND);
    server.fail_at("POST /repos/octo/hello/deployments", 1, Fault::Status(403));
    let ran = run(&program, &["run", "--version", "1"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("`deployments: write`"), "{}", ran.stderr);
    assert!(!program.path("current").exists() && !ran.stderr.contains(TOKEN));
    // What is deployed stays so, though GitHub does not hear of it.
    server.fail_at("/statuses", 9, Fault::Echo);
    let ran = run(&program, &["run", "--version", "2"]);
    assert!(!ran.stderr.contains(TOKEN), "{}", ran.stderr);
}

#[test]
fn a_repository_that_is_unknown_is_no_reason_to_deploy_nothing() {
    let program = program(&FakeGitHub::start(vec![Repository::new(NAME)]), BY_COMMAND);
    let arguments = ["deploy", "run", "--env", "staging", "--version", "1"];
    let ran = in_process::run(&program, &FakeTime::default(), &arguments);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let ran = in_process::run(&program, &FakeTime::default(), &[&arguments[..], &["--online"]].concat());
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("not for which repository"), "{}", ran.stderr);
}
