//! Issues, comments on them and on pull requests, and statuses of commits.

use serde_json::{Value, json};

use super::listing;
use super::reply::{Asked, Reply};
use super::shapes::Shapes;
use super::state::Repository;

/// The most characters of a body.
const MOST: usize = 65_536;

/// What people and programs said.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conversation {
    /// The comments, oldest first.
    pub(crate) comments: Vec<Comment>,
    /// The issues, oldest first.
    pub(crate) issues: Vec<Issue>,
    /// The statuses: commit and what was sent.
    pub(crate) statuses: Vec<(String, Value)>,
    /// The pull requests of forks: number, the fork's owner, and its head's commit.
    pub(crate) forks: Vec<(u64, String, String)>,
    /// What else is written as soon as a comment or an issue was made: its text comes first.
    pub(crate) overtaking: Option<String>,
    /// Whether labels of new issues are left out.
    pub(crate) is_unlabelled: bool,
}

/// A comment.
#[derive(Clone, Debug)]
pub(crate) struct Comment {
    /// Its id.
    pub(crate) id: u64,
    /// The pull request or issue.
    pub(crate) on: u64,
    /// Who wrote it.
    pub(crate) author: String,
    /// The text.
    pub(crate) body: String,
    /// Why it is folded away, if it is.
    pub(crate) minimized: Option<String>,
}

/// An issue.
#[derive(Clone, Debug)]
pub(crate) struct Issue {
    /// Its number.
    pub(crate) number: u64,
    /// Who opened it.
    pub(crate) author: String,
    /// The heading.
    pub(crate) title: String,
    /// The text.
    pub(crate) body: String,
    /// The labels.
    pub(crate) labels: Vec<String>,
    /// Why it is closed, if it is.
    pub(crate) closed: Option<String>,
}

impl Conversation {
    /// Says something on a pull request or an issue.
    pub(crate) fn say(&mut self, on: u64, author: &str, body: &str) -> u64 {
        let id = 7000 + self.comments.len() as u64;
        let (author, body) = (author.to_owned(), body.to_owned());
        self.comments.push(Comment { id, on, author, body, minimized: None });
        id
    }

    /// Returns the texts of what was said on a pull request or an issue.
    pub(crate) fn said(&self, on: u64) -> Vec<&str> {
        self.comments.iter().filter(|comment| comment.on == on).map(|comment| comment.body.as_str()).collect()
    }

    fn next_issue(&self) -> u64 {
        500 + self.issues.len() as u64
    }
}

/// Answers what is asked below `/repos/OWNER/NAME/issues`.
pub(super) fn answer(repository: &mut Repository, asked: &Asked<'_>, rest: &[&str]) -> Reply {
    let body = asked.text("body").unwrap_or_default();
    if body.chars().count() > MOST {
        return Reply::error(422, "Validation Failed: Body is too long (maximum is 65536 characters)");
    }
    match (asked.seen.method.as_str(), rest) {
        ("GET", []) => issues(repository, asked),
        ("POST", []) => open(repository, asked),
        ("PATCH", ["comments", id]) => change_comment(repository, asked, id),
        ("DELETE", ["comments", id]) => {
            repository.conversation.comments.retain(|comment| comment.id.to_string() != *id);
            Reply::empty(204)
        }
        ("PATCH", [number]) => change(repository, asked, number),
        (method, [number, "comments"]) => {
            let Ok(number) = number.parse::<u64>() else { return Reply::not_found() };
            let is_known = repository.conversation.issues.iter().any(|issue| issue.number == number)
                || repository.pulls.iter().any(|pull| pull.number == number);
            match method {
                _ if !is_known => Reply::not_found(),
                "GET" => comments(repository, asked, number),
                _ => comment(repository, asked, number),
            }
        }
        _ => Reply::not_found(),
    }
}

fn comments(repository: &Repository, asked: &Asked<'_>, on: u64) -> Reply {
    let shapes = Shapes { base: &asked.base, repository: &repository.name };
    let of = repository.conversation.comments.iter().filter(|comment| comment.on == on);
    let shown: Vec<Value> = of.map(|comment| shape(&shapes, comment)).collect();
    listing::plain(asked, &shown)
}

fn comment(repository: &mut Repository, asked: &Asked<'_>, on: u64) -> Reply {
    let Some(body) = asked.text("body") else { return Reply::error(422, "Invalid request.") };
    let conversation = &mut repository.conversation;
    if let Some(text) = conversation.overtaking.take() {
        conversation.say(on, "github-actions[bot]", &text);
    }
    conversation.say(on, "github-actions[bot]", body);
    let made = conversation.comments.last().unwrap().clone();
    let shapes = Shapes { base: &asked.base, repository: &repository.name };
    Reply::json(201, &shape(&shapes, &made))
}

fn change_comment(repository: &mut Repository, asked: &Asked<'_>, id: &str) -> Reply {
    let shapes = Shapes { base: &asked.base, repository: &repository.name };
    let known = repository.conversation.comments.iter_mut().find(|comment| comment.id.to_string() == id);
    let Some(known) = known else { return Reply::not_found() };
    asked.text("body").unwrap_or_default().clone_into(&mut known.body);
    Reply::json(200, &shape(&shapes, known))
}

fn shape(shapes: &Shapes<'_>, comment: &Comment) -> Value {
    let url = format!("{}/issues/comments/{}", shapes.url(), comment.id);
    json!({
        "id": comment.id,
        "node_id": format!("IC_{}", comment.id),
        "url": url,
        "html_url": shapes.html(&format!("/pull/{}#issuecomment-{}", comment.on, comment.id)),
        "issue_url": format!("{}/issues/{}", shapes.url(), comment.on),
        "body": comment.body,
        "user": shapes.user(&comment.author),
        "author_association": association(&comment.author),
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
    })
}

/// GitHub calls its own bot a stranger.
fn association(author: &str) -> &'static str {
    if author == "octocat" { "OWNER" } else { "NONE" }
}

fn issues(repository: &Repository, asked: &Asked<'_>) -> Reply {
    let shapes = Shapes { base: &asked.base, repository: &repository.name };
    let wanted: Vec<&str> =
        asked.parameter("labels").unwrap_or_default().split(',').filter(|label| !label.is_empty()).collect();
    let state = asked.parameter("state").unwrap_or("open");
    let fits = |issue: &&Issue| {
        let is_open = issue.closed.is_none();
        (state == "all" || (state == "open") == is_open)
            && wanted.iter().all(|label| issue.labels.iter().any(|known| known.eq_ignore_ascii_case(label)))
    };
    let mut found: Vec<&Issue> = repository.conversation.issues.iter().filter(fits).collect();
    if asked.parameter("direction") != Some("asc") {
        found.reverse();
    }
    let found: Vec<Value> = found.into_iter().map(|issue| issue_shape(&shapes, issue)).collect();
    listing::plain(asked, &found)
}

fn open(repository: &mut Repository, asked: &Asked<'_>) -> Reply {
    let Some(title) = asked.text("title") else { return Reply::error(422, "Invalid request.") };
    let labels = asked.body["labels"].as_array().cloned().unwrap_or_default();
    let labels: Vec<String> = labels.iter().map(|label| label.as_str().unwrap().to_owned()).collect();
    let conversation = &mut repository.conversation;
    let issue = |number, body: &str| Issue {
        number,
        author: "github-actions[bot]".to_owned(),
        title: title.to_owned(),
        body: body.to_owned(),
        labels: labels.clone(),
        closed: None,
    };
    if let Some(text) = conversation.overtaking.take() {
        let other = issue(conversation.next_issue(), &text);
        conversation.issues.push(other);
    }
    let mut made = issue(conversation.next_issue(), asked.text("body").unwrap_or_default());
    if conversation.is_unlabelled {
        made.labels.clear();
    }
    conversation.issues.push(made.clone());
    let shapes = Shapes { base: &asked.base, repository: &repository.name };
    Reply::json(201, &issue_shape(&shapes, &made))
}

fn change(repository: &mut Repository, asked: &Asked<'_>, number: &str) -> Reply {
    let shapes = Shapes { base: &asked.base, repository: &repository.name };
    let known = repository.conversation.issues.iter_mut().find(|issue| issue.number.to_string() == number);
    let Some(known) = known else { return Reply::not_found() };
    if let Some(body) = asked.text("body") {
        body.clone_into(&mut known.body);
    }
    match asked.text("state") {
        Some("closed") => known.closed = Some(asked.text("state_reason").unwrap_or("completed").to_owned()),
        Some(_) => known.closed = None,
        None => {}
    }
    Reply::json(200, &issue_shape(&shapes, known))
}

fn issue_shape(shapes: &Shapes<'_>, issue: &Issue) -> Value {
    let url = format!("{}/issues/{}", shapes.url(), issue.number);
    let label = |name: &String| {
        json!({
            "id": name.len(), "node_id": format!("LA_{name}"), "name": name, "color": "ededed", "default": false,
            "description": null, "url": format!("{}/labels/{name}", shapes.url()),
        })
    };
    json!({
        "id": issue.number,
        "node_id": format!("I_{}", issue.number),
        "url": url,
        "repository_url": shapes.url(),
        "labels_url": format!("{url}/labels{{/name}}"),
        "comments_url": format!("{url}/comments"),
        "events_url": format!("{url}/events"),
        "html_url": shapes.html(&format!("/issues/{}", issue.number)),
        "number": issue.number,
        "state": if issue.closed.is_some() { "closed" } else { "open" },
        "state_reason": issue.closed,
        "title": issue.title,
        "body": issue.body,
        "user": shapes.user(&issue.author),
        "labels": issue.labels.iter().map(label).collect::<Vec<Value>>(),
        "assignee": null,
        "milestone": null,
        "locked": false,
        "comments": 0,
        "closed_at": if issue.closed.is_some() { json!("2026-01-02T00:00:00Z") } else { Value::Null },
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
        "author_association": association(&issue.author),
    })
}

/// Gives a commit a status.
pub(super) fn status(repository: &mut Repository, asked: &Asked<'_>, commit: &str) -> Reply {
    let shapes = Shapes { base: &asked.base, repository: &repository.name };
    let states = ["error", "failure", "pending", "success"];
    let Some(state) = asked.text("state").filter(|state| states.contains(state)) else {
        return Reply::error(422, "Validation Failed: state is not included in the list");
    };
    let description = asked.text("description").unwrap_or_default();
    if description.chars().count() > 140 {
        return Reply::error(422, "Validation Failed: description is too long (maximum is 140 characters)");
    }
    repository.conversation.statuses.push((commit.to_owned(), asked.body.clone()));
    let id = repository.conversation.statuses.len();
    Reply::json(
        201,
        &json!({
            "url": format!("{}/statuses/{commit}", shapes.url()),
            "avatar_url": null,
            "id": id,
            "node_id": format!("SC_{id}"),
            "state": state,
            "description": description,
            "target_url": asked.text("target_url"),
            "context": asked.text("context").unwrap_or("default"),
            "created_at": "2026-01-01T00:00:00Z",
            "updated_at": "2026-01-01T00:00:00Z",
            "creator": shapes.user("octocat"),
        }),
    )
}
