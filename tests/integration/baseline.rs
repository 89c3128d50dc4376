//! Saved baselines, goals, and gauges, end to end.

use crate::support::in_process;
use crate::support::outside::FakeTime;
use crate::support::program::Program;

const STAGES: &str = "repository,workflow,run_id,run_attempt,job_id,job,event,branch,commit,started_at,stage,variant,\
                      conclusion,duration_s,steps\n";

/// Builds of main, a day each, with these durations.
fn builds(seconds: impl IntoIterator<Item = u32>) -> String {
    let row = |(run, seconds): (u32, u32)| {
        format!(
            "o/r,\"CI \"\"x\"\"\",{run},1,{run}0,build,push,main,c{run},2026-03-{run:02}T12:00:00Z,build,,success,{seconds},3\n"
        )
    };
    STAGES.to_owned() + &(1..).zip(seconds).map(row).collect::<String>()
}

const GOAL: &str = "preset: none\ngoals:\n  build.duration_s: -20% from spring by 2099-12-31\n";

fn program(configuration: &str, table: String) -> Program {
    Program::new().file("plimsoll.yml", configuration).file("metrics/stage_metrics.csv", table)
}

#[test]
fn a_baseline_is_saved_once_and_goals_start_from_it() {
    let program = program(GOAL, builds([1000; 10]));
    let early = program.run(&["gate"]);
    assert!(early.code == 2 && early.stderr.contains("plimsoll baseline save spring"), "{}", early.stderr);
    let saved = program.run(&["baseline", "save", "spring"]);
    assert_eq!(saved.code, 0, "{}", saved.stderr);
    let text = program.read("metrics/baselines/spring.json");
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["series"]["build.duration_s{workflow=CI \"x\"}"]["value"], 1000.0, "{text}");
    let again = program.run(&["baseline", "save", "spring"]);
    assert!(again.code == 2 && again.stderr.contains("--replace"), "{}", again.stderr);
    assert_eq!(program.run(&["baseline", "save", "spring", "--replace"]).code, 0);
    let hostile = program.run(&["baseline", "save", "../spring"]);
    assert!(hostile.code == 2 && hostile.stderr.contains("is no name for a baseline"), "{}", hostile.stderr);
    // Nothing has moved, but some of the time is over.
    let program = program.file("metrics/stage_metrics.csv", builds([1000; 20]));
    let report = program.run(&["report"]);
    assert!(report.stdout.contains("## Goals"), "{}", report.stdout);
    assert!(report.stdout.contains("0% of the way from 16min 40s to 13min 20s"), "{}", report.stdout);
    let program = program.file("metrics/stage_metrics.csv", builds([700; 20]));
    let gate = program.run(&["gate"]);
    assert!(gate.code == 0 && gate.stdout.contains("pass"), "{}", gate.stdout);
}

#[test]
fn a_goal_that_was_missed_fails() {
    let baseline = r#"{"version": 1, "name": "spring", "branch": "main", "saved_at": "2026-01-01T00:00:00Z",
        "series": {"build.duration_s{workflow=CI \"x\"}":
        {"value": 1000.0, "statistic": "median", "unit": "s", "spread": 10.0, "count": 20}}}"#;
    let program =
        program(&GOAL.replace("2099", "2025"), builds([900; 20])).file("metrics/baselines/spring.json", baseline);
    let gate = program.run(&["gate"]);
    assert!(gate.code == 1 && gate.stdout.contains("50% of the way from 16min 40s to 13min 20s"), "{}", gate.stdout);
    let compared = "preset: none\ngates:\n  - {metric: build.duration_s, compare: {to: spring, fail: '+20%'}}\n";
    let slower = program.file("plimsoll.yml", compared).file("metrics/stage_metrics.csv", builds([1300; 20]));
    let gate = slower.run(&["gate"]);
    assert!(gate.code == 1 && gate.stdout.contains("30% worse than the median 16min 40s"), "{}", gate.stdout);
}

#[test]
fn gauges_are_what_prometheus_reads() {
    let ran = program("preset: none\n", builds([1000; 20])).run(&["report", "--format", "openmetrics"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let line = "plimsoll_build_duration_seconds{workflow=\"CI \\\"x\\\"\",statistic=\"median\"} 1000\n";
    assert!(ran.stdout.contains(line) && ran.stdout.ends_with("# EOF\n"), "{}", ran.stdout);
}

/// The metrics of delivery are made from all tables together, wherever values are judged or saved.
#[test]
fn goals_of_delivery_start_from_a_baseline_as_others_do() {
    let header = "repository,deployment_id,environment,ref,commit,created_at,finished_at,state,duration_s,rollback_of,\
                  incident,source,version,omitted\n";
    let row = |day: u32| {
        let at = format!("2025-12-{day:02}T12:00:00Z");
        format!("o/r,{day},production,main,c{day},{at},{at},success,5,,,deployments,,\n")
    };
    let program = Program::new()
        .file("plimsoll.yml", "preset: none\ngoals:\n  dora.deployment_frequency: \"> 2 from start by 2099-12-31\"\n")
        .file("metrics/deployments.csv", header.to_owned() + &(1..=30).map(row).collect::<String>());
    let run = |arguments: &[&str]| in_process::run(&program, &FakeTime::default(), arguments);
    let saved = run(&["baseline", "save", "start"]);
    assert_eq!(saved.code, 0, "{}", saved.stderr);
    let report = run(&["report"]);
    assert!(report.stdout.contains("of the way from 1/day to 2/day"), "{}", report.stdout);
}
