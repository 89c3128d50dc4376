//! The tables of the work tree: where the rows to add come from. They are only read.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::history::{History, TableFile};
use crate::sources::{git_head, history, repository};
use crate::world::World;

/// The tables of the work tree.
#[derive(Debug)]
pub(super) struct WorkTree {
    /// The rows.
    pub(super) history: History,
    /// The files they are in.
    pub(super) files: BTreeSet<TableFile>,
    /// The repository's root.
    pub(super) root: PathBuf,
    /// The tables' folder below the root, with slashes.
    pub(super) below: String,
    /// The tables' folder as a person knows it.
    pub(super) named: PathBuf,
    /// The commit that is checked out.
    pub(super) commit: Option<String>,
}

impl WorkTree {
    /// Reads the folder that was named, or else the configured one below the root; nothing where
    /// nobody named it and it does not exist.
    pub(super) fn read(named: Option<&Path>, usual: &Path, world: &World) -> Result<Option<Self>, Failure> {
        let root = repository::root(&world.folder);
        let folder = named.map_or_else(|| root.join(usual), |named| world.folder.join(named));
        if !folder.is_dir() {
            if named.is_none() && !folder.exists() {
                return Ok(None);
            }
            let message = format!("there is no folder {}", folder.display());
            return Err(Failure::message(FailureKind::Input, message).hint("`plimsoll collect` writes the tables"));
        }
        let named = named.unwrap_or(usual).to_owned();
        let Some(below) = repository::below(&root, &folder).kind(FailureKind::Input)? else {
            let message = format!("{} is not below the repository's root {}", named.display(), root.display());
            return Err(Failure::message(FailureKind::Usage, message)
                .hint("tables are committed where they are: keep them in a folder of the repository"));
        };
        let files = history::files(&folder).kind(FailureKind::Input)?;
        if let Some(link) = files.iter().find(|file| repository::is_link(&folder.join(file.to_string()))) {
            let link = named.join(link.to_string());
            let message = format!("{} is a link, and what it leads to is not committed", link.display());
            return Err(Failure::message(FailureKind::Input, message));
        }
        let stored = history::read(&folder).and_then(|stored| stored.sound(&named));
        let stored = stored.kind(FailureKind::Input).map_err(|failure| {
            failure.hint("nothing was committed; mend the lines, or let `plimsoll collect --quarantine` move them away")
        })?;
        let commit = git_head::read(&root).commit;
        Ok(Some(Self { history: stored.history, files: stored.files, root, below, named, commit }))
    }
}
