//! The files of a job that hold what others wrote.

use std::collections::BTreeMap;

use super::trail::Flows;

/// What is known of a job's files.
#[derive(Clone, Debug, Default)]
pub(super) struct Files {
    /// What scripts wrote, by path as written.
    written: BTreeMap<String, Flows>,
    /// Folders that hold files of strangers, with who decides what they hold.
    foreign: Vec<(String, Flows)>,
}

/// Folders beyond which nobody looks: a job with more of them is no longer one that a person wrote.
const MOST_FOLDERS: usize = 16;

impl Files {
    /// Tells whether none holds what others wrote.
    pub(super) fn are_clean(&self) -> bool {
        self.foreign.is_empty() && self.written.is_empty()
    }

    /// Takes a folder that is filled with files of strangers; an empty path is the workspace.
    pub(super) fn fill(&mut self, folder: &str, flows: Flows) {
        if !flows.is_empty() && self.foreign.len() < MOST_FOLDERS {
            self.foreign.push((plain(folder).to_owned(), flows));
        }
    }

    /// Takes what a script writes to a file. What may not happen takes nothing away.
    pub(super) fn write(&mut self, path: &str, flows: Flows, is_certain: bool) {
        let takes_away = is_certain && (!self.foreign.is_empty() || self.written.contains_key(plain(path)));
        if !flows.is_empty() || takes_away {
            self.written.insert(plain(path).to_owned(), flows);
        }
    }

    /// Returns who decides what a word stands for that may be a file: one that looks like a path.
    pub(super) fn perhaps(&self, word: &str) -> Flows {
        let is_path = !word.contains([' ', '(', '|', '=']) && word.contains(['.', '/']) && plain(word) != ".";
        if is_path || self.written.contains_key(plain(word)) { self.read(word) } else { Flows::default() }
    }

    /// Returns who decides what a file holds.
    pub(super) fn read(&self, path: &str) -> Flows {
        let path = plain(path);
        if let Some(flows) = self.written.get(path) {
            return flows.clone();
        }
        let mut all = Flows::default();
        let is_relative = !path.is_empty() && !path.starts_with(['-', '/', '$', '~']);
        let is_inside = |folder: &str| {
            let rest = path.strip_prefix(folder);
            rest.is_some_and(|rest| folder.is_empty() || rest.is_empty() || rest.starts_with('/'))
        };
        for (_, flows) in self.foreign.iter().filter(|(folder, _)| is_relative && is_inside(folder)) {
            all.add(flows);
        }
        all
    }
}

/// Writes a path as seen from the workspace.
fn plain(path: &str) -> &str {
    let workspace = ["${{ github.workspace }}/", "$GITHUB_WORKSPACE/", "${GITHUB_WORKSPACE}/", "./"]
        .into_iter()
        .find_map(|start| path.strip_prefix(start));
    workspace.unwrap_or(path).trim_end_matches('/')
}
