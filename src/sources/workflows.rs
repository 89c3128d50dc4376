//! Finds and reads workflows, action manifests, and what Dependabot and pre-commit are told.

use std::path::{Path, PathBuf};

use super::repository::{self, ReadError};
use super::yaml;
use crate::model::place::LineIndex;
use crate::model::source_file::{Content, Kind, SourceFile};
use crate::model::workflow::{Action, Workflow};
use crate::model::yaml::{Node, Value};

/// Lists the files below a folder that can be linted, in order of their path. Workflows count in every `.github/workflows`, since monorepos and templates have more than one.
pub fn find(folder: &Path) -> Vec<PathBuf> {
    let is_in_place = |path: &Path| path.parent().is_some_and(|folder| folder.ends_with(".github"));
    repository::files_that(folder, |path| match kind_by_path(path) {
        Some(Kind::Dependabot) => is_in_place(path),
        kind => kind.is_some(),
    })
}

/// Lists the workflows of a folder `.github/workflows`, in order of their path. What lies below it is none, and
/// links are not followed.
pub fn of_folder(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let files = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
    let mut paths: Vec<PathBuf> = files.map(|entry| entry.path()).collect();
    paths.retain(|path| kind_by_path(path) == Some(Kind::Workflow));
    paths.sort();
    paths
}

/// Tells from its path what a file is.
fn kind_by_path(path: &Path) -> Option<Kind> {
    let in_workflows = path.parent()?.ends_with(".github/workflows");
    let is_yaml = path.extension().is_some_and(|extension| extension == "yml" || extension == "yaml");
    // A workflow may have the name of a manifest.
    if in_workflows && is_yaml {
        return Some(Kind::Workflow);
    }
    let name = path.file_name()?.to_str()?;
    match name {
        "action.yml" | "action.yaml" => Some(Kind::Action),
        "dependabot.yml" | "dependabot.yaml" => Some(Kind::Dependabot),
        ".pre-commit-config.yml" | ".pre-commit-config.yaml" => Some(Kind::PreCommit),
        _ => None,
    }
}

/// Reads a file from disk.
///
/// # Errors
/// The file cannot be read as text; a text that is not YAML is an issue of its document.
pub fn read(root: &Path, path: &Path) -> Result<SourceFile, ReadError> {
    let text = repository::read(path)?;
    Ok(parse(repository::relative(root, path), text))
}

/// Makes a file of a text. What it is shows in its path; where that says nothing, in its keys;
/// and a file that shows neither is taken for a workflow, since somebody named it.
pub fn parse(path: String, text: String) -> SourceFile {
    let mut document = yaml::parse(&text);
    let by_path = kind_by_path(Path::new(&path));
    let root = document.root.clone().filter(|root| matches!(root.value, Value::Mapping(_)));
    let kind = by_path.unwrap_or_else(|| root.as_ref().map_or(Kind::Workflow, kind_by_keys));
    let content = match (root, kind) {
        (Some(root), Kind::Workflow) => Content::Workflow(Workflow::new(root)),
        (Some(root), Kind::Action) => Content::Action(Action::new(root)),
        (Some(root), Kind::Dependabot) => Content::Dependabot(root),
        (Some(root), Kind::PreCommit) => Content::PreCommit(root),
        (None, kind) => Content::Nothing(kind),
    };
    document.issues.sort_by_key(|issue| issue.span);
    SourceFile { lines: LineIndex::new(&text), path, text, document, content }
}

fn kind_by_keys(root: &Node) -> Kind {
    let has = |key: &str| root.get(key).is_some();
    match () {
        () if has("jobs") || has("on") => Kind::Workflow,
        () if has("runs") => Kind::Action,
        () if has("updates") => Kind::Dependabot,
        () if has("repos") => Kind::PreCommit,
        () => Kind::Workflow,
    }
}
