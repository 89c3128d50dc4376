//! By git: what gets where, and what stays as it was.

use super::{HEADER, commit, commit_at, committed, deployments, row, table};
use crate::support::git::{Remote, git, script};
use crate::support::outside::FakeTime;
use crate::support::program::Program;

const TABLE: &str = "metrics/deployments.csv";

/// Everything about a clone that committing must not change.
fn state(clone: &Program) -> Vec<String> {
    let commands: [&[&str]; 6] = [
        &["status", "--porcelain=v2", "--branch"],
        &["stash", "list"],
        &["rev-parse", "HEAD"],
        &["ls-files", "--stage"],
        &["diff"],
        &["for-each-ref", "refs/heads", "refs/tags"],
    ];
    commands.iter().map(|arguments| git(clone.folder(), arguments)).collect()
}

#[test]
fn a_missing_branch_begins_with_the_tables_alone_and_nothing_else_is_touched() {
    let remote = Remote::new();
    let clone = remote.clone().file("README.md", "stashed\n");
    git(clone.folder(), &["stash", "--quiet"]);
    let clone = clone.file("staged", "x").file("README.md", "dirty\n").file(TABLE, deployments([2, 1]));
    git(clone.folder(), &["add", "staged"]);
    for hook in ["pre-push", "reference-transaction", "commit-msg", "post-commit", "post-checkout"] {
        script(&clone.path(&format!(".git/hooks/{hook}")), "echo a hook ran >&2; exit 1");
    }
    let before = state(&clone);
    let said = committed(&clone, &[]);
    assert_eq!(state(&clone), before);
    let head = remote.head("metrics");
    assert_eq!(
        said,
        format!(
            "Table        Added  Updated\n\
             deployments      2        0\n\n\
             2 new rows committed to metrics as {}\n\
             by git: there is no token for the API\n\
             note: metrics is a new branch that holds the tables alone\n",
            &head[..10]
        )
    );
    assert_eq!(remote.files("metrics"), [TABLE]);
    assert_eq!(remote.read("metrics", TABLE), deployments([1, 2]));
    assert_eq!(remote.log("metrics"), ["Ann <ann@example.com>: Update CI metrics"]);
    assert_eq!(remote.log("main").len(), 1);
}

#[test]
fn committing_twice_makes_one_commit() {
    let remote = Remote::new();
    let clone = remote.clone().file(TABLE, deployments([1]));
    committed(&clone, &[]);
    let head = remote.head("metrics");
    let said = committed(&clone, &[]);
    assert!(said.starts_with("nothing to commit: metrics has everything already\n"), "{said}");
    // Nor does another clone that has seen only some of the rows.
    let other = remote.clone().file(TABLE, table(&[]));
    committed(&other, &[]);
    assert_eq!(remote.head("metrics"), head);
}

#[test]
fn settings_come_from_the_configuration_and_what_is_typed_wins() {
    let remote = Remote::new();
    let clone = remote
        .clone()
        .file("plimsoll.yml", "metrics: ci/data\ncommit: {branch: numbers, message: Add numbers}\n")
        .file("ci/data/deployments.csv", deployments([1]));
    committed(&clone, &[]);
    assert_eq!(remote.files("numbers"), ["ci/data/deployments.csv"]);
    assert_eq!(remote.log("numbers"), ["Ann <ann@example.com>: Add numbers"]);
    let message = "More\n\nbody: \"; rm -rf $HOME";
    committed(&clone, &["--branch", "a/b", "--message", message]);
    assert_eq!(remote.git(&["log", "--format=%B", "a/b"]).trim(), message);
}

#[test]
fn rows_are_merged_by_key_into_what_is_there() {
    let remote = Remote::new();
    committed(&remote.clone().file(TABLE, table(&[row(1, "failure"), row(3, "success")])), &[]);
    let clone = remote.clone().file(TABLE, table(&[row(1, "success"), row(2, "success")]));
    let said = committed(&clone, &[]);
    assert!(said.contains("1 new row and 1 updated committed to metrics"), "{said}");
    assert_eq!(remote.read("metrics", TABLE), deployments([1, 2, 3]));
    assert_eq!(remote.log("metrics").len(), 2);
}

#[test]
fn another_pusher_between_reading_and_pushing_loses_nothing() {
    let remote = Remote::new();
    committed(&remote.clone().file(TABLE, deployments([1])), &[]);
    let other = remote.clone().file(TABLE, deployments([2]));
    // The first push of ours is preceded by another's, to whom the same program does the same.
    let tools = tempfile::tempdir().unwrap();
    let overtake = format!(
        "case \" $* \" in *' push '*) if mkdir '{0}/once' 2>/dev/null; then (cd '{1}' && PATH=/usr/bin:/bin '{2}' commit >'{0}/said' 2>&1); fi;; esac\nexec /usr/bin/env PATH=/usr/bin:/bin git \"$@\"",
        tools.path().display(),
        other.folder().display(),
        env!("CARGO_BIN_EXE_plimsoll"),
    );
    script(&tools.path().join("git"), &overtake);
    let path = format!("{}:/usr/bin:/bin", tools.path().display());
    let clone = remote.clone().file(TABLE, deployments([3])).env("PATH", &path);
    let time = FakeTime::default();
    let ran = commit_at(&clone, &time, &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stdout.contains("1 new row committed to metrics as") && ran.stdout.contains(" at try 2\n"),
        "{}",
        ran.stdout
    );
    assert_eq!(remote.read("metrics", TABLE), deployments([1, 2, 3]));
    assert_eq!((remote.log("metrics").len(), time.waits().len()), (3, 1));
    assert!(remote.git(&["rev-list", "--merges", "metrics"]).is_empty());
}

#[test]
fn many_clones_at_once_store_every_row_once() {
    let remote = Remote::new();
    let clones: Vec<Program> = (0..6).map(|id| remote.clone().file(TABLE, deployments([id, 100]))).collect();
    std::thread::scope(|scope| {
        let runs: Vec<_> = clones.iter().map(|clone| scope.spawn(|| committed(clone, &[]))).collect();
        for run in runs {
            run.join().unwrap();
        }
    });
    assert_eq!(
        remote.read("metrics", TABLE),
        table(&[0, 1, 2, 3, 4, 100].map(|id| row(id, "success")))
            .replace(&row(4, "success"), &[row(4, "success"), row(5, "success")].join("\n"),)
    );
    assert_eq!(remote.log("metrics").len(), 6);
}

#[test]
fn a_shallow_clone_with_a_detached_head_is_enough() {
    let remote = Remote::new();
    for id in 1..=4 {
        committed(&remote.clone().file(TABLE, deployments([id])), &[]);
    }
    let clone = remote.shallow_clone().file(TABLE, deployments([5]));
    committed(&clone, &[]);
    assert_eq!(remote.read("metrics", TABLE), deployments([1, 2, 3, 4, 5]));
    assert_eq!(remote.log("metrics").len(), 5);
    remote.git(&["fsck", "--strict", "--connectivity-only"]);
    // The branch's history was not fetched: there is the head of main, that of the branch, and ours.
    let known = git(clone.folder(), &["cat-file", "--batch-all-objects", "--batch-check=%(objecttype)"]);
    assert_eq!(known.lines().filter(|kind| *kind == "commit").count(), 3);
    assert_eq!(git(clone.folder(), &["rev-parse", "--is-shallow-repository"]), "true\n");
}

#[test]
fn a_branch_with_other_files_keeps_them_and_its_newer_rows() {
    let remote = Remote::new();
    let first = remote.clone().file(TABLE, table(&[row(1, "pending"), row(2, "pending")])).file("src/a b\tü", "code");
    remote.save(&first, "main");
    // Checked out before somebody else changes the first row, of which we know only the old state.
    let clone = remote.clone();
    let other = remote.clone().file(TABLE, table(&[row(1, "success"), row(2, "pending")])).file("b", "");
    remote.save(&other, "main");
    let clone = clone.file(TABLE, table(&[row(1, "pending"), row(2, "failure"), row(3, "success")]));
    committed(&clone, &["--branch", "main"]);
    let expected = table(&[row(1, "success"), row(2, "failure"), row(3, "success")]);
    assert_eq!(remote.read("main", TABLE), expected);
    let last = remote.git(&["diff", "--name-status", "main~1", "main"]);
    assert_eq!(last, format!("M\t{TABLE}\n"));
    assert_eq!(remote.log("main")[0], "Ann <ann@example.com>: Update CI metrics");
}

#[test]
fn closed_months_get_their_rows_and_unknown_columns_stay() {
    let remote = Remote::new();
    let closed = format!("{HEADER},color\n{},red\n", row(1, "success"));
    let other = remote.clone().file("metrics/2026/03/deployments.csv", &closed).file(TABLE, table(&[]));
    remote.save(&other, "metrics");
    let april = row(3, "success").replace("2026-03", "2026-04");
    let clone = remote.clone().file(TABLE, table(&[row(2, "success"), april.clone()]));
    committed(&clone, &[]);
    let closed = format!("{HEADER},color\n{},red\n{},\n", row(1, "success"), row(2, "success"));
    assert_eq!(remote.read("metrics", "metrics/2026/03/deployments.csv"), closed);
    assert_eq!(remote.read("metrics", TABLE), format!("{HEADER},color\n{april},\n"));
    // Columns that differ cannot be put side by side by place.
    let other = remote.clone().file(TABLE, format!("{HEADER},size\n{},9\n", row(4, "success")));
    let ran = commit(&other, &[]);
    assert_eq!(ran.code, 2, "{}", ran.stdout);
    assert!(ran.stderr.contains("behind those of deployments differ: `size` here, `color` on metrics"));
}

#[test]
fn a_dry_run_says_what_would_be_and_does_not_do_it() {
    let remote = Remote::new();
    let clone = remote.clone_of_nobody().file(TABLE, deployments([1, 2]));
    let said = committed(&clone, &["--dry-run"]);
    assert!(said.contains("2 new rows would be committed to metrics (nothing written: --dry-run)"), "{said}");
    assert_eq!(remote.head("metrics"), "");
}

#[test]
fn programs_get_json() {
    let remote = Remote::new();
    let clone = remote.clone().file(TABLE, deployments([1]));
    let said: serde_json::Value = serde_json::from_str(&committed(&clone, &["--format", "json"])).unwrap();
    assert_eq!(said["result"], "committed");
    assert_eq!(said["commit"], serde_json::json!(remote.head("metrics")));
    assert_eq!((&said["way"]["kind"], &said["tries"], &said["added"]), (&"git".into(), &1.into(), &1.into()));
    assert_eq!(said["tables"][0]["name"], "deployments");
}

#[test]
fn a_worktree_and_a_folder_below_the_root_work_too() {
    let remote = Remote::new();
    let clone = remote.clone();
    git(clone.folder(), &["worktree", "add", "--quiet", "--detach", "tree"]);
    let clone = clone.file("tree/metrics/deployments.csv", deployments([1])).file("tree/src/x", "");
    let typed = ["commit", "--metrics", "../metrics"];
    let ran = clone.run_in("tree/src", &typed);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(remote.files("metrics"), [TABLE]);
}
