//! What findings say: true of the file that they are about, and of use when it is followed.

use serde_json::Value;

use crate::support::program::Program;

const WORKFLOW: &str = ".github/workflows/w.yml";

/// Returns what the findings of one rule say: messages, notes and helps, a line each.
fn said(program: &Program, rule: &str) -> String {
    let arguments = ["lint", "--format", "json", "--no-config", "--persona", "pedantic", "--select", rule];
    let ran = program.run(&arguments);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{}", ran.stderr));
    let mut lines = Vec::new();
    for finding in report["findings"].as_array().unwrap() {
        lines.push(finding["message"].as_str().unwrap().to_owned());
        lines.extend(finding["notes"].as_array().unwrap().iter().map(|note| note.as_str().unwrap().to_owned()));
        lines.extend(finding["help"].as_str().map(str::to_owned));
    }
    lines.join("\n")
}

/// Checks that a rule says something about a workflow, and that it says nothing where nothing is expected.
fn check(rule: &str, text: &str, expected: &str) {
    let said = said(&Program::new().file(WORKFLOW, text), rule);
    let is_right = if expected.is_empty() { said.is_empty() } else { said.contains(expected) };
    assert!(is_right, "{rule}: {expected:?} is not in {said:?}\n{text}");
}

#[test]
fn a_called_workflow_is_not_told_to_take_all_rights_from_its_jobs() {
    let job = "    runs-on: ubuntu-latest\n    steps: [{run: make}]\n";
    let silent = format!("on: workflow_call\njobs:\n  a:\n{job}");
    check("permissions-missing-workflow", &silent, "add `permissions: {contents: read}` at the top");
    let stated = format!("on: push\njobs:\n  a:\n    permissions: {{contents: read}}\n{job}");
    check("permissions-missing-workflow", &stated, "add `permissions: {}` at the top");
}

#[test]
fn what_has_to_be_named_by_a_tag_is_not_told_to_be_pinned() {
    let call = |uses: &str| format!("on: push\njobs:\n  a:\n    uses: {uses}\n");
    let builder = "slsa-framework/slsa-github-generator/.github/workflows/builder_go_slsa3.yml";
    let rule = "unpinned-reusable-workflow";
    for tag in ["v2.1.0", "v2.1.0-rc.2"] {
        check(rule, &call(&format!("{builder}@{tag}")), "");
    }
    for other in ["v2", "main", "2.1.0"] {
        check(rule, &call(&format!("{builder}@{other}")), "@vX.Y.Z`: it takes neither a branch nor a hash");
    }
    check(rule, &call("slsa-framework/other/.github/workflows/a.yml@v2.1.0"), "@<full commit hash> # v2.1.0`");
}
