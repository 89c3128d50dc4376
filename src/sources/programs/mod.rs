//! Other programs that know more about scripts than we do: started without a shell, outside of the
//! repository, and given only so much time and room.

mod checker;
mod git_log;
mod process;
mod pyflakes;
mod shellcheck;
mod version;

use std::fs::Metadata;
use std::path::{Path, PathBuf};

pub use checker::{CheckError, CheckerProgram};
pub use git_log::commits;
pub use process::Program;
pub use version::first_line;

use crate::system;

/// Finds a program by its name, as a shell does. Folders that are not absolute are left out: they
/// would lead into the repository, which must not bring along what runs here.
pub fn find(name: &str, path_variable: &str) -> Option<PathBuf> {
    let folders = std::env::split_paths(path_variable).filter(|folder| folder.is_absolute());
    let mut files = folders.flat_map(|folder| system::programs_named(name).map(move |file| folder.join(file)));
    files.find(|path| is_program(path))
}

/// Tells whether a file is there that may be started.
pub fn is_program(path: &Path) -> bool {
    let may_be = |about: &Metadata| system::permission_bits(about).is_none_or(|bits| bits & 0o111 != 0);
    path.metadata().is_ok_and(|about| about.is_file() && may_be(&about))
}
