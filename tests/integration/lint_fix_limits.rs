//! Where a fix or a help would be a guess: what `plimsoll lint` offers no fix for, and what it says instead.

use crate::support::program::Program;

const WORKFLOW: &str = ".github/workflows/ci.yml";
const ACTION: &str = "name: a\ndescription: A\nruns: {using: composite, steps: [{run: make, shell: bash}]}\n";

/// Mends all that can be mended of some rules, and returns the workflow.
fn mended(program: Program, rules: &str) -> String {
    let program = program
        .file(".github/actions/a/action.yml", ACTION)
        .file("lib/action.yml", ACTION.replace("name: a", "name: b"));
    program.run(&["lint", "--fix", "all", "--select", rules, "--persona", "auditor", "--no-config"]);
    program.read(WORKFLOW)
}

fn job(lines: &str) -> String {
    format!("on: push\npermissions: {{}}\njobs:\n  a:\n{lines}")
}

#[test]
fn a_condition_that_is_asked_for_the_first_time_wants_a_look() {
    let workflow = job(
        "    if: github.ref == 'x' || ${{ github.actor == 'y' }}\n    runs-on: ubuntu-latest\n    steps: [{run: make}]\n",
    );
    let program = Program::new().file(WORKFLOW, &workflow);
    program.run(&["lint", "--fix=safe", "--select", "if-always-true"]);
    assert_eq!(program.read(WORKFLOW), workflow);
    assert!(mended(program, "if-always-true").contains("if: github.ref == 'x' || (github.actor == 'y')\n"));
}

#[test]
fn only_the_workflows_own_actions_are_named_by_its_commit() {
    let with = |before: &str, uses: &str| {
        job(&format!("    runs-on: ubuntu-latest\n    steps:\n{before}      - uses: {uses}\n"))
    };
    let checkout = |with: &str| format!("      - uses: actions/checkout@v6\n        with: {{{with}}}\n");
    for (before, uses, is_named) in [
        (checkout("fetch-depth: 0"), "./.github/actions/a", true),
        (checkout("fetch-depth: 0"), "./lib", true),
        (String::new(), "./.github/actions/a", true),
        ("      - run: make && git fetch\n".to_owned(), "./lib", true),
        (checkout("path: test"), "./test", false),
        (checkout("path: lib"), "./lib", false),
        (checkout("repository: a/b"), "./lib", false),
        (checkout("ref: v1"), "./lib", false),
        (checkout("fetch-depth: 0"), "./made", false),
        ("      - run: git switch other\n".to_owned(), "./lib", false),
    ] {
        let workflow = with(&before, uses);
        let expected = if is_named { workflow.replace("uses: ./", "uses: $/") } else { workflow.clone() };
        assert_eq!(mended(Program::new().file(WORKFLOW, &workflow), "self-repository-syntax"), expected);
    }
}

#[test]
fn what_is_meant_to_be_missing_or_off_is_only_a_notice() {
    let of = |lines: &str, rules: &str| {
        let text = job(&format!(
            "{lines}    runs-on: ubuntu-latest\n    strategy: {{matrix: {{php: [a], platform: [{{target: x}}]}}}}\n    steps: [{{run: make}}]\n"
        ));
        let ran =
            Program::new().file(WORKFLOW, text).run(&["lint", "--format", "json", "--select", rules, "--no-config"]);
        let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        let findings = report["findings"].as_array().unwrap().iter();
        let said =
            findings.map(|finding| (finding["severity"].as_str().unwrap(), finding["notes"].as_array().unwrap()));
        said.map(|(severity, notes)| {
            [severity, notes.first().and_then(|note| note.as_str()).unwrap_or_default()].join(" ")
        })
        .collect::<Vec<_>>()
        .concat()
    };
    let rules = "unknown-matrix-key,unknown-property";
    for (expression, severity) in [
        ("matrix.extensions || env.DEFAULT", "info "),
        ("matrix.php && matrix.flavor || 'x'", "info "),
        ("matrix.platform.toolchain || null", "info "),
        ("matrix.phpp || 'x'", "warning "),
        ("matrix.platform.targt || 'x'", "warning "),
        ("matrix.extensions", "warning "),
        ("matrix.flavor == 'x' || github.ref == 'y'", "warning "),
        ("matrix.php || matrix.flavor", "warning "),
    ] {
        let said = of(&format!("    env: {{A: \"${{{{ {expression} }}}}\"}}\n"), rules);
        assert!(said.starts_with(severity), "{expression}: {said}");
    }
    for (condition, said) in [
        ("false", "info "),
        ("false && github.ref == 'x'", "info `false` decides alone"),
        ("1 == 2", "warning "),
        ("true", "warning "),
        ("github.ref == 'x' || 1 == 1", "warning `1 == 1` decides alone"),
        (
            "github.ref == 'x' || 'y'",
            "warning a part of it decides alone, since a text that is not empty counts as true",
        ),
    ] {
        assert_eq!(of(&format!("    if: {condition}\n"), "if-constant"), said);
    }
}
