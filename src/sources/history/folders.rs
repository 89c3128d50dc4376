//! The metrics folders of many repositories below one folder.

use std::path::{Path, PathBuf};

use super::{ReadError, files, names};
use crate::model::history::Month;

/// How deep folders are looked for: an owner, a repository, and a little more.
const DEPTH: usize = 4;

/// Finds the folders that hold tables, from one folder downwards: itself as the empty path, and those such as
/// `OWNER/NAME` that collecting many repositories makes; sorted. Links are not followed.
///
/// # Errors
/// The system refuses to read a folder.
pub fn folders(root: &Path) -> Result<Vec<PathBuf>, ReadError> {
    let mut found = Vec::new();
    look(root, Path::new(""), DEPTH, &mut found)?;
    found.sort();
    Ok(found)
}

fn look(root: &Path, below: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), ReadError> {
    let here = root.join(below);
    if !files(&here)?.is_empty() {
        found.push(below.to_owned());
    }
    if depth == 0 {
        return Ok(());
    }
    for name in names(&here)? {
        let is_year = name.len() == 4 && Month::from_folders(&name, "01").is_some();
        let is_folder = here.join(&name).symlink_metadata().is_ok_and(|entry| entry.is_dir());
        if is_folder && !is_year && !name.starts_with('.') {
            look(root, &below.join(name), depth - 1, found)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "tests write files")]
    fn tables_are_found_wherever_collecting_puts_them() {
        let folder = tempfile::tempdir().unwrap();
        for file in [
            "build_metrics.csv",
            "octo/a/run_metrics.csv",
            "octo/b/2026/03/run_metrics.csv",
            "octo/c/other.csv",
            ".git/x/run_metrics.csv",
        ] {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        assert_eq!(folders(folder.path()).unwrap(), ["", "octo/a", "octo/b"].map(PathBuf::from));
        assert_eq!(folders(&folder.path().join("none")).unwrap(), Vec::<PathBuf>::new());
    }
}
