//! Files of the work tree beside the tables: they are put on the branch as they are, unless somebody
//! else has changed them there.

use std::path::{Path, PathBuf};

use super::ground::Ground;
use super::merge::{Change, Stop};
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::repository_path::RepositoryPath;
use crate::outputs::sinks::branch::{Branch, BranchError, Entry, EntryKind, LARGEST_FILE, Mode, blob_id};
use crate::sources::{repository, workspace};
use crate::system;

/// A file to commit.
#[derive(Debug)]
pub(super) struct Given {
    pub(super) path: RepositoryPath,
    pub(super) bytes: Vec<u8>,
    pub(super) mode: Mode,
}

/// Reads files, and those of folders, below the root.
pub(super) fn read(paths: &[PathBuf], root: &Path) -> Result<Vec<Given>, Failure> {
    let mut given = Vec::new();
    for path in paths {
        if path.is_dir() && !repository::is_link(path) {
            for file in repository::files(path) {
                given.push(file_of(&file, root)?);
            }
        } else {
            given.push(file_of(path, root)?);
        }
    }
    given.sort_by(|one, other| one.path.cmp(&other.path));
    given.dedup_by(|one, other| one.path == other.path);
    Ok(given)
}

fn file_of(file: &Path, root: &Path) -> Result<Given, Failure> {
    let path = path_of(file, root)?;
    let bytes = workspace::read(file, LARGEST_FILE as u64).kind(FailureKind::Input)?;
    let mode = if repository::is_executable(file) { Mode::Executable } else { Mode::Plain };
    Ok(Given { path, bytes, mode })
}

/// Returns a file's path below the root. Neither it nor a folder on the way may be a link, or belong
/// to another repository: what is committed must be what the path says.
pub(super) fn path_of(file: &Path, root: &Path) -> Result<RepositoryPath, Failure> {
    let wrong = |why: &str| Failure::message(FailureKind::Usage, format!("{} is not committed: {why}", file.display()));
    let inside = file.strip_prefix(root).map_err(|_outside| wrong("it is not below the repository's root"))?;
    let text = inside.to_str().ok_or_else(|| wrong("its name is not UTF-8"))?;
    let text = system::with_slashes(text);
    let path: RepositoryPath = text.trim_start_matches("./").parse().kind(FailureKind::Usage)?;
    let mut here = root.to_owned();
    for part in path.parts() {
        here.push(part);
        if repository::is_link(&here) {
            return Err(wrong(&format!("{} is a link", here.display())));
        }
        if here.join(".git").exists() {
            return Err(wrong(&format!("{} is a repository of its own", here.display())));
        }
    }
    Ok(path)
}

/// What the other files on the branch were when we began.
#[derive(Clone, Debug)]
pub(super) struct Known(Vec<Option<(String, EntryKind)>>);

/// Finds the given files that the branch has not, and refuses to write over what somebody else changed:
/// since the commit that is checked out where that is one of the branch, else since we began.
pub(super) fn changes(given: &[Given], ground: &Ground<'_>, known: &mut Option<Known>) -> Result<Vec<Change>, Stop> {
    if given.is_empty() {
        return Ok(Vec::new());
    }
    let theirs = present(given, ground.branch, ground.base.as_deref())?;
    let before = match &ground.checked_out {
        Some(commit) if ground.branch.knows(commit)? => present(given, ground.branch, Some(commit))?,
        Some(_) | None => known.get_or_insert_with(|| theirs.clone()).clone(),
    };
    let mut changes = Vec::new();
    let mut touched = Vec::new();
    for ((file, there), before) in given.iter().zip(&theirs.0).zip(&before.0) {
        let ours = (blob_id(&file.bytes), EntryKind::File(file.mode));
        if there.as_ref() == Some(&ours) {
            continue;
        }
        if there != before {
            touched.push(file.path.as_str());
            continue;
        }
        let before = ground.content(&file.path)?;
        changes.push(Change { path: file.path.clone(), before, after: file.bytes.clone(), mode: file.mode });
    }
    if touched.is_empty() {
        return Ok(changes);
    }
    let message = format!("somebody else changed {} on {} at the same time", touched.join(", "), ground.name);
    let failure = Failure::message(FailureKind::Output, message).hint(
        "nothing was committed: only rows of tables can be merged; bring the branch's version here, and commit again",
    );
    Err(Stop::Failure(failure))
}

fn present(given: &[Given], branch: &dyn Branch, commit: Option<&str>) -> Result<Known, BranchError> {
    let find = |file: &Given| -> Result<Option<(String, EntryKind)>, BranchError> {
        let Some(commit) = commit else { return Ok(None) };
        let entry = branch.entry(commit, &file.path)?;
        if let Some(Entry { kind: kind @ (EntryKind::Link | EntryKind::Folder | EntryKind::Repository), .. }) = &entry {
            let kind = kind.words();
            return Err(BranchError::Shape(format!("`{}` is not a file on the branch, but {kind}", file.path)));
        }
        Ok(entry.map(|entry| (entry.id, entry.kind)))
    };
    given.iter().map(find).collect::<Result<_, _>>().map(Known)
}
