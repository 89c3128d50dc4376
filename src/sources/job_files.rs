//! The files that GitHub's runner hands a step.

use std::fs::OpenOptions;
use std::io;
use std::path::Path;

/// Tells whether something could be added to a file, without adding anything.
///
/// # Errors
/// The file is not there, or may not be written.
pub fn appendable(path: &Path) -> io::Result<()> {
    OpenOptions::new().append(true).open(path).map(drop)
}
