//! Who is told what gates come to: comments, check runs, statuses, issues and webhooks, against a GitHub that
//! refuses what was not permitted.

mod checks;
mod comments;
mod failures;
mod incidents;
mod issues;

use serde_json::{Value, json};

use crate::support::fake_github::{FakeGitHub, Pull, Repository, TOKEN, commit_id};
use crate::support::in_process;
use crate::support::outside::FakeTime;
use crate::support::program::{Program, Ran};

const NAME: &str = "octo/hello";

/// The pull request of the tests.
const PULL: u64 = 3;

const HEADER: &str = "repository,workflow,run_id,run_attempt,job_id,job,event,branch,commit,started_at,stage,variant,\
                      conclusion,duration_s,steps\n";

/// A server with a pull request from the branch `feature`.
fn server() -> FakeGitHub {
    let mut repository = Repository::new(NAME);
    repository.pulls.push(Pull {
        number: PULL,
        title: "Faster".to_owned(),
        body: String::new(),
        head: "feature".to_owned(),
        base: "main".to_owned(),
        open: true,
        auto_merge: None,
        merge: None,
    });
    FakeGitHub::start(vec![repository.branched("feature", &[commit_id("feature")])])
}

/// A repository whose build took so many seconds in run 7, and may take 100.
fn program(server: &FakeGitHub, seconds: u32, more: &str) -> Program {
    let row = format!("{NAME},CI,7,1,70,build,push,main,c7,2026-03-01T12:00:00Z,build,,success,{seconds},3\n");
    let configuration = format!(
        "preset: none\ngates:\n  - {{metric: build.duration_s, statistic: last, warn: \"> 80s\", fail: \"> 100s\"}}\n{more}"
    );
    Program::new()
        .file("plimsoll.yml", configuration)
        .file("metrics/stage_metrics.csv", format!("{HEADER}{row}"))
        .file("outputs", "")
        .file("summary.md", "")
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_API_URL", &server.url())
        .env("GITHUB_SERVER_URL", "https://github.com")
        .env("GITHUB_TOKEN", TOKEN)
        .env("GITHUB_REPOSITORY", NAME)
        .env("GITHUB_WORKFLOW", "CI")
        .env("GITHUB_JOB", "gate")
}

/// Puts the program into a job of a run.
fn in_run(program: Program, event: &str, payload: &Value, run: u64) -> Program {
    let path = |name: &str| program.path(name).to_string_lossy().into_owned();
    let (event_path, outputs, summary) = (path("event.json"), path("outputs"), path("summary.md"));
    program
        .file("event.json", payload.to_string())
        .env("GITHUB_EVENT_NAME", event)
        .env("GITHUB_EVENT_PATH", &event_path)
        .env("GITHUB_OUTPUT", &outputs)
        .env("GITHUB_STEP_SUMMARY", &summary)
        .env("GITHUB_RUN_ID", &run.to_string())
        .env("GITHUB_RUN_ATTEMPT", "1")
        .env("GITHUB_SHA", &commit_id("merge"))
}

/// The event of the pull request, from the repository itself or from a fork.
fn pull_request(from: &str) -> Value {
    json!({
        "repository": {"full_name": NAME, "default_branch": "main"},
        "pull_request": {"number": PULL, "head": {"sha": commit_id("feature"), "repo": {"full_name": from}}},
    })
}

/// A pull request's run 7: what is asked of the gates there is the run at hand.
fn in_pull_request(server: &FakeGitHub, seconds: u32, more: &str) -> Program {
    in_run(program(server, seconds, more), "pull_request", &pull_request(NAME), 7)
}

fn gate(program: &Program, arguments: &[&str]) -> Ran {
    let ran = in_process::run(program, &FakeTime::default(), &[&["gate"], arguments].concat());
    assert!(!format!("{ran:?}").contains(TOKEN), "{ran:?}");
    ran
}

/// Returns a step's output.
fn output(program: &Program, name: &str) -> Option<String> {
    let text = program.read("outputs");
    let lines: Vec<&str> = text.lines().collect();
    lines.windows(2).rev().find(|pair| pair[0].starts_with(&format!("{name}<<"))).map(|pair| pair[1].to_owned())
}

fn said(server: &FakeGitHub) -> Vec<String> {
    server.look(NAME, |repository| {
        repository.conversation.said(PULL).iter().map(|text| (*text).to_owned()).collect::<Vec<String>>()
    })
}

/// Returns what was asked, as method and the path behind the repository.
fn asked(server: &FakeGitHub) -> Vec<String> {
    let short = |path: &str| path.replace(&format!("/repos/{NAME}"), "");
    server.seen().iter().map(|seen| format!("{} {}", seen.method, short(&seen.path))).collect()
}
