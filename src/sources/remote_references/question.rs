//! What GitHub is asked about references, each with one request, and what its answers mean.

use serde::Deserialize;

use super::round::Trouble;
use crate::github::{Client, NamedCommit, RequestError, Route};
use crate::model::remote::{CommitHash, RefKind, RemoteReference, Resolution};
use crate::model::repository_name::RepositoryName;

/// The names on a page of a list.
pub(super) const PAGE: usize = 100;

/// What is to be asked.
#[derive(Clone, Debug)]
pub(super) enum Question {
    /// Which commit a reference leads to.
    Commit {
        /// The reference.
        reference: RemoteReference,
        /// The mark of the answer that is known from before.
        etag: Option<String>,
    },
    /// How a pin stands to a branch; `HEAD` is the default one.
    Compare {
        /// The pin.
        reference: RemoteReference,
        /// The branch.
        base: String,
    },
    /// Whether a branch or a tag has the very name of a reference.
    Named {
        /// The reference.
        reference: RemoteReference,
        /// Which of both.
        kind: RefKind,
    },
    /// The branches or the tags of a repository.
    List {
        /// The repository.
        repository: RepositoryName,
        /// Which of both.
        kind: RefKind,
        /// The page, from 1.
        page: usize,
    },
}

/// What came back.
#[derive(Clone, Debug)]
pub(super) enum Found {
    /// The commit.
    Commit(NamedCommit),
    /// The commit that is known from before.
    Unchanged,
    /// How a pin stands to a branch.
    Compared(Relation),
    /// Whether there is a branch or a tag of the name.
    Named(bool),
    /// Names of branches or tags with their commits.
    Listed(Vec<(String, CommitHash)>),
    /// No commit, and why.
    Nothing(Resolution),
}

/// How a commit stands to a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    /// The branch holds it.
    Within,
    /// It does not.
    Apart,
    /// GitHub cannot tell.
    Unknown,
}

/// What a comparison answers.
#[derive(Debug, Deserialize)]
struct Comparison {
    status: String,
}

/// A branch or a tag of a list.
#[derive(Debug, Deserialize)]
struct Named {
    name: String,
    commit: Commit,
}

#[derive(Debug, Deserialize)]
struct Commit {
    sha: String,
}

/// A branch or a tag with its full name.
#[derive(Debug, Deserialize)]
struct Ref {
    #[serde(rename = "ref")]
    name: String,
}

/// Asks a question.
pub(super) fn ask(client: &Client, question: &Question) -> Result<Found, Trouble> {
    match question {
        Question::Commit { reference, etag } => commit(client, reference, etag.as_deref()),
        Question::Compare { reference, base } => compare(client, reference, base),
        Question::Named { reference, kind } => named(client, reference, *kind),
        Question::List { repository, kind, page } => list(client, repository, *kind, *page),
    }
}

fn commit(client: &Client, reference: &RemoteReference, etag: Option<&str>) -> Result<Found, Trouble> {
    let route = Route::repository(&reference.repository).part("commits").text(&reference.reference);
    let Ok(route) = route else { return Ok(Found::Nothing(Resolution::NoReference)) };
    match client.commit(&route, etag) {
        Ok(Some(named)) => Ok(Found::Commit(named)),
        Ok(None) => Ok(Found::Unchanged),
        Err(error) => meaning(error).map(Found::Nothing),
    }
}

/// Compares without the files that differ, which stand on the first page alone.
fn compare(client: &Client, reference: &RemoteReference, base: &str) -> Result<Found, Trouble> {
    let range = format!("{base}...{}", reference.reference);
    let route = Route::repository(&reference.repository).part("compare").text(&range);
    let Ok(route) = route else { return Ok(Found::Compared(Relation::Unknown)) };
    match client.get::<Comparison>(&route.query("per_page", "1").query("page", "2")) {
        Ok(Comparison { status }) => Ok(Found::Compared(match status.as_str() {
            "identical" | "behind" => Relation::Within,
            "ahead" | "diverged" => Relation::Apart,
            _ => Relation::Unknown,
        })),
        Err(RequestError::Refused { status: 404, message, .. }) if message.starts_with("No common ancestor") => {
            Ok(Found::Compared(Relation::Apart))
        }
        Err(error) => match meaning(error)? {
            Resolution::NotChecked(why) => Ok(Found::Nothing(Resolution::NotChecked(why))),
            Resolution::Commit(_) | Resolution::NoReference | Resolution::NoRepository => {
                Ok(Found::Compared(Relation::Unknown))
            }
        },
    }
}

fn named(client: &Client, reference: &RemoteReference, kind: RefKind) -> Result<Found, Trouble> {
    let name = format!("{}/{}", kind.folder(), reference.reference);
    let route = Route::repository(&reference.repository).part("git/matching-refs").text(&name);
    let Ok(route) = route else { return Ok(Found::Named(false)) };
    // What begins with the name is listed as well.
    let wanted = format!("refs/{name}");
    match client.get::<Vec<Ref>>(&route) {
        Ok(refs) => Ok(Found::Named(refs.iter().any(|found| found.name == wanted))),
        Err(error) => meaning(error).map(Found::Nothing),
    }
}

fn list(client: &Client, repository: &RepositoryName, kind: RefKind, page: usize) -> Result<Found, Trouble> {
    let route = Route::repository(repository).part(match kind {
        RefKind::Branch => "branches",
        RefKind::Tag => "tags",
    });
    let route = route.query("per_page", &PAGE.to_string()).query("page", &page.to_string());
    match client.get::<Vec<Named>>(&route) {
        Ok(page) => {
            let names = page.into_iter().filter_map(|named| Some((named.name, CommitHash::new(&named.commit.sha)?)));
            Ok(Found::Listed(names.collect()))
        }
        Err(error) => meaning(error).map(Found::Nothing),
    }
}

/// Tells what an error says about the reference, and what about the connection.
fn meaning(error: RequestError) -> Result<Resolution, Trouble> {
    match error {
        RequestError::Refused { status: 404, .. } => Ok(Resolution::NoRepository),
        // The repository is empty.
        RequestError::Refused { status: 409, .. } => Ok(Resolution::NoReference),
        RequestError::Refused { status: 422, message, .. } if message.starts_with("No commit found") => {
            Ok(Resolution::NoReference)
        }
        // Of this one thing nothing can be known: it is blocked, or behind an organization's sign-on.
        RequestError::Refused { status: status @ (402..=499), message, .. } => {
            Ok(Resolution::NotChecked(format!("GitHub answered {status}: {message}")))
        }
        RequestError::RateLimited { kind, until, .. } => {
            let until = until.map(|until| format!(", more at {until}")).unwrap_or_default();
            Err(Trouble::Limited(format!("{kind}{until}")))
        }
        RequestError::Refused { .. }
        | RequestError::Denied { .. }
        | RequestError::Address(_)
        | RequestError::Setup(_)
        | RequestError::TokenShape
        | RequestError::Unreachable { .. }
        | RequestError::Unreadable { .. }
        | RequestError::ForeignPage { .. } => Err(Trouble::Failed(error)),
    }
}
