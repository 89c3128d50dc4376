//! Reads what a scorecard looks at: one walk over a repository, within limits.

use std::path::Path;

use crate::model::finding::Problem;
use crate::model::repository::{ActionFile, Repository, TextFile, WorkflowFile, folder_of, name_of, without_template};
use crate::model::workflow::{Action, Workflow};
use crate::model::yaml::{Document, Node};

use super::{helm, named_programs, repository, yaml};

/// The files that are read at most; more are listed, but not looked into.
const MOST_FILES: usize = 20_000;

/// The largest file that is read; what criteria look into is far smaller.
pub(super) const MOST_BYTES: usize = 1 << 20;

/// The documents that a YAML file is read for at most.
const MOST_DOCUMENTS: usize = 64;

/// Folders whose files are not the repository's own work, or say nothing about how it is run.
const FOREIGN: &[&str] = &[
    "node_modules",
    "vendor",
    "vendor_jsonnet",
    "third_party",
    "third-party",
    "testdata",
    "fixtures",
    "__fixtures__",
    "test-fixtures",
    "examples",
    "example",
    "samples",
    "__snapshots__",
    "site-packages",
    "target",
    "test_data",
    "corpus",
];

/// Endings of text files that criteria look into.
const READ: &[&str] = &[
    "yml",
    "yaml",
    "toml",
    "tf",
    "tofu",
    "md",
    "rst",
    "txt",
    "adoc",
    "sh",
    "bash",
    "mod",
    "gradle",
    "kts",
    "xml",
    "csproj",
    "fsproj",
    "props",
    "cfg",
    "ini",
    "xctestplan",
    "bicep",
    "mk",
    "just",
    "mjs",
    "cjs",
    "gemspec",
    "podspec",
    "hcl",
    "tfvars",
    "conf",
    "dockerfile",
    "tpl",
    "env",
    "cmake",
    "jsonnet",
    "libsonnet",
];

/// Names of files without such an ending, in lower case.
const READ_NAMES: &[&str] = &[
    "package.json",
    "angular.json",
    "project.json",
    "lib.rs",
    "main.rs",
    "makefile",
    "gnumakefile",
    "justfile",
    ".justfile",
    "codeowners",
    "gemfile",
    "composer.json",
    "pipfile",
    "renovate.json",
    "renovate.json5",
    ".renovaterc",
    ".renovaterc.json",
    "security",
    "changelog",
    "changes",
    "history",
    "news",
    "releases",
    "release-notes",
    "release_notes",
    "version",
    "package.swift",
    "version.rb",
    "version.py",
    "_version.py",
    "__version__.py",
    "about.py",
    "__about__.py",
    "jest.config.js",
    "jest.config.ts",
    "vitest.config.ts",
    "vitest.config.js",
    "vitest.config.mts",
    "vitest.config.mjs",
    "vite.config.ts",
    "vite.config.js",
    "vite.config.mts",
    "vite.config.mjs",
    "eslint.config.js",
    "eslint.config.mjs",
    "eslint.config.cjs",
    "eslint.config.ts",
    ".eslintrc",
    ".eslintrc.js",
    ".eslintrc.cjs",
    ".eslintrc.json",
    ".nycrc",
    "nx.json",
    "turbo.json",
    "procfile",
    ".coveragerc",
    "cmakelists.txt",
    "deno.json",
    "deno.jsonc",
    "mix.exs",
    "brewfile",
    "config.ru",
    "setup.py",
    ".releaserc",
];

/// Reads a repository. What cannot be read is listed in its problems and stops nothing.
pub fn read(root: &Path) -> Repository {
    let mut found = Repository::default();
    for path in repository::files(root) {
        let relative = repository::relative(root, &path);
        let is_foreign = without_packages(folder_of(&relative)).split('/').any(|folder| FOREIGN.contains(&folder));
        if !is_foreign {
            if found.texts.len() < MOST_FILES && is_read(&relative) {
                take(&mut found, &relative, &path);
            }
            found.paths.insert(relative);
        }
    }
    named_programs::read(&mut found, |found, relative| {
        let text = repository::read(&root.join(relative)).ok().filter(|text| text.len() <= named_programs::MOST_BYTES);
        found.texts.extend(text.map(|text| (relative.to_owned(), TextFile::new(text))));
    });
    helm::read(&mut found, documents);
    found.workflows.sort_by(|left, right| left.path.cmp(&right.path));
    found
}

/// Returns a folder without what stands for packages of Java and its relatives in it: `org/example` is a name there.
fn without_packages(folder: &str) -> &str {
    let roots = ["java/", "kotlin/", "scala/", "groovy/"];
    let sources = ["src/main/", "src/test/"].iter().filter_map(|start| Some(folder.find(start)? + start.len()));
    let at = sources.filter(|at| folder.get(*at..).is_some_and(|rest| roots.iter().any(|root| rest.starts_with(root))));
    at.min().and_then(|at| folder.get(..at)).unwrap_or(folder)
}

/// Tells whether criteria may look into a file, by its path below the root.
pub(super) fn is_read(path: &str) -> bool {
    let name = name_of(path).to_lowercase();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let stem = name.split('.').next().unwrap_or_default();
    let dashboard = ending == "json" && (path.contains("dashboard") || path.contains("grafana"));
    let script = ending.is_empty()
        && ["script", "ci", "bin", ".ci", "hack", "support", "tool"]
            .iter()
            .any(|part| path.split('/').any(|folder| folder.starts_with(part)));
    // What starts a program, or migrates its database.
    let starts = matches!(name.as_str(), "program.cs" | "startup.cs" | "main.go");
    let migrates = stem.contains("migrat") && matches!(ending, "cs" | "go" | "rs" | "ts" | "js");
    // The version of a package in Python.
    let package = name == "__init__.py" && path.matches('/').count() <= 2;
    READ.contains(&ending)
        || starts
        || package
        || migrates
        || READ_NAMES.contains(&name.as_str())
        || matches!(stem, "dockerfile" | "containerfile" | "makefile")
        || matches!(stem, "rolldown" | "rollup" | "rspack" | "webpack") && name.contains(".config.")
        || ((ending == "js" || ending == "ts")
            && (path.contains("k6") || path.contains("load") || path.contains("perf")))
        || dashboard
        || script
        || without_template(path).is_some()
}

fn take(found: &mut Repository, relative: &str, path: &Path) {
    let text = match repository::read(path) {
        Ok(text) if text.len() <= MOST_BYTES => text,
        Ok(_) => {
            let message = format!("is larger than {} KiB and was not looked into", MOST_BYTES >> 10);
            found.problems.push(Problem { path: relative.to_owned(), message });
            return;
        }
        // A file without an ending may well be a program.
        Err(repository::ReadError::NotText { .. }) if !name_of(relative).contains('.') => return,
        Err(error) => {
            found.problems.push(Problem { path: relative.to_owned(), message: error.to_string() });
            return;
        }
    };
    let mut file = TextFile::new(text);
    // GoReleaser's own templates stand inside values.
    let is_template = !name_of(relative).contains("goreleaser")
        && (file.text.contains("{{-") || (relative.contains("templates/") && file.text.contains("{{")));
    if is_yaml(relative) && (!is_template || relative.starts_with(".github/")) {
        file.documents = documents(&file.text);
        judge_yaml(found, relative, &file);
    }
    found.texts.insert(relative.to_owned(), file);
}

fn is_yaml(path: &str) -> bool {
    matches!(path.rsplit_once('.'), Some((_, "yml" | "yaml")))
}

fn judge_yaml(found: &mut Repository, relative: &str, file: &TextFile) {
    let root: Option<&Node> = file.roots().next();
    let is_workflow = folder_of(relative) == ".github/workflows";
    let is_action = matches!(name_of(relative), "action.yml" | "action.yaml");
    if let Some(issue) = file.documents.iter().flat_map(|document| &document.issues).next() {
        let place = file.position(issue.span.start);
        // Other YAML may be a template or for a tool with a dialect of its own.
        if is_workflow || is_action {
            let message = format!("line {}, column {}: {}", place.line, place.column, issue.message);
            found.problems.push(Problem { path: relative.to_owned(), message });
        }
    }
    let Some(root) = root else { return };
    if is_workflow {
        let workflow = Workflow::new(root.clone());
        found.workflows.push(WorkflowFile { path: relative.to_owned(), workflow });
    } else if is_action {
        let action = ActionFile { path: relative.to_owned(), action: Action::new(root.clone()) };
        found.actions.insert(folder_of(relative).to_owned(), action);
    }
}

/// Reads all documents of a YAML file. What stands before one is blanked, so that its places
/// count from the start of the file.
fn documents(text: &str) -> Vec<Document> {
    let breaks = text.match_indices("\n---").map(|(at, _)| at + 1).filter(|at| {
        let after = text.as_bytes().get(at + 3);
        matches!(after, None | Some(b'\n' | b'\r' | b' '))
    });
    let mut starts = vec![0];
    starts.extend(breaks);
    starts.truncate(MOST_DOCUMENTS);
    let mut found = Vec::new();
    for (index, start) in starts.iter().enumerate() {
        let end = starts.get(index + 1).copied().unwrap_or(text.len());
        let (Some(before), Some(own)) = (text.get(..*start), text.get(*start..end)) else { continue };
        let blank: String = before.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect();
        found.push(yaml::parse(&(blank + own)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_documents_keep_their_places() {
        let text = "a: ü\n---\nb: 1\n---\nc: 2\n";
        let read = documents(text);
        let last = read.last().and_then(|document| document.root.as_ref()).unwrap();
        let key = &last.entries().first().unwrap().key;
        assert_eq!((read.len(), text.get(key.span.start..key.span.end)), (3, Some("c")));
    }
}
