use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use super::*;
use crate::support::fake_github::conversation::Issue;

const NOTIFY: &str = "notify: {issue: true, labels: [ci, urgent]}\n";

/// A scheduled run.
fn nightly(server: &FakeGitHub, seconds: u32, more: &str, run: u64) -> Program {
    in_run(program(server, seconds, more), "schedule", &json!({"repository": {"full_name": NAME}}), run)
}

fn issues(server: &FakeGitHub) -> Vec<Issue> {
    server.look(NAME, |repository| repository.conversation.issues.clone())
}

#[test]
fn an_issue_is_open_from_the_run_that_fails_until_one_passes() {
    let server = server();
    server.grant(&[("issues", "write")]);
    let program = nightly(&server, 50, NOTIFY, 10);
    assert_eq!(gate(&program, &[]).code, 0);
    assert!(issues(&server).is_empty());
    assert_eq!(output(&program, "issue-state").as_deref(), Some("none"));
    let program = nightly(&server, 200, NOTIFY, 11);
    let ran = gate(&program, &[]);
    assert!(ran.code == 1 && !ran.stderr.contains("warning"), "{}", ran.stderr);
    let open = issues(&server);
    assert_eq!((open.len(), open[0].title.as_str()), (1, "Gates fail in CI/gate/gate"));
    assert_eq!(open[0].labels, ["ci", "urgent"]);
    assert!(open[0].body.contains("❌ Gates: 1 failed") && open[0].body.contains("`build.duration_s{workflow=CI}`"));
    assert_eq!(output(&program, "issue-number").as_deref(), Some("500"));
    assert_eq!(output(&program, "issue-state").as_deref(), Some("open"));
}

#[test]
fn an_issue_hears_of_what_is_new_and_is_closed_in_the_end() {
    let server = server();
    gate(&nightly(&server, 200, NOTIFY, 11), &[]);
    // The same failure is no news, whatever the value; somebody may rename the issue.
    server.change(NAME, |repository| "Builds are slow".clone_into(&mut repository.conversation.issues[0].title));
    server.forget();
    gate(&nightly(&server, 210, NOTIFY, 12), &[]);
    assert_eq!(asked(&server), ["GET /issues"]);
    // Another one is.
    let other = "  - {metric: run.wall_s, statistic: last, on_no_data: fail, fail: \"> 1s\"}\n";
    gate(&nightly(&server, 210, &format!("{other}{NOTIFY}"), 13), &[]);
    let said = |on| server.look(NAME, |repository| repository.conversation.said(on).join("\n"));
    assert!(said(500).contains("❌ 1 failed, 1 without data"), "{}", said(500));
    let program = nightly(&server, 50, NOTIFY, 14);
    assert_eq!(gate(&program, &[]).code, 0);
    let closed = issues(&server);
    assert_eq!((closed.len(), closed[0].closed.as_deref()), (1, Some("completed")));
    assert!(said(500).contains("✅ 1 passed") && closed[0].body.contains("✅ Gates: 1 passed"), "{}", said(500));
    assert_eq!(output(&program, "issue-state").as_deref(), Some("closed"));
    // The next failure has an issue of its own.
    gate(&nightly(&server, 200, NOTIFY, 15), &[]);
    assert_eq!(issues(&server).len(), 2);
}

#[test]
fn runs_that_were_not_scheduled_keep_no_issue() {
    let server = server();
    gate(&in_run(program(&server, 200, NOTIFY), "push", &json!({}), 7), &[]);
    assert!(server.seen().is_empty());
    let more = "notify: {issue: true, events: [schedule, push]}\n";
    gate(&in_run(program(&server, 200, more), "push", &json!({}), 7), &[]);
    assert_eq!(issues(&server).len(), 1);
}

#[test]
fn there_are_never_two_and_no_late_run_closes_one() {
    let server = server();
    let marked = "<!-- plimsoll issue CI/gate/gate run=10 attempt=1 state=x -->\nother";
    server.change(NAME, |repository| repository.conversation.overtaking = Some(marked.to_owned()));
    gate(&nightly(&server, 200, NOTIFY, 11), &[]);
    let closed = |server: &FakeGitHub| {
        issues(server).iter().map(|issue| (issue.number, issue.closed.clone())).collect::<Vec<_>>()
    };
    assert_eq!(closed(&server), [(500, None), (501, Some("not_planned".to_owned()))]);
    // The first is brought up to date by the next run, and a run from before does not close it.
    gate(&nightly(&server, 200, NOTIFY, 12), &[]);
    gate(&nightly(&server, 50, NOTIFY, 9), &[]);
    assert_eq!(closed(&server)[0], (500, None));
    assert!(issues(&server)[0].body.contains("run=12 "));
}

#[test]
fn strangers_issues_are_left_alone() {
    let server = server();
    let marked = "<!-- plimsoll issue CI/gate/gate run=1 attempt=1 state=x -->\nmine";
    server.change(NAME, |repository| {
        repository.conversation.issues.push(Issue {
            number: 400,
            author: "mallory".to_owned(),
            title: "mine".to_owned(),
            body: marked.to_owned(),
            labels: vec!["ci".to_owned()],
            closed: None,
        });
    });
    gate(&nightly(&server, 50, NOTIFY, 11), &[]);
    gate(&nightly(&server, 200, NOTIFY, 12), &[]);
    let all = issues(&server);
    assert!(all.len() == 2 && all[0].closed.is_none() && all[0].body == marked, "{all:?}");
}

#[test]
fn an_issue_that_could_not_be_labelled_is_told() {
    let server = server();
    server.change(NAME, |repository| repository.conversation.is_unlabelled = true);
    let ran = gate(&nightly(&server, 200, NOTIFY, 11), &[]);
    assert!(ran.code == 1 && ran.stderr.contains("issue 500 has no label"), "{}", ran.stderr);
}

/// Takes requests and returns their bodies.
fn hook(count: usize) -> (String, std::thread::JoinHandle<Vec<Value>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/secret-path", listener.local_addr().unwrap());
    let taken = std::thread::spawn(move || {
        listener.incoming().take(count).map(|stream| take(stream.unwrap())).collect::<Vec<Value>>()
    });
    (address, taken)
}

/// Takes one request whose body is JSON.
fn take(mut stream: TcpStream) -> Value {
    let mut request = Vec::new();
    let mut bytes = [0; 4096];
    loop {
        let length = stream.read(&mut bytes).unwrap();
        request.extend_from_slice(&bytes[..length]);
        let text = String::from_utf8_lossy(&request).into_owned();
        let body = text.split_once("\r\n\r\n").and_then(|(_, body)| serde_json::from_str(body).ok());
        if let Some(body) = body {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
            return body;
        }
    }
}

#[test]
fn webhooks_hear_of_what_is_new() {
    let server = server();
    let (address, taken) = hook(4);
    let hooks = "notify:\n  issue: true\n  webhooks:\n    - {url: \"${HOOK}\"}\n    - {url: \"${HOOK}\", form: json}\n";
    for (seconds, run) in [(50, 10), (200, 11), (210, 12), (50, 13), (50, 14)] {
        let ran = gate(&nightly(&server, seconds, hooks, run).env("HOOK", &address), &[]);
        assert!(!format!("{ran:?}").contains("secret-path") && !ran.stderr.contains("warning"), "{}", ran.stderr);
    }
    let bodies = taken.join().unwrap();
    let slack: Vec<&Value> =
        bodies.iter().filter(|body| body.get("event").is_none()).map(|body| &body["text"]).collect();
    assert_eq!(
        slack,
        [
            "❌ Gates of octo/hello: 1 failed\nhttps://github.com/octo/hello/actions/runs/11\nhttps://github.com/octo/hello/issues/500",
            "✅ Gates of octo/hello: pass again, 1 passed\nhttps://github.com/octo/hello/actions/runs/13\nhttps://github.com/octo/hello/issues/500"
        ]
    );
    let events: Vec<_> = bodies
        .iter()
        .filter(|body| body.get("event").is_some())
        .map(|body| (&body["event"], &body["verdict"]))
        .collect();
    assert_eq!(events, [(&json!("failed"), &json!("fail")), (&json!("passed"), &json!("pass"))]);
}

#[test]
fn tables_that_cannot_be_read_are_told_too() {
    let server = server();
    let program = nightly(&server, 50, NOTIFY, 11).file("metrics/stage_metrics.csv", "what,is,this\n");
    assert_eq!(gate(&program, &[]).code, 2);
    let open = issues(&server);
    assert!(open.len() == 1 && open[0].body.contains("❓ Gates: could not be told"), "{open:?}");
    assert!(open[0].body.contains("stage\\_metrics.csv:1:1"), "{}", open[0].body);
    // A webhook that does not answer is a warning, which does not name it.
    let hooks = "notify: {webhooks: [{url: \"http://127.0.0.1:9/secret-path\"}]}\n";
    let ran = gate(&nightly(&server, 200, hooks, 12), &[]);
    assert!(ran.code == 1 && ran.stderr.contains("notify.webhooks[0] did not answer"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("secret-path"));
    let ran = gate(&nightly(&server, 200, "notify: {webhooks: [{url: \"${NONE}\"}]}\n", 12), &[]);
    assert!(ran.code == 1 && ran.stderr.contains("the variable NONE is not set"), "{}", ran.stderr);
}

/// Fails in a scheduled run and in a pull request.
fn fail_twice(server: &FakeGitHub, run: u64) {
    for program in [nightly(server, 200, NOTIFY, run), in_pull_request(server, 200, "notify: {comment: always}\n")] {
        let ran = gate(&program, &[]);
        assert!(ran.code == 1 && !ran.stderr.contains("warning"), "{}", ran.stderr);
    }
}

#[test]
fn many_runs_at_the_same_moment_leave_one_issue_and_one_comment() {
    for _ in 0..3 {
        let server = &server();
        std::thread::scope(|scope| {
            for run in 20..24 {
                scope.spawn(move || fail_twice(server, run));
            }
        });
        let open = issues(server).into_iter().filter(|issue| issue.closed.is_none()).count();
        assert_eq!((open, said(server).len()), (1, 1));
    }
}
