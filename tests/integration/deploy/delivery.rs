//! What is deployed comes into the tables, and the metrics of delivery come out right.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::support::csv;
use crate::support::fake_github::{FakeGitHub, Repository, TOKEN, commit_id, seed};
use crate::support::git::git;
use crate::support::in_process;
use crate::support::outside::{FakeTime, NOW};
use crate::support::program::{Program, Ran};

const NAME: &str = "octo/hello";
const HOUR: u64 = 3600;

/// An environment whose rollback does not work while there is a file `broken`.
const PRODUCTION: &str = "preset: none
deploy:
  environments:
    production:
      checklist: []
      command: printf %s \"$PLIMSOLL_VERSION\" > current
      smoke: '[ \"$(cat current)\" != bad ]'
      rollback: test ! -e broken && printf %s \"$PLIMSOLL_VERSION\" > current
";

fn program() -> Program {
    Program::new().file("plimsoll.yml", PRODUCTION).env("PATH", &std::env::var("PATH").unwrap())
}

/// Makes a commit that was written so long after the start, and lets GitHub know of it.
fn commit(program: &Program, server: &FakeGitHub, seconds: i64) {
    let at = Timestamp::from_second(NOW + seconds).unwrap();
    let identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
    let made = ["commit", "--quiet", "--allow-empty", "--message=change", &format!("--date={at}")];
    git(program.folder(), &[&identity[..], &made].concat());
    let hash = git(program.folder(), &["rev-parse", "HEAD"]).trim().to_owned();
    server.change(NAME, |repository| repository.commits.push(hash));
}

fn deploy(program: &Program, time: &FakeTime, typed: &[&str]) -> Ran {
    let common = ["--env", "production", "--repository", NAME];
    in_process::run(program, time, &[&["deploy"], typed, &common].concat())
}

fn delivery(ran: &Ran) -> Value {
    let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran:?}"));
    report["delivery"].clone()
}

#[test]
fn the_metrics_of_delivery_come_from_what_was_deployed_and_taken_back() {
    let server = FakeGitHub::start(vec![seed::documented(NAME, 5, 7)]);
    let program = program().env("GITHUB_API_URL", &server.url()).env("GITHUB_TOKEN", TOKEN);
    let time = FakeTime::default();
    let hours = |count: i64| count * 3600;
    git(program.folder(), &["init", "--quiet", "--initial-branch=main"]);
    commit(&program, &server, -hours(1));
    assert_eq!(deploy(&program, &time, &["run", "--version", "1"]).code, 0);
    // A day later one fails, and is taken back at once; an hour later it is mended.
    time.pass(24 * HOUR);
    commit(&program, &server, hours(22));
    assert_eq!(deploy(&program, &time, &["run", "--version", "bad"]).code, 1);
    time.pass(HOUR);
    commit(&program, &server, hours(24));
    assert_eq!(deploy(&program, &time, &["run", "--version", "3"]).code, 0);
    // The next one fails, and so does its rollback; two hours later somebody brings the version before back.
    time.pass(HOUR);
    commit(&program, &server, hours(26));
    let program = program.file("broken", "");
    assert_eq!(deploy(&program, &time, &["run", "--version", "bad"]).code, 1);
    time.pass(2 * HOUR);
    std::fs::remove_file(program.path("broken")).unwrap();
    let ran = deploy(&program, &time, &["rollback"]);
    assert_eq!((ran.code, program.read("current").as_str()), (0, "3"), "{}{}", ran.stdout, ran.stderr);
    let rows = csv::read(&program.path("metrics/deployments.csv"));
    let told: Vec<[&str; 2]> = rows.iter().map(|row| [row["version"].as_str(), row["state"].as_str()]).collect();
    let expected = [
        ["1", "success"],
        ["bad", "failure"],
        ["1", "success"],
        ["3", "success"],
        ["bad", "failure"],
        ["3", "failure"],
        ["3", "success"],
    ];
    assert_eq!(told, expected);
    assert_eq!(rows[6]["rollback_of"], rows[4]["deployment_id"]);
    let told = delivery(&in_process::run(&program, &time, &["report", "--format", "json"]));
    let metric = |name: &str| {
        let metrics = told["metrics"].as_array().unwrap_or_else(|| panic!("{told:#}"));
        let found = metrics.iter().find(|metric| metric["name"] == name);
        found.and_then(|metric| metric["value"].as_f64()).unwrap_or_else(|| panic!("{name}: {told:#}"))
    };
    let close = |name: &str, expected: f64| {
        let value = metric(name);
        assert!((value - expected).abs() < 1e-6 * expected.max(1.0), "{name}: {value}, not {expected}\n{told:#}");
    };
    // Four brought their version in thirty days, rollbacks among them; three of seven failed.
    close("dora.deployment_frequency", 4.0 / 30.0);
    close("dora.change_fail_rate", 3.0 / 7.0);
    // Version 3 brought the commit of the one that had failed three hours after it was made, and its own after one.
    close("dora.lead_time_s", 2.0 * 3600.0);
    // The first failure was over at once, the second after two hours.
    close("dora.recovery_s", 3600.0);
}

/// A GitHub that knows of deployments which others made: each with its age in minutes, its environment, its payload, and its
/// statuses with their ages, oldest first.
fn server() -> FakeGitHub {
    let server = FakeGitHub::start(vec![seed::documented(NAME, 5, 7)]);
    let ago = |minutes: i64| Timestamp::from_second(NOW).unwrap() - SignedDuration::from_mins(minutes);
    let known = [
        (24 * 60 * 60, "production", json!({}), vec![("success", 24 * 60 * 60 - 5)]),
        (
            50 * 60,
            "production",
            json!(""),
            vec![("in_progress", 50 * 60 - 1), ("success", 50 * 60 - 10), ("inactive", 60)],
        ),
        (40 * 60, "production", json!("{\"version\": \"2\"}"), vec![("failure", 40 * 60 - 4)]),
        (40 * 60 - 5, "production", json!({"version": "1", "rollback_of": 3}), vec![("success", 40 * 60 - 8)]),
        (60, "production", json!({}), vec![("in_progress", 59)]),
    ];
    server.change(NAME, |repository: &mut Repository| {
        for (age, environment, payload, statuses) in known {
            let commit = commit_id(NAME);
            repository.shipping.deployments.push(json!({
                "ref": "main", "sha": commit, "environment": environment, "task": "deploy", "payload": payload,
                "created_at": ago(age).to_string(), "production_environment": true,
            }));
            let id = repository.shipping.deployments.len() as u64;
            let status = |(state, age): (&str, i64)| json!({"state": state, "created_at": ago(age).to_string()});
            repository.shipping.statuses.insert(id, statuses.into_iter().rev().map(status).collect());
        }
    });
    server
}

fn collect(program: &Program, typed: &[&str]) -> Ran {
    let typed = [&["collect", "--deployments", "--repository", NAME], typed].concat();
    in_process::run(program, &FakeTime::default(), &typed)
}

#[test]
fn deployments_of_others_are_collected_with_how_they_ended() {
    let server = server();
    server.grant(&[("actions", "read"), ("deployments", "read")]);
    let program = program().env("GITHUB_API_URL", &server.url()).env("GITHUB_TOKEN", TOKEN);
    let ran = collect(&program, &[]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let told = || {
        let rows = csv::read(&program.path("metrics/deployments.csv"));
        let told = rows.iter().map(|row| {
            let columns = ["deployment_id", "version", "state", "duration_s", "rollback_of"];
            columns.map(|column| row[column].as_str()).join(" ")
        });
        told.collect::<Vec<_>>()
    };
    // Thirty days are looked back on.
    assert_eq!(told(), ["2  success 600 ", "3 2 failure 240 ", "4 1 success 180 3", "5  in_progress  "]);
    let before = program.read("metrics/deployments.csv");
    let asked = || server.seen().iter().filter(|seen| seen.path.contains("/deployments")).count();
    let first = asked();
    assert_eq!((collect(&program, &[]).code, program.read("metrics/deployments.csv")), (0, before));
    // The list, and the one that has not ended.
    assert_eq!(asked() - first, 2);
    assert_eq!(collect(&program, &["--since", "2025-01-01"]).code, 0);
    assert_eq!(told()[0], "1  success 300 ");
    let told = delivery(&program.run(&["report", "--format", "json"]));
    assert_eq!((told["deployments"].as_u64(), told["failed"].as_u64()), (Some(3), Some(1)), "{told:#}");
}

#[test]
fn what_may_not_be_read_is_told_and_the_runs_are_kept() {
    let server = server();
    server.grant(&[("actions", "read")]);
    let program = program().env("GITHUB_API_URL", &server.url()).env("GITHUB_TOKEN", TOKEN);
    let ran = collect(&program, &["--runs", "3"]);
    assert!(ran.code == 2 && ran.stderr.contains("`deployments: read`"), "{}", ran.stderr);
    assert!(csv::read(&program.path("metrics/run_metrics.csv")).len() >= 3);
    assert!(!program.path("metrics/deployments.csv").exists());
}
