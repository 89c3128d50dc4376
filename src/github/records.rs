//! What the endpoints for runs and jobs answer, with just the fields that are used.
//!
//! Recorded answers come from many years and from servers that are not GitHub's own, so nothing
//! is taken for granted: every field may be missing, null, or of another type than the API's
//! description says, and then it is not known. Words are kept as they come.

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// What one endpoint answered.
#[derive(Clone, Debug)]
pub enum Answer {
    /// A page of a list of runs.
    Runs(RunsPage),
    /// One run, or one attempt of it.
    Run(Box<Run>),
    /// A page of a list of jobs.
    Jobs(JobsPage),
    /// One job.
    Job(Box<Job>),
}

/// A page of a list of runs.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RunsPage {
    /// How many runs there are on all pages.
    #[serde(deserialize_with = "lenient")]
    pub total_count: Option<u64>,
    /// The runs of this page.
    pub workflow_runs: Vec<Run>,
}

/// A page of a list of jobs.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct JobsPage {
    /// How many jobs there are on all pages.
    #[serde(deserialize_with = "lenient")]
    pub total_count: Option<u64>,
    /// The jobs of this page.
    pub jobs: Vec<Job>,
}

/// One attempt of a run.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Run {
    /// The run's id.
    #[serde(deserialize_with = "lenient")]
    pub id: Option<u64>,
    /// Which attempt, from 1.
    #[serde(deserialize_with = "lenient")]
    pub run_attempt: Option<u32>,
    /// The workflow's name, or its path where it has none.
    #[serde(deserialize_with = "lenient")]
    pub name: Option<String>,
    /// The workflow's file; may carry `@ref`.
    #[serde(deserialize_with = "lenient")]
    pub path: Option<String>,
    /// The number of the run within its workflow.
    #[serde(deserialize_with = "lenient")]
    pub run_number: Option<u64>,
    /// What started the run.
    #[serde(deserialize_with = "lenient")]
    pub event: Option<String>,
    /// How far it is.
    #[serde(deserialize_with = "lenient")]
    pub status: Option<String>,
    /// How it ended.
    #[serde(deserialize_with = "lenient")]
    pub conclusion: Option<String>,
    /// The branch.
    #[serde(deserialize_with = "lenient")]
    pub head_branch: Option<String>,
    /// The commit.
    #[serde(deserialize_with = "lenient")]
    pub head_sha: Option<String>,
    /// When the run was made; not reset by a re-run.
    #[serde(deserialize_with = "moment")]
    pub created_at: Option<Timestamp>,
    /// When anything about it changed; not its end.
    #[serde(deserialize_with = "moment")]
    pub updated_at: Option<Timestamp>,
    /// When this attempt started.
    #[serde(deserialize_with = "moment")]
    pub run_started_at: Option<Timestamp>,
    /// Open pull requests of the branch; empty for forks.
    #[serde(deserialize_with = "lenient_list")]
    pub pull_requests: Vec<PullRequest>,
    /// The repository.
    #[serde(deserialize_with = "lenient")]
    pub repository: Option<Repository>,
    /// The run's address in the API.
    #[serde(deserialize_with = "lenient")]
    pub url: Option<String>,
}

/// A pull request of a run.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PullRequest {
    /// Its number.
    #[serde(deserialize_with = "lenient")]
    pub number: Option<u64>,
}

/// The repository of a run.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Repository {
    /// `OWNER/NAME`.
    #[serde(deserialize_with = "lenient")]
    pub full_name: Option<String>,
}

/// One job of an attempt of a run.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Job {
    /// The job's id.
    #[serde(deserialize_with = "lenient")]
    pub id: Option<u64>,
    /// Its run.
    #[serde(deserialize_with = "lenient")]
    pub run_id: Option<u64>,
    /// The attempt of the run, from 1.
    #[serde(deserialize_with = "lenient")]
    pub run_attempt: Option<u32>,
    /// The run's address in the API.
    #[serde(deserialize_with = "lenient")]
    pub run_url: Option<String>,
    /// The job's name, matrix values included.
    #[serde(deserialize_with = "lenient")]
    pub name: Option<String>,
    /// The workflow's name.
    #[serde(deserialize_with = "lenient")]
    pub workflow_name: Option<String>,
    /// The branch.
    #[serde(deserialize_with = "lenient")]
    pub head_branch: Option<String>,
    /// The commit.
    #[serde(deserialize_with = "lenient")]
    pub head_sha: Option<String>,
    /// How far it is.
    #[serde(deserialize_with = "lenient")]
    pub status: Option<String>,
    /// How it ended.
    #[serde(deserialize_with = "lenient")]
    pub conclusion: Option<String>,
    /// When it was queued; not always reset by a re-run.
    #[serde(deserialize_with = "moment")]
    pub created_at: Option<Timestamp>,
    /// When it started.
    #[serde(deserialize_with = "moment")]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[serde(deserialize_with = "moment")]
    pub completed_at: Option<Timestamp>,
    /// The labels of the runner it asked for.
    #[serde(deserialize_with = "lenient_list")]
    pub labels: Vec<String>,
    /// The runner it got.
    #[serde(deserialize_with = "lenient")]
    pub runner_name: Option<String>,
    /// The runner's group.
    #[serde(deserialize_with = "lenient")]
    pub runner_group_name: Option<String>,
    /// Its steps.
    #[serde(deserialize_with = "lenient_list")]
    pub steps: Vec<Step>,
}

/// One step of a job.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Step {
    /// Its number within the job.
    #[serde(deserialize_with = "lenient")]
    pub number: Option<u64>,
    /// Its name.
    #[serde(deserialize_with = "lenient")]
    pub name: Option<String>,
    /// How it ended.
    #[serde(deserialize_with = "lenient")]
    pub conclusion: Option<String>,
    /// When it started.
    #[serde(deserialize_with = "moment")]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[serde(deserialize_with = "moment")]
    pub completed_at: Option<Timestamp>,
}

impl Answer {
    /// Tells from its shape which endpoint an answer is from; `None` for any other.
    ///
    /// # Errors
    /// The shape is right, but a list holds something that is not a record.
    pub fn from_value(value: Value) -> Option<Result<Self, serde_json::Error>> {
        let has = |field: &str| value.get(field).is_some();
        if value.get("workflow_runs").is_some_and(Value::is_array) {
            return Some(RunsPage::deserialize(value).map(Self::Runs));
        }
        if value.get("jobs").is_some_and(Value::is_array) {
            return Some(JobsPage::deserialize(value).map(Self::Jobs));
        }
        if has("id") && has("run_id") {
            return Some(Job::deserialize(value).map(|job| Self::Job(Box::new(job))));
        }
        if has("id") && ["workflow_id", "run_number", "run_attempt", "jobs_url"].into_iter().any(has) {
            return Some(Run::deserialize(value).map(|run| Self::Run(Box::new(run))));
        }
        None
    }
}

/// Reads a field that is not known where it is null or of another type.
fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Option<T>, D::Error> {
    Ok(T::deserialize(Value::deserialize(deserializer)?).ok())
}

/// Reads a list without the elements that are of another type; anything else is an empty list.
fn lenient_list<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let Value::Array(elements) = Value::deserialize(deserializer)? else { return Ok(Vec::new()) };
    Ok(elements.into_iter().filter_map(|element| T::deserialize(element).ok()).collect())
}

/// Reads a moment. The year 1, which servers written in Go send for "never", is not known.
fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    let text: Option<String> = lenient(deserializer)?;
    let time = text.and_then(|text| text.parse::<Timestamp>().ok());
    Ok(time.filter(|time| time.as_second() > 0))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn kind(value: Value) -> &'static str {
        match Answer::from_value(value) {
            Some(Ok(Answer::Runs(_))) => "runs",
            Some(Ok(Answer::Run(_))) => "run",
            Some(Ok(Answer::Jobs(_))) => "jobs",
            Some(Ok(Answer::Job(_))) => "job",
            Some(Err(_)) => "broken",
            None => "unknown",
        }
    }

    #[test]
    fn answers_are_told_apart_by_shape() {
        assert_eq!(kind(json!({"total_count": 0, "workflow_runs": []})), "runs");
        assert_eq!(kind(json!({"total_count": 0, "jobs": []})), "jobs");
        assert_eq!(kind(json!({"id": 1, "run_number": 2, "run_attempt": 1})), "run");
        assert_eq!(kind(json!({"id": 1, "run_id": 2, "run_attempt": 1})), "job");
        assert_eq!(kind(json!({"id": 1, "message": "Not Found"})), "unknown");
        assert_eq!(kind(json!({"jobs": 3})), "unknown");
        assert_eq!(kind(json!({"jobs": [3]})), "broken");
        assert_eq!(kind(json!(null)), "unknown");
    }

    #[test]
    fn nulls_and_other_types_are_not_known() {
        let odd = json!({
            "id": 18_446_744_073_709_551_615_u64, "run_id": 4, "run_attempt": "1", "name": null,
            "labels": ["a", 3, null], "steps": null, "runner_name": 7,
            "created_at": "0001-01-01T00:00:00Z", "started_at": "2021-02-18T14:59:13.000+08:00", "completed_at": "soon",
        });
        let Some(Ok(Answer::Job(job))) = Answer::from_value(odd) else { panic!("not a job") };
        assert_eq!((job.id, job.run_id, job.run_attempt), (Some(u64::MAX), Some(4), None));
        assert_eq!((job.name, job.runner_name, job.labels), (None, None, vec!["a".to_owned()]));
        assert_eq!((job.created_at, job.completed_at, job.steps.len()), (None, None, 0));
        assert_eq!(job.started_at.map(|time| time.to_string()).as_deref(), Some("2021-02-18T06:59:13Z"));
    }
}
