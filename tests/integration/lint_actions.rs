//! `plimsoll lint` over steps that use actions: known ones, and the repository's own.

use crate::support::program::Program;

const ACTION: &str = "name: Own\ndescription: d\ninputs:\n  Needed: {required: true}\n  defaulted: {required: true, default: x}\n  \
     old:\n    deprecationMessage: |\n      Use `Needed`\n      instead.\n  silent: {deprecationMessage: }\n";

/// Lints with the rules about actions' interfaces, and returns severity, rule, line and message.
fn found(program: &Program) -> Vec<String> {
    let rules = "action-input-unknown,action-input-missing-required,action-input-deprecated,action-runtime-outdated";
    let ran = program.run(&["lint", "--format", "json", "--no-config", "--select", rules]);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let shown = |finding: &serde_json::Value| {
        let word = |key: &str| finding[key].as_str().unwrap_or_default();
        let rule = word("rule").trim_start_matches("action-");
        format!("{} {rule} {} {}", word("severity"), finding["start"]["line"], word("message"))
    };
    report["findings"].as_array().unwrap().iter().map(shown).collect()
}

fn steps(steps: &str) -> String {
    format!("on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n{steps}")
}

fn workflow(text: &str) -> Program {
    Program::new().file(".github/workflows/a.yml", steps(text))
}

fn own(runs: &str, text: &str) -> Program {
    workflow(text).file("own/action.yml", format!("{ACTION}runs:\n{runs}"))
}

const COMPOSITE: &str = "  using: composite\n  steps: [{run: make, shell: bash}]\n";

#[test]
fn inputs_of_own_actions_are_held_to_the_manifest() {
    let program = own(
        COMPOSITE,
        "      - uses: ./own\n        with: {NEEDED: 1, OLD: 2, silent: 3, other: 4, needde: 5}\n      - uses: ./own\n",
    );
    let expected = [
        "warning input-deprecated 7 the input `OLD` is deprecated",
        "warning input-deprecated 7 the input `silent` is deprecated",
        "error input-unknown 7 the action has no input `other`",
        "error input-unknown 7 the action has no input `needde`",
        "error input-missing-required 8 the action requires the input `Needed`",
    ];
    assert_eq!(found(&program), expected);
}

#[test]
fn own_programs_may_read_what_they_do_not_declare() {
    let docker = "  using: docker\n  image: Dockerfile\n";
    let program =
        own(docker, "      - uses: ./own\n        with: {needed: 1, args: a, EntryPoint: b, debug: 2, neded: 3}\n");
    let program = program.file("own/Dockerfile", "FROM scratch\n");
    let expected = [
        "warning input-unknown 7 the action has no input `debug`",
        "error input-unknown 7 the action has no input `neded`",
    ];
    assert_eq!(found(&program), expected);
}

#[test]
fn what_an_expression_gives_is_not_known() {
    let program = workflow("      - uses: actions/cache@v4.0.0\n        with: ${{ fromJSON(vars.CACHE) }}\n");
    assert_eq!(
        found(&program),
        ["info runtime-outdated 6 the action is made for `node20`, which GitHub is taking out of its runners"]
    );
    assert_eq!(found(&workflow("      - uses: ${{ vars.ACTION }}\n        with: {a: b}\n")), [""; 0]);
}

#[test]
fn known_actions_are_held_to_the_release_that_is_used() {
    let with = |uses: &str| found(&workflow(&format!("      - uses: {uses}\n        with: {{filter: tree:0}}\n")));
    assert_eq!(with("actions/checkout@v5"), [""; 0]);
    assert_eq!(with("actions/checkout@v999"), [""; 0]);
    assert_eq!(with("Actions/Checkout@v3").len(), 2);
    assert_eq!(with("actions/checkout@v3")[1], "error input-unknown 7 the action has no input `filter`");
    // The commits are v6.0.2 and v3.6.0, whatever the comments say.
    assert_eq!(with("actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v3"), [""; 0]);
    assert_eq!(with("actions/checkout@f43a0e5ff2bd294095638e18286ca9a3d1956744").len(), 2);
}

#[test]
fn steps_of_composite_actions_are_checked_too() {
    let action = "name: n\ndescription: d\nruns:\n  using: composite\n  steps:\n    - uses: actions/upload-artifact@v6\n      with: {pth: x}\n";
    let program = Program::new().file("action.yml", action);
    let expected = [
        "error input-missing-required 6 the action requires the input `path`",
        "error input-unknown 7 the action has no input `pth`",
    ];
    assert_eq!(found(&program), expected);
}
