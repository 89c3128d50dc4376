use super::*;
use crate::support::fake_github::Fault;

const ALL: &[&str] = &["--comment", "always", "--check-run", "Plimsoll", "--status", "plimsoll"];

#[test]
fn a_forks_token_that_can_only_read_is_no_error() {
    let server = server();
    server.grant(&[("contents", "read"), ("pull-requests", "read"), ("issues", "read")]);
    for (seconds, code) in [(50, 0), (200, 1)] {
        let program = in_run(program(&server, seconds, ""), "pull_request", &pull_request("mallory/hello"), 7);
        let ran = gate(&program, ALL);
        assert_eq!(ran.code, code, "{}", ran.stderr);
        assert_eq!(ran.stderr.matches("can only read").count(), 1, "{}", ran.stderr);
        assert!(!ran.stderr.contains("::warning"), "{}", ran.stderr);
        assert!(program.read("summary.md").contains("`build.duration_s{workflow=CI}`"));
        assert!(code == 0 || ran.stdout.contains("::error file=plimsoll.yml"), "{}", ran.stdout);
    }
    // The same without a fork is a mistake in the workflow.
    let ran = gate(&in_pull_request(&server, 50, ""), ALL);
    assert_eq!(ran.code, 0);
    for permission in ["pull-requests: write", "checks: write", "statuses: write"] {
        assert!(ran.stderr.contains(&format!("the job needs the permission `{permission}`")), "{}", ran.stderr);
    }
    assert_eq!(ran.stderr.matches("::warning title=plimsoll::").count(), 3, "{}", ran.stderr);
    let dependabot = in_pull_request(&server, 50, "").env("GITHUB_ACTOR", "dependabot[bot]");
    assert!(!gate(&dependabot, ALL).stderr.contains("::warning"));
}

#[test]
fn no_trouble_of_githubs_changes_the_verdict() {
    for fault in [
        Fault::Status(404),
        Fault::Status(410),
        Fault::Status(422),
        Fault::Status(500),
        Fault::Primary(4_000_000_000),
        Fault::Secondary(Some(3600)),
        Fault::NotJson,
        Fault::Truncated,
        Fault::Empty,
        Fault::Echo,
    ] {
        for (seconds, code) in [(50, 0), (200, 1)] {
            let server = server();
            server.fail(99, fault.clone());
            let program = in_pull_request(&server, seconds, "");
            let ran = gate(&program, ALL);
            assert_eq!(ran.code, code, "{fault:?}: {}", ran.stderr);
            let warned = ran.stderr.matches("could not be written, the verdict stands").count();
            // A status' answer is not read.
            assert!(warned == 3 || (warned == 2 && !ran.stderr.contains("commit status")), "{fault:?}: {}", ran.stderr);
            assert_eq!(output(&program, "verdict").as_deref(), Some(if code == 0 { "pass" } else { "fail" }));
        }
    }
}

#[test]
fn nobody_is_told_without_a_token_and_that_is_said() {
    let server = server();
    let program = in_pull_request(&server, 50, "").env("GITHUB_TOKEN", "");
    let ran = gate(&program, ALL);
    assert!(ran.code == 0 && ran.stderr.contains("that needs a token"), "{}", ran.stderr);
    let ran = gate(&in_pull_request(&server, 50, ""), &[]);
    assert!(ran.code == 0 && server.seen().is_empty() && ran.stderr.is_empty(), "{}", ran.stderr);
    // A push has no pull request, and a comment is for nothing else.
    let ran = gate(&in_run(program_of_push(&server), "push", &serde_json::json!({}), 7), &["--comment", "always"]);
    assert!(ran.code == 0 && server.seen().is_empty(), "{}", ran.stderr);
}

fn program_of_push(server: &FakeGitHub) -> Program {
    program(server, 50, "")
}
