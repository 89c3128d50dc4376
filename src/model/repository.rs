//! A repository's files, as far as a judgement of them needs.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::Problem;
use super::place::{LineIndex, Position};
use super::workflow::{Action, Workflow};
use super::yaml::{Document, Node};

/// What stands, as a key or a value, for what only the rendering of a template tells.
pub const UNKNOWN: &str = "__unknown__";

/// A repository's own files: those that are vendored, generated, examples or test data are left
/// out, since they say nothing about how the repository itself is built and run.
#[derive(Clone, Debug, Default)]
pub struct Repository {
    /// Every file's path, with slashes.
    pub paths: BTreeSet<String>,
    /// The files that were read as text.
    pub texts: BTreeMap<String, TextFile>,
    /// The workflows in `.github/workflows`.
    pub workflows: Vec<WorkflowFile>,
    /// The action manifests, by the folder they stand in; empty for the root.
    pub actions: BTreeMap<String, ActionFile>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// A text with the index of its lines and, for YAML, its documents.
#[derive(Clone, Debug)]
pub struct TextFile {
    /// The text.
    pub text: String,
    /// Where its lines start.
    pub lines: LineIndex,
    /// The documents of a YAML file; spans count from the start of the file.
    pub documents: Vec<Document>,
}

/// A workflow and where it stands.
#[derive(Clone, Debug)]
pub struct WorkflowFile {
    /// The path.
    pub path: String,
    /// The workflow.
    pub workflow: Workflow,
}

/// An action manifest and where it stands.
#[derive(Clone, Debug)]
pub struct ActionFile {
    /// The path.
    pub path: String,
    /// The manifest.
    pub action: Action,
}

impl TextFile {
    /// Takes a text without documents.
    pub fn new(text: String) -> Self {
        Self { lines: LineIndex::new(&text), text, documents: Vec::new() }
    }

    /// Returns the position of a byte.
    pub fn position(&self, offset: usize) -> Position {
        self.lines.position(&self.text, offset)
    }

    /// Returns the top nodes of the YAML documents.
    pub fn roots(&self) -> impl Iterator<Item = &Node> {
        self.documents.iter().filter_map(|document| document.root.as_ref())
    }

    /// Finds the first line, comments aside, that holds one of the words, without regard to case.
    pub fn line_with(&self, words: &[&str]) -> Option<(Position, &str)> {
        self.text.lines().enumerate().find_map(|(at, line)| {
            let lower = line.trim().to_lowercase();
            let is_comment = ["#", "//", "--", "<!--"].iter().any(|mark| lower.starts_with(mark));
            let found = words.iter().find_map(|word| lower.find(word));
            let found = found.filter(|_| !is_comment)?;
            let indent = line.chars().take_while(|character| character.is_whitespace()).count();
            let column = 1 + indent + lower.get(..found).map_or(0, |before| before.chars().count());
            Some((Position { line: at + 1, column }, line.trim()))
        })
    }
}

impl Repository {
    /// Returns a file that was read.
    pub fn text(&self, path: &str) -> Option<&TextFile> {
        self.texts.get(path)
    }

    /// Returns the position of a byte of a file that was read.
    pub fn position(&self, path: &str, offset: usize) -> Position {
        self.text(path).map_or(Position { line: 1, column: 1 }, |text| text.position(offset))
    }

    /// Finds the first path whose name without folders, in lower case, is accepted.
    pub fn find_name(&self, accept: impl Fn(&str) -> bool) -> Option<&str> {
        self.paths.iter().find(|path| accept(&name_of(path).to_lowercase())).map(String::as_str)
    }

    /// Returns the workflow at a path.
    pub fn workflow(&self, path: &str) -> Option<&WorkflowFile> {
        self.workflows.iter().find(|file| file.path == path)
    }
}

/// Returns a path's last part.
pub fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Returns a path's folder; empty for the root.
pub fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Tells whether a path ends like a file of one of the kinds, without regard to case.
pub fn has_ending(path: &str, endings: &[&str]) -> bool {
    let ending = name_of(path).rsplit_once('.').map(|(_, ending)| ending);
    ending.is_some_and(|ending| endings.iter().any(|other| ending.eq_ignore_ascii_case(other)))
}

/// Returns the path that a YAML file has once its template is filled in; nothing for one that is no template by its ending.
pub fn without_template(path: &str) -> Option<&str> {
    let (inner, ending) = path.rsplit_once('.')?;
    let is_template = ["erb", "j2", "jinja2", "tmpl", "tpl", "gotmpl"].contains(&ending);
    Some(inner).filter(|inner| is_template && has_ending(inner, &["yaml", "yml"]))
}

/// Resolves a relative path against a folder; `None` when it leaves the repository.
pub fn join(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        assert_eq!(join("a/b", "../c/./d").as_deref(), Some("a/c/d"));
        assert_eq!(join("", "./x").as_deref(), Some("x"));
        assert_eq!(join("a", "../../x"), None);
    }

    #[test]
    fn words_in_comments_are_not_found() {
        let text = TextFile::new("# hpa\n  ü hpa: 1\n".to_owned());
        assert_eq!(text.line_with(&["hpa"]), Some((Position { line: 2, column: 5 }, "ü hpa: 1")));
    }
}
