//! Merged pull requests come into the tables, and the report tells how long their way took.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::support::csv;
use crate::support::fake_github::{FakeGitHub, Merge, Pull, TOKEN, commit_id, seed};
use crate::support::in_process;
use crate::support::outside::{FakeTime, NOW};
use crate::support::program::{Program, Ran};

const NAME: &str = "octo/hello";

const DAY: i64 = 24;

fn ago(hours: i64) -> Timestamp {
    Timestamp::from_second(NOW).unwrap() - SignedDuration::from_hours(hours)
}

fn pull(number: u64, base: &str, merge: Option<Merge>) -> Pull {
    let (title, head) = ("Change".to_owned(), format!("change-{number}"));
    Pull { number, title, body: String::new(), head, base: base.to_owned(), open: false, auto_merge: None, merge }
}

/// Merged so many hours ago, opened ten hours before, written in the day before that.
fn merge(hours: i64, reviews: &[(&str, i64)]) -> Merge {
    Merge {
        commit: commit_id(NAME),
        created_at: ago(hours + 10),
        merged_at: ago(hours),
        updated_at: ago(hours - 1),
        commits: vec![ago(hours + 12), ago(hours + 30), ago(hours + 1)],
        reviews: reviews.iter().map(|(login, before)| ((*login).to_owned(), ago(hours + before))).collect(),
    }
}

/// A GitHub with pull requests of every kind: merged, not merged, into another branch, long ago, and long ago but
/// talked about since.
fn server() -> FakeGitHub {
    let server = FakeGitHub::start(vec![seed::documented(NAME, 5, 7)]);
    let old = Merge { updated_at: ago(2), ..merge(90 * DAY, &[]) };
    let pulls = vec![
        pull(1, "main", Some(merge(60 * DAY, &[]))),
        pull(2, "main", Some(merge(20 * DAY, &[("octocat", 9), ("scan[bot]", 8), ("mona", 3), ("lisa", 4)]))),
        pull(3, "main", None),
        pull(4, "release", Some(merge(10 * DAY, &[]))),
        pull(5, "main", Some(merge(5 * DAY, &[("octocat", 9)]))),
        pull(6, "main", Some(old)),
    ];
    server.change(NAME, |repository| repository.pulls = pulls);
    server
}

fn program(server: &FakeGitHub) -> Program {
    Program::new().env("GITHUB_API_URL", &server.url()).env("GITHUB_TOKEN", TOKEN)
}

fn collect(program: &Program, typed: &[&str]) -> Ran {
    let typed = [&["collect", "--runs", "3", "--pull-requests", "--repository", NAME], typed].concat();
    in_process::run(program, &FakeTime::default(), &typed)
}

fn numbers(program: &Program) -> Vec<String> {
    csv::read(&program.path("metrics/pull_requests.csv")).iter().map(|row| row["pull_request"].clone()).collect()
}

fn asked(server: &FakeGitHub) -> usize {
    server.seen().iter().filter(|seen| seen.path.contains("/pulls")).count()
}

#[test]
fn what_was_merged_is_collected_once_with_its_first_commit_and_review() {
    let server = server();
    server.grant(&[("actions", "read"), ("pull-requests", "read")]);
    let program = program(&server);
    let ran = collect(&program, &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let rows = csv::read(&program.path("metrics/pull_requests.csv"));
    let columns = ["pull_request", "base", "commit", "created_at", "first_commit_at", "first_review_at", "merged_at"];
    let told: Vec<String> = rows.iter().map(|row| columns.map(|column| row[column].as_str()).join(" ")).collect();
    let expected = |number: u64, hours: i64, review: &str| {
        let (opened, written, merged) = (ago(hours + 10), ago(hours + 30), ago(hours));
        format!("{number} main {} {opened} {written} {review} {merged}", commit_id(NAME))
    };
    // Neither the author nor a program counts as who reviewed it, and the earliest does.
    assert_eq!(told, [expected(2, 20 * DAY, &ago(20 * DAY + 4).to_string()), expected(5, 5 * DAY, "")]);
    // The list, and two for each of the two.
    assert_eq!(asked(&server), 5);
    let before = program.read("metrics/pull_requests.csv");
    assert_eq!((collect(&program, &[]).code, program.read("metrics/pull_requests.csv")), (0, before));
    assert_eq!(asked(&server), 6, "what is known is not asked again");
    let deployed = format!("o/r,1,production,main,c,{},,success", ago(1));
    let header = "repository,deployment_id,environment,ref,commit,created_at,finished_at,state";
    let program = program.file("metrics/deployments.csv", format!("{header}\n{deployed}\n"));
    let report: Value = serde_json::from_str(&program.run(&["report", "--format", "json"]).stdout).unwrap();
    let phases = report["delivery"]["pull_requests"].as_array().unwrap_or_else(|| panic!("{report:#}"));
    let median = |name: &str| phases.iter().find(|phase| phase["phase"] == name).map(|phase| &phase["p50_s"]);
    assert_eq!(median("coding").and_then(Value::as_f64), Some(20.0 * 3600.0), "{phases:#?}");
    assert_eq!(median("pickup").and_then(Value::as_f64), Some(6.0 * 3600.0), "{phases:#?}");
}

#[test]
fn a_day_and_the_configuration_say_what_is_read() {
    let server = server();
    let program = program(&server).file("plimsoll.yml", "collect: {pull_requests: true}\ndora: {days: 7}\n");
    let run = |typed: &[&str]| {
        let typed = [&["collect", "--runs", "3", "--repository", NAME], typed].concat();
        let ran = in_process::run(&program, &FakeTime::default(), &typed);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        numbers(&program)
    };
    assert_eq!(run(&[]), ["5"]);
    assert_eq!(run(&["--since", "2025-01-01"]).len(), 4);
}

#[test]
fn what_the_budget_leaves_is_read_by_the_next_collection() {
    let server = server();
    let program = program(&server);
    let full = collect(&program, &[]);
    assert_eq!((full.code, numbers(&program)), (0, vec!["2".to_owned(), "5".to_owned()]));
    std::fs::remove_file(program.path("metrics/pull_requests.csv")).unwrap();
    // The list of runs, the branch, the list of pull requests, and what one of them takes.
    for (budget, expected) in [("3", 0), ("5", 1), ("6", 2)] {
        let before = server.seen().len();
        let ran = collect(&program, &["--budget", budget]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let known = if program.path("metrics/pull_requests.csv").exists() { numbers(&program).len() } else { 0 };
        assert_eq!(known, expected, "budget {budget}: {}", ran.stderr);
        assert!(server.seen().len() - before <= budget.parse().unwrap(), "{:?}", server.seen().len() - before);
    }
}

#[test]
fn a_missing_permission_is_named_and_the_runs_are_kept() {
    let server = server();
    server.grant(&[("actions", "read")]);
    let program = program(&server);
    let ran = collect(&program, &[]);
    assert!(ran.code == 2 && ran.stderr.contains("`pull-requests: read`"), "{}", ran.stderr);
    assert!(csv::read(&program.path("metrics/run_metrics.csv")).len() >= 3);
    assert!(!program.path("metrics/pull_requests.csv").exists());
}
