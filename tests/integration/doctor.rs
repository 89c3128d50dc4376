//! `plimsoll doctor`: each thing that can be wrong is told apart, and no secret is shown.

use serde_json::Value;

use crate::support::fake_github::{FakeGitHub, Fault, Limit, Repository, TOKEN, seed};
use crate::support::in_process;
use crate::support::outside::FakeTime;
use crate::support::program::Program;

fn server() -> FakeGitHub {
    let mut repository = seed::history("octo/app", 3, 1);
    repository.answers.insert("deployments".to_owned(), Value::Array(Vec::new()));
    FakeGitHub::start(vec![repository])
}

fn asking(server: &FakeGitHub) -> Program {
    let program = Program::new().env("GITHUB_API_URL", &server.url()).env("GITHUB_TOKEN", TOKEN);
    program.env("GITHUB_REPOSITORY", "octo/app")
}

/// Runs it on the real clock, and returns its exit code with what was found of each check.
fn diagnosed(program: &Program, arguments: &[&str]) -> (i32, Vec<(String, String, String)>) {
    let ran = program.run(&[&["doctor", "--format", "json"], arguments].concat());
    let told = [ran.stdout.as_str(), &ran.stderr].concat();
    assert!(!told.contains(TOKEN) && !told.contains("s3cret"), "{told}");
    let document: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran:?}"));
    assert_eq!(document["ok"], ran.code == 0);
    let text = |check: &Value, key: &str| check[key].as_str().unwrap().to_owned();
    let checks = document["checks"].as_array().unwrap().iter();
    let checks = checks.map(|check| (text(check, "id"), text(check, "standing"), text(check, "found")));
    (ran.code, checks.collect())
}

fn standing<'check>(checks: &'check [(String, String, String)], id: &str) -> (&'check str, &'check str) {
    let found = checks.iter().find(|check| check.0 == id).unwrap_or_else(|| panic!("no {id} in {checks:?}"));
    (&found.1, &found.2)
}

#[test]
fn all_is_well_with_a_jobs_own_token() {
    let server = server();
    let (code, checks) = diagnosed(&asking(&server), &[]);
    assert_eq!(code, 0, "{checks:?}");
    for id in ["api", "clock", "rate-limit", "repository", "contents: read", "actions: read", "deployments: read"] {
        assert_eq!(standing(&checks, id).0, "good", "{checks:?}");
    }
    assert!(standing(&checks, "token").1.contains("as each job has one, from GITHUB_TOKEN"), "{checks:?}");
}

#[test]
fn permissions_that_are_lacking_are_named() {
    let server = server();
    server.grant(&[("contents", "read")]);
    let (code, checks) = diagnosed(&asking(&server), &[]);
    assert_eq!(code, 0, "{checks:?}");
    assert_eq!(standing(&checks, "contents: read"), ("good", "granted"));
    for id in ["actions: read", "pull-requests: read", "deployments: read"] {
        assert_eq!(standing(&checks, id), ("warning", "not granted"));
    }
}

#[test]
fn a_token_that_is_refused_is_what_is_wrong() {
    let server = server();
    server.fail(9, Fault::Echo);
    let (code, checks) = diagnosed(&asking(&server), &[]);
    assert_eq!((code, standing(&checks, "token").0), (1, "wrong"), "{checks:?}");
    assert!(checks.iter().all(|check| check.0 != "repository"), "{checks:?}");
}

#[test]
fn scopes_limits_and_ends_are_told() {
    let server = server();
    server.says("x-oauth-scopes", "repo, delete_repo");
    server.says("github-authentication-token-expiration", "2020-01-01 00:00:00 UTC");
    server.limit(Limit { granted: 5000, remaining: 400, reset: 1_900_000_000 });
    let (code, checks) = diagnosed(&asking(&server), &[]);
    assert_eq!((code, standing(&checks, "scopes")), (0, ("warning", "repo, delete_repo")));
    assert_eq!(standing(&checks, "expiry").0, "warning");
    assert!(standing(&checks, "rate-limit").1.starts_with("400 of 5000 requests are left until 2030-"), "{checks:?}");
    assert_eq!(standing(&checks, "rate-limit").0, "warning");
    server.limit(Limit { granted: 60, remaining: 0, reset: 1_900_000_000 });
    let (code, checks) = diagnosed(&asking(&server), &[]);
    assert_eq!((code, standing(&checks, "rate-limit").0), (1, "wrong"), "{checks:?}");
}

#[test]
fn a_clock_that_is_wrong_is_told() {
    let server = server();
    let ran = in_process::run(&asking(&server), &FakeTime::default(), &["doctor"]);
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    assert!(ran.stdout.contains("s behind the server's"), "{}", ran.stdout);
}

#[test]
fn a_machine_without_a_way_out_is_told_from_one_with_a_wrong_proxy() {
    // Nothing listens there.
    let offline = Program::new().env("GITHUB_API_URL", "http://127.0.0.1:9/api/v3");
    let (code, checks) = diagnosed(&offline, &["--online"]);
    assert_eq!((code, standing(&checks, "api").0, standing(&checks, "proxy").1), (1, "wrong", "none"), "{checks:?}");
    let proxied = Program::new().env("HTTPS_PROXY", "http://ann:s3cret@127.0.0.1:9").env("no_proxy", "a.example");
    let (_, checks) = diagnosed(&proxied, &["--offline"]);
    assert_eq!(standing(&checks, "proxy").1, "HTTPS_PROXY=http://127.0.0.1:9 (with a password); not for a.example");
    let (code, checks) = diagnosed(&Program::new().env("https_proxy", "no address"), &["--offline"]);
    assert_eq!((code, standing(&checks, "proxy").0), (1, "wrong"), "{checks:?}");
}

#[test]
fn what_a_job_lacks_is_told() {
    let program = Program::new().env("GITHUB_ACTIONS", "true").env("SSL_CERT_FILE", "gone.pem");
    let program = program.file("plimsoll.yml", "presett: none\n");
    let ran = program.run(&["doctor", "--format", "json", "--offline"]);
    let document: Value = serde_json::from_str(&ran.stdout).unwrap();
    let wrong: Vec<&str> = document["checks"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|check| check["standing"] == "wrong")
        .map(|check| check["id"].as_str().unwrap())
        .collect();
    assert_eq!((ran.code, wrong), (1, vec!["configuration", "job", "certificates"]), "{}", ran.stdout);
}

#[test]
fn nothing_is_asked_without_a_token() {
    let server = FakeGitHub::start(vec![Repository::new("octo/app")]);
    let program = Program::new().env("GITHUB_API_URL", &server.url());
    let (code, checks) = diagnosed(&program, &[]);
    assert_eq!((code, standing(&checks, "api").0), (0, "unknown"), "{checks:?}");
    assert!(server.seen().is_empty());
}
