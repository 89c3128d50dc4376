//! A branch on GitHub, by its API: by one GraphQL mutation where that can be, else object by object.
//!
//! What is read are git's own objects, which never change, so each is asked for once. A file that is
//! read is held against the size that its folder names: an answer without the file must never pass
//! for an empty file.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use serde::Deserialize;

use super::{Branch, BranchError, Draft, Entry, EntryKind, Past, Written, words};
use crate::github::{Client, RequestError, Route};
use crate::model::branch_name::BranchName;
use crate::model::identity::Identity;
use crate::model::repository_name::RepositoryName;
use crate::model::repository_path::RepositoryPath;

mod git_data;
mod mutation;
mod pull_request;

pub use pull_request::{MergeMethod, PullRequest, Requested};

/// A branch of a repository on GitHub.
#[derive(Debug)]
pub struct Api {
    client: Client,
    repository: RepositoryName,
    branch: BranchName,
    how: How,
    /// The folders that were read, by the names that git gives them or the commits they are of.
    trees: RefCell<BTreeMap<String, Rc<BTreeMap<String, Entry>>>>,
}

/// How commits are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// By GraphQL where that can be.
    Best,
    /// By GraphQL alone, but for what no mutation can do: begin a branch, or replace its history.
    GraphQl,
    /// By the git data API.
    GitData,
}

#[derive(Deserialize)]
struct Reference {
    object: Named,
}

#[derive(Deserialize)]
struct Named {
    sha: String,
}

#[derive(Deserialize)]
struct About {
    default_branch: String,
}

#[derive(Deserialize)]
struct Tree {
    tree: Vec<Item>,
    #[serde(default)]
    truncated: bool,
}

#[derive(Deserialize)]
struct Item {
    path: String,
    mode: String,
    sha: String,
    size: Option<u64>,
}

#[derive(Deserialize)]
struct Commit {
    message: String,
    tree: Named,
    parents: Vec<Named>,
}

impl Api {
    /// Takes the connection, the repository, and its branch.
    pub fn new(client: Client, repository: RepositoryName, branch: BranchName, how: How) -> Self {
        Self { client, repository, branch, how, trees: RefCell::default() }
    }

    /// Returns the name and the address of whom the token stands for.
    ///
    /// # Errors
    /// See [`BranchError`].
    pub fn viewer(&self) -> Result<Identity, BranchError> {
        mutation::viewer(&self.client)
    }

    fn route(&self) -> Route {
        Route::repository(&self.repository)
    }

    /// Asks where a branch is; nothing where there is none.
    fn head_of(&self, branch: &str) -> Result<Option<String>, BranchError> {
        let route = self.route().part("git/ref").text(&format!("heads/{branch}"))?;
        let reference: Option<Reference> = found(self.client.get(&route))?;
        Ok(reference.map(|reference| reference.object.sha))
    }

    /// Reads the folder that a commit or a tree is; nothing where it is not known.
    fn tree(&self, id: &str) -> Result<Option<Rc<BTreeMap<String, Entry>>>, BranchError> {
        if let Some(tree) = self.trees.borrow().get(id) {
            return Ok(Some(Rc::clone(tree)));
        }
        let route = self.route().part("git/trees").text(id)?;
        let Some(tree) = found::<Tree>(self.client.get(&route))? else { return Ok(None) };
        let tree = Rc::new(entries(tree, "", id)?);
        self.trees.borrow_mut().insert(id.to_owned(), Rc::clone(&tree));
        Ok(Some(tree))
    }

    /// Finds what stands at a path, part by part.
    fn find<'path>(&self, commit: &str, parts: impl Iterator<Item = &'path str>) -> Result<Option<Entry>, BranchError> {
        let mut here = Entry { kind: EntryKind::Folder, id: commit.to_owned(), size: None };
        for part in parts {
            if here.kind != EntryKind::Folder {
                return Ok(None);
            }
            let entry = self.tree(&here.id)?.and_then(|tree| tree.get(part).cloned());
            let Some(entry) = entry else { return Ok(None) };
            here = entry;
        }
        Ok(Some(here))
    }

    fn commit(&self, id: &str) -> Result<Commit, BranchError> {
        Ok(self.client.get(&self.route().part("git/commits").text(id)?)?)
    }
}

impl Branch for Api {
    fn head(&self) -> Result<Option<String>, BranchError> {
        let head = self.head_of(self.branch.as_str())?;
        if head.is_none() {
            // It makes a difference whether only the branch is missing, or the whole repository.
            self.default_branch()?;
        }
        Ok(head)
    }

    fn knows(&self, commit: &str) -> Result<bool, BranchError> {
        Ok(self.tree(commit)?.is_some())
    }

    fn files(&self, commit: &str, folder: &str) -> Result<BTreeMap<String, Entry>, BranchError> {
        let parts = folder.split('/').filter(|part| !part.is_empty());
        let Some(entry) = self.find(commit, parts)? else { return Ok(BTreeMap::new()) };
        if entry.kind != EntryKind::Folder {
            let kind = entry.kind.words();
            return Err(BranchError::Shape(format!("`{folder}` is not a folder on the branch, but {kind}")));
        }
        let route = self.route().part("git/trees").text(&entry.id)?.query("recursive", "1");
        let tree: Tree = self.client.get(&route)?;
        let mut files = entries(tree, folder, commit)?;
        files.retain(|_, entry| entry.kind != EntryKind::Folder);
        Ok(files)
    }

    fn entry(&self, commit: &str, path: &RepositoryPath) -> Result<Option<Entry>, BranchError> {
        self.find(commit, path.parts())
    }

    fn read(&self, path: &str, entry: &Entry) -> Result<Vec<u8>, BranchError> {
        let bytes = self.client.bytes(&self.route().part("git/blobs").text(&entry.id)?)?;
        let length = bytes.len() as u64;
        match entry.size {
            Some(size) if size != length => {
                Err(BranchError::Shape(format!("{path} was read with {length} bytes, but the branch has {size}")))
            }
            Some(_) | None => Ok(bytes),
        }
    }

    fn past(&self, commit: &str) -> Result<Past, BranchError> {
        let Commit { message, parents, .. } = self.commit(commit)?;
        let parents = parents.into_iter().map(|parent| parent.sha).collect();
        Ok(Past { parents, message })
    }

    fn default_branch(&self) -> Result<Option<String>, BranchError> {
        Ok(Some(self.client.get::<About>(&self.route())?.default_branch))
    }

    fn write(&self, draft: &Draft<'_>, made: &mut Option<String>) -> Result<Written, BranchError> {
        let objection = mutation::objection(draft);
        match (self.how, objection) {
            (How::Best | How::GraphQl, None) => self.write_by_mutation(draft, made),
            (How::GraphQl, Some(objection)) if !objection.is_inherent => {
                let reason = objection.reason;
                Err(BranchError::Shape(format!("GraphQL cannot commit this: {reason}; `--via git-data` can")))
            }
            (How::GitData, _) => self.write_by_objects(draft, made, None),
            (How::Best | How::GraphQl, Some(objection)) => {
                let note = format!("not by GraphQL: {}", objection.reason);
                self.write_by_objects(draft, made, Some(note))
            }
        }
    }
}

/// Takes a tree's entries, by their paths below the root.
fn entries(tree: Tree, folder: &str, id: &str) -> Result<BTreeMap<String, Entry>, BranchError> {
    if tree.truncated {
        let folder = if folder.is_empty() { "the root" } else { folder };
        let message = format!("{folder} at {id} has more files than the API lists: use `--via git`");
        return Err(BranchError::Shape(message));
    }
    let mut entries = BTreeMap::new();
    for Item { path, mode, sha, size } in tree.tree {
        let path = if folder.is_empty() { path } else { format!("{folder}/{path}") };
        let Some(entry) = Entry::from_mode(&mode, sha, size) else {
            return Err(BranchError::Shape(format!("`{path}` on the branch has the unknown mode {mode}")));
        };
        entries.insert(path, entry);
    }
    Ok(entries)
}

/// Makes nothing of what is not there. A repository without a commit answers with a conflict, and a
/// name that no object can have with an objection.
fn found<T>(answer: Result<T, RequestError>) -> Result<Option<T>, RequestError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(RequestError::Refused { status: 404 | 409 | 422, .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Finds out why a change was refused. Rules and moved branches share statuses, so the words decide.
fn refusal(error: RequestError) -> BranchError {
    match &error {
        RequestError::Refused { status, message, .. } => {
            let told = || format!("{status}: {message}");
            match status {
                403 | 409 | 422 if words::is_protection(message) => BranchError::Protected(told()),
                409 if message.contains("is empty") => BranchError::Shape(
                    "the repository has no commit yet, and the API cannot make its first one: push one".to_owned(),
                ),
                403 | 404 => BranchError::Forbidden(error.to_string()),
                409 => BranchError::Overtaken(told()),
                422 if words::is_overtaking(message) => BranchError::Overtaken(told()),
                _ => BranchError::Request(error),
            }
        }
        RequestError::Denied { kind, message, .. } => match kind.as_str() {
            "STALE_DATA" => BranchError::Overtaken(message.clone()),
            "BRANCH_PROTECTION_RULE_VIOLATION" => BranchError::Protected(message.clone()),
            _ if words::is_overtaking(message) => BranchError::Overtaken(message.clone()),
            _ if words::is_protection(message) => BranchError::Protected(message.clone()),
            "FORBIDDEN" | "INSUFFICIENT_SCOPES" | "NOT_FOUND" => BranchError::Forbidden(error.to_string()),
            _ => BranchError::Request(error),
        },
        RequestError::Address(_)
        | RequestError::Setup(_)
        | RequestError::TokenShape
        | RequestError::Unreachable { .. }
        | RequestError::RateLimited { .. }
        | RequestError::Unreadable { .. }
        | RequestError::ForeignPage { .. } => BranchError::Request(error),
    }
}
