//! The endpoints below `/actions`: runs, attempts and jobs.

use jiff::Timestamp;
use serde_json::json;

use super::reply::{Asked, Reply};
use super::shapes::Shapes;
use super::state::{Artifact, Attempt, Job, Repository, Run};
use super::{listing, logs};

/// Answers; no more than `shown` runs are shown of a search.
pub(super) fn answer(repository: &Repository, asked: &Asked<'_>, rest: &[&str], shown: usize) -> Reply {
    let shapes = Shapes { base: &asked.base, repository: &repository.name };
    let run = |id: &str| repository.runs.iter().find(|run| run.id.to_string() == id);
    match rest {
        ["runs"] => runs(repository, asked, &shapes, shown, |_| true),
        ["workflows", workflow, "runs"] => {
            let known = |run: &Run| run.file == *workflow || run.workflow_id.to_string() == *workflow;
            if !repository.runs.iter().any(known) {
                return Reply::not_found();
            }
            runs(repository, asked, &shapes, shown, known)
        }
        ["runs", id] => found(run(id), |run| Reply::json(200, &shapes.run(run, run.attempts.len()))),
        ["runs", id, "artifacts"] => found(run(id), |run| {
            let artifacts: Vec<&Artifact> = repository.artifacts.iter().filter(|one| one.run == run.id).collect();
            listing::page(asked, "artifacts", &artifacts, |artifact| shapes.artifact(artifact))
        }),
        ["caches"] => {
            let caches: Vec<_> = repository.caches.iter().zip(1..).collect();
            listing::page(asked, "actions_caches", &caches, |((key, bytes), id)| Shapes::cache(*id, key, *bytes))
        }
        ["cache", "usage"] => {
            let bytes: u64 = repository.caches.iter().map(|(_, bytes)| bytes).sum();
            let count = repository.caches.len();
            let usage = json!({"full_name": repository.name, "active_caches_size_in_bytes": bytes, "active_caches_count": count});
            Reply::json(200, &usage)
        }
        ["artifacts", id, "zip"] => {
            let artifact = repository.artifacts.iter().find(|artifact| artifact.id.to_string() == *id);
            found(artifact.filter(|artifact| !artifact.expired), |_| {
                logs::redirect(asked, &repository.name, &format!("artifacts/{id}"))
            })
        }
        ["runs", id, "jobs"] => found(run(id), |run| run_jobs(run, asked, &shapes)),
        ["runs", id, "attempts", number, rest @ ..] => found(run(id), |run| attempt(run, number, rest, asked, &shapes)),
        ["jobs", id, "logs"] => {
            found(job(repository, id), |_| logs::redirect(asked, &repository.name, &format!("jobs/{id}")))
        }
        ["jobs", id] => {
            found(job(repository, id), |(run, attempt, job)| Reply::json(200, &shapes.job(run, attempt, job)))
        }
        _ => Reply::not_found(),
    }
}

fn found<T>(thing: Option<T>, reply: impl FnOnce(T) -> Reply) -> Reply {
    thing.map_or_else(Reply::not_found, reply)
}

fn runs(
    repository: &Repository,
    asked: &Asked<'_>,
    shapes: &Shapes<'_>,
    shown: usize,
    of_workflow: impl Fn(&Run) -> bool,
) -> Reply {
    let is = |name: &str, value: Option<&str>| asked.parameter(name).is_none_or(|wanted| value == Some(wanted));
    let matching = |run: &&Run| {
        let last = run.attempts.last().unwrap();
        let status = asked
            .parameter("status")
            .is_none_or(|wanted| last.status == wanted || last.conclusion.as_deref() == Some(wanted));
        of_workflow(run)
            && status
            && is("branch", run.branch.as_deref())
            && is("event", Some(&run.event))
            && is("actor", Some(&run.actor))
            && is("head_sha", Some(&run.commit))
            && asked.parameter("created").is_none_or(|range| within(range, run.created_at))
    };
    let filters = ["branch", "event", "actor", "head_sha", "created", "status"];
    let filtered = filters.iter().any(|name| asked.parameter(name).is_some());
    let mut runs: Vec<&Run> = repository.runs.iter().filter(matching).collect();
    let total = runs.len();
    if filtered {
        // GitHub shows no more than this of a search, but counts all.
        runs.truncate(shown);
    }
    listing::page_of(total, asked, "workflow_runs", &runs, |run| shapes.run(run, run.attempts.len()))
}

/// Understands `>=X`, `<=X`, `X..Y`, `X..*`, `*..Y` and `X`, where a bare date is a whole day.
fn within(range: &str, time: Timestamp) -> bool {
    let text = time.to_string();
    let from = |start: &str| start == "*" || text.as_str() >= start;
    // Any time of a day sorts before the day followed by a tilde.
    let until = |end: &str| end == "*" || text.as_str() <= format!("{end}~").as_str();
    if let Some(start) = range.strip_prefix(">=") {
        return from(start);
    }
    if let Some(end) = range.strip_prefix("<=") {
        return until(end);
    }
    range.split_once("..").map_or_else(|| text.starts_with(range), |(start, end)| from(start) && until(end))
}

fn run_jobs(run: &Run, asked: &Asked<'_>, shapes: &Shapes<'_>) -> Reply {
    let all = asked.parameter("filter") == Some("all");
    let skipped = if all { 0 } else { run.attempts.len() - 1 };
    let attempts = run.attempts.iter().enumerate().skip(skipped);
    let jobs: Vec<(usize, &Job)> =
        attempts.flat_map(|(index, attempt)| attempt.jobs.iter().map(move |job| (index + 1, job))).collect();
    listing::page(asked, "jobs", &jobs, |(attempt, job)| shapes.job(run, *attempt, job))
}

fn attempt(run: &Run, number: &str, rest: &[&str], asked: &Asked<'_>, shapes: &Shapes<'_>) -> Reply {
    let Some(number) = number.parse::<usize>().ok().filter(|number| *number >= 1) else { return Reply::not_found() };
    let Some(attempt) = run.attempts.get(number - 1) else { return Reply::not_found() };
    match rest {
        [] => Reply::json(200, &shapes.run(run, number)),
        ["logs"] => logs::redirect(asked, shapes.repository, &format!("runs/{}/{number}", run.id)),
        ["jobs"] => {
            let Attempt { jobs, .. } = attempt;
            listing::page(asked, "jobs", jobs, |job| shapes.job(run, number, job))
        }
        _ => Reply::not_found(),
    }
}

fn job<'state>(repository: &'state Repository, id: &str) -> Option<(&'state Run, usize, &'state Job)> {
    repository.runs.iter().find_map(|run| {
        run.attempts.iter().enumerate().find_map(|(index, attempt)| {
            let job = attempt.jobs.iter().find(|job| job.id.to_string() == id)?;
            Some((run, index + 1, job))
        })
    })
}
