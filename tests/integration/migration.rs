//! `plimsoll init --from`: what other tools were told is ours from then on, and what is not is told.

use crate::support::csv;
use crate::support::program::Program;

const WORKFLOW: &str = "name: ci
on: push
permissions: {}
jobs:
  a:
    runs-on: [self-hosted, gpu-a100]
    timeout-minutes: 5
    steps:
      - uses: octo/tool@v1 # zizmor: ignore[unpinned-uses, nosuch]
      - run: echo ${{ vars.REGION }} ${{ vars.NOSUCH }}
";

const ACTIONLINT: &str = "self-hosted-runner:
  labels: [gpu-*]
config-variables: [REGION]
paths:
  .github/workflows/ci.yml:
    ignore:
      - 'shellcheck reported issue in this script: SC2086:.+'
      - 'label \"x\" is unknown'
      - \"\\n::error::smuggled\"
future: true
";

const ZIZMOR: &str = "rules:
  artipacked:
    disable: true
  unpinned-uses:
    ignore: [release.yml, 'ci.yml:9']
    config:
      policies:
        octo/*: ref-pin
        actions/*: any
  forbidden-uses:
    config:
      deny: [evil/*]
  nosuch-audit:
    disable: true
";

fn program() -> Program {
    Program::new()
        .file(".github/workflows/ci.yml", WORKFLOW)
        .file(".github/actionlint.yaml", ACTIONLINT)
        .file(".github/zizmor.yml", ZIZMOR)
}

/// The lint findings of a rule, with the settings that are there.
fn finds(program: &Program, rule: &str) -> usize {
    let ran = program.run(&["lint", "--format", "json", "--fail-on", "never"]);
    let findings: serde_json::Value =
        serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran:?}"));
    findings["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|found| found["rule"] == rule && found["suppressed"].is_null())
        .count()
}

#[test]
fn settings_of_linters_are_ours_from_then_on() {
    let program = program();
    assert_eq!((finds(&program, "runner-label-unknown"), finds(&program, "unknown-variable")), (1, 0));
    let ran = program.run(&["init", "--from", "all"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    // The label is known now, a variable that nobody listed is told, and a reference is firm enough.
    assert_eq!((finds(&program, "runner-label-unknown"), finds(&program, "unknown-variable")), (0, 1));
    for line in [
        ".github/actionlint.yaml: labels of runners (1) → lint.known.runner_labels",
        "`artipacked` is off → persist-credentials, persist-credentials-upload in lint.ignore",
        "octo/* may be named by reference → lint.uses.pin",
        "audits in comments `# zizmor: ignore[…]` (1) count here as they are",
    ] {
        assert!(ran.stdout.contains(line), "{line}: {}", ran.stdout);
    }
    let (_, left) = ran.stdout.split_once("\nNot carried over\n").unwrap();
    for line in [
        ".github/actionlint.yaml: nothing here is like `future`",
        "`unpinned-uses` at line 9 of ci.yml: put `# plimsoll: ignore[",
        "no rule here reports what `nosuch-audit` does",
        ".github/workflows/ci.yml: no rule here reports what `nosuch` of a comment does",
    ] {
        assert!(left.contains(line), "{line}: {left}");
    }
    // A pattern is a text of others: it commands nothing.
    assert!(ran.stdout.lines().all(|line| !line.trim_start().starts_with("::")), "{}", ran.stdout);
}

#[test]
fn one_tool_is_taken_and_a_file_that_is_there_stays() {
    let program = program().file("plimsoll.yml", "preset: none\n");
    let ran = program.run(&["init", "--from", "zizmor"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("kept ") && !ran.stdout.contains("actionlint.yaml"), "{}", ran.stdout);
    assert_eq!(program.read("plimsoll.yml"), "preset: none\n");
    let ran = program.run(&["init", "--from", "zizmor", "--force"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(program.read("plimsoll.yml").contains("\"evil/*\""), "{}", program.read("plimsoll.yml"));
    let again = program.run(&["lint"]);
    assert!(again.code < 2, "{}", again.stderr);
}

#[test]
fn what_cannot_be_read_writes_nothing() {
    let broken = program().file(".github/zizmor.yml", "rules: [\n");
    let ran = broken.run(&["init", "--from", "all"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{}", ran.stderr);
    assert!(ran.stderr.contains(".github/zizmor.yml"), "{}", ran.stderr);
    assert!(!broken.path("plimsoll.yml").exists());
    let nothing = Program::new().run(&["init", "--from", "actionlint"]);
    assert_eq!(nothing.code, 2, "{}", nothing.stdout);
    assert!(nothing.stderr.contains("holds nothing of actionlint"), "{}", nothing.stderr);
}

const DATA: &str = r#"window.BENCHMARK_DATA = {
  "lastUpdate": 1700000100000,
  "repoUrl": "https://github.com/octo/app",
  "entries": {
    "Rust": [
      {"commit": {"id": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "message": "x"}, "date": 1700000000000, "tool": "cargo",
       "benches": [{"name": "parse", "value": 120, "range": "± 3", "unit": "ns/iter"}]},
      {"commit": {"id": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}, "date": 1700000100000, "tool": "cargo",
       "benches": [{"name": "parse", "value": 130, "unit": "ns/iter"}, {"name": "=cmd|x", "value": 1, "unit": "ns/iter"}]}
    ]
  }
};
"#;

const BENCHMARKS: &str = "on: push
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - uses: benchmark-action/github-action-benchmark@v1
        with:
          tool: cargo
          output-file-path: out.txt
          alert-threshold: 130%
          fail-threshold: '1.5'
          fail-on-alert: true
";

#[test]
fn benchmarks_go_on_where_they_were() {
    let program = Program::new().file("dev/bench/data.js", DATA).file(".github/workflows/bench.yml", BENCHMARKS);
    let ran = program.run(&["init", "--from", "github-action-benchmark", "--branch", "trunk"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    let settings = program.read("plimsoll.yml");
    assert!(settings.contains("compare: {to: base, warn: \"+30%\", fail: \"+50%\"}"), "{settings}");
    let rows = csv::read(&program.path("metrics/measurements.csv"));
    let columns = ["repository", "branch", "at", "name", "labels", "value", "unit"];
    let rows: Vec<Vec<&str>> = rows.iter().map(|row| columns.map(|column| row[column].as_str()).to_vec()).collect();
    assert_eq!(
        rows.iter().filter(|row| row[4] == "name=parse").map(|row| row.join(" ")).collect::<Vec<_>>(),
        [
            "octo/app trunk 2023-11-14T22:13:20Z benchmark.time name=parse 120 ns",
            "octo/app trunk 2023-11-14T22:15:00Z benchmark.time name=parse 130 ns"
        ]
    );
    // A second time the same rows are there.
    let before = program.read("metrics/measurements.csv");
    assert_eq!(program.run(&["init", "--from", "all", "--branch", "trunk"]).code, 0);
    assert_eq!(program.read("metrics/measurements.csv"), before);
    let broken = Program::new().file("data.js", "window.BENCHMARK_DATA = {\"entries\": 1}");
    let ran = broken.run(&["init", "--from", "github-action-benchmark"]);
    assert!(ran.code == 2 && ran.stderr.contains("data.js"), "{}", ran.stderr);
}
