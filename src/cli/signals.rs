//! Ends the program when it is asked to, also where it is a container's first process.
//!
//! The kernel gives process 1 no default action: without a handler of its own, a cancelled job's
//! container would ignore both signals of GitHub's runner and work on until it is done. Everywhere
//! else the default actions do what is wanted.

use std::io;

use crate::system;

/// Starts to listen, if nobody else would.
pub(super) fn end_when_asked() {
    if std::process::id() == 1 {
        // A program that cannot listen still does its work.
        drop(std::thread::Builder::new().name("signals".to_owned()).spawn(end_on_signal));
    }
}

/// Waits for a signal that asks for the end, and ends the process as a shell would report it. Files
/// are written whole or not at all, so there is nothing to tidy up first.
#[expect(clippy::exit, clippy::disallowed_methods, reason = "nothing unwinds a thread that computes")]
fn end_on_signal() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let signal = runtime.block_on(system::asked_to_end())?;
    std::process::exit(signal.exit_code().into())
}
