//! The pull request of a branch: one that is opened, and kept.

use serde::{Deserialize, Serialize};

use super::{Api, refusal};
use crate::github::{Document, Method};
use crate::model::branch_name::BranchName;
use crate::outputs::sinks::branch::BranchError;

/// How a pull request is merged once it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum MergeMethod {
    /// By a commit of both.
    Merge,
    /// As one commit.
    Squash,
    /// Commit by commit.
    Rebase,
}

/// What a pull request is to be.
#[derive(Clone, Debug)]
pub struct PullRequest<'text> {
    /// The branch that it asks to be merged into.
    pub base: &'text BranchName,
    /// The heading of a new one.
    pub title: &'text str,
    /// The text of a new one.
    pub body: &'text str,
    /// Whether it is merged by itself, and how.
    pub auto_merge: Option<MergeMethod>,
}

/// A pull request that is open.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Requested {
    number: u64,
    html_url: String,
    node_id: String,
    #[serde(default)]
    auto_merge: Option<serde_json::Map<String, serde_json::Value>>,
}

const ENABLE_AUTO_MERGE: Document = Document {
    name: "enablePullRequestAutoMerge",
    text: "mutation ($input: EnablePullRequestAutoMergeInput!) {
  enablePullRequestAutoMerge(input: $input) { clientMutationId }
}",
};

#[derive(Serialize)]
struct New<'text> {
    title: &'text str,
    head: &'text str,
    base: &'text str,
    body: &'text str,
}

#[derive(Serialize)]
struct Input {
    input: Enable,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Enable {
    pull_request_id: String,
    merge_method: MergeMethod,
}

impl Requested {
    /// Returns the number.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Returns the address for people.
    pub fn address(&self) -> &str {
        &self.html_url
    }
}

impl Api {
    /// Finds the open pull request of the branch.
    ///
    /// # Errors
    /// See [`BranchError`].
    pub fn requested(&self, base: &BranchName) -> Result<Option<Requested>, BranchError> {
        let full = self.repository.to_string();
        let owner = full.split('/').next().unwrap_or_default();
        let head = format!("{owner}:{}", self.branch);
        let route = self.route().part("pulls").query("state", "open").query("head", &head);
        let open: Vec<Requested> = self.client.get(&route.query("base", base.as_str()))?;
        Ok(open.into_iter().next())
    }

    /// Opens the branch's pull request unless it is open, and has it merged by itself if that is
    /// asked for.
    ///
    /// # Errors
    /// See [`BranchError`].
    pub fn request(&self, wanted: &PullRequest<'_>) -> Result<Requested, BranchError> {
        let open = if let Some(open) = self.requested(wanted.base)? {
            open
        } else {
            let PullRequest { base, title, body, .. } = wanted;
            let new = New { title, head: self.branch.as_str(), base: base.as_str(), body };
            self.client.send(Method::Post, &self.route().part("pulls"), &new).map_err(refusal)?
        };
        if let Some(merge_method) = wanted.auto_merge.filter(|_| open.auto_merge.is_none()) {
            let input = Enable { pull_request_id: open.node_id.clone(), merge_method };
            let done = self.client.graphql::<_, serde::de::IgnoredAny>(ENABLE_AUTO_MERGE, &Input { input });
            done.map_err(refusal)?;
        }
        Ok(open)
    }
}
