//! Commits by GraphQL: verified, and refused unless the branch is where it is said to be.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};

use super::{Api, refusal};
use crate::github::{Client, Document, RequestError};
use crate::model::committed::WayKind;
use crate::model::identity::Identity;
use crate::outputs::sinks::branch::{BranchError, Draft, Mode, Written};

/// The most bytes of files that one mutation is given: GitHub turns away requests of about 50 MB, which
/// are 37.5 MB of files in base64.
const MOST_BYTES: usize = 36_000_000;

const CREATE_COMMIT: Document = Document {
    name: "createCommitOnBranch",
    text: "mutation ($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid } }
}",
};

const UPDATE_REFS: Document = Document {
    name: "updateRefs",
    text: "mutation ($input: UpdateRefsInput!) {
  updateRefs(input: $input) { clientMutationId }
}",
};

const REPOSITORY: Document = Document {
    name: "repository",
    text: "query ($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) { id }
}",
};

const VIEWER: Document = Document { name: "viewer", text: "query { viewer { login databaseId } }" };

/// Why no mutation can commit a draft.
pub(super) struct Objection {
    pub(super) reason: String,
    /// Whether no mutation ever could.
    pub(super) is_inherent: bool,
}

/// Says why a draft has to go another way.
pub(super) fn objection(draft: &Draft<'_>) -> Option<Objection> {
    let inherent = |reason: &str| Some(Objection { reason: reason.to_owned(), is_inherent: true });
    let other = |reason: String| Some(Objection { reason, is_inherent: false });
    if draft.expected.is_none() {
        return inherent("no mutation begins a branch");
    }
    if !draft.is_addition() {
        return inherent("no mutation replaces a part of a branch's history");
    }
    let bytes: usize = draft.files.iter().map(|file| file.bytes.len()).sum();
    if bytes > MOST_BYTES {
        return other(format!("{} MB are more than it takes", bytes / 1_000_000));
    }
    if let Some(file) = draft.files.iter().find(|file| file.mode == Mode::Executable) {
        return other(format!("{} can be run, and it knows no modes", file.path));
    }
    draft.author.and_then(|author| other(format!("it takes no author, such as {}", author.name())))
}

#[derive(Serialize)]
struct Input<T> {
    input: T,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CreateCommit<'draft> {
    branch: Target<'draft>,
    expected_head_oid: &'draft str,
    file_changes: Changes<'draft>,
    message: Message<'draft>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Target<'draft> {
    repository_name_with_owner: String,
    branch_name: &'draft str,
}

#[derive(Serialize)]
struct Changes<'draft> {
    additions: Vec<Addition<'draft>>,
}

#[derive(Serialize)]
struct Addition<'draft> {
    path: &'draft str,
    contents: String,
}

#[derive(Serialize)]
struct Message<'draft> {
    headline: &'draft str,
    #[serde(skip_serializing_if = "str::is_empty")]
    body: &'draft str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreatedCommit {
    create_commit_on_branch: Created,
}

#[derive(Deserialize)]
struct Created {
    commit: Oid,
}

#[derive(Deserialize)]
struct Oid {
    oid: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UpdateRefs<'draft> {
    repository_id: &'draft str,
    ref_updates: Vec<RefUpdate<'draft>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RefUpdate<'draft> {
    name: String,
    before_oid: &'draft str,
    after_oid: &'draft str,
    force: bool,
}

#[derive(Deserialize)]
struct Found {
    repository: Id,
}

#[derive(Deserialize)]
struct Id {
    id: String,
}

#[derive(Deserialize)]
struct Viewed {
    viewer: Viewer,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Viewer {
    login: String,
    database_id: Option<u64>,
}

impl Api {
    pub(super) fn write_by_mutation(
        &self,
        draft: &Draft<'_>,
        made: &mut Option<String>,
    ) -> Result<Written, BranchError> {
        let additions = draft
            .files
            .iter()
            .map(|file| Addition { path: file.path.as_str(), contents: BASE64_STANDARD.encode(&file.bytes) });
        let (headline, body) = draft.message.split_once('\n').unwrap_or((draft.message, ""));
        let input = CreateCommit {
            branch: Target {
                repository_name_with_owner: self.repository.to_string(),
                branch_name: self.branch.as_str(),
            },
            expected_head_oid: draft.expected.unwrap_or_default(),
            file_changes: Changes { additions: additions.collect() },
            message: Message { headline, body: body.trim_start_matches('\n') },
        };
        let created: CreatedCommit = self.client.graphql(CREATE_COMMIT, &Input { input }).map_err(refusal)?;
        let commit = created.create_commit_on_branch.commit.oid;
        *made = Some(commit.clone());
        Ok(Written { commit, by: WayKind::GraphQl, note: None })
    }

    /// Moves the branch from one commit to another, wherever that is.
    pub(super) fn move_by_mutation(&self, expected: &str, commit: &str) -> Result<(), RequestError> {
        let repository_id = self.id()?;
        let update = RefUpdate { name: self.branch.reference(), before_oid: expected, after_oid: commit, force: true };
        let input = UpdateRefs { repository_id: &repository_id, ref_updates: vec![update] };
        self.client.graphql::<_, serde::de::IgnoredAny>(UPDATE_REFS, &Input { input }).map(drop)
    }

    fn id(&self) -> Result<String, RequestError> {
        #[derive(Serialize)]
        struct Variables<'name> {
            owner: &'name str,
            name: &'name str,
        }

        let full = self.repository.to_string();
        let (owner, name) = full.split_once('/').unwrap_or(("", &full));
        let found: Found = self.client.graphql(REPOSITORY, &Variables { owner, name })?;
        Ok(found.repository.id)
    }
}

/// Returns whom a token stands for, with the address that leads to the account.
pub(super) fn viewer(client: &Client) -> Result<Identity, BranchError> {
    let Viewed { viewer: Viewer { login, database_id } } =
        client.graphql(VIEWER, &serde_json::Map::new()).map_err(refusal)?;
    let email = match database_id {
        Some(id) => format!("{id}+{login}@users.noreply.github.com"),
        None => format!("{login}@users.noreply.github.com"),
    };
    Identity::new(&login, &email).map_err(|error| BranchError::Shape(error.to_string()))
}
