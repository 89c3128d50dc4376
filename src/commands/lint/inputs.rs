//! What is linted: standard input, and files that were named or found.

use std::path::{Path, PathBuf};

use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::source_file::SourceFile;
use crate::sources::{repository, workflows};
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
}

/// What came by standard input.
#[derive(Debug)]
pub(super) struct Piped {
    /// The file that it is.
    pub(super) file: SourceFile,
    /// Its byte order mark, or nothing.
    pub(super) mark: &'static str,
}

/// Whether a file was named, or found by walking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    Named,
    Found,
}

impl Inputs {
    /// Gathers the named files and folders, or the repository around the world's folder; files that
    /// are found by walking are left out where a glob says so.
    pub(super) fn gather(paths: &[PathBuf], exclude: &[String], world: &mut World) -> Result<Self, Failure> {
        let excluded = excluded(exclude)?;
        let root = repository::root(&world.folder);
        let mut inputs = Self { root, piped: None, files: Vec::new() };
        let whole = [inputs.root.clone()];
        for path in if paths.is_empty() { &whole } else { paths } {
            if path.as_os_str() == "-" {
                let (mark, text) = repository::text_marked(&mut world.stdin).kind(FailureKind::Input)?;
                let file = workflows::parse(STANDARD_INPUT.to_owned(), text);
                inputs.piped.get_or_insert(Piped { file, mark });
            } else {
                inputs.add(&world.folder.join(path), &excluded);
            }
        }
        inputs.files.sort();
        inputs.files.dedup_by(|a, b| a.0 == b.0);
        Ok(inputs)
    }

    fn add(&mut self, path: &Path, excluded: &GlobSet) {
        if !path.is_dir() {
            self.files.push((path.to_owned(), Origin::Named));
            return;
        }
        let found = workflows::find(path).into_iter();
        let found = found.filter(|file| !excluded.is_match(repository::relative(&self.root, file)));
        self.files.extend(found.map(|file| (file, Origin::Found)));
    }
}

/// Builds the set of globs that leave out files which were found by walking.
fn excluded(globs: &[String]) -> Result<GlobSet, Failure> {
    let mut set = GlobSetBuilder::new();
    for glob in globs {
        set.add(Glob::new(glob).kind(FailureKind::Configuration)?);
    }
    set.build().kind(FailureKind::Configuration)
}
