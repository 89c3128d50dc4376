//! `plimsoll lint` over workflows and actions of one repository that use each other.

use crate::support::program::Program;

const HEAD: &str = "on: push\njobs:\n  a:\n";
const CALLABLE: &str = "on: workflow_call\njobs:\n  b:\n    runs-on: ubuntu-latest\n    steps: [{run: make}]\n";

/// Lints the repository with rules about local uses alone, and returns rule, path and message.
fn found(program: &Program) -> Vec<(String, String, String)> {
    let rules = "local-action-invalid,local-workflow-not-found,local-workflow-not-callable,call-input-undefined,\
                 call-input-missing-required,call-secret-undefined,call-secret-missing-required,\
                 call-permissions-exceed-caller,call-nesting-too-deep";
    let ran = program.run(&["lint", "--format", "json", "--no-config", "--select", rules]);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let word = |finding: &serde_json::Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let findings = report["findings"].as_array().unwrap().iter();
    findings.map(|finding| (word(finding, "rule"), word(finding, "path"), word(finding, "message"))).collect()
}

fn rules(program: &Program) -> Vec<String> {
    found(program).into_iter().map(|(rule, ..)| rule).collect()
}

fn workflow(name: &str) -> String {
    format!(".github/workflows/{name}.yml")
}

#[test]
fn a_nested_call_may_not_ask_for_more_than_the_first_caller_grants() {
    let caller =
        |permissions: &str| format!("{HEAD}    permissions: {permissions}\n    uses: ./.github/workflows/b.yml\n");
    let middle = "on: workflow_call\njobs:\n  m:\n    uses: ./.github/workflows/c.yml\n";
    let last = CALLABLE.replace("    runs-on", "    permissions: {contents: write}\n    runs-on");
    let linted = |permissions: &str| {
        let program = Program::new().file(&workflow("a"), caller(permissions));
        found(&program.file(&workflow("b"), middle).file(&workflow("c"), &last))
    };
    assert_eq!(linted("{contents: write}"), []);
    assert_eq!(linted("write-all"), []);
    let [(rule, path, message)] = &linted("read-all")[..] else { panic!("one finding") };
    assert_eq!((rule.as_str(), path.as_str()), ("call-permissions-exceed-caller", ".github/workflows/a.yml"));
    assert!(message.contains("the job `b` of `.github/workflows/c.yml` asks for `contents: write`"), "{message}");
}

#[test]
fn what_a_called_workflow_states_for_all_its_jobs_is_told_once() {
    let caller = format!("{HEAD}    permissions: {{}}\n    uses: ./.github/workflows/b.yml\n");
    let job = |id: &str, own: &str| format!("  {id}:\n    runs-on: ubuntu-latest\n{own}    steps: [{{run: make}}]\n");
    let linted = |own: &str| {
        let jobs = format!("{}{}", job("b", own), job("c", own));
        let other = format!("on: workflow_call\npermissions: {{contents: read}}\njobs:\n{jobs}");
        found(&Program::new().file(&workflow("a"), &caller).file(&workflow("b"), other))
    };
    // GitHub refuses it even where no job needs it.
    for own in ["", "    permissions: {}\n"] {
        let [(_, _, message)] = &linted(own)[..] else { panic!("one finding") };
        assert!(message.starts_with("`.github/workflows/b.yml` asks for `contents: read`, which is more"), "{message}");
    }
}

#[test]
fn circles_and_towers_of_calls_are_found_and_end() {
    let calls = |next: &str| format!("on: workflow_call\njobs:\n  a:\n    uses: ./.github/workflows/{next}.yml\n");
    let circle = Program::new().file(&workflow("a"), calls("b")).file(&workflow("b"), calls("a"));
    assert_eq!(rules(&circle), ["call-nesting-too-deep", "call-nesting-too-deep"]);
    assert!(found(&circle)[0].2.contains("calls itself through"), "{:?}", found(&circle));

    let tower = |levels: usize| {
        let lower = (1..levels).fold(Program::new(), |program, level| {
            program.file(&workflow(&format!("w{level}")), calls(&format!("w{}", level + 1)))
        });
        lower.file(&workflow(&format!("w{levels}")), CALLABLE)
    };
    assert_eq!(rules(&tower(10)), [""; 0]);
    assert_eq!(rules(&tower(11)), ["call-nesting-too-deep"]);
}

#[test]
fn calls_that_fan_out_at_every_level_take_no_longer_for_it() {
    let next = |level: usize| {
        let job = |at: usize| format!("  j{at}:\n    uses: ./.github/workflows/w{level}x{at}.yml\n");
        format!("on: workflow_call\njobs:\n{}", (0..8).map(job).collect::<Vec<_>>().concat())
    };
    let mut program = Program::new();
    for level in 1..10 {
        for at in 0..8 {
            program = program.file(&workflow(&format!("w{level}x{at}")), next(level + 1));
        }
    }
    // 8 to the power of 10 paths lead down; each file misses what it calls at the lowest level.
    assert!(rules(&program).iter().all(|rule| rule == "local-workflow-not-found"));
}

#[test]
fn what_lies_outside_the_repository_is_never_read() {
    let steps = "    runs-on: ubuntu-latest\n    steps:\n      - uses: ./../outside\n      - uses: ./link\n";
    let program = Program::new().file(&workflow("a"), format!("{HEAD}{steps}"));
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("action.yml"), "runs: [").unwrap();
    std::os::unix::fs::symlink(outside.path(), program.path("link")).unwrap();
    assert_eq!(found(&program), []);
}

#[test]
fn a_callers_own_github_folder_is_where_its_paths_begin() {
    let program = Program::new()
        .file("packages/x/.github/workflows/a.yml", format!("{HEAD}    uses: ./.github/workflows/b.yml\n"))
        .file("packages/x/.github/workflows/b.yml", CALLABLE);
    assert_eq!(found(&program), []);
}

#[test]
fn an_action_behind_a_build_or_another_checkout_may_be_made_by_it() {
    let steps = |before: &str| format!("{HEAD}    runs-on: ubuntu-latest\n    steps:\n{before}      - uses: ./made\n");
    let linted = |before: &str| rules(&Program::new().file(&workflow("a"), steps(before)));
    assert_eq!(linted(""), ["local-action-invalid"]);
    assert_eq!(linted("      - uses: actions/checkout@v4\n"), ["local-action-invalid"]);
    assert_eq!(linted("      - run: make\n"), [""; 0]);
    assert_eq!(linted("      - uses: actions/checkout@v4\n        with: {repository: o/r, path: made}\n"), [""; 0]);
}

#[test]
fn a_broken_action_names_its_faults_where_it_is_used() {
    let action = "name: x\ndescription: y\nruns:\n  using: node20\n";
    let program = Program::new()
        .file(
            &workflow("a"),
            format!("{HEAD}    runs-on: ubuntu-latest\n    steps:\n      - uses: ./.github/actions/x\n"),
        )
        .file(".github/actions/x/action.yml", action);
    let ran = program.run(&["lint", "--format", "json", "--no-config", "--select", "local-action-invalid"]);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let related = &report["findings"][0]["related"][0];
    assert_eq!(related["path"], ".github/actions/x/action.yml");
    assert_eq!((ran.code, &related["start"]["line"]), (1, &serde_json::json!(4)), "{}", ran.stdout);
}

#[test]
fn what_an_action_does_not_do_for_its_users_is_told_where_it_is_used() {
    let linted = |manifest: &str| {
        let calling = format!("{HEAD}    runs-on: ubuntu-latest\n    steps:\n      - uses: ./x\n");
        let program = Program::new().file(&workflow("a"), calling).file("x/action.yml", manifest).file("x/x.js", "");
        let ran = program.run(&["lint", "--format", "json", "--no-config", "--select", "local-action-invalid"]);
        let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        let told = |finding: &serde_json::Value| format!("{} {}", finding["severity"], finding["message"]);
        report["findings"].as_array().unwrap().iter().map(told).collect::<Vec<_>>()
    };
    let runs = "runs:\n  using: node24\n  main: x.js\n";
    let head = "name: x\ndescription: y\n";
    assert_eq!(linted(&format!("{head}{runs}  post: x.js\n  post-if: always()\n")), [""; 0]);
    assert_eq!(
        linted(&format!("{head}{runs}  post-if: always()\n")),
        ["\"warning\" \"a fault in the action's manifest: `post-if` means nothing without `post`\""]
    );
    let inputs = "inputs:\n  old:\n    description: z\n    deprecationMessage: ";
    assert_eq!(linted(&format!("{head}{inputs}use new\n{runs}")), [""; 0]);
    assert_eq!(
        linted(&format!("{head}{inputs}''\n{runs}")),
        ["\"warning\" \"a fault in the action's manifest: this `deprecationMessage` is empty\""]
    );
}

#[test]
fn what_a_text_is_made_of_is_told() {
    let called = "on:\n  workflow_call:\n    inputs:\n      s: {type: string, default: x}\n      b: {type: boolean}\njobs:\n  b:\n    \
                  runs-on: ubuntu-latest\n    steps: [{run: make}]\n";
    let linted = |with: &str| {
        let calling = format!("{HEAD}    uses: ./.github/workflows/b.yml\n    with: {{{with}}}\n");
        let program = Program::new().file(&workflow("a"), calling).file(&workflow("b"), called);
        let ran = program.run(&["lint", "--format", "json", "--no-config", "--select", "call-input-type-mismatch"]);
        let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        let told =
            |finding: &serde_json::Value| format!("{} {}", finding["severity"].as_str().unwrap(), finding["message"]);
        report["findings"].as_array().unwrap().iter().map(told).collect::<Vec<_>>()
    };
    for fine in ["s: 'true'", "s: 1.5", "s: text", "b: true", "s: \"${{ github.run_attempt == 1 }}\"", ""] {
        assert_eq!(linted(fine), [""; 0], "{fine}");
    }
    for constant in ["s: true", "s: \"${{ true }}\""] {
        assert_eq!(linted(constant), ["info \"the input `s` is a string, so this becomes a text\""], "{constant}");
    }
    assert_eq!(linted("s: "), ["info \"nothing is given to the input `s`, which makes it empty\""]);
    assert_eq!(linted("b: 'true'"), ["error \"the input `b` is a boolean, but this is a string\""]);
}

#[test]
fn what_an_image_is_built_from_is_told_at_its_place() {
    let action = "name: x\ndescription: x\nruns: {using: docker, image: ../Dockerfile}\n";
    let dockerfile =
        "FROM scratch\n# \u{fc}\nFROM alpine:3 AS a\nRUN true \\\n  && curl https://x.example | sh\nFROM a\n";
    let program = Program::new().file("x/action.yml", action).file("Dockerfile", dockerfile);
    let arguments =
        ["lint", "--no-config", "--persona", "pedantic", "--select", "unpinnable-action", "--format", "json"];
    let report: serde_json::Value = serde_json::from_str(&program.run(&arguments).stdout).unwrap();
    let related = report["findings"][0]["related"].as_array().unwrap().iter();
    let places = related.map(|place| {
        (place["path"].as_str().unwrap(), place["start"]["line"].as_u64(), place["start"]["column"].as_u64())
    });
    assert_eq!(
        places.collect::<Vec<_>>(),
        [("Dockerfile", Some(3), Some(6)), ("Dockerfile", Some(5), Some(6))],
        "{report}"
    );
    // One that nobody can read stops nothing.
    let program = program.file("Dockerfile", [0xff_u8, 0xfe, 0x00]);
    assert_eq!(program.run(&arguments).code, 0);
}
