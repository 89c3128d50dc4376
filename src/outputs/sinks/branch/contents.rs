//! A branch on GitHub, by the contents API.
//!
//! Each file is a commit of its own, and is replaced only by who names the blob that is there
//! (<https://docs.github.com/rest/repos/contents>). The API cannot begin a branch with nothing:
//! one that is missing is made at the default branch's head.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};

use super::{Blob, Branch, BranchError, Draft, Head, Presence, words};
use crate::github::{Client, Method, RequestError, Route, RouteError};
use crate::model::branch_name::BranchName;
use crate::model::history::TableFile;
use crate::model::repository_name::RepositoryName;

/// The API lists no more of a folder's entries than these, and says nothing about it.
const MOST_ENTRIES: usize = 1000;

/// A branch of a repository.
#[derive(Debug)]
pub struct Contents {
    client: Client,
    repository: RepositoryName,
    branch: BranchName,
    /// The folder of the tables below the root, with slashes.
    folder: String,
    /// The default branch, where it is known already.
    default_branch: Option<String>,
}

#[derive(Deserialize)]
struct Reference {
    object: Object,
}

#[derive(Deserialize)]
struct Object {
    sha: String,
}

#[derive(Deserialize)]
struct About {
    default_branch: String,
}

#[derive(Deserialize)]
struct Entry {
    name: String,
    sha: String,
    size: u64,
    #[serde(rename = "type")]
    kind: String,
}

/// What a path holds: the entries of a folder, or one thing that is none.
#[derive(Deserialize)]
#[serde(untagged)]
enum Listing {
    Folder(Vec<Entry>),
    Other(serde::de::IgnoredAny),
}

#[derive(Serialize)]
struct NewReference<'draft> {
    #[serde(rename = "ref")]
    name: String,
    sha: &'draft str,
}

#[derive(Serialize)]
struct NewContent<'draft> {
    message: String,
    content: String,
    branch: &'draft str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha: Option<&'draft str>,
}

#[derive(Deserialize)]
struct Written {
    commit: Object,
}

impl Contents {
    /// Takes the connection, the repository, its branch, and the folder of the tables below its
    /// root, with slashes.
    pub fn new(client: Client, repository: RepositoryName, branch: BranchName, folder: &str) -> Self {
        Self { client, repository, branch, folder: folder.to_owned(), default_branch: None }
    }

    /// Names the default branch, which spares a request where a branch is to be made.
    #[must_use]
    pub fn knowing_default_branch(mut self, name: Option<String>) -> Self {
        self.default_branch = name;
        self
    }

    /// Returns the client, for what its requests have cost.
    pub fn client(&self) -> &Client {
        &self.client
    }

    fn route(&self) -> Route {
        Route::repository(&self.repository)
    }

    /// Asks where a branch is; nothing where there is none.
    fn commit_of(&self, branch: &str) -> Result<Option<String>, BranchError> {
        let route = self.route().part("git/ref").text(&format!("heads/{branch}"))?;
        let reference: Option<Reference> = found(self.client.get(&route))?;
        Ok(reference.map(|reference| reference.object.sha))
    }

    fn default_commit(&self) -> Result<String, BranchError> {
        let about = || self.client.get::<About>(&self.route());
        let name = match &self.default_branch {
            Some(name) => name.clone(),
            None => about()?.default_branch,
        };
        if let Some(commit) = self.commit_of(&name)? {
            return Ok(commit);
        }
        // It makes a difference whether only the branch is missing, or the whole repository.
        let name = about()?.default_branch;
        Err(BranchError::Shape(format!("the default branch `{name}` has no commit that a new branch could begin at")))
    }

    /// Addresses a path below the tables' folder; nothing stands for the folder itself.
    fn contents(&self, below: &str) -> Result<Route, RouteError> {
        let parts = [self.folder.as_str(), below];
        let path = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
        let route = self.route().part("contents");
        if path.is_empty() { Ok(route) } else { route.text(&path) }
    }

    /// Lists a folder below that of the tables; one that is not there has no entries.
    fn list(&self, commit: &str, below: &str) -> Result<Vec<Entry>, BranchError> {
        let route = self.contents(below)?.query("ref", commit);
        let path = route.path().to_owned();
        match found(self.client.get(&route))? {
            None => Ok(Vec::new()),
            Some(Listing::Folder(entries)) if entries.len() < MOST_ENTRIES => Ok(entries),
            Some(Listing::Folder(_)) => {
                Err(BranchError::Shape(format!("{path} has more entries than the API lists: use `--via git`")))
            }
            Some(Listing::Other(_)) => {
                Err(BranchError::Shape(format!("{path} is not a folder, so no tables can be kept in it")))
            }
        }
    }

    fn put(&self, draft: &Draft<'_>, file: TableFile, bytes: &[u8]) -> Result<String, BranchError> {
        let path = file.to_string();
        let message = if draft.files.len() == 1 { draft.message.to_owned() } else { headed(draft.message, &path) };
        let content = NewContent {
            message,
            content: BASE64_STANDARD.encode(bytes),
            branch: self.branch.as_str(),
            sha: draft.head.files.get(&file).map(|blob| blob.id.as_str()),
        };
        let route = self.contents(&path)?;
        let written: Written = self.client.send(Method::Put, &route, &content).map_err(refusal)?;
        Ok(written.commit.sha)
    }
}

impl Branch for Contents {
    fn head(&self) -> Result<Head, BranchError> {
        let present = self.commit_of(self.branch.as_str())?;
        let presence = if present.is_some() { Presence::Present } else { Presence::Absent };
        let commit = present.map_or_else(|| self.default_commit(), Ok)?;
        let files = self.at(&commit)?;
        Ok(Head { presence, commit: Some(commit), files })
    }

    fn at(&self, commit: &str) -> Result<BTreeMap<TableFile, Blob>, BranchError> {
        let mut files = BTreeMap::new();
        let top = self.list(commit, "")?;
        let folders = |entries: &[Entry], digits: usize| -> BTreeSet<String> {
            let is_date = |name: &str| name.len() == digits && name.bytes().all(|byte| byte.is_ascii_digit());
            let dated = entries.iter().filter(|entry| entry.kind == "dir" && is_date(&entry.name));
            dated.map(|entry| entry.name.clone()).collect()
        };
        for year in folders(&top, 4) {
            for month in folders(&self.list(commit, &year)?, 2) {
                let folder = format!("{year}/{month}");
                collect(self.list(commit, &folder)?, &format!("{folder}/"), &mut files)?;
            }
        }
        collect(top, "", &mut files)?;
        Ok(files)
    }

    fn read(&self, commit: &str, file: TableFile, blob: &Blob) -> Result<Vec<u8>, BranchError> {
        let path = file.to_string();
        let bytes = self.client.bytes(&self.contents(&path)?.query("ref", commit))?;
        let length = bytes.len() as u64;
        match blob.size {
            // An answer without the file must never pass for an empty file.
            Some(size) if size != length => {
                Err(BranchError::Shape(format!("{path} was read with {length} bytes, but the branch has {size}")))
            }
            Some(_) | None => Ok(bytes),
        }
    }

    fn write(&self, draft: &Draft<'_>, commits: &mut Vec<String>) -> Result<(), BranchError> {
        if let (Presence::Absent, Some(commit)) = (draft.head.presence, &draft.head.commit) {
            let new = NewReference { name: self.branch.reference(), sha: commit };
            let made: Result<serde::de::IgnoredAny, _> =
                self.client.send(Method::Post, &self.route().part("git/refs"), &new);
            made.map_err(refusal)?;
        }
        for (file, bytes) in draft.files {
            commits.push(self.put(draft, *file, bytes)?);
        }
        Ok(())
    }
}

/// Adds the tables of one folder.
fn collect(entries: Vec<Entry>, folder: &str, files: &mut BTreeMap<TableFile, Blob>) -> Result<(), BranchError> {
    for entry in entries {
        let path = format!("{folder}{}", entry.name);
        let Some(file) = TableFile::from_path(&path) else { continue };
        if entry.kind != "file" {
            return Err(BranchError::Shape(format!("`{path}` is not a file on the branch, but a {}", entry.kind)));
        }
        files.insert(file, Blob { id: entry.sha, size: Some(entry.size) });
    }
    Ok(())
}

/// Adds a file's name to the first line of a message.
fn headed(message: &str, path: &str) -> String {
    match message.split_once('\n') {
        Some((headline, body)) => format!("{headline} ({path})\n{body}"),
        None => format!("{message} ({path})"),
    }
}

/// Makes nothing of what is not there.
fn found<T>(answer: Result<T, RequestError>) -> Result<Option<T>, RequestError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(RequestError::Refused { status: 404, .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Finds out why a change was refused. Rulesets and stale blobs share a status, so the words
/// decide.
fn refusal(error: RequestError) -> BranchError {
    let RequestError::Refused { status, message, .. } = &error else { return BranchError::Request(error) };
    let told = || format!("{status}: {message}");
    match status {
        403 | 409 | 422 if words::is_protection(message) => BranchError::Protected(told()),
        403 | 404 => BranchError::Forbidden(error.to_string()),
        409 => BranchError::Overtaken(told()),
        422 if message.contains("sha") || words::is_overtaking(message) => BranchError::Overtaken(told()),
        _ => BranchError::Request(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_name_joins_the_headline() {
        assert_eq!(headed("Update", "a.csv"), "Update (a.csv)");
        assert_eq!(headed("Update\n\nmore", "a.csv"), "Update (a.csv)\n\nmore");
    }
}
