//! `plimsoll collect` from recorded answers, test reports and sizes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::Value;

use crate::support::csv::{self, Row};
use crate::support::program::{Program, Ran};

fn fixture(path: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/collect").join(path).display().to_string()
}

fn collect(program: &Program, arguments: &[&str]) -> Ran {
    program.run(&[&["collect"], arguments].concat())
}

fn collected(program: &Program, arguments: &[&str]) -> String {
    let ran = collect(program, arguments);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{arguments:?}");
    ran.stdout
}

/// All files of the metrics folder with their bytes.
fn files(program: &Program) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![program.path("metrics")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.clone(), std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn fields<const N: usize>(row: &Row, columns: [&str; N]) -> [String; N] {
    columns.map(|column| row.get(column).unwrap_or_else(|| panic!("no column {column}")).clone())
}

fn table(program: &Program, name: &str) -> Vec<Row> {
    csv::read(&program.path(&format!("metrics/{name}.csv")))
}

#[test]
fn recorded_answers_become_rows() {
    let program = Program::new();
    let said = collected(&program, &["--from", &fixture("recorded")]);
    assert_eq!(
        said,
        "Table          Added  Updated  Total  File\n\
         run_metrics        3        0      3  metrics/run_metrics.csv\n\
         build_metrics      5        0      5  metrics/build_metrics.csv\n\
         stage_metrics      3        0      3  metrics/stage_metrics.csv\n\n11 new rows\n"
    );
    let columns = ["run_id", "run_attempt", "workflow", "pull_request", "conclusion", "queue_s", "wall_s", "jobs"];
    let runs: Vec<_> = table(&program, "run_metrics").iter().map(|row| fields(row, columns)).collect();
    assert_eq!(
        runs,
        [
            ["7001", "1", "CI", "34", "failure", "10", "160", "2"],
            ["7001", "2", "CI", "34", "success", "", "", "2"],
            ["7002", "1", "", "", "", "", "", ""],
        ]
    );
    let columns = ["job_id", "run_attempt", "event", "family", "matrix", "stage", "conclusion", "queue_s"];
    let jobs: Vec<_> = table(&program, "build_metrics").iter().map(|row| fields(row, columns)).collect();
    assert_eq!(
        jobs,
        [
            ["81", "1", "pull_request", "build", "linux, 1.20", "build", "success", "8"],
            ["81", "2", "pull_request", "build", "linux, 1.20", "build", "success", ""],
            ["82", "1", "pull_request", "release / publish", "", "package", "failure", "8"],
            ["83", "2", "pull_request", "release / publish", "", "package", "skipped", ""],
            ["91", "1", "", "Analyze", "", "other", "", ""],
        ]
    );
    let columns = ["duration_s", "runner_os", "runner_arch", "runner_label", "billed_minutes", "cost_usd"];
    let jobs: Vec<_> = table(&program, "build_metrics").iter().map(|row| fields(row, columns)).collect();
    assert_eq!(jobs[0], ["121", "linux", "x64", "ubuntu-latest", "3", "0.018"]);
    assert_eq!(jobs[1], ["121", "linux", "x64", "ubuntu-latest", "0", "0"]);
    assert_eq!(jobs[2], ["30", "linux", "arm64", "self-hosted, linux, ARM64", "0", "0"]);
    assert_eq!(jobs[3], ["", "", "", "", "0", "0"]);
    assert_eq!(jobs[4], ["", "macos", "arm64", "macos-15", "", ""]);
    let columns = ["stage", "variant", "duration_s", "steps"];
    let stages: Vec<_> = table(&program, "stage_metrics").iter().map(|row| fields(row, columns)).collect();
    assert_eq!(stages, [["setup", "", "3", "2"], ["build", "wasm", "60", "1"], ["test-unit", "", "57", "1"]]);
}

#[test]
fn collecting_twice_changes_no_byte() {
    let program = Program::new().file("dist/app", [7_u8; 1234]);
    let (recorded, junit) = (fixture("recorded"), fixture("junit/*.xml"));
    let arguments = ["--from", &recorded, "--junit", &junit, "--size", "app=dist/app"];
    collected(&program, &arguments);
    let once = files(&program);
    assert_eq!(once.len(), 6);
    let said = collected(&program, &arguments);
    assert!(said.ends_with("\n0 new rows\n"), "{said}");
    assert_eq!(files(&program), once);
}

#[test]
fn a_dry_run_writes_nothing() {
    let program = Program::new();
    let said = collected(&program, &["--from", &fixture("recorded"), "--dry-run"]);
    assert!(said.ends_with("\n11 new rows (nothing written: --dry-run)\n"), "{said}");
    assert!(!program.path("metrics").exists());
    let json = collected(&program, &["--from", &fixture("recorded"), "--dry-run", "--format", "json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["added"], &json["dry_run"]), (&Value::from(11), &Value::from(true)));
    assert_eq!(json.pointer("/tables/1/name").unwrap(), "build_metrics");
}

#[test]
fn a_finished_job_fills_its_row_and_an_older_observation_does_not_empty_it() {
    let job = |status: &str, conclusion: &str, completed: &str| {
        format!(
            r#"{{"id":1,"run_id":2,"run_attempt":1,"name":"a","status":"{status}","conclusion":{conclusion},
            "started_at":"2026-03-01T00:00:00Z","completed_at":{completed}}}"#
        )
    };
    let program = Program::new()
        .file("early/job.json", job("in_progress", "null", "null"))
        .file("late/job.json", job("completed", "\"success\"", "\"2026-03-01T00:01:30Z\""));
    let row = || fields(&table(&program, "build_metrics")[0], ["conclusion", "duration_s"]);
    collected(&program, &["--from", "early"]);
    assert_eq!(row(), ["", ""]);
    let said = collected(&program, &["--from", "late"]);
    assert!(said.ends_with("\n0 new rows, 1 updated\n"), "{said}");
    assert_eq!(row(), ["success", "90"]);
    let finished = files(&program);
    collected(&program, &["--from", "early"]);
    assert_eq!(files(&program), finished);
}

#[test]
fn reports_and_sizes_belong_to_the_job_at_hand() {
    let mut program = Program::new().file("dist/app", [7_u8; 1234]);
    for (name, value) in [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_REPOSITORY", "octo/widgets"),
        ("GITHUB_WORKFLOW", "CI"),
        ("GITHUB_RUN_ID", "7001"),
        ("GITHUB_RUN_ATTEMPT", "2"),
        ("GITHUB_JOB", "test"),
        ("GITHUB_EVENT_NAME", "pull_request"),
        ("GITHUB_REF_NAME", "34/merge"),
        ("GITHUB_HEAD_REF", "topic"),
        ("GITHUB_SHA", "0123456789012345678901234567890123456789"),
    ] {
        program = program.env(name, value);
    }
    collected(&program, &["--junit", &fixture("junit/*.xml"), "--size", "app=dist/app", "--job-id", "83"]);
    let columns = ["repository", "workflow", "run_id", "run_attempt", "job_id", "job", "event", "branch"];
    let expected = ["octo/widgets", "CI", "7001", "2", "83", "test", "pull_request", "topic"];
    for name in ["test_metrics", "test_cases", "measurements"] {
        assert!(table(&program, name).iter().all(|row| fields(row, columns) == expected), "{name}");
    }
    let columns = ["suite", "tests", "passed", "failed", "errors", "skipped", "flaky", "duration_s"];
    let suites: Vec<_> = table(&program, "test_metrics").iter().map(|row| fields(row, columns)).collect();
    assert_eq!(suites, [["core", "4", "2", "1", "0", "1", "1", "1002.5"], ["edge", "1", "0", "0", "1", "0", "0", ""]]);
    let columns = ["case", "status", "flaky", "message"];
    let cases: Vec<_> = table(&program, "test_cases").iter().map(|row| fields(row, columns)).collect();
    assert_eq!(
        cases,
        [
            ["adds", "passed", "false", ""],
            ["breaks", "failed", "false", "expected 1, got 2"],
            ["flickers", "passed", "true", "first try"],
            ["setup", "error", "false", "no database"],
        ]
    );
    let size = fields(&table(&program, "measurements")[0], ["name", "labels", "value", "unit", "better"]);
    assert_eq!(size, ["size.bytes", "name=app", "1234", "bytes", "lower"]);
}

#[test]
fn reports_of_one_job_that_share_a_suite_are_one_suite() {
    let report = |time: u32, inside: &str| {
        format!(
            "<testsuite name='s' time='{time}'><testcase name='{time}'/><testcase name='a'>{inside}</testcase></testsuite>"
        )
    };
    let program =
        Program::new().file("1.xml", report(1, "<failure message='first try'/>")).file("2.xml", report(2, ""));
    let columns = ["tests", "passed", "failed", "flaky", "duration_s", "source"];
    collected(&program, &["--junit", "*.xml", "--job-id", "83"]);
    let suites: Vec<_> = table(&program, "test_metrics").iter().map(|row| fields(row, columns)).collect();
    assert_eq!(suites, [["3", "3", "0", "1", "3", "1.xml, 2.xml"]]);
    // Where nobody says that one job wrote them, they may be of two legs of a matrix.
    let apart = Program::new().file("1.xml", report(1, "<failure/>")).file("2.xml", report(2, ""));
    collected(&apart, &["--junit", "*.xml"]);
    assert_eq!(table(&apart, "test_metrics").len(), 2);
}

#[test]
fn outside_a_job_the_checkout_says_where_rows_belong() {
    let commit = "0123456789012345678901234567890123456789";
    let program = Program::new()
        .file(".git/HEAD", "ref: refs/heads/topic\n")
        .file(".git/refs/heads/topic", commit)
        .file("app", "12345");
    collected(&program, &["--size", "app=app", "--repository", "octo/widgets"]);
    let columns = ["repository", "run_id", "run_attempt", "branch", "commit"];
    assert_eq!(fields(&table(&program, "measurements")[0], columns), ["octo/widgets", "0", "1", "topic", commit]);
    // The same size at another commit is another row.
    let program = program.file(".git/refs/heads/topic", commit.replace('0', "a"));
    let said = collected(&program, &["--size", "app=app"]);
    assert!(said.ends_with("\n1 new row\n"), "{said}");
}

#[test]
fn a_damaged_table_stops_everything_before_anything_is_written() {
    let program = Program::new().file("app", "1");
    collected(&program, &["--from", &fixture("recorded"), "--size", "app=app"]);
    let sound = program.read("metrics/build_metrics.csv");
    let damaged = sound.replacen(",121,", ",soon,", 1) + "<<<<<<< HEAD\n";
    std::fs::write(program.path("metrics/build_metrics.csv"), &damaged).unwrap();
    let before = files(&program);
    let program = program.file("app", "12");
    let ran = collect(&program, &["--from", &fixture("recorded"), "--size", "app=app"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    let place = "metrics/build_metrics.csv:2:";
    assert!(
        ran.stderr.contains(place) && ran.stderr.contains("`duration_s` holds a number, not `soon`"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("metrics/build_metrics.csv:7:1: the line has 1 fields"), "{}", ran.stderr);
    assert!(ran.stderr.contains("--quarantine"), "{}", ran.stderr);
    assert_eq!(files(&program), before);
    // Moved away, the lines are kept, and what was damaged is collected again.
    let said = collected(&program, &["--from", &fixture("recorded"), "--quarantine"]);
    assert!(said.ends_with("\n1 new row, 2 damaged lines moved to *.rejected.csv\n"), "{said}");
    assert_eq!(program.read("metrics/build_metrics.csv"), sound);
    let rejected = table(&program, "build_metrics.rejected");
    assert_eq!(fields(&rejected[1], ["line", "column", "content"]), ["7", "1", "<<<<<<< HEAD"]);
    assert!(rejected[0]["content"].contains(",soon,") && rejected[0]["reason"].contains("`duration_s`"));
}

#[test]
fn tables_of_other_versions_and_systems_lose_nothing() {
    let header = Program::new().run(&["schema", "build_metrics", "--header"]).stdout;
    let header = header.trim_end();
    let row = |job: u64, time: &str| format!("o/n,,5,1,{job},\"a, b\",,,,{time}{}", ",".repeat(14));
    let closed = format!("{header},color\n{},red\n", row(1, "2026-02-01T00:00:00Z"));
    let open = format!("\u{FEFF}{header},color\r\n{},\"b\"\"lue\"\r\n", row(2, "2026-03-01T00:00:00Z"));
    let program =
        Program::new().file("metrics/2026/02/build_metrics.csv", &closed).file("metrics/build_metrics.csv", &open);
    collected(&program, &["--from", &fixture("recorded")]);
    assert_eq!(program.read("metrics/2026/02/build_metrics.csv"), closed);
    let text = program.read("metrics/build_metrics.csv");
    assert!(text.starts_with(&format!("{header},color\n")) && !text.contains('\r'), "{text}");
    let colors: Vec<String> = table(&program, "build_metrics").iter().map(|row| row["color"].clone()).collect();
    assert_eq!(colors, ["b\"lue", "", "", "", "", ""]);
    // What belongs to the closed month goes there.
    let job = r#"{"id":3,"run_id":5,"started_at":"2026-02-28T23:59:59Z"}"#;
    let program = program.file("late/job.json", job);
    collected(&program, &["--from", "late"]);
    assert_eq!(program.read("metrics/2026/02/build_metrics.csv").lines().count(), 3);
    assert_eq!(program.read("metrics/build_metrics.csv"), text);
}

/// The row of a job as the tables hold it, with so many fields behind those of `started_at`.
fn job_line(job: u64, time: &str, behind: &str) -> String {
    format!("o/n,CI,{job},1,{job},build,push,main,abc,{time}{behind}\n")
}

#[test]
fn closed_months_get_files_of_their_own() {
    let header = Program::new().run(&["schema", "build_metrics", "--header"]).stdout;
    let behind = ",".repeat(14);
    let line = |job, time| job_line(job, time, &behind);
    let rows = [
        line(1, "2026-01-31T23:59:59Z"),
        line(2, "2026-02-01T00:00:00Z"),
        line(3, "2026-02-28T00:00:00Z"),
        line(4, "2099-01-01T00:00:00Z"),
        line(5, ""),
    ];
    let open = header.clone() + &rows.concat();
    let program =
        Program::new().file("metrics/build_metrics.csv", &open).file("plimsoll.yml", "collect: {rotate: monthly}");
    let late = r#"{"id":9,"run_id":9,"started_at":"2026-01-30T00:00:00Z"}"#;
    let program = program.file("late/job.json", late).file("none/job.json", r#"{"jobs": []}"#);
    collected(&program, &["--from", "none", "--no-config"]);
    assert_eq!(program.read("metrics/build_metrics.csv"), open);
    collected(&program, &["--from", "none"]);
    assert_eq!(program.read("metrics/2026/01/build_metrics.csv"), header.clone() + &rows[0]);
    assert_eq!(program.read("metrics/2026/02/build_metrics.csv"), header.clone() + &rows[1..3].concat());
    assert_eq!(program.read("metrics/build_metrics.csv"), header.clone() + &rows[3..].concat());
    let once = files(&program);
    collected(&program, &["--from", "none"]);
    assert_eq!(files(&program), once);
    // What comes late goes to its month, with rotation and without.
    collected(&program, &["--from", "late", "--no-config"]);
    let january = program.read("metrics/2026/01/build_metrics.csv");
    assert!(january.lines().nth(1).unwrap().contains(",9,1,9,") && january.ends_with(&rows[0]), "{january}");
    let ran = program.run(&["report", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(report["to"], "2099-01-01T00:00:00Z", "{}", ran.stdout);
}

/// Whoever reads what whoever wrote: nothing is lost between this version, one before it that knew
/// fewer columns, and one after it that knows more.
#[test]
fn versions_read_each_others_tables() {
    let header = Program::new().run(&["schema", "build_metrics", "--header"]).stdout;
    let header = header.trim_end();
    let older = header.strip_suffix(",billed_minutes,cost_usd").unwrap();
    let newer = format!("{header},carbon_g");
    let line = |job, columns: &str, last: &str| {
        let fields = columns.matches(',').count();
        job_line(job, "2026-03-01T00:00:00Z", &",".repeat(fields - 10)).trim_end().to_owned() + "," + last + "\n"
    };
    let job = r#"{"id":7,"run_id":7,"started_at":"2026-03-02T00:00:00Z","status":"completed","conclusion":"success",
        "completed_at":"2026-03-02T00:01:00Z"}"#;
    for (name, before, last) in
        [("older", older, "GitHub Actions"), ("same", header, "0.5"), ("newer", newer.as_str(), "12")]
    {
        let old = line(5, before, last);
        let content = format!("{before}\n{old}");
        let program = Program::new().file("metrics/build_metrics.csv", &content).file("new/job.json", job);
        // A reader of this version takes it as it is.
        let ran = program.run(&["report", "--format", "json"]);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{name}");
        collected(&program, &["--from", "new"]);
        let rows = table(&program, "build_metrics");
        assert_eq!(rows.len(), 2, "{name}");
        let column = before.rsplit(',').next().unwrap();
        assert_eq!(rows[0][column], last, "{name}");
        assert_eq!(rows[1]["duration_s"], "60", "{name}");
        // A reader of the other version finds its columns where they were.
        let written = program.read("metrics/build_metrics.csv");
        let first = written.lines().next().unwrap();
        assert!(first.starts_with(before) && first.starts_with(header), "{name}: {first}");
        // Writing again, and a row that both know, change nothing.
        let once = files(&program);
        collected(&program, &["--from", "new"]);
        assert_eq!(files(&program), once, "{name}");
    }
}

#[test]
fn bad_input_is_named_and_nothing_is_written() {
    let program = Program::new()
        .file("cut/a.json", "{\"jobs\": [\n{\"id\": 1,")
        .file("odd/a.json", "{\"message\": \"Not Found\"}")
        .file("empty/a.json", "")
        .file("noid/a.json", "{\"jobs\": [{\"name\": \"x\"}]}")
        .file("none/readme.txt", "")
        .file("report.xml", "<testsuites>\n<testsuite></testsuites>")
        .file("page.xml", "<html/>");
    for (arguments, message) in [
        (&["--from", "cut"][..], "cut/a.json:2:9: the file is not JSON"),
        (&["--from", "odd"], "odd/a.json: this is not what the endpoints"),
        (&["--from", "empty"], "empty/a.json: this is not what the endpoints"),
        (&["--from", "noid"], "noid/a.json: a job has no usable `id`"),
        (&["--from", "none"], "none holds no *.json file"),
        (&["--from", "missing"], "missing"),
        (&["--junit", "report.xml"], "report.xml:2:"),
        (&["--junit", "page.xml"], "page.xml:1:1: the root is <html>"),
        (&["--junit", "TEST-*.xml"], "no file matches `TEST-*.xml`"),
        (&["--size", "app"], "`--size app` is not NAME=PATH"),
        (&["--size", "a=page.xml", "--size", "a=report.xml"], "--size names `a` twice"),
        (&["--size", "app=missing"], "missing"),
        (&["--from", "odd", "--repository", "octo"], "`octo` is not a repository: write it as OWNER/NAME"),
        (&[], "it is not known which repository's runs to collect"),
    ] {
        let ran = collect(&program, arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(ran.stderr.starts_with("error: ") && ran.stderr.contains(message), "{arguments:?}: {}", ran.stderr);
    }
    assert!(!program.path("metrics").exists());
}

/// Returns the folder of recorded answers of real repositories, where it is at hand.
fn shared(path: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let folders = std::env::var_os("PLIMSOLL_SHARED").map(PathBuf::from).into_iter().chain([beside]);
    folders.map(|folder| folder.join("corpus").join(path)).find(|folder| folder.is_dir())
}

/// Reads the records of a folder straight from the JSON, without any of our code.
fn records(folder: &Path, list: &str) -> Vec<Value> {
    let mut names: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    let mut records = Vec::new();
    for name in names {
        let answer: Value = serde_json::from_slice(&std::fs::read(name).unwrap()).unwrap();
        match answer.get(list) {
            Some(page) => records.extend(page.as_array().unwrap().iter().cloned()),
            None if list == "workflow_runs" && answer.get("jobs_url").is_some() => records.push(answer),
            None => {}
        }
    }
    records
}

fn said(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn at(value: &Value) -> Option<Timestamp> {
    value.as_str().and_then(|text| text.parse().ok())
}

fn number(value: &Value) -> String {
    value.as_u64().map(|number| number.to_string()).unwrap_or_default()
}

fn inner<'value>(value: &'value Value, path: &str) -> &'value Value {
    value.pointer(path).unwrap_or(&Value::Null)
}

fn ended(record: &Value) -> String {
    said(&record["conclusion"]).to_lowercase()
}

/// Compares every row of a folder's jobs and runs with what the records say.
fn check_rows(program: &Program, folder: &Path) {
    let (runs, jobs) = (records(folder, "workflow_runs"), records(folder, "jobs"));
    let rows = table(program, "build_metrics");
    assert_eq!(rows.len(), jobs.len());
    for job in &jobs {
        let key = [number(&job["run_id"]), number(&job["run_attempt"]), number(&job["id"])];
        let row = rows.iter().find(|row| fields(row, ["run_id", "run_attempt", "job_id"]) == key).unwrap();
        let run = runs.iter().find(|run| run["id"] == job["run_id"]).unwrap_or(&Value::Null);
        let seconds = |start: &Value, end: &Value| {
            at(end).zip(at(start)).map(|(end, start)| end.as_second() - start.as_second()).filter(|span| *span >= 0)
        };
        let text = |seconds: Option<i64>| seconds.map(|seconds| seconds.to_string()).unwrap_or_default();
        let done = Some(()).filter(|()| !ended(job).is_empty());
        let expected = [
            said(&job["name"]),
            ended(job),
            at(&job["started_at"]).map(|time| time.to_string()).unwrap_or_default(),
            text(done.and_then(|()| seconds(&job["started_at"], &job["completed_at"]))),
            text(seconds(&job["created_at"], &job["started_at"])),
            said(&run["name"]),
            said(&run["event"]),
            said(&run["head_branch"]),
            said(&job["head_sha"]),
            number(&run["run_number"]),
            said(&job["runner_group_name"]),
        ];
        let columns = [
            "job",
            "conclusion",
            "started_at",
            "duration_s",
            "queue_s",
            "workflow",
            "event",
            "branch",
            "commit",
            "run_number",
            "runner_group",
        ];
        assert_eq!(fields(row, columns), expected, "{key:?}");
    }
    let rows = table(program, "run_metrics");
    assert_eq!(rows.len(), runs.len());
    for run in &runs {
        let key = [number(&run["id"]), number(&run["run_attempt"])];
        let row = rows.iter().find(|row| fields(row, ["run_id", "run_attempt"]) == key).unwrap();
        let expected = [
            said(inner(run, "/repository/full_name")),
            said(&run["name"]),
            said(&run["event"]),
            said(&run["head_branch"]),
            said(&run["head_sha"]),
            said(&run["run_started_at"]),
            said(&run["path"]),
            number(&run["run_number"]),
            ended(run),
            number(inner(run, "/pull_requests/0/number")),
        ];
        let columns = [
            "repository",
            "workflow",
            "event",
            "branch",
            "commit",
            "started_at",
            "workflow_path",
            "run_number",
            "conclusion",
            "pull_request",
        ];
        assert_eq!(fields(row, columns), expected, "{key:?}");
    }
}

#[test]
fn rows_agree_with_the_records() {
    let mut folders = vec![PathBuf::from(fixture("plain"))];
    for repository in ["panjf2000+ants", "biomejs+biome"] {
        match shared(&format!("github-api/{repository}")) {
            Some(folder) => folders.push(folder),
            None => println!("no recorded answers of {repository} at hand: our own fixtures stand for them"),
        }
    }
    for folder in folders {
        let program = Program::new();
        let from = folder.display().to_string();
        collected(&program, &["--from", &from]);
        check_rows(&program, &folder);
        let once = files(&program);
        let again = collected(&program, &["--from", &from]);
        assert!(again.ends_with("\n0 new rows\n"), "{again}");
        assert_eq!(files(&program), once, "{from}");
    }
}

/// What a measurement says: name, labels, value and unit.
fn measured(program: &Program) -> Vec<[String; 4]> {
    table(program, "measurements").iter().map(|row| fields(row, ["name", "labels", "value", "unit"])).collect()
}

#[test]
fn files_of_any_format_are_told_apart_by_what_they_hold() {
    let program = Program::new()
        .file("out/a.txt", "TN:\nSF:a.rs\nDA:1,1\nDA:2,0\nend_of_record\n")
        .file("out/b.txt", "mode: set\np/a.go:1.2,3.4 3 1\np/a.go:5.2,6.4 1 0\n")
        .file("out/c", "running 1 test\ntest a ... ok\n\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.18s\n")
        .file("out/d", r#"{"stats":{"compile_requests":3,"cache_hits":{"counts":{"Rust":2}},"cache_misses":{"counts":{"Rust":1}}},"cache_size":9}"#)
        .file("out/e", r#"[{"name":"boot_s","value":1.5,"unit":"s","better":"lower"}]"#)
        .file("notes.txt", "# nothing yet\nanswer=42\n");
    let ran = collect(&program, &["--input", "out/*", "--input", "own:notes.txt", "--job-id", "83"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let mut values = measured(&program);
    values.sort();
    let value = |parts: [&str; 4]| parts.map(str::to_owned);
    assert_eq!(
        values,
        [
            value(["answer", "", "42", ""]),
            value(["boot_s", "", "1.5", "s"]),
            // Two files say the same: each says where it is from.
            value(["coverage.line", "source=out/a.txt", "0.5", "ratio"]),
            value(["coverage.line", "source=out/b.txt", "0.75", "ratio"]),
            value(["coverage.statement", "", "0.75", "ratio"]),
        ]
    );
    let caches: Vec<_> = table(&program, "cache_hits")
        .iter()
        .map(|row| fields(row, ["cache", "hits", "misses", "size_bytes"]))
        .collect();
    assert_eq!(caches, [["sccache Rust", "2", "1", "9"]]);
    assert_eq!(fields(&table(&program, "test_metrics")[0], ["suite", "passed", "duration_s"]), ["c", "1", "0.18"]);
    let once = files(&program);
    collect(&program, &["--input", "out/*", "--input", "own:notes.txt", "--job-id", "83"]);
    assert_eq!(files(&program), once);
}

#[test]
fn one_broken_file_does_not_stop_the_others() {
    let program = Program::new()
        .file("out/1.xml", "<testsuite name='s'><testcase name='a'/></testsuite>")
        .file("out/2.xml", "<testsuite>\n  <testcase></testsuite>")
        .file("out/3.xml", "<!DOCTYPE a [<!ENTITY b 'c'>]><testsuite/>")
        .file("out/4.txt", "what is this");
    let ran = collect(&program, &["--input", "out/*"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stdout.ends_with("\n1 new row\n"), "{}", ran.stdout);
    for message in [
        "error: out/2.xml:2:",
        "error: out/3.xml:1:1: the document type declares entities",
        "error: out/4.txt:1:1: the file is of no format that is known: junit, trx, ",
    ] {
        assert!(ran.stderr.contains(message), "{message}: {}", ran.stderr);
    }
    assert_eq!(table(&program, "test_metrics").len(), 1);
}

#[test]
fn what_tools_wrote_is_read() {
    let Some(folder) = shared("formats") else {
        println!("no files of other tools at hand: the tests of each format stand for them");
        return;
    };
    let program = Program::new();
    let pattern = |path: &str| format!("{}/{path}", folder.display());
    let patterns =
        ["coverage/*", "cargo-timings/*", "criterion/*", "turbo/*", "next/*", "pytest-benchmark.json"].map(pattern);
    let arguments: Vec<&str> = patterns.iter().flat_map(|pattern| ["--input", pattern.as_str()]).collect();
    collected(&program, &arguments);
    let values = measured(&program);
    let value = |name: &str, labels: &str| {
        let found = values.iter().find(|[known, found, ..]| known == name && found.starts_with(labels));
        found.map(|[_, _, value, unit]| format!("{value} {unit}")).unwrap_or_default()
    };
    assert_eq!(value("coverage.line", "source="), "1 ratio");
    assert_eq!(value("benchmark.time", "name=test_x.py::test_b"), "0.0000006088999725761823 s");
    assert!(values.iter().any(|[name, _, _, unit]| name == "benchmark.time" && unit == "ns"), "{values:?}");
    assert_eq!(value("size.bytes", "encoding=none,kind=first-load-js,name=/"), "457070 bytes");
    assert_eq!(value("cargo.build_s", ""), "8.33 s");
    assert_eq!(value("cargo.unit_s", "unit=serde_core 1.0.229 build-script (run)"), "0.01 s");
    assert_eq!(values.iter().filter(|[name, ..]| name == "cargo.unit_s").count(), 9);
    let caches: Vec<_> =
        table(&program, "cache_hits").iter().map(|row| fields(row, ["cache", "hits", "misses"])).collect();
    assert_eq!(caches, [["turbo tasks", "3", "0"]]);
}

#[test]
fn reports_of_eight_test_runners_are_read() {
    let Some(folder) = shared("formats/junit") else {
        println!("no reports of other test runners at hand: our own fixtures stand for them");
        return;
    };
    let program = Program::new();
    collected(&program, &["--junit", &format!("{}/*.xml", folder.display())]);
    let mut suites: Vec<[String; 7]> = table(&program, "test_metrics")
        .iter()
        .map(|row| {
            let [source, rest @ ..] = fields(row, ["source", "suite", "tests", "failed", "errors", "skipped", "flaky"]);
            let [suite, tests, failed, errors, skipped, flaky] = rest;
            let file = source.rsplit('/').next().unwrap().to_owned();
            [file, suite, tests, failed, errors, skipped, flaky]
        })
        .collect();
    suites.sort();
    assert_eq!(
        suites,
        [
            ["gojunit.xml", "acme/pkg", "2", "1", "0", "0", "0"],
            ["gradle.xml", "com.acme.GradleT", "2", "0", "0", "1", "0"],
            ["jest.xml", "suite a", "4", "1", "0", "1", "0"],
            ["libtest.xml", "test", "3", "1", "0", "0", "0"],
            ["nextest.xml", "demo", "3", "1", "0", "0", "0"],
            ["node.xml", "node", "4", "1", "0", "2", "0"],
            ["node.xml", "p", "1", "0", "0", "0", "0"],
            ["pytest.xml", "pytest", "8", "1", "1", "2", "0"],
            ["surefire.xml", "com.acme.T", "3", "0", "0", "0", "1"],
        ]
    );
}

#[test]
fn sizes_are_measured_compressed_where_that_is_wanted() {
    let text = "the same line again\n".repeat(500);
    let program = Program::new().file("dist/a.js", &text).file("dist/lib/b.js", &text);
    let sizes = || measured(&program).into_iter().map(|[_, labels, value, _]| (labels, value)).collect::<Vec<_>>();
    collected(&program, &["--size", "app=dist", "--job-id", "7"]);
    assert_eq!(sizes(), [("name=app".to_owned(), "20000".to_owned())]);
    collected(
        &program,
        &["--size", "app=dist", "--job-id", "7", "--encoding", "zstd", "--encoding", "gzip", "--encoding", "brotli"],
    );
    let found = sizes();
    let labels: Vec<&str> = found.iter().map(|(labels, _)| labels.as_str()).collect();
    let expected = ["encoding=brotli,name=app", "encoding=gzip,name=app", "encoding=zstd,name=app", "name=app"];
    assert_eq!(labels, expected);
    // Two files of one line repeated: what `gzip -9`, `brotli -q 11` and `zstd -19` come to.
    let bytes: Vec<u64> = found.iter().map(|(_, value)| value.parse().unwrap()).collect();
    assert!((40..100).contains(&bytes[0]), "{bytes:?}");
    assert!((60..400).contains(&bytes[1]), "{bytes:?}");
    assert!((50..120).contains(&bytes[2]), "{bytes:?}");
    let configured = Program::new()
        .file("dist/a.js", &text)
        .file("plimsoll.yml", "collect: {sizes: {app: dist}, encodings: [gzip]}\n");
    collected(&configured, &["--size", "other=dist"]);
    assert_eq!(measured(&configured).len(), 2);
}

#[test]
fn known_failures_are_counted_apart() {
    let junit = "<testsuite name='s'><testcase name='a'><failure message='x'/></testcase><testcase name='b'><failure/></testcase></testsuite>";
    let program = Program::new().file("a.xml", junit).file("plimsoll.yml", "collect: {quarantined_tests: ['s > b']}\n");
    collected(&program, &["--input", "a.xml"]);
    let suite = &table(&program, "test_metrics")[0];
    assert_eq!(fields(suite, ["tests", "failed", "quarantined"]), ["2", "1", "1"]);
    let cases: Vec<_> = table(&program, "test_cases").iter().map(|row| fields(row, ["case", "status"])).collect();
    assert_eq!(cases, [["a", "failed"], ["b", "quarantined"]]);
    let report = program.run(&["report", "--format", "markdown"]);
    assert!(report.stdout.contains("| s / b | 0 | 0 | 1 |"), "{}", report.stdout);
}
