//! Pull requests that were merged, as GitHub knows them.

use std::ops::ControlFlow;

use jiff::Timestamp;
use serde::Deserialize;

use super::remote_deployments::RemoteError;
use crate::github::{Client, Route};
use crate::model::delivery::Merged;
use crate::model::repository_name::RepositoryName;

/// The most entries of a page.
const PAGE: &str = "100";

/// How many requests one pull request takes: its commits, and its reviews.
const EACH: usize = 2;

#[derive(Deserialize)]
struct Listed {
    number: u64,
    #[serde(default)]
    user: Option<Account>,
    #[serde(default)]
    merge_commit_sha: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
    #[serde(default)]
    merged_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Account {
    login: String,
    #[serde(default, rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct Listing {
    commit: Commit,
}

#[derive(Deserialize)]
struct Commit {
    #[serde(default)]
    author: Option<Person>,
}

#[derive(Deserialize)]
struct Person {
    #[serde(default)]
    date: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Review {
    #[serde(default)]
    user: Option<Account>,
    #[serde(default)]
    submitted_at: Option<Timestamp>,
}

/// What is asked for: what was merged into a branch since a moment, but for what is known.
pub struct Wanted<'wanted> {
    /// The branch.
    pub base: &'wanted str,
    /// The moment.
    pub since: Timestamp,
    /// Tells whether a pull request is known by its number: nothing else is read of it.
    pub known: &'wanted dyn Fn(u64) -> bool,
    /// Tells how many requests may be spent still; `None` is any number.
    pub left: &'wanted dyn Fn() -> Option<usize>,
}

/// Reads the pull requests that were merged, those that changed last first. A request for every hundred
/// that were closed, and two for each that was merged and is not known; ends early where no more may be
/// spent, and the next call reads the others.
///
/// # Errors
/// See [`RemoteError`].
pub fn merged(client: &Client, repository: &RepositoryName, wanted: &Wanted<'_>) -> Result<Vec<Merged>, RemoteError> {
    let pulls = || Route::repository(repository).part("pulls");
    let route = pulls().query("state", "closed").query("base", wanted.base);
    // Merging is a change, so that no later page holds what was merged after the last change of this one.
    let route = route.query("sort", "updated").query("direction", "desc").query("per_page", PAGE);
    let may_spend = |requests: usize| (wanted.left)().is_none_or(|left| left >= requests);
    let mut listed: Vec<(Listed, Timestamp)> = Vec::new();
    client.pages(&route, |page: Vec<Listed>| {
        let is_last = page.last().is_none_or(|last| last.updated_at < wanted.since);
        let merged = page.into_iter().filter_map(|pull| pull.merged_at.map(|at| (pull, at)));
        listed.extend(merged.filter(|(pull, at)| *at >= wanted.since && !(wanted.known)(pull.number)));
        if is_last || !may_spend(1 + EACH * listed.len()) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    listed.truncate((wanted.left)().map_or(usize::MAX, |left| left / EACH));
    let below = |part: &'static str| {
        let route = |(pull, _): &(Listed, Timestamp)| pulls().number(pull.number).part(part).query("per_page", PAGE);
        listed.iter().map(route).collect::<Vec<Route>>()
    };
    let (commits, reviews) =
        (client.lists::<Vec<Listing>>(&below("commits")), client.lists::<Vec<Review>>(&below("reviews")));
    let read =
        listed.into_iter().zip(commits.into_iter().zip(reviews)).map(|((pull, merged_at), (commits, reviews))| {
            let written = commits?.into_iter().flatten().filter_map(|listing| listing.commit.author?.date);
            let reviewed =
                reviews?.into_iter().flatten().filter_map(|review| by_somebody_else(pull.user.as_ref(), review));
            let first_review_at = reviewed.min();
            Ok(Merged {
                number: pull.number,
                base: wanted.base.to_owned(),
                commit: pull.merge_commit_sha.unwrap_or_default(),
                created_at: pull.created_at,
                first_commit_at: written.min(),
                first_review_at,
                merged_at,
            })
        });
    read.collect()
}

/// Returns when somebody else than the author, and no program, wrote a review. Of an account
/// that is gone nobody knows whose it was.
fn by_somebody_else(author: Option<&Account>, review: Review) -> Option<Timestamp> {
    let by = review.user?;
    let is_author = author.is_some_and(|author| author.login == by.login);
    let is_program = by.kind == "Bot" || by.login.ends_with("[bot]");
    review.submitted_at.filter(|_| !is_author && !is_program)
}
