//! Linux, macOS and their kin, through the crate `nix`: it wraps the system's calls without
//! `unsafe` on our side.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::fs::{DirBuilder, File, Metadata, OpenOptions, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::task::Poll;
use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::signal::{self, kill, killpg};
use nix::sys::statvfs::statvfs;
use nix::sys::time::{TimeVal, TimeValLike as _};
use nix::unistd::{Pid, SysconfVar, getpgrp, sysconf, tcgetpgrp};
use tokio::process::{Child, Command};
use tokio::signal::unix::{self, SignalKind};

use super::{Room, Usage};

/// The shell that starts a group of processes, which is where POSIX systems have it.
pub const SHELL: Option<&str> = Some("/bin/sh");

/// The signals that are listened to.
const HEARD: [signal::Signal; 6] = [
    signal::Signal::SIGHUP,
    signal::Signal::SIGINT,
    signal::Signal::SIGQUIT,
    signal::Signal::SIGTERM,
    signal::Signal::SIGUSR1,
    signal::Signal::SIGUSR2,
];

/// What another process, or a key, wants of this one.
#[derive(Clone, Copy, Debug)]
pub struct Signal(signal::Signal);

impl Signal {
    /// Tells whether it asks for the end.
    pub fn asks_to_end(self) -> bool {
        use signal::Signal::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
        [SIGHUP, SIGINT, SIGQUIT, SIGTERM].contains(&self.0)
    }

    /// Returns the exit code of who is ended by it, as a shell tells it.
    pub fn exit_code(self) -> u8 {
        u8::try_from(128 + self.0 as i32).unwrap_or(u8::MAX)
    }

    /// Hands it on to a child, unless a terminal has done so.
    pub fn pass_on(self, child: &Child) {
        let pid = child.id().and_then(|id| i32::try_from(id).ok()).map(Pid::from_raw);
        if let Some(pid) = pid.filter(|_| !self.comes_from_terminal()) {
            // A child that has just ended needs no signal.
            let _ended_meanwhile = kill(pid, self.0);
        }
    }

    /// Tells whether a terminal has sent the signal to the child as well: it sends what its keys
    /// mean to all processes in its foreground.
    fn comes_from_terminal(self) -> bool {
        let by_key = matches!(self.0, signal::Signal::SIGINT | signal::Signal::SIGQUIT);
        by_key && tcgetpgrp(io::stdin()).is_ok_and(|group| group == getpgrp())
    }
}

/// Streams of the signals that were not ignored when the program started: what `nohup` has its
/// command ignore stays ignored.
pub struct Signals([Option<unix::Signal>; HEARD.len()]);

impl Signals {
    /// Listens from now on: who does so before a child is there loses no signal, and the child
    /// itself starts with none caught.
    ///
    /// # Errors
    /// The system refuses to hand signals over.
    pub fn listen() -> io::Result<Self> {
        let ignored = ignored();
        let mut streams = [const { None }; HEARD.len()];
        for (stream, signal) in streams.iter_mut().zip(HEARD) {
            let number = signal as i32;
            if ignored & (1 << (number - 1)) == 0 {
                *stream = Some(unix::signal(SignalKind::from_raw(number))?);
            }
        }
        Ok(Self(streams))
    }

    /// Waits for the next one.
    pub async fn next(&mut self) -> Signal {
        std::future::poll_fn(|context| {
            let mut streams = self.0.iter_mut().zip(HEARD);
            let arrived =
                streams.find_map(|(stream, signal)| stream.as_mut()?.poll_recv(context).is_ready().then_some(signal));
            arrived.map_or(Poll::Pending, |signal| Poll::Ready(Signal(signal)))
        })
        .await
    }
}

/// Reads the mask of ignored signals, see proc(5).
#[expect(clippy::disallowed_methods, reason = "the kernel tells this in /proc")]
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

/// Returns the exit code as a shell tells it: 128 and the signal's number where a signal ended it.
pub fn exit_code(status: ExitStatus) -> u8 {
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX)
}

/// Returns what all children that have ended used, with theirs that they waited for.
pub fn children_used() -> Option<Usage> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).ok()?;
    // Linux counts it in KiB, macOS in bytes (getrusage(2) of each).
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    Some(Usage {
        user: duration(usage.user_time()),
        system: duration(usage.system_time()),
        peak_memory: u64::try_from(usage.max_rss()).unwrap_or(0).saturating_mul(unit),
    })
}

/// Returns the processor time that this process has used.
pub fn own_time() -> Option<Duration> {
    let usage = getrusage(UsageWho::RUSAGE_SELF).ok()?;
    Some(duration(usage.user_time() + usage.system_time()))
}

fn duration(time: TimeVal) -> Duration {
    Duration::from_micros(u64::try_from(time.num_microseconds()).unwrap_or(0))
}

/// Returns how many ticks of the kernel's clocks make a second.
pub fn clock_ticks() -> Option<u32> {
    constant(SysconfVar::CLK_TCK)
}

/// Returns how many bytes a page of memory has.
pub fn page_size() -> Option<u32> {
    constant(SysconfVar::PAGE_SIZE)
}

fn constant(variable: SysconfVar) -> Option<u32> {
    let value = sysconf(variable).ok().flatten()?;
    u32::try_from(value).ok().filter(|value| *value > 0)
}

/// Makes a command the first of a group of processes, of all that it will start.
pub fn lead_group(command: &mut Command) {
    command.process_group(0);
}

/// Asks a group of processes to end.
pub fn ask_group_to_end(leader: u32) {
    signal_group(leader, signal::Signal::SIGTERM);
}

/// Ends a group of processes.
pub fn kill_group(leader: u32) {
    signal_group(leader, signal::Signal::SIGKILL);
}

fn signal_group(leader: u32, signal: signal::Signal) {
    if let Some(group) = i32::try_from(leader).ok().filter(|group| *group > 1) {
        // Who has ended meanwhile needs no signal.
        let _ended_meanwhile = killpg(Pid::from_raw(group), signal);
    }
}

/// Returns the room on the disk of a folder.
pub fn disk_room(folder: &Path) -> Option<Room> {
    let disk = statvfs(folder).ok()?;
    #[expect(clippy::useless_conversion, reason = "the type is 32 bits wide on other machines")]
    Some(Room {
        all: u64::from(disk.blocks()),
        free: u64::from(disk.blocks_free()),
        available: u64::from(disk.blocks_available()),
    })
}

/// Reads from a place in a file; where the file was read before plays no part.
///
/// # Errors
/// The system refuses.
pub fn read_at(file: &File, room: &mut [u8], offset: u64) -> io::Result<usize> {
    file.read_at(room, offset)
}

/// Returns who may read, write and run a file, as chmod(2) has it.
pub fn permission_bits(about: &Metadata) -> Option<u32> {
    Some(about.permissions().mode())
}

/// Lets everybody run a file who may read it.
///
/// # Errors
/// The system refuses.
pub fn make_executable(path: &Path) -> io::Result<()> {
    let mode = std::fs::metadata(path)?.permissions().mode();
    std::fs::set_permissions(path, Permissions::from_mode(mode | ((mode & 0o444) >> 2)))
}

/// Makes a folder that nobody else can enter.
///
/// # Errors
/// The system refuses, or the name is taken.
pub fn create_private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().mode(0o700).create(path)
}

/// Makes a new file that nobody finds again, and that is gone when it is closed.
///
/// # Errors
/// The system refuses, or the name is taken.
pub fn create_passing(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().read(true).write(true).create_new(true).open(path)?;
    std::fs::remove_file(path)?;
    Ok(file)
}

/// Gives a new file or folder that root made to the owner of `place`; anybody else's stays theirs.
///
/// # Errors
/// Either cannot be looked at, or the system refuses the change.
pub fn hand_over(new: &Path, place: &Path) -> io::Result<()> {
    const ROOT: u32 = 0;
    let place = if place.as_os_str().is_empty() { Path::new(".") } else { place };
    let (ours, theirs) = (std::fs::symlink_metadata(new)?, std::fs::metadata(place)?);
    if ours.uid() != ROOT || theirs.uid() == ROOT {
        return Ok(());
    }
    std::os::unix::fs::lchown(new, Some(theirs.uid()), Some(theirs.gid()))
}

/// Waits until the disk has a file and its name in the folder.
///
/// # Errors
/// The system refuses.
#[expect(clippy::disallowed_methods, reason = "nothing is read: what is open is synced")]
pub fn sync(file: &Path, folder: &Path) -> io::Result<()> {
    File::open(file)?.sync_all()?;
    File::open(folder)?.sync_all()
}

/// A folder that other processes wait for. It is free again when this is dropped, or when the
/// process ends, however it ends. The lock is on the folder itself and leaves no file.
#[derive(Debug)]
pub struct FolderLock {
    /// `None` where the file system has no locks: then nobody waits.
    _folder: Option<File>,
}

impl FolderLock {
    /// Waits until no other process has locked the folder, and locks it.
    ///
    /// # Errors
    /// The folder cannot be opened.
    #[expect(clippy::disallowed_methods, reason = "a lock is taken on an open file")]
    pub fn wait(folder: &Path) -> io::Result<Self> {
        let folder = File::open(folder)?;
        let locked = folder.lock().is_ok();
        Ok(Self { _folder: locked.then_some(folder) })
    }

    /// Locks the folder unless another process has it: then nothing comes back.
    ///
    /// # Errors
    /// The folder cannot be opened.
    #[expect(clippy::disallowed_methods, reason = "a lock is taken on an open file")]
    pub fn attempt(folder: &Path) -> io::Result<Option<Self>> {
        let folder = File::open(folder)?;
        match folder.try_lock() {
            Ok(()) => Ok(Some(Self { _folder: Some(folder) })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(_)) => Ok(Some(Self { _folder: None })),
        }
    }
}

/// Returns a pattern for paths with slashes between folders: as it is, since a backslash means what
/// stands behind it.
pub fn with_slashes(pattern: &str) -> Cow<'_, str> {
    Cow::Borrowed(pattern)
}

/// Returns a path as git writes it in its settings.
pub fn path_for_git(path: &Path) -> Cow<'_, OsStr> {
    Cow::Borrowed(path.as_os_str())
}

/// Returns a path without links, as other programs take it.
///
/// # Errors
/// There is nothing at the path, or the system refuses.
pub fn resolved(path: &Path) -> io::Result<PathBuf> {
    path.canonicalize()
}

/// Returns the file names by which a program is found: its own.
pub fn programs_named(name: &str) -> impl Iterator<Item = String> {
    std::iter::once(name.to_owned())
}

/// Returns a command as it can be started: the system itself finds it on the PATH.
pub fn startable<'command>(command: &'command [OsString], _folder: &Path, _path: &str) -> Cow<'command, [OsString]> {
    Cow::Borrowed(command)
}

/// Returns the name by which a variable of the environment is known: letters' case counts.
pub fn variable_name(name: &str) -> String {
    name.to_owned()
}

/// Makes the terminal take colors: every one does.
pub fn show_colors() -> bool {
    true
}
