//! Ends the program when it is asked to, also where it is a container's first process.
//!
//! The kernel gives process 1 no default action: without a handler of its own, a cancelled job's
//! container would ignore both signals of GitHub's runner and work on until it is done. Everywhere
//! else the default actions do what is wanted.

#[cfg(unix)]
use std::io;

#[cfg(unix)]
use tokio::signal::unix::{SignalKind, signal};

/// Starts to listen, if nobody else would.
pub(super) fn end_when_asked() {
    #[cfg(unix)]
    if std::process::id() == 1 {
        // A program that cannot listen still does its work.
        drop(std::thread::Builder::new().name("signals".to_owned()).spawn(end_on_signal));
    }
}

/// Waits for an interrupt or a request to terminate, and ends the process as a shell would report
/// it. Files are written whole or not at all, so there is nothing to tidy up first.
#[cfg(unix)]
#[expect(clippy::exit, clippy::disallowed_methods, reason = "nothing unwinds a thread that computes")]
fn end_on_signal() -> io::Result<()> {
    let received = tokio::runtime::Builder::new_current_thread().enable_io().build()?.block_on(received())?;
    std::process::exit(128 + received.as_raw_value())
}

#[cfg(unix)]
async fn received() -> io::Result<SignalKind> {
    let (interrupt, terminate) = (SignalKind::interrupt(), SignalKind::terminate());
    let (mut interrupted, mut terminated) = (signal(interrupt)?, signal(terminate)?);
    Ok(tokio::select! {
        _ = interrupted.recv() => interrupt,
        _ = terminated.recv() => terminate,
    })
}
