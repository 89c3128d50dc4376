//! By GitHub's API: by a GraphQL mutation, and object by object.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;

use super::{HEADER, commit, commit_at, committed, deployments, failed, row, table};
use crate::support::fake_github::{FakeGitHub, Fault, Repository, TOKEN};
use crate::support::outside::{FakeTime, NOW};
use crate::support::program::{Program, Ran};

pub(super) const NAME: &str = "octo/hello";
pub(super) const TABLE: &str = "metrics/deployments.csv";
const RUNS: &str = "repository,workflow,run_id,run_attempt,event,branch,commit\no/n,ci,7,1,push,main,\n";

/// The two ways, and the request with which each moves the branch on.
const WAYS: [(&str, &str); 2] = [("graphql", "POST /graphql"), ("git-data", "PATCH ")];

pub(super) fn server() -> FakeGitHub {
    FakeGitHub::start(vec![Repository::new(NAME)])
}

/// A server that has the branch with some deployments.
pub(super) fn started(ids: impl IntoIterator<Item = u64>) -> FakeGitHub {
    let server = server();
    committed(&program(&server, deployments(ids)), &[]);
    server
}

pub(super) fn program(server: &FakeGitHub, table: String) -> Program {
    Program::new()
        .file(TABLE, table)
        .env("GITHUB_API_URL", &server.url())
        .env("GITHUB_TOKEN", TOKEN)
        .env("GITHUB_REPOSITORY", NAME)
}

pub(super) fn file(server: &FakeGitHub, branch: &str, path: &str) -> String {
    let bytes = server.look(NAME, |repository| repository.branches[branch].files[path].content.to_vec());
    String::from_utf8(bytes).unwrap()
}

pub(super) fn paths(server: &FakeGitHub, branch: &str) -> Vec<String> {
    server.look(NAME, |repository| repository.branches[branch].files.keys().cloned().collect())
}

/// Returns the messages of a branch's commits, newest first.
pub(super) fn log(server: &FakeGitHub, branch: &str) -> Vec<String> {
    server.look(NAME, |repository| {
        let mut messages = Vec::new();
        let mut next = repository.branches.get(branch).map(|branch| branch.head.clone());
        while let Some(id) = next {
            let commit = &repository.objects.commits[&id];
            messages.push(commit.message.clone());
            next = commit.parents.first().cloned();
        }
        messages
    })
}

pub(super) fn head(server: &FakeGitHub, branch: &str) -> String {
    server.look(NAME, |repository| repository.branches[branch].head.clone())
}

/// Counts the requests of a method whose path holds a text.
fn count(server: &FakeGitHub, method: &str, path: &str) -> usize {
    server.seen().iter().filter(|seen| seen.method == method && seen.path.contains(path)).count()
}

/// Runs with waits that cost nothing, and returns how many seconds were waited.
fn timed(program: &Program, arguments: &[&str]) -> (Ran, Vec<f64>) {
    let time = FakeTime::default();
    let ran = commit_at(program, &time, arguments);
    (ran, time.waits().iter().map(Duration::as_secs_f64).collect())
}

fn overtaking(rows: &str) -> Fault {
    Fault::Overtaken(NAME, "metrics", TABLE.to_owned(), rows.as_bytes().to_vec())
}

#[test]
fn a_missing_branch_begins_with_the_tables_alone() {
    let server = server();
    let program = program(&server, deployments([2, 1])).file("metrics/run_metrics.csv", RUNS);
    let said = committed(&program, &[]);
    for part in [
        "3 new rows committed to metrics as ",
        "by git-data: there is a token, and GITHUB_REPOSITORY names the repository",
        "note: not by GraphQL: no mutation begins a branch",
        "note: metrics is a new branch that holds the tables alone",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert_eq!(file(&server, "metrics", TABLE), deployments([1, 2]));
    assert_eq!(paths(&server, "metrics"), [TABLE, "metrics/run_metrics.csv"]);
    assert_eq!((log(&server, "metrics"), log(&server, "main").len()), (vec!["Update CI metrics".to_owned()], 1));
    let again = committed(&program, &[]);
    assert!(again.starts_with("nothing to commit: metrics has everything already\n"), "{again}");
    assert_eq!(log(&server, "metrics").len(), 1);
}

#[test]
fn a_commit_is_one_mutation_and_names_where_the_branch_was() {
    let server = started([1]);
    let before = server.seen().len();
    let program = program(&server, deployments([1, 2])).file("metrics/run_metrics.csv", RUNS);
    committed(&program, &[]);
    assert_eq!((count(&server, "POST", "/graphql"), log(&server, "metrics").len()), (1, 2));
    // One for the head, two folders and their files, the one table that differs, and the mutation.
    assert_eq!(server.seen().len() - before, 5);
    assert_eq!(file(&server, "metrics", TABLE), deployments([1, 2]));
}

#[test]
fn a_history_of_years_costs_no_more_requests_than_one_of_a_month() {
    let server = started([100]);
    for year in 2016..2026 {
        for month in 1..=12 {
            let path = format!("metrics/{year}/{month:02}/deployments.csv");
            let row = row(year * 100 + month, "success").replace("2026-03", &format!("{year}-{month:02}"));
            server.put(NAME, "metrics", &path, table(&[row]).as_bytes());
        }
    }
    let before = server.seen().len();
    committed(&program(&server, deployments([1])), &[]);
    assert_eq!(server.seen().len() - before, 5);
    assert_eq!(file(&server, "metrics", TABLE), deployments([1, 100]));
}

#[test]
fn a_container_a_named_repository_and_an_own_server_take_the_api() {
    let server = server();
    let container =
        program(&server, deployments([1])).env("GITHUB_ACTIONS", "true").env("GITHUB_WORKSPACE", "/github/workspace");
    let said = committed(&container, &[]);
    assert!(said.contains("by git-data: a container action cannot use the checkout's git"), "{said}");
    let named = Program::new().file(TABLE, deployments([2])).env("GITHUB_API_URL", &server.url());
    let said = committed(&named, &["--repository", NAME, "--token", TOKEN]);
    assert!(said.contains("by graphql: --repository names a repository for the API"), "{said}");
    let own = program(&server, deployments([3])).env("GITHUB_API_URL", &format!("{}/api/v3", server.url()));
    let said = committed(&own, &[]);
    assert!(said.contains("by git-data: there is a token, and GITHUB_REPOSITORY names the repository, of a"), "{said}");
    assert_eq!(file(&server, "metrics", TABLE), deployments([1, 2, 3]));
    assert_eq!(count(&server, "POST", "/graphql"), 1);
}

#[test]
fn a_commit_between_reading_and_writing_loses_nothing() {
    for (way, request) in WAYS {
        let server = started([1]);
        server.fail_at(request, 1, overtaking(&deployments([1, 2])));
        let (ran, waits) = timed(&program(&server, deployments([3])), &["--via", way]);
        assert_eq!(ran.code, 0, "{way}: {}", ran.stderr);
        assert!(ran.stdout.contains("1 new row committed") && ran.stdout.contains(" at try 2\n"), "{}", ran.stdout);
        assert_eq!((file(&server, "metrics", TABLE), waits), (deployments([1, 2, 3]), vec![0.25]), "{way}");
        assert_eq!(log(&server, "metrics").len(), 3);
    }
}

#[test]
fn a_branch_that_appears_between_reading_and_writing_is_not_replaced() {
    let server = server();
    let first = program(&server, deployments([1]));
    let second = program(&server, deployments([2]));
    server.fail_at("POST /repos/octo/hello/git/refs", 1, Fault::Refused(422, "Reference already exists"));
    let time = FakeTime::default();
    committed(&first, &[]);
    let ran = commit_at(&second, &time, &["--via", "git-data"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(file(&server, "metrics", TABLE), deployments([1, 2]));
}

#[test]
fn a_table_above_one_megabyte_is_read_whole() {
    for (way, _) in WAYS {
        let server = started(1..=15_000);
        assert!(file(&server, "metrics", TABLE).len() > 1 << 20);
        let said = committed(&program(&server, deployments([15_001])), &["--via", way]);
        assert!(said.contains("deployments      1        0\n"), "{said}");
        let stored = file(&server, "metrics", TABLE);
        assert_eq!(stored.lines().count(), 15_002);
        let lines: BTreeSet<&str> = stored.lines().collect();
        assert!((1..=15_001).all(|id| lines.contains(row(id, "success").as_str())));
    }
}

#[test]
fn an_answer_without_the_file_is_never_taken_for_an_empty_file() {
    let server = started([1]);
    server.fail_at("GET /repos/octo/hello/git/blobs", 9, Fault::Empty);
    let program = program(&server, deployments([2]));
    failed(&program, &commit(&program, &[]), &["deployments.csv was read with 0 bytes, but the branch has "]);
    assert_eq!(file(&server, "metrics", TABLE), deployments([1]));
}

#[test]
fn an_answer_that_was_lost_doubles_nothing_and_the_commit_is_found() {
    for (way, request) in WAYS {
        let server = started([1]);
        let before = log(&server, "metrics").len();
        server.fail_at(request, 1, Fault::Lost);
        let (ran, _) = timed(&program(&server, deployments([2])), &["--via", way, "--format", "json"]);
        assert_eq!(ran.code, 0, "{way}: {}", ran.stderr);
        let said: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!(said["commit"], serde_json::json!(head(&server, "metrics")), "{way}");
        assert_eq!((&said["result"], &said["added"], &said["tries"]), (&"committed".into(), &1.into(), &2.into()));
        assert_eq!(file(&server, "metrics", TABLE), deployments([1, 2]));
        assert_eq!(log(&server, "metrics").len(), before + 1);
    }
}

#[test]
fn a_lost_answer_is_found_below_what_others_committed_since() {
    for (way, request) in WAYS {
        let server = started([1]);
        server.fail_at(request, 1, Fault::Lost);
        // Before we look again, somebody else adds to what we have made.
        server.fail_at(
            "GET /repos/octo/hello/git/ref/",
            2,
            Fault::Follows(NAME, "metrics", "metrics/run_metrics.csv", RUNS),
        );
        let (ran, _) = timed(&program(&server, deployments([2])), &["--via", way]);
        assert_eq!(ran.code, 0, "{way}: {}", ran.stderr);
        assert!(ran.stdout.contains("note: the answer to this commit was lost"), "{way}: {}", ran.stdout);
        assert_eq!(file(&server, "metrics", TABLE), deployments([1, 2]));
    }
}

#[test]
fn many_writers_at_once_store_every_row_once() {
    for (way, _) in WAYS {
        let server = server();
        committed(&program(&server, deployments([0])), &[]);
        let programs: Vec<Program> = (1..=8).map(|id| program(&server, deployments([id]))).collect();
        std::thread::scope(|scope| {
            let runs: Vec<_> =
                programs.iter().map(|program| scope.spawn(|| committed(program, &["--via", way]))).collect();
            for run in runs {
                run.join().unwrap();
            }
        });
        assert_eq!(file(&server, "metrics", TABLE), deployments(0..=8));
        assert_eq!((paths(&server, "metrics"), log(&server, "metrics").len()), (vec![TABLE.to_owned()], 9));
    }
}

#[test]
fn what_somebody_else_changed_since_the_checkout_stays_changed() {
    for (way, _) in WAYS {
        let server = server();
        server.put(NAME, "main", TABLE, table(&[row(1, "pending"), row(2, "pending")]).as_bytes());
        let checkout = head(&server, "main");
        server.put(NAME, "main", TABLE, table(&[row(1, "success"), row(2, "pending")]).as_bytes());
        let ours = table(&[row(1, "pending"), row(2, "failure"), row(3, "success")]);
        let program = program(&server, ours).file(".git/HEAD", &checkout);
        committed(&program, &["--via", way, "--branch", "main"]);
        let expected = table(&[row(1, "success"), row(2, "failure"), row(3, "success")]);
        assert_eq!(file(&server, "main", TABLE), expected);
        assert_eq!(paths(&server, "main"), ["README.md", TABLE]);
    }
}

#[test]
fn closed_months_are_found_and_filled() {
    let server = started([100]);
    server.put(NAME, "metrics", "metrics/2026/03/deployments.csv", deployments([1]).as_bytes());
    committed(&program(&server, deployments([2])), &[]);
    assert_eq!(file(&server, "metrics", "metrics/2026/03/deployments.csv"), deployments([1, 2, 100]));
    assert_eq!(file(&server, "metrics", TABLE), deployments([]));
}

#[test]
fn refusals_of_the_git_data_api_are_explained_at_once() {
    let rule = "Repository rule violations found\n\nChanges must be made through a pull request.";
    for (fault, words) in [
        (Fault::Refused(409, rule), ["the branch is protected: 409: ", "--pull-request --base metrics"]),
        (
            Fault::Refused(403, "Resource not accessible by integration"),
            ["no permission to write: ", "contents: write"],
        ),
        (Fault::Refused(404, "Not Found"), ["no permission to write: ", "contents: write"]),
        (Fault::Refused(422, "message is too long"), ["422: message is too long", "please report this"]),
        (Fault::Status(401), ["401", "expired or revoked"]),
    ] {
        let server = started([1]);
        server.fail_at("PATCH ", 99, fault);
        refused(&server, "git-data", &words);
    }
}

#[test]
fn refusals_of_graphql_are_explained_at_once() {
    let approval = "protected branch 'main' check failed:\nAt least 1 approving review is required by reviewers.";
    for (fault, words) in [
        (Fault::Denied("BRANCH_PROTECTION_RULE_VIOLATION", approval), ["the branch is protected: ", "--pull-request"]),
        (
            Fault::Denied(
                "UNPROCESSABLE",
                "Repository rule violations found\n\nCommits must have verified signatures.",
            ),
            ["the branch is protected: ", "--via graphql"],
        ),
        (Fault::Denied("FORBIDDEN", "Resource not accessible by integration"), ["no permission", "contents: write"]),
        (Fault::Denied("UNPROCESSABLE", "A path was requested twice"), ["requested twice", "please report this"]),
        (Fault::Status(401), ["401", "expired or revoked"]),
    ] {
        let server = started([1]);
        server.fail_at("POST /graphql", 99, fault);
        refused(&server, "graphql", &words);
    }
}

fn refused(server: &FakeGitHub, way: &str, words: &[&str]) {
    let program = program(server, deployments([2]));
    let (ran, waits) = timed(&program, &["--via", way]);
    failed(&program, &ran, &[words, &["no row is lost: the tables in metrics are untouched"]].concat());
    assert_eq!((waits, file(server, "metrics", TABLE)), (vec![], deployments([1])));
    assert!(!ran.stderr.contains(TOKEN) && !ran.stdout.contains(TOKEN));
}

#[test]
fn an_empty_repository_and_one_that_is_not_there_are_named() {
    let server = FakeGitHub::start(vec![Repository::empty(NAME)]);
    let program = program(&server, deployments([1]));
    failed(&program, &commit(&program, &[]), &["the repository has no commit yet", "push one"]);
    let ran = commit(&program, &["--repository", "octo/other"]);
    failed(&program, &ran, &["GET /repos/octo/other: 404", "check the name"]);
}

#[test]
fn trying_ends_and_the_rows_are_kept() {
    let server = started([1]);
    let words = "Expected branch to point to \"1\" but it did not. Pull and try again.";
    server.fail_at("POST /graphql", 999, Fault::Denied("STALE_DATA", words));
    let program = program(&server, deployments([2]));
    let (ran, waits) = timed(&program, &[]);
    failed(&program, &ran, &["somebody else changed the branch", "it was tried 20 times", "no row is lost"]);
    assert_eq!((waits.len(), program.read(TABLE)), (19, deployments([2])));
    assert!(waits.is_sorted() && waits.iter().all(|wait| *wait <= 30.0), "{waits:?}");
    let (ran, waits) = timed(&program, &["--tries", "3"]);
    failed(&program, &ran, &["it was tried 3 times"]);
    assert_eq!(waits, [0.25, 0.5]);
    let (ran, waits) = timed(&program, &["--tries", "1000", "--timeout", "2"]);
    failed(&program, &ran, &["it was tried 20 times"]);
    assert!(waits.iter().sum::<f64>() <= 120.0);
}

#[test]
fn a_limit_is_waited_for_as_long_as_asked_within_reason() {
    let server = started([1]);
    server.fail_at("POST /graphql", 1, Fault::Secondary(Some(30)));
    let (ran, waits) = timed(&program(&server, deployments([2])), &[]);
    assert_eq!((ran.code, waits), (0, vec![31.0]), "{}", ran.stderr);
    server.fail_at("POST /graphql", 1, Fault::Primary(NOW + 3000));
    let program = program(&server, deployments([3]));
    let (ran, waits) = timed(&program, &[]);
    let until = Timestamp::from_second(NOW + 3000).unwrap().to_string();
    failed(&program, &ran, &["no requests are left in this hour", &until]);
    assert_eq!(waits, Vec::<f64>::new());
}

#[test]
fn a_damaged_table_on_the_branch_is_never_written_over() {
    let server = started([1]);
    let damaged = format!("{}<<<<<<< HEAD\n", deployments([1]));
    server.put(NAME, "metrics", TABLE, damaged.as_bytes());
    let program = program(&server, deployments([2]));
    failed(&program, &commit(&program, &[]), &["metrics:metrics/deployments.csv:3:1: the line has 1 fields"]);
    server.put(NAME, "metrics", TABLE, b"");
    failed(&program, &commit(&program, &[]), &["metrics/deployments.csv:1:1: the file is empty, but"]);
    assert_eq!(file(&server, "metrics", TABLE), "");
}

#[test]
fn a_dry_run_shows_a_diff_and_writes_nothing() {
    let server = started([1, 3]);
    let before = head(&server, "metrics");
    let ours = table(&[row(1, "failure"), row(2, "success"), row(3, "success")]);
    let said = committed(&program(&server, ours), &["--dry-run"]);
    let expected = format!(
        "--- a/{TABLE}\n+++ b/{TABLE}\n@@ -1,3 +1,4 @@\n {HEADER}\n-{}\n+{}\n+{}\n {}\n",
        row(1, "success"),
        row(1, "failure"),
        row(2, "success"),
        row(3, "success")
    );
    assert!(said.starts_with(&expected), "{said}");
    assert!(
        said.contains("1 new row and 1 updated would be committed to metrics (nothing written: --dry-run)"),
        "{said}"
    );
    assert_eq!((head(&server, "metrics"), count(&server, "POST", "/graphql")), (before, 0));
}
