//! Tells GitHub of deployments, and starts workflows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::github::{Client, Method, RequestError, Route, RouteError};
use crate::model::repository_name::RepositoryName;

/// The most characters of a description that GitHub takes.
const DESCRIPTION: usize = 140;

/// Something GitHub was not told.
#[derive(Debug, thiserror::Error)]
pub enum TellError {
    /// A name cannot be part of an address.
    #[error(transparent)]
    Route(#[from] RouteError),
    /// The request failed.
    #[error(transparent)]
    Request(#[from] RequestError),
}

/// A deployment that is to be made.
#[derive(Clone, Copy, Debug)]
pub struct New<'text> {
    /// The branch, tag or commit.
    pub reference: &'text str,
    /// The environment.
    pub environment: &'text str,
    /// What it is called.
    pub version: &'text str,
    /// `deploy` or `rollback`.
    pub task: &'text str,
    /// The deployment that it takes back, where its number is known.
    pub rollback_of: Option<u64>,
    /// Whether users see the environment.
    pub is_production: bool,
}

#[derive(Serialize)]
struct NewFields<'text> {
    #[serde(rename = "ref")]
    reference: &'text str,
    environment: &'text str,
    task: &'text str,
    description: String,
    /// GitHub would merge the default branch into the one that is deployed.
    auto_merge: bool,
    /// Checks are judged before, by gates and the checklist.
    required_contexts: [&'static str; 0],
    production_environment: bool,
    payload: Payload<'text>,
}

/// What a later collection wants to know.
#[derive(Serialize)]
struct Payload<'text> {
    version: &'text str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rollback_of: Option<u64>,
}

#[derive(Deserialize)]
struct Made {
    id: u64,
}

/// Makes a deployment and returns its number.
///
/// # Errors
/// See [`TellError`].
pub fn create(client: &Client, repository: &RepositoryName, new: New<'_>) -> Result<u64, TellError> {
    let fields = NewFields {
        reference: new.reference,
        environment: new.environment,
        task: new.task,
        description: short(&format!("{} of {}", new.task, new.version)),
        auto_merge: false,
        required_contexts: [],
        production_environment: new.is_production,
        payload: Payload { version: new.version, rollback_of: new.rollback_of },
    };
    let made: Made = client.send(Method::Post, &Route::repository(repository).part("deployments"), &fields)?;
    Ok(made.id)
}

/// A state that a deployment has come to.
#[derive(Clone, Copy, Debug)]
pub struct NewStatus<'text> {
    /// The state's word.
    pub state: &'text str,
    /// Why, in a sentence; what is too long is cut.
    pub description: &'text str,
    /// The environment's address.
    pub environment_url: Option<&'text str>,
    /// The run's address.
    pub log_url: Option<&'text str>,
}

#[derive(Serialize)]
struct StatusFields<'text> {
    state: &'text str,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    environment_url: Option<&'text str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log_url: Option<&'text str>,
}

/// Gives a deployment a state.
///
/// # Errors
/// See [`TellError`].
pub fn status(
    client: &Client,
    repository: &RepositoryName,
    deployment: u64,
    status: NewStatus<'_>,
) -> Result<(), TellError> {
    let fields = StatusFields {
        state: status.state,
        description: short(status.description),
        environment_url: status.environment_url,
        log_url: status.log_url,
    };
    let route = Route::repository(repository).part("deployments").number(deployment).part("statuses");
    let _status: serde_json::Value = client.send(Method::Post, &route, &fields)?;
    Ok(())
}

#[derive(Serialize)]
struct Dispatch<'text> {
    #[serde(rename = "ref")]
    reference: &'text str,
    inputs: &'text BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    return_run_details: Option<bool>,
}

#[derive(Deserialize)]
struct Dispatched {
    workflow_run_id: u64,
}

/// Starts a workflow, which must have the trigger `workflow_dispatch`, and returns the number of its run; `None` from
/// older servers of somebody's own, which do not say.
///
/// # Errors
/// See [`TellError`].
pub fn dispatch(
    client: &Client,
    repository: &RepositoryName,
    file: &str,
    reference: &str,
    inputs: &BTreeMap<String, String>,
) -> Result<Option<u64>, TellError> {
    let route = Route::repository(repository).part("actions/workflows").text(file)?.part("dispatches");
    let ask = |return_run_details| {
        client.submit::<_, Dispatched>(Method::Post, &route, &Dispatch { reference, inputs, return_run_details })
    };
    let told = match ask(Some(true)) {
        // A key that the server does not know; nothing was started.
        Err(error) if error.status() == Some(422) && error.to_string().contains("return_run_details") => ask(None),
        told => told,
    };
    Ok(told?.map(|told| told.workflow_run_id))
}

fn short(text: &str) -> String {
    if text.chars().count() <= DESCRIPTION {
        return text.to_owned();
    }
    text.chars().take(DESCRIPTION - 1).chain(['…']).collect()
}
