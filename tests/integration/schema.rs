//! `plimsoll schema`: the tables' definitions, from the one place that holds them.

use crate::support::program::Program;

const NAMES: [&str; 14] = [
    "run_metrics",
    "build_metrics",
    "stage_metrics",
    "step_metrics",
    "test_metrics",
    "test_cases",
    "cache_hits",
    "resource_usage",
    "measurements",
    "lint_history",
    "score_history",
    "health_checks",
    "deployments",
    "pull_requests",
];

fn schema(arguments: &[&str]) -> String {
    let ran = Program::new().run(&[&["schema"], arguments].concat());
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{arguments:?}");
    ran.stdout
}

#[test]
fn every_table_is_listed_for_people() {
    let list = schema(&[]);
    for name in NAMES {
        assert!(list.lines().any(|line| line.starts_with(&format!("{name}.csv "))), "{name} in\n{list}");
        assert!(schema(&[name]).starts_with(&format!("{name}.csv: ")));
    }
}

#[test]
fn a_header_is_the_first_line_of_the_file() {
    let run_columns = "repository,workflow,run_id,run_attempt,job_id,job,event,branch,commit";
    assert_eq!(
        schema(&["test_cases", "--header"]),
        format!("{run_columns},at,suite,case,status,flaky,duration_s,message\n")
    );
    assert_eq!(
        schema(&["run_metrics", "--header"]),
        "repository,workflow,run_id,run_attempt,event,branch,commit,started_at,workflow_path,run_number,pull_request,\
         conclusion,queue_s,wall_s,critical_path_s,jobs,jobs_failed,billed_minutes,cost_usd\n"
    );
    assert_eq!(schema(&["--header"]).lines().count(), 2 * NAMES.len());
}

#[test]
fn json_and_markdown_agree_with_the_header() {
    let json: serde_json::Value = serde_json::from_str(&schema(&["--format", "json"])).unwrap();
    let tables = json["tables"].as_array().unwrap();
    assert_eq!(tables.len(), NAMES.len());
    for (table, name) in tables.iter().zip(NAMES) {
        assert_eq!(table["name"], name);
        let columns = table["columns"].as_array().unwrap();
        let names: Vec<&str> = columns.iter().map(|column| column["name"].as_str().unwrap()).collect();
        assert_eq!(schema(&[name, "--header"]), format!("{}\n", names.join(",")));
        let keys = columns.iter().filter(|column| column["key"] == true).count();
        assert_eq!(keys, table["key"].as_array().unwrap().len(), "{name}");
        let markdown = schema(&[name, "--format", "markdown"]);
        assert!(names.iter().all(|column| markdown.contains(&format!("\n| `{column}` | "))), "{markdown}");
    }
}

#[test]
fn a_table_looks_like_this() {
    insta::assert_snapshot!(schema(&["lint_history"]), @r"
    lint_history.csv: findings of one commit by group and severity, sorted by at

    Column       Type     Unit   Key  What it says
    repository   text                 The repository, as OWNER/NAME.
    workflow     text                 The workflow's name.
    run_id       integer              The run; 0 outside GitHub Actions.
    run_attempt  integer              Which attempt of the run, from 1.
    job_id       integer              The job; where no run is known, a number made from the commit and
                                      the input.
    job          text                 The job's full name, matrix values included.
    event        text                 The event that started the run, such as `push`.
    branch       text                 The branch the commit is on.
    commit       text            key  The commit's full hash.
    at           time                 When it was observed.
    group        text            key  The rules' group.
    severity     text            key  error, warning or info.
    findings     integer  count       How many.
    ");
}

#[test]
fn an_unknown_table_is_wrong_usage_with_a_suggestion() {
    let ran = Program::new().run(&["schema", "build_metric"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("build_metrics"), "{}", ran.stderr);
}
