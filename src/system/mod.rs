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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locked_folder_is_free_again_and_holds_nothing_of_the_lock() {
        let folder = tempfile::tempdir().unwrap();
        let locked = FolderLock::wait(folder.path()).unwrap();
        assert!(FolderLock::attempt(folder.path()).unwrap().is_none());
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| FolderLock::wait(folder.path()).is_ok());
            drop(locked);
            assert!(waits.join().unwrap());
        });
        assert!(FolderLock::attempt(folder.path()).unwrap().is_some());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_passing_file_is_gone_when_it_is_closed() {
        use std::io::{Read as _, Seek as _, Write as _};

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("passing");
        let mut file = create_passing(&path).unwrap();
        file.write_all(b"kept").unwrap();
        file.rewind().unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        assert_eq!(text, "kept");
        drop(file);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        std::fs::create_dir(&path).unwrap();
        assert!(create_passing(&path).is_err());
    }

    #[test]
    fn files_are_synced_and_read_anywhere() {
        use std::io::Write as _;

        let folder = tempfile::tempdir().unwrap();
        let path = resolved(folder.path()).unwrap().join("file");
        assert!(!path.to_str().unwrap().starts_with(r"\\?\"), "{}", path.display());
        let mut file = create_passing(&folder.path().join("other")).unwrap();
        file.write_all(b"0123456789").unwrap();
        let mut room = [0; 4];
        assert_eq!(read_at(&file, &mut room, 3).unwrap(), 4);
        assert_eq!(&room, b"3456");
        assert!(sync(&path, folder.path()).is_err());
        drop(std::fs::File::create_new(&path).unwrap());
        sync(&path, folder.path()).unwrap();
    }
}
