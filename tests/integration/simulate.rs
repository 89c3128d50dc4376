//! `plimsoll simulate` end to end: needs from files and from times, forecasts, and the check of itself.

use std::fmt::Write as _;

use serde_json::Value;

use crate::support::program::Program;

/// Makes the records of runs of two jobs: the second begins when the first has ended.
fn recorded(runs: u32) -> Program {
    let (mut all, mut jobs) = (Vec::new(), Vec::new());
    for run in 1..=runs {
        let at = |minute: u32, second: u32| format!("2026-03-{:02}T10:{minute:02}:{second:02}Z", run + 1);
        all.push(format!(
            r#"{{"id": {run}, "name": "CI", "path": ".github/workflows/ci.yml", "run_number": {run}, "run_attempt": 1, "event": "push",
            "status": "completed", "conclusion": "success", "head_branch": "main", "head_sha": "a{run}", "created_at": "{0}",
            "run_started_at": "{0}", "repository": {{"full_name": "o/r"}}}}"#,
            at(0, 0)
        ));
        let mut job = |id: u32, name: &str, times: [String; 3]| {
            jobs.push(format!(
                r#"{{"id": {run}{id}, "run_id": {run}, "run_attempt": 1, "name": "{name}", "status": "completed", "conclusion": "success",
                "created_at": "{}", "started_at": "{}", "completed_at": "{}", "labels": ["ubuntu-latest"], "runner_group_name": "GitHub Actions",
                "workflow_name": "CI", "head_branch": "main", "head_sha": "a{run}", "steps": []}}"#,
                times[0], times[1], times[2]
            ));
        };
        job(1, "build", [at(0, 1), at(0, 5), at(4, run)]);
        job(2, "test", [at(4, run + 1), at(4, run + 5), at(9, run + 5)]);
    }
    let runs = format!("{{\"total_count\": {runs}, \"workflow_runs\": [{}]}}", all.join(","));
    let jobs = format!("{{\"total_count\": {}, \"jobs\": [{}]}}", jobs.len(), jobs.join(","));
    let program = Program::new().file("answers/runs.json", runs).file("answers/jobs.json", jobs);
    let ran = program.run(&["collect", "--from", "answers"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    program
}

fn json(program: &Program, arguments: &[&str]) -> Value {
    let ran = program.run(&[&["simulate", "--format", "json"], arguments].concat());
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    serde_json::from_str(&ran.stdout).unwrap()
}

#[test]
fn a_dropped_need_shortens_runs_and_costs_nothing() {
    let found = json(&recorded(8), &["--change", "drop:test>build"]);
    let one = &found["workflows"][0];
    let (now, then) = (one["now"]["wall_s"].as_f64().unwrap(), one["then"]["wall_s"].as_f64().unwrap());
    assert!((now - 544.5).abs() < 2.0 && (then - 300.0).abs() < 6.0, "{now} {then}");
    assert_eq!(one["now"]["minutes"], one["then"]["minutes"]);
    assert_eq!(one["runs"], 8);
}

#[test]
fn files_say_what_needs_what() {
    let apart = "on: push\njobs:\n  build: {runs-on: ubuntu-latest, steps: [{run: make}]}\n  test: {runs-on: ubuntu-latest, steps: [{run: make}]}\n";
    let program = recorded(8).file(".github/workflows/ci.yml", apart);
    // The file says that nothing is needed, so nothing can be dropped.
    assert_eq!(json(&program, &["--change", "drop:test>build"])["workflows"], serde_json::json!([]));
}

#[test]
fn the_simulator_predicts_runs_that_are_known() {
    let found = json(&recorded(12), &["--check"]);
    let one = &found["workflows"][0];
    assert!(one["median_error"].as_f64().unwrap() <= 0.05 && one["runs"] == 12, "{one}");
    let page = recorded(12).run(&["simulate", "--check"]).stdout;
    assert!(page.starts_with("# How far the simulator is off\n") && page.contains("| CI | 12 |"), "{page}");
}

#[test]
fn forecasts_read_as_a_table() {
    let ran = recorded(8).run(&["simulate", "--change", "split:te*=3", "--change", "at-once:1"]);
    assert!(
        ran.stdout.contains("`split:te*=3`, `at-once:1`") && ran.stdout.contains("| CI | 8 | now | 9min"),
        "{}",
        ran.stdout
    );
    let nothing = recorded(8).run(&["simulate", "--change", "warm:nobody"]);
    assert!(nothing.stdout.contains("Nothing changes: no recorded run has a job of that name."), "{}", nothing.stdout);
}

#[test]
fn what_cannot_be_simulated_is_said() {
    let program = recorded(1);
    let wrong = program.run(&["simulate", "--change", "split:a"]);
    assert!(
        wrong.code == 2 && wrong.stderr.contains("`split:a` is no change: write it as split:test=4"),
        "{}",
        wrong.stderr
    );
    assert_eq!(program.run(&["simulate"]).code, 2);
    let empty = Program::new().run(&["simulate", "--check"]);
    assert!(empty.code == 2 && empty.stderr.contains("no complete run to simulate"), "{}", empty.stderr);
}

#[test]
fn reports_tell_where_time_goes_and_what_it_costs() {
    let program = recorded(8).file("plimsoll.yml", "cost: {plan: free, budget: $1}\n");
    let ran = program.run(&["report", "--format", "json", "--html", "page.html"]);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let time = &report["time"][0];
    assert_eq!((&time["workflow"], &time["critical_path"][0]["job"]), (&Value::from("CI"), &Value::from("test")));
    assert_eq!(
        (&report["costs"]["total"]["minutes"], &report["costs"]["included_minutes"]),
        (&Value::from(75.0), &Value::from(2000.0))
    );
    let advice = report["recommendations"].as_array().unwrap();
    assert!(
        advice
            .iter()
            .any(|one| one["title"] == "Let `test` begin without `build`" && one["saves_s"].as_f64().unwrap() > 200.0),
        "{advice:?}"
    );
    let page = program.read("page.html");
    for words in ["What to change", "Where time goes", "class=\"chart gantt\"", "<h2>Cost</h2>", "aria-sort", "data-v="]
    {
        assert!(page.contains(words), "{words}");
    }
    let markdown = program.run(&["report"]).stdout;
    assert!(
        markdown.contains("## What to change")
            && markdown.contains("## Where time goes")
            && markdown.contains("## Cost"),
        "{markdown}"
    );
}

#[test]
fn the_month_can_be_gated() {
    let gates = "preset: none\ngates:\n  - metric: cost.month_projected_usd\n    fail: \"> $0.10\"\n";
    let ran = recorded(8).file("plimsoll.yml", gates).run(&["gate", "--format", "json"]);
    assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn a_year_of_forty_jobs_fits_into_one_page() {
    let mut rows = String::from(
        "repository,workflow,run_id,run_attempt,job_id,job,event,branch,commit,started_at,workflow_path,run_number,family,matrix,stage,conclusion,queue_s,duration_s,runner_os,runner_arch,runner_label,runner_group,billed_minutes,cost_usd\n",
    );
    let start = jiff::Timestamp::from_second(1_740_000_000).unwrap();
    for run in 0..365_i64 {
        for job in 0..40_i64 {
            let at = start + jiff::SignedDuration::from_hours(24 * run) + jiff::SignedDuration::from_secs(job);
            let took = 60 + (run * 7 + job * 13) % 240;
            writeln!(rows, "o/r,CI {0},{run},1,{1},job number {job},push,main,c{run},{at},.github/workflows/ci.yml,{run},job number {job},,build,success,{2},{took},linux,x64,ubuntu-latest,GitHub Actions,5,0.03", job % 4, run * 100 + job, job % 9).unwrap();
        }
    }
    let program = Program::new().file("metrics/build_metrics.csv", rows);
    let ran = program.run(&["report", "--weeks", "53", "--format", "html"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.len() < 1_000_000, "{} bytes", ran.stdout.len());
}
