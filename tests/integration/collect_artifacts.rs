//! `plimsoll collect --artifact`: what tools wrote, from the artifacts of a fake GitHub's runs.

use std::io::{Cursor, Write as _};

use jiff::Timestamp;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::support::csv;
use crate::support::fake_github::{Artifact, FakeGitHub, Repository, TOKEN, seed};
use crate::support::in_process;
use crate::support::outside::FakeTime;
use crate::support::program::{Program, Ran};

const NAME: &str = "octo/hello";

const JUNIT: &str = "<testsuite name='unit'><testcase name='a' time='1.5'/><testcase name='b'><failure message='no'/></testcase></testsuite>";

fn connected(server: &FakeGitHub) -> Program {
    let program = Program::new().env("GITHUB_API_URL", &server.url());
    program.env("GITHUB_TOKEN", TOKEN).env("GITHUB_REPOSITORY", NAME)
}

fn collect(program: &Program, arguments: &[&str]) -> Ran {
    in_process::run(program, &FakeTime::default(), &[&["collect", "--runs", "99"], arguments].concat())
}

fn packed(files: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A repository with some runs; the first that ended at its first attempt, and one with several, get
/// the artifacts.
struct Uploaded {
    repository: Repository,
    once: u64,
    again: u64,
}

fn uploaded() -> Uploaded {
    let repository = seed::eight_jobs(NAME, 30, 11);
    let of = |attempts: usize| {
        let run = repository.runs.iter().find(|run| run.attempts.len() == attempts).unwrap();
        (run.id, run.attempts.iter().map(|attempt| attempt.started_at).collect::<Vec<Timestamp>>())
    };
    let ((once, started), (again, begun)) = (of(1), of(2));
    let soon = |start: &Timestamp| *start + jiff::SignedDuration::from_secs(60);
    let results =
        packed(&[("junit.xml", JUNIT), ("log.txt", "nothing of ours"), ("b/cov.info", "SF:a\nDA:1,1\nDA:2,0\n")]);
    let mut id = 0;
    let mut artifact = |run: u64, name: &str, created_at: Timestamp, content: Vec<u8>| {
        id += 1;
        Artifact { id, run, name: name.to_owned(), created_at, expired: false, content }
    };
    let artifacts = vec![
        artifact(once, "results", soon(&started[0]), results.clone()),
        artifact(once, "other", soon(&started[0]), b"not asked for".to_vec()),
        artifact(again, "results-1", soon(&begun[0]), packed(&[("junit.xml", JUNIT)])),
        artifact(again, "results-2", soon(&begun[1]), packed(&[("junit.xml", &JUNIT.replace("no", "still"))])),
        Artifact { expired: true, ..artifact(again, "results-3", soon(&begun[1]), Vec::new()) },
        artifact(again, "results-4", soon(&begun[1]), packed(&[("../junit.xml", JUNIT)])),
        // Uploaded as it is, without an archive around it.
        artifact(again, "results.json", soon(&begun[1]), br#"[{"name":"boot_s","value":1.5}]"#.to_vec()),
    ];
    Uploaded { repository: Repository { artifacts, ..repository }, once, again }
}

/// Returns some columns of a table's rows, sorted.
fn rows<const N: usize>(program: &Program, table: &str, names: [&str; N]) -> Vec<[String; N]> {
    let path = program.path(&format!("metrics/{table}.csv"));
    let mut rows: Vec<_> = csv::read(&path).iter().map(|row| names.map(|name| row[name].clone())).collect();
    rows.sort();
    rows
}

#[test]
fn what_jobs_uploaded_belongs_to_their_attempt() {
    let Uploaded { repository, once, again } = uploaded();
    let server = FakeGitHub::start(vec![repository]);
    let program = connected(&server);
    let ran = collect(&program, &["--artifact", "results*"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let (once, again) = (once.to_string(), again.to_string());
    let row = |run: &str, parts: [&str; 4]| {
        let [attempt, suite, failed, source] = parts;
        [run, attempt, suite, failed, source].map(str::to_owned)
    };
    let mut expected = [
        row(&once, ["1", "unit", "1", "results/junit.xml"]),
        row(&again, ["1", "unit", "1", "results-1/junit.xml"]),
        row(&again, ["2", "unit", "1", "results-2/junit.xml"]),
    ];
    expected.sort();
    assert_eq!(rows(&program, "test_metrics", ["run_id", "run_attempt", "suite", "failed", "source"]), expected);
    let mut values = [
        [once.as_str(), "1", "coverage.line", "0.5", "results/b/cov.info"].map(str::to_owned),
        [again.as_str(), "2", "boot_s", "1.5", "results.json"].map(str::to_owned),
    ];
    values.sort();
    assert_eq!(rows(&program, "measurements", ["run_id", "run_attempt", "name", "value", "source"]), values);
    // One that does harm is told, and does not stop the others.
    assert!(
        ran.stderr.contains("the artifact `results-4` is refused: its entry `../junit.xml` leads out of it"),
        "{}",
        ran.stderr
    );
    let downloads = server.seen().iter().filter(|seen| seen.path.ends_with("/zip")).count();
    assert_eq!(downloads, 5, "what is not asked for or expired is not downloaded");

    // What was read is not read again.
    let files = ["test_metrics", "test_cases", "measurements"].map(|table| format!("metrics/{table}.csv"));
    let contents = || files.each_ref().map(|file| std::fs::read(program.path(file)).unwrap());
    let before = contents();
    server.forget();
    assert!(collect(&program, &["--artifact", "results*"]).stdout.contains("0 new rows"));
    assert_eq!(contents(), before);
    assert!(!server.seen().iter().any(|seen| seen.path.contains("artifacts")), "{:?}", server.seen());
}

#[test]
fn a_pattern_may_say_which_files_and_their_format() {
    let Uploaded { repository, .. } = uploaded();
    let server = FakeGitHub::start(vec![repository]);
    let program = connected(&server);
    let ran = collect(&program, &["--artifact", "lcov:results/**/*.info", "--artifact", "results/*.txt"]);
    assert!(ran.stderr.contains("results/log.txt:1:1: the file is of no format that is known"), "{}", ran.stderr);
    assert!(!program.path("metrics/test_metrics.csv").exists());
    assert_eq!(rows(&program, "measurements", ["name", "value"]), [["coverage.line", "0.5"]]);
    let ran = collect(&program, &["--artifact", "a[/b"]);
    assert!(ran.code == 2 && ran.stderr.contains("`a[/b` is not a pattern for artifacts"), "{}", ran.stderr);
}
