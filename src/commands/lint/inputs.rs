//! What is linted: standard input, and files that were named or found.

use std::path::{Path, PathBuf};

use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::source_file::SourceFile;
use crate::sources::{repository, workflows};
use crate::world::World;

/// What is linted.
#[derive(Debug, Default)]
pub(super) struct Inputs {
    /// What came by standard input.
    pub(super) texts: Vec<SourceFile>,
    /// The files, in order and each once.
    pub(super) files: Vec<(PathBuf, Origin)>,
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
    pub(super) fn gather(
        paths: &[PathBuf],
        exclude: &[String],
        root: &Path,
        world: &mut World,
    ) -> Result<Self, Failure> {
        let excluded = excluded(exclude)?;
        let mut inputs = Self::default();
        let whole = [world.folder.clone()];
        for path in if paths.is_empty() { &whole } else { paths } {
            if path.as_os_str() == "-" {
                let text = repository::text(&mut world.stdin).kind(FailureKind::Input)?;
                inputs.texts.push(workflows::parse("<stdin>".to_owned(), text));
                continue;
            }
            let full = world.folder.join(path);
            if full.is_dir() {
                let found = workflows::find(&full).into_iter();
                let found = found.filter(|file| !excluded.is_match(repository::relative(root, file)));
                inputs.files.extend(found.map(|file| (file, Origin::Found)));
            } else {
                inputs.files.push((full, Origin::Named));
            }
        }
        inputs.files.sort();
        inputs.files.dedup_by(|a, b| a.0 == b.0);
        Ok(inputs)
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
