//! Commits put together from git's own objects, and the branch moved to them at last.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::Serialize;

use super::{Api, Named, refusal};
use crate::github::{Method, RequestError};
use crate::model::committed::WayKind;
use crate::model::identity::Identity;
use crate::model::repository_path::RepositoryPath;
use crate::outputs::sinks::branch::{BranchError, Draft, Mode, NewFile, Written, blob_id};

#[derive(Serialize)]
struct NewBlob {
    content: String,
    encoding: &'static str,
}

#[derive(Serialize)]
struct NewTree<'draft> {
    #[serde(skip_serializing_if = "Option::is_none")]
    base_tree: Option<&'draft str>,
    tree: Vec<NewItem<'draft>>,
}

#[derive(Serialize)]
struct NewItem<'draft> {
    path: &'draft str,
    mode: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    /// The blob; none takes the path away.
    sha: Option<String>,
}

#[derive(Serialize)]
struct NewCommit<'draft> {
    message: &'draft str,
    tree: &'draft str,
    parents: Vec<&'draft str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<Person<'draft>>,
}

#[derive(Serialize)]
struct Person<'draft> {
    name: &'draft str,
    email: &'draft str,
}

#[derive(Serialize)]
struct NewReference<'draft> {
    #[serde(rename = "ref")]
    name: String,
    sha: &'draft str,
}

#[derive(Serialize)]
struct Moved<'draft> {
    sha: &'draft str,
    force: bool,
}

impl Api {
    pub(super) fn write_by_objects(
        &self,
        draft: &Draft<'_>,
        made: &mut Option<String>,
        note: Option<String>,
    ) -> Result<Written, BranchError> {
        let commit = self.objects(draft)?;
        *made = Some(commit.clone());
        match draft.expected {
            None => self.begin(&commit)?,
            Some(expected) if draft.is_rewriting() => self.replace(expected, &commit)?,
            Some(_) => self.advance(&commit)?,
        }
        Ok(Written { commit, by: WayKind::GitData, note })
    }

    /// Makes blobs, a tree and a commit, to which nothing leads yet.
    fn objects(&self, draft: &Draft<'_>) -> Result<String, BranchError> {
        let base = draft.base.map(|base| self.commit(base)).transpose()?.map(|commit| commit.tree.sha);
        let mut tree = Vec::new();
        for file in draft.files {
            let sha = Some(self.blob(file)?);
            tree.push(NewItem { path: file.path.as_str(), mode: file.mode.digits(), kind: "blob", sha });
        }
        let gone = draft.gone.iter().map(RepositoryPath::as_str);
        tree.extend(gone.map(|path| NewItem { path, mode: Mode::Plain.digits(), kind: "blob", sha: None }));
        let tree = match base {
            Some(base) if tree.is_empty() => base,
            base => {
                let new = NewTree { base_tree: base.as_deref(), tree };
                let made: Named = self.post("git/trees", &new)?;
                made.sha
            }
        };
        // Without an author GitHub signs what an app commits.
        let author = draft.author.map(|author: &Identity| Person { name: author.name(), email: author.email() });
        let parents = draft.parent.into_iter().collect();
        let commit: Named =
            self.post("git/commits", &NewCommit { message: draft.message, tree: &tree, parents, author })?;
        Ok(commit.sha)
    }

    /// Makes a blob, and checks that what arrived is what was sent.
    fn blob(&self, file: &NewFile) -> Result<String, BranchError> {
        let new = NewBlob { content: BASE64_STANDARD.encode(&file.bytes), encoding: "base64" };
        let blob: Named = self.post("git/blobs", &new)?;
        let expected = blob_id(&file.bytes);
        if blob.sha.len() == expected.len() && blob.sha != expected {
            let message = format!("{} did not arrive as it was sent: {} is not {expected}", file.path, blob.sha);
            return Err(BranchError::Declined(message));
        }
        Ok(blob.sha)
    }

    fn post<B: Serialize>(&self, part: &'static str, body: &B) -> Result<Named, BranchError> {
        self.client.send(Method::Post, &self.route().part(part), body).map_err(refusal)
    }

    /// Makes the branch.
    fn begin(&self, commit: &str) -> Result<(), BranchError> {
        let new = NewReference { name: self.branch.reference(), sha: commit };
        let made: Result<serde::de::IgnoredAny, _> =
            self.client.send(Method::Post, &self.route().part("git/refs"), &new);
        made.map(drop).map_err(refusal)
    }

    /// Moves the branch to a commit that continues it, and nowhere else.
    fn advance(&self, commit: &str) -> Result<(), BranchError> {
        let route = self.route().part("git/refs").text(&format!("heads/{}", self.branch))?;
        let moved: Result<serde::de::IgnoredAny, _> =
            self.client.send(Method::Patch, &route, &Moved { sha: commit, force: false });
        moved.map(drop).map_err(refusal)
    }

    /// Moves the branch to a commit that replaces where it is. Only GraphQL can compare before.
    fn replace(&self, expected: &str, commit: &str) -> Result<(), BranchError> {
        let error = match self.move_by_mutation(expected, commit) {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        // What a branch that has moved is refused with has no word of its own: ask.
        match (&error, self.head_of(self.branch.as_str())?) {
            (RequestError::Denied { .. }, Some(head)) if head == commit => Ok(()),
            (RequestError::Denied { .. }, head) if head.as_deref() != Some(expected) => {
                Err(BranchError::Overtaken(format!("it was at {expected} and is not any more")))
            }
            _ => Err(refusal(error)),
        }
    }
}
