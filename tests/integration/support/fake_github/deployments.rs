//! Deployments with their statuses, reviews, the checks of a commit, and workflows that are started.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::listing;
use super::reply::{Asked, Reply};
use super::shapes::Shapes;
use super::state::{Attempt, Repository, Run};

/// What a repository has deployed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shipping {
    /// The deployments as they were asked for, oldest first; the first has the number 1.
    pub(crate) deployments: Vec<Value>,
    /// Their statuses, newest first, by number.
    pub(crate) statuses: BTreeMap<u64, Vec<Value>>,
    /// Who said what of a pull request, by its number.
    pub(crate) reviews: BTreeMap<u64, Vec<(String, String)>>,
    /// What workflows were started with: file, branch, inputs.
    pub(crate) dispatched: Vec<(String, String, Value)>,
    /// How a run ends that was started; empty where it does not end.
    pub(crate) conclusion: String,
    /// Whether it is an old server, which does not say which run it has started.
    pub(crate) is_old: bool,
}

/// Runs that are started are this many seconds later than any test's clock.
const LATER: i64 = 1_900_000_000;

pub(super) fn answer(repository: &mut Repository, asked: &Asked<'_>, rest: &[&str]) -> Reply {
    let known = |id: &str| {
        let id: u64 = id.parse().ok()?;
        (1..=repository.shipping.deployments.len() as u64).contains(&id).then_some(id)
    };
    match (asked.seen.method.as_str(), rest) {
        ("GET", []) => list(repository, asked),
        ("POST", []) => create(repository, asked),
        (method, [id, more @ ..]) => {
            let Some(id) = known(id) else { return Reply::not_found() };
            match (method, more) {
                ("GET", []) => Reply::json(200, &deployment(repository, asked, id)),
                ("GET", ["statuses"]) => {
                    let statuses = repository.shipping.statuses.get(&id).cloned().unwrap_or_default();
                    listing::plain(asked, &statuses)
                }
                ("POST", ["statuses"]) => status(repository, asked, id),
                _ => Reply::not_found(),
            }
        }
        _ => Reply::not_found(),
    }
}

fn list(repository: &Repository, asked: &Asked<'_>) -> Reply {
    let environment = asked.parameter("environment");
    let ids = (1..=repository.shipping.deployments.len() as u64).rev();
    let all = ids.map(|id| deployment(repository, asked, id));
    let fits = |found: &Value| environment.is_none_or(|wanted| found["environment"] == wanted);
    listing::plain(asked, &all.filter(fits).collect::<Vec<_>>())
}

fn create(repository: &mut Repository, asked: &Asked<'_>) -> Reply {
    let Some(reference) = asked.text("ref") else {
        return Reply::error(422, "Invalid request.\n\n\"ref\" wasn't supplied.");
    };
    let head = repository.branches.get(reference).map(|branch| branch.head.clone());
    let commit = head.or_else(|| repository.commits.iter().find(|commit| *commit == reference).cloned());
    let Some(commit) = commit.or_else(|| repository.tags.get(reference).cloned()) else {
        return Reply::error(422, &format!("No ref found for: {reference}"));
    };
    let mut fields = asked.body.clone();
    fields["sha"] = json!(commit);
    repository.shipping.deployments.push(fields);
    let id = repository.shipping.deployments.len() as u64;
    Reply::json(201, &deployment(repository, asked, id))
}

fn deployment(repository: &Repository, asked: &Asked<'_>, id: u64) -> Value {
    let shapes = Shapes { base: &asked.base, repository: &repository.name };
    let fields = &repository.shipping.deployments[usize::try_from(id).unwrap() - 1];
    let url = format!("{}/deployments/{id}", shapes.url());
    let usual = json!(format!("2026-01-0{}T00:00:00Z", 1 + id % 9));
    let moment = fields.get("created_at").unwrap_or(&usual);
    json!({
        "url": url,
        "id": id,
        "node_id": format!("DE_{id}"),
        "sha": fields["sha"],
        "ref": fields["ref"],
        "task": fields["task"],
        "payload": fields["payload"],
        "original_environment": fields["environment"],
        "environment": fields["environment"],
        "production_environment": fields["production_environment"],
        "description": fields["description"],
        "creator": shapes.user("octocat"),
        "created_at": moment,
        "updated_at": moment,
        "statuses_url": format!("{url}/statuses"),
        "repository_url": shapes.url(),
    })
}

fn status(repository: &mut Repository, asked: &Asked<'_>, id: u64) -> Reply {
    let shapes = Shapes { base: &asked.base, repository: &repository.name };
    let states = ["error", "failure", "inactive", "in_progress", "queued", "pending", "success"];
    let Some(state) = asked.text("state").filter(|state| states.contains(state)) else {
        return Reply::error(422, "Validation Failed: state is not included in the list");
    };
    if asked.text("description").is_some_and(|text| text.chars().count() > 140) {
        return Reply::error(422, "Validation Failed: description is too long (maximum is 140 characters)");
    }
    let url = format!("{}/deployments/{id}", shapes.url());
    let text = |name: &str| asked.text(name).unwrap_or_default().to_owned();
    let statuses = repository.shipping.statuses.entry(id).or_default();
    let made = json!({
        "url": format!("{url}/statuses/{}", statuses.len() + 1),
        "id": statuses.len() + 1,
        "node_id": format!("DES_{id}_{}", statuses.len() + 1),
        "state": state,
        "creator": shapes.user("octocat"),
        "description": text("description"),
        "environment": "",
        "target_url": "",
        "environment_url": text("environment_url"),
        "log_url": text("log_url"),
        "created_at": "2026-01-02T00:00:00Z",
        "updated_at": "2026-01-02T00:00:00Z",
        "deployment_url": url,
        "repository_url": shapes.url(),
    });
    statuses.insert(0, made.clone());
    Reply::json(201, &made)
}

/// Starts a workflow that has run before.
pub(super) fn dispatch(repository: &mut Repository, asked: &Asked<'_>, file: &str) -> Reply {
    let Some(before) = repository.runs.iter().find(|run| run.file == file).cloned() else {
        return Reply::not_found();
    };
    let branch = asked.text("ref").unwrap_or_default().to_owned();
    if !repository.branches.contains_key(&branch) {
        return Reply::error(422, &format!("No ref found for: {branch}"));
    }
    let is_asked = asked.body.get("return_run_details").is_some();
    if is_asked && repository.shipping.is_old {
        return Reply::error(422, "Invalid request.\n\n\"return_run_details\" is not a permitted key.");
    }
    repository.shipping.dispatched.push((file.to_owned(), branch.clone(), asked.body["inputs"].clone()));
    let number = repository.shipping.dispatched.len() as u64;
    let created_at = jiff::Timestamp::from_second(LATER + i64::try_from(number).unwrap()).unwrap();
    let conclusion = repository.shipping.conclusion.clone();
    let attempt = Attempt {
        started_at: created_at,
        updated_at: created_at,
        status: if conclusion.is_empty() { "in_progress" } else { "completed" }.to_owned(),
        conclusion: Some(conclusion).filter(|conclusion| !conclusion.is_empty()),
        jobs: Vec::new(),
    };
    let run = Run {
        id: before.id + 1_000_000 + number,
        event: "workflow_dispatch".to_owned(),
        branch: Some(branch),
        created_at,
        attempts: vec![attempt],
        ..before
    };
    let (id, shapes) = (run.id, Shapes { base: &asked.base, repository: &repository.name });
    let details = json!({
        "workflow_run_id": id,
        "run_url": format!("{}/actions/runs/{id}", shapes.url()),
        "html_url": shapes.html(&format!("/actions/runs/{id}")),
    });
    repository.runs.insert(0, run);
    if is_asked { Reply::json(200, &details) } else { Reply { status: 204, headers: Vec::new(), body: Vec::new() } }
}

/// Lists the checks of a commit.
pub(super) fn checks(repository: &Repository, asked: &Asked<'_>, commit: &str) -> Reply {
    let shapes = Shapes { base: &asked.base, repository: &repository.name };
    let of_commit =
        repository.checks.iter().filter(|check| check.fields.get("head_sha").is_some_and(|sha| sha == commit));
    let checks: Vec<Value> = of_commit.map(|check| shapes.check(check)).collect();
    Reply::json(200, &json!({"total_count": checks.len(), "check_runs": checks}))
}

/// Lists what people said of a pull request.
pub(super) fn reviews(repository: &Repository, asked: &Asked<'_>, number: &str) -> Reply {
    let shapes = Shapes { base: &asked.base, repository: &repository.name };
    let url = format!("{}/pulls/{number}", shapes.url());
    let said = number.parse().ok().and_then(|number: u64| repository.shipping.reviews.get(&number));
    let said =
        said.into_iter().flatten().map(|(login, state)| (login, state.as_str(), "2026-01-01T00:00:00Z".to_owned()));
    let merged = repository.pulls.iter().filter(|pull| pull.number.to_string() == number);
    let merged = merged.filter_map(|pull| pull.merge.as_ref()).flat_map(|merge| &merge.reviews);
    let merged = merged.map(|(login, at)| (login, "COMMENTED", at.to_string()));
    let review = |(login, state, at): (&String, &str, String)| {
        json!({
            "id": login.len(),
            "node_id": format!("PRR_{login}"),
            "user": shapes.user(login),
            "body": "",
            "state": state,
            "html_url": shapes.html(&format!("/pull/{number}")),
            "pull_request_url": url,
            "_links": {"html": {"href": url}, "pull_request": {"href": url}},
            "submitted_at": at,
            "commit_id": null,
            "author_association": "MEMBER",
        })
    };
    listing::plain(asked, &said.chain(merged).map(review).collect::<Vec<Value>>())
}
