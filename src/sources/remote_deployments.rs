//! What GitHub knows of an environment's deployments, of a commit's checks and reviews, and of runs
//! that were started from here.

use std::ops::ControlFlow;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::github::records::{Run, RunsPage};
use crate::github::{Client, RequestError, Route, RouteError};
use crate::model::deployment::Shipped;
use crate::model::repository_name::RepositoryName;

/// The most entries of a page.
const PAGE: &str = "100";

/// A question that cannot be asked, or whose answer did not come.
#[derive(Debug, thiserror::Error)]
pub enum RemoteError {
    /// A name cannot be part of an address.
    #[error(transparent)]
    Route(#[from] RouteError),
    /// The request failed.
    #[error(transparent)]
    Request(#[from] RequestError),
}

/// A deployment as GitHub knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct RemoteDeployment {
    /// Its number.
    pub id: u64,
    /// The commit.
    pub commit: String,
    /// The branch, tag or commit that was asked for.
    pub reference: String,
    /// What it is called, where this program made it.
    pub version: Option<String>,
    /// Whether it brought something back.
    pub is_rollback: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// Its last state; `pending` where it has none.
    pub state: String,
    /// When it came to that.
    pub updated_at: Timestamp,
    /// The run that did it: its address.
    pub log_url: String,
    /// Where it can be seen.
    pub environment: String,
}

#[derive(Deserialize)]
struct Listed {
    id: u64,
    sha: String,
    #[serde(rename = "ref")]
    reference: String,
    #[serde(default)]
    task: String,
    environment: String,
    #[serde(default)]
    payload: Value,
    created_at: Timestamp,
}

#[derive(Deserialize)]
struct Status {
    state: String,
    created_at: Timestamp,
    #[serde(default)]
    log_url: Option<String>,
    #[serde(default)]
    target_url: Option<String>,
}

/// Reads the newest deployments of an environment, newest first, with their last states.
///
/// # Errors
/// See [`RemoteError`].
pub fn newest(
    client: &Client,
    repository: &RepositoryName,
    environment: &str,
    most: usize,
) -> Result<Vec<RemoteDeployment>, RemoteError> {
    let count = most.min(100).to_string();
    let route = Route::repository(repository).part("deployments");
    let route = route.query("environment", environment).query("per_page", &count);
    let listed: Vec<Listed> = client.get(&route)?;
    let routes: Vec<Route> = listed.iter().map(|listed| statuses(repository, listed.id)).collect();
    let states = client.lists::<Vec<Status>>(&routes);
    let together = listed.into_iter().zip(states).map(|(listed, pages)| {
        let last = pages?.into_iter().flatten().next();
        Ok(together(listed, last))
    });
    together.collect()
}

/// Reads the deployments that were made since a moment, newest first, with all their states; of those that are
/// `known` nothing but their numbers was read. Stops after so many as `most`.
///
/// # Errors
/// See [`RemoteError`].
pub fn since(
    client: &Client,
    repository: &RepositoryName,
    since: Timestamp,
    known: impl Fn(u64) -> bool,
    most: usize,
) -> Result<Vec<Shipped>, RemoteError> {
    let route = Route::repository(repository).part("deployments").query("per_page", PAGE);
    let mut listed: Vec<Listed> = Vec::new();
    // GitHub lists the newest first, and knows no other order.
    client.pages(&route, |page: Vec<Listed>| {
        let is_last = page.last().is_none_or(|last| last.created_at < since);
        listed.extend(page.into_iter().filter(|listed| listed.created_at >= since && !known(listed.id)));
        if is_last || listed.len() >= most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    listed.truncate(most);
    let routes: Vec<Route> = listed.iter().map(|listed| statuses(repository, listed.id)).collect();
    let states = client.lists::<Vec<Status>>(&routes);
    let shipped = listed.into_iter().zip(states).map(|(listed, pages)| {
        let told = pages?.into_iter().flatten().map(|status| (status.state, status.created_at));
        let mut statuses: Vec<(String, Timestamp)> = told.collect();
        statuses.reverse();
        let payload = payload(listed.payload);
        Ok(Shipped {
            id: listed.id,
            environment: listed.environment,
            reference: listed.reference,
            commit: listed.sha,
            version: version(&payload),
            rollback_of: payload.get("rollback_of").and_then(Value::as_u64),
            created_at: listed.created_at,
            statuses,
        })
    });
    shipped.collect()
}

fn statuses(repository: &RepositoryName, id: u64) -> Route {
    Route::repository(repository).part("deployments").number(id).part("statuses").query("per_page", PAGE)
}

/// Reads a payload: who writes one by hand may send it as a text.
fn payload(payload: Value) -> Value {
    payload.as_str().and_then(|text| serde_json::from_str(text).ok()).unwrap_or(payload)
}

fn version(payload: &Value) -> Option<String> {
    payload.get("version").and_then(Value::as_str).map(str::to_owned)
}

/// Reads one deployment.
///
/// # Errors
/// See [`RemoteError`].
pub fn one(client: &Client, repository: &RepositoryName, id: u64) -> Result<RemoteDeployment, RemoteError> {
    let route = Route::repository(repository).part("deployments").number(id);
    let listed: Listed = client.get(&route)?;
    let states: Vec<Status> = client.get(&statuses(repository, id))?;
    Ok(together(listed, states.into_iter().next()))
}

fn together(listed: Listed, last: Option<Status>) -> RemoteDeployment {
    let log_url = last.as_ref().and_then(|last| last.log_url.clone().or_else(|| last.target_url.clone()));
    RemoteDeployment {
        id: listed.id,
        commit: listed.sha,
        reference: listed.reference,
        version: version(&payload(listed.payload)),
        is_rollback: listed.task == "rollback",
        created_at: listed.created_at,
        updated_at: last.as_ref().map_or(listed.created_at, |last| last.created_at),
        state: last.map_or_else(|| "pending".to_owned(), |last| last.state),
        log_url: log_url.unwrap_or_default(),
        environment: listed.environment,
    }
}

/// A check of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Its name.
    pub name: String,
    /// How it ended; empty while it has not.
    pub conclusion: String,
}

#[derive(Deserialize)]
struct Checks {
    #[serde(default)]
    check_runs: Vec<CheckRun>,
}

#[derive(Deserialize)]
struct CheckRun {
    #[serde(default)]
    name: String,
    #[serde(default)]
    conclusion: Option<String>,
}

/// Reads the checks of a commit, the newest of each name.
///
/// # Errors
/// See [`RemoteError`].
pub fn checks(client: &Client, repository: &RepositoryName, commit: &str) -> Result<Vec<Check>, RemoteError> {
    let route = Route::repository(repository).part("commits").text(commit)?.part("check-runs");
    let mut found = Vec::new();
    client.pages(&route.query("per_page", PAGE), |page: Checks| {
        let check = |run: CheckRun| Check { name: run.name, conclusion: run.conclusion.unwrap_or_default() };
        found.extend(page.check_runs.into_iter().map(check));
        ControlFlow::Continue(())
    })?;
    Ok(found)
}

#[derive(Deserialize)]
struct Pull {
    number: u64,
    #[serde(default)]
    user: Option<Account>,
}

#[derive(Deserialize)]
struct Review {
    #[serde(default)]
    state: String,
    #[serde(default)]
    user: Option<Account>,
}

#[derive(Deserialize)]
struct Account {
    login: String,
}

/// Reads who has approved a pull request that holds a commit, sorted, without its author.
///
/// # Errors
/// See [`RemoteError`].
pub fn approvals(client: &Client, repository: &RepositoryName, commit: &str) -> Result<Vec<String>, RemoteError> {
    let route = Route::repository(repository).part("commits").text(commit)?.part("pulls");
    let pulls: Vec<Pull> = client.get(&route.query("per_page", PAGE))?;
    let mut names = Vec::new();
    for pull in pulls {
        let route = Route::repository(repository).part("pulls").number(pull.number).part("reviews");
        let author = pull.user.map(|user| user.login);
        let reviews: Vec<Review> = client.get(&route.query("per_page", PAGE))?;
        let approved = reviews.into_iter().filter(|review| review.state.eq_ignore_ascii_case("approved"));
        names.extend(
            approved
                .filter_map(|review| review.user)
                .map(|user| user.login)
                .filter(|name| Some(name) != author.as_ref()),
        );
    }
    names.sort();
    names.dedup();
    Ok(names)
}

/// Finds the runs of a workflow that were started by hand or by the API since a moment, newest first.
///
/// # Errors
/// See [`RemoteError`].
pub fn dispatched(
    client: &Client,
    repository: &RepositoryName,
    file: &str,
    since: Timestamp,
) -> Result<Vec<Run>, RemoteError> {
    let route = Route::repository(repository).part("actions/workflows").text(file)?.part("runs");
    let created = format!(">={}", since.strftime("%Y-%m-%dT%H:%M:%SZ"));
    let route = route.query("event", "workflow_dispatch").query("created", &created).query("per_page", "30");
    Ok(client.get::<RunsPage>(&route)?.workflow_runs)
}

/// Reads a run.
///
/// # Errors
/// See [`RemoteError`].
pub fn run(client: &Client, repository: &RepositoryName, id: u64) -> Result<Run, RemoteError> {
    Ok(client.get(&Route::repository(repository).part("actions/runs").number(id))?)
}

#[derive(Deserialize)]
struct About {
    default_branch: String,
}

/// Reads the name of the default branch.
///
/// # Errors
/// See [`RemoteError`].
pub fn default_branch(client: &Client, repository: &RepositoryName) -> Result<String, RemoteError> {
    Ok(client.get::<About>(&Route::repository(repository))?.default_branch)
}
