//! `plimsoll gate` end to end: tables in, verdicts and exit codes out.

use crate::support::program::{Program, Ran};

const STAGES: &str = "repository,workflow,run_id,run_attempt,job_id,job,event,branch,commit,started_at,stage,variant,\
                      conclusion,duration_s,steps\n";

const MEASUREMENTS: &str =
    "repository,workflow,run_id,run_attempt,job_id,job,event,branch,commit,at,name,labels,value,unit,better,source\n";

/// A repository with a build a day: run 1 took 100 s, run 2 200 s, and so on, all on main.
fn builds(count: u32) -> String {
    let row = |run: u32| {
        let (day, seconds) = (run, run * 100);
        format!("o/r,CI,{run},1,{run}0,build,push,main,c{run},2026-03-{day:02}T12:00:00Z,build,,success,{seconds},3\n")
    };
    STAGES.to_owned() + &(1..=count).map(row).collect::<String>()
}

fn gates(text: &str) -> String {
    format!("preset: none\ngates:\n{text}")
}

fn program(configuration: &str, table: &str, content: &str) -> Program {
    Program::new().file("plimsoll.yml", configuration).file(&format!("metrics/{table}.csv"), content)
}

fn in_job(program: Program, event: &str) -> Program {
    let output = program.path("output").to_string_lossy().into_owned();
    let summary = program.path("summary").to_string_lossy().into_owned();
    program
        .file("output", "")
        .file("summary", "")
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_EVENT_NAME", event)
        .env("GITHUB_OUTPUT", &output)
        .env("GITHUB_STEP_SUMMARY", &summary)
}

/// Reads the outputs as the runner does.
fn outputs(program: &Program) -> Vec<(String, String)> {
    let text = program.read("output");
    let mut lines = text.lines();
    let mut found = Vec::new();
    while let Some((name, delimiter)) = lines.next().and_then(|line| line.split_once("<<")) {
        let value: Vec<&str> = lines.by_ref().take_while(|line| *line != delimiter).collect();
        found.push((name.to_owned(), value.join("\n")));
    }
    found
}

fn verdict(ran: &Ran) -> serde_json::Value {
    let report: serde_json::Value =
        serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran:?}"));
    assert_eq!(report["verdicts"].as_array().map(Vec::len), Some(1), "{report:#}");
    report["verdicts"][0].clone()
}

/// Probes of two environments, one a minute: of 1,000 of production two failed, long ago; staging never did.
fn probes() -> String {
    let header = "repository,at,environment,endpoint,status,http_status,total_ms,dns_ms,connect_ms,tls_ms,first_byte_ms,\
                  certificate_days,failures_in_a_row,error\n";
    let start = jiff::Timestamp::from_second(1_772_366_400).unwrap();
    let row = |minute: i64| {
        let at = start + jiff::SignedDuration::from_mins(minute);
        let status = if minute < 2 { "down" } else { "up" };
        format!("o/r,{at},production,web,{status},200,5,,,,,,0,\no/r,{at},staging,web,up,200,5,,,,,,0,\n")
    };
    header.to_owned() + &(0..1000).map(row).collect::<String>()
}

#[test]
fn health_is_gated_over_a_window() {
    let judge = |health: &str, metric: &str| {
        let text = format!("{health}preset: none\ngates:\n  - {metric}\n");
        let ran = program(&text, "health_checks", &probes()).run(&["gate", "--format", "json"]);
        let found = verdict(&ran);
        (ran.code, found["observed"].as_f64().unwrap(), found["series"].as_str().unwrap().to_owned())
    };
    let check = |health: &str, metric: &str, code: i32, expected: f64| {
        let (ended, observed, series) = judge(health, metric);
        assert!(ended == code && (observed - expected).abs() < 1e-9, "{series}: {ended} {observed}");
        assert!(series.contains("environment=production") && series.contains("endpoint=web"), "{series}");
    };
    let uptime = "{metric: \"health.uptime{environment=production}\", window: {time: 1d}, fail: \"< 99.9%\"}";
    check("", uptime, 1, 0.998);
    check("", &uptime.replace("1d", "10h"), 0, 1.0);
    check("", &uptime.replace("uptime", "error_rate").replace("< 99.9%", "> 0.1%"), 1, 0.002);
    // Of 99.9 % twice as much failed as may; of 99 % a fifth; in the last hour nothing did.
    let budget = "{metric: \"health.error_budget_left{environment=production}\", fail: \"< 10%\"}";
    check("", budget, 1, -1.0);
    check("health: {objective: {uptime: 99%}}\n", budget, 0, 0.8);
    check("health: {objective: {window: 1h}}\n", budget, 0, 1.0);
    let own = "health: {environments: {production: {objective: {uptime: 99.6%}, endpoints: {web: \"http://h/\"}}}}\n";
    check(own, budget, 0, 0.5);
}

#[test]
fn windows_and_objectives_that_make_no_sense_are_refused() {
    for (text, told) in [
        ("health: {objective: {uptime: 100%}}\n", "of 100% nothing is left"),
        ("health: {objective: {window: 5 MB}}\n", "a time was expected"),
        ("gates:\n  - {metric: health.uptime, window: {time: 0s}, fail: \"< 1%\"}\n", "a time was expected"),
        ("gates:\n  - {metric: run.wall_s, window: {time: 7d}, compare: {fail: \"+5%\"}}\n", "give the window `runs`"),
    ] {
        let ran = program(text, "health_checks", &probes()).run(&["gate"]);
        assert!(ran.code == 2 && ran.stderr.contains(told), "{text}: {}", ran.stderr);
    }
}

#[test]
fn the_exit_code_follows_the_verdict() {
    for (bound, code, word) in
        [("fail: \"> 40min\"", 1, "fail"), ("warn: \"> 40min\"", 0, "warn"), ("fail: \"> 1h\"", 0, "pass")]
    {
        let configuration = gates(&format!("  - {{metric: build.duration_s, {bound}}}\n"));
        let program = program(&configuration, "stage_metrics", &builds(28));
        let ran = program.run(&["gate", "--format", "json"]);
        assert_eq!(ran.code, code, "{ran:?}");
        let verdict = verdict(&ran);
        assert_eq!((&verdict["verdict"], &verdict["statistic"]), (&word.into(), &"p95".into()));
        // The last 20 are 900 s to 2800 s; the 95th percentile lies at rank 18.05 from 0.
        assert!((verdict["observed"].as_f64().unwrap() - 2705.0).abs() < 1e-6);
        assert_eq!(verdict["sample"]["count"], 20);
        for format in ["human", "github", "markdown"] {
            assert_eq!(program.run(&["gate", "--format", format]).code, code);
        }
        assert_eq!(program.run(&["gate", "--exit-zero"]).code, 0);
    }
}

#[test]
fn a_pull_request_judges_the_run_at_hand() {
    let configuration = gates("  - {metric: build.duration_s, fail: \"> 40min\"}\n");
    let newest = "o/r,CI,99,1,990,build,pull_request,feature,c99,2026-03-29T12:00:00Z,build,,success,60,3\n";
    let table = builds(28) + newest;
    let judge = |run: &str| {
        let program =
            in_job(program(&configuration, "stage_metrics", &table), "pull_request").env("GITHUB_RUN_ID", run);
        let ran = program.run(&["gate"]);
        (ran.code, ran.stdout, outputs(&program), program.read("summary"))
    };
    let (code, stdout, outputs, summary) = judge("27");
    assert_eq!(code, 1);
    let first = stdout.lines().next().unwrap();
    assert!(first.starts_with("::error file=plimsoll.yml,line=3,col=5,title=gate build.duration_s::"), "{stdout}");
    assert!(first.contains("45min is above 40min (last, run 27 on main)"), "{stdout}");
    let expected = [("verdict", "fail"), ("failed", "1"), ("warned", "0"), ("outcome", "fail")];
    assert_eq!(outputs, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert!(summary.starts_with("## Gates\n") && summary.contains("❌ fail"), "{summary}");
    assert_eq!(judge("99").0, 0);
    let (code, stdout, ..) = judge("12345");
    assert!(code == 0 && stdout.contains("run 99 on feature"), "the newest row stands in: {stdout}");
}

#[test]
fn a_scheduled_job_judges_the_default_branch_over_time() {
    let configuration = gates("  - {metric: build.duration_s, fail: \"> 40min\"}\n");
    let table = builds(28).replace(",main,", ",trunk,");
    let event = "{\"repository\": {\"default_branch\": \"trunk\"}}";
    let program = in_job(program(&configuration, "stage_metrics", &table), "schedule").file("event.json", event);
    let path = program.path("event.json").to_string_lossy().into_owned();
    let program = program.env("GITHUB_EVENT_PATH", &path).env("GITHUB_RUN_ID", "1");
    let ran = program.run(&["gate"]);
    assert!(ran.code == 1 && ran.stdout.contains("p95 of 20 values on trunk"), "{}", ran.stdout);
    let ran = program.run(&["gate", "--branch", "other"]);
    assert!(ran.code == 0 && ran.stdout.contains("no value of it on branch other"), "{}", ran.stdout);
}

#[test]
fn missing_data_is_shown_and_settled_by_the_configuration() {
    for (settled, code, word) in
        [("warn", 0, "warn"), ("pass", 0, "pass"), ("fail", 1, "fail"), ("error", 2, "no-data")]
    {
        let configuration = gates(&format!("  - {{metric: coverage.line, fail: \"< 80%\", on_no_data: {settled}}}\n"));
        let program = in_job(Program::new().file("plimsoll.yml", &configuration), "push");
        let ran = program.run(&["gate", "--format", "human"]);
        assert_eq!(ran.code, code, "{settled}: {}{}", ran.stdout, ran.stderr);
        assert!(ran.stdout.contains("no-data  coverage.line"), "{}", ran.stdout);
        assert!(ran.stdout.contains("measurements.csv has no value of it"), "{}", ran.stdout);
        assert_eq!(outputs(&program)[0].1, word);
    }
}

#[test]
fn a_pull_request_may_not_drop_below_its_base() {
    let row = |run: u32, branch: &str, value: &str| {
        format!(
            "o/r,CI,{run},1,{run}0,test,push,{branch},c{run},2026-03-{run:02}T12:00:00Z,coverage.line,,{value},ratio,higher,lcov\n"
        )
    };
    let table = MEASUREMENTS.to_owned() + &row(1, "main", "0.9") + &row(2, "feature", "0.88");
    let configuration = gates("  - {metric: coverage.line, fail: \"< 80%\", no_drop: 0.5%}\n");
    let program = in_job(program(&configuration, "measurements", &table), "pull_request");
    let program = program.env("GITHUB_RUN_ID", "2").env("GITHUB_BASE_REF", "main");
    let ran = program.run(&["gate", "--format", "json"]);
    let verdict = verdict(&ran);
    assert_eq!((ran.code, &verdict["threshold"]), (1, &"no drop > 0.5%".into()));
    assert_eq!(verdict["why"], "88% is 2% lower than 90% on main");
    assert_eq!((&verdict["baseline"]["value"], &verdict["baseline"]["sample"]["run"]), (&0.9.into(), &1.into()));
}

#[test]
fn the_standard_preset_holds_without_configuration() {
    let program = Program::new().file("metrics/stage_metrics.csv", builds(28));
    let ran = program.run(&["gate"]);
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    assert!(ran.stdout.contains("fail     build.duration_s{workflow=CI}  45min 5s  > 40min"), "{}", ran.stdout);
    assert!(ran.stdout.contains("(preset standard)"), "{}", ran.stdout);
    assert_eq!(program.run(&["gate", "--preset", "none"]).code, 0);
}

#[test]
fn unreadable_tables_are_exit_2() {
    let configuration = gates("  - {metric: build.duration_s, fail: \"> 40min\"}\n");
    let damaged = program(&configuration, "stage_metrics", &builds(3).replace(",300,", ",soon,"));
    let ran = damaged.run(&["gate"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("stage_metrics.csv:4:"), "{}", ran.stderr);
    let ran = damaged.run(&["gate", "--metrics", "nowhere"]);
    assert!(
        ran.code == 2 && ran.stderr.contains("there is no folder") && ran.stderr.contains("hint: "),
        "{}",
        ran.stderr
    );
}

#[test]
fn verdicts_can_go_to_a_file() {
    let configuration = gates("  - {metric: build.duration_s, fail: \"> 40min\"}\n");
    let program = program(&configuration, "stage_metrics", &builds(28));
    let ran = program.run(&["gate", "--format", "json", "--output", "out/gates.json"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""));
    assert!(ran.stderr.contains("gates: 1 failed"), "{}", ran.stderr);
    assert!(program.read("out/gates.json").starts_with("{\n"));
}
