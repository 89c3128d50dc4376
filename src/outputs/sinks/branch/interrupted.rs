//! Fetches into a shallow clone, which may be killed: git then leaves the lock on its list of shallow commits
//! behind, and refuses every fetch after that until somebody removes it.

use std::path::{Path, PathBuf};

use crate::outputs::sinks::lock::{self, FolderLock};

/// A fetch that is under way. While it is, a file beside git's list says so.
pub(super) struct Fetching {
    mark: PathBuf,
    _alone: Option<FolderLock>,
}

impl Fetching {
    /// Begins when no other fetch of ours into the clone is under way. The lock of one that was killed is
    /// removed: its mark still stands, though nobody is at it. Where nothing can be written git itself says so.
    pub(super) fn begin(list: &Path) -> Self {
        let alone = list.parent().and_then(|folder| lock::folder(folder).ok());
        let mark = list.with_extension("plimsoll");
        if alone.is_some() && mark.exists() {
            drop(std::fs::remove_file(list.with_extension("lock")));
        }
        set(&mark);
        Self { mark, _alone: alone }
    }
}

#[expect(clippy::disallowed_methods, reason = "sinks write files")]
fn set(mark: &Path) {
    drop(std::fs::write(mark, ""));
}

impl Drop for Fetching {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.mark));
    }
}
