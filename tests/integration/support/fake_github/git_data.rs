//! Git's objects one by one, and branches that are moved.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::objects::{Commit, File};
use super::reply::{Asked, Reply};
use super::shapes::{Shapes, blob_id};
use super::state::Repository;

/// GitHub takes no larger file.
const LARGEST: usize = 100 * 1024 * 1024;

pub(super) fn answer(repository: &mut Repository, asked: &Asked<'_>, rest: &[&str]) -> Reply {
    if repository.commits.is_empty() {
        return Reply::error(409, "Git Repository is empty.");
    }
    match (asked.seen.method.as_str(), rest) {
        ("GET", ["git", "trees", id]) => tree(repository, asked, id),
        ("POST", ["git", "trees"]) => new_tree(repository, asked),
        ("GET", ["git", "blobs", id]) => blob(repository, asked, id),
        ("POST", ["git", "blobs"]) => new_blob(repository, asked),
        ("GET", ["git", "commits", id]) => commit(repository, asked, id),
        ("POST", ["git", "commits"]) => new_commit(repository, asked),
        ("PATCH", ["git", "refs", name @ ..]) => advance(repository, asked, &name.join("/")),
        _ => Reply::not_found(),
    }
}

fn url(repository: &Repository, asked: &Asked<'_>) -> String {
    Shapes { base: &asked.base, repository: &repository.name }.url()
}

fn tree(repository: &mut Repository, asked: &Asked<'_>, id: &str) -> Reply {
    let Some(files) = repository.objects.files(id) else { return Reply::not_found() };
    let all = asked.parameter("recursive").is_some();
    let entries = repository.objects.list(&files, all);
    tree_object(repository, asked, 200, id, &entries)
}

fn tree_object(repository: &Repository, asked: &Asked<'_>, status: u16, id: &str, entries: &[Value]) -> Reply {
    let url = format!("{}/git/trees/{id}", url(repository, asked));
    Reply::json(status, &json!({"sha": id, "url": url, "tree": entries, "truncated": false}))
}

fn new_tree(repository: &mut Repository, asked: &Asked<'_>) -> Reply {
    let mut files = match asked.text("base_tree") {
        Some(base) => match repository.objects.files(base) {
            Some(files) => files,
            None => return Reply::error(422, "base_tree is not a valid tree oid"),
        },
        None => super::objects::Files::new(),
    };
    let Some(entries) = asked.body.get("tree").and_then(Value::as_array) else {
        return Reply::error(422, "Invalid request.\n\n\"tree\" wasn't supplied.");
    };
    for entry in entries {
        let text = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        if entry.get("sha").is_some_and(Value::is_null) {
            files.remove(&text("path"));
            continue;
        }
        let Some(content) = repository.objects.blob(&text("sha")) else {
            return Reply::error(422, "tree.sha is not a valid blob");
        };
        files.insert(text("path"), File { id: text("sha"), mode: text("mode"), content });
    }
    let entries = repository.objects.list(&files.clone(), false);
    let id = repository.objects.tree(files);
    tree_object(repository, asked, 201, &id, &entries)
}

fn blob(repository: &Repository, asked: &Asked<'_>, id: &str) -> Reply {
    let Some(content) = repository.objects.blob(id) else { return Reply::not_found() };
    if asked.seen.header("accept").contains("raw") {
        return Reply::raw(content.to_vec());
    }
    let url = format!("{}/git/blobs/{id}", url(repository, asked));
    Reply::json(
        200,
        &json!({
            "sha": id,
            "node_id": format!("B_{id}"),
            "size": content.len(),
            "url": url,
            "content": BASE64_STANDARD.encode(content.as_slice()),
            "encoding": "base64",
        }),
    )
}

fn new_blob(repository: &mut Repository, asked: &Asked<'_>) -> Reply {
    let Some(content) = asked.text("content") else {
        return Reply::error(422, "Invalid request.\n\n\"content\" wasn't supplied.");
    };
    let content = match asked.text("encoding") {
        Some("base64") => BASE64_STANDARD.decode(content).unwrap_or_default(),
        _ => content.as_bytes().to_vec(),
    };
    if content.len() > LARGEST {
        return Reply::error(422, "content is too large");
    }
    let id = blob_id(&content);
    repository.objects.blobs.insert(id.clone(), Arc::new(content));
    let url = format!("{}/git/blobs/{id}", url(repository, asked));
    Reply::json(201, &json!({"sha": id, "url": url}))
}

fn commit(repository: &mut Repository, asked: &Asked<'_>, id: &str) -> Reply {
    match repository.objects.commits.get(id).cloned() {
        Some(commit) => commit_object(repository, asked, 200, id, &commit),
        None => Reply::not_found(),
    }
}

fn new_commit(repository: &mut Repository, asked: &Asked<'_>) -> Reply {
    let (Some(message), Some(tree)) = (asked.text("message"), asked.text("tree")) else {
        return Reply::error(422, "Invalid request.\n\n\"message\", \"tree\" weren't supplied.");
    };
    let Some(files) = repository.objects.files(tree) else { return Reply::error(422, "Tree SHA does not exist") };
    let parents = asked.body.get("parents").and_then(Value::as_array).into_iter().flatten();
    let parents: Vec<String> = parents.filter_map(|parent| parent.as_str().map(str::to_owned)).collect();
    if parents.iter().any(|parent| !repository.objects.commits.contains_key(parent)) {
        return Reply::error(422, "Parent SHA does not exist or is not a commit object");
    }
    let author = asked.body.get("author").cloned();
    let commit = Commit { files, parents, message: message.to_owned(), author };
    let id = repository.commit(commit.clone());
    commit_object(repository, asked, 201, &id, &commit)
}

fn commit_object(repository: &mut Repository, asked: &Asked<'_>, status: u16, id: &str, commit: &Commit) -> Reply {
    let tree = repository.objects.tree(commit.files.clone());
    let url = url(repository, asked);
    let html = Shapes { base: &asked.base, repository: &repository.name }.html(&format!("/commit/{id}"));
    let person = json!({"name": "Octo Cat", "email": "octocat@github.com", "date": "2026-01-01T00:00:00Z"});
    let mut author = person.clone();
    for name in ["name", "email"] {
        if let Some(value) = commit.author.as_ref().and_then(|author| author.get(name)) {
            author[name] = value.clone();
        }
    }
    let parents = commit.parents.iter();
    let parents: Vec<Value> = parents
        .map(|parent| json!({"sha": parent, "url": format!("{url}/git/commits/{parent}"), "html_url": html}))
        .collect();
    Reply::json(
        status,
        &json!({
            "sha": id,
            "node_id": format!("C_{id}"),
            "url": format!("{url}/git/commits/{id}"),
            "html_url": html,
            "author": author,
            "committer": person,
            "message": commit.message,
            "tree": {"sha": tree, "url": format!("{url}/git/trees/{tree}")},
            "parents": parents,
            "verification": {
                "verified": commit.author.is_none(),
                "reason": if commit.author.is_none() { "valid" } else { "unsigned" },
                "signature": null,
                "payload": null,
                "verified_at": null,
            },
        }),
    )
}

/// Moves a branch to a commit, forward unless it is forced.
fn advance(repository: &mut Repository, asked: &Asked<'_>, name: &str) -> Reply {
    let Some(commit) = asked.text("sha") else {
        return Reply::error(422, "Invalid request.\n\n\"sha\" wasn't supplied.");
    };
    let branch = name.strip_prefix("heads/").unwrap_or_default();
    let Some(head) = repository.branches.get(branch).map(|branch| branch.head.clone()) else {
        return Reply::error(422, "Reference does not exist");
    };
    if !repository.objects.commits.contains_key(commit) {
        return Reply::error(422, "Object does not exist");
    }
    let force = asked.body.get("force").and_then(Value::as_bool).unwrap_or(false);
    if !force && !repository.objects.continues(commit, &head) {
        return Reply::error(422, "Update is not a fast forward");
    }
    repository.point(branch, commit);
    let shapes = Shapes { base: &asked.base, repository: &repository.name };
    Reply::json(200, &shapes.reference(&format!("refs/{name}"), commit))
}
