//! By GitHub's contents API.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{commit, commit_at, committed, deployments, failed, row, table};
use crate::support::fake_github::{FakeGitHub, Fault, Repository, TOKEN};
use crate::support::outside::{FakeTime, NOW};
use crate::support::program::{Program, Ran};

const NAME: &str = "octo/hello";
const TABLE: &str = "metrics/deployments.csv";
const RUNS: &str = "repository,workflow,run_id,run_attempt,event,branch,commit\no/n,ci,7,1,push,main,\n";

fn server() -> FakeGitHub {
    FakeGitHub::start(vec![Repository::new(NAME)])
}

/// A server that has the branch with some deployments.
fn started(ids: impl IntoIterator<Item = u64>) -> FakeGitHub {
    let server = server();
    committed(&program(&server, deployments(ids)), &[]);
    server
}

fn program(server: &FakeGitHub, table: String) -> Program {
    Program::new()
        .file(TABLE, table)
        .env("GITHUB_API_URL", &server.url())
        .env("GITHUB_TOKEN", TOKEN)
        .env("GITHUB_REPOSITORY", NAME)
}

fn file(server: &FakeGitHub, branch: &str, path: &str) -> String {
    let bytes = server.look(NAME, |repository| repository.branches[branch].files[path].clone());
    String::from_utf8(bytes).unwrap()
}

/// Counts the requests that write a file.
fn writes(server: &FakeGitHub) -> usize {
    server.seen().iter().filter(|seen| seen.method == "PUT").count()
}

/// Runs with waits that cost nothing, and returns how many seconds were waited.
fn timed(program: &Program) -> (Ran, Vec<f64>) {
    let time = FakeTime::default();
    let ran = commit_at(program, &time, &[]);
    (ran, time.waits().iter().map(std::time::Duration::as_secs_f64).collect())
}

fn overtaking(rows: &str) -> Fault {
    Fault::Overtaken(NAME, "metrics", TABLE.to_owned(), rows.as_bytes().to_vec())
}

#[test]
fn a_missing_branch_is_made_at_the_default_one_and_every_file_is_a_commit() {
    let server = server();
    let program = program(&server, deployments([2, 1])).file("metrics/run_metrics.csv", RUNS);
    let said = committed(&program, &[]);
    for part in [
        "3 new rows committed to metrics as ",
        "by contents: this is no clone with a remote `origin`",
        "note: metrics is a new branch made at the default branch's head",
        "note: the contents API makes one commit a file",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert_eq!(file(&server, "metrics", TABLE), deployments([1, 2]));
    assert!(file(&server, "metrics", "metrics/run_metrics.csv").contains("\no/n,ci,7,1,"));
    assert_eq!(file(&server, "metrics", "README.md"), "# hello\n");
    assert_eq!(server.look(NAME, |repository| repository.branches["main"].files.len()), 1);
    assert_eq!(writes(&server), 2);
    let again = committed(&program, &[]);
    assert!(again.starts_with("nothing to commit"), "{again}");
    assert_eq!(writes(&server), 2);
}

#[test]
fn a_container_and_a_named_repository_take_this_way() {
    let server = server();
    let container =
        program(&server, deployments([1])).env("GITHUB_ACTIONS", "true").env("GITHUB_WORKSPACE", "/github/workspace");
    let said = committed(&container, &[]);
    assert!(said.contains("by contents: a container action cannot use the checkout's git"), "{said}");
    let named = Program::new().file(TABLE, deployments([2])).env("GITHUB_API_URL", &server.url());
    let said = committed(&named, &["--repository", NAME, "--token", TOKEN]);
    assert!(said.contains("by contents: --repository names a repository for the API"), "{said}");
    assert_eq!(file(&server, "metrics", TABLE), deployments([1, 2]));
}

#[test]
fn a_commit_between_reading_and_writing_loses_nothing() {
    let server = started([1]);
    server.fail_at("PUT ", 1, overtaking(&deployments([1, 2])));
    let (ran, waits) = timed(&program(&server, deployments([3])));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("1 new row committed") && ran.stdout.contains(" at try 2\n"), "{}", ran.stdout);
    assert_eq!((file(&server, "metrics", TABLE), waits), (deployments([1, 2, 3]), vec![1.25]));
}

#[test]
fn a_file_that_appears_between_reading_and_writing_is_not_replaced() {
    let server = server();
    server.fail_at("PUT ", 1, overtaking(&deployments([1])));
    let (ran, _) = timed(&program(&server, deployments([2])));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(file(&server, "metrics", TABLE), deployments([1, 2]));
}

#[test]
fn the_second_file_is_tried_again_without_the_first() {
    let server = started([1]);
    server.fail_at(
        "PUT /repos/octo/hello/contents/metrics%2Frun_metrics.csv",
        1,
        Fault::Refused(409, "is at 1 but expected 2"),
    );
    let program = program(&server, deployments([1, 2])).file("metrics/run_metrics.csv", RUNS);
    let (ran, _) = timed(&program);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("2 new rows committed to metrics as"), "{}", ran.stdout);
    assert_eq!(writes(&server), 4);
}

#[test]
fn a_table_above_one_megabyte_is_read_whole() {
    let server = started(1..=15_000);
    assert!(file(&server, "metrics", TABLE).len() > 1 << 20);
    let said = committed(&program(&server, deployments([15_001])), &[]);
    assert!(said.contains("deployments      1        0  15001\n"), "{said}");
    let stored = file(&server, "metrics", TABLE);
    assert_eq!(stored.lines().count(), 15_002);
    let lines: BTreeSet<&str> = stored.lines().collect();
    assert!((1..=15_001).all(|id| lines.contains(row(id, "success").as_str())));
}

#[test]
fn an_answer_that_was_lost_doubles_nothing() {
    let server = started([1]);
    let before = server.look(NAME, |repository| repository.commits.len());
    server.fail_at("PUT ", 1, Fault::Lost);
    let (ran, _) = timed(&program(&server, deployments([2])));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("1 new row is on metrics at try 2\n"), "{}", ran.stdout);
    assert_eq!(file(&server, "metrics", TABLE), deployments([1, 2]));
    assert_eq!(server.look(NAME, |repository| repository.commits.len()), before + 1);
}

#[test]
fn many_writers_at_once_store_every_row_once() {
    let server = server();
    committed(&program(&server, deployments([0])), &[]);
    let programs: Vec<Program> = (1..=8).map(|id| program(&server, deployments([id]))).collect();
    std::thread::scope(|scope| {
        let runs: Vec<_> = programs.iter().map(|program| scope.spawn(|| committed(program, &[]))).collect();
        for run in runs {
            run.join().unwrap();
        }
    });
    assert_eq!(file(&server, "metrics", TABLE), deployments(0..=8));
}

#[test]
fn what_somebody_else_changed_since_the_checkout_stays_changed() {
    let server = server();
    server.put(NAME, "main", TABLE, table(&[row(1, "pending"), row(2, "pending")]).as_bytes());
    let checkout = server.look(NAME, |repository| repository.branches["main"].head.clone());
    server.put(NAME, "main", TABLE, table(&[row(1, "success"), row(2, "pending")]).as_bytes());
    let ours = table(&[row(1, "pending"), row(2, "failure"), row(3, "success")]);
    let program = program(&server, ours).file(".git/HEAD", &checkout);
    committed(&program, &["--via", "contents", "--branch", "main"]);
    let expected = table(&[row(1, "success"), row(2, "failure"), row(3, "success")]);
    assert_eq!(file(&server, "main", TABLE), expected);
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
fn refusals_are_explained_at_once() {
    let rule = "Repository rule violations found\n\nChanges must be made through a pull request.";
    for (fault, words) in [
        (Fault::Refused(409, rule), ["the branch is protected: 409: ", "--branch metrics"]),
        (
            Fault::Refused(403, "Resource not accessible by integration"),
            ["no permission to write: ", "contents: write"],
        ),
        (Fault::Refused(404, "Not Found"), ["no permission to write: ", "contents: write"]),
        (Fault::Refused(422, "message is too long"), ["422: message is too long", "please report this"]),
        (Fault::Status(401), ["401", "expired or revoked"]),
    ] {
        let server = started([1]);
        server.fail_at("PUT ", 99, fault);
        let program = program(&server, deployments([2]));
        let (ran, waits) = timed(&program);
        failed(&program, &ran, &[&words[..], &["no row is lost: the tables in metrics are untouched"]].concat());
        assert_eq!((waits, file(&server, "metrics", TABLE)), (vec![], deployments([1])));
        assert!(!ran.stderr.contains(TOKEN) && !ran.stdout.contains(TOKEN));
    }
}

#[test]
fn a_repository_that_is_not_there_is_named() {
    let server = server();
    let program = program(&server, deployments([1]));
    let ran = commit(&program, &["--repository", "octo/other"]);
    failed(&program, &ran, &["GET /repos/octo/other: 404", "check the name"]);
}

#[test]
fn trying_ends_and_the_rows_are_kept() {
    let server = started([1]);
    server.fail_at("PUT ", 99, Fault::Refused(409, "metrics/deployments.csv does not match 1"));
    let program = program(&server, deployments([2]));
    let (ran, waits) = timed(&program);
    failed(&program, &ran, &["somebody else changed the branch", "it was tried 10 times", "no row is lost"]);
    assert_eq!((waits.len(), program.read(TABLE)), (9, deployments([2])));
    assert!(waits.is_sorted() && waits.iter().all(|wait| *wait <= 30.0), "{waits:?}");
}

#[test]
fn a_limit_is_waited_for_as_long_as_asked_within_reason() {
    let server = started([1]);
    server.fail_at("PUT ", 1, Fault::Secondary(Some(30)));
    let (ran, waits) = timed(&program(&server, deployments([2])));
    assert_eq!((ran.code, waits), (0, vec![31.0]), "{}", ran.stderr);
    server.fail_at("PUT ", 1, Fault::Primary(NOW + 3000));
    let program = program(&server, deployments([3]));
    let (ran, waits) = timed(&program);
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
fn a_dry_run_writes_nothing() {
    let server = server();
    let said = committed(&program(&server, deployments([1])), &["--dry-run"]);
    assert!(said.contains("1 new row would be committed to metrics"), "{said}");
    assert!(server.seen().iter().all(|seen| seen.method == "GET"));
}
