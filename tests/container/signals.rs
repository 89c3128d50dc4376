//! A cancelled job: the runner interrupts the engine's client, which passes the signal on.

use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::engine;
use crate::runner::Job;

/// The runner asks a second time after 7.5 s; it is over before.
const PATIENCE: Duration = Duration::from_secs(5);

#[test]
fn an_interrupt_ends_the_container_at_once() {
    assert_eq!(cancelled("INT"), 130);
}

#[test]
fn a_request_to_terminate_ends_the_container_at_once() {
    assert_eq!(cancelled("TERM"), 143);
}

/// Runs an action that waits for ever, sends the client a signal, and returns the exit code.
fn cancelled(signal: &str) -> i32 {
    let job = Job::new(&[("pages/README", "")]);
    // Reading a pipe that nobody writes to never ends.
    let pipe = job.workspace().join("pages/plimsoll.1");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let mut client = job.start("tests/container/fixtures/man", &[("output", "pages")]);
    let mut client = client.stdout(Stdio::null()).stderr(Stdio::inherit()).spawn().unwrap();
    await_container();
    assert_eq!(client.try_wait().unwrap(), None, "the container did not wait");
    let asked = Instant::now();
    assert!(Command::new("kill").args(["-s", signal, &client.id().to_string()]).status().unwrap().success());
    let code = wait(&mut client, asked + PATIENCE);
    println!("SIG{signal}: ended after {} ms", asked.elapsed().as_millis());
    code
}

/// Waits until the program itself runs and has had time to begin.
pub(crate) fn await_container() {
    for _ in 0..100 {
        thread::sleep(Duration::from_millis(100));
        let listed = engine::output(&["ps", "--quiet", "--filter", "label=5d8a7a", "--filter", "status=running"]);
        if !listed.stdout.is_empty() {
            thread::sleep(Duration::from_millis(500));
            return;
        }
    }
    panic!("no container came up");
}

fn wait(client: &mut Child, limit: Instant) -> i32 {
    while Instant::now() < limit {
        if let Some(status) = client.try_wait().unwrap() {
            return status.code().unwrap_or_else(|| 128 + status.signal().unwrap());
        }
        thread::sleep(Duration::from_millis(20));
    }
    let left = engine::output(&["ps", "--quiet", "--filter", "label=5d8a7a"]).stdout;
    for container in String::from_utf8(left).unwrap().split_whitespace() {
        engine::output(&["kill", container]);
    }
    client.wait().unwrap();
    panic!("the container did not end within {} ms", PATIENCE.as_millis());
}
