//! Scripts that other programs check: the real ones where they are installed, and one that
//! misbehaves.

use std::path::{Path, PathBuf};

use crate::support::program::{Program, Ran};

const WORKFLOW: &str = ".github/workflows/ci.yml";

const STEPS: &str = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n";

/// A finding: path, line, column, end line, end column, severity, message.
type Found = (String, u64, u64, u64, u64, String, String);

/// Tells whether the machine has a program, and says so aloud where it has not.
#[expect(clippy::print_stderr, reason = "a test that does not test must not be silent")]
fn has(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).any(|folder| folder.join(name).is_file());
    if !found {
        eprintln!("NOT tested: {name} is not installed");
    }
    found
}

/// A program in the environment that installed checkers need.
fn program() -> Program {
    match std::env::var("HOME") {
        Ok(home) => Program::new().env("HOME", &home),
        Err(_) => Program::new(),
    }
}

fn found(ran: &Ran, rule: &str) -> Vec<Found> {
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    let findings = findings.filter(|finding| finding["rule"] == rule && finding["suppressed"].is_null());
    let word = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let number = |value: &serde_json::Value| value.as_u64().unwrap();
    findings
        .map(|finding| {
            let (start, end) = (&finding["start"], &finding["end"]);
            let (from, to) = (number(&start["line"]), number(&end["line"]));
            let (column, last) = (number(&start["column"]), number(&end["column"]));
            (word(&finding["path"]), from, column, to, last, word(&finding["severity"]), word(&finding["message"]))
        })
        .collect()
}

fn problems(ran: &Ran) -> Vec<(String, String)> {
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let problems = report["problems"].as_array().unwrap().iter();
    let word = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    problems.map(|problem| (word(&problem["path"]), word(&problem["message"]))).collect()
}

/// Lints one workflow and returns line, column, end and message of what ShellCheck says.
fn shellcheck(content: &str) -> Vec<(u64, u64, u64, String)> {
    let ran = program().file(WORKFLOW, content).run(&["lint", "--format", "json"]);
    let found = found(&ran, "shellcheck").into_iter();
    found.map(|(_, line, column, _, end, _, message)| (line, column, end, message[..6].to_owned())).collect()
}

#[test]
fn shellcheck_findings_stand_at_the_very_characters() {
    if !has("shellcheck") {
        return;
    }
    let code = |line, column, end| vec![(line, column, end, "SC2086".to_owned())];
    for (script, expected) in [
        ("      - run: echo 'ü漢' $A\n", code(6, 24, 26)),
        ("      - run: |\n\n          true\n          echo 'ü漢' $A\n", code(9, 21, 23)),
        ("      - run: |2-\n            echo $A\n", code(7, 18, 20)),
        ("      - run: >\n          echo\n          \"x\"\n          $A\n", code(9, 11, 13)),
        ("      - run: \"echo \\\"\\u00fc\\\" $A\"\n", code(6, 31, 33)),
        ("      - run: 'echo ''x'' $A'\n", code(6, 26, 28)),
        ("      - run: |\n          echo ${{ github.sha }} $A\n", code(7, 34, 36)),
        ("      - run: |\n          echo '${{ github.sha ||\n            github.ref }}' $A\n", code(8, 28, 30)),
        ("      - {run: \"echo $A\", shell: bash}\n", code(6, 21, 23)),
    ] {
        assert_eq!(shellcheck(&format!("{STEPS}{script}")), expected, "{script}");
    }
}

#[test]
fn only_scripts_for_bash_and_sh_are_given_to_shellcheck() {
    if !has("shellcheck") {
        return;
    }
    let step = |shell: &str| format!("{STEPS}      - run: echo $A\n        shell: {shell}\n");
    for (shell, count) in [
        ("bash", 1),
        ("sh", 1),
        ("bash -x {0}", 1),
        ("pwsh", 0),
        ("python", 0),
        ("cmd", 0),
        ("'${{ matrix.shell }}'", 0),
    ] {
        assert_eq!(shellcheck(&step(shell)).len(), count, "{shell}");
    }
    let action =
        "name: a\ndescription: a\nruns:\n  using: composite\n  steps:\n    - run: echo $A\n      shell: bash\n";
    let ran = program().file("action.yml", action).run(&["lint", "--format", "json"]);
    let places: Vec<(String, u64, u64)> =
        found(&ran, "shellcheck").into_iter().map(|(path, line, column, ..)| (path, line, column)).collect();
    assert_eq!(places, [("action.yml".to_owned(), 6, 17)]);
}

#[test]
fn what_shellcheck_calls_an_error_is_one_where_the_script_fails() {
    if !has("shellcheck") {
        return;
    }
    let script =
        "      - run: |\n          a=(1 2)\n          for x in ${a[@]}; do echo \"$x\"; done\n          cd \"$b\"\n";
    let broken = "      - run: |\n          echo \"open\n";
    let ran = program().file(WORKFLOW, format!("{STEPS}{script}{broken}")).run(&["lint", "--format", "json"]);
    let errors: Vec<u64> = found(&ran, "shellcheck")
        .into_iter()
        .filter(|(_, _, _, _, _, severity, _)| severity == "error")
        .map(|(_, line, ..)| line)
        .collect();
    assert!(!errors.is_empty() && errors.iter().all(|line| *line >= 11), "{errors:?}");
    // The shell stops at a `cd` that fails, which ShellCheck knows.
    assert!(!ran.stdout.contains("SC2164"), "{}", ran.stdout);
}

#[test]
fn shellcheck_can_be_silenced_in_every_way() {
    if !has("shellcheck") {
        return;
    }
    let script = |lines: &str| format!("{STEPS}      - run: |\n{lines}");
    assert_eq!(
        shellcheck(&script("          # shellcheck disable=SC2086\n          echo $A\n          echo $A\n")),
        []
    );
    assert_eq!(shellcheck(&script("          true\n          # shellcheck disable=SC2086\n          echo $A\n")), []);
    assert_eq!(
        shellcheck(&script("          #!/bin/zsh\n          # shellcheck disable=SC2086\n          echo $A\n")),
        []
    );
    let plain = script("          echo $A\n");
    let count = |program: Program, arguments: &[&str]| {
        let arguments: Vec<&str> = ["lint", "--format", "json"].iter().chain(arguments).copied().collect();
        found(&program.file(WORKFLOW, &plain).run(&arguments), "shellcheck").len()
    };
    assert_eq!(count(program(), &[]), 1);
    assert_eq!(count(program(), &["--shellcheck", "off"]), 0);
    assert_eq!(count(program(), &["--ignore", "shellcheck"]), 0);
    assert_eq!(count(program(), &["--select", "syntax"]), 0);
    assert_eq!(count(program().file("plimsoll.yml", "lint: {shellcheck: off}\n"), &[]), 0);
    assert_eq!(count(program().file("plimsoll.yml", "lint: {shellcheck: off}\n"), &["--shellcheck", "auto"]), 1);
    assert_eq!(count(program().env("SHELLCHECK_OPTS", "--severity=warning"), &[]), 0);
    assert_eq!(count(program().file(".shellcheckrc", "disable=all\n"), &[]), 1);
}

#[test]
fn a_script_of_a_megabyte_is_checked() {
    if !has("shellcheck") {
        return;
    }
    let text = "          some text that stands for itself and nothing else\n".repeat(19_000);
    let content = format!("{STEPS}      - run: |\n          cat <<'END'\n{text}          END\n          echo $A\n");
    assert!(content.len() > 1_000_000);
    let expected = (19_000 + 9, 16, 18, "SC2086".to_owned());
    assert_eq!(shellcheck(&content), [expected]);
}

#[test]
fn pyflakes_findings_stand_at_the_very_characters() {
    if !has("pyflakes") && !has("pyflakes3") {
        return;
    }
    let content = format!(
        "{STEPS}      - run: print('ü', hello, '${{{{ github.sha }}}}')\n        shell: python\n      - run: |\n          \
         import os\n          print(${{{{ github.run_number }}}})\n        shell: python\n      - run: print(\n        \
         shell: python {{0}}\n      - run: print(hello)\n"
    );
    let ran = program().file(WORKFLOW, content).run(&["lint", "--format", "json", "--shellcheck", "off"]);
    let seen: Vec<(u64, u64, u64, String, String)> = found(&ran, "pyflakes")
        .into_iter()
        .map(|(_, line, column, _, end, severity, message)| (line, column, end, severity, message))
        .collect();
    let expected = [
        (6, 25, 30, "error", "undefined name 'hello'"),
        (9, 11, 17, "info", "'os' imported but unused"),
        (12, 19, 20, "error", "'(' was never closed"),
    ];
    let expected = expected
        .map(|(line, column, end, severity, message)| (line, column, end, severity.to_owned(), message.to_owned()));
    assert_eq!(seen, expected);
}

/// The path of a program that does what the variable `FAKE` says.
fn fake() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/programs/fake")
}

/// A workflow of so many scripts.
fn many(count: usize) -> String {
    let steps: Vec<String> = (0..count).map(|number| format!("      - run: echo {number}\n")).collect();
    format!("{STEPS}{}", steps.concat())
}

/// Lints three scripts with a program that does what a shell script says.
#[cfg(unix)]
fn lint_with(script: &str) -> Ran {
    let program = Program::new().file(WORKFLOW, many(3)).env("FAKE", script);
    program.run(&["lint", "--format", "json", "--shellcheck", fake().to_str().unwrap(), "--pyflakes", "off"])
}

#[cfg(unix)]
#[test]
fn a_named_program_that_misbehaves_ends_with_2() {
    for (script, expected) in [
        ("echo garbage", "ShellCheck answered what cannot be understood; the script in line 6 is not checked"),
        ("cat /dev/zero", "ShellCheck wrote more than 16777216 bytes; the script in line 6 is not checked"),
        ("echo sorry >&2; exit 2", "ShellCheck failed: sorry; the script in line 6 is not checked"),
        ("kill -9 $$", "ShellCheck failed: signal: 9 (SIGKILL); the script in line 6 is not checked"),
    ] {
        let ran = lint_with(script);
        let told = problems(&ran);
        assert_eq!(ran.code, 2, "{script}: {}", ran.stderr);
        assert_eq!(told.first(), Some(&(WORKFLOW.to_owned(), expected.to_owned())), "{script}");
        assert_eq!(told.len(), 3, "{script}");
    }
    let fine = lint_with("cat >/dev/null; echo '{\"comments\": []}'");
    assert_eq!((fine.code, problems(&fine)), (0, vec![]), "{}", fine.stderr);
}

#[cfg(unix)]
#[test]
fn a_program_that_always_fails_is_given_up() {
    let program = Program::new().file(WORKFLOW, many(40)).env("FAKE", "echo >>\"$COUNT\"; exit 9");
    let program = program.file("count", "");
    let count = program.path("count");
    let program = program.env("COUNT", count.to_str().unwrap());
    let ran = program.run(&["lint", "--format", "json", "--shellcheck", fake().to_str().unwrap()]);
    let told = problems(&ran);
    let path = fake().display().to_string();
    assert_eq!(told, [(path, "ShellCheck failed: exit status: 9; scripts are not checked".to_owned())]);
    assert!(program.read("count").len() < 40, "{} starts", program.read("count").len());
}

#[cfg(unix)]
#[test]
fn a_program_that_is_found_and_misbehaves_is_a_notice() {
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(fake(), folder.path().join("shellcheck")).unwrap();
    let path = format!("{}:/usr/bin:/bin", folder.path().display());
    let program = Program::new().file(WORKFLOW, format!("{STEPS}      - run: echo\n"));
    let program = program.env("PATH", &path).env("FAKE", "exit 9");
    let ran = program.run(&["lint", "--format", "json", "--pyflakes", "off"]);
    assert_eq!((ran.code, problems(&ran).len()), (0, 1), "{}", ran.stdout);
}

#[test]
fn what_is_not_there_is_quiet_unless_it_was_named() {
    let program = Program::new().file(WORKFLOW, format!("{STEPS}      - run: echo $A\n")).env("PATH", "/nowhere:.");
    let absent = program.run(&["lint", "--format", "json"]);
    assert_eq!((absent.code, problems(&absent)), (0, vec![]), "{}", absent.stderr);
    for (option, name) in [("--shellcheck", "ShellCheck"), ("--pyflakes", "Pyflakes")] {
        for missing in ["nowhere/program", "program", WORKFLOW] {
            let named = program.run(&["lint", option, missing]);
            assert_eq!(named.code, 2, "{}", named.stdout);
            assert!(named.stderr.contains(&format!("cannot use {name}: {missing} is no program")), "{}", named.stderr);
        }
    }
}

#[test]
fn a_repository_does_not_choose_what_is_started() {
    let program = Program::new().file(WORKFLOW, STEPS).file("plimsoll.yml", "lint:\n  shellcheck: ./evil\n");
    let ran = program.run(&["lint"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("plimsoll.yml:2:15"), "{}", ran.stderr);
    assert!(ran.stderr.contains("a path on the command line alone"), "{}", ran.stderr);
}
