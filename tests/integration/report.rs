//! `plimsoll report` end to end, from recorded answers to pages.

use crate::support::program::Program;

/// Two runs of one workflow, a week apart, the second one slower.
const ANSWERS: &str = r#"{"total_count": 2, "workflow_runs": [
  {"id": 1, "name": "CI <b>", "path": ".github/workflows/ci.yml", "run_number": 1, "run_attempt": 1, "event": "push",
   "status": "completed", "conclusion": "success", "head_branch": "main", "head_sha": "a1",
   "created_at": "2026-03-02T10:00:00Z", "run_started_at": "2026-03-02T10:00:00Z", "repository": {"full_name": "o/r"}},
  {"id": 2, "name": "CI <b>", "path": ".github/workflows/ci.yml", "run_number": 2, "run_attempt": 1, "event": "push",
   "status": "completed", "conclusion": "failure", "head_branch": "main", "head_sha": "a2",
   "created_at": "2026-03-10T10:00:00Z", "run_started_at": "2026-03-10T10:00:00Z", "repository": {"full_name": "o/r"}}]}"#;

fn job(run: u32, day: &str, end: &str, conclusion: &str) -> String {
    format!(
        r#"{{"total_count": 1, "jobs": [{{"id": {run}0, "run_id": {run}, "run_attempt": 1, "name": "build | test (linux, 3)",
        "status": "completed", "conclusion": "{conclusion}", "created_at": "{day}T10:00:00Z", "started_at": "{day}T10:00:10Z",
        "completed_at": "{day}T{end}Z", "labels": ["ubuntu-latest"], "workflow_name": "CI <b>", "head_sha": "a{run}",
        "head_branch": "main", "steps": []}}]}}"#
    )
}

fn collected() -> Program {
    let program = Program::new()
        .file("answers/runs.json", ANSWERS)
        .file("answers/one.json", job(1, "2026-03-02", "10:02:10", "success"))
        .file("answers/two.json", job(2, "2026-03-10", "10:05:10", "failure"));
    let ran = program.run(&["collect", "--from", "answers"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    program
}

#[test]
fn markdown_tells_quantiles_failures_and_weeks() {
    let ran = collected().run(&["report", "--title", "How | it goes"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let page = ran.stdout;
    assert!(page.starts_with("# How \\| it goes\n"), "{page}");
    assert!(
        page.contains("**2** runs · p50 **3 m 30 s** · p95 **4 m 51 s** · mean **3 m 30 s** · **50.0 %** failed"),
        "{page}"
    );
    assert!(page.contains("| CI &lt;b&gt; / build \\| test | 2 | 3 m 30 s |"), "{page}");
    assert!(page.contains("| 2026-03-02 | 1 | 2 m 00 s | 2 m 00 s | 2 m 00 s | 0.0 % |"), "{page}");
    assert!(page.contains("| 2026-03-09 | 1 | 5 m 00 s | 5 m 00 s | 5 m 00 s | 100.0 % |"), "{page}");
    assert!(page.contains("▁█"), "{page}");
}

#[test]
fn html_is_one_page_that_asks_for_nothing() {
    let program = collected();
    let ran = program.run(&["report", "--html", "site/index.html", "--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let page = program.read("site/index.html");
    assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"));
    assert!(page.contains("<svg") && page.contains("CI &lt;b&gt;") && !page.contains("CI <b>"));
    assert_eq!(page.matches("<script>").count(), 1);
    for outside in ["<script ", "<link", "@import", "url(", " src=", "http-equiv", "fetch(", "XMLHttpRequest"] {
        assert!(!page.contains(outside), "{outside}");
    }
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(report["total"]["runs"], 2);
    assert_eq!(report["workflows"][0]["duration_s"]["p50"], 210.0);
    assert_eq!(report["weeks"], serde_json::json!(["2026-03-02", "2026-03-09"]));
}

#[test]
fn the_same_tables_give_the_same_bytes() {
    let program = collected();
    let page = || program.run(&["report", "--format", "html"]).stdout;
    assert_eq!(page(), page());
}

#[test]
fn weeks_and_branches_narrow_the_report() {
    let program = collected();
    let total = |arguments: &[&str]| {
        let ran = program.run(&[&["report", "--format", "json"], arguments].concat());
        serde_json::from_str::<serde_json::Value>(&ran.stdout).unwrap()["total"]["runs"].as_u64()
    };
    assert_eq!(total(&["--weeks", "1"]), Some(1));
    assert_eq!(total(&["--branch", "main"]), Some(2));
    assert_eq!(total(&["--branch", "other"]), Some(0));
}

#[test]
fn weeks_of_every_job_are_a_table() {
    let program = collected();
    let ran = program.run(&["report", "--format", "csv"]);
    let header = "workflow,job,week,runs,failed,p50_s,p95_s,mean_s";
    let rows = "CI <b>,build | test,2026-03-02,1,0,120,120,120\nCI <b>,build | test,2026-03-09,1,1,300,300,300";
    assert_eq!((ran.code, ran.stdout), (0, format!("{header}\n{rows}\n")));
    // A table that is not sorted, and tells of a job twice, says the same.
    let text = program.read("metrics/build_metrics.csv");
    let (header, rows) = text.split_once('\n').unwrap();
    let mut lines: Vec<&str> = rows.lines().collect();
    lines.reverse();
    lines.push(lines[0]);
    let program = program.file("metrics/build_metrics.csv", format!("{header}\n{}\n", lines.join("\n")));
    assert_eq!(program.run(&["report", "--format", "csv", "--weeks", "1"]).stdout.lines().count(), 2);
    let program = program.file("metrics/build_metrics.csv", format!("{header}\nx\n"));
    let ran = program.run(&["report", "--format", "csv"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("build_metrics.csv:2:1: the line has 1 fields"), "{}", ran.stderr);
}

#[test]
fn no_tables_is_said_and_a_damaged_one_is_named() {
    let program = Program::new();
    let ran = program.run(&["report"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("There are no rows to report on yet"), "{}", ran.stdout);
    let program = program.file("metrics/run_metrics.csv", "a,b\n1,2\n");
    let ran = program.run(&["report"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("run_metrics.csv:1:1"), "{}", ran.stderr);
}

#[test]
fn a_job_gets_the_report_as_its_summary() {
    let program = collected().file("summary.md", "");
    let summary = program.path("summary.md").to_string_lossy().into_owned();
    let program = program.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", &summary);
    assert_eq!(program.run(&["report"]).code, 0);
    assert!(program.read("summary.md").contains("## Slowest jobs"));
}

#[test]
fn charts_are_pictures_that_the_markdown_shows() {
    let program = collected();
    let ran = program.run(&["report", "--output", "docs/ci report/page.md", "--charts", "docs/charts one"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let page = program.read("docs/ci report/page.md");
    let shown: Vec<&str> = page.lines().filter(|line| line.starts_with("![")).collect();
    assert!(shown[0].ends_with("](../charts%20one/runs.svg)"), "{shown:?}");
    assert!(shown.last().unwrap().ends_with("](../charts%20one/run.svg)"), "{shown:?}");
    for name in ["runs.svg", "run.svg"] {
        let svg = program.read(&format!("docs/charts one/{name}"));
        assert!(svg.starts_with("<svg xmlns=") && !svg.contains("<b>") && !svg.contains("href"), "{svg}");
    }
    let ran = program.run(&["report", "--charts", "charts"]);
    assert!(ran.stdout.contains("](charts/runs.svg)"), "{}", ran.stdout);
}
