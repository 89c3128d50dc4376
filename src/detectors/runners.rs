//! The labels that a job asks its runner for.

use super::matrix;
use crate::model::workflow::Job;
use crate::model::yaml::{Node, Text};

/// Returns the labels in a job's `runs-on` that the file itself tells, those that come from the
/// matrix included.
pub fn labels(job: &Job) -> Vec<Text> {
    let Some(runs_on) = &job.runs_on else { return Vec::new() };
    let mut labels = Vec::new();
    for label in &runs_on.labels {
        if label.has_expression() {
            labels.extend(matrix::values(job, &label.value).into_iter().flat_map(Node::texts));
        } else {
            labels.push(label.clone());
        }
    }
    labels.retain(|label| !label.has_expression() && !label.value.is_empty());
    labels
}

/// Tells whether a job asks for its own runners: by the label or by a group.
pub fn is_self_hosted(job: &Job) -> bool {
    let is_own = |label: &Text| label.value.eq_ignore_ascii_case("self-hosted");
    job.runs_on.as_ref().is_some_and(|runs_on| runs_on.group.is_some() || runs_on.labels.iter().any(is_own))
}
