//! Other programs that know more about scripts than we do: started without a shell, outside of the
//! repository, and given only so much time and room.

mod checker;
mod git_log;
mod process;
mod pyflakes;
mod shellcheck;
mod version;

use std::path::{Path, PathBuf};

pub use checker::{CheckError, CheckerProgram};
pub use git_log::commits;
pub use process::Program;
pub use version::first_line;

/// Finds a program by its name, as a shell does. Folders that are not absolute are left out: they
/// would lead into the repository, which must not bring along what runs here.
pub fn find(name: &str, path_variable: &str) -> Option<PathBuf> {
    let folders = std::env::split_paths(path_variable).filter(|folder| folder.is_absolute());
    folders.map(|folder| folder.join(name)).find(|path| is_program(path))
}

/// Tells whether a file is there that may be started.
#[cfg(unix)]
pub fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata().is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o111 != 0)
}

/// Tells whether a file is there that may be started.
#[cfg(not(unix))]
pub fn is_program(path: &Path) -> bool {
    path.is_file()
}
