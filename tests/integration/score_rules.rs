//! Where a rule of the linter and a criterion of the scorecard see the same thing, both say so, or neither does.

use serde_json::Value;

use crate::score::{json, status};
use crate::support::program::Program;

/// Rules and the criterion that sees the same, with a workflow where both find something, and one where neither does.
const PAIRS: &[(&[&str], &str, &str, &str)] = &[
    (
        &["job-timeout-missing"],
        "job-timeouts",
        "on: push\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n",
        "on: push\njobs: {a: {runs-on: x, timeout-minutes: 5, steps: [{run: make}]}}\n",
    ),
    (
        &["concurrency-missing"],
        "concurrency-control",
        "on: pull_request\njobs: {a: {runs-on: x, steps: [{run: cargo test}]}}\n",
        "on: pull_request\nconcurrency: {group: a-${{ github.ref }}, cancel-in-progress: true}\njobs: {a: {runs-on: x, steps: [{run: cargo test}]}}\n",
    ),
    (
        &["unpinned-action", "unpinned-reusable-workflow"],
        "pinned-actions",
        "on: push\njobs: {a: {runs-on: x, steps: [{uses: octo/a@v1}]}}\n",
        "on: push\njobs: {a: {runs-on: x, steps: [{uses: octo/a@0123456789012345678901234567890123456789}]}}\n",
    ),
    (
        &["permissions-missing-workflow", "permissions-missing-job"],
        "least-privilege",
        "on: push\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n",
        "on: push\npermissions: {}\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n",
    ),
    (
        &["permissions-write-all"],
        "least-privilege",
        "on: push\npermissions: write-all\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n",
        "on: push\npermissions: {contents: read}\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n",
    ),
    (
        &["permissions-workflow-write"],
        "least-privilege",
        "on: push\npermissions: {issues: write}\njobs: {a: {runs-on: x, steps: [{run: a}]}, b: {runs-on: x, steps: [{run: b}]}}\n",
        "on: push\npermissions: {issues: read}\njobs: {a: {runs-on: x, steps: [{run: a}]}, b: {runs-on: x, steps: [{run: b}]}}\n",
    ),
    (
        &["artifact-no-retention"],
        "artifact-retention",
        "on: push\njobs: {a: {runs-on: x, steps: [{uses: actions/upload-artifact@v4, with: {path: a}}]}}\n",
        "on: push\njobs: {a: {runs-on: x, steps: [{uses: actions/upload-artifact@v4, with: {path: a, retention-days: 7}}]}}\n",
    ),
    (
        &["artifact-may-be-empty"],
        "artifact-verified",
        "on: push\njobs: {a: {runs-on: x, steps: [{uses: actions/upload-artifact@v4, with: {path: a}}]}}\n",
        "on: push\njobs: {a: {runs-on: x, steps: [{uses: actions/upload-artifact@v4, with: {path: a, if-no-files-found: error}}]}}\n",
    ),
    (
        &["continue-on-error-hides-tests"],
        "strict-failures",
        "on: push\njobs: {a: {runs-on: x, steps: [{run: cargo test, continue-on-error: true}]}}\n",
        "on: push\njobs: {a: {runs-on: x, steps: [{run: cargo test}]}}\n",
    ),
    (
        &["deploy-without-environment"],
        "environment-protection",
        "on: push\njobs: {a: {runs-on: x, steps: [{run: kubectl apply -f a.yml}]}}\n",
        "on: push\njobs: {a: {runs-on: x, environment: production, steps: [{run: kubectl apply -f a.yml}]}}\n",
    ),
    (
        &["deploy-without-concurrency", "deploy-cancelled-halfway"],
        "deploy-concurrency",
        "on: push\njobs: {a: {runs-on: x, steps: [{run: kubectl apply -f a.yml}]}}\n",
        "on: push\njobs: {a: {runs-on: x, concurrency: production, steps: [{run: kubectl apply -f a.yml}]}}\n",
    ),
    (
        &["untrusted-checkout"],
        "no-injection",
        "on: pull_request_target\npermissions: {contents: write}\njobs: {a: {runs-on: x, steps: [{uses: actions/checkout@v5, with: {ref: '${{ github.event.pull_request.head.sha }}', persist-credentials: false}}, {run: make}]}}\n",
        "on: pull_request\npermissions: {contents: read}\njobs: {a: {runs-on: x, steps: [{uses: actions/checkout@v5, with: {persist-credentials: false}}, {run: make}]}}\n",
    ),
];

const PATH: &str = ".github/workflows/ci.yml";

/// Returns the lines at which one of the rules finds something, and the criterion's status.
fn both(workflow: &str, rules: &[&str], criterion: &str) -> (Vec<u64>, String) {
    let program = Program::new().file(PATH, workflow);
    let select = rules.join(",");
    let ran = program.run(&["lint", "--no-config", "--persona", "auditor", "--select", &select, "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    let lines = findings.map(|finding| finding["start"]["line"].as_u64().unwrap()).collect();
    let card = json(&program.run(&["score", "--format=json", "--profile=service"]));
    (lines, status(&card, criterion).0)
}

#[test]
fn rules_and_criteria_see_the_same() {
    for (rules, criterion, bad, good) in PAIRS {
        let (found, judged) = both(bad, rules, criterion);
        assert!(
            !found.is_empty() && matches!(judged.as_str(), "missing" | "partial"),
            "{criterion}: {found:?} {judged}\n{bad}"
        );
        let (found, judged) = both(good, rules, criterion);
        assert!(
            found.is_empty() && matches!(judged.as_str(), "present" | "n/a"),
            "{criterion}: {found:?} {judged}\n{good}"
        );
    }
}
