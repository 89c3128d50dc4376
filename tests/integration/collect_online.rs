//! `plimsoll collect` from the API.

use std::collections::{BTreeMap, BTreeSet};
use std::net::TcpListener;
use std::path::PathBuf;

use serde_json::Value;

use crate::support::csv;
use crate::support::fake_github::{FakeGitHub, Fault, Job, Limit, Repository, Run, TOKEN, seed};
use crate::support::in_process;
use crate::support::outside::{FakeTime, NOW};
use crate::support::plain_http;
use crate::support::program::{Program, Ran};

const NAME: &str = "octo/hello";

fn server(runs: u64) -> FakeGitHub {
    FakeGitHub::start(vec![seed::history(NAME, runs, 5)])
}

fn connected(address: &str) -> Program {
    Program::new().env("GITHUB_API_URL", address).env("GITHUB_TOKEN", TOKEN).env("GITHUB_REPOSITORY", NAME)
}

fn collect(program: &Program, arguments: &[&str]) -> Ran {
    in_process::run(program, &FakeTime::default(), &[&["collect"], arguments].concat())
}

fn collected(program: &Program, arguments: &[&str]) -> Ran {
    let ran = collect(program, arguments);
    assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.stderr);
    ran
}

fn files(program: &Program) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = std::fs::read_dir(program.path("metrics")).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

/// Returns some columns of a table's rows.
fn columns<const N: usize>(program: &Program, table: &str, names: [&str; N]) -> Vec<[String; N]> {
    let rows = csv::read(&program.path(&format!("metrics/{table}.csv")));
    let mut found: Vec<_> = rows.iter().map(|row| names.map(|name| row[name].clone())).collect();
    found.sort();
    found
}

/// Checks that a run failed with exit code 2, said so, wrote nothing and kept the token to itself.
fn refused(program: &Program, ran: &Ran, parts: &[&str]) {
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{}", ran.stderr);
    for part in parts {
        assert!(ran.stderr.contains(part), "{part}: {}", ran.stderr);
    }
    assert_eq!(files(program), BTreeMap::new());
    assert!(!ran.stderr.contains(TOKEN), "{}", ran.stderr);
}

type Rows = Vec<[String; 5]>;

/// Writes what some runs' attempts and jobs are, in the order in which rows are compared.
fn known(runs: &[Run]) -> (Rows, Rows) {
    let (mut attempts, mut jobs) = (Rows::new(), Rows::new());
    let word = |conclusion: &Option<String>| conclusion.clone().unwrap_or_default();
    for (run, attempt, number) in runs.iter().flat_map(|run| {
        run.attempts.iter().zip(1..).map(move |(attempt, number): (_, u32)| (run, attempt, number.to_string()))
    }) {
        let id = run.id.to_string();
        let row = |job: &Job| [id.clone(), number.clone(), job.id.to_string(), job.name.clone(), word(&job.conclusion)];
        jobs.extend(attempt.jobs.iter().map(row));
        attempts.push([id.clone(), number.clone(), run.event.clone(), run.commit.clone(), word(&attempt.conclusion)]);
    }
    attempts.sort();
    jobs.sort();
    (attempts, jobs)
}

#[test]
fn rows_agree_with_what_the_server_knows() {
    let server = server(160);
    let program = connected(&server.url());
    let ran = collected(&program, &["--runs", "150"]);
    let (attempts, jobs) = server.look(NAME, |repository| known(&repository.runs[..150]));
    let finished = |rows: &[[String; 5]]| rows.iter().filter(|row| !row[4].is_empty()).cloned().collect::<Vec<_>>();
    let run_rows = columns(&program, "run_metrics", ["run_id", "run_attempt", "event", "commit", "conclusion"]);
    let job_rows = columns(&program, "build_metrics", ["run_id", "run_attempt", "job_id", "job", "conclusion"]);
    assert_eq!((finished(&run_rows), finished(&job_rows)), (finished(&attempts), finished(&jobs)));
    let requests = server.seen().len();
    let words = format!("{requests} requests to 127.0.0.1; {} of 5000 an hour are left until ", 5000 - requests);
    assert!(ran.stderr.contains(&words), "{}", ran.stderr);
}

#[test]
fn the_api_says_the_same_as_its_recorded_answers() {
    let server = server(60);
    let online = connected(&server.url());
    collected(&online, &["--runs", "60"]);
    let mut recorded = connected(&server.url());
    for (seen, number) in server.seen().iter().zip(0..) {
        let address = format!("{}{}?{}", server.url(), seen.path, seen.query);
        let answer = plain_http::get(&address);
        recorded = recorded.file(&format!("answers/{number}.json"), answer);
    }
    collected(&recorded, &["--from", "answers"]);
    let bytes = |program: &Program| {
        let tables = files(program).into_iter().filter(|(path, _)| path.extension().is_some_and(|end| end == "csv"));
        tables.map(|(_, bytes)| String::from_utf8(bytes).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(bytes(&online), bytes(&recorded));
}

#[test]
fn collecting_twice_changes_no_byte() {
    let server = server(40);
    let program = connected(&server.url());
    collected(&program, &[]);
    let before = files(&program);
    let again = collected(&program, &[]);
    assert_eq!(files(&program), before);
    assert!(again.stdout.contains("0 new rows"), "{}", again.stdout);
    assert!(before.len() >= 2);
}

#[test]
fn runs_are_chosen() {
    let server = server(400);
    let ids = |arguments: &[&str]| {
        let program = connected(&server.url());
        collected(&program, arguments);
        let mut ids: Vec<String> = columns(&program, "run_metrics", ["run_id"]).into_iter().map(|[id]| id).collect();
        ids.dedup();
        ids
    };
    let expected = |keep: &dyn Fn(&str, &str, Option<&str>) -> bool, limit: usize| {
        server.look(NAME, |repository| {
            let kept = repository
                .runs
                .iter()
                .filter(|run| keep(&run.created_at.to_string(), &run.file, run.branch.as_deref()));
            let mut ids: Vec<String> = kept.take(limit).map(|run| run.id.to_string()).collect();
            ids.sort();
            ids
        })
    };
    assert_eq!(ids(&[]), expected(&|_, _, _| true, 30));
    assert_eq!(ids(&["--run", "20000000700"]), ["20000000700"]);
    assert_eq!(ids(&["--since", "2026-01-12"]), expected(&|at, _, _| at >= "2026-01-12", 999));
    let within = |at: &str, _: &str, _: Option<&str>| ("2026-01-11".."2026-01-13").contains(&at);
    assert_eq!(ids(&["--since", "2026-01-11", "--until", "2026-01-12"]), expected(&within, 999));
    assert_eq!(ids(&["--until", "2026-01-12", "--runs=7"]), expected(&|at, _, _| at < "2026-01-13", 7));
    assert_eq!(ids(&["--since", "last", "--runs=4"]), expected(&|_, _, _| true, 4), "nothing was collected before");
    assert_eq!(ids(&["--branch", "feat/ü-1", "--runs=9"]), expected(&|_, _, branch| branch == Some("feat/ü-1"), 9));
    assert_eq!(ids(&["--workflow", "nightly.yml", "--runs=3"]), expected(&|_, file, _| file == "nightly.yml", 3));
    assert_eq!(ids(&["--workflow", "104", "--runs=3"]), expected(&|_, file, _| file == "broken.yml", 3));
}

#[test]
fn what_came_since_the_last_collection_is_read_without_holes() {
    let server = server(300);
    let program = connected(&server.url());
    let all = server.look(NAME, |repository| repository.runs.clone());
    let known = |program: &Program| -> BTreeSet<u64> {
        columns(program, "run_metrics", ["run_id"]).into_iter().map(|[id]| id.parse().unwrap()).collect()
    };
    let newest = |count: usize| -> BTreeSet<u64> { all.iter().take(count).map(|run| run.id).collect() };
    // The repository as it was before its newest 120 runs.
    server.change(NAME, |repository| drop(repository.runs.drain(..120)));
    collected(&program, &["--runs", "20"]);
    let before = known(&program);
    assert_eq!(before, all.iter().skip(120).take(20).map(|run| run.id).collect());
    server.change(NAME, |repository| repository.runs.clone_from(&all));
    // It ends early, with a hole behind what it read, which the next one closes; older runs stay away.
    collected(&program, &["--since", "last", "--budget", "60"]);
    let partly = known(&program);
    assert!(partly.len() > before.len() && partly.len() < 140, "{}", partly.len());
    collected(&program, &["--since", "last", "--budget", "9999"]);
    assert_eq!(known(&program), newest(140));
    server.forget();
    let again = collected(&program, &["--since", "last"]);
    assert!(again.stdout.contains("0 new rows"), "{}", again.stdout);
    // Runs that had not ended are read again.
    let lists = server.seen().iter().filter(|seen| seen.path.ends_with("/actions/runs")).count();
    assert!(lists <= 3, "{:?}", server.seen());
    // A range from the past is read, and nothing between it and the newest ones is taken for known.
    let (from, to) = (all[280].created_at.to_string(), all[260].created_at.to_string());
    collected(&program, &["--since", &from, "--until", &to]);
    let older = all.iter().filter(|run| (from.clone()..=to.clone()).contains(&run.created_at.to_string()));
    assert_eq!(known(&program), newest(140).into_iter().chain(older.map(|run| run.id)).collect());
    collected(&program, &["--since", "2026-01-01", "--budget", "9999"]);
    assert_eq!(known(&program), newest(all.len()));
}

#[test]
fn a_search_goes_on_past_what_is_shown_of_it() {
    let server = server(130);
    server.show(20);
    let program = connected(&server.url());
    collected(&program, &["--since", "2026-01-01", "--branch", "main"]);
    let known = server.look(NAME, |repository| {
        let runs = repository.runs.iter().filter(|run| run.branch.as_deref() == Some("main"));
        let mut ids: Vec<String> = runs.map(|run| run.id.to_string()).collect();
        ids.sort();
        ids
    });
    let mut rows: Vec<String> = columns(&program, "run_metrics", ["run_id"]).into_iter().map(|[id]| id).collect();
    rows.dedup();
    assert!(rows == known && known.len() > 30, "{} of {}", rows.len(), known.len());
    let lists = server.seen().iter().filter(|seen| seen.path.ends_with("/actions/runs")).count();
    assert_eq!(lists, (known.len() - 1).div_ceil(19), "each search shows one run again");
}

#[test]
fn a_refused_token_is_exit_2() {
    let server = server(3);
    let program = Program::new().env("GITHUB_API_URL", &server.url()).env("GH_TOKEN", "ghp_wrong_one");
    let ran = collect(&program, &["--repository", NAME]);
    refused(&program, &ran, &["error: GET /repos/octo/hello/actions/runs: 401: Bad credentials\n", "GH_TOKEN"]);
    assert!(!ran.stderr.contains("ghp_wrong_one"), "{}", ran.stderr);
    server.fail(1, Fault::Echo);
    let ran = collect(&program, &["--repository", NAME, "--token", TOKEN]);
    refused(&program, &ran, &["Bad credentials: Bearer ***\n"]);
}

#[test]
fn the_real_program_says_the_same() {
    let server = server(3);
    let program = Program::new().env("GITHUB_API_URL", &server.url()).env("GITHUB_TOKEN", "ghp_wrong_one");
    let ran = program.run(&["collect", "--repository", NAME]);
    refused(&program, &ran, &["error: GET /repos/octo/hello/actions/runs: 401: Bad credentials\n", "hint: the token"]);
    assert!(!ran.stderr.contains("ghp_wrong_one"), "{}", ran.stderr);
    let ran = program.env("GITHUB_TOKEN", TOKEN).run(&["collect", "--repository", NAME]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

#[test]
fn the_proxy_of_the_environment_is_used() {
    for variable in ["HTTP_PROXY", "http_proxy"] {
        let proxy = server(3);
        let program = Program::new().env("GITHUB_API_URL", "http://ghe.invalid").env(variable, &proxy.url());
        let ran = program.run(&["collect", "--repository", NAME]);
        assert_eq!(ran.code, 0, "{variable}: {}", ran.stderr);
        assert!(proxy.seen().iter().all(|seen| seen.header("host") == "ghe.invalid"), "{variable}");
    }
}

#[test]
fn a_repository_that_is_not_there_is_exit_2() {
    let server = FakeGitHub::start(vec![Repository::new("octo/secret").private()]);
    let with = connected(&server.url());
    refused(&with, &collect(&with, &["--repository", "octo/none"]), &["404: Not Found\n", "the token may see it"]);
    let without = Program::new().env("GITHUB_API_URL", &server.url());
    let ran = collect(&without, &["--repository", "octo/secret"]);
    refused(&without, &ran, &["404: Not Found\n", "a private repository is found only with a token"]);
}

#[test]
fn no_network_is_exit_2_and_no_hang() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let program = connected(&address);
    let ran = collect(&program, &[]);
    refused(&program, &ran, &["no connection (127.0.0.1: Connection refused", "HTTPS_PROXY"]);
}

#[test]
fn without_a_token_the_hint_is_to_give_one() {
    let server = server(12);
    server.limit(Limit { granted: 60, remaining: 0, reset: NOW + 3000 });
    let program = Program::new().env("GITHUB_API_URL", &server.url());
    let ran = collect(&program, &["--repository", NAME]);
    refused(&program, &ran, &["1 request to 127.0.0.1; 0 of 60 an hour are left until", "60 requests an hour"]);
}

#[test]
fn what_cannot_be_asked_is_refused_before_asking() {
    let server = server(1);
    let program = connected(&server.url());
    let none: &[&str] = &[];
    for (arguments, parts) in [
        (["--repository", "../octo/hello"].as_slice(), ["is not a repository: write it as OWNER/NAME"].as_slice()),
        (&["--repository", "../hello"], &["is not a repository: a name consists of"]),
        (&["--workflow", ".."], &["`..` cannot be part of an API address"]),
        (&["--since", "yesterday"], &["write it as 2026-01-31"]),
        (&["--runs", "0"], &["0 is not in 1.."]),
        (&["--run", "1", "--runs", "2"], &["cannot be used with"]),
        (&["--from", "x", "--runs", "2"], &["cannot be used with"]),
        (&["--token", "ghp_line\nbreak"], none),
    ] {
        refused(&program, &collect(&program, arguments), parts);
    }
    assert_eq!(server.seen().len(), 0);
    let nameless = Program::new().env("GITHUB_API_URL", &server.url());
    refused(&nameless, &collect(&nameless, &[]), &["which repository's runs", "--repository", "--from DIR"]);
    for (address, part) in [("example.com", "is not an API address"), ("http://ghe.example", "over plain http")] {
        let program = connected(address);
        refused(&program, &collect(&program, &[]), &[part, "GITHUB_API_URL"]);
    }
}

#[test]
fn certificates_that_cannot_be_used_are_named() {
    let server = server(1);
    for (content, part) in [
        ("", "holds no certificate in PEM form"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "certificate 1 in "),
    ] {
        let program = connected(&server.url()).file("roots.pem", content).env("SSL_CERT_FILE", "roots.pem");
        refused(&program, &collect(&program, &[]), &[part, "SSL_CERT_FILE"]);
    }
    let program = connected(&server.url()).env("SSL_CERT_FILE", "none.pem");
    refused(&program, &collect(&program, &[]), &["cannot read the certificates in", "none.pem"]);
    let program = connected(&server.url()).env("SSL_CERT_DIR", "none");
    refused(&program, &collect(&program, &[]), &["cannot read the certificates in", "SSL_CERT_DIR"]);
}

#[test]
fn an_action_gives_its_inputs_as_options() {
    let server = server(12);
    let program = connected(&server.url())
        .env("GITHUB_ACTIONS", "true")
        .env("INPUT_RUNS", "2")
        .env("INPUT_TOKEN", TOKEN)
        .env("INPUT_FORMAT", "json")
        .env("GITHUB_TOKEN", "");
    let ran = collected(&program, &[]);
    let said: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert!(said["added"].as_u64().unwrap() > 0, "{}", ran.stdout);
    assert!(server.seen().iter().all(|seen| seen.header("authorization").ends_with(TOKEN)));
}
