//! Hands what root makes to whoever owns the place it is in.
//!
//! A container action runs as root in a workspace of the runner's account. What root leaves there
//! would stop a self-hosted runner from cleaning up before its next job, so the program gives it
//! away; see <https://github.com/actions/runner/issues/434>.

use std::io;
use std::path::Path;

use crate::system;

/// Makes a folder with its missing parents, each of which belongs to the owner of the first
/// folder that was there.
///
/// # Errors
/// A folder cannot be made or given away.
pub(super) fn make_folder(folder: &Path) -> io::Result<()> {
    let missing: Vec<&Path> = folder.ancestors().take_while(|folder| is_missing(folder)).collect();
    std::fs::create_dir_all(folder)?;
    let Some(place) = missing.last().and_then(|highest| highest.parent()) else { return Ok(()) };
    missing.iter().try_for_each(|made| system::hand_over(made, place))
}

fn is_missing(folder: &Path) -> bool {
    !folder.as_os_str().is_empty() && !folder.exists()
}
