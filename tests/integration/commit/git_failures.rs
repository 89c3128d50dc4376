//! By git: what cannot be committed is said, and stays where it is.

use super::{commit, commit_at, committed, deployments, failed, row, table};
use crate::support::git::{Remote, git, script};
use crate::support::outside::FakeTime;
use crate::support::program::Program;

const TABLE: &str = "metrics/deployments.csv";

#[test]
fn git_that_knows_nobody_is_told_how_to() {
    let remote = Remote::new();
    let clone = remote.clone_of_nobody().file(TABLE, deployments([1]));
    let ran = commit(&clone, &[]);
    let hints = ["hint: git config --global user.name", "hint: git config --global user.email"];
    failed(&clone, &ran, &[&["error: git does not know who commits"], &hints[..]].concat());
    assert_eq!(remote.head("metrics"), "");
    // The variables that git itself looks at are as good as a configuration.
    let names = ["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"];
    let clone = names.into_iter().fold(clone, |clone, name| clone.env(name, "Eve"));
    let mails = ["GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"];
    let clone = mails.into_iter().fold(clone, |clone, name| clone.env(name, "eve@example.com"));
    committed(&clone, &[]);
    assert_eq!(remote.log("metrics"), ["Eve <eve@example.com>: Update CI metrics"]);
}

#[test]
fn damaged_tables_on_either_side_are_never_written_over() {
    let remote = Remote::new();
    let conflict = format!("{}<<<<<<< HEAD\n", deployments([1]));
    let here = remote.clone().file(TABLE, &conflict);
    failed(
        &here,
        &commit(&here, &[]),
        &["metrics/deployments.csv:3:1: the line has 1 fields", "nothing was committed"],
    );
    assert_eq!((remote.head("metrics"), here.read(TABLE)), (String::new(), conflict.clone()));
    remote.save(&here, "metrics");
    let head = remote.head("metrics");
    let there = remote.clone().file(TABLE, deployments([2]));
    failed(&there, &commit(&there, &[]), &["metrics:metrics/deployments.csv:3:1: the line has 1 fields"]);
    assert_eq!(remote.head("metrics"), head);
}

#[test]
fn a_protected_branch_is_explained_at_once() {
    let remote = Remote::new();
    let refusal = "echo 'error: GH006: Protected branch update failed for refs/heads/main.' >&2; exit 1";
    script(&remote.folder().join("hooks/pre-receive"), refusal);
    let clone = remote.clone().file(TABLE, deployments([1]));
    let time = FakeTime::default();
    let ran = commit_at(&clone, &time, &["--branch", "main"]);
    failed(&clone, &ran, &["error: the branch is protected: ", "GH006", "--branch metrics", "no row is lost"]);
    assert_eq!(time.waits().len(), 0);
}

#[test]
fn a_remote_that_declines_is_asked_again_but_not_for_ever() {
    let remote = Remote::new();
    let hook = remote.folder().join("hooks/pre-receive");
    let count = remote.folder().join("count").display().to_string();
    script(&hook, &format!("echo x >>'{count}'; if [ $(wc -l <'{count}') -lt 3 ]; then echo busy >&2; exit 1; fi"));
    let clone = remote.clone().file(TABLE, deployments([1]));
    assert!(committed(&clone, &[]).contains(" at try 3\n"));
    assert_eq!(remote.log("metrics").len(), 1);
    let head = remote.head("metrics");
    script(&hook, "echo out of order >&2; exit 1");
    let clone = clone.file(TABLE, deployments([1, 2]));
    let time = FakeTime::default();
    let ran = commit_at(&clone, &time, &[]);
    let kept = "no row is lost: the tables in metrics are untouched";
    failed(&clone, &ran, &["the remote declined: ", "out of order", "it was tried 20 times", kept]);
    assert_eq!((time.waits().len(), remote.head("metrics"), clone.read(TABLE)), (19, head, deployments([1, 2])));
}

#[test]
fn what_is_no_folder_or_file_on_the_branch_is_not_replaced() {
    let remote = Remote::new();
    remote.save(&remote.clone().file("metrics", "a file"), "metrics");
    let linked = remote.clone().file("metrics/x", "");
    std::os::unix::fs::symlink("x", linked.path(TABLE)).unwrap();
    remote.save(&linked, "linked");
    let clone = remote.clone().file(TABLE, deployments([1]));
    failed(&clone, &commit(&clone, &[]), &["`metrics` is not a folder on the branch"]);
    failed(
        &clone,
        &commit(&clone, &["--branch", "linked"]),
        &["`metrics/deployments.csv` is not a file on the branch, but a link"],
    );
}

#[test]
fn only_tables_of_the_repository_itself_are_committed() {
    let remote = Remote::new();
    let outside = tempfile::tempdir().unwrap();
    let clone = remote.clone().file(TABLE, deployments([1]));
    let path = outside.path().to_str().unwrap();
    failed(&clone, &commit(&clone, &["--metrics", path]), &["is not below the repository's root"]);
    std::os::unix::fs::symlink(path, clone.path("linked")).unwrap();
    failed(&clone, &commit(&clone, &["--metrics", "linked"]), &["is not below the repository's root"]);
    std::fs::create_dir(clone.path(".git/m")).unwrap();
    failed(&clone, &commit(&clone, &["--metrics", ".git/m"]), &["is not below the repository's root"]);
    failed(&clone, &commit(&clone, &["--metrics", "nowhere"]), &["there is no folder "]);
    std::os::unix::fs::symlink(clone.path(TABLE), clone.path("metrics/run_metrics.csv")).unwrap();
    failed(&clone, &commit(&clone, &[]), &["metrics/run_metrics.csv is a link"]);
    for branch in ["-f", "a..b", "--upload-pack=touch x"] {
        let ran = commit(&clone, &[&format!("--branch={branch}")]);
        failed(&clone, &ran, &["is not a branch"]);
    }
    assert_eq!(remote.git(&["for-each-ref", "--format=%(refname)"]), "refs/heads/main\n");
}

#[test]
fn without_a_way_it_is_said_what_is_missing() {
    let alone = Program::new().file(TABLE, deployments([1]));
    git(alone.folder(), &["init", "--quiet"]);
    let ran = commit(&alone, &[]);
    failed(&alone, &ran, &["no token for the API (this is no clone with a remote `origin`)", "GITHUB_TOKEN"]);
    failed(&alone, &commit(&alone, &["--via", "git"]), &["no way by git: this is no clone with a remote `origin`"]);
    let nowhere = Program::new().file(TABLE, deployments([1])).env("PATH", "/nonexistent");
    failed(&nowhere, &commit(&nowhere, &[]), &["(git is not installed)"]);
    failed(&nowhere, &commit(&nowhere, &["--via", "git"]), &["no way by git: git is not installed"]);
    let ran = commit(&nowhere, &["--via", "git", "--repository", "o/n"]);
    failed(&nowhere, &ran, &["leave one of them away"]);
}

#[test]
fn a_fetch_arrives_as_one_pack_so_that_a_kill_leaves_no_half_of_it() {
    let remote = Remote::new();
    committed(&remote.clone().file(TABLE, deployments([1])), &[]);
    let clone = remote.shallow_clone().file(TABLE, deployments([2]));
    let packs = || std::fs::read_dir(clone.path(".git/objects/pack")).unwrap().count();
    let before = packs();
    committed(&clone, &[]);
    assert!(packs() > before, "{}", packs());
}

#[test]
fn a_fetch_that_was_killed_is_in_nobodys_way() {
    let remote = Remote::new();
    committed(&remote.clone().file(TABLE, deployments([1])), &[]);
    let clone = remote.shallow_clone().file(TABLE, deployments([2]));
    // Git's lock, and the mark that the fetch was ours.
    let clone = clone.file(".git/shallow.lock", "").file(".git/shallow.plimsoll", "");
    committed(&clone, &[]);
    assert!(!clone.path(".git/shallow.lock").exists() && !clone.path(".git/shallow.plimsoll").exists());
    // That of somebody else is waited for, and not taken away.
    committed(&remote.clone().file(TABLE, deployments([3])), &[]);
    let clone = clone.file(TABLE, deployments([4])).file(".git/shallow.lock", "");
    let time = FakeTime::default();
    failed(&clone, &commit_at(&clone, &time, &[]), &["shallow.lock': File exists"]);
    assert!(clone.path(".git/shallow.lock").exists() && time.waits().len() == 19);
}

#[test]
fn a_remote_that_is_gone_is_named_without_its_password() {
    let clone = Remote::new().clone().file(TABLE, deployments([1]));
    failed(&clone, &commit(&clone, &[]), &["error: git ls-remote failed: ", "no row is lost"]);
    git(clone.folder(), &["remote", "set-url", "origin", "http://user:secret@127.0.0.1:1/x"]);
    let ran = commit(&clone, &[]);
    failed(&clone, &ran, &["127.0.0.1"]);
    assert!(!ran.stderr.contains("secret"), "{}", ran.stderr);
}

#[test]
fn a_row_that_only_the_branch_finished_stays_finished() {
    let remote = Remote::new();
    committed(&remote.clone().file(TABLE, deployments([1])), &[]);
    let unfinished = row(1, "").replace("2026-03-02T01:00:00Z", "");
    let said = committed(&remote.clone().file(TABLE, table(&[unfinished])), &[]);
    assert!(said.starts_with("nothing to commit"), "{said}");
    assert_eq!(remote.read("metrics", TABLE), deployments([1]));
}
