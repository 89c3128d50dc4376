//! Which repository stands in which folder of a job: tests of another one say nothing about this.

use crate::detectors::values::Values;
use crate::model::repository::{Repository, join};
use crate::model::workflow::Step;
use crate::model::yaml::Text;

/// The repositories that a job has checked out so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Checkouts {
    /// Folders with whether another repository stands there; the later one of the same folder counts.
    folders: Vec<(String, bool)>,
}

/// Manifests at the root, which tell where the repository stands.
const MANIFESTS: &[&str] =
    &["Cargo.toml", "package.json", "pyproject.toml", "setup.py", "go.mod", "composer.json", "pom.xml"];

impl Checkouts {
    /// Takes note of a checkout.
    pub(super) fn take(&mut self, repository: &Repository, step: &Step, values: &Values) {
        let folder = step.input("path").map_or(Some(String::new()), |path| join("", &path.value));
        let Some(folder) = folder else { return };
        let foreign =
            step.input("repository").map(Text::as_str).is_some_and(|name| is_foreign(repository, name, values));
        self.folders.retain(|(other, _)| *other != folder);
        self.folders.push((folder, foreign));
    }

    /// Tells whether another repository stands in a folder, and where the folder is in its own.
    pub(super) fn at<'folder>(&self, folder: &'folder str) -> (bool, &'folder str) {
        let within = |path: &str| match path {
            "" => Some(folder),
            path => folder.strip_prefix(path).filter(|rest| rest.is_empty() || rest.starts_with('/')),
        };
        let found = self.folders.iter().filter_map(|(path, foreign)| Some((path.len(), *foreign, within(path)?)));
        let nearest = found.max_by_key(|(length, ..)| *length);
        nearest.map_or((false, folder), |(_, foreign, rest)| (foreign, rest.trim_start_matches('/')))
    }
}

fn is_foreign(repository: &Repository, name: &str, values: &Values) -> bool {
    let known = values.unfold(name);
    let name = known.first().map_or(name, String::as_str);
    let is_name = !name.contains("${{") && name.matches('/').count() == 1;
    let address = format!("github.com/{name}").to_lowercase();
    let own = MANIFESTS.iter().filter_map(|path| repository.text(path));
    is_name && !own.into_iter().any(|file| file.text.to_lowercase().contains(&address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_checkout_counts() {
        let folders = vec![("other".to_owned(), true), (String::new(), false), ("other/own".to_owned(), false)];
        let checkouts = Checkouts { folders };
        assert_eq!(checkouts.at("src"), (false, "src"));
        assert_eq!(checkouts.at("other/src"), (true, "src"));
        assert_eq!(checkouts.at("others"), (false, "others"));
        assert_eq!(checkouts.at("other/own/src"), (false, "src"));
        assert_eq!(Checkouts::default().at("a"), (false, "a"));
    }
}
