//! The command line as such: help, version, wrong usage, manual, completions.

use crate::support::program::Program;

#[test]
fn version_and_help_go_to_standard_output() {
    let program = Program::new();
    let version = program.run(&["--version"]);
    assert_eq!((version.code, version.stdout.trim()), (0, concat!("plimsoll ", env!("CARGO_PKG_VERSION"))));
    let help = program.run(&["--help"]);
    assert_eq!((help.code, help.stderr.as_str()), (0, ""));
    assert!(help.stdout.contains("Usage: plimsoll"), "{}", help.stdout);
}

#[test]
fn wrong_usage_is_exit_2_with_a_suggestion() {
    let ran = Program::new().run(&["completion"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("'completions'"), "{}", ran.stderr);
}

#[test]
fn a_failing_action_annotates_its_step() {
    let ran = Program::new().env("GITHUB_ACTIONS", "true").run(&["completions", "nosuchshell"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stdout.starts_with("::error title=plimsoll::"), "{}", ran.stdout);
    assert_eq!(ran.stdout.lines().count(), 1, "{}", ran.stdout);
}

#[test]
fn completions_and_manual_are_generated() {
    let program = Program::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = program.run(&["completions", shell]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(ran.stdout.contains("plimsoll"));
    }
    assert!(program.run(&["man"]).stdout.starts_with(".ie"));
    assert_eq!(program.run(&["man", "--output", "pages"]).code, 0);
    assert!(program.read("pages/plimsoll-man.1").contains("plimsoll"));
}

#[test]
fn a_step_tells_the_runner_its_outcome() {
    let program = Program::new().file("output", "").env("GITHUB_ACTIONS", "true");
    let file = program.path("output").to_str().unwrap().to_owned();
    let program = program.env("GITHUB_OUTPUT", &file);
    assert_eq!(program.run(&["--version"]).code, 0);
    assert_eq!(program.run(&["nosuchverb"]).code, 2);
    let written = program.read("output");
    let lines: Vec<&str> = written.lines().collect();
    let [first, pass, first_end, second, unknown, second_end] = lines.as_slice() else { panic!("{written}") };
    assert_eq!((*pass, *unknown), ("pass", "unknown"));
    for (name, delimiter) in [(first, first_end), (second, second_end)] {
        assert_eq!(name.strip_prefix("outcome<<"), Some(*delimiter));
    }
}
