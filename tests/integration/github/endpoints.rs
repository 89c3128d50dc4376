//! Lists, paging, and the state behind the writing endpoints.

use std::ops::ControlFlow;

use plimsoll::github::{Method, RequestError, Route};
use serde_json::{Value, json};

use super::{Bench, NAME, repository};
use crate::support::fake_github::{FakeGitHub, Repository, commit_id, seed};

fn numbers(bench: &Bench, route: &Route, list: &str, field: &str) -> Vec<u64> {
    let mut found = Vec::new();
    let read = bench.client.pages(route, |page: Value| {
        found.extend(page[list].as_array().unwrap().iter().map(|item| item[field].as_u64().unwrap()));
        ControlFlow::Continue(())
    });
    read.unwrap();
    found
}

#[test]
fn a_list_is_read_to_its_end() {
    let bench = Bench::of(FakeGitHub::start(vec![seed::history(NAME, 430, 7)]));
    let list = repository().part("actions/runs").query("per_page", "100");
    let all = numbers(&bench, &list, "workflow_runs", "run_number");
    assert_eq!(all, (1..=430).rev().collect::<Vec<u64>>());
    assert_eq!(bench.server.seen().len(), 5);
    bench.server.show(150);
    let searched = numbers(&bench, &list.query("created", ">=2026-01-01"), "workflow_runs", "run_number");
    assert_eq!(searched.len(), 150, "no more is shown of a search");
}

#[test]
fn reading_a_list_can_stop() {
    let bench = Bench::of(FakeGitHub::start(vec![seed::history(NAME, 250, 7)]));
    let list = repository().part("actions/runs").query("per_page", "100");
    bench.client.pages(&list, |_: Value| ControlFlow::Break(())).unwrap();
    assert_eq!(bench.server.seen().len(), 1);
}

#[test]
fn the_server_knows_all_attempts() {
    let bench = Bench::of(FakeGitHub::start(vec![seed::history(NAME, 300, 3)]));
    let (id, attempts, jobs) = bench.server.look(NAME, |repository| {
        let run = repository.runs.iter().find(|run| run.attempts.len() > 2).unwrap();
        (run.id, run.attempts.len(), run.attempts.iter().map(|attempt| attempt.jobs.len()).collect::<Vec<_>>())
    });
    let run = repository().part("actions/runs").number(id);
    let count = |route: &Route| numbers(&bench, route, "jobs", "id").len();
    assert_eq!(count(&run.clone().part("jobs").query("filter", "all")), jobs.iter().sum::<usize>());
    assert_eq!(count(&run.clone().part("jobs")), *jobs.last().unwrap());
    let first: Value = bench.client.get(&run.clone().part("attempts/1")).unwrap();
    let last: Value = bench.client.get(&run.clone()).unwrap();
    assert_eq!((first["run_attempt"].as_u64(), last["run_attempt"].as_u64()), (Some(1), Some(attempts as u64)));
    assert_eq!(first["created_at"], last["created_at"]);
    assert_ne!(first["run_started_at"], last["run_started_at"]);
    let ids = numbers(&bench, &run.part("jobs").query("filter", "all").query("per_page", "1"), "jobs", "id");
    assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), ids.len());
}

#[test]
fn a_seeded_history_holds_what_real_ones_hold() {
    let made = seed::history(NAME, 3000, 11);
    assert!(made.runs == seed::history(NAME, 3000, 11).runs, "the same seed gives the same history");
    let attempts: Vec<_> = made.runs.iter().flat_map(|run| &run.attempts).collect();
    let jobs: Vec<_> = attempts.iter().flat_map(|attempt| &attempt.jobs).collect();
    let some = |what: &str, count: usize| assert!(count > 5, "{what}: {count}");
    some("re-runs", made.runs.iter().filter(|run| run.attempts.len() > 1).count());
    some("nameless workflows", made.runs.iter().filter(|run| run.workflow.is_none()).count());
    some("deleted branches", made.runs.iter().filter(|run| run.branch.is_none()).count());
    some("called workflows", made.runs.iter().filter(|run| !run.called.is_empty()).count());
    some("pages of jobs", attempts.iter().filter(|attempt| attempt.jobs.len() > 100).count());
    some("attempts in progress", attempts.iter().filter(|attempt| attempt.conclusion.is_none()).count());
    some("reversed times", jobs.iter().filter(|job| job.completed_at.is_some_and(|end| end < job.started_at)).count());
    some("starts before creation", jobs.iter().filter(|job| job.started_at < job.created_at).count());
    some("no runner", jobs.iter().filter(|job| job.runner.is_none()).count());
    some("unknown words", jobs.iter().filter(|job| job.conclusion.as_deref() == Some("evaporated")).count());
    let copied = made.runs.iter().flat_map(|run| run.attempts.iter().skip(1));
    some(
        "copied jobs",
        copied.flat_map(|attempt| attempt.jobs.iter().filter(|job| job.started_at < attempt.started_at)).count(),
    );
}

#[test]
fn a_file_is_replaced_only_by_who_has_read_it() {
    let bench = Bench::new();
    let file = repository().part("contents").text("data/runs.csv").unwrap();
    let put = |content: &str, sha: Option<&str>| -> Result<Value, RequestError> {
        let mut body = json!({"message": "metrics", "content": content, "branch": "main"});
        if let Some(sha) = sha {
            body["sha"] = json!(sha);
        }
        bench.client.send(Method::Put, &file, &body)
    };
    put("YSxiCg==", None).unwrap();
    let read: Value = bench.client.get(&file.clone().query("ref", "main")).unwrap();
    assert_eq!((read["content"].as_str(), read["encoding"].as_str()), (Some("YSxiCg==\n"), Some("base64")));
    assert_eq!(put("Yg==", None).unwrap_err().status(), Some(422));
    assert_eq!(put("Yg==", Some(&"0".repeat(40))).unwrap_err().status(), Some(409));
    put("Yg==", read["sha"].as_str()).unwrap();
    let head = |name: &str| bench.server.look(NAME, |repository| repository.branches[name].head.clone());
    let body = json!({"ref": "refs/heads/metrics", "sha": head("main")});
    let made: Value = bench.client.send(Method::Post, &repository().part("git/refs"), &body).unwrap();
    assert_eq!(made["object"]["sha"], head("metrics"));
    let again = bench.client.send::<_, Value>(Method::Post, &repository().part("git/refs"), &body);
    assert!(again.unwrap_err().to_string().ends_with("422: Reference already exists"));
}

#[test]
fn a_file_above_one_megabyte_is_read_as_bytes_or_not_at_all() {
    let bench = Bench::new();
    let file = repository().part("contents").text("large.csv").unwrap();
    // Base64 of three letters `a` each.
    let body = json!({"message": "large", "content": "YWFh".repeat(500_000), "branch": "main"});
    drop(bench.client.send::<_, Value>(Method::Put, &file, &body).unwrap());
    let read: Value = bench.client.get(&file).unwrap();
    assert_eq!((&read["content"], &read["size"]), (&json!(""), &json!(1_500_000)));
    assert_eq!(bench.client.bytes(&file).unwrap(), vec![b'a'; 1_500_000]);
}

#[test]
fn annotations_add_up_fifty_at_a_time() {
    let bench = Bench::new();
    let annotation = json!({
        "path": "a.yml", "start_line": 1, "end_line": 1, "annotation_level": "warning", "message": "slow",
    });
    let body = |count: usize| {
        let output = json!({"title": "t", "summary": "s", "annotations": vec![annotation.clone(); count]});
        json!({"name": "gate", "head_sha": "0".repeat(40), "output": output})
    };
    let checks = repository().part("check-runs");
    let made: Value = bench.client.send(Method::Post, &checks, &body(50)).unwrap();
    let one = checks.clone().number(made["id"].as_u64().unwrap());
    let changed: Value = bench.client.send(Method::Patch, &one, &body(3)).unwrap();
    assert_eq!(changed["output"]["annotations_count"], 53);
    let refused = bench.client.send::<_, Value>(Method::Patch, &one, &body(51)).unwrap_err();
    assert_eq!(refused.status(), Some(422));
}

#[test]
fn a_commit_is_known_by_every_name_of_it() {
    let released = commit_id("released");
    let bench = Bench::of(FakeGitHub::start(vec![Repository::new(NAME).tagged("v1/x", &released)]));
    let route = |name: &str| repository().part("commits").text(name).unwrap();
    for name in ["v1/x", "tags/v1/x", "refs/tags/v1/x", released.as_str()] {
        let named = bench.client.commit(&route(name), None).unwrap().unwrap();
        assert_eq!(named.hash.to_string(), released, "{name}");
    }
    let seen = bench.server.seen().remove(0);
    assert_eq!(
        (seen.path.as_str(), seen.header("accept")),
        ("/repos/octo/hello/commits/v1%2Fx", "application/vnd.github.sha")
    );
    let whole: Value = bench.client.get(&route("v1/x")).unwrap();
    assert_eq!(whole["sha"], json!(released));
    let none = bench.client.commit(&route("v2"), None).unwrap_err();
    assert_eq!(none.to_string(), "GET /repos/octo/hello/commits/v2: 422: No commit found for SHA: v2");
}

#[test]
fn a_commit_that_is_still_the_same_costs_nothing() {
    let bench = Bench::of(FakeGitHub::start(vec![Repository::new(NAME).tagged("v1", &commit_id("old"))]));
    let route = repository().part("commits").text("v1").unwrap();
    let remaining = || bench.client.usage().limit.unwrap().remaining;
    let first = bench.client.commit(&route, None).unwrap().unwrap();
    let before = remaining();
    assert_eq!(bench.client.commit(&route, first.etag.as_deref()).unwrap(), None);
    assert_eq!(remaining(), before);
    bench.server.tag(NAME, "v1", &commit_id("new"));
    let moved = bench.client.commit(&route, first.etag.as_deref()).unwrap().unwrap();
    assert_eq!(moved.hash.to_string(), commit_id("new"));
}
