//! `plimsoll collect --logs`: what caches did, from the logs of a fake GitHub.

use crate::support::csv;
use crate::support::fake_github::{Archive, FakeGitHub, Fault, Repository, TOKEN, seed};
use crate::support::in_process;
use crate::support::outside::FakeTime;
use crate::support::program::{Program, Ran};

const NAME: &str = "octo/hello";

fn connected(server: &FakeGitHub) -> Program {
    let program = Program::new().env("GITHUB_API_URL", &server.url());
    program.env("GITHUB_TOKEN", TOKEN).env("GITHUB_REPOSITORY", NAME)
}

fn collect(program: &Program) -> Ran {
    in_process::run(program, &FakeTime::default(), &["collect", "--logs", "--runs", "99"])
}

/// A repository whose every second job restores a cache, and saves one where it missed.
fn repository(archive: Archive) -> Repository {
    let mut repository = seed::eight_jobs(NAME, 6, 31);
    repository.archive = archive;
    let text = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    for attempt in repository.runs.iter_mut().flat_map(|run| &mut run.attempts) {
        for (job, place) in attempt.jobs.iter_mut().zip(0..) {
            let place: u32 = place;
            let [_, tests, post] = job.steps.as_mut_slice() else { continue };
            let header = ["##[group]Run actions/cache@v4", "with:", "  path: target", "  key: Linux-1", "##[endgroup]"];
            let (said, after) = match place % 4 {
                0 => (
                    "Cache restored from key: Linux-1",
                    "Cache hit occurred on the primary key Linux-1, not saving cache.",
                ),
                2 => ("Cache not found for input keys: Linux-1, Linux-", "Cache saved with key: Linux-1"),
                _ => continue,
            };
            tests.log = [text(&header), text(&[said])].concat();
            post.log = text(&["Post job cleanup.", after]);
        }
    }
    repository
}

/// Returns the rows as run, attempt, job, step, tool, cache, result and saved.
fn rows(program: &Program) -> Vec<[String; 8]> {
    let path = program.path("metrics/cache_hits.csv");
    if !path.exists() {
        return Vec::new();
    }
    let names = ["run_id", "run_attempt", "job_id", "step_number", "tool", "cache", "result", "saved"];
    let mut rows: Vec<_> = csv::read(&path).iter().map(|row| names.map(|name| row[name].clone())).collect();
    rows.sort();
    rows
}

/// Returns what the rows should be: of jobs that ran, in the attempt they ran in.
fn expected(repository: &Repository) -> Vec<[String; 8]> {
    let mut rows = Vec::new();
    for (run, attempt, number) in repository.runs.iter().flat_map(|run| {
        run.attempts.iter().zip(1..).map(move |(attempt, number): (_, u32)| (run, attempt, number.to_string()))
    }) {
        let ran = attempt.jobs.iter().filter(|job| job.completed_at.is_none_or(|end| end >= attempt.started_at));
        rows.extend(ran.filter_map(|job| {
            let said = job.steps.iter().flat_map(|step| &step.log).nth(5)?;
            let hit = said.contains("restored").then_some(("exact", "false"));
            let (result, saved) = hit.unwrap_or(("miss", "true"));
            let (run, job) = (run.id.to_string(), job.id.to_string());
            Some([&run, &number, &job, "2", "actions/cache", "Linux-1", result, saved].map(str::to_owned))
        }));
    }
    rows.sort();
    rows
}

#[test]
fn caches_are_known_for_one_request_an_attempt_more() {
    for archive in [Archive::Steps, Archive::Jobs] {
        let repository = repository(archive);
        let server = FakeGitHub::start(vec![repository.clone()]);
        let program = connected(&server);
        let ran = collect(&program);
        assert_eq!((ran.code, ran.stderr.contains("warning")), (0, false), "{}", ran.stderr);
        let found = rows(&program);
        assert!(found == expected(&repository) && found.len() > 12, "{found:#?}");
        let seen = server.seen();
        let to_api = || seen.iter().filter(|seen| !seen.path.starts_with("/storage/"));
        let attempts: usize = repository.runs.iter().map(|run| run.attempts.len()).sum();
        // Where a re-run only copied jobs there is no log to be read.
        let logs = to_api().filter(|seen| seen.path.ends_with("/logs")).count();
        assert!((attempts - 2..=attempts).contains(&logs), "{logs} of {attempts}");
        assert_eq!(to_api().count(), 1 + attempts + logs, "a list, jobs, earlier attempts, logs");
        assert!(
            seen.iter()
                .filter(|seen| seen.path.starts_with("/storage/"))
                .all(|seen| seen.header("authorization").is_empty())
        );
        // Nothing is read twice.
        server.forget();
        assert_eq!(collect(&program).code, 0);
        assert!(server.seen().len() <= 3, "{:?}", server.seen());
        assert_eq!(rows(&program), found);
    }
}

#[test]
fn logs_that_the_archive_lacks_are_read_one_by_one() {
    let repository = repository(Archive::Empty);
    let server = FakeGitHub::start(vec![repository.clone()]);
    let program = connected(&server);
    assert_eq!(collect(&program).code, 0);
    assert_eq!(rows(&program), expected(&repository));
}

#[test]
fn a_log_that_cannot_be_read_is_no_miss() {
    for (archive, warning) in
        [(Archive::Gone, None), (Archive::Odd(b"<html>".to_vec()), Some("the log archive of run "))]
    {
        let server = FakeGitHub::start(vec![repository(archive)]);
        let program = connected(&server);
        let ran = collect(&program);
        assert_eq!((ran.code, rows(&program)), (0, Vec::new()), "{}", ran.stderr);
        assert_eq!(ran.stderr.contains("warning: caches of a run are not known"), warning.is_some(), "{}", ran.stderr);
        assert!(warning.is_none_or(|warning| ran.stderr.contains(warning)), "{}", ran.stderr);
    }
}

#[test]
fn logs_that_fail_for_now_are_read_by_the_next_collection() {
    let repository = repository(Archive::Steps);
    let server = FakeGitHub::start(vec![repository.clone()]);
    let program = connected(&server);
    for fault in [Fault::Status(503), Fault::Truncated] {
        server.fail_at("/20000000200/attempts/1/logs", 4, fault);
    }
    let ran = collect(&program);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("warning: caches of a run are not known: GET "), "{}", ran.stderr);
    assert!(rows(&program).len() < expected(&repository).len());
    server.calm();
    assert_eq!(collect(&program).code, 0);
    assert_eq!(rows(&program), expected(&repository));
}

#[test]
fn what_the_caches_take_is_kept_once_a_day() {
    let mut repository = Repository::new(NAME);
    repository.caches = (0..120).map(|at| (format!("Linux-cargo-{at:064x}"), 1000)).collect();
    repository.caches.push(("node".to_owned(), 5));
    let server = FakeGitHub::start(vec![repository]);
    let program = connected(&server);
    let collect = || in_process::run(&program, &FakeTime::default(), &["collect", "--caches"]);
    let ran = collect();
    assert_eq!((ran.code, ran.stderr.contains("4 requests")), (0, true), "{}", ran.stderr);
    let rows = || {
        let rows = csv::read(&program.path("metrics/measurements.csv"));
        let names = ["repository", "name", "labels", "value", "unit"];
        rows.iter().map(|row| names.map(|name| row[name].clone()).join(" ")).collect::<Vec<_>>()
    };
    assert_eq!(
        rows(),
        [
            "octo/hello cache.bytes cache=Linux-cargo-# 120000 bytes",
            "octo/hello cache.bytes cache=node 5 bytes",
            "octo/hello cache.count cache=Linux-cargo-# 120 count",
            "octo/hello cache.count cache=node 1 count",
            "octo/hello cache.entries  121 count",
            "octo/hello cache.storage_bytes  120005 bytes",
        ]
    );
    server.change(NAME, |repository| repository.caches.truncate(1));
    let ran = collect();
    assert!(ran.stdout.contains("0 new rows, "), "a day has one observation: {}", ran.stdout);
    assert!(rows()[0].ends_with(" 1000 bytes"));
}
