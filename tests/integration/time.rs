//! `plimsoll time`: the command is as it would be without it, and what it took is in the tables.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use crate::support::csv;
use crate::support::program::{Program, Ran};

fn shell(program: &Program, options: &[&str], script: &str) -> Ran {
    let arguments: Vec<&str> =
        ["time"].into_iter().chain(options.iter().copied()).chain(["--", "sh", "-c", script]).collect();
    program.run(&arguments)
}

/// The values of the table by metric, for one name.
fn values(program: &Program, name: &str) -> BTreeMap<String, f64> {
    let rows = csv::read(&program.path("metrics/measurements.csv"));
    let labels = format!("name={name}");
    let of_name = rows.into_iter().filter(|row| row["labels"] == labels);
    of_name.map(|row| (row["name"].clone(), row["value"].parse().unwrap())).collect()
}

#[test]
fn streams_and_exit_code_are_the_commands_own() {
    let program = Program::new().stdin("input");
    let ran = shell(&program, &["build"], "cat; echo ' out'; echo err >&2; exit 3");
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (3, "input out\n", "err\n"));
    let values = values(&program, "build");
    assert_eq!(values["command.exit_code"].to_bits(), 3_f64.to_bits());
    assert!(values["command.wall_s"] > 0.0 && values.len() == 5, "{values:?}");
}

#[test]
fn what_a_command_uses_is_measured() {
    let program = Program::new();
    // 64 MiB in one process, and a loop that a processor is busy with.
    let script =
        "head -c 67108864 /dev/zero | tail -c 67108864 >/dev/null; i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done";
    assert_eq!(shell(&program, &["work", "--show"], script).code, 0);
    let values = values(&program, "work");
    let memory = values["command.peak_memory_bytes"];
    assert!((64e6..160e6).contains(&memory), "{values:?}");
    assert!(values["command.user_s"] > 0.01 && values["command.user_s"] < values["command.wall_s"] * 2.5, "{values:?}");
}

#[test]
fn a_command_that_cannot_be_started_ends_as_in_a_shell() {
    let program = Program::new().file("plain.txt", "no program");
    let ran = program.run(&["time", "x", "--", "no-such-program"]);
    assert_eq!(
        (ran.code, ran.stderr.lines().next()),
        (127, Some("error: cannot start `no-such-program`: No such file or directory (os error 2)"))
    );
    assert_eq!(program.run(&["time", "x", "--", "./plain.txt"]).code, 126);
    assert!(!program.path("metrics").exists());
    assert_eq!(program.run(&["time", "a=b", "--", "true"]).code, 2);
    assert_eq!(program.run(&["time", "x"]).code, 2);
}

#[test]
fn a_record_that_cannot_be_kept_does_not_change_the_exit_code() {
    let program = Program::new().file("metrics/measurements.csv", "broken\n");
    let ran = shell(&program, &["build"], "exit 5");
    assert_eq!(ran.code, 5);
    assert!(ran.stderr.starts_with("warning: ") && ran.stderr.contains("measurements.csv:1:"), "{}", ran.stderr);
    assert_eq!(program.read("metrics/measurements.csv"), "broken\n");
}

#[test]
fn signals_reach_the_command_and_its_death_is_told() {
    for (script, signal, code) in [
        ("trap 'exit 7' TERM; echo ready; while :; do sleep 0.02; done", "-TERM", 7),
        ("echo ready; exec sleep 60", "-INT", 130),
    ] {
        let program = Program::new();
        let mut child = Command::new(env!("CARGO_BIN_EXE_plimsoll"))
            .args(["time", "stopped", "--", "sh", "-c", script])
            .current_dir(program.folder())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        assert_eq!(child.wait().unwrap().code(), Some(code), "{signal}");
        assert_eq!(values(&program, "stopped")["command.exit_code"].to_bits(), f64::from(code).to_bits());
    }
}

#[test]
fn commands_at_the_same_time_all_have_their_rows() {
    let program = Program::new();
    let names: Vec<String> = (0..8).map(|number| format!("job-{number}")).collect();
    let start = |name: &String| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_plimsoll"));
        command.args(["time", name, "--", "true"]).current_dir(program.folder()).spawn().unwrap()
    };
    let children: Vec<_> = names.iter().map(start).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert!(names.iter().all(|name| values(&program, name).len() == 5));
}

#[test]
fn in_a_job_the_same_name_is_one_measurement() {
    let program = Program::new()
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_RUN_ID", "7")
        .env("GITHUB_REPOSITORY", "o/r")
        .env("GITHUB_JOB", "build")
        .env("GITHUB_SHA", "c");
    for script in ["exit 1", "exit 0"] {
        shell(&program, &["test", "--job-id", "42"], script);
    }
    let rows = csv::read(&program.path("metrics/measurements.csv"));
    assert_eq!(rows.len(), 5);
    assert!(rows.iter().all(|row| row["job_id"] == "42" && row["run_id"] == "7" && row["job"] == "build"));
    assert_eq!(values(&program, "test")["command.exit_code"].to_bits(), 0_f64.to_bits());
}
