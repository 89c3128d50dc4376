//! Comments on pull requests and issues, and the issues themselves: found by their marker, changed in place.
//!
//! Whoever can write a comment can copy a marker. What is changed in place is therefore only what a bot
//! wrote, or somebody who may write to the repository.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use crate::github::{Client, Document, Method, RequestError, Route};
use crate::model::marker::{Marker, MarkerKind};
use crate::model::repository_name::RepositoryName;

/// The most entries of a page.
const PAGE: &str = "100";

/// How many pages of issues with one label are looked through.
const MOST_PAGES: usize = 10;

/// What GitHub calls those who may write to a repository.
const WRITERS: &[&str] = &["OWNER", "MEMBER", "COLLABORATOR"];

/// A comment or an issue that bears our marker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The comment's id, or the issue's number.
    pub number: u64,
    /// GraphQL's id.
    pub node: String,
    /// The address for people.
    pub url: String,
    /// What its first line says.
    pub marker: Marker,
    /// All of its text.
    pub body: String,
}

/// What is asked for: a kind and its key.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'text> {
    /// The kind.
    pub kind: MarkerKind,
    /// The key.
    pub key: &'text str,
}

#[derive(Deserialize)]
struct Entry {
    /// A comment's.
    #[serde(default)]
    id: u64,
    /// An issue's.
    number: Option<u64>,
    #[serde(default)]
    node_id: String,
    #[serde(default)]
    html_url: String,
    body: Option<String>,
    user: Option<Author>,
    author_association: Option<String>,
    /// There where an issue is a pull request.
    pull_request: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    labels: Vec<Label>,
}

#[derive(Deserialize)]
struct Author {
    #[serde(rename = "type", default)]
    kind: String,
}

#[derive(Deserialize)]
struct Label {
    #[serde(default)]
    name: String,
}

#[derive(Serialize)]
struct Text<'text> {
    body: &'text str,
}

impl Entry {
    fn found(self, wanted: Wanted<'_>) -> Option<Found> {
        let is_bot = self.user.as_ref().is_some_and(|user| user.kind == "Bot");
        let may_write = self.author_association.as_deref().is_some_and(|association| WRITERS.contains(&association));
        let marker = Marker::read(wanted.kind, wanted.key, self.body.as_deref().unwrap_or_default())?;
        let ours = (is_bot || may_write) && self.pull_request.is_none();
        ours.then(|| Found {
            number: self.number.unwrap_or(self.id),
            node: self.node_id,
            url: self.html_url,
            marker,
            body: self.body.unwrap_or_default(),
        })
    }
}

/// Finds the oldest comment with a marker. It mostly stands on the first page, behind which nothing is asked.
///
/// # Errors
/// See [`RequestError`].
pub fn comment(
    client: &Client,
    repository: &RepositoryName,
    pull: u64,
    wanted: Wanted<'_>,
) -> Result<Option<Found>, RequestError> {
    let route = Route::repository(repository).part("issues").number(pull).part("comments").query("per_page", PAGE);
    let mut found = None;
    client.pages(&route, |page: Vec<Entry>| {
        found = page.into_iter().find_map(|entry| entry.found(wanted));
        if found.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    Ok(found)
}

/// Writes a comment on a pull request or an issue; returns its id and address.
///
/// # Errors
/// See [`RequestError`].
pub fn add_comment(
    client: &Client,
    repository: &RepositoryName,
    on: u64,
    body: &str,
) -> Result<(u64, String), RequestError> {
    let route = Route::repository(repository).part("issues").number(on).part("comments");
    let made: Entry = client.send(Method::Post, &route, &Text { body })?;
    Ok((made.id, made.html_url))
}

/// Replaces a comment's text.
///
/// # Errors
/// See [`RequestError`].
pub fn change_comment(
    client: &Client,
    repository: &RepositoryName,
    comment: u64,
    body: &str,
) -> Result<(), RequestError> {
    let route = Route::repository(repository).part("issues/comments").number(comment);
    client.tell(Method::Patch, &route, &Text { body })
}

/// Takes a comment away.
///
/// # Errors
/// See [`RequestError`].
pub fn remove_comment(client: &Client, repository: &RepositoryName, comment: u64) -> Result<(), RequestError> {
    let route = Route::repository(repository).part("issues/comments").number(comment);
    client.tell(Method::Delete, &route, &())
}

/// Whether a comment is folded away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// All of it is seen.
    Shown,
    /// It is folded into one line, which says that it is resolved.
    Hidden,
}

const MINIMIZE: Document = Document {
    name: "minimizeComment",
    text: "mutation ($input: MinimizeCommentInput!) {
  minimizeComment(input: $input) { clientMutationId }
}",
};

const UNMINIMIZE: Document = Document {
    name: "unminimizeComment",
    text: "mutation ($input: UnminimizeCommentInput!) {
  unminimizeComment(input: $input) { clientMutationId }
}",
};

#[derive(Serialize)]
struct Input<'text> {
    input: Subject<'text>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Subject<'text> {
    subject_id: &'text str,
    #[serde(skip_serializing_if = "Option::is_none")]
    classifier: Option<&'static str>,
}

/// Folds a comment away, or shows it again. Only GraphQL can.
///
/// # Errors
/// See [`RequestError`].
pub fn set_visibility(client: &Client, node: &str, visibility: Visibility) -> Result<(), RequestError> {
    let (document, classifier) = match visibility {
        Visibility::Hidden => (MINIMIZE, Some("RESOLVED")),
        Visibility::Shown => (UNMINIMIZE, None),
    };
    let input = Input { input: Subject { subject_id: node, classifier } };
    client.graphql::<_, serde::de::IgnoredAny>(document, &input).map(drop)
}

/// Finds the open issues with a label and a marker, the oldest first. There is one, unless two runs opened
/// theirs at the same moment.
///
/// # Errors
/// See [`RequestError`].
pub fn issues(
    client: &Client,
    repository: &RepositoryName,
    label: &str,
    wanted: Wanted<'_>,
) -> Result<Vec<Found>, RequestError> {
    let route = Route::repository(repository).part("issues").query("labels", label).query("state", "open");
    let route = route.query("sort", "created").query("direction", "asc").query("per_page", PAGE);
    let (mut found, mut pages) = (Vec::new(), 0);
    client.pages(&route, |page: Vec<Entry>| {
        found.extend(page.into_iter().filter_map(|entry| entry.found(wanted)));
        pages += 1;
        if pages < MOST_PAGES { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    found.sort_by_key(|issue| issue.number);
    Ok(found)
}

/// An issue that is to be.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct NewIssue<'text> {
    /// The heading.
    pub title: &'text str,
    /// The text.
    pub body: &'text str,
    /// The labels; those that are missing GitHub makes.
    pub labels: &'text [String],
}

/// An issue that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Its number.
    pub number: u64,
    /// The address for people.
    pub url: String,
    /// Whether it bears the first label: GitHub leaves labels out without a word where the token may not
    /// set any.
    pub is_labelled: bool,
}

/// Opens an issue.
///
/// # Errors
/// See [`RequestError`].
pub fn open_issue(client: &Client, repository: &RepositoryName, new: NewIssue<'_>) -> Result<Opened, RequestError> {
    let made: Entry = client.send(Method::Post, &Route::repository(repository).part("issues"), &new)?;
    let is_labelled = new.labels.first().is_none_or(|label| made.labels.iter().any(|made| made.name == *label));
    Ok(Opened { number: made.number.unwrap_or(made.id), url: made.html_url, is_labelled })
}

/// Replaces an issue's text.
///
/// # Errors
/// See [`RequestError`].
pub fn change_issue(client: &Client, repository: &RepositoryName, issue: u64, body: &str) -> Result<(), RequestError> {
    client.tell(Method::Patch, &Route::repository(repository).part("issues").number(issue), &Text { body })
}

/// Why an issue is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// What it is about is over.
    Completed,
    /// There is another one.
    NotPlanned,
}

#[derive(Serialize)]
struct Closing<'text> {
    state: &'static str,
    state_reason: Reason,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'text str>,
}

/// Closes an issue, with its last text if there is one.
///
/// # Errors
/// See [`RequestError`].
pub fn close_issue(
    client: &Client,
    repository: &RepositoryName,
    issue: u64,
    (state_reason, body): (Reason, Option<&str>),
) -> Result<(), RequestError> {
    let closing = Closing { state: "closed", state_reason, body };
    client.tell(Method::Patch, &Route::repository(repository).part("issues").number(issue), &closing)
}
