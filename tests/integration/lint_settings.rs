//! What `plimsoll.yml` and a baseline make of findings, end to end.

use serde_json::Value;

use crate::support::program::{Program, Ran};

const WORKFLOW: &str = ".github/workflows/ci.yml";

const TEXT: &str = "on: push
permissions: {}
jobs:
  build:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    steps:
      - uses: octo/deploy@v1
      - uses: octo/other@v1
";

fn report(ran: &Ran) -> Value {
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}{}", ran.stdout, ran.stderr))
}

/// Lists the findings: path, rule, severity, and the reason why they do not count.
fn findings(ran: &Ran) -> Vec<String> {
    let words = |finding: &Value, key: &str| finding[key].as_str().unwrap_or("counts").to_owned();
    let told = |finding: &Value| ["path", "rule", "severity", "suppressed"].map(|key| words(finding, key)).join(" ");
    report(ran)["findings"].as_array().unwrap().iter().map(told).collect()
}

fn lint(program: &Program, arguments: &[&str]) -> Ran {
    program.run(&[&["lint", "--format", "json", "--select", "security,hygiene"], arguments].concat())
}

#[test]
fn suppressions_go_by_rule_path_and_message() {
    let config = "lint:
  suppress:
    - {rules: [unpinned-action], paths: [\".github/**\"], message: octo/deploy, reason: ours}
    - {rules: [unpinned-action, jobs], paths: [\"docs/**\"]}
";
    let program = Program::new().file(WORKFLOW, TEXT).file("plimsoll.yml", config);
    let ran = lint(&program, &["--fail-on", "warning"]);
    let expected = [
        ".github/workflows/ci.yml unpinned-action warning ours",
        ".github/workflows/ci.yml unpinned-action warning counts",
    ];
    // Nothing is said about suppressions while rules are chosen that cannot speak.
    assert_eq!((ran.code, findings(&ran)), (1, expected.map(str::to_owned).to_vec()));
    let whole = program.run(&["lint", "--format", "json"]);
    let unused: Vec<Value> = report(&whole)["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|found| found["rule"] == "unused-suppression")
        .cloned()
        .collect();
    let [found] = unused.as_slice() else { panic!("{unused:?}") };
    assert_eq!((found["path"].as_str(), found["start"]["line"].as_u64()), (Some("plimsoll.yml"), Some(4)));
    assert_eq!(found["start"]["column"].as_u64(), Some(7));
    let part = program.run(&["lint", "--format", "json", WORKFLOW]);
    assert!(!part.stdout.contains("unused-suppression"), "{}", part.stdout);
}

#[test]
fn severities_go_by_rule_and_group() {
    let config = "lint:\n  severity: {security/supply-chain: error, archived-action: off, unpinned-action: info}\n";
    let program = Program::new().file(WORKFLOW, TEXT).file("plimsoll.yml", config);
    let ran = lint(&program, &[]);
    assert_eq!(
        (ran.code, findings(&ran).first().unwrap().as_str()),
        (0, ".github/workflows/ci.yml unpinned-action info counts")
    );
    let program = Program::new().file(WORKFLOW, TEXT).file("plimsoll.yml", "lint: {severity: {security: error}}\n");
    assert_eq!(lint(&program, &[]).code, 1);
    let program =
        Program::new().file(WORKFLOW, TEXT).file("plimsoll.yml", "lint: {severity: {unpinned-action: off}}\n");
    assert_eq!(findings(&lint(&program, &[])), Vec::<String>::new());
}

#[test]
fn a_baseline_hides_what_was_there_before() {
    let program = Program::new().file(WORKFLOW, TEXT);
    let written = lint(&program, &["--write-baseline", "--fail-on", "warning"]);
    assert_eq!(written.code, 0, "{}", written.stderr);
    assert!(written.stderr.starts_with(".plimsoll-baseline.json holds 2 findings: `--baseline "), "{}", written.stderr);
    let baseline = program.read(".plimsoll-baseline.json");
    assert_eq!(lint(&program, &["--write-baseline"]).code, 0);
    assert_eq!(program.read(".plimsoll-baseline.json"), baseline, "the same findings give the same bytes");
    let hides = ["--baseline", ".plimsoll-baseline.json", "--fail-on", "warning"];
    let ran = lint(&program, &hides);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert!(findings(&ran).iter().all(|finding| finding.ends_with(" baseline")), "{:?}", findings(&ran));
    // Lines move, and one finding is new.
    let program = program.file(WORKFLOW, format!("# moved\n\n{TEXT}      - uses: octo/new@v1\n"));
    let ran = lint(&program, &hides);
    assert_eq!(ran.code, 1);
    assert_eq!(findings(&ran).iter().filter(|finding| finding.ends_with(" counts")).count(), 1);
    // One of them is gone.
    let program = program.file(WORKFLOW, TEXT.replace("      - uses: octo/other@v1\n", ""));
    let ran = lint(&program, &hides);
    assert_eq!(ran.stderr, "1 finding of the baseline is there no more: write it anew with --write-baseline\n");
    // It was not looked for.
    let program = program.file(".github/workflows/x.yml", TEXT.replace("octo/", "x/"));
    assert_eq!(lint(&program, &[&hides[..], &[".github/workflows/x.yml"]].concat()).stderr, "");
    assert_eq!(program.run(&["lint", "--select", "jobs", "--baseline", ".plimsoll-baseline.json"]).stderr, "");
}

#[test]
fn a_baseline_is_found_from_where_it_was_named() {
    let config = "lint: {baseline: ci/known.json}\n";
    let program = Program::new().file(WORKFLOW, TEXT).file("plimsoll.yml", config).file("deep/down/file", "");
    assert_eq!(program.run_in("deep/down", &["lint", "--write-baseline"]).code, 0);
    assert!(program.read("ci/known.json").contains("unpinned-action"));
    assert_eq!(program.run_in("deep", &["lint", "--fail-on", "info"]).code, 0);
    assert_eq!(program.run_in("deep", &["lint", "--write-baseline", "--baseline", "own.json", "--no-config"]).code, 0);
    assert!(program.path("deep/own.json").is_file());
    assert_eq!(program.run_in("deep", &["lint", "--baseline", "own.json", "--fail-on", "info"]).code, 0);
}

#[test]
fn a_baseline_that_cannot_be_used_is_named() {
    let program = Program::new().file(WORKFLOW, TEXT).file("a.json", "{\"version\": 2}").file("b.json", "nothing");
    for (name, words) in [("missing.json", "cannot be read"), ("a.json", "has version 2"), ("b.json", "is no baseline")]
    {
        let ran = program.run(&["lint", "--baseline", name]);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
        assert!(
            ran.stderr.contains(name) && ran.stderr.contains(words) && ran.stderr.contains("hint: "),
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn what_the_repository_knows_is_believed() {
    let config = "lint:
  known:
    runner_labels: [gpu-*]
    variables: [REGION]
    secrets: [DEPLOY_KEY]
    events: [brand_new]
    permissions: [brand-new]
    actions:
      octo/deploy@v1: {inputs: {environment: {required: true}}, outputs: [url]}
";
    let text = "on: [push, brand_new]
permissions: {brand-new: write}
jobs:
  build:
    runs-on: gpu-large
    timeout-minutes: 5
    env: {A: '${{ vars.REGION }} ${{ vars.REGOIN }} ${{ secrets.DEPLOY_KEY }} ${{ secrets.OTHER }} ${{ secrets.GITHUB_TOKEN }}'}
    steps:
      - id: deploy
        uses: octo/deploy@v1.3
        with: {enviroment: x}
      - run: echo ${{ steps.deploy.outputs.urll }}
";
    let told = |config: &str| {
        let program = Program::new().file(WORKFLOW, text).file("plimsoll.yml", config);
        let ran = program.run(&["lint", "--format", "json", "--ignore", "security,hygiene"]);
        let rules: Vec<String> =
            findings(&ran).iter().map(|found| found.split(' ').nth(1).unwrap().to_owned()).collect();
        rules
    };
    let unknown = told("");
    for rule in ["unknown-event", "permission-unknown-scope", "runner-label-unknown"] {
        assert!(unknown.iter().any(|found| found == rule), "{rule}: {unknown:?}");
    }
    let mut known = told(config);
    known.sort();
    let expected = [
        "action-input-missing-required",
        "action-input-unknown",
        "unknown-secret",
        "unknown-step-output",
        "unknown-variable",
    ];
    assert_eq!(known, expected);
}

#[test]
fn standard_input_is_judged_as_the_file_it_is_called() {
    let action = "name: Greet\ndescription: Greets\ninputs:\n  who: {description: Whom, required: true}\nruns:\n  using: node24\n  main: index.js\n";
    let program = Program::new().file("greet/action.yml", action).file("greet/index.js", "");
    let text = TEXT.replace("octo/deploy@v1", "./greet").replace("      - uses: octo/other@v1\n", "");
    let program = program
        .stdin(&text)
        .file("plimsoll.yml", "lint: {exclude: [\"**/left-out.yml\"], suppress: [{paths: [\"**/quiet.yml\"]}]}\n");
    let run = |folder: &str, name: &str| {
        let ran =
            program.run_in(folder, &["lint", "--format", "json", "--select", "actions", "--stdin-filename", name, "-"]);
        (ran.code, findings(&ran))
    };
    let missing = ".github/workflows/new.yml action-input-missing-required error";
    assert_eq!(run("", ".github/workflows/new.yml"), (1, vec![format!("{missing} counts")]));
    assert_eq!(run("greet", "../.github/workflows/new.yml").0, 1);
    assert_eq!(run("", ".github/workflows/left-out.yml"), (0, vec![]));
    assert_eq!(
        run("", ".github/workflows/quiet.yml"),
        (0, vec![".github/workflows/quiet.yml action-input-missing-required error no reason is given".to_owned()])
    );
    let implied = program.run(&["lint", "--stdin-filename", WORKFLOW, "--select", "actions"]);
    assert_eq!(implied.code, 1, "{}", implied.stderr);
    let useless = program.run(&["lint", "--stdin-filename", WORKFLOW, "greet/action.yml"]);
    assert_eq!(useless.code, 2);
    assert!(useless.stderr.contains("--stdin-filename"), "{}", useless.stderr);
    let passed_on = program.run(&["lint", "--fix", "all", "--stdin-filename", "left-out.yml"]);
    assert_eq!((passed_on.code, passed_on.stdout), (0, text));
}

#[test]
fn whom_the_repository_trusts_need_not_be_pinned() {
    let uses = ["octo/deploy@main", "octo/own/path", "actions/checkout@v4", "actions/cache", "other/one@v1"];
    let steps: Vec<String> = uses.iter().map(|uses| format!("      - uses: {uses}\n")).collect();
    let workflow = format!("on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n{}", steps.concat());
    let settings = "lint:\n  uses:\n    pin: {octo/*: nothing, Actions/*: reference}\n    deny: [actions/cache]\n    allow: [octo/*, actions/*]\n";
    let program = Program::new().file(".github/workflows/a.yml", workflow).file("plimsoll.yml", settings);
    let ran = program.run(&["lint", "--format", "json", "--select", "unpinned-action,forbidden-uses"]);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    let shown = findings.map(|finding| format!("{} {}", finding["start"]["line"], finding["rule"].as_str().unwrap()));
    let expected = ["9 forbidden-uses", "10 forbidden-uses", "10 unpinned-action"];
    assert_eq!(shown.collect::<Vec<_>>(), expected);
    let wrong = program.file("plimsoll.yml", "lint:\n  uses: {pin: {octo/*: tag}, deny: 1}\n").run(&["lint"]);
    assert!(wrong.code == 2 && wrong.stderr.contains("plimsoll.yml:2"), "{}", wrong.stderr);
}
