//! Which versions a repository's files state, and where its changelog is.

use super::dynamic_versions::dynamic_version;
use super::facts::Facts;
use super::files::package_json;
use crate::detectors::purpose::is_for_tests;
use crate::model::place::Position;
use crate::model::repository::{folder_of, has_ending, name_of};

/// A version that a file states.
#[derive(Clone, Copy, Debug)]
pub(super) struct Version<'facts> {
    /// The manifest that states it, or says which file does.
    pub(super) manifest: &'facts str,
    pub(super) path: &'facts str,
    pub(super) position: Position,
    pub(super) text: &'facts str,
}

/// Manifests that state a version, in lower case, those first that say most about a repository.
const MANIFESTS: &[&str] = &[
    "cargo.toml",
    "package.json",
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
    "pom.xml",
    "composer.json",
    "gradle.properties",
    "build.gradle",
    "build.gradle.kts",
    "mix.exs",
    "pubspec.yaml",
    "galaxy.yml",
    "directory.build.props",
    "version",
    "version.txt",
    "version.rb",
    "chart.yaml",
];

/// What stands before a version in a manifest, in lower case and without quotes and `<`.
const KEYS: &[&str] = &["version", "appversion", "versionprefix", "packageversion", "project.version"];

impl Facts<'_> {
    /// Returns the versions that manifests state: those at the root, or else, nearest first, those below.
    pub(super) fn versions(&self) -> Vec<Version<'_>> {
        let rank = |path: &str| {
            let name = name_of(path).to_lowercase();
            let is_project = has_ending(&name, &["csproj", "fsproj", "gemspec", "podspec"]);
            let known = MANIFESTS.iter().position(|manifest| *manifest == name);
            known.or_else(|| is_project.then_some(MANIFESTS.len()))
        };
        let own = self.repository.texts.iter().filter(|(path, _)| !is_for_tests(path) && !is_of_site(path));
        let says = |path: &str| {
            let package = (name_of(path) == "package.json").then(|| package_json(self.repository, path)).flatten();
            // A package of a workspace that is never published has a version that says nothing.
            let is_private = |package: &serde_json::Value| {
                path.contains('/') && package.get("private") == Some(&serde_json::Value::Bool(true))
            };
            package.is_none_or(|package| !is_private(&package) && !only_lists_tools(&package))
        };
        let own = own.filter(|(path, _)| says(path));
        let ranked = own.filter_map(|(path, file)| Some((path.matches('/').count(), rank(path)?, path, file)));
        let mut manifests: Vec<_> = ranked.collect();
        manifests.sort_by_key(|(depth, rank, path, _)| (*depth, *rank, path.as_str()));
        let mut found: Vec<Version<'_>> = Vec::new();
        let mut deepest = None;
        for (depth, _, path, file) in manifests {
            // What stands below the root is of parts.
            if !found.is_empty() && (deepest.is_some_and(|deepest| depth > deepest)) {
                break;
            }
            let own = stated(path, &file.text);
            if own.is_empty() {
                found.extend(dynamic_version(self.repository, path, &file.text));
            }
            found.extend(own);
            deepest = deepest.or_else(|| (!found.is_empty()).then_some(depth));
        }
        found
    }

    /// Returns the path of the changelog: at the root, or where documents are.
    pub(super) fn changelog(&self) -> Option<&str> {
        let own = self.repository.paths.iter().map(String::as_str);
        let mut found: Vec<&str> = own.filter(|path| is_changelog(path) && self.has_entries(path)).collect();
        found.sort_by_key(|path| path.matches('/').count());
        found.first().copied()
    }

    /// Returns the changelogs that stand beside the manifests of packages below the root, with what those state.
    pub(super) fn package_changelogs(&self) -> Vec<(&str, Version<'_>)> {
        let versions = self.versions().into_iter().filter(|version| version.manifest.contains('/'));
        let beside = |folder: &str| {
            let mut own = self.repository.paths.iter().filter(|path| folder_of(path) == folder);
            own.find(|path| is_changelog(name_of(path)) && self.has_entries(path))
        };
        versions.filter_map(|version| Some((beside(folder_of(version.manifest))?.as_str(), version))).collect()
    }

    /// Tells whether a file that may be a changelog by its name is one: a page about releases only by headings with
    /// versions.
    fn has_entries(&self, path: &str) -> bool {
        if !name_of(path).to_lowercase().starts_with("releases") {
            return true;
        }
        let is_entry = |line: &str| {
            let heading = line.starts_with(['#', '=']) || line.starts_with(|first: char| first.is_ascii_digit());
            let parts = line.split(|character: char| !(character.is_ascii_digit() || character == '.'));
            heading && parts.into_iter().any(|part| part.trim_matches('.').split('.').count() >= 2)
        };
        self.repository.text(path).is_some_and(|file| file.text.lines().any(is_entry))
    }
}

/// Tells whether a path is in a folder of documentation or of a site, whose versions are a theme's or its own.
fn is_of_site(path: &str) -> bool {
    let folders = ["docs", "doc", "documentation", "website", "site", "www"];
    folder_of(&path.to_lowercase()).split('/').any(|folder| folders.contains(&folder))
}

/// Tells whether a package only lists tools, such as those for end-to-end tests: it is none then.
fn only_lists_tools(package: &serde_json::Value) -> bool {
    let keys = ["main", "module", "exports", "bin", "files", "dependencies", "workspaces", "private"];
    let runs = |name: &str| package.get("scripts").is_some_and(|scripts| scripts.get(name).is_some());
    package.get("devDependencies").is_some()
        && keys.iter().all(|key| package.get(key).is_none())
        && !["build", "start", "dev"].into_iter().any(runs)
}

/// Tells whether a path is a changelog's.
pub(super) fn is_changelog(path: &str) -> bool {
    let lower = path.to_lowercase();
    let (folder, name) = lower.rsplit_once('/').unwrap_or(("", &lower));
    let stem: String = name.split('.').next().unwrap_or_default().replace(['-', '_'], "");
    let is_document = !name.contains('.') || has_ending(name, &["md", "rst", "txt", "adoc", "markdown", "org"]);
    let names = ["changelog", "changes", "history", "news", "releases", "releasenotes", "whatsnew"];
    is_document && matches!(folder, "" | "docs" | "doc") && names.contains(&stem.as_str())
}

/// Returns the versions that a manifest states, line by line; those of its dependencies stand deeper, or on a line with
/// their name.
fn stated<'facts>(path: &'facts str, text: &'facts str) -> Vec<Version<'facts>> {
    let is_plain = name_of(path).to_lowercase().split('.').next() == Some("version") && !has_ending(path, &["rb"]);
    let mut found = Vec::new();
    let mut inside: Option<String> = None;
    for (index, line) in text.lines().enumerate() {
        if is_about_others(line, &mut inside) && has_ending(path, &["xml"]) {
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        let value = if is_plain { Some(line.trim()) } else { value(line) };
        let value = value.map(|value| value.strip_prefix('v').unwrap_or(value));
        let value = value.filter(|value| value.starts_with(|first: char| first.is_ascii_digit()));
        let is_first_of_its_kind = found.is_empty() || has_ending(path, &["yaml"]) && indent == 0;
        if let Some(text) = value.filter(|_| is_first_of_its_kind) {
            found.push(Version {
                manifest: path,
                path,
                position: Position { line: index + 1, column: indent + 1 },
                text,
            });
        }
    }
    found
}

/// Tells whether a line of a `pom.xml` stands in an element that is about other projects, given the one that is open.
fn is_about_others(line: &str, inside: &mut Option<String>) -> bool {
    let others = ["parent", "dependencies", "dependencyManagement", "build", "profiles", "reporting"];
    if inside.is_none() {
        *inside = others.iter().find(|name| line.contains(&format!("<{name}>"))).map(|name| format!("</{name}>"));
    }
    let is_inside = inside.is_some();
    inside.take_if(|end| line.contains(end.as_str()));
    is_inside
}

/// Returns what a line gives a key that states a version.
fn value(line: &str) -> Option<&str> {
    let trimmed = line.trim().trim_start_matches(['"', '\'', '<', ':', '@']);
    let end = trimmed.find(|character: char| !(character.is_ascii_alphanumeric() || character == '.'))?;
    let (key, rest) = (trimmed.get(..end)?, trimmed.get(end..)?);
    // `s.version = "1.2.3"` of a gemspec.
    let key = key.to_ascii_lowercase();
    let key = if KEYS.contains(&key.as_str()) { key.as_str() } else { key.rsplit_once('.')?.1 };
    if !KEYS.contains(&key) {
        return None;
    }
    let rest = rest.trim_start_matches(['"', '\'', '>', ' ', ':', '=', '\t']);
    let end = rest.find(['"', '\'', '<', ',', ' ', '#', '\t']).unwrap_or(rest.len());
    rest.get(..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str, text: &str) -> Vec<String> {
        stated(path, text).into_iter().map(|version| version.text.to_owned()).collect()
    }

    #[test]
    fn manifests_of_many_kinds_state_versions() {
        for (path, text, expected) in [
            ("Cargo.toml", "[package]\nversion = \"1.2.3\"\n[dependencies]\na = { version = \"2\" }\n", vec!["1.2.3"]),
            ("Cargo.toml", "[package]\nversion.workspace = true\n", vec![]),
            ("package.json", "{\n  \"version\": \"0.1.0\",\n", vec!["0.1.0"]),
            (
                "pom.xml",
                "<project>\n<modelVersion>4.0.0</modelVersion>\n<version>1.0.0-SNAPSHOT</version>\n",
                vec!["1.0.0-SNAPSHOT"],
            ),
            (
                "pom.xml",
                "<parent>\n<version>4.0.3</version>\n</parent>\n<version>4.0.0-SNAPSHOT</version>\n",
                vec!["4.0.0-SNAPSHOT"],
            ),
            (
                "pom.xml",
                "<parent>\n<version>1.0</version></parent>\n<dependencies>\n<version>2.0</version>\n</dependencies>\n",
                vec![],
            ),
            (
                "helm/x/Chart.yaml",
                "apiVersion: v2\nversion: 2.18.5\nappVersion: v0.36.6\ndependencies:\n  - version: 1.x\n",
                vec!["2.18.5", "0.36.6"],
            ),
            ("build.gradle", "version = '0.9.1' // now\n", vec!["0.9.1"]),
            ("mix.exs", "      version: \"0.1.1\",\n", vec!["0.1.1"]),
            ("x.csproj", "    <Version>3.4.5</Version>\n", vec!["3.4.5"]),
            ("x.gemspec", "  s.version = '7.0.0'\n", vec!["7.0.0"]),
            ("VERSION", "v1.0.2\n", vec!["1.0.2"]),
            ("setup.py", "    version=VERSION,\n", vec![]),
            ("pyproject.toml", "target-version = \"py310\"\nversion = \"2024.1\"\n", vec!["2024.1"]),
        ] {
            assert_eq!(of(path, text), expected, "{path}");
        }
    }

    #[test]
    fn changelogs_go_by_many_names() {
        for path in ["RELEASE-NOTES.md", "CHANGES", "docs/changelog.rst", "HISTORY.md", "release_notes.txt", "NEWS"] {
            assert!(is_changelog(path), "{path}");
        }
        for path in ["src/history.md", "history.js", "releases.yml", "docs/a/changelog.md", "CHANGES_LOG.py"] {
            assert!(!is_changelog(path), "{path}");
        }
    }
}
