//! Which repository stands in which folder of a job: tests of another one say nothing about this.

use crate::detectors::values::Values;
use crate::model::repository::{Repository, join, name_of};
use crate::model::workflow::Step;
use crate::model::yaml::Text;
use crate::shell::Command;

/// The repositories that a job has checked out so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Checkouts {
    /// Folders with whether another repository stands there; the later one of the same folder counts.
    folders: Vec<(String, bool)>,
}

/// Options of `git clone` that take a value.
const VALUED: &[&str] = &["-b", "--branch", "--depth", "-o", "--origin", "-c", "--config", "-j", "--jobs", "--filter"];

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
        self.fill(folder, foreign);
    }

    /// Takes note of `git clone` and `gh repo clone`, which run in a folder.
    pub(super) fn cloned(&mut self, repository: &Repository, folder: &str, command: &Command) {
        let texts = command.texts();
        let rest = match texts.as_slice() {
            ["git", "clone", rest @ ..] => rest,
            ["gh", "repo", "clone", rest @ ..] => rest.split(|word| *word == "--").next().unwrap_or_default(),
            _ => return,
        };
        let mut is_value = false;
        let mut words = rest.iter().filter(|word| {
            let skipped = std::mem::replace(&mut is_value, VALUED.contains(word));
            !skipped && !word.starts_with('-')
        });
        let Some(address) = words.next() else { return };
        let own = ["github.repository", "GITHUB_REPOSITORY"].iter().any(|name| address.contains(name));
        let name = address.trim_end_matches('/').trim_end_matches(".git");
        let name = name.rsplit_once("github.com").map_or(name, |(_, name)| name.trim_start_matches(['/', ':']));
        let is_here = name.starts_with('.') || name.starts_with('/');
        let is_named_elsewhere = name.contains("://") || is_foreign(repository, name, &Values::default());
        let target = words.next().copied().unwrap_or_else(|| name_of(name));
        if let Some(path) = join(folder, target).filter(|_| !is_here) {
            self.fill(path, !own && is_named_elsewhere);
        }
    }

    fn fill(&mut self, folder: String, foreign: bool) {
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
    fn clones_are_checkouts() {
        for (script, folder, foreign) in [
            ("git clone https://github.com/a/b.git", "b", true),
            ("git clone --depth 1 -b x git@github.com:a/b .", "", true),
            ("git clone https://gitlab.com/a/b/c d", "d", true),
            ("gh repo clone a/b -- --depth 1", "b", true),
            ("git clone https://x@github.com/${{ github.repository }} own", "own", false),
            ("git clone . copy", "copy", false),
            ("git fetch https://github.com/a/b", "b", false),
        ] {
            let mut checkouts = Checkouts::default();
            for command in crate::shell::commands(script) {
                checkouts.cloned(&Repository::default(), "", &command);
            }
            assert_eq!(checkouts.at(folder).0, foreign, "{script}");
        }
    }

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
