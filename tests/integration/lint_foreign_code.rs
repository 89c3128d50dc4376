//! Code of strangers that jobs with secrets bring and run: which way it comes, what runs it, and what
//! keeps it out.

use std::collections::BTreeMap;

use crate::support::program::Program;

/// Steps of a job under an event, and what is found at the regular persona: severity and rule.
const CASES: &[(&str, &str, &str)] = &[
    // How it comes.
    (
        "pull_request_target",
        "{uses: actions/checkout@v5, with: {ref: '${{ github.event.pull_request.head.sha }}'}} | {run: npm ci}",
        "error untrusted-checkout",
    ),
    (
        "pull_request_target",
        "{uses: actions/checkout@v5, with: {ref: 'refs/pull/${{ github.event.number }}/merge'}} | {run: make}",
        "error untrusted-checkout",
    ),
    (
        "pull_request",
        "{uses: actions/checkout@v5, with: {ref: '${{ github.event.pull_request.head.sha }}'}} | {run: npm ci}",
        "",
    ),
    ("pull_request_target", "{uses: actions/checkout@v5} | {run: npm ci}", ""),
    (
        "pull_request_target",
        "{uses: actions/checkout@v5, with: {ref: '${{ github.event.pull_request.base.sha }}'}} | {run: make}",
        "",
    ),
    ("issue_comment", "{run: 'gh pr checkout 1 && make'}", "error untrusted-checkout"),
    ("issue_comment", "{run: 'gh pr diff 1 && make'}", ""),
    (
        "issue_comment",
        "{uses: actions/checkout@v5, with: {ref: '${{ steps.x.outputs.head_sha }}'}} | {run: make}",
        "error untrusted-checkout",
    ),
    (
        "pull_request_target",
        "{run: 'git fetch origin pull/${N}/head:pr && git checkout pr && make'}",
        "error untrusted-checkout",
    ),
    ("pull_request_target", "{run: 'git fetch origin pull/${N}/head:pr && git diff pr && make'}", ""),
    (
        "pull_request_target",
        "{run: 'git fetch origin pull/1/head'} | {run: git checkout FETCH_HEAD} | {run: make}",
        "error untrusted-checkout",
    ),
    (
        "pull_request_target",
        "{env: {SHA: '${{ github.event.pull_request.head.sha }}'}, run: 'git merge $SHA && cargo test'}",
        "error untrusted-checkout",
    ),
    ("pull_request_target", "{run: 'git checkout -b ${{ github.head_ref }} && make'}", ""),
    (
        "pull_request_target",
        "{run: 'git clone ${{ github.event.pull_request.head.repo.clone_url }} pr && cd pr && ./x'}",
        "error untrusted-checkout",
    ),
    (
        "workflow_run",
        "{uses: actions/checkout@v5, with: {ref: '${{ github.event.workflow_run.head_sha }}'}} | {run: make}",
        "error untrusted-checkout",
    ),
    (
        "workflow_run",
        "{uses: actions/checkout@v5, with: {ref: '${{ github.event.pull_request.head.sha }}'}} | {run: make}",
        "",
    ),
    // A branch of this repository, whatever its name.
    (
        "pull_request_target",
        "{uses: actions/checkout@v5, with: {ref: '${{ github.head_ref }}'}} | {run: make}",
        "warning untrusted-checkout",
    ),
    (
        "issue_comment",
        "{uses: actions/checkout@v5, with: {ref: '${{ steps.x.outputs.head_ref }}'}} | {run: make}",
        "warning untrusted-checkout",
    ),
    (
        "pull_request_target",
        "{uses: actions/checkout@v5, with: {ref: '${{ github.head_ref }}', repository: '${{ github.event.pull_request.head.repo.full_name }}'}} | {run: make}",
        "error untrusted-checkout",
    ),
    (
        "pull_request_target",
        "{uses: actions/checkout@v5, with: {ref: '${{ github.head_ref || github.event.pull_request.head.sha }}'}} | {run: make}",
        "error untrusted-checkout",
    ),
    // What runs it.
    (
        "pull_request_target",
        "{uses: actions/checkout@v5, with: {ref: '${{ github.event.pull_request.head.sha }}'}} | {uses: ./tools/action}",
        "error untrusted-checkout",
    ),
    (
        "pull_request_target",
        "{uses: actions/checkout@v5, with: {ref: '${{ github.event.pull_request.head.sha }}'}} | {uses: pre-commit/action@v3}",
        "error untrusted-checkout",
    ),
    (
        "pull_request_target",
        "{uses: actions/checkout@v5, with: {ref: '${{ github.event.pull_request.head.sha }}'}} | {uses: ruby/setup-ruby@v1}",
        "",
    ),
    (
        "pull_request_target",
        "{uses: actions/checkout@v5, with: {ref: '${{ github.event.pull_request.head.sha }}'}} | {uses: ruby/setup-ruby@v1, with: {bundler-cache: true}}",
        "error untrusted-checkout",
    ),
    (
        "pull_request_target",
        "{uses: actions/checkout@v5, with: {ref: '${{ github.event.pull_request.head.sha }}'}} | {run: cat README.md}",
        "",
    ),
    (
        "pull_request_target",
        "{uses: actions/checkout@v5, with: {ref: '${{ github.event.pull_request.head.sha }}'}} | {run: npm ci --ignore-scripts}",
        "",
    ),
    (
        "pull_request_target",
        "{uses: actions/checkout@v5, with: {ref: '${{ github.event.pull_request.head.sha }}'}} | {run: python tools/x.py}",
        "error untrusted-checkout",
    ),
    (
        "pull_request_target",
        "{run: make} | {uses: actions/checkout@v5, with: {ref: '${{ github.event.pull_request.head.sha }}'}}",
        "",
    ),
    // Where it lies.
    (
        "pull_request_target",
        "{uses: actions/checkout@v5} | {uses: actions/checkout@v5, with: {ref: '${{ github.event.pull_request.head.sha }}', path: pr}} | {run: make check}",
        "",
    ),
    (
        "pull_request_target",
        "{uses: actions/checkout@v5, with: {ref: '${{ github.event.pull_request.head.sha }}', path: pr}} | {run: make -C pr}",
        "error untrusted-checkout",
    ),
    (
        "pull_request_target",
        "{uses: actions/checkout@v5, with: {ref: '${{ github.event.pull_request.head.sha }}', path: pr}} | {working-directory: pr, run: make}",
        "error untrusted-checkout",
    ),
    (
        "pull_request_target",
        "{uses: actions/checkout@v5, with: {ref: '${{ github.event.pull_request.head.sha }}', path: pr}} | {run: 'cd pr/sub && make'}",
        "error untrusted-checkout",
    ),
    (
        "pull_request_target",
        "{uses: actions/checkout@v5, with: {ref: '${{ github.event.pull_request.head.sha }}'}} | {uses: actions/checkout@v5, with: {path: base}} | {working-directory: base, run: make}",
        "",
    ),
    (
        "pull_request_target",
        "{uses: actions/checkout@v5, with: {ref: '${{ github.event.pull_request.head.sha }}'}} | {uses: actions/checkout@v5} | {run: make}",
        "",
    ),
    (
        "pull_request_target",
        "{uses: actions/checkout@v5, with: {ref: '${{ github.event.pull_request.head.sha }}'}} | {run: 'cd /tmp && make'}",
        "",
    ),
    // Who keeps it out.
    (
        "pull_request_target",
        "{if: 'github.event.pull_request.head.repo.full_name == github.repository', uses: actions/checkout@v5, with: {ref: '${{ github.event.pull_request.head.sha }}'}} | {run: make}",
        "",
    ),
    (
        "pull_request_target",
        "{if: \"contains(github.event.pull_request.labels.*.name, 'ok')\", uses: actions/checkout@v5, with: {ref: '${{ github.event.pull_request.head.sha }}'}} | {run: make}",
        "warning untrusted-checkout",
    ),
    (
        "pull_request_target",
        "{if: \"github.event.pull_request.author_association == 'MEMBER'\", uses: actions/checkout@v5, with: {ref: '${{ github.event.pull_request.head.sha }}'}} | {run: make}",
        "",
    ),
    (
        "issue_comment",
        "{if: \"github.event.comment.author_association == 'OWNER'\", run: 'gh pr checkout 1'} | {run: make}",
        "warning untrusted-checkout",
    ),
    // Artifacts.
    (
        "workflow_run",
        "{uses: actions/checkout@v5} | {uses: dawidd6/action-download-artifact@v6} | {run: ./x.sh}",
        "error artifact-poisoning",
    ),
    ("workflow_run", "{uses: dawidd6/action-download-artifact@v6} | {uses: actions/checkout@v5} | {run: ./x.sh}", ""),
    ("workflow_run", "{uses: actions/checkout@v5} | {run: gh run download 1 --dir out} | {run: ./x.sh out}", ""),
    ("workflow_run", "{run: gh run download 1 --dir out} | {run: bash out/x.sh}", "error artifact-poisoning"),
    ("push", "{uses: dawidd6/action-download-artifact@v6} | {run: ./x.sh}", ""),
];

fn workflow(event: &str, steps: &str) -> String {
    let on = if event == "workflow_run" { "{workflow_run: {workflows: [x]}}" } else { event };
    let steps: Vec<String> = steps.split(" | ").map(|step| format!("      - {step}\n")).collect();
    format!(
        "on: {on}\npermissions: {{contents: write}}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n{}",
        steps.concat()
    )
}

#[test]
fn code_of_strangers_is_followed_to_what_runs_it() {
    let name = |at: usize| format!(".github/workflows/{at:03}.yml");
    let cases = CASES.iter().enumerate();
    let program =
        cases.fold(Program::new(), |program, (at, (event, steps, _))| program.file(&name(at), workflow(event, steps)));
    let program =
        program.file("tools/action/action.yml", "name: x\ndescription: x\nruns: {using: node24, main: x.js}\n");
    let rules = "untrusted-checkout,artifact-poisoning";
    let ran = program.run(&["lint", "--format", "json", "--no-config", "--select", rules]);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for finding in report["findings"].as_array().unwrap() {
        let word = |key: &str| finding[key].as_str().unwrap().to_owned();
        found.entry(word("path")).or_default().push(format!("{} {}", word("severity"), word("rule")));
    }
    for (at, (event, steps, expected)) in CASES.iter().enumerate() {
        assert_eq!(found.remove(&name(at)).unwrap_or_default().join(", "), *expected, "{event}: {steps}");
    }
}

#[test]
fn a_finding_tells_what_runs_it_and_what_whoever_decides_it_gains() {
    let steps =
        "{uses: actions/checkout@v5, with: {ref: '${{ github.event.pull_request.head.sha }}'}} | {run: 'true; npm ci'}";
    let program = Program::new().file(".github/workflows/a.yml", workflow("pull_request_target", steps));
    let ran = program.run(&["lint", "--no-config", "--select", "untrusted-checkout"]);
    for part in [
        "a job with secrets checks out `github.event.pull_request.head.sha`, and",
        "it is run here",
        "whoever opens a pull request decides what it holds",
        "`pull_request_target` brings it",
        "a token that may write `contents`",
    ] {
        assert!(ran.stdout.contains(part), "{part}\n{}", ran.stdout);
    }
}

#[test]
fn a_cache_of_strangers_is_told_with_the_way_to_what_is_published() {
    let steps = "{uses: actions/checkout@v5, with: {ref: '${{ github.event.pull_request.head.sha }}'}} | {run: make} | {uses: actions/cache@v4}";
    let filling = workflow("pull_request_target", steps).replace("permissions:", "cache-mode: write\npermissions:");
    let release = workflow("release", "{uses: Swatinem/rust-cache@v2} | {run: cargo publish}");
    let program = Program::new().file(".github/workflows/a.yml", &filling).file(".github/workflows/b.yml", &release);
    let told = |program: &Program, file: &str| {
        let ran = program.run(&["lint", "--no-config", "--format", "json", "--select", "cache-poisoning", file]);
        let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        let findings = report["findings"].as_array().unwrap().iter();
        let places = |finding: &serde_json::Value| {
            let related = finding["related"].as_array().unwrap().iter();
            let place = |place: &serde_json::Value| {
                format!("{}:{}", place["path"].as_str().unwrap().rsplit('/').next().unwrap(), place["start"]["line"])
            };
            (finding["severity"].as_str().unwrap().to_owned(), related.map(place).collect::<Vec<_>>().join(" "))
        };
        findings.map(places).collect::<Vec<_>>()
    };
    // One file alone is judged by what the others hold, too: what comes in, what runs it, what is published.
    let error = |places: &str| vec![("error".to_owned(), places.to_owned())];
    assert_eq!(told(&program, ".github/workflows/a.yml"), error("a.yml:8 a.yml:9 b.yml:7"));
    assert_eq!(told(&program, ".github/workflows/b.yml"), error("b.yml:8 a.yml:10"));
    // Without the mode GitHub lets such a run only read.
    let program = program.file(".github/workflows/a.yml", filling.replace("write\npermissions", "read\npermissions"));
    assert_eq!(told(&program, "."), vec![]);
}

/// A called workflow is judged by what starts those that call it, as far as they are of the same repository.
#[test]
fn a_called_workflow_is_started_by_what_starts_its_callers() {
    let reused = "on: workflow_call\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      \
                  - {uses: actions/checkout@v5, with: {ref: '${{ github.event.pull_request.head.sha }}'}}\n      \
                  - run: npm ci\n      - run: echo '${{ github.event.pull_request.title }}'\n";
    let caller = |on: &str, name: &str| format!("on: {on}\njobs:\n  c:\n    uses: ./.github/workflows/{name}.yml\n");
    let linted = |callers: &[(&str, &str, &str)]| {
        let path = |name: &str| format!(".github/workflows/{name}.yml");
        let program = callers.iter().fold(Program::new().file(&path("called"), reused), |program, (name, on, next)| {
            program.file(&path(name), caller(on, next))
        });
        let select = "template-injection,untrusted-checkout";
        let ran = program.run(&["lint", "--format", "json", "--no-config", "--select", select]);
        let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        let word = |finding: &serde_json::Value, key: &str| finding[key].as_str().unwrap().to_owned();
        let findings = report["findings"].as_array().unwrap().iter();
        findings.map(|finding| format!("{} {}", word(finding, "severity"), word(finding, "rule"))).collect::<Vec<_>>()
    };
    assert_eq!(linted(&[]), ["error template-injection"]);
    assert_eq!(linted(&[("x", "pull_request", "called")]), ["warning template-injection"]);
    let both = ["error untrusted-checkout", "error template-injection"];
    assert_eq!(linted(&[("x", "pull_request", "called"), ("y", "pull_request_target", "called")]), both);
    assert_eq!(linted(&[("x", "workflow_dispatch", "called")]), [""; 0]);
    assert_eq!(linted(&[("x", "workflow_call", "called"), ("y", "pull_request_target", "x")]), both);
    // Nobody knows who calls the one that calls it.
    assert_eq!(linted(&[("x", "workflow_call", "called")]), ["error template-injection"]);
}
