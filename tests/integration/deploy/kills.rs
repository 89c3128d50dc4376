//! A deployment that is killed at any moment: the next call ends well.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::service::Service;
use crate::support::csv;
use crate::support::program::Program;

/// Each command says that it ran, and ends the program in its step, where that is wanted, and goes on
/// as if nothing had happened: nobody may wait for it, and it must not disturb what comes.
const CONFIGURATION: &str = "  build: exec ./step build
  test: exec ./step test
  package: {name: app, files: [step]}
  environments:
    staging:
      command: exec ./step deploy
      backup: exec ./step back-up
      rollback: exec ./step roll-back
      smoke: exec ./step smoke
      verify: {ready: 400ms, for: 300ms, every: 30ms}
      watch: 100ms
";

const STEP: &str = r#"#!/bin/sh
echo "$1" >> ran
if [ "$(cat kill)" = "$1" ]; then
    : > kill
    case "$1" in deploy | roll-back) echo half > current ;; esac
    kill -9 "$PPID"
    sleep 20
    echo late > current
    exit 1
fi
case "$1" in
deploy | roll-back) printf %s "$PLIMSOLL_VERSION" > current ;;
esac
"#;

struct Drill {
    program: Program,
    service: Service,
}

impl Drill {
    fn new() -> Self {
        let program = Program::new().file("step", STEP).file("kill", "").file("current", "");
        make_executable(&program.path("step"));
        let service = Service::start(program.folder());
        let configuration = service.configuration(CONFIGURATION);
        let drill = Self { program: program.file("plimsoll.yml", configuration), service };
        assert_eq!(drill.run("1"), 0);
        drill
    }

    fn run(&self, version: &str) -> i32 {
        let ran = self.program.run(&["deploy", "run", "--env", "staging", "--version", version]);
        assert!(ran.code < 2, "{}", ran.stderr);
        ran.code
    }

    fn state(&self) -> Value {
        state(self.program.folder())
    }

    /// Deploys a version, and is killed in a step: by its command, or at a request of the step.
    fn killed(&self, version: &str, step: &str, by: &str) {
        let mut child = {
            if by != "request" {
                std::fs::write(self.program.path("kill"), by).unwrap();
            }
            self.program.start(&["deploy", "run", "--env", "staging", "--version", version])
        };
        let (folder, wanted, id) = (self.program.folder().to_owned(), step.to_owned(), child.id());
        let done = Arc::new(Mutex::new(by != "request"));
        self.service.watch(move |_path| {
            let mut done = done.lock().unwrap();
            if !*done && state(&folder)["step"] == wanted.as_str() {
                *done = true;
                kill(id);
            }
        });
        let status = child.wait().unwrap();
        self.service.watch(|_| {});
        assert_eq!(status.code(), None, "it was to be killed in {step}");
        assert_eq!(self.state()["step"], step);
    }

    fn rows(&self) -> Vec<(String, String)> {
        let rows = csv::read(&self.program.path("metrics/deployments.csv"));
        rows.iter().map(|row| (row["version"].clone(), row["state"].clone())).collect()
    }
}

fn state(folder: &Path) -> Value {
    let path: PathBuf = folder.join(".plimsoll/deploy/staging/deployment.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn kill(id: u32) {
    let killed = std::process::Command::new("kill").args(["-9", &id.to_string()]).status().unwrap();
    assert!(killed.success());
}

fn make_executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn killed_in_any_step_the_same_call_again_ends_well() {
    let drill = Drill::new();
    let steps = [
        ("build", "build"),
        ("test", "test"),
        ("measure", "request"),
        ("back-up", "back-up"),
        ("deploy", "deploy"),
        ("verify", "smoke"),
        ("verify", "request"),
        ("record", "request"),
    ];
    for (number, (step, by)) in steps.into_iter().enumerate() {
        let version = format!("v{number}");
        drill.killed(&version, step, by);
        let start = Instant::now();
        assert_eq!(drill.run(&version), 0, "{step}");
        assert!(start.elapsed() < Duration::from_secs(12), "{step}");
        assert_eq!((drill.program.read("current"), drill.state()["step"].as_str()), (version.clone(), Some("ended")));
        assert_eq!(drill.rows().last(), Some(&(version, "success".to_owned())), "{step}");
    }
    // Only the one that was cut off in its command was taken back before it was tried again.
    let failed: Vec<String> = drill.rows().into_iter().filter(|row| row.1 == "failure").map(|row| row.0).collect();
    assert_eq!(failed, ["v4"]);
}

#[test]
fn killed_while_it_goes_back_the_next_call_brings_the_old_version_back() {
    let drill = Drill::new();
    for (step, by) in [("roll-back", "roll-back"), ("recover", "request"), ("watch", "request")] {
        drill.killed("bad", step, by);
        // It is the same that failed: it is not tried once more.
        assert_eq!(drill.run("bad"), 1, "{step}");
        assert_eq!((drill.program.read("current").as_str(), drill.state()["step"].as_str()), ("1", Some("ended")));
        assert_eq!(drill.state()["ending"], "rolled-back", "{step}");
    }
}

#[test]
fn another_version_settles_what_was_cut_off_first() {
    let drill = Drill::new();
    drill.killed("2", "test", "test");
    assert_eq!((drill.run("3"), drill.program.read("current").as_str()), (0, "3"));
    drill.killed("4", "deploy", "deploy");
    assert_eq!((drill.run("5"), drill.program.read("current").as_str()), (0, "5"));
    let rows = drill.rows();
    let row = |version: &str, state: &str| (version.to_owned(), state.to_owned());
    let expected = [
        row("1", "success"),
        row("2", "error"),
        row("3", "success"),
        row("4", "failure"),
        row("3", "success"),
        row("5", "success"),
    ];
    assert_eq!(rows, expected);
}

#[test]
fn what_was_cut_off_can_be_settled_by_itself() {
    let drill = Drill::new();
    drill.killed("2", "deploy", "deploy");
    let ran = drill.program.run(&["deploy", "resume", "--env", "staging"]);
    assert_eq!((ran.code, drill.program.read("current").as_str()), (1, "1"), "{}", ran.stderr);
    assert!(ran.stderr.contains("of a call that was killed still ran, and was ended"), "{}", ran.stderr);
    let ran = drill.program.run(&["deploy", "resume", "--env", "staging"]);
    assert_eq!(ran.code, 0);
    assert!(ran.stdout.contains("no deployment was cut off"), "{}", ran.stdout);
    drill.killed("3", "verify", "smoke");
    let ran = drill.program.run(&["deploy", "rollback", "--env", "staging"]);
    assert_eq!((ran.code, drill.program.read("current").as_str()), (1, "1"), "{}", ran.stderr);
}

#[test]
fn two_calls_do_not_deploy_at_once() {
    let drill = Drill::new();
    std::fs::write(drill.program.path("kill"), "none").unwrap();
    let configuration =
        drill.program.read("plimsoll.yml").replace("build: exec ./step build", "build: touch here; sleep 5");
    std::fs::write(drill.program.path("plimsoll.yml"), configuration).unwrap();
    let mut first = drill.program.start(&["deploy", "run", "--env", "staging", "--version", "2"]);
    while !drill.program.path("here").exists() {
        std::thread::yield_now();
    }
    let ran = drill.program.run(&["deploy", "run", "--env", "staging", "--version", "3"]);
    assert_eq!(ran.code, 1);
    let refused = "refused: the deployment of 2 to staging is in its step `build`, in another process";
    assert!(ran.stdout.contains(refused), "{}", ran.stdout);
    // A signal passes the end on, and the next call knows.
    let id = first.id().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    assert_eq!(first.wait().unwrap().code(), Some(2));
    assert_eq!(drill.state()["step"], "build");
}
