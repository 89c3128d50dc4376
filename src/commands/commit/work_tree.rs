//! The tables of the work tree: where the rows to add come from. They are only read.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::history::{History, TableFile};
use crate::model::repository_path::RepositoryPath;
use crate::outputs::sinks::branch::{LARGEST_FILE, blob_id};
use crate::sources::{git_head, history, repository, workspace};
use crate::world::World;

/// The tables of the work tree.
#[derive(Debug)]
pub(super) struct WorkTree {
    /// The files.
    pub(super) files: BTreeMap<TableFile, Local>,
    /// The repository's root.
    pub(super) root: PathBuf,
    /// The tables' folder below the root, with slashes.
    pub(super) below: String,
    /// The tables' folder as a person knows it.
    pub(super) named: PathBuf,
    /// The commit that is checked out.
    pub(super) commit: Option<String>,
    /// The branch that is checked out.
    pub(super) branch: Option<String>,
}

/// A table's file.
#[derive(Debug)]
pub(super) struct Local {
    /// The name that git gives its content.
    pub(super) id: String,
    bytes: Vec<u8>,
}

/// A file of the work tree may be too large for the branch: it is dealt out to smaller ones.
const LARGEST_LOCAL: u64 = 20 * LARGEST_FILE as u64;

impl WorkTree {
    /// Returns the tables' folder.
    pub(super) fn folder(&self) -> PathBuf {
        self.root.join(&self.below)
    }

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
        let mut files = BTreeMap::new();
        for file in history::files(&folder).kind(FailureKind::Input)? {
            RepositoryPath::below(&below, &file.to_string()).kind(FailureKind::Usage)?;
            files.insert(file, local(&folder, &named, file)?);
        }
        let head = git_head::read(&root);
        let tree = Self { files, root, below, named, commit: head.commit, branch: head.branch };
        tree.sound()?;
        Ok(Some(tree))
    }

    fn sound(&self) -> Result<(), Failure> {
        let all = self.contents(self.files.keys());
        history::parse(&all).sound(&self.named).kind(FailureKind::Input).map(drop).map_err(|failure| {
            failure.hint("nothing was committed; mend the lines, or let `plimsoll collect --quarantine` move them away")
        })
    }

    fn contents<'file>(&self, files: impl Iterator<Item = &'file TableFile>) -> BTreeMap<TableFile, Vec<u8>> {
        files.filter_map(|file| Some((*file, self.files.get(file)?.bytes.clone()))).collect()
    }

    /// Returns the rows of some of the files.
    pub(super) fn parse(&self, files: &BTreeSet<TableFile>) -> History {
        history::parse(&self.contents(files.iter())).history
    }

    /// Returns the content that git gives a name to, if a file here has it.
    pub(super) fn same(&self, id: &str) -> Option<&[u8]> {
        self.files.values().find(|local| local.id == id).map(|local| local.bytes.as_slice())
    }
}

fn local(folder: &Path, named: &Path, file: TableFile) -> Result<Local, Failure> {
    let path = folder.join(file.to_string());
    let steps = path.ancestors().take_while(|step| *step != folder);
    if let Some(link) = steps.filter(|step| repository::is_link(step)).last() {
        let link = named.join(link.strip_prefix(folder).unwrap_or(link));
        let message = format!("{} is a link, and what it leads to is not committed", link.display());
        return Err(Failure::message(FailureKind::Input, message));
    }
    let bytes = workspace::read(&path, LARGEST_LOCAL).kind(FailureKind::Input)?;
    Ok(Local { id: blob_id(&bytes), bytes })
}
