//! The container engine's command line.

use std::process::{Command, Output};

/// Reads a variable that `run.sh` sets.
fn given(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: start this through tests/container/run.sh"))
}

/// Returns the image around the program.
pub(crate) fn image() -> String {
    given("PLIMSOLL_IMAGE")
}

/// Returns the image whose program does nothing.
pub(crate) fn empty_image() -> String {
    given("PLIMSOLL_EMPTY_IMAGE")
}

/// Returns the address of the engine's socket as a file's path.
pub(crate) fn socket() -> String {
    let host = std::env::var("DOCKER_HOST").unwrap_or_default();
    host.strip_prefix("unix://").unwrap_or("/var/run/docker.sock").to_owned()
}

/// Starts a command of the engine's client.
pub(crate) fn docker(arguments: &[&str]) -> Command {
    let mut command = Command::new(given("PLIMSOLL_DOCKER"));
    command.args(arguments);
    command
}

/// Runs a command of the engine's client that must succeed.
pub(crate) fn output(arguments: &[&str]) -> Output {
    let output = docker(arguments).output().unwrap();
    assert!(output.status.success(), "docker {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}
