//! The steps of one job from GitHub's API, while it runs or later.

use super::api_runs::FetchError;
use super::runs;
use crate::github::records::Answer;
use crate::github::{Client, Route};
use crate::model::repository_name::RepositoryName;
use crate::model::resources::Mark;
use crate::model::run::{Runs, Step};

/// Reads when the steps of a job began and ended.
///
/// # Errors
/// The request failed, or the answer is no job.
pub fn fetch(client: &Client, repository: &RepositoryName, job: u64) -> Result<Vec<Mark>, FetchError> {
    let route = Route::repository(repository).part("actions/jobs").number(job);
    let mut found = Runs::default();
    runs::take(&mut found, Answer::Job(client.get(&route)?), Some(&repository.to_string()))?;
    let steps = found.jobs.into_values().flat_map(|job| job.steps);
    Ok(steps.filter_map(mark).collect())
}

/// Skipped steps never began.
fn mark(step: Step) -> Option<Mark> {
    Some(Mark { start: step.started_at?, end: step.completed_at, name: step.name })
}
