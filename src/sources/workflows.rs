//! Finds and reads workflows and action manifests.

use std::path::{Path, PathBuf};

use super::repository::{self, ReadError};
use super::yaml;
use crate::model::place::LineIndex;
use crate::model::source_file::{Content, Kind, SourceFile};
use crate::model::workflow::{Action, Workflow};
use crate::model::yaml::{Node, Value};

/// Lists the workflows and action manifests below a folder, in order of their path. Workflows
/// count in every `.github/workflows`, since monorepos and templates have more than one.
pub fn find(folder: &Path) -> Vec<PathBuf> {
    repository::files_that(folder, |path| kind_by_path(path).is_some())
}

/// Tells from its path whether a file is a workflow or an action manifest.
fn kind_by_path(path: &Path) -> Option<Kind> {
    let in_workflows = path.parent()?.ends_with(".github/workflows");
    let is_yaml = path.extension().is_some_and(|extension| extension == "yml" || extension == "yaml");
    // A workflow may have the name of a manifest.
    if in_workflows && is_yaml {
        return Some(Kind::Workflow);
    }
    let name = path.file_name()?.to_str()?;
    matches!(name, "action.yml" | "action.yaml").then_some(Kind::Action)
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
        (None, kind) => Content::Nothing(kind),
    };
    document.issues.sort_by_key(|issue| issue.span);
    SourceFile { lines: LineIndex::new(&text), path, text, document, content }
}

fn kind_by_keys(root: &Node) -> Kind {
    if root.get("runs").is_some() && root.get("jobs").is_none() { Kind::Action } else { Kind::Workflow }
}
