//! `plimsoll monitor resources`: real samples of this machine, and what is made of a log.

use std::process::{Command, Stdio};

use crate::support::csv;
use crate::support::fake_github::{FakeGitHub, TOKEN, seed};
use crate::support::program::Program;

const LOG: &str = r#"{"at":"2026-03-01T12:00:01.000Z","of":"host","seconds":1.0,"cpu":0.5,"memory_bytes":1000,"memory_total_bytes":4000,"net_rx_bytes":10,"top":[{"name":"rustc","pid":7,"cpus":1.5,"memory_bytes":100}]}
{"mark":"unit tests","start":"2026-03-01T12:00:00.500Z","end":"2026-03-01T12:00:01.500Z"}
{"at":"2026-03-01T12:00:02.000Z","of":"host","seconds":1.0,"cpu":1.0,"memory_bytes":3000,"memory_total_bytes":4000}
{"at":"2026-03-01T12:00:02.000Z","of":"cgroup","seconds":1.0,"cpu":0.25}
{"at":"2026-03-01T12:00:0"#;

#[test]
fn a_command_is_watched_and_ends_as_it_would() {
    let program = Program::new();
    let binary = env!("CARGO_BIN_EXE_plimsoll");
    let script =
        format!("echo out; '{binary}' time inner -- sh -c 'i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done'; exit 4");
    let ran =
        program.run(&["monitor", "resources", "--scope", "build", "--interval", "50ms", "--", "sh", "-c", &script]);
    assert_eq!((ran.code, ran.stdout.as_str()), (4, "out\n"));
    assert!(ran.stderr.starts_with("build: "), "{}", ran.stderr);
    let rows = csv::read(&program.path("metrics/resource_usage.csv"));
    let row = rows.iter().find(|row| row["scope"] == "build").unwrap();
    let number = |column: &str| row[column].parse::<f64>().unwrap();
    assert!(number("samples") >= 1.0 && number("cpu_max") > 0.0 && number("cpu_max") <= 1.0, "{row:?}");
    assert!(number("memory_max_bytes") > 1e6 && number("memory_max_bytes") < number("memory_total_bytes"), "{row:?}");
    let svg = program.read("metrics/resources/build.svg");
    assert!(svg.contains(">inner</text>") || svg.contains("<title>inner: "), "{svg}");
    assert!(program.read("metrics/resources/build.jsonl").contains("\"mark\":\"inner\""));
}

#[test]
fn a_sampler_is_told_to_end_and_keeps_what_it_saw() {
    let program = Program::new();
    let mut child = Command::new(env!("CARGO_BIN_EXE_plimsoll"))
        .args(["monitor", "resources", "--interval", "20ms", "--log", "seen.jsonl"])
        .current_dir(program.folder())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    while !std::fs::read_to_string(program.path("seen.jsonl")).is_ok_and(|log| log.lines().count() > 2) {
        std::thread::yield_now();
    }
    Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let rows = csv::read(&program.path("metrics/resource_usage.csv"));
    assert_eq!((rows.len(), rows[0]["scope"].as_str()), (1, "job"));
}

#[test]
fn a_log_that_was_left_behind_is_summed_up() {
    let program = Program::new().file("left.jsonl", LOG);
    let ran = program.run(&[
        "monitor",
        "resources",
        "--from",
        "left.jsonl",
        "--scope",
        "e2e",
        "--svg",
        "e2e.svg",
        "--offline",
    ]);
    let expected = "e2e: 2s, CPU 75% (p95 97.5%), memory 3 kB of 4 kB, 10 B received, busiest rustc\ne2e@cgroup: 1s, CPU 25% (p95 25%)\n";
    assert_eq!((ran.code, ran.stdout.as_str()), (0, expected), "{}", ran.stderr);
    let rows = csv::read(&program.path("metrics/resource_usage.csv"));
    let row = |scope: &str| rows.iter().find(|row| row["scope"] == scope).unwrap();
    assert_eq!((row("e2e")["cpu_mean"].as_str(), row("e2e")["memory_mean_bytes"].as_str()), ("0.75", "2000"));
    assert_eq!(
        (row("e2e")["disk_read_bytes"].as_str(), row("e2e")["started_at"].as_str()),
        ("", "2026-03-01T12:00:00Z")
    );
    assert_eq!(row("e2e@cgroup")["cpu_max"], "0.25");
    assert!(program.read("e2e.svg").contains(">unit tests</text>"));
    // Doing it twice changes nothing.
    let before = program.read("metrics/resource_usage.csv");
    program.run(&["monitor", "resources", "--from", "left.jsonl", "--scope", "e2e", "--svg", "e2e.svg", "--offline"]);
    assert_eq!(program.read("metrics/resource_usage.csv"), before);
}

#[test]
fn a_damaged_or_empty_log_is_named() {
    let program = Program::new().file("empty.jsonl", "").file("bad.jsonl", "{\"at\":1}\n");
    let said = |log: &str| {
        let ran = program.run(&["monitor", "resources", "--from", log]);
        assert_eq!(ran.code, 2);
        ran.stderr
    };
    assert!(said("empty.jsonl").contains("empty.jsonl holds no sample"));
    assert!(said("bad.jsonl").contains("bad.jsonl: line 1 of the log is neither a sample nor a mark"));
    assert!(said("none.jsonl").contains("cannot read"));
}

#[test]
fn in_a_job_the_page_shows_tables_and_charts() {
    let program = Program::new()
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_STEP_SUMMARY", "summary.md")
        .env("INPUT_FROM", "left.jsonl")
        .file("left.jsonl", LOG)
        .file("summary.md", "");
    assert_eq!(program.run(&["monitor", "resources"]).code, 0);
    let page = program.read("summary.md");
    assert!(page.contains("| job | 2s | 75.0 % | 97.5 % |") && page.contains("line [50.0, 100.0]"), "{page}");
}

#[test]
fn the_steps_of_the_job_are_marked() {
    let history = seed::eight_jobs("octo/hello", 3, 11);
    let (job, steps) = history
        .runs
        .iter()
        .flat_map(|run| &run.attempts)
        .flat_map(|attempt| &attempt.jobs)
        .find_map(|job| (job.steps.len() > 1).then(|| (job.id, job.steps.clone())))
        .unwrap();
    let server = FakeGitHub::start(vec![history]);
    let started = steps[0].started_at.unwrap();
    let at = |second: i64| started + jiff::SignedDuration::from_secs(second);
    let sample = |second| {
        format!(
            "{{\"at\":\"{}\",\"of\":\"host\",\"seconds\":1.0,\"cpu\":0.5,\"memory_bytes\":1000,\"memory_total_bytes\":4000}}\n",
            at(second)
        )
    };
    let program = Program::new()
        .file("left.jsonl", (1..400).map(sample).collect::<String>())
        .env("GITHUB_API_URL", &server.url())
        .env("GITHUB_TOKEN", TOKEN)
        .env("GITHUB_REPOSITORY", "octo/hello");
    let id = job.to_string();
    let ran = program.run(&["monitor", "resources", "--from", "left.jsonl", "--svg", "job.svg", "--job-id", &id]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let svg = program.read("job.svg");
    let named = steps.iter().filter(|step| svg.contains(&format!("<title>{}", step.name))).count();
    assert!(named > 1, "{named} of {} steps\n{svg}", steps.len());
    // A job that is not there costs the marks, and nothing else.
    let ran = program.run(&["monitor", "resources", "--from", "left.jsonl", "--svg", "job.svg", "--job-id", "5"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("404") && ran.stderr.contains("the steps are not marked"), "{}", ran.stderr);
}
