//! What `plimsoll collect` ends with when GitHub fails, when it is stopped, and when its budget is
//! spent: the tables of a calm collection, for as few requests as there can be.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use crate::support::csv;
use crate::support::fake_github::seed::{self, Chance};
use crate::support::fake_github::{FakeGitHub, Fault, Limit, Repository, Run, TOKEN};
use crate::support::in_process;
use crate::support::outside::{FakeTime, NOW};
use crate::support::program::{Program, Ran};

const NAME: &str = "octo/hello";

/// How large the drills are; `benches/README.md` says how to run them whole.
fn size(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).map_or(usual, |size| size.parse().unwrap())
}

fn connected(server: &FakeGitHub) -> Program {
    let program = Program::new().env("GITHUB_API_URL", &server.url());
    program.env("GITHUB_TOKEN", TOKEN).env("GITHUB_REPOSITORY", NAME)
}

fn collect(program: &Program, arguments: &[&str]) -> Ran {
    in_process::run(program, &FakeTime::default(), &[&["collect"], arguments].concat())
}

fn collected(program: &Program, arguments: &[&str]) -> Ran {
    let ran = collect(program, arguments);
    assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.stderr);
    ran
}

/// Returns the files of the metrics folder.
fn files(program: &Program) -> BTreeMap<PathBuf, Vec<u8>> {
    let folder = program.path("metrics");
    let entries = std::fs::read_dir(&folder).into_iter().flatten();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.map(|path| (path.strip_prefix(&folder).unwrap().to_owned(), std::fs::read(path).unwrap())).collect()
}

/// Returns the tables alone.
fn tables(program: &Program) -> BTreeMap<PathBuf, Vec<u8>> {
    files(program).into_iter().filter(|(path, _)| path.extension().is_some_and(|end| end == "csv")).collect()
}

/// Returns the tables of a collection that nothing disturbs.
fn calm(repository: &Repository, arguments: &[&str]) -> BTreeMap<PathBuf, Vec<u8>> {
    let server = FakeGitHub::start(vec![repository.clone()]);
    let program = connected(&server);
    collected(&program, arguments);
    tables(&program)
}

/// Writes what the generator knows of each job, as the tables should.
fn ledger(runs: &[Run]) -> Vec<[String; 7]> {
    let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
    let mut rows = Vec::new();
    for run in runs {
        for (attempt, place) in run.attempts.iter().zip(1..) {
            let row = |job: &crate::support::fake_github::Job| {
                let (place, truth): (u32, _) = (place, job.truth);
                let conclusion = job.conclusion.clone().unwrap_or_default();
                let key = [run.id.to_string(), place.to_string(), job.id.to_string(), conclusion];
                let [run, attempt, id, conclusion] = key;
                [run, attempt, id, conclusion, number(truth.waited), number(truth.ran), number(truth.minutes)]
            };
            rows.extend(attempt.jobs.iter().map(row));
        }
    }
    rows.sort();
    rows
}

fn job_rows(program: &Program) -> Vec<[String; 7]> {
    let names = ["run_id", "run_attempt", "job_id", "conclusion", "queue_s", "duration_s", "billed_minutes"];
    let rows = csv::read(&program.path("metrics/build_metrics.csv"));
    let mut rows: Vec<_> = rows.iter().map(|row| names.map(|name| row[name].clone())).collect();
    rows.sort();
    rows
}

/// Compares long lists without showing all of them.
fn same<T: PartialEq + std::fmt::Debug>(found: &[T], expected: &[T]) {
    assert!(found == expected, "{} of {}: {:?}", found.len(), expected.len(), diff(found, expected));
}

fn diff<'rows, T: PartialEq>(found: &'rows [T], expected: &'rows [T]) -> Option<(&'rows T, &'rows T)> {
    found.iter().zip(expected).find(|(found, expected)| found != expected)
}

/// Tells whether a folder holds these tables.
fn same_tables(program: &Program, expected: &BTreeMap<PathBuf, Vec<u8>>) -> Result<(), String> {
    let found = tables(program);
    for (path, bytes) in expected {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (found, expected) = (text(found.get(path).map_or(&[], Vec::as_slice)), text(bytes));
        if let Some((found, expected)) = found.lines().zip(expected.lines()).find(|(one, two)| one != two) {
            return Err(format!("{}: {found} instead of {expected}", path.display()));
        }
        if found.len() != expected.len() {
            return Err(format!("{}: {} bytes of {}", path.display(), found.len(), expected.len()));
        }
    }
    Ok(())
}

#[test]
fn a_long_history_is_collected_whole_for_a_request_a_run_and_then_for_three() {
    let runs = size("PLIMSOLL_RUNS", 105);
    let server = FakeGitHub::start(vec![seed::eight_jobs(NAME, runs, 11)]);
    let program = connected(&server);
    collected(&program, &["--since", "2026-01-01", "--budget", "99999"]);
    let (known, attempts) = server.look(NAME, |repository| {
        (ledger(&repository.runs), repository.runs.iter().map(|run| run.attempts.len()).sum::<usize>())
    });
    same(&job_rows(&program), &known);
    let run_rows = csv::read(&program.path("metrics/run_metrics.csv"));
    assert!(run_rows.len() == attempts && run_rows.iter().all(|row| row["jobs"] == "8"));
    let runs = usize::try_from(runs).unwrap();
    let count = |part: &str| server.seen().iter().filter(|seen| seen.path.contains(part)).count();
    // What an earlier attempt was is nowhere else to be read.
    let (jobs, earlier) = (count("/jobs"), count("/attempts/"));
    let lists = server.seen().len() - jobs - earlier;
    assert_eq!((jobs, earlier), (runs, attempts - runs));
    assert!(lists <= runs.div_ceil(100), "{lists} lists of runs");
    println!("{runs} runs: {jobs} requests for jobs, {earlier} for earlier attempts, {lists} for lists");

    let before = files(&program);
    server.forget();
    let again = collected(&program, &["--since", "2026-01-01", "--budget", "99999"]);
    assert_eq!(files(&program), before);
    assert!(server.seen().len() <= 3 && again.stdout.contains("0 new rows"), "{:?}", server.seen());
}

#[test]
fn tables_alone_are_enough_to_go_on_from() {
    let server = FakeGitHub::start(vec![seed::eight_jobs(NAME, 102, 12)]);
    let program = connected(&server);
    collected(&program, &["--runs", "102"]);
    let before = tables(&program);
    std::fs::remove_file(program.path("metrics/collect-state.json")).unwrap();
    server.forget();
    collected(&program, &["--runs", "102"]);
    assert_eq!(same_tables(&program, &before), Ok(()));
    assert_eq!(server.seen().len(), 2, "two pages of the list: {:?}", server.seen());
    // And what is remembered without the tables is worth nothing.
    for table in tables(&program).into_keys() {
        std::fs::remove_file(program.path("metrics").join(table)).unwrap();
    }
    collected(&program, &["--runs", "102"]);
    assert_eq!(same_tables(&program, &before), Ok(()));
}

#[test]
fn trouble_of_every_kind_changes_nothing_in_the_end() {
    let repository = seed::history(NAME, size("PLIMSOLL_STORM_RUNS", 60), 13);
    let arguments = ["--runs", "9999", "--budget", "99999"];
    let expected = calm(&repository, &arguments);
    let passing = [
        Fault::Status(500),
        Fault::Status(502),
        Fault::Status(503),
        Fault::TooMany(Some(1)),
        Fault::TooMany(None),
        Fault::Secondary(Some(1)),
        Fault::Secondary(None),
        Fault::Primary(NOW),
        Fault::Truncated,
        Fault::Slow(Duration::from_millis(2)),
        Fault::Lost,
    ];
    let server = FakeGitHub::start(vec![repository.clone()]);
    let program = connected(&server);
    server.storm(5, 1, passing.to_vec());
    collected(&program, &arguments);
    assert_eq!(same_tables(&program, &expected), Ok(()));

    // What does not pass within one request passes until the next collection.
    let lasting = [
        Fault::Status(401),
        Fault::Status(403),
        Fault::Status(404),
        Fault::NotJson,
        Fault::Echo,
        Fault::NextPage("https://elsewhere.example/".to_owned()),
        Fault::Redirect(302, "https://github.invalid/".to_owned()),
    ];
    let server = FakeGitHub::start(vec![repository]);
    let program = connected(&server);
    server.storm(5, 2, [passing.as_slice(), &lasting].concat());
    let mut codes = Vec::new();
    while codes.len() < 60 && tables(&program) != expected {
        let ran = collect(&program, &arguments);
        assert!(!ran.stderr.contains(TOKEN), "{}", ran.stderr);
        codes.push(ran.code);
    }
    assert_eq!(same_tables(&program, &expected), Ok(()), "{codes:?}");
    assert!(codes.iter().all(|code| [0, 2].contains(code)) && codes.contains(&2), "{codes:?}");
}

#[test]
fn a_killed_collection_is_finished_by_the_next() {
    let repository = seed::eight_jobs(NAME, 70, 14);
    let arguments = ["--runs", "70", "--budget", "9999"];
    let expected = calm(&repository, &arguments);
    let mut chance = Chance(15);
    for _ in 0..size("PLIMSOLL_KILLS", 2) {
        let server = FakeGitHub::start(vec![repository.clone()]);
        let program = connected(&server);
        let number = 1 + usize::try_from(chance.below(80)).unwrap();
        let come = server.hold(number);
        let mut child = program.start(&[&["collect"], arguments.as_slice()].concat());
        come.recv().unwrap();
        // Killed while it waits for an answer, and while it does what comes next.
        if chance.percent(50) {
            server.calm();
            (0..chance.below(3_000_000)).for_each(|_| std::hint::spin_loop());
        }
        child.kill().unwrap();
        child.wait().unwrap();
        server.calm();
        collected(&program, &arguments);
        assert_eq!(same_tables(&program, &expected), Ok(()), "killed at request {number}");
    }
}

#[test]
fn a_budget_is_told_before_it_is_spent_and_kept() {
    let repository = seed::eight_jobs(NAME, 110, 16);
    let expected = calm(&repository, &["--runs", "110"]);
    let server = FakeGitHub::start(vec![repository]);
    let program = connected(&server);
    let mut lefts = Vec::new();
    while tables(&program) != expected {
        let before = server.seen().len();
        let ran = collected(&program, &["--runs", "110", "--budget", "60"]);
        let spent = server.seen().len() - before;
        assert!((1..=60).contains(&spent), "{spent} requests: {}", ran.stderr);
        assert!(ran.stderr.contains(" to read with ") && ran.stderr.contains(" may be spent\n"), "{}", ran.stderr);
        lefts.push(ran.stderr.contains("the budget is spent: "));
        assert!(lefts.len() < 9, "{lefts:?}");
    }
    assert_eq!((lefts.first(), lefts.last()), (Some(&true), Some(&false)));
    // The server's own limit: a tenth is left to others, and the next hour goes on.
    let server = FakeGitHub::start(vec![seed::eight_jobs(NAME, 40, 17)]);
    server.limit(Limit { granted: 100, remaining: 31, reset: NOW + 3000 });
    let program = connected(&server);
    let ran = collected(&program, &[]);
    assert!((15..=21).contains(&server.seen().len()) && ran.stderr.contains("left for the next"), "{}", ran.stderr);
}

#[test]
fn without_requests_to_spend_nothing_is_passed_off_as_collected() {
    let server = FakeGitHub::start(vec![seed::eight_jobs(NAME, 12, 18)]);
    server.limit(Limit { granted: 60, remaining: 5, reset: NOW + 3000 });
    let program = connected(&server);
    let ran = collect(&program, &[]);
    assert_eq!((ran.code, ran.stdout.as_str(), files(&program)), (2, "", BTreeMap::new()), "{}", ran.stderr);
    assert!(ran.stderr.contains("not one run could be read"), "{}", ran.stderr);
    // A limit that ends in the middle, with a wait that is too long.
    let server = FakeGitHub::start(vec![seed::eight_jobs(NAME, 12, 18)]);
    server.fail_at("/actions/runs/20000000500/jobs", 99, Fault::Primary(NOW + 3000));
    let program = connected(&server);
    let ran = collect(&program, &[]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.stderr.contains("more at 2026-01-01T00:40:00Z") && ran.stderr.contains("read and kept"),
        "{}",
        ran.stderr
    );
    server.calm();
    collected(&program, &[]);
    same(&job_rows(&program), &server.look(NAME, |repository| ledger(&repository.runs)));
}

#[test]
fn a_run_that_fails_does_not_stop_the_others() {
    for fault in [Fault::Status(500), Fault::Truncated, Fault::NotJson, Fault::Status(404)] {
        let server = FakeGitHub::start(vec![seed::eight_jobs(NAME, 12, 19)]);
        server.fail_at("/actions/runs/20000000300/jobs", 99, fault.clone());
        let program = connected(&server);
        let ran = collect(&program, &[]);
        // One that is gone is no failure.
        let gone = matches!(fault, Fault::Status(404));
        assert_eq!(ran.code, if gone { 0 } else { 2 }, "{fault:?}: {}", ran.stderr);
        let said =
            ran.stderr.contains("/actions/runs/20000000300/jobs: ") && ran.stderr.contains("tries this one again");
        assert!(said != gone, "{}", ran.stderr);
        let ids = |program: &Program| {
            job_rows(program).into_iter().map(|[run, ..]| run).collect::<std::collections::BTreeSet<_>>().len()
        };
        assert_eq!(ids(&program), 11);
        server.calm();
        collected(&program, &[]);
        assert_eq!(ids(&program), 12, "{fault:?}");
        // Deleted for good: asked for once more, and then forgotten.
        server.forget();
        collected(&program, &[]);
        assert!(server.seen().len() <= 1, "{:?}", server.seen());
    }
}

#[test]
fn new_runs_and_new_attempts_are_found_later() {
    let whole = seed::eight_jobs(NAME, 230, 20);
    let mut early = whole.clone();
    // At first the newest runs were not there, and a run of long ago had one attempt less.
    early.runs.drain(..7);
    let old = early.runs.iter_mut().rev().find(|run| run.attempts.len() > 1).unwrap();
    let later = old.attempts.pop().unwrap();
    let id = old.id;
    let server = FakeGitHub::start(vec![early]);
    let program = connected(&server);
    collected(&program, &["--runs", "9999"]);
    server.change(NAME, |repository| {
        repository.runs.iter_mut().find(|run| run.id == id).unwrap().attempts.push(later);
        repository.runs.splice(0..0, whole.runs[..7].iter().cloned());
    });
    let expected = ledger(&whole.runs);
    let mut requests = Vec::new();
    while job_rows(&program) != expected {
        server.forget();
        // Another machine's chance each time.
        let time = FakeTime::drawing(f64::from(u32::try_from(requests.len()).unwrap()) * 0.37 % 1.0);
        let ran = in_process::run(&program, &time, &["collect", "--runs", "9999"]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        requests.push(server.seen().len());
        assert!(requests.len() < 9, "{requests:?}: {:?}", diff(&job_rows(&program), &expected));
    }
    assert!(requests[0] >= 8 && requests.iter().skip(1).all(|count| *count <= 5), "{requests:?}");
}
