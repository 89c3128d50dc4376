//! Deployments without GitHub.

use serde_json::Value;

use super::service::Service;
use crate::support::csv;
use crate::support::program::{Program, Ran};

/// What every configuration here has.
const STAGING: &str = "  environments:
    staging:
      command: printf %s \"$PLIMSOLL_VERSION\" > current
      rollback: printf %s \"$PLIMSOLL_VERSION\" > current
      verify: {ready: 400ms, for: 500ms, every: 40ms}
      watch: 100ms
";

fn deploy(program: &Program, version: &str) -> Ran {
    program.run(&["deploy", "run", "--env", "staging", "--version", version, "--format", "json"])
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}{}", ran.stdout, ran.stderr))
}

fn started(more: &str) -> (Program, Service) {
    let program = Program::new();
    let service = Service::start(program.folder());
    let configuration = service.configuration(&format!("{more}{STAGING}"));
    (program.file("plimsoll.yml", configuration), service)
}

#[test]
fn what_is_bad_is_caught_and_rolled_back() {
    let (program, service) = started("");
    assert_eq!(deploy(&program, "1").code, 0);
    let metrics = format!(
        "metrics: [{{url: \"http://127.0.0.1:{}/metrics\", name: process_resident_memory_bytes, growth: 20 kB}}]",
        service.port
    );
    let configuration = program.read("plimsoll.yml").replace("every: 40ms", &format!("every: 40ms, {metrics}"));
    let program = program.file("plimsoll.yml", configuration);
    for (version, reason) in [
        ("bad", "web: the answer is 500, but 2xx was expected"),
        ("slow", "web: answers take "),
        ("leak", "process_resident_memory_bytes: it grows by "),
    ] {
        let ran = deploy(&program, version);
        let told = json(&ran);
        assert_eq!((ran.code, told["state"].as_str()), (1, Some("failure")), "{}", ran.stderr);
        let why = told["deployment"]["reason"].as_str().unwrap();
        assert!(why.contains(reason), "{why}");
        assert_eq!(
            (program.read("current").as_str(), told["deployment"]["failed_step"].as_str()),
            ("1", Some("verify"))
        );
    }
    // It does not start.
    let configuration = program.read("plimsoll.yml").replace("command: printf %s", "command: 'false' #");
    let program = program.file("plimsoll.yml", configuration);
    let told = json(&deploy(&program, "2"));
    assert_eq!(told["deployment"]["reason"], "`false` ended with exit code 1");
    let rows = csv::read(&program.path("metrics/deployments.csv"));
    let states: Vec<&str> = rows.iter().map(|row| row["state"].as_str()).collect();
    assert_eq!(
        states,
        ["success", "failure", "success", "failure", "success", "failure", "success", "failure", "success"]
    );
    for pair in rows[1..].chunks(2) {
        assert_eq!((&pair[1]["rollback_of"], &pair[1]["version"]), (&pair[0]["deployment_id"], &"1".to_owned()));
        assert_eq!(pair[0]["incident"], pair[1]["incident"]);
    }
    let told = service.told.lock().unwrap();
    let events: Vec<Value> = told.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
    let of_bad = events.iter().filter(|event| event["version"] == "bad").map(|event| &event["event"]);
    assert_eq!(of_bad.collect::<Vec<_>>(), ["rolling-back", "ended"]);
}

#[test]
fn a_dry_run_touches_nothing() {
    let (program, service) = started("  build: touch built\n  package: {name: app, files: [plimsoll.yml]}\n");
    let before = listing(&program);
    let ran = program.run(&["deploy", "run", "--env", "staging", "--version", "1", "--dry-run", "--format", "json"]);
    let told = json(&ran);
    let steps: Vec<&str> = told["plan"].as_array().unwrap().iter().map(|step| step["step"].as_str().unwrap()).collect();
    let all = ["build", "package", "measure", "deploy", "verify", "roll back", "recover", "watch", "record"];
    assert_eq!((ran.code, steps.as_slice()), (0, all.as_slice()));
    assert_eq!((listing(&program), service.told.lock().unwrap().len()), (before, 0));
}

fn listing(program: &Program) -> Vec<String> {
    let entries = std::fs::read_dir(program.folder()).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn what_fails_before_changes_nothing_and_what_is_left_out_is_recorded() {
    let (program, _service) = started("  test: 'false'\n");
    let program = program.file("current", "0");
    let ran = deploy(&program, "1");
    let told = json(&ran);
    assert_eq!((ran.code, told["state"].as_str(), program.read("current").as_str()), (1, Some("error"), "0"));
    assert_eq!(told["deployment"]["ending"], "failed before anything was changed");
    let ran = program.run(&["deploy", "run", "--env", "staging", "--version", "1", "--skip-tests", "--no-backup"]);
    assert_eq!((ran.code, program.read("current").as_str()), (0, "1"), "{}", ran.stderr);
    assert!(ran.stdout.contains("note: left out on purpose: tests"), "{}", ran.stdout);
    let rows = csv::read(&program.path("metrics/deployments.csv"));
    assert_eq!((rows[0]["state"].as_str(), rows[1]["omitted"].as_str()), ("error", "tests backup"));
}

#[test]
fn an_archive_is_the_same_whoever_packs_it_and_says_what_is_inside() {
    let (program, _service) = started("  package: {name: app, files: [bin, data.txt]}\n");
    let program = program.file("bin/tool", "#!/bin/sh\n").file("data.txt", "data\n");
    assert_eq!(deploy(&program, "1.0").code, 0);
    let first = std::fs::read(program.path("dist/app-1.0.tar.gz")).unwrap();
    assert_eq!(deploy(&program, "1.0").code, 0);
    assert_eq!(std::fs::read(program.path("dist/app-1.0.tar.gz")).unwrap(), first);
    let sum = program.read("dist/app-1.0.tar.gz.sha256");
    let in_dist = |program_name: &str, arguments: &[&str]| {
        let mut command = std::process::Command::new(program_name);
        command.args(arguments).current_dir(program.path("dist")).output().unwrap()
    };
    assert!(in_dist("sha256sum", &["-c", "app-1.0.tar.gz.sha256"]).status.success(), "{sum}");
    let listed = in_dist("tar", &["-xOzf", "app-1.0.tar.gz", "manifest.json"]);
    let manifest: Value = serde_json::from_slice(&listed.stdout).unwrap();
    assert_eq!((&manifest["version"], &manifest["files"][1]["path"]), (&"1.0".into(), &"data.txt".into()));
    assert_eq!(manifest["files"][1]["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(program.read("dist/app-1.0.tar.gz.manifest.json").as_bytes(), listed.stdout);
}

#[test]
fn a_rollback_brings_back_what_is_named_or_was_there_before() {
    let (program, _service) = started("");
    for version in ["1", "2", "3"] {
        assert_eq!(deploy(&program, version).code, 0);
    }
    let back = |more: &[&str]| {
        let mut arguments = vec!["deploy", "rollback", "--env", "staging", "--format", "json"];
        arguments.extend(more);
        program.run(&arguments)
    };
    let ran = back(&[]);
    assert_eq!((ran.code, program.read("current").as_str()), (0, "2"), "{}", ran.stderr);
    assert_eq!((back(&["--to", "1"]).code, program.read("current").as_str()), (0, "1"));
    let unknown = back(&["--to", "9"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("`9` was never deployed there with success"), "{}", unknown.stderr);
    assert!(unknown.stderr.contains("there were 1, 2, 3"), "{}", unknown.stderr);
    let rows = csv::read(&program.path("metrics/deployments.csv"));
    assert_eq!((&rows[3]["rollback_of"], &rows[3]["version"]), (&rows[2]["deployment_id"], &"2".to_owned()));
}

#[test]
fn a_failing_gate_and_an_open_box_refuse_until_somebody_answers_for_them() {
    let (program, _service) = started("");
    let header = "repository,at,environment,endpoint,status,http_status,total_ms,dns_ms,connect_ms,tls_ms,first_byte_ms,\
                  certificate_days,failures_in_a_row,error\n";
    let now = jiff::Timestamp::now();
    let at = |second| now.checked_sub(jiff::SignedDuration::from_secs(second)).unwrap();
    // A gate judges from five values on.
    let rows: String =
        [9, 8, 7, 6, 5].map(|second| format!("o/n,{:.0},staging,web,down,,,,,,,,1,\n", at(second))).concat();
    let configuration = program
        .read("plimsoll.yml")
        .replace("preset: none\n", "preset: none\ngates: [{metric: health.uptime, fail: \"< 99%\"}]\n");
    let configuration = configuration.replace("      watch:", "      checklist: [rollback-plan, review]\n      watch:");
    let program =
        program.file("metrics/health_checks.csv", format!("{header}{rows}")).file("plimsoll.yml", configuration);
    let ran = deploy(&program, "1");
    let told = json(&ran);
    assert_eq!((ran.code, told["state"].as_str()), (1, Some("refused")), "{}", ran.stderr);
    let refusals = told["refusals"].to_string();
    assert!(refusals.contains("the gate health.uptime"), "{refusals}");
    assert!(refusals.contains("the box `review` is open: GitHub was not asked who approved"), "{refusals}");
    assert_eq!(told["checklist"][0]["standing"], "proven");
    assert!(!program.path("current").exists());
    let ran = program.run(&[
        "deploy",
        "run",
        "--env",
        "staging",
        "--version",
        "1",
        "--attest",
        "review=ana",
        "--force",
        "an outage",
    ]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let rows = csv::read(&program.path("metrics/deployments.csv"));
    assert_eq!(rows[0]["omitted"], "gates");
}

#[test]
fn others_deploy_between_start_and_finish() {
    let (program, _service) = started("");
    let run = |arguments: &[&str]| program.run(&[&["deploy"], arguments, &["--env", "staging"]].concat());
    assert_eq!(run(&["start", "--version", "1"]).code, 0);
    let twice = run(&["start", "--version", "2"]);
    assert_eq!(twice.code, 1);
    assert!(twice.stdout.contains("refused: the deployment of 1 to staging is in its step"), "{}", twice.stdout);
    std::fs::write(program.path("current"), "1").unwrap();
    assert_eq!(run(&["verify"]).code, 0);
    assert_eq!(run(&["finish"]).code, 0);
    assert_eq!(run(&["start", "--version", "bad"]).code, 0);
    std::fs::write(program.path("current"), "bad").unwrap();
    let ran = run(&["verify", "--roll-back"]);
    assert_eq!((ran.code, program.read("current").as_str()), (1, "1"), "{}", ran.stderr);
    let states: Vec<String> =
        csv::read(&program.path("metrics/deployments.csv")).iter().map(|row| row["state"].clone()).collect();
    assert_eq!(states, ["success", "failure", "success"]);
    assert_eq!(run(&["finish"]).code, 2);
}

#[test]
fn names_that_are_not_known_are_told() {
    let (program, _service) = started("");
    let ran = program.run(&["deploy", "run", "--env", "stagin", "--", "true"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("no environment `stagin`"), "{}", ran.stderr);
    assert!(ran.stderr.contains("did you mean `staging`?"), "{}", ran.stderr);
    let ran = program.run(&["deploy", "run", "--env", "staging", "--version", "a\nb"]);
    assert!(ran.stderr.contains("`a\\nb` cannot be a version"), "{}", ran.stderr);
}
