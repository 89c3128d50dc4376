//! Finds what local `uses` lead to: actions and workflows of the same repository.

use std::path::{Path, PathBuf};

use super::repository;

/// The names that an action's manifest may have, in the order in which the runner looks for them.
const MANIFESTS: [&str; 2] = ["action.yml", "action.yaml"];

/// What stands at the place that a `uses` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A file to read: an action's manifest, or a workflow.
    File(PathBuf),
    /// A folder without a manifest.
    FolderOnly,
    /// Nothing.
    Nothing,
}

impl Found {
    /// Returns the file, if there is one.
    pub fn file(self) -> Option<PathBuf> {
        match self {
            Self::File(path) => Some(path),
            Self::FolderOnly | Self::Nothing => None,
        }
    }
}

/// Returns the folder against which the local `uses` of a file are resolved: the one that holds its
/// `.github`, since that is the workspace when it runs, else the repository's root. The file's path
/// is relative to the root.
pub fn base(root: &Path, file: &str) -> PathBuf {
    let holder = match file.rfind("/.github/") {
        Some(at) => file.get(..at).unwrap_or_default(),
        None => "",
    };
    root.join(holder)
}

/// Looks for the action in a folder named by `uses`, as `./path`, `../path` or `$/path`; nothing is
/// known of what lies outside the base, of links that lead out of it, and of actions that are a
/// Dockerfile alone.
pub fn action(base: &Path, uses: &str) -> Option<Found> {
    let folder = inside(base, uses)?;
    if !folder.is_dir() {
        return Some(Found::Nothing);
    }
    let manifest = MANIFESTS.iter().map(|name| folder.join(name)).find(|path| path.is_file());
    match manifest {
        Some(path) => stays_below(base, &path).then_some(Found::File(path)),
        None if folder.join("Dockerfile").is_file() => None,
        None => Some(Found::FolderOnly),
    }
}

/// Looks for the workflow that `uses` names, with the limits of [`action`].
pub fn workflow(base: &Path, uses: &str) -> Option<Found> {
    let path = inside(base, uses)?;
    if !path.is_file() {
        return Some(Found::Nothing);
    }
    stays_below(base, &path).then_some(Found::File(path))
}

/// Tells whether a file that an action's manifest names beside it is there; what lies outside the
/// manifest's folder counts as there, since nothing is known of it.
pub fn exists_beside(manifest: &Path, name: &str) -> bool {
    let Some(folder) = manifest.parent() else { return true };
    inside(folder, name).is_none_or(|path| path.exists())
}

/// Joins a written path to its base; `None` where it leaves it.
fn inside(base: &Path, written: &str) -> Option<PathBuf> {
    let mut parts: Vec<&str> = Vec::new();
    let path = written.strip_prefix('$').unwrap_or(written);
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(base.join(parts.join("/")))
}

fn stays_below(base: &Path, path: &Path) -> bool {
    let folder = path.parent().unwrap_or(base);
    !repository::is_link(path) && matches!(repository::below(base, folder), Ok(Some(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_base_holds_the_github_folder() {
        let base = |file| base(Path::new("r"), file);
        assert_eq!(base(".github/workflows/a.yml"), Path::new("r"));
        assert_eq!(base("sub/.github/workflows/a.yml"), Path::new("r/sub"));
        assert_eq!(base("sub/.github/actions/x/action.yml"), Path::new("r/sub"));
        assert_eq!(base("actions/x/action.yml"), Path::new("r"));
    }

    #[test]
    fn paths_stay_inside_their_base() {
        let joined = |written| inside(Path::new("r"), written);
        assert_eq!(joined("./a/b"), Some("r/a/b".into()));
        assert_eq!(joined("$/a"), Some("r/a".into()));
        assert_eq!(joined("./a/../b/."), Some("r/b".into()));
        assert_eq!(joined("./../a"), None);
        assert_eq!(joined(".\\a\\b"), Some("r/a/b".into()));
    }
}
