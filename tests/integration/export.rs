//! `plimsoll export`: what is written, what settings change, and what a collector is sent.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;

use parquet::file::reader::{FileReader as _, SerializedFileReader};
use serde_json::Value;

use crate::support::program::Program;

const RUNS: &str = r#"{"total_count": 1, "workflow_runs": [
  {"id": 7, "name": "CI", "path": ".github/workflows/ci.yml", "run_number": 3, "run_attempt": 1, "event": "push",
   "status": "completed", "conclusion": "failure", "head_branch": "main", "head_sha": "a1",
   "created_at": "2026-03-02T10:00:00Z", "run_started_at": "2026-03-02T10:00:00Z", "repository": {"full_name": "o/r"}}]}"#;

const JOBS: &str = r#"{"total_count": 1, "jobs": [{"id": 70, "run_id": 7, "run_attempt": 1, "name": "build",
  "status": "completed", "conclusion": "failure", "created_at": "2026-03-02T10:00:01Z", "started_at": "2026-03-02T10:00:10Z",
  "completed_at": "2026-03-02T10:02:10Z", "labels": ["ubuntu-latest"], "workflow_name": "CI", "head_sha": "a1",
  "head_branch": "main", "steps": [
    {"number": 1, "name": "Set up job", "conclusion": "success", "started_at": "2026-03-02T10:00:10Z", "completed_at": "2026-03-02T10:00:12Z"},
    {"number": 2, "name": "Run cargo build", "conclusion": "failure", "started_at": "2026-03-02T10:00:12Z", "completed_at": "2026-03-02T10:02:10Z"}]}]}"#;

fn collected() -> Program {
    let program = Program::new().file("answers/runs.json", RUNS).file("answers/jobs.json", JOBS);
    let ran = program.run(&["collect", "--from", "answers", "--steps"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    program
}

#[test]
fn rules_tests_routing_and_runbook_are_written_together() {
    let program = Program::new();
    let ran = program.run(&["export", "alerts", "--output", "monitoring"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let rules = program.read("monitoring/rules.yml");
    let names: Vec<&str> = rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    assert!(names.len() >= 24);
    for part in ["for: ", "severity: ", "runbook_url: "] {
        assert_eq!(rules.matches(part).count(), names.len(), "{part}");
    }
    let (tests, index) = (program.read("monitoring/rules.test.yml"), program.read("monitoring/runbooks/README.md"));
    for name in &names {
        assert_eq!(tests.matches(&format!("alertname: {name}\n")).count(), 2, "{name}");
        assert!(index.contains(&format!("[{name}]({name}.md)")), "{name}");
        let page = program.read(&format!("monitoring/runbooks/{name}.md"));
        assert!(
            page.contains("## Look at\n\n1. ") && page.contains("## Do\n\n1. ") && page.contains("```promql\n"),
            "{page}"
        );
    }
    assert!(program.read("monitoring/alertmanager.yml").contains("priority=\"P0\""));
    let shown = program.run(&["export", "alerts"]).stdout;
    assert_eq!(shown, rules);
}

#[test]
fn bounds_and_places_are_settings() {
    let settings = "export:\n  service: shop\n  runbooks: https://wiki.example.org/alerts/\n  alerts:\n    BuildSlow: 20min\n    GcPausesLong: off\n";
    let program = Program::new().file("plimsoll.yml", settings);
    let ran = program.run(&["export", "alerts", "--output", "out"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let rules = program.read("out/rules.yml");
    assert!(
        rules.contains("plimsoll_build_duration_seconds > 1200'") && rules.contains("the bound is 20min."),
        "{rules}"
    );
    assert!(!rules.contains("GcPausesLong") && !program.path("out/runbooks/GcPausesLong.md").exists());
    assert!(rules.contains("up{job=\"shop\"}") && !rules.contains("job=\"service\""));
    assert!(rules.contains("runbook_url: 'https://wiki.example.org/alerts/ServiceDown.md'"));
    // An example is about the usual bound.
    let tests = program.read("out/rules.test.yml");
    assert!(!tests.contains("alertname: BuildSlow") && tests.contains("# BuildSlow has a bound of its own"));
}

#[test]
fn wrong_bounds_are_named_with_their_places() {
    let settings =
        "export:\n  service: 'a b'\n  alerts:\n    BuildSlw: 20min\n    BuildSlow: 5 MB\n    ServiceDown: 3\n";
    let ran = Program::new().file("plimsoll.yml", settings).run(&["export", "alerts"]);
    assert_eq!(ran.code, 2);
    for words in [
        "plimsoll.yml:2:12: the label of a service has letters",
        "plimsoll.yml:4:5: there is no alert `BuildSlw`, did you mean `BuildSlow`?",
        "plimsoll.yml:5:16: a duration was expected, or off (it is 30min otherwise)",
        "plimsoll.yml:6:18: ServiceDown has no bound: it can only be off",
    ] {
        assert!(ran.stderr.contains(words), "{words}\n{}", ran.stderr);
    }
}

#[test]
fn dashboards_are_chosen_by_name() {
    let program = Program::new();
    let ran = program.run(&["export", "dashboard", "ci"]);
    let dashboard: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((ran.code, dashboard["uid"].as_str()), (0, Some("ci")));
    let ids: Vec<u64> =
        dashboard["panels"].as_array().unwrap().iter().map(|panel| panel["id"].as_u64().unwrap()).collect();
    assert_eq!(ids, (1..=ids.len() as u64).collect::<Vec<_>>());
    assert_eq!(program.run(&["export", "dashboard"]).code, 2);
    let unknown = program.run(&["export", "dashboard", "cii"]);
    assert!(unknown.code == 2 && unknown.stderr.contains("did you mean `ci`?"), "{}", unknown.stderr);
    assert_eq!(program.run(&["export", "dashboard", "--output", "boards"]).code, 0);
    assert!(program.path("boards/service.json").exists() && program.path("boards/delivery.json").exists());
}

/// Returns the attributes of something as texts.
fn attributes(value: &Value) -> BTreeMap<String, String> {
    let text =
        |value: &Value| value.as_object().unwrap().values().next().unwrap().to_string().trim_matches('"').to_owned();
    let all = value["attributes"].as_array().unwrap().iter();
    all.map(|one| (one["key"].as_str().unwrap().to_owned(), text(&one["value"]))).collect()
}

#[test]
fn a_run_is_a_trace_of_jobs_and_steps() {
    let ran = collected().run(&["export", "otlp", "--signal", "traces"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let message: Value = serde_json::from_str(&ran.stdout).unwrap();
    let resource = attributes(&message["resourceSpans"][0]["resource"]);
    assert_eq!((resource["service.name"].as_str(), resource["vcs.repository.name"].as_str()), ("o/r", "r"));
    let spans = message["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().unwrap();
    let names: Vec<&str> = spans.iter().map(|span| span["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["RUN CI", "build", "Set up job", "Run cargo build"]);
    let [run, job, step] = [&spans[0], &spans[1], &spans[3]];
    assert_eq!((run["kind"].as_u64(), job["kind"].as_u64()), (Some(2), Some(1)));
    assert!(
        run["parentSpanId"].is_null() && job["parentSpanId"] == run["spanId"] && step["parentSpanId"] == job["spanId"]
    );
    assert!(spans.iter().all(|span| span["traceId"] == run["traceId"]));
    assert_eq!(
        (&run["startTimeUnixNano"], &run["endTimeUnixNano"]),
        (&Value::from("1772445600000000000"), &Value::from("1772445730000000000"))
    );
    let of_run = attributes(run);
    assert_eq!((of_run["cicd.pipeline.result"].as_str(), of_run["error.type"].as_str()), ("failure", "failure"));
    assert_eq!(of_run["cicd.pipeline.run.url.full"], "https://github.com/o/r/actions/runs/7/attempts/1");
    assert_eq!(attributes(job)["cicd.pipeline.task.run.url.full"], "https://github.com/o/r/actions/runs/7/job/70");
    assert_eq!(
        (attributes(step)["cicd.pipeline.task.type"].as_str(), &step["status"]["code"]),
        ("build", &Value::from(2))
    );
    assert_eq!(spans[2]["status"], serde_json::json!({}));
}

#[test]
fn metrics_have_histograms_errors_and_gauges() {
    let ran = collected().run(&["export", "otlp", "--signal", "metrics"]);
    let message: Value = serde_json::from_str(&ran.stdout).unwrap();
    let metrics = message["resourceMetrics"][0]["scopeMetrics"][0]["metrics"].as_array().unwrap();
    let named = |name: &str| metrics.iter().find(|metric| metric["name"] == name).unwrap();
    let points = named("cicd.pipeline.run.duration")["histogram"]["dataPoints"].as_array().unwrap();
    let executing = points.iter().find(|point| attributes(point)["cicd.pipeline.run.state"] == "executing").unwrap();
    assert_eq!((&executing["count"], &executing["sum"]), (&Value::from(1), &Value::from(120.0)));
    // 120 s is the upper end of its class, and belongs to it.
    assert_eq!(executing["bucketCounts"][4], 1);
    assert_eq!(named("cicd.pipeline.run.errors")["sum"]["dataPoints"][0]["asInt"], "1");
    assert_eq!(named("plimsoll.job.duration_s")["gauge"]["dataPoints"][0]["asDouble"], 120.0);
}

#[test]
fn runs_before_a_day_are_left_out() {
    let program = collected();
    let lines =
        |since: &str| program.run(&["export", "otlp", "--signal", "traces", "--since", since]).stdout.lines().count();
    assert_eq!((lines("2026-03-02"), lines("2026-03-03")), (1, 0));
}

#[test]
fn a_collector_that_is_not_there_is_said() {
    let ran = collected().run(&["export", "otlp", "--endpoint", "http://127.0.0.1:1"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("the collector refused http://127.0.0.1:1/v1/traces"), "{}", ran.stderr);
}

/// A collector that answers each message with these words, and hands over what it was sent.
fn collector(answer: &'static str) -> (String, std::sync::mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (sender, requests) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut reader = BufReader::new(stream.unwrap());
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).unwrap() > 0 {}
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
            let mut body = vec![0; length.parse().unwrap()];
            reader.read_exact(&mut body).unwrap();
            let length = answer.len();
            let reply = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{answer}");
            reader.get_mut().write_all(reply.as_bytes()).unwrap();
            if sender.send(head + &String::from_utf8(body).unwrap()).is_err() {
                return;
            }
        }
    });
    (address, requests)
}

#[test]
fn what_a_collector_did_not_take_is_told() {
    let answer = r#"{"partialSuccess": {"rejectedSpans": "2", "errorMessage": "too old\n::error::x"}}"#;
    let (address, requests) = collector(answer);
    let program = collected().env("OTEL_EXPORTER_OTLP_HEADERS", "api-key=s3cret");
    let ran = program.run(&["export", "otlp", "--signal", "traces", "--endpoint", &address]);
    assert_eq!((ran.code, ran.stdout), (0, format!("{address}: 1 message sent\n")), "{}", ran.stderr);
    let told = format!("{address}/v1/traces: the collector rejected 2 spans: too old ");
    assert!(ran.stderr.starts_with(&told) && ran.stderr.lines().count() == 1, "{}", ran.stderr);
    let sent = requests.recv().unwrap();
    assert!(sent.starts_with("POST /v1/traces HTTP/1.1\r\n") && sent.contains("api-key: s3cret\r\n"), "{sent}");
    assert!(sent.contains("content-type: application/json\r\n") && sent.contains("resourceSpans"), "{sent}");
}

#[test]
fn a_collector_is_reached_through_the_proxy_of_the_environment() {
    let (address, requests) = collector("{}");
    let typed = ["export", "otlp", "--signal", "metrics", "--endpoint", "http://collector.invalid:4318"];
    let ran = collected().env("HTTP_PROXY", &address).run(&typed);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{}", ran.stdout);
    let sent = requests.recv().unwrap();
    assert!(sent.starts_with("POST http://collector.invalid:4318/v1/metrics HTTP/1.1\r\n"), "{sent}");
    let ran = collected().env("HTTP_PROXY", &address).env("NO_PROXY", "collector.invalid").run(&typed);
    assert!(ran.code == 2 && ran.stderr.contains("refused http://collector.invalid:4318/v1/metrics"), "{ran:?}");
    assert!(requests.try_recv().is_err());
}

/// Returns the rows of a Parquet file as text, and the names of its columns.
fn parquet(path: &Path) -> (Vec<String>, Vec<String>) {
    let reader = SerializedFileReader::new(File::open(path).unwrap()).unwrap();
    let columns =
        reader.metadata().file_metadata().schema_descr().columns().iter().map(|column| column.name().to_owned());
    (columns.collect(), reader.get_row_iter(None).unwrap().map(|row| row.unwrap().to_string()).collect())
}

#[test]
fn tables_become_parquet_partitioned_by_month() {
    let header = "repository,deployment_id,environment,ref,commit,created_at,finished_at,state";
    let closed = format!("{header}\no/a,1,production,v1,c1,2026-02-27T10:00:00Z,,success\n");
    let open = format!(
        "{header}\no/a,2,\"pro, duction\",v2,c2,2026-03-01T10:00:00Z,,failure\no/a,3,staging,,,2026-03-02T10:00:00Z,,\no/a,4,x,,,,,\n"
    );
    let program =
        collected().file("metrics/o/a/2026/02/deployments.csv", closed).file("metrics/o/a/deployments.csv", open);
    let ran = program.run(&["export", "parquet", "--output", "lake"]);
    assert_eq!((ran.code, ran.stderr.as_str(), ran.stdout.as_str()), (0, "", "lake: 10 rows in 7 files\n"));
    let (columns, rows) = parquet(&program.path("lake/deployments/year=2026/month=3/o.a.parquet"));
    assert_eq!(columns[..3], ["repository", "deployment_id", "environment"]);
    assert_eq!(columns.len(), 14);
    assert!(rows.len() == 2 && rows[0].contains("deployment_id: 2, environment: \"pro, duction\""), "{rows:?}");
    assert!(rows[1].contains("ref: null") && rows[1].contains("created_at: 2026-03-02 10:00:00"), "{rows:?}");
    assert_eq!(parquet(&program.path("lake/deployments/year=2026/month=2/o.a.parquet")).1.len(), 1);
    let none = "lake/deployments/year=__HIVE_DEFAULT_PARTITION__/month=__HIVE_DEFAULT_PARTITION__/o.a.parquet";
    assert_eq!(parquet(&program.path(none)).1.len(), 1);
    let (_, jobs) = parquet(&program.path("lake/build_metrics/year=2026/month=3/part.parquet"));
    assert!(jobs[0].contains("duration_s: 120.0"), "{jobs:?}");
    // A row that stands twice, in any order, is written once, as the newer file has it.
    let program = program.file("metrics/deployments.csv", format!("{header}\no/r,9,a,,,2026-03-05T00:00:00Z,,\no/r,8,a,,,2026-03-04T00:00:00Z,,\no/r,9,b,,,2026-03-05T00:00:00Z,,\n"));
    let ran = program.run(&["export", "parquet", "--output", "lake", "--table", "deployments"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "lake: 6 rows in 4 files\n"), "{}", ran.stderr);
    let (_, rows) = parquet(&program.path("lake/deployments/year=2026/month=3/part.parquet"));
    assert!(rows.len() == 2 && rows[1].contains("deployment_id: 9, environment: \"b\""), "{rows:?}");
}

#[test]
fn what_cannot_become_parquet_is_said() {
    let program = Program::new().file("metrics/none.txt", "");
    let ran = program.run(&["export", "parquet", "--output", "lake"]);
    assert!(ran.code == 2 && ran.stderr.contains("no tables are in "), "{}", ran.stderr);
    let broken = Program::new().file("metrics/deployments.csv", "repository,deployment_id\no/r,one\n");
    let ran = broken.run(&["export", "parquet", "--output", "lake"]);
    assert!(ran.code == 2 && ran.stderr.contains("deployments.csv:2:5: "), "{}", ran.stderr);
    assert!(!broken.path("lake").exists());
    let header = "repository,deployment_id,environment,ref,commit,created_at,finished_at,state\n";
    let same =
        Program::new().file("metrics/a/b.c/deployments.csv", header).file("metrics/a.b/c/deployments.csv", header);
    let ran = same.run(&["export", "parquet", "--output", "lake"]);
    assert!(ran.code == 2 && ran.stderr.contains("would be one file, a.b.c.parquet"), "{}", ran.stderr);
}
