//! `plimsoll lint --online`: what is asked, what is found with it, and what is not checked.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::time::Duration;

use plimsoll::model::clock::Sleeper as _;
use serde_json::{Value, json};

use crate::support::fake_github::{FakeGitHub, Fault, Limit, Repository, TOKEN, commit_id};
use crate::support::in_process;
use crate::support::outside::{FakeTime, NOW};
use crate::support::program::{Program, Ran};

const WORKFLOW: &str = ".github/workflows/ci.yml";

/// The rules that ask, for everybody.
const OFFLINE: &str = "action-not-found, impostor-commit, ref-confusion, ref-version-mismatch";

/// What is asked beside where references lead; `lint_online_refs` has its tests.
const OTHERS: &str = "impostor-commit,ref-confusion,stale-action-ref";

/// A server that knows `octo/tool` with its releases, and `octo/flows`.
fn server() -> FakeGitHub {
    let tool = Repository::new("octo/tool");
    let tool =
        tool.tagged("v1", &commit("1.1.0")).tagged("v1.0.0", &commit("1.0.0")).tagged("v1.1.0", &commit("1.1.0"));
    FakeGitHub::start(vec![tool, Repository::new("octo/flows"), Repository::new("own/secret").private()])
}

/// The commit of a release of `octo/tool`.
fn commit(release: &str) -> String {
    commit_id(release)
}

/// Writes a workflow whose only remarks are about what it uses.
fn workflow(uses: &[&str]) -> String {
    let steps: Vec<String> = uses.iter().map(|uses| format!("      - uses: {uses}\n")).collect();
    let head =
        "name: ci\non: push\npermissions: {}\njobs:\n  build:\n    runs-on: ubuntu-latest\n    timeout-minutes: 5\n";
    format!("{head}    steps:\n{}", steps.concat())
}

fn program(server: &FakeGitHub, uses: &[&str]) -> Program {
    let program = Program::new().file(WORKFLOW, workflow(uses));
    program.env("GITHUB_API_URL", &server.url()).env("GITHUB_TOKEN", TOKEN)
}

fn online(program: &Program, time: &FakeTime, arguments: &[&str]) -> Ran {
    in_process::run(program, time, &[&["lint", "--online", "--format", "json", "--ignore", OTHERS], arguments].concat())
}

/// Lints with GitHub's help, and checks that this worked.
fn linted(program: &Program, arguments: &[&str]) -> Value {
    let ran = online(program, &FakeTime::default(), arguments);
    assert!(matches!(ran.code, 0 | 1), "{}", ran.stderr);
    serde_json::from_str(&ran.stdout).unwrap()
}

/// Returns a rule's findings: line and message.
fn found(report: &Value, rule: &str) -> Vec<(u64, String)> {
    let findings = report["findings"].as_array().unwrap().iter().filter(|finding| finding["rule"] == rule);
    findings
        .map(|finding| (finding["start"]["line"].as_u64().unwrap(), finding["message"].as_str().unwrap().to_owned()))
        .collect()
}

fn not_checked(report: &Value) -> Vec<(String, String)> {
    let word = |entry: &Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
    let entries = report["not_checked"].as_array().unwrap().iter();
    entries.map(|entry| (word(entry, "uses"), word(entry, "reason"))).collect()
}

/// Counts the requests by what was asked for.
fn asked(server: &FakeGitHub) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for seen in server.seen() {
        let path = seen.path.trim_start_matches("/repos/").replace("/commits/", "@");
        *counts.entry(path.replace("/compare/HEAD...", "?").replace("/git/matching-refs/", "?")).or_default() += 1;
    }
    counts
}

fn cache(program: &Program) -> String {
    program.path("cache").to_string_lossy().into_owned()
}

#[test]
fn every_action_is_asked_for_once_wherever_it_is_used() {
    let server = server();
    let (one, two) = (commit("1.0.0"), commit("1.1.0"));
    let pinned =
        [format!("octo/tool@{one} # v1.0.0"), format!("octo/tool@{two}"), format!("octo/tool/sub@{one} # v1.0.0")];
    let uses = [
        "octo/tool@v1",
        "octo/tool/sub@v1",
        "Octo/Tool@v1",
        &pinned[0],
        &pinned[1],
        &pinned[2],
        "./local",
        "docker://a:1",
    ];
    let call =
        "name: call\non: push\npermissions: {}\njobs:\n  a:\n    uses: octo/flows/.github/workflows/w.yml@main\n";
    let action = "name: a\ndescription: a\nruns:\n  using: composite\n  steps:\n    - uses: octo/tool@v1\n";
    let program = program(&server, &uses).file(".github/workflows/call.yml", call).file("action.yml", action);
    let report = linted(&program, &[]);
    assert_eq!(found(&report, "action-not-found"), []);
    assert_eq!(not_checked(&report), []);
    let names = [
        "octo/flows@main".to_owned(),
        "octo/tool@v1".to_owned(),
        "octo/tool@v1.0.0".to_owned(),
        format!("octo/tool@{two}"),
    ];
    assert_eq!(asked(&server), names.map(|name| (name, 1)).into());
    assert!(server.seen().iter().all(|seen| seen.header("accept") == "application/vnd.github.sha"));
}

#[test]
fn what_does_not_exist_is_an_error_at_its_place() {
    let server = server();
    let none = format!("octo/tool@{}", "f".repeat(40));
    let program = program(&server, &["octo/tool@v9", "octo/none@v1", &none, "octo/tool@refs/tags/v1"]);
    let ran = online(&program, &FakeTime::default(), &[]);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let messages = [
        (9, "`octo/tool` has no branch or tag `v9`".to_owned()),
        (10, "GitHub knows no repository `octo/none`".to_owned()),
        (11, format!("`octo/tool` has no commit `{}`", "f".repeat(40))),
    ];
    assert_eq!(found(&report, "action-not-found"), messages);
    let place = |line: usize| {
        let mut findings = report["findings"].as_array().unwrap().iter();
        let finding =
            findings.find(|finding| finding["rule"] == "action-not-found" && finding["start"]["line"] == line);
        finding
            .map(|finding| json!([finding["start"]["column"], finding["end"]["column"], finding["confidence"]]))
            .unwrap()
    };
    assert_eq!((place(9), place(10)), (json!([25, 27, "high"]), json!([15, 24, "medium"])));
}

#[test]
fn a_comment_that_names_another_version_is_told() {
    let server = server();
    let one = commit("1.0.0");
    let uses = ["v1.0.0", "v1.1.0", "1.0.0", "v1", "main words"].map(|version| format!("octo/tool@{one} # {version}"));
    let program = program(&server, &uses.each_ref().map(String::as_str));
    let short = &commit("1.1.0")[..12];
    let differs = (10, format!("the comment says `v1.1.0`, which is commit `{short}`, not the pinned one"));
    let unknown = (11, "the comment says `1.0.0`, but `octo/tool` has no such tag".to_owned());
    let moved = (12, format!("the comment says `v1`, which is commit `{short}`, not the pinned one"));
    let told = |persona: &str| found(&linted(&program, &["--persona", persona]), "ref-version-mismatch");
    assert_eq!(told("regular"), [differs.clone(), unknown.clone()]);
    assert_eq!(told("pedantic"), [differs, unknown, moved]);
}

#[test]
fn a_tag_is_told_with_the_commit_to_pin() {
    let server = server();
    let program = program(&server, &["octo/tool@v1"]);
    let report = linted(&program, &[]);
    let help = report["findings"][0]["help"].as_str().unwrap();
    assert_eq!(help, format!("write `octo/tool@{} # v1`", commit("1.1.0")));
}

#[test]
fn what_is_not_pinned_is_pinned_to_what_was_answered() {
    let server = server();
    let program = program(&server, &["octo/tool@v1", "'octo/tool/sub@v1.0.0' # old", "octo/tool@main", "octo/none@v1"]);
    let ran = online(&program, &FakeTime::default(), &["--fix"]);
    assert!(ran.stderr.ends_with("mended 2 findings in 1 file\n"), "{}", ran.stderr);
    let (newest, oldest) = (commit("1.1.0"), commit("1.0.0"));
    let expected = workflow(&[
        &format!("octo/tool@{newest} # v1"),
        &format!("'octo/tool/sub@{oldest}' # v1.0.0 # old"),
        "octo/tool@main",
        "octo/none@v1",
    ]);
    assert_eq!(program.read(WORKFLOW), expected);
    let again = online(&program, &FakeTime::default(), &["--fix"]);
    assert!(again.stderr.ends_with("mended 0 findings in 0 files\n"), "{}", again.stderr);
    assert_eq!(program.read(WORKFLOW), expected);
}

#[test]
fn a_pin_and_its_comment_are_brought_together() {
    let server = server();
    let (newest, oldest) = (commit("1.1.0"), commit("1.0.0"));
    // What commit a release of it is, is not known here: only on demand is other code pinned.
    let program = program(&server, &[&format!("octo/tool@{oldest} # v1.1.0, kept")]);
    let safe = online(&program, &FakeTime::default(), &["--fix"]);
    assert!(safe.stderr.ends_with("mended 0 findings in 0 files\n"), "{}", safe.stderr);
    let all = online(&program, &FakeTime::default(), &["--fix", "all", "--select", "ref-version-mismatch"]);
    assert!(all.stderr.ends_with("mended 1 finding in 1 file\n"), "{}", all.stderr);
    assert_eq!(program.read(WORKFLOW), workflow(&[&format!("octo/tool@{newest} # v1.1.0, kept")]));
}

#[test]
fn answers_are_kept_for_the_next_run() {
    let server = server();
    let pin = format!("octo/tool@{}", commit("1.0.0"));
    let program = program(&server, &[&pin, "octo/tool@v1", "octo/none@v1"]);
    let (folder, time) = (cache(&program), FakeTime::default());
    let program = program.env("XDG_CACHE_HOME", &folder);
    let first = online(&program, &time, &[]);
    assert_eq!((first.code, server.seen().len()), (1, 3), "{}", first.stderr);
    let kept = program.read("cache/plimsoll/references.json");
    assert!(kept.contains(&server.url()) && !kept.contains(TOKEN) && !kept.contains("none"), "{kept}");
    let second = online(&program, &time, &[]);
    assert_eq!(second.stdout, first.stdout);
    // What was not found is asked for again: that is what people mend.
    assert_eq!(server.seen().len(), 4);
    assert!(second.stderr.starts_with("asking 127.0.0.1 about 3 references: 2 known from before, 1 request at most\n"));
    let anew = online(&program, &time, &["--no-cache"]);
    assert_eq!((anew.stdout, server.seen().len()), (first.stdout, 7));
}

#[test]
fn tags_are_asked_for_again_after_an_hour_at_no_cost() {
    let server = server();
    let pin = format!("octo/tool@{}", commit("1.0.0"));
    let program = program(&server, &[&pin, "octo/tool@v1"]);
    let (folder, time) = (cache(&program), FakeTime::default());
    let program = program.env("XDG_CACHE_HOME", &folder);
    let help = |ran: &Ran| {
        let report: Value = serde_json::from_str(&ran.stdout).unwrap();
        report["findings"][0]["help"].as_str().unwrap().to_owned()
    };
    let first = online(&program, &time, &[]);
    assert!(first.stderr.contains("; 4998 of 5000 an hour are left until"), "{}", first.stderr);
    time.sleep(Duration::from_hours(1));
    let same = online(&program, &time, &[]);
    let last = server.seen().pop().unwrap();
    assert!(!last.header("if-none-match").is_empty() && last.path.ends_with("/commits/v1"), "{last:?}");
    assert!(same.stderr.contains("1 request to 127.0.0.1; 4998 of 5000 an hour are left until"), "{}", same.stderr);
    assert_eq!((help(&same), server.seen().len()), (help(&first), 3));
    server.tag("octo/tool", "v1", &commit("1.2.0"));
    assert_eq!(help(&online(&program, &time, &[])), help(&first), "it holds for another hour");
    time.sleep(Duration::from_hours(1));
    assert_eq!(help(&online(&program, &time, &[])), format!("write `octo/tool@{} # v1`", commit("1.2.0")));
    assert_eq!(server.seen().len(), 4);
}

#[test]
fn answers_are_kept_where_the_system_wants_them() {
    let server = server();
    for (variables, path) in [
        ([("HOME", "home"), ("X", "x")], "home/.cache/plimsoll/references.json"),
        ([("HOME", "home"), ("XDG_CACHE_HOME", "xdg")], "xdg/plimsoll/references.json"),
        ([("HOME", "home"), ("RUNNER_TEMP", "temp")], "temp/plimsoll/references.json"),
    ] {
        let mut program = program(&server, &["octo/tool@v1"]);
        for (name, folder) in variables {
            let folder = program.path(folder).to_string_lossy().into_owned();
            program = program.env(name, &folder);
        }
        if path.starts_with("temp") {
            program = program.env("GITHUB_ACTIONS", "true");
        }
        linted(&program, &[]);
        assert!(program.read(path).contains("octo/tool@v1"), "{path}");
        assert_eq!(program.path("home").exists(), path.starts_with("home"), "{path}");
    }
    let nowhere = program(&server, &["octo/tool@v1"]).env("XDG_CACHE_HOME", "relative");
    linted(&nowhere, &[]);
    assert!(!nowhere.path("relative").exists());
    let blocked = program(&server, &["octo/tool@v1"]).file("file", "");
    let inside = blocked.path("file").to_string_lossy().into_owned();
    let ran = online(&blocked.env("XDG_CACHE_HOME", &inside), &FakeTime::default(), &[]);
    assert!(
        ran.code == 0 && ran.stderr.contains("notice: GitHub's answers are not kept: cannot write"),
        "{}",
        ran.stderr
    );
}

#[test]
fn the_budget_is_kept_and_the_rest_is_not_checked() {
    let server = server();
    let comment = "octo/tool@v1\n      # plimsoll: ignore[action-not-found, unpinned-action] it will be there";
    let program = program(&server, &["octo/flows@main", comment, "octo/none@v1"]);
    let report = linted(&program, &["--online-budget", "1"]);
    let why = "as many requests were made as the budget allows".to_owned();
    let left = [("octo/none@v1".to_owned(), why.clone()), ("octo/tool@v1".to_owned(), why)];
    assert_eq!(
        (asked(&server), not_checked(&report)),
        (BTreeMap::from([("octo/flows@main".to_owned(), 1)]), left.to_vec())
    );
    assert_eq!(report["not_checked"][0]["rules"], json!(["action-not-found", "ref-version-mismatch"]));
    assert_eq!(found(&report, "action-not-found"), []);
    let ran = online(&program, &FakeTime::default(), &["--online-budget", "0"]);
    assert_eq!((ran.code, server.seen().len()), (0, 1));
    let told = "asking 127.0.0.1 about 3 references: 0 known from before, 0 requests of 3, as the budget allows\n";
    assert_eq!(ran.stderr, told);
}

#[test]
fn a_comment_for_a_rule_that_asks_is_unused_only_when_all_was_answered() {
    let server = server();
    let comment =
        "octo/flows@main\n      # plimsoll: ignore[action-not-found] it will be there\n      - uses: octo/tool@v1";
    let program = program(&server, &[comment]);
    let unused = |report: &Value| found(report, "unused-suppression").len();
    assert_eq!(unused(&linted(&program, &[])), 1);
    assert_eq!(unused(&linted(&program, &["--online-budget", "1"])), 0);
    let offline = program.run(&["lint", "--format", "json"]);
    assert_eq!(unused(&serde_json::from_str(&offline.stdout).unwrap()), 0);
    let used = Program::new().file(WORKFLOW, workflow(&[&comment.replace("octo/tool@v1", "octo/none@v1")]));
    let used = used.env("GITHUB_API_URL", &server.url()).env("GITHUB_TOKEN", TOKEN);
    let report = linted(&used, &[]);
    assert_eq!((unused(&report), found(&report, "action-not-found").len()), (0, 1));
    assert_eq!(online(&used, &FakeTime::default(), &[]).code, 0, "it is switched off");
}

#[test]
fn a_part_of_the_hours_requests_is_left_for_others() {
    let server = server();
    let uses: Vec<String> = (0..40).map(|number| format!("octo/tool@v1.{number}")).collect();
    let program = program(&server, &uses.iter().map(String::as_str).collect::<Vec<_>>());
    server.limit(Limit { granted: 1000, remaining: 110, reset: NOW + 600 });
    let report = linted(&program, &[]);
    let requests = server.seen().len();
    // Four are under way at once, so three more may be answered behind the one that was the last.
    assert!((10..=13).contains(&requests), "{requests}");
    let left = not_checked(&report);
    assert_eq!(left.len(), 40 - requests);
    assert!(left[0].1.ends_with(" of 1000 requests an hour are left until 2026-01-01T00:00:00Z"), "{left:?}");
}

#[test]
fn a_limit_is_waited_for_within_reason_and_then_told() {
    let told = |fault: Fault| {
        let server = server();
        let program = program(&server, &["octo/tool@v1"]);
        server.fail(9, fault);
        let time = FakeTime::default();
        let ran = online(&program, &time, &[]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        (not_checked(&serde_json::from_str(&ran.stdout).unwrap()).remove(0).1, time.waits().len())
    };
    assert_eq!(
        told(Fault::TooMany(Some(9999))),
        ("too many requests at once, more at 2026-01-01T02:36:39Z".to_owned(), 0)
    );
    assert_eq!(told(Fault::TooMany(Some(7))).1, 3);
    assert_eq!(told(Fault::Primary(NOW + 3000)).0, "no requests are left in this hour, more at 2026-01-01T00:40:00Z");
    let server = server();
    let program = program(&server, &["octo/tool@v1"]);
    server.fail(1, Fault::TooMany(Some(7)));
    assert_eq!(not_checked(&linted(&program, &[])), [], "it was worth the wait");
}

#[test]
fn without_a_token_fewer_requests_are_made() {
    let server = server();
    let uses: Vec<String> = (0..60).map(|number| format!("octo/tool@v1.{number}")).collect();
    let program = Program::new().file(WORKFLOW, workflow(&uses.iter().map(String::as_str).collect::<Vec<_>>()));
    let report = linted(&program.env("GITHUB_API_URL", &server.url()), &[]);
    assert_eq!((server.seen().len(), not_checked(&report).len()), (50, 10));
    assert!(server.seen().iter().all(|seen| seen.header("authorization").is_empty()));
}

#[test]
fn failures_end_with_2_and_say_what_to_do() {
    let hints = [
        (Fault::Status(401), "401: Server Error", "the token is wrong, expired or revoked"),
        (Fault::Echo, "401: Bad credentials: Bearer ***", "the token is wrong"),
        (Fault::Status(503), "503: Server Error", "GitHub has trouble"),
        (Fault::Truncated, "the connection broke", "check the network and the proxy"),
        (Fault::NotJson, "it is text/html, not a commit's hash", "check GITHUB_API_URL"),
    ];
    for (fault, message, hint) in hints {
        let server = server();
        let program = program(&server, &["octo/tool@v1"]);
        server.fail(99, fault.clone());
        let ran = online(&program, &FakeTime::default(), &[]);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{fault:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(message) && ran.stderr.contains(hint), "{fault:?}: {}", ran.stderr);
        assert!(!ran.stderr.contains(TOKEN), "{}", ran.stderr);
    }
}

#[test]
fn no_network_where_it_was_asked_for_ends_with_2() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let program = Program::new().file(WORKFLOW, workflow(&["octo/tool@v1"])).env("GITHUB_API_URL", &address);
    let ran = online(&program, &FakeTime::default(), &[]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{}", ran.stderr);
    assert!(ran.stderr.contains("no connection") && ran.stderr.contains("hint: check the network"), "{}", ran.stderr);
    let nothing = Program::new().file(WORKFLOW, workflow(&["./local"])).env("GITHUB_API_URL", &address);
    assert_eq!(
        online(&nothing, &FakeTime::default(), &["--select", "action-not-found"]).code,
        0,
        "nothing was to be asked"
    );
}

#[test]
fn a_part_that_was_answered_is_not_asked_for_again() {
    let server = server();
    let program = program(&server, &["octo/flows@main", "octo/tool@v1"]);
    let folder = cache(&program);
    let program = program.env("XDG_CACHE_HOME", &folder);
    server.fail_at("octo/tool", 9, Fault::Status(500));
    assert_eq!(online(&program, &FakeTime::default(), &[]).code, 2);
    let before = server.seen().len();
    server.fail_at("octo/flows", 9, Fault::Status(500));
    // The first fault is used up after five more tries.
    while online(&program, &FakeTime::default(), &[]).code == 2 {}
    assert!(server.seen()[before..].iter().all(|seen| !seen.path.contains("octo/flows")));
}

#[test]
fn a_slow_answer_is_waited_for() {
    let server = server();
    let program = program(&server, &["octo/tool@v1", "octo/tool@v9"]);
    server.fail(2, Fault::Slow(Duration::from_millis(200)));
    assert_eq!(found(&linted(&program, &[]), "action-not-found").len(), 1);
}

#[test]
fn what_may_exist_out_of_sight_is_not_called_missing() {
    let server = server();
    let program = program(&server, &["own/other@v1", "own/secret@main", "octo/none@v1"]);
    let program = program.env("GITHUB_REPOSITORY", "Own/this");
    let report = linted(&program, &[]);
    let why = "it may be a private repository of own that cannot be seen from here".to_owned();
    assert_eq!(not_checked(&report), [("own/other@v1".to_owned(), why)]);
    assert_eq!(found(&report, "action-not-found").len(), 1);
    // A server of somebody's own may have it from github.com.
    let program = program.env("GITHUB_API_URL", &format!("{}/api/v3", server.url()));
    let report = linted(&program, &[]);
    assert_eq!((found(&report, "action-not-found").len(), not_checked(&report).len()), (0, 2));
}

#[test]
fn refusals_about_one_repository_stop_nothing() {
    let server = server();
    let program = program(&server, &["octo/flows@main", "octo/tool@v9"]);
    server.fail_at("octo/flows", 1, Fault::Refused(403, "Resource protected by organization SAML enforcement."));
    let report = linted(&program, &[]);
    let why = "GitHub answered 403: Resource protected by organization SAML enforcement.".to_owned();
    assert_eq!(not_checked(&report), [("octo/flows@main".to_owned(), why)]);
    assert_eq!(found(&report, "action-not-found").len(), 1);
    server.fail_at("octo/flows", 1, Fault::Refused(422, "Validation Failed"));
    assert_eq!(not_checked(&linted(&program, &[])).len(), 1);
}

#[test]
fn offline_is_the_default_and_says_what_was_not_checked() {
    let server = server();
    let program = program(&server, &["octo/none@v1"]);
    for arguments in [["lint", "--format=json"].as_slice(), &["lint", "--format=json", "--offline"]] {
        let ran = program.run(arguments);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
        let report: Value = serde_json::from_str(&ran.stdout).unwrap();
        let rules = json!(["action-not-found", "impostor-commit", "ref-confusion", "ref-version-mismatch"]);
        assert_eq!(report["not_checked"], json!([{"rules": rules, "uses": null, "reason": "offline"}]));
    }
    let human = program.run(&["lint"]).stdout;
    let last = format!("not checked: {OFFLINE}: offline; `--online` asks GitHub");
    let words: Vec<&str> = human.split_whitespace().collect();
    assert!(words.join(" ").ends_with(&last), "{human}");
    assert!(!program.run(&["lint", "--select", "hygiene"]).stdout.contains("not checked"));
    assert_eq!(program.run(&["lint", "--online", "--offline"]).code, 2);
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn only_rules_that_ask_are_a_reason_to_ask() {
    let server = server();
    let program = program(&server, &["octo/tool@v9"]);
    assert_eq!(not_checked(&linted(&program, &["--select", "hygiene"])), []);
    assert_eq!(server.seen().len(), 0);
    assert_eq!(found(&linted(&program, &["--select", "action-not-found"]), "action-not-found").len(), 1);
}

#[test]
fn standard_input_is_asked_about_too() {
    let server = server();
    let program = program(&server, &[]).stdin(workflow(&["octo/tool@v9"]));
    let ran = program.run(&["lint", "--online", "--format", "json", "-"]);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((ran.code, found(&report, "action-not-found").len()), (1, 1), "{}", ran.stderr);
}

#[test]
fn every_format_tells_what_was_not_checked() {
    let server = server();
    let program = program(&server, &["octo/tool@v1"]);
    for format in ["human", "github", "markdown", "sarif", "json"] {
        let ran = in_process::run(
            &program,
            &FakeTime::default(),
            &["lint", "--online", "--online-budget", "0", "--format", format],
        );
        assert!(ran.stdout.contains("as many requests were made as the budget allows"), "{format}: {}", ran.stdout);
    }
}

#[test]
fn a_run_asks_about_actions_only_when_told_to() {
    let server = server();
    let program = program(&server, &["octo/none@v1"]).file("plimsoll.yml", "run: {score: false, collect: false}\n");
    let run = |arguments: &[&str]| {
        let ran = in_process::run(&program, &FakeTime::default(), &[&["run", "--format", "json"], arguments].concat());
        (ran.code, serde_json::from_str::<Value>(&ran.stdout).unwrap())
    };
    let (code, summary) = run(&[]);
    assert_eq!((code, server.seen().len()), (0, 0));
    let left_out = json!({"what": OFFLINE, "why": "offline; `--online` asks GitHub"});
    assert!(summary["left_out"].as_array().unwrap().contains(&left_out), "{summary}");
    let (code, _) = run(&["--online"]);
    assert_eq!((code, server.seen().len()), (1, 1));
    server.fail(99, Fault::Status(503));
    let (code, summary) = run(&["--online"]);
    let verdicts: Vec<_> =
        summary["parts"].as_array().unwrap().iter().map(|part| (&part["part"], &part["verdict"])).collect();
    assert_eq!((code, &verdicts[0]), (2, &(&json!("lint --online"), &json!("unknown"))), "{summary}");
    assert!(verdicts.iter().any(|(part, _)| **part == "lint"), "{summary}");
    assert!(!summary.to_string().contains("`--online` asks GitHub"), "{summary}");
}
