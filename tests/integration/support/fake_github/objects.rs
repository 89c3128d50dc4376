//! Git's objects: files, folders and commits, which never change.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::reply::hexadecimal;
use super::shapes::blob_id;

/// Files by path.
pub(crate) type Files = BTreeMap<String, File>;

/// A file.
#[derive(Clone, Debug)]
pub(crate) struct File {
    /// What git calls the content.
    pub(crate) id: String,
    /// The mode's digits.
    pub(crate) mode: String,
    /// The content.
    pub(crate) content: Arc<Vec<u8>>,
}

/// A commit.
#[derive(Clone, Debug)]
pub(crate) struct Commit {
    /// All files.
    pub(crate) files: Files,
    /// What it continues.
    pub(crate) parents: Vec<String>,
    /// The message.
    pub(crate) message: String,
    /// Who wrote it, where somebody was named.
    pub(crate) author: Option<Value>,
}

/// All objects of a repository.
#[derive(Clone, Debug, Default)]
pub(crate) struct Objects {
    /// The commits.
    pub(crate) commits: BTreeMap<String, Commit>,
    /// Files that were made and are in no commit yet, by their ids.
    pub(super) blobs: BTreeMap<String, Arc<Vec<u8>>>,
    /// Folders: the files in them.
    pub(super) trees: BTreeMap<String, Files>,
}

/// Makes a file.
pub(super) fn file(content: &[u8]) -> File {
    File { id: blob_id(content), mode: "100644".to_owned(), content: Arc::new(content.to_vec()) }
}

impl Commit {
    /// Names the commit; two that are alike differ by what went before them.
    pub(super) fn id(&self, before: usize) -> String {
        let tree = tree_id(&self.files);
        let text = format!("{tree}{:?}{}{before}", self.parents, self.message);
        hexadecimal(text.as_bytes()).chars().take(40).collect()
    }
}

impl Objects {
    /// Keeps a commit.
    pub(super) fn add(&mut self, id: String, commit: Commit) -> String {
        self.commits.insert(id.clone(), commit);
        id
    }

    /// Keeps a folder, and returns its name.
    pub(super) fn tree(&mut self, files: Files) -> String {
        let id = tree_id(&files);
        self.trees.insert(id.clone(), files);
        id
    }

    /// Finds the files of a folder by its name, or by that of a commit.
    pub(super) fn files(&self, id: &str) -> Option<Files> {
        self.trees.get(id).or_else(|| self.commits.get(id).map(|commit| &commit.files)).cloned()
    }

    /// Returns a blob's content.
    pub(super) fn blob(&self, id: &str) -> Option<Arc<Vec<u8>>> {
        let made = self.blobs.get(id).cloned();
        let files = || self.commits.values().rev().flat_map(|commit| commit.files.values());
        made.or_else(|| files().find(|file| file.id == id).map(|file| Arc::clone(&file.content)))
    }

    /// Tells whether one commit continues another, however far.
    pub(super) fn continues(&self, later: &str, earlier: &str) -> bool {
        let mut waiting = vec![later];
        while let Some(id) = waiting.pop() {
            if id == earlier {
                return true;
            }
            waiting
                .extend(self.commits.get(id).into_iter().flat_map(|commit| commit.parents.iter().map(String::as_str)));
        }
        false
    }

    /// Lists a folder: its own entries, or all files below it and the folders on the way.
    pub(super) fn list(&mut self, files: &Files, all: bool) -> Vec<Value> {
        let mut entries = BTreeMap::new();
        for (path, file) in files {
            let folders: Vec<&str> = path.match_indices('/').map(|(at, _)| &path[..at]).collect();
            let shown = if all { folders.len() } else { folders.len().min(1) };
            for folder in &folders[..shown] {
                entries.entry((*folder).to_owned()).or_insert_with(|| self.folder(files, folder));
            }
            if all || folders.is_empty() {
                entries.insert(path.clone(), entry(path, file));
            }
        }
        entries.into_values().collect()
    }

    fn folder(&mut self, files: &Files, path: &str) -> Value {
        let above = format!("{path}/");
        let inside =
            files.iter().filter_map(|(path, file)| Some((path.strip_prefix(&above)?.to_owned(), file.clone())));
        let id = self.tree(inside.collect());
        json!({"path": path, "mode": "040000", "type": "tree", "sha": id})
    }
}

fn entry(path: &str, file: &File) -> Value {
    let kind = if file.mode == "160000" { "commit" } else { "blob" };
    json!({"path": path, "mode": file.mode, "type": kind, "sha": file.id, "size": file.content.len()})
}

fn tree_id(files: &Files) -> String {
    let lines: Vec<String> = files.iter().map(|(path, file)| format!("{} {} {path}\n", file.mode, file.id)).collect();
    hexadecimal(lines.concat().as_bytes()).chars().take(40).collect()
}
