//! What one operating system has and another has not: signals, groups of processes, what a child
//! used, owners and permissions, locks, and how a program is found by its name.
//!
//! Both sides offer the same names, so that no other file asks what it is built for. What a system
//! cannot tell is `None`, never zero.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::io;
use std::time::Duration;

#[cfg(unix)]
pub use unix::{
    FolderLock, SHELL, Signal, Signals, ask_group_to_end, children_used, clock_ticks, create_passing,
    create_private_folder, disk_room, exit_code, hand_over, kill_group, lead_group, make_executable, own_time,
    page_size, path_for_git, permission_bits, programs_named, read_at, resolved, show_colors, startable, sync,
    variable_name, with_slashes,
};
#[cfg(windows)]
pub use windows::{
    FolderLock, SHELL, Signal, Signals, ask_group_to_end, children_used, clock_ticks, create_passing,
    create_private_folder, disk_room, exit_code, hand_over, kill_group, lead_group, make_executable, own_time,
    page_size, path_for_git, permission_bits, programs_named, read_at, resolved, show_colors, startable, sync,
    variable_name, with_slashes,
};

/// What processes that have ended used.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// Processor time in programs.
    pub user: Duration,
    /// Processor time in the kernel.
    pub system: Duration,
    /// Most bytes that one of the processes had resident.
    pub peak_memory: u64,
}

/// The room on a disk, in blocks of one size.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    /// All of it.
    pub all: u64,
    /// What is empty.
    pub free: u64,
    /// What may be filled by who is not the administrator.
    pub available: u64,
}

/// Waits until a signal asks for the end, and returns it.
///
/// # Errors
/// The system refuses to hand signals over.
pub async fn asked_to_end() -> io::Result<Signal> {
    let mut signals = Signals::listen()?;
    loop {
        let signal = signals.next().await;
        if signal.asks_to_end() {
            return Ok(signal);
        }
    }
}
