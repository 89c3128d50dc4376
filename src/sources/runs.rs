//! Records of GitHub's API become runs and jobs of the model.

use crate::github::records::{self, Answer};
use crate::model::run::{Job, JobId, Progress, Run, RunId, Runs, Step};

/// A record that cannot be kept, since nothing tells it from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// A run without id.
    #[error("a run has no usable `id`")]
    RunWithoutId,
    /// A job without id or run.
    #[error("a job has no usable `id` or `run_id`")]
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
    let id = id(record.id).map(RunId).ok_or(RecordError::RunWithoutId)?;
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
    let (Some(id), Some(run)) = (id(record.id).map(JobId), id(record.run_id).map(RunId)) else {
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

/// An id that no table can hold is none.
fn id(number: Option<u64>) -> Option<u64> {
    number.filter(|number| i64::try_from(*number).is_ok())
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn taken(answers: &[Value]) -> Result<Runs, RecordError> {
        let mut runs = Runs::default();
        for answer in answers {
            take(&mut runs, Answer::from_value(answer.clone()).unwrap().unwrap(), Some("given/repository"))?;
        }
        Ok(runs)
    }

    #[test]
    fn words_are_kept_in_lower_case_and_states_are_no_conclusions() {
        for (status, conclusion, expected) in [
            ("completed", json!("SUCCESS"), Some("success")),
            ("SUCCESS", json!("Brand_New"), Some("brand_new")),
            ("in_progress", json!(""), None),
            ("queued", json!(null), None),
            ("completed", json!("IN_PROGRESS"), None),
            ("completed", json!(7), None),
        ] {
            let run = json!({"id": 1, "run_number": 1, "status": status, "conclusion": conclusion});
            let runs = taken(&[run]).unwrap();
            assert_eq!(runs.attempts[&(RunId(1), 1)].conclusion.as_deref(), expected, "{status} {conclusion}");
        }
    }

    #[test]
    fn the_repository_is_what_the_record_says_or_else_what_was_given() {
        let job = |url: &str| json!({"id": 1, "run_id": 2, "run_url": url});
        for (url, repository) in [
            ("https://api.github.com/repos/o/n/actions/runs/2", "o/n"),
            ("https://ghe.example/api/v3/repos/o/n/actions/runs/2", "o/n"),
            ("https://api.github.com/repos/o", "given/repository"),
            ("", "given/repository"),
        ] {
            let runs = taken(&[job(url)]).unwrap();
            let job = runs.jobs.values().next().unwrap();
            assert_eq!(job.repository.as_deref(), Some(repository), "{url}");
        }
    }

    #[test]
    fn the_path_loses_its_reference_and_only_first_attempts_start_with_their_run() {
        let run = |attempt: u32| {
            json!({"id": 1, "run_attempt": attempt, "path": ".github/workflows/ci.yml@refs/heads/main",
                "created_at": "2026-01-01T00:00:00Z"})
        };
        let runs = taken(&[run(1), run(2)]).unwrap();
        let first = &runs.attempts[&(RunId(1), 1)];
        assert_eq!(first.workflow_path.as_deref(), Some(".github/workflows/ci.yml"));
        assert!(first.started_at.is_some());
        assert_eq!(runs.attempts[&(RunId(1), 2)].started_at, None);
    }

    #[test]
    fn of_two_records_the_finished_and_newer_one_stays() {
        let run = |conclusion: Option<&str>, updated: &str| json!({"id": 1, "run_number": 1, "conclusion": conclusion, "updated_at": updated});
        let (old, new) = ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z");
        let kept = |answers: &[Value]| taken(answers).unwrap().attempts[&(RunId(1), 1)].conclusion.clone();
        assert_eq!(kept(&[run(Some("failure"), old), run(None, new)]).as_deref(), Some("failure"));
        assert_eq!(kept(&[run(Some("success"), new), run(Some("failure"), old)]).as_deref(), Some("success"));
        let job = |conclusion: Option<&str>| json!({"id": 1, "run_id": 1, "conclusion": conclusion});
        let runs = taken(&[job(Some("success")), job(None)]).unwrap();
        assert_eq!(runs.jobs.values().next().unwrap().conclusion.as_deref(), Some("success"));
    }

    #[test]
    fn records_without_usable_ids_are_refused() {
        let run = json!({"id": null, "run_number": 1});
        assert_eq!(taken(&[run]), Err(RecordError::RunWithoutId));
        let job = json!({"jobs": [{"id": 1, "run_id": u64::MAX}]});
        assert_eq!(taken(&[job]), Err(RecordError::JobWithoutId));
    }
}
