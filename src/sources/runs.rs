//! Records of GitHub's API become runs and jobs of the model.

use crate::github::records::{self, Answer};
use crate::model::run::{Job, JobId, Progress, Run, RunId, Runs, Step};

/// A record that cannot be kept, since nothing tells it from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// A run without id.
    #[error("a run has no `id`")]
    RunWithoutId,
    /// A job without id or run.
    #[error("a job has no `id` or no `run_id`")]
    JobWithoutId,
}

/// Words for a run or job that has not ended.
const UNFINISHED: &[&str] = &["queued", "in_progress", "waiting", "requested", "pending"];

/// Takes an endpoint's answer in. `repository` is what records belong to that do not say.
///
/// # Errors
/// A record has no id.
pub fn take(runs: &mut Runs, answer: Answer, repository: Option<&str>) -> Result<(), RecordError> {
    match answer {
        Answer::Runs(page) => {
            for record in page.workflow_runs {
                take_run(runs, record, repository)?;
            }
        }
        Answer::Run(record) => take_run(runs, *record, repository)?,
        Answer::Jobs(page) => {
            count_jobs(runs, &page);
            for record in page.jobs {
                take_job(runs, record, repository)?;
            }
        }
        Answer::Job(record) => take_job(runs, *record, repository)?,
    }
    Ok(())
}

/// Remembers how many jobs a run has, where a page tells of one run only.
fn count_jobs(runs: &mut Runs, page: &records::JobsPage) {
    let Some(total) = page.total_count else { return };
    let Some(run) = page.jobs.first().and_then(|job| job.run_id) else { return };
    if page.jobs.iter().all(|job| job.run_id == Some(run)) {
        let count = runs.job_counts.entry(RunId(run)).or_default();
        *count = total.max(*count);
    }
}

fn take_run(runs: &mut Runs, record: records::Run, repository: Option<&str>) -> Result<(), RecordError> {
    let id = record.id.map(RunId).ok_or(RecordError::RunWithoutId)?;
    let attempt = record.run_attempt.unwrap_or(1);
    let owner = record.repository.and_then(|repository| repository.full_name);
    // The run's creation is the start of its first attempt; later ones do not reset it.
    let created_at = record.created_at.filter(|_| attempt == 1);
    let run = Run {
        id,
        attempt,
        repository: owner.or_else(|| repository_of(record.url.as_deref(), repository)),
        workflow: known(record.name),
        workflow_path: known(record.path).and_then(|path| path.split('@').next().map(str::to_owned)),
        number: record.run_number,
        event: word(record.event),
        branch: known(record.head_branch),
        commit: known(record.head_sha),
        pull_request: record.pull_requests.iter().find_map(|request| request.number),
        conclusion: conclusion(record.conclusion),
        started_at: record.run_started_at.or(created_at),
        updated_at: record.updated_at,
    };
    let present = runs.attempts.get(&(id, attempt));
    let is_newer = present.is_none_or(|present| {
        let finished = (run.conclusion.is_some(), run.updated_at);
        finished >= (present.conclusion.is_some(), present.updated_at)
    });
    if is_newer {
        runs.attempts.insert((id, attempt), run);
    }
    Ok(())
}

fn take_job(runs: &mut Runs, record: records::Job, repository: Option<&str>) -> Result<(), RecordError> {
    let (Some(id), Some(run)) = (record.id.map(JobId), record.run_id.map(RunId)) else {
        return Err(RecordError::JobWithoutId);
    };
    let attempt = record.run_attempt.unwrap_or(1);
    let conclusion = conclusion(record.conclusion);
    let status = word(record.status);
    let waits = status.is_some_and(|status| status != "in_progress" && UNFINISHED.contains(&status.as_str()));
    let had_runner = record.runner_name.is_some_and(|name| !name.is_empty()) || !record.steps.is_empty();
    let taken = match conclusion.as_deref() {
        Some("skipped") => false,
        Some("cancelled") => had_runner,
        Some(_) => true,
        None => !waits,
    };
    let job = Job {
        id,
        run,
        attempt,
        repository: repository_of(record.run_url.as_deref(), repository),
        name: known(record.name),
        workflow: known(record.workflow_name),
        branch: known(record.head_branch),
        commit: known(record.head_sha),
        progress: if taken { Progress::Taken } else { Progress::Waiting },
        conclusion,
        created_at: record.created_at,
        started_at: record.started_at,
        completed_at: record.completed_at,
        labels: record.labels,
        runner_group: known(record.runner_group_name),
        steps: record.steps.into_iter().map(step).collect(),
    };
    let present = runs.jobs.get(&(run, attempt, id));
    if present.is_none_or(|present| job.conclusion.is_some() || present.conclusion.is_none()) {
        runs.jobs.insert((run, attempt, id), job);
    }
    Ok(())
}

fn step(record: records::Step) -> Step {
    Step {
        number: record.number,
        name: record.name.unwrap_or_default(),
        conclusion: word(record.conclusion),
        started_at: record.started_at,
        completed_at: record.completed_at,
    }
}

fn known(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

fn word(text: Option<String>) -> Option<String> {
    known(text).map(|text| text.to_lowercase())
}

/// Reads a conclusion; the name of a state that is no end is none.
fn conclusion(text: Option<String>) -> Option<String> {
    word(text).filter(|word| !UNFINISHED.contains(&word.as_str()))
}

/// Reads `OWNER/NAME` from an address in the API.
fn repository_of(url: Option<&str>, otherwise: Option<&str>) -> Option<String> {
    let after = url.and_then(|url| url.split_once("/repos/")).map(|(_, rest)| rest);
    let mut parts = after.unwrap_or_default().split('/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(owner), Some(name), Some("actions")) if !owner.is_empty() && !name.is_empty() => {
            Some(format!("{owner}/{name}"))
        }
        _ => otherwise.map(str::to_owned),
    }
}
