//! In GitHub's jobs: which commit at all, as whom, and what they hand to later steps.

use super::{commit, committed, deployments};
use crate::support::git::{Remote, script};
use crate::support::program::Program;

const TABLE: &str = "metrics/deployments.csv";

/// A job's clone, for an event and a reference.
fn job(clone: Program, event: &str, reference: &str) -> Program {
    let clone =
        clone.file("event.json", "{\"repository\": {\"default_branch\": \"main\"}}").file(TABLE, deployments([1]));
    let (events, output) = (clone.path("event.json"), clone.path("output"));
    clone
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_EVENT_NAME", event)
        .env("GITHUB_EVENT_PATH", events.to_str().unwrap())
        .env("GITHUB_OUTPUT", output.to_str().unwrap())
        .env("GITHUB_REF", reference)
        .env("GITHUB_REF_NAME", reference.rsplit('/').next().unwrap())
}

/// Reads the outputs as the runner does.
fn outputs(job: &Program) -> Vec<String> {
    let text = job.read("output");
    let lines: Vec<&str> = text.lines().collect();
    lines.chunks(3).map(|entry| format!("{}={}", entry[0].split("<<").next().unwrap(), entry[1])).collect()
}

/// The outputs of a step that committed so many rows at so many tries, or nothing.
fn told(committed: &str, sha: &str, rows: u32, tries: u32) -> Vec<String> {
    vec![
        format!("committed={committed}"),
        format!("sha={sha}"),
        "branch=metrics".to_owned(),
        format!("rows-added={rows}"),
        "conflicts=0".to_owned(),
        format!("tries={tries}"),
        "pull-request=".to_owned(),
        "kept=".to_owned(),
        "outcome=pass".to_owned(),
    ]
}

#[test]
fn a_job_that_cannot_commit_says_where_its_rows_are() {
    let remote = Remote::new();
    script(&remote.folder().join("hooks/pre-receive"), "echo out of order >&2; exit 1");
    let job = job(remote.clone(), "push", "refs/heads/main");
    let summary = job.path("summary").display().to_string();
    let job = job.env("GITHUB_STEP_SUMMARY", &summary);
    let ran = commit(&job, &["--tries", "3"]);
    super::failed(&job, &ran, &["out of order", "no row is lost: the tables in metrics are untouched"]);
    let outputs = outputs(&job);
    for output in ["committed=false", "tries=3", "kept=metrics", "outcome=unknown"] {
        assert!(outputs.iter().any(|told| told == output), "{output}: {outputs:?}");
    }
    let summary = job.read("summary");
    assert!(summary.contains("out of order") && summary.contains("metrics"), "{summary}");
}

#[test]
fn the_default_branchs_jobs_commit_and_tell_later_steps() {
    for (event, reference) in
        [("push", "refs/heads/main"), ("schedule", "refs/heads/main"), ("workflow_run", "refs/heads/main")]
    {
        let remote = Remote::new();
        let job = job(remote.clone_of_nobody(), event, reference);
        let said = committed(&job, &[]);
        assert!(
            said.contains("note: committed as github-actions[bot], since git's configuration names nobody"),
            "{said}"
        );
        let bot = "github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>";
        assert_eq!(remote.log("metrics"), [format!("{bot}: Update CI metrics")]);
        let sha = remote.head("metrics");
        assert_eq!(outputs(&job), told("true", &sha, 1, 1));
    }
}

#[test]
fn an_identity_that_is_configured_goes_before_the_bots() {
    let remote = Remote::new();
    let said = committed(&job(remote.clone(), "push", "refs/heads/main"), &[]);
    assert!(!said.contains("note: committed as"), "{said}");
    assert_eq!(remote.log("metrics"), ["Ann <ann@example.com>: Update CI metrics"]);
}

#[test]
fn other_jobs_commit_nothing_unless_told_to() {
    for (event, reference, reason) in [
        ("pull_request", "refs/pull/7/merge", "this job runs for a pull request (event `pull_request`)"),
        ("pull_request_target", "refs/heads/main", "this job runs for a pull request (event `pull_request_target`)"),
        ("push", "refs/heads/topic", "this job runs for `topic`, not for the default branch `main`"),
        ("push", "refs/tags/v1", "this job runs for `v1`, not for the default branch `main`"),
        ("merge_group", "refs/heads/gh-readonly-queue/main/pr-1", "this job runs for `pr-1`, not for"),
    ] {
        let remote = Remote::new();
        let job = job(remote.clone(), event, reference);
        let said = committed(&job, &[]);
        assert!(said.starts_with(&format!("nothing was committed: {reason}")), "{said}");
        assert!(said.contains("\n::notice title=plimsoll::nothing was committed: this job runs for "), "{said}");
        assert_eq!(outputs(&job), told("false", "", 0, 0));
        assert_eq!(remote.head("metrics"), "");
        committed(&job, &["--allow-branch"]);
        assert_eq!(remote.read("metrics", TABLE), deployments([1]));
    }
}

#[test]
fn an_input_reaches_its_option() {
    let remote = Remote::new();
    let job = job(remote.clone(), "push", "refs/heads/topic")
        .env("INPUT_ALLOW-BRANCH", "true")
        .env("INPUT_BRANCH", "numbers")
        .env("INPUT_MESSAGE", "");
    committed(&job, &[]);
    assert_eq!(remote.files("numbers"), [TABLE]);
}

#[test]
fn nothing_to_commit_is_told_to_later_steps_too() {
    let remote = Remote::new();
    let job = job(remote.clone(), "push", "refs/heads/main");
    std::fs::remove_dir_all(job.path("metrics")).unwrap();
    let ran = commit(&job, &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("note: there is no folder metrics: `plimsoll collect` writes the tables"));
    assert_eq!(outputs(&job), told("false", "", 0, 0));
}
