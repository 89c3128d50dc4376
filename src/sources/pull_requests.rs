//! Which pull request a run was for, as GitHub itself says.

use serde::Deserialize;

use super::event::TriggeringRun;
use crate::github::{Client, RequestError, Route};
use crate::model::repository_name::RepositoryName;

#[derive(Deserialize)]
struct Listed {
    number: u64,
    head: Tip,
}

#[derive(Deserialize)]
struct Tip {
    sha: String,
}

/// The pull request of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// This one.
    Number(u64),
    /// The pull request has commits that the run has not seen.
    MovedOn(u64),
    /// None that is open.
    Nothing,
}

/// Finds the open pull request that a run was for. The event names none where it comes from a fork, and
/// nothing that the run itself left behind can be believed: what is asked for is the branch, and the
/// commit must be the run's.
///
/// # Errors
/// See [`RequestError`].
pub fn of_run(client: &Client, repository: &RepositoryName, run: &TriggeringRun) -> Result<Asked, RequestError> {
    let full_name = run.head_repository.as_ref().and_then(|head| head.full_name.as_deref()).unwrap_or_default();
    let owner = full_name.split('/').next().unwrap_or_default();
    let Some(branch) = run.head_branch.as_deref().filter(|_| !owner.is_empty()) else { return Ok(Asked::Nothing) };
    let route = Route::repository(repository).part("pulls").query("state", "open");
    let listed: Vec<Listed> =
        client.get(&route.query("head", &format!("{owner}:{branch}")).query("per_page", "100"))?;
    if let Some(same) = listed.iter().find(|pull| pull.head.sha == run.head_sha) {
        return Ok(Asked::Number(same.number));
    }
    Ok(listed.first().map_or(Asked::Nothing, |pull| Asked::MovedOn(pull.number)))
}
