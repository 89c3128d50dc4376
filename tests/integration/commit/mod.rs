//! `plimsoll commit`, against a real git with a bare remote and against the fake GitHub.

mod api;
mod drill;
mod files;
mod git;
mod git_failures;
mod jobs;
mod secrets;
mod targets;

use crate::support::in_process;
use crate::support::outside::FakeTime;
use crate::support::program::{Program, Ran};

const HEADER: &str = "repository,deployment_id,environment,ref,commit,created_at,finished_at,state,duration_s,rollback_of,incident,source,version,omitted";

/// A deployment of one day of 2026's March.
fn row(id: u64, state: &str) -> String {
    let day = id % 28 + 1;
    format!("o/n,{id},prod,,,2026-03-{day:02}T00:00:00Z,2026-03-{day:02}T01:00:00Z,{state},,,,,,")
}

fn table(rows: &[String]) -> String {
    let lines: Vec<&str> = std::iter::once(HEADER).chain(rows.iter().map(String::as_str)).collect();
    lines.join("\n") + "\n"
}

/// A table of deployments that all ended well.
fn deployments(ids: impl IntoIterator<Item = u64>) -> String {
    table(&ids.into_iter().map(|id| row(id, "success")).collect::<Vec<_>>())
}

fn commit(program: &Program, arguments: &[&str]) -> Ran {
    commit_at(program, &FakeTime::default(), arguments)
}

fn commit_at(program: &Program, time: &FakeTime, arguments: &[&str]) -> Ran {
    in_process::run(program, time, &[&["commit"], arguments].concat())
}

fn committed(program: &Program, arguments: &[&str]) -> String {
    let ran = commit(program, arguments);
    assert_eq!(ran.code, 0, "{arguments:?}: {}{}", ran.stdout, ran.stderr);
    ran.stdout
}

/// Checks that it failed with exit code 2, said so, and left the work tree's table alone.
fn failed(program: &Program, ran: &Ran, parts: &[&str]) {
    assert_eq!(ran.code, 2, "{}", ran.stdout);
    for part in parts {
        assert!(ran.stderr.contains(part), "{part}: {}", ran.stderr);
    }
    assert!(program.path("metrics").exists());
}
