//! Runs the program inside the test's own process, where waiting costs no time.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use plimsoll::cli;
use plimsoll::world::{Color, Environment, World};

use super::outside::FakeTime;
use super::program::{Program, Ran};

/// Runs what was typed in the program's folder and environment.
pub(crate) fn run(program: &Program, time: &FakeTime, arguments: &[&str]) -> Ran {
    let (stdout, stderr) = (Kept::default(), Kept::default());
    let outside = time.outside();
    let mut world = World {
        stdin: Box::new(io::empty()),
        stdout: Box::new(stdout.clone()),
        stderr: Box::new(stderr.clone()),
        environment: Environment::new(program.environment().clone()),
        folder: program.folder().to_owned(),
        clock: outside.clock,
        sleeper: outside.sleeper,
        random: outside.random,
        color: Color::Never,
        width: 100,
    };
    let typed = std::iter::once(&"plimsoll").chain(arguments).map(Into::into).collect();
    let code = cli::run(typed, &mut world).code();
    Ran { code: code.into(), stdout: stdout.text(), stderr: stderr.text() }
}

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Kept {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
