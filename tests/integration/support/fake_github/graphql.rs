//! The GraphQL API, as far as commits and pull requests need it. What a document may hold is the
//! contract test's to say; here it is known by the field it asks for.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::objects::file;
use super::reply::{Asked, Reply};
use super::state::State;

/// GitHub turns larger requests away.
const LARGEST: usize = 50_000_000;

pub(super) fn answer(state: &mut State, asked: &Asked<'_>) -> Reply {
    if asked.seen.header("authorization").is_empty() {
        return Reply::error(401, "Requires authentication");
    }
    let document = asked.text("query").unwrap_or_default();
    let variables = asked.body.get("variables").cloned().unwrap_or_default();
    let input = variables.get("input").cloned().unwrap_or_default();
    for (field, answer) in [
        ("createCommitOnBranch", create_commit as fn(&mut State, &Value) -> Reply),
        ("updateRefs", update_refs),
        ("enablePullRequestAutoMerge", enable_auto_merge),
        ("unminimizeComment", unminimize),
        ("minimizeComment", minimize),
    ] {
        if document.contains(field) {
            return answer(state, &input);
        }
    }
    if document.contains("viewer") {
        return data(&json!({"viewer": {"login": "github-actions[bot]", "databaseId": 41_898_282}}));
    }
    let name = format!("{}/{}", text(&variables, "owner"), text(&variables, "name"));
    match state.repository(&name) {
        Some(repository) => data(&json!({"repository": {"id": format!("R_{}", repository.name)}})),
        None => denied("NOT_FOUND", &format!("Could not resolve to a Repository with the name '{name}'.")),
    }
}

/// Answers that it will not.
pub(super) fn denied(kind: &str, words: &str) -> Reply {
    let mut error = json!({"message": words, "path": [], "locations": [{"line": 2, "column": 3}]});
    if !kind.is_empty() {
        error["type"] = json!(kind);
    }
    Reply::json(200, &json!({"data": null, "errors": [error]}))
}

fn data(data: &Value) -> Reply {
    Reply::json(200, &json!({"data": data}))
}

fn text<'value>(value: &'value Value, name: &str) -> &'value str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn create_commit(state: &mut State, input: &Value) -> Reply {
    let additions = input.pointer("/fileChanges/additions").and_then(Value::as_array).cloned().unwrap_or_default();
    let size: usize = additions.iter().map(|addition| text(addition, "contents").len()).sum();
    if size > LARGEST {
        return Reply::error(502, "Bad Gateway");
    }
    let branch = input.get("branch").cloned().unwrap_or_default();
    let (name, branch) = (text(&branch, "repositoryNameWithOwner"), text(&branch, "branchName"));
    let Some(repository) = state.repository_mut(name) else {
        return denied("NOT_FOUND", &format!("Could not resolve to a Repository with the name '{name}'."));
    };
    let Some(present) = repository.branches.get(branch) else {
        return denied("NOT_FOUND", &format!("The branch \"{branch}\" does not exist."));
    };
    let expected = text(input, "expectedHeadOid");
    if present.head != expected {
        let words = format!("Expected branch to point to \"{expected}\" but it did not. Pull and try again.");
        return denied("STALE_DATA", &words);
    }
    let mut files = present.files.clone();
    for addition in &additions {
        let Ok(content) = BASE64_STANDARD.decode(text(addition, "contents")) else {
            return denied("UNPROCESSABLE", "contents is no Base64String");
        };
        let path = text(addition, "path");
        let mode = files.get(path).map(|file| file.mode.clone());
        let mut new = file(&content);
        new.mode = mode.unwrap_or(new.mode);
        files.insert(path.to_owned(), new);
    }
    let message = input.get("message").cloned().unwrap_or_default();
    let (headline, body) = (text(&message, "headline"), text(&message, "body"));
    let message = if body.is_empty() { headline.to_owned() } else { format!("{headline}\n\n{body}") };
    let commit = repository.advance(branch, files, &message);
    data(&json!({"createCommitOnBranch": {"commit": {"oid": commit}}}))
}

fn update_refs(state: &mut State, input: &Value) -> Reply {
    let id = text(input, "repositoryId");
    let Some(repository) = id.strip_prefix("R_").and_then(|name| state.repository_mut(name)) else {
        return denied("NOT_FOUND", &format!("Could not resolve to a node with the global id of '{id}'"));
    };
    for update in input.get("refUpdates").and_then(Value::as_array).into_iter().flatten() {
        let branch = text(update, "name").strip_prefix("refs/heads/").unwrap_or_default().to_owned();
        let (before, after) = (text(update, "beforeOid"), text(update, "afterOid"));
        let head = repository.branches.get(&branch).map(|branch| branch.head.clone()).unwrap_or_default();
        let forced = update.get("force").and_then(Value::as_bool).unwrap_or(false);
        let is_forward = forced || repository.objects.continues(after, &head);
        if head != before || !repository.objects.commits.contains_key(after) || !is_forward {
            // GitHub gives no word for a branch that has moved.
            return denied("", "Something went wrong while executing your query.");
        }
        repository.point(&branch, after);
    }
    data(&json!({"updateRefs": {"clientMutationId": null}}))
}

fn enable_auto_merge(state: &mut State, input: &Value) -> Reply {
    let id = text(input, "pullRequestId").to_owned();
    let Some(pull) = state.pull_mut(&id) else {
        return denied("NOT_FOUND", &format!("Could not resolve to a node with the global id of '{id}'"));
    };
    pull.auto_merge = Some(text(input, "mergeMethod").to_lowercase());
    data(&json!({"enablePullRequestAutoMerge": {"clientMutationId": null}}))
}

fn minimize(state: &mut State, input: &Value) -> Reply {
    let classifier = text(input, "classifier").to_lowercase();
    set_minimized(state, input, "minimizeComment", Some(classifier))
}

fn unminimize(state: &mut State, input: &Value) -> Reply {
    set_minimized(state, input, "unminimizeComment", None)
}

fn set_minimized(state: &mut State, input: &Value, name: &str, minimized: Option<String>) -> Reply {
    let id = text(input, "subjectId").to_owned();
    let Some(comment) = state.comment_mut(&id) else {
        return denied("NOT_FOUND", &format!("Could not resolve to a node with the global id of '{id}'"));
    };
    comment.minimized = minimized;
    data(&json!({name: {"clientMutationId": null}}))
}
