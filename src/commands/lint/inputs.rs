//! What is linted: standard input, and files that were named or found.

use std::path::{Path, PathBuf};

use globset::GlobSet;

use super::suppressions::globs;
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::source_file::SourceFile;
use crate::sources::{repository, workflows, workspace};
use crate::world::World;

/// What `-` is called where nobody says what it is.
const STANDARD_INPUT: &str = "<stdin>";

/// What is linted.
#[derive(Debug)]
pub(super) struct Inputs {
    /// The repository's root, or the folder that stands for it.
    pub(super) root: PathBuf,
    /// What came by standard input.
    pub(super) piped: Option<Piped>,
    /// The files, in order and each once.
    pub(super) files: Vec<(PathBuf, Origin)>,
    /// Whether the whole repository is looked at.
    pub(super) is_whole: bool,
}

/// Where to look.
#[derive(Clone, Copy, Debug)]
pub(super) struct Where<'options> {
    /// The files and folders that were named.
    pub(super) paths: &'options [PathBuf],
    /// What standard input is called.
    pub(super) stdin_filename: Option<&'options Path>,
    /// Globs of what is left out where nobody has named it.
    pub(super) exclude: &'options [String],
}

/// What came by standard input.
#[derive(Debug)]
pub(super) struct Piped {
    /// The file that it is.
    pub(super) file: SourceFile,
    /// Its byte order mark, or nothing.
    pub(super) mark: &'static str,
    /// Whether the configuration leaves it out, so that it is only passed on.
    pub(super) is_excluded: bool,
}

/// Whether a file was named, or found by walking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    Named,
    Found,
}

/// Returns the root that paths are told from. Whoever names another repository's root wants it
/// judged as that repository, such as a checkout below a job's workspace.
fn root(paths: &[PathBuf], folder: &Path) -> PathBuf {
    let named = if let [named] = paths { Some(folder.join(named)) } else { None };
    let other = named.filter(|named| named.is_dir() && named.join(".git").exists());
    other.unwrap_or_else(|| repository::root(folder))
}

/// Returns what a path names: what is there, or else what matches it as a pattern. No shell expands one
/// on Windows or in an action's input.
fn named(path: &Path, folder: &Path) -> Vec<PathBuf> {
    let plain = folder.join(path);
    let pattern = path.to_str().filter(|_| !plain.exists());
    let matching = pattern.and_then(|pattern| workspace::matching(folder, pattern).ok());
    matching.unwrap_or_else(|| vec![plain])
}

impl Inputs {
    /// Gathers the named files and folders, or the repository around the world's folder; files that
    /// are found by walking are left out where a glob says so, and so is standard input that has a
    /// name.
    pub(super) fn gather(place: Where<'_>, world: &mut World) -> Result<Self, Failure> {
        let Where { paths, stdin_filename, exclude } = place;
        let excluded = globs(exclude)?;
        let root = root(paths, &world.folder);
        let default = [stdin_filename.map_or_else(|| root.clone(), |_| PathBuf::from("-"))];
        let mut inputs = Self { root, piped: None, files: Vec::new(), is_whole: false };
        for path in if paths.is_empty() { &default } else { paths } {
            if path.as_os_str() == "-" {
                inputs.pipe(stdin_filename, &excluded, world)?;
            } else {
                inputs.add(path, &world.folder, &excluded);
            }
        }
        if stdin_filename.is_some() && inputs.piped.is_none() {
            let message = "--stdin-filename names standard input, which is not linted here";
            return Err(Failure::message(FailureKind::Usage, message).hint("add `-` to the paths, or leave them away"));
        }
        inputs.files.sort();
        inputs.files.dedup_by(|a, b| a.0 == b.0);
        Ok(inputs)
    }

    /// Reads standard input.
    fn pipe(&mut self, name: Option<&Path>, excluded: &GlobSet, world: &mut World) -> Result<(), Failure> {
        let (mark, text) = repository::text_marked(&mut world.stdin).kind(FailureKind::Input)?;
        let name = name.map(|name| repository::relative(&self.root, &world.folder.join(name)));
        let is_excluded = name.as_ref().is_some_and(|name| excluded.is_match(name));
        let file = workflows::parse(name.unwrap_or_else(|| STANDARD_INPUT.to_owned()), text);
        self.piped.get_or_insert(Piped { file, mark, is_excluded });
        Ok(())
    }

    fn add(&mut self, path: &Path, folder: &Path, excluded: &GlobSet) {
        for path in named(path, folder) {
            self.add_one(&path, excluded);
        }
    }

    fn add_one(&mut self, path: &Path, excluded: &GlobSet) {
        if !path.is_dir() {
            self.files.push((path.to_owned(), Origin::Named));
            return;
        }
        self.is_whole |= path == self.root;
        let found = workflows::find(path).into_iter();
        let found = found.filter(|file| !excluded.is_match(repository::relative(&self.root, file)));
        self.files.extend(found.map(|file| (file, Origin::Found)));
    }
}
