//! Windows, through the standard library and tokio alone.
//!
//! What would need a call of the system that has no safe wrapper is left out: what a child used is
//! kept there for each process apart, so that it would tell of `cmd` what its compiler did not.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::fs::{DirBuilder, File, Metadata, OpenOptions};
use std::io;
use std::os::windows::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::{Component, Path, PathBuf, Prefix};
use std::process::ExitStatus;
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::signal::windows::{self, CtrlBreak, CtrlC, CtrlClose, CtrlLogoff, CtrlShutdown};

use super::{Room, Usage};

/// There is no shell that starts a group of processes.
pub const SHELL: Option<&str> = None;

/// What ends names of files that can be started, in the order of `PATHEXT`.
const STARTABLE: [&str; 4] = ["com", "exe", "bat", "cmd"];

// From the headers of the system: winnt.h, fileapi.h and winerror.h.
const GENERIC_READ: u32 = 0x8000_0000;
const GENERIC_WRITE: u32 = 0x4000_0000;
const DELETE: u32 = 0x0001_0000;
const FILE_FLAG_DELETE_ON_CLOSE: u32 = 0x0400_0000;
const ERROR_ACCESS_DENIED: i32 = 5;
const ERROR_SHARING_VIOLATION: i32 = 32;
const LONGEST_PATH: usize = 259;

/// How long a lock is left alone between two tries, and how many times a try may be refused.
const PAUSE: Duration = Duration::from_millis(10);
const MOST_REFUSALS: usize = 20;

/// What a console, or who ends a session, wants of this process.
#[derive(Clone, Copy, Debug)]
pub struct Signal(());

impl Signal {
    /// Tells whether it asks for the end: here all do.
    pub fn asks_to_end(self) -> bool {
        true
    }

    /// Returns the exit code of who is ended by it: that of an interrupt, as shells tell it everywhere.
    pub fn exit_code(self) -> u8 {
        130
    }

    /// Leaves the child alone: a console tells all its processes at once.
    pub fn pass_on(self, _child: &Child) {}
}

/// Streams of all that a console tells its processes.
pub struct Signals(CtrlC, CtrlBreak, CtrlClose, CtrlLogoff, CtrlShutdown);

impl Signals {
    /// Listens from now on, and is not ended by what is heard.
    ///
    /// # Errors
    /// The system refuses to hand signals over.
    pub fn listen() -> io::Result<Self> {
        Ok(Self(
            windows::ctrl_c()?,
            windows::ctrl_break()?,
            windows::ctrl_close()?,
            windows::ctrl_logoff()?,
            windows::ctrl_shutdown()?,
        ))
    }

    /// Waits for the next one.
    pub async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.0.recv() => {}
            _ = self.1.recv() => {}
            _ = self.2.recv() => {}
            _ = self.3.recv() => {}
            _ = self.4.recv() => {}
        }
        Signal(())
    }
}

/// Returns the exit code; one that is no byte, such as a crash's, counts as 255.
pub fn exit_code(status: ExitStatus) -> u8 {
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX)
}

/// Tells nothing of what children used: it is counted for each process alone, without what it started.
pub fn children_used() -> Option<Usage> {
    None
}

/// Tells nothing of the processor time of this process.
pub fn own_time() -> Option<Duration> {
    None
}

/// Knows no ticks.
pub fn clock_ticks() -> Option<u32> {
    None
}

/// Knows no size of pages.
pub fn page_size() -> Option<u32> {
    None
}

/// Makes no group: nothing here ends one, see [`kill_group`].
pub fn lead_group(_command: &mut Command) {}

/// Asks nobody: a group of processes is started through a shell that is not here.
pub fn ask_group_to_end(_leader: u32) {}

/// Ends nobody: a group of processes is started through a shell that is not here.
pub fn kill_group(_leader: u32) {}

/// Does not know the room on a disk.
pub fn disk_room(_folder: &Path) -> Option<Room> {
    None
}

/// Reads from a place in a file; where the file was read before plays no part.
///
/// # Errors
/// The system refuses.
pub fn read_at(file: &File, room: &mut [u8], offset: u64) -> io::Result<usize> {
    file.seek_read(room, offset)
}

/// Knows no such permissions: a file's name tells whether it can be run.
pub fn permission_bits(_about: &Metadata) -> Option<u32> {
    None
}

/// Leaves the file as it is: its name tells whether it can be run.
///
/// # Errors
/// None.
pub fn make_executable(_path: &Path) -> io::Result<()> {
    Ok(())
}

/// Makes a folder. Who may enter it is what the folder above says, which is the account's own where
/// temporary files are.
///
/// # Errors
/// The system refuses, or the name is taken.
pub fn create_private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().create(path)
}

/// Makes a new file that nobody else can open, and that is gone when it is closed.
///
/// # Errors
/// The system refuses, or the name is taken.
pub fn create_passing(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    options.access_mode(GENERIC_READ | GENERIC_WRITE | DELETE).share_mode(0).custom_flags(FILE_FLAG_DELETE_ON_CLOSE);
    options.open(path)
}

/// Leaves the file as it is: no container's root makes files for somebody else.
///
/// # Errors
/// None.
pub fn hand_over(_new: &Path, _place: &Path) -> io::Result<()> {
    Ok(())
}

/// Waits until the disk has a file; the file system's journal keeps its name in the folder.
///
/// # Errors
/// The system refuses.
pub fn sync(file: &Path, _folder: &Path) -> io::Result<()> {
    OpenOptions::new().write(true).open(file)?.sync_all()
}

/// A folder that other processes wait for. It is free again when this is dropped, or when the
/// process ends, however it ends.
///
/// A folder itself cannot be locked here, so a file in it is: one that only one process may have open,
/// and that the system removes when it is closed.
#[derive(Debug)]
pub struct FolderLock {
    /// `None` where no file can be made: then nobody waits.
    _file: Option<File>,
}

impl FolderLock {
    /// Waits until no other process has locked the folder, and locks it.
    ///
    /// # Errors
    /// None: a folder in which nothing can be made is told when something is to be written.
    pub fn wait(folder: &Path) -> io::Result<Self> {
        loop {
            match Self::attempt(folder)? {
                Some(locked) => return Ok(locked),
                None => std::thread::sleep(PAUSE),
            }
        }
    }

    /// Locks the folder unless another process has it: then nothing comes back.
    ///
    /// # Errors
    /// See [`FolderLock::wait`].
    pub fn attempt(folder: &Path) -> io::Result<Option<Self>> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        options.access_mode(GENERIC_WRITE | DELETE).share_mode(0).custom_flags(FILE_FLAG_DELETE_ON_CLOSE);
        let mut refusals = 0;
        loop {
            match options.open(folder.join(".plimsoll.lock")) {
                Ok(file) => return Ok(Some(Self { _file: Some(file) })),
                Err(error) if error.raw_os_error() == Some(ERROR_SHARING_VIOLATION) => return Ok(None),
                // A file that is being removed is refused for a moment, and a folder of others for ever.
                Err(error) if error.raw_os_error() == Some(ERROR_ACCESS_DENIED) && refusals < MOST_REFUSALS => {
                    refusals += 1;
                    std::thread::sleep(PAUSE);
                }
                Err(_) => return Ok(Some(Self { _file: None })),
            }
        }
    }
}

/// Returns a pattern for paths with slashes between folders.
pub fn with_slashes(pattern: &str) -> Cow<'_, str> {
    Cow::Owned(pattern.replace('\\', "/"))
}

/// Returns a path as git writes it in its settings.
pub fn path_for_git(path: &Path) -> Cow<'_, OsStr> {
    match path.to_str() {
        Some(path) => Cow::Owned(with_slashes(path).into_owned().into()),
        None => Cow::Borrowed(path.as_os_str()),
    }
}

/// Returns a path without links, as other programs take it: few know the form that begins with `\\?\`.
///
/// # Errors
/// There is nothing at the path, or the system refuses.
pub fn resolved(path: &Path) -> io::Result<PathBuf> {
    let path = path.canonicalize()?;
    let is_drive = matches!(path.components().next(), Some(Component::Prefix(prefix)) if matches!(prefix.kind(), Prefix::VerbatimDisk(_)));
    let plain = path.to_str().filter(|path| is_drive && path.len() <= LONGEST_PATH);
    Ok(plain.and_then(|path| path.strip_prefix(r"\\?\")).map(PathBuf::from).unwrap_or(path))
}

/// Returns the file names by which a program is found: with what ends names of programs, unless it does
/// already.
pub fn programs_named(name: &str) -> impl Iterator<Item = String> {
    let ends =
        Path::new(name).extension().is_some_and(|end| STARTABLE.iter().any(|ending| end.eq_ignore_ascii_case(ending)));
    let endings: &[&str] = if ends { &[] } else { &STARTABLE };
    endings.iter().map(move |ending| format!("{name}.{ending}")).chain(ends.then(|| name.to_owned()))
}

/// Returns a command as it can be started. The system itself adds no ending but `.exe` to a name; so
/// `npm` and its like, which are batch files, are looked for here, on the PATH or where their path says.
pub fn startable<'command>(command: &'command [OsString], folder: &Path, path: &str) -> Cow<'command, [OsString]> {
    let [program, arguments @ ..] = command else { return Cow::Borrowed(command) };
    let named = Path::new(program);
    let found = |folder: PathBuf| {
        let place = folder.join(named);
        let mut files = programs_named(place.to_str()?).map(PathBuf::from);
        files.find(|file| file.is_file())
    };
    let found = if named.components().count() > 1 {
        found(folder.to_owned())
    } else {
        std::env::split_paths(path).find_map(found)
    };
    match found {
        Some(file) => Cow::Owned(std::iter::once(file.into_os_string()).chain(arguments.iter().cloned()).collect()),
        None => Cow::Borrowed(command),
    }
}

/// Returns the name by which a variable of the environment is known: letters' case does not count, and
/// `Path` is how the system itself writes it.
pub fn variable_name(name: &str) -> String {
    name.to_uppercase()
}

/// Makes the console take colors, which an old one has to be asked for; tells whether it does.
pub fn show_colors() -> bool {
    anstyle_query::windows::enable_ansi_colors() == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_found_by_every_ending() {
        let named = |name| programs_named(name).collect::<Vec<_>>();
        assert_eq!(named("npm"), ["npm.com", "npm.exe", "npm.bat", "npm.cmd"]);
        assert_eq!(named("npm.CMD"), ["npm.CMD"]);
        assert_eq!(named("python3.13")[1], "python3.13.exe");
    }

    #[test]
    fn a_batch_file_is_started_by_its_name() {
        let folder = tempfile::tempdir().unwrap();
        drop(File::create_new(folder.path().join("tool.cmd")).unwrap());
        let command = |program: &str| vec![OsString::from(program), OsString::from("argument")];
        let path = folder.path().to_str().unwrap();
        let found = |program: &str, place: &str| startable(&command(program), Path::new(place), path).into_owned();
        let batch = folder.path().join("tool.cmd");
        assert_eq!(found("tool", "elsewhere"), [batch.as_os_str(), "argument".as_ref()]);
        assert_eq!(Path::new(&found(r".\tool", path)[0]), folder.path().join(r".\tool.cmd"));
        assert_eq!(found(r".\tool", "elsewhere"), command(r".\tool"));
        assert_eq!(found("other", path), command("other"));
        assert_eq!(startable(&[], folder.path(), path).len(), 0);
    }

    #[test]
    fn names_are_as_the_rest_of_the_program_knows_them() {
        assert_eq!(variable_name("Path"), "PATH");
        assert_eq!(with_slashes(r"a\**\b.xml"), "a/**/b.xml");
        assert_eq!(path_for_git(Path::new(r"C:\a b")).to_str(), Some("C:/a b"));
    }
}
