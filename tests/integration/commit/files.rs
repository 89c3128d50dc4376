//! Files beside the tables: reports that are made anew, files that are given, and what is refused.

use super::api::{NAME, TABLE, file, head, log, paths, program, server, started};
use super::{commit, commit_at, committed, deployments, failed};
use crate::support::fake_github::Fault;
use crate::support::git::Remote;
use crate::support::outside::FakeTime;

const RUNS: &str = "metrics/run_metrics.csv";

fn runs(ids: impl IntoIterator<Item = u32>) -> String {
    let header = "repository,workflow,run_id,run_attempt,event,branch,commit,started_at,workflow_path,run_number,\
                  pull_request,conclusion,queue_s,wall_s";
    let row = |id: u32| {
        format!("o/n,CI,{id},1,push,main,,2026-03-{:02}T00:00:00Z,ci.yml,{id},,success,1,{id}00", id % 28 + 1)
    };
    let lines: Vec<String> = std::iter::once(header.to_owned()).chain(ids.into_iter().map(row)).collect();
    lines.join("\n") + "\n"
}

#[test]
fn reports_are_made_of_what_the_branch_holds_on_every_try() {
    let server = server();
    let typed = ["--report", "metrics/README.md", "--report", "site/report.html", "--report", "r.json"];
    committed(&program(&server, deployments([1])).file(RUNS, runs([1])), &typed);
    assert_eq!(paths(&server, "metrics").len(), 5);
    let theirs = runs([1, 2, 3]);
    server.fail_at("POST /graphql", 1, Fault::Overtaken(NAME, "metrics", RUNS.to_owned(), theirs.into_bytes()));
    let said = committed(&program(&server, deployments([1])).file(RUNS, runs([4])), &typed);
    assert!(said.contains(" at try 2\n"), "{said}");
    let report = file(&server, "metrics", "r.json");
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report.pointer("/total/runs"), Some(&serde_json::json!(4)), "{report}");
    // What is there already makes no commit.
    let commits = log(&server, "metrics").len();
    committed(&program(&server, deployments([1])).file(RUNS, runs([4])), &typed);
    assert_eq!(log(&server, "metrics").len(), commits);
}

#[test]
fn given_files_are_committed_unless_somebody_else_changed_them() {
    for way in ["graphql", "git-data"] {
        let server = started([1]);
        let typed = ["--via", way, "--file", "badges", "--file", "note.txt"];
        let program = program(&server, deployments([1, 2])).file("badges/a.svg", "1").file("note.txt", "x");
        committed(&program, &typed);
        assert_eq!(paths(&server, "metrics"), ["badges/a.svg", TABLE, "note.txt"]);
        let program = program.file("badges/a.svg", "2").file("note.txt", "y");
        let said = committed(&program, &typed);
        assert!(said.contains("2 files committed to metrics"), "{said}");
        // While we are at it, somebody else changes one of them.
        let program = program.file("note.txt", "z").file(TABLE, deployments([3]));
        let request = if way == "graphql" { "POST /graphql" } else { "PATCH " };
        server.fail_at(request, 1, Fault::Overtaken(NAME, "metrics", "note.txt".to_owned(), b"theirs".to_vec()));
        let ran = commit_at(&program, &FakeTime::default(), &typed);
        failed(&program, &ran, &["somebody else changed note.txt on metrics at the same time", "no row is lost"]);
        assert_eq!(
            (file(&server, "metrics", "note.txt"), file(&server, "metrics", TABLE)),
            ("theirs".to_owned(), deployments([1, 2]))
        );
    }
}

#[test]
fn on_the_branch_that_is_checked_out_the_checkout_tells_who_changed_a_file() {
    let remote = Remote::new();
    remote.save(&remote.clone().file("note.txt", "1").file("other.txt", "1"), "main");
    let (first, second) = (remote.clone(), remote.clone());
    let first = first.file("note.txt", "2");
    committed(&first, &["--branch", "main", "--file", "note.txt", "--metrics", "."]);
    assert_eq!(remote.read("main", "note.txt"), "2");
    let second = second.file("note.txt", "3").file("other.txt", "2").file("metrics/x", "");
    let ran = commit(&second, &["--branch", "main", "--file", "note.txt", "--file", "other.txt"]);
    failed(&second, &ran, &["somebody else changed note.txt on main", "bring the branch's version here"]);
    assert_eq!((remote.read("main", "note.txt"), remote.read("main", "other.txt")), ("2".to_owned(), "1".to_owned()));
}

#[test]
fn modes_are_kept() {
    use std::os::unix::fs::PermissionsExt as _;

    let server = started([1]);
    let program = program(&server, deployments([1])).file("run.sh", "x");
    std::fs::set_permissions(program.path("run.sh"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let said = committed(&program, &["--file", "run.sh"]);
    assert!(said.contains("not by GraphQL: run.sh can be run, and it knows no modes"), "{said}");
    let mode = server.look(NAME, |repository| repository.branches["metrics"].files["run.sh"].mode.clone());
    assert_eq!(mode, "100755");
}

#[test]
fn what_could_change_more_than_data_is_refused() {
    let server = started([1]);
    let outside = tempfile::NamedTempFile::new().unwrap();
    let program = program(&server, deployments([2]))
        .file(".github/workflows/ci.yml", "on: push")
        .file(".github/actions/a/index.js", "")
        .file("tool/action.yml", "")
        .file("sub/.git", "gitdir: x")
        .file("sub/file", "")
        .file("folder/.gitmodules", "")
        .file("folder/a\\b", "")
        .file("plain", "");
    std::os::unix::fs::symlink("plain", program.path("link")).unwrap();
    std::os::unix::fs::symlink("folder", program.path("linked")).unwrap();
    let path = outside.path().to_str().unwrap();
    for (path, words) in [
        (".github/workflows/ci.yml", "must not be able to change workflows"),
        (".github/workflows", "must not be able to change workflows"),
        (".github", "must not be able to change workflows"),
        (".github/actions/a/index.js", "must not be able to change workflows"),
        ("tool", "must not be able to change actions"),
        (".git/config", "it is git's own"),
        ("folder/.gitmodules", "it is git's own"),
        ("folder/a\\b", "which not every system takes"),
        ("sub/file", "is a repository of its own"),
        ("link", "is a link"),
        ("linked/x", "is a link"),
        ("../outside", "a part of it is empty or made of dots"),
        (path, "it is not below the repository's root"),
        ("metrics/deployments.csv", "is a table, whose rows are merged"),
        ("nowhere", "nowhere"),
    ] {
        let ran = commit(&program, &["--file", path]);
        failed(&program, &ran, &[words]);
    }
    for (report, words) in [("a.pdf", "does not say what report"), (".github/workflows/r.md", "change workflows")] {
        failed(&program, &commit(&program, &["--report", report]), &[words]);
    }
    assert_eq!(file(&server, "metrics", TABLE), deployments([1]));
}

#[test]
fn tables_in_the_folder_of_workflows_are_refused() {
    let server = started([1]);
    let before = head(&server, "metrics");
    let program = program(&server, deployments([2])).file(".github/workflows/deployments.csv", deployments([3]));
    let ran = commit(&program, &["--metrics", ".github/workflows"]);
    failed(&program, &ran, &["must not be able to change workflows"]);
    assert_eq!(head(&server, "metrics"), before);
}

#[test]
fn what_stands_in_a_files_place_on_the_branch_is_not_replaced() {
    let server = started([1]);
    server.put(NAME, "metrics", "note.txt/inside", b"");
    let program = program(&server, deployments([2])).file("note.txt", "x");
    let ran = commit(&program, &["--file", "note.txt"]);
    failed(&program, &ran, &["`note.txt` is not a file on the branch, but a folder"]);
    assert_eq!(file(&server, "metrics", TABLE), deployments([1]));
}
