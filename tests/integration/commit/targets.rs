//! Where commits go and what they say: pull requests, squashed and compacted branches, messages.

use super::api::{NAME, TABLE, file, head, log, paths, program, server, started};
use super::{commit, commit_at, committed, deployments, failed, row, table};
use crate::support::fake_github::{FakeGitHub, Fault, Repository};
use crate::support::git::{Remote, git, script};
use crate::support::outside::FakeTime;
use crate::support::program::Program;

/// The pull requests: number, branches, whether open, and how they are merged by themselves.
fn pulls(server: &FakeGitHub) -> Vec<(u64, String, bool, Option<String>)> {
    server.look(NAME, |repository| {
        let pulls = repository.pulls.iter();
        pulls
            .map(|pull| (pull.number, format!("{}>{}", pull.head, pull.base), pull.open, pull.auto_merge.clone()))
            .collect()
    })
}

#[test]
fn a_pull_request_is_opened_once_and_brought_up_to_date_in_place() {
    let server = server();
    let said = committed(&program(&server, deployments([1])), &["--pull-request"]);
    assert!(said.contains("1 new row committed to plimsoll/metrics as "), "{said}");
    assert!(said.contains("\npull request #1: "), "{said}");
    assert_eq!(paths(&server, "plimsoll/metrics"), ["README.md", TABLE]);
    let again = committed(&program(&server, deployments([1])), &["--pull-request"]);
    assert!(again.starts_with("nothing to commit") && again.contains("pull request #1"), "{again}");
    // Somebody else's rows on the base, and ours, become one commit on the base's head.
    server.put(NAME, "main", TABLE, deployments([5]).as_bytes());
    committed(&program(&server, deployments([2])), &["--pull-request", "--auto-merge", "squash"]);
    assert_eq!(file(&server, "plimsoll/metrics", TABLE), deployments([1, 2, 5]));
    assert_eq!(log(&server, "plimsoll/metrics").len(), log(&server, "main").len() + 1);
    let expected = (1, "plimsoll/metrics>main".to_owned(), true, Some("squash".to_owned()));
    assert_eq!(pulls(&server), [expected]);
    assert_eq!(file(&server, "main", TABLE), deployments([5]));
}

#[test]
fn a_pull_request_that_nobody_may_open_is_explained() {
    let server = server();
    let words = "GitHub Actions is not permitted to create or approve pull requests.";
    server.fail_at("POST /repos/octo/hello/pulls", 1, Fault::Refused(403, words));
    let program = program(&server, deployments([1]));
    failed(&program, &commit(&program, &["--pull-request"]), &["Allow GitHub Actions to create and approve"]);
    let ran = commit(&program, &["--pull-request", "--branch", "main"]);
    failed(&program, &ran, &["a pull request from main into itself"]);
    failed(&program, &commit(&program, &["--pull-request", "--base", "gone"]), &["there is no branch gone"]);
    failed(&program, &commit(&program, &["--auto-merge", "squash"]), &["--pull-request"]);
}

#[test]
fn a_pull_request_by_git_is_pushed_by_git() {
    let remote = Remote::new();
    let server = FakeGitHub::start(vec![Repository::new(NAME)]);
    server.branch(NAME, "plimsoll/metrics");
    let clone = remote.clone().file(TABLE, deployments([1]));
    let clone = clone.env("GITHUB_API_URL", &server.url()).env("GITHUB_REPOSITORY", NAME);
    let ran = commit(&clone, &["--via", "git", "--pull-request", "--base", "main"]);
    failed(&clone, &ran, &["there is no token for the API (a pull request is opened by the API)"]);
    let clone = clone.env("GITHUB_TOKEN", crate::support::fake_github::TOKEN);
    committed(&clone, &["--via", "git", "--pull-request", "--base", "main"]);
    assert_eq!(remote.files("plimsoll/metrics"), ["README.md", TABLE]);
    assert_eq!((remote.log("plimsoll/metrics").len(), pulls(&server).len()), (2, 1));
}

#[test]
fn commits_of_a_day_become_one_but_only_those() {
    let remote = Remote::new();
    let time = FakeTime::default();
    let squash = |ids: [u64; 1], expected: usize| {
        let ran = commit_at(&remote.shallow_clone().file(TABLE, deployments(ids)), &time, &["--squash-daily"]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert_eq!(remote.log("metrics").len(), expected, "{ids:?}");
    };
    committed(&remote.clone().file(TABLE, deployments([0])), &[]);
    squash([1], 2);
    squash([2], 2);
    committed(&remote.clone().file(TABLE, deployments([3])), &[]);
    squash([4], 4);
    time.pass(86_400);
    squash([5], 5);
    squash([6], 5);
    assert_eq!(remote.read("metrics", TABLE), deployments([0, 1, 2, 3, 4, 5, 6]));
    remote.git(&["fsck", "--strict", "--connectivity-only"]);
}

#[test]
fn a_squashed_commit_never_replaces_what_came_in_between() {
    let server = started([0]);
    committed(&program(&server, deployments([1])), &["--squash-daily"]);
    // The head moves between our reading it and our replacing it.
    let rows = deployments([0, 1, 7]);
    server.fail_at(
        "POST /repos/octo/hello/git/commits",
        1,
        Fault::Overtaken(NAME, "metrics", TABLE.to_owned(), rows.into_bytes()),
    );
    let said = committed(&program(&server, deployments([2])), &["--squash-daily"]);
    assert!(said.contains(" at try 2\n"), "{said}");
    assert_eq!(file(&server, "metrics", TABLE), deployments([0, 1, 2, 7]));
    assert_eq!(log(&server, "metrics").len(), 4);
}

#[test]
fn compacting_keeps_every_row_and_one_commit() {
    let april = |id: u64| row(id, "success").replace("2026-03", "2025-04");
    for by_git in [true, false] {
        let (remote, server) = (Remote::new(), server());
        let program = |table: String| {
            if by_git { remote.clone().file(TABLE, table) } else { program(&server, table) }
        };
        for id in 1..=3 {
            committed(&program(table(&[april(id), row(id + 10, "success")])), &[]);
        }
        let said = committed(&program(table(&[])), &["--compact"]);
        let closed = "metrics/2025/04/deployments.csv";
        let rest: String = deployments([11, 12, 13]);
        if by_git {
            assert_eq!(remote.log("metrics").len(), 1, "{said}");
            assert_eq!(remote.read("metrics", closed), table(&[april(1), april(2), april(3)]));
            assert_eq!(remote.read("metrics", TABLE), rest);
        } else {
            assert_eq!(log(&server, "metrics").len(), 1, "{said}");
            assert_eq!(file(&server, "metrics", closed), table(&[april(1), april(2), april(3)]));
            assert_eq!((paths(&server, "metrics").len(), file(&server, "metrics", TABLE)), (2, rest));
        }
        let again = committed(&program(table(&[])), &["--compact"]);
        assert!(again.starts_with("nothing to commit"), "{again}");
    }
}

#[test]
fn rows_that_are_too_old_go_where_history_is_compacted_and_do_not_come_back() {
    let of = |id: u64, month: &str| row(id, "success").replace("2026-03", month);
    for by_git in [true, false] {
        let (remote, server) = (Remote::new(), server());
        let program = |table: String| {
            let program = if by_git { remote.clone() } else { program(&server, String::new()) };
            program.file(TABLE, table).file("plimsoll.yml", "commit: {retention_months: 6}\n")
        };
        let read = |path: &str| if by_git { remote.read("metrics", path) } else { file(&server, "metrics", path) };
        let listed = || if by_git { remote.files("metrics") } else { paths(&server, "metrics") };
        let (old, closed) = ("metrics/2025/04/deployments.csv", "metrics/2025/11/deployments.csv");
        let all = program(table(&[of(1, "2025-04"), of(2, "2025-11"), row(3, "success")])).file("plimsoll.yml", "");
        committed(&all, &[]);
        committed(&all, &["--compact"]);
        assert_eq!(listed(), [old, closed, TABLE]);
        // What is too old is not added, and what is there already stays until history is replaced anyway.
        let said = committed(&program(table(&[of(1, "2025-04"), of(4, "2025-04"), row(5, "success")])), &[]);
        assert!(said.contains("row is left out, being of before 2025/06 (commit.retention_months)"), "{said}");
        assert_eq!((listed().len(), read(TABLE)), (3, deployments([3, 5])));
        let shown = committed(&program(table(&[])), &["--compact", "--dry-run"]);
        assert!(shown.contains(&format!("-{}\n", of(1, "2025-04"))) && listed().len() == 3, "{shown}");
        let said = committed(&program(table(&[])), &["--compact"]);
        assert!(said.contains("row is left out"), "{said}");
        assert_eq!((listed(), read(closed)), (vec![closed.to_owned(), TABLE.to_owned()], table(&[of(2, "2025-11")])));
        let again = committed(&program(table(&[of(1, "2025-04")])), &[]);
        assert!(again.starts_with("nothing to commit"), "{again}");
    }
}

#[test]
fn badges_show_what_the_branch_holds_in_the_colour_of_their_gates() {
    let server = server();
    let header = "repository,workflow,run_id,run_attempt,job_id,job,event,branch,commit,started_at,stage,variant,conclusion,\
                  duration_s,steps";
    let build =
        |run: u64| format!("o/n,CI,{run},1,{run},build,push,main,,2026-03-0{run}T00:00:00Z,build,,success,{run}0,1");
    let table = [header.to_owned()].into_iter().chain((1..=6).map(build)).collect::<Vec<_>>().join("\n") + "\n";
    let settings = "gates: [{metric: build.duration_s, warn: \"> 20 s\", fail: \"> 60 s\"}]\n\
                    commit:\n  badges:\n  - {metric: build.duration_s, file: metrics/build.svg, label: builds}\n\
                    \x20 - {metric: test.failed, file: metrics/tests.svg}\n";
    let program = program(&server, deployments([1])).file("metrics/stage_metrics.csv", table);
    committed(&program.file("plimsoll.yml", settings), &[]);
    let badge = file(&server, "metrics", "metrics/build.svg");
    assert!(badge.contains("builds: 57.5s, p95, its gate warns"), "{badge}");
    let badge = file(&server, "metrics", "metrics/tests.svg");
    assert!(badge.contains("test.failed: no data"), "{badge}");
}

#[test]
fn history_that_people_work_on_is_never_replaced() {
    let remote = Remote::new();
    let clone = remote.clone().file(TABLE, deployments([1]));
    for option in ["--compact", "--squash-daily"] {
        let ran = commit(&clone, &["--branch", "main", option]);
        failed(&clone, &ran, &["replaces history, and main is what is checked out"]);
    }
    let elsewhere = remote.shallow_clone().file(TABLE, deployments([1]));
    let ran = commit(&elsewhere, &["--branch", "main", "--compact"]);
    failed(&elsewhere, &ran, &["--compact replaces history, and main is the default branch"]);
    let server = server();
    let program = program(&server, deployments([1]));
    failed(&program, &commit(&program, &["--branch", "main", "--compact"]), &["main is the default branch"]);
}

#[test]
fn a_commit_says_what_it_is_told_to() {
    let remote = Remote::new();
    let clone = remote.clone().file(TABLE, deployments([1, 2]));
    let typed = ["--message", "{rows} rows of {tables}", "--skip-ci", "--sign-off"];
    let people = ["--author", "Eve <eve@example.com>", "--co-author", "Bob <bob@example.com>"];
    committed(&clone, &[&typed[..], &people[..]].concat());
    let said = remote.git(&["log", "--format=%an %cn%n%B", "metrics"]);
    assert_eq!(
        said.trim(),
        "Eve Ann\n2 rows of deployments [skip ci]\n\nCo-authored-by: Bob <bob@example.com>\n\
         Signed-off-by: Ann <ann@example.com>"
    );
    failed(&clone, &commit(&clone, &["--message", "{row}"]), &["nothing fills `{row}`", "`rows`"]);
    failed(&clone, &commit(&clone, &["--author", "Eve"]), &["`Eve` names nobody"]);
}

#[test]
fn an_author_takes_the_git_data_api_and_a_bot_signs_itself_off() {
    let server = started([1]);
    let said = committed(&program(&server, deployments([2])), &["--author", "Eve <eve@example.com>"]);
    assert!(said.contains("by git-data: there is a token, and GITHUB_REPOSITORY names the repository\nnote: not by GraphQL: it takes no author"), "{said}");
    let author = |server: &FakeGitHub| {
        server.look(NAME, |repository| repository.objects.commits[&repository.branches["metrics"].head].author.clone())
    };
    assert_eq!(author(&server).unwrap()["name"], "Eve");
    let ran = commit(&program(&server, deployments([3])), &["--author", "Eve <eve@example.com>", "--via", "graphql"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("GraphQL cannot commit this: it takes no author, such as Eve; `--via git-data` can"),
        "{}",
        ran.stderr
    );
    committed(&program(&server, deployments([3])), &["--sign-off"]);
    let bot = "Signed-off-by: github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>";
    assert!(log(&server, "metrics")[0].ends_with(bot), "{:?}", log(&server, "metrics"));
    assert_eq!(author(&server), None);
}

#[test]
fn a_remote_that_requires_signatures_is_told_of_the_way_out() {
    let remote = Remote::new();
    let refusal = "echo 'error: GH006: Commits must have verified signatures.' >&2; exit 1";
    script(&remote.folder().join("hooks/pre-receive"), refusal);
    let clone = remote.clone().file(TABLE, deployments([1]));
    failed(&clone, &commit(&clone, &[]), &["the branch is protected", "--via graphql"]);
    assert_eq!(git(clone.folder(), &["status", "--porcelain"]), "?? metrics/\n");
}

#[test]
fn a_budget_that_is_spent_is_told() {
    let server = started([1]);
    let program = program(&server, deployments([2])).file("plimsoll.yml", "commit: {budget: 100 B}\n");
    let said = committed(&program, &[]);
    assert!(said.contains("more than the budget of 0 MB (commit.budget)"), "{said}");
}

#[test]
fn settings_of_the_configuration_are_followed() {
    let server = started([1]);
    let settings = "commit: {skip_ci: true, squash: daily, message: \"{added} new\"}\n";
    let with = |program: Program| program.file("plimsoll.yml", settings);
    committed(&with(program(&server, deployments([2]))), &[]);
    committed(&with(program(&server, deployments([3]))), &[]);
    assert_eq!(log(&server, "metrics").len(), 2);
    assert!(log(&server, "metrics")[0].starts_with("1 new [skip ci]\n\nPlimsoll-Day: "));
    assert_eq!(head(&server, "main").len(), 40);
}
