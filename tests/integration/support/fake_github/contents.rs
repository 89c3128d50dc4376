//! Files, references and branches.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::objects::{Files, file};
use super::reply::{Asked, Reply};
use super::shapes::Shapes;
use super::state::Repository;

/// Above this GitHub gives a file's content only raw.
const LARGE: usize = 1024 * 1024;

pub(super) fn answer(repository: &mut Repository, asked: &Asked<'_>, rest: &[&str]) -> Reply {
    match (asked.seen.method.as_str(), rest) {
        ("GET", ["contents", path @ ..]) => read(repository, asked, &path.join("/")),
        ("PUT", ["contents", path @ ..]) => write(repository, asked, &path.join("/")),
        ("GET", ["git", "ref", ..]) if repository.commits.is_empty() => Reply::error(409, "Git Repository is empty."),
        ("GET", ["git", "ref", name @ ..]) => {
            let name = name.join("/");
            let head = name.strip_prefix("heads/").and_then(|branch| repository.branches.get(branch));
            let shapes = shapes(repository, asked);
            head.map_or_else(Reply::not_found, |branch| {
                Reply::json(200, &shapes.reference(&format!("refs/{name}"), &branch.head))
            })
        }
        ("POST", ["git", "refs"]) => create(repository, asked),
        ("GET", ["branches", name @ ..]) => {
            let name = name.join("/");
            let shapes = shapes(repository, asked);
            match repository.branches.get(&name) {
                Some(branch) => Reply::json(200, &shapes.branch(&name, &branch.head)),
                None => Reply::error(404, "Branch not found"),
            }
        }
        _ => Reply::not_found(),
    }
}

fn shapes<'server>(repository: &'server Repository, asked: &'server Asked<'_>) -> Shapes<'server> {
    Shapes { base: &asked.base, repository: &repository.name }
}

/// Reads a file at a branch or commit.
fn read(repository: &Repository, asked: &Asked<'_>, path: &str) -> Reply {
    let wanted = asked.parameter("ref").unwrap_or("main").trim_start_matches("refs/heads/");
    let at_head = || repository.branches.values().find(|branch| branch.head == wanted);
    let present = repository.branches.get(wanted).or_else(at_head).map(|branch| &branch.files);
    let past = repository.objects.commits.get(wanted).map(|commit| &commit.files);
    let Some(files) = present.or(past) else {
        return Reply::error(404, &format!("No commit found for the ref {wanted}"));
    };
    let Some(content) = files.get(path).map(|file| file.content.as_slice()) else {
        return list(&shapes(repository, asked), files, path);
    };
    if asked.seen.header("accept").contains("raw") {
        return Reply::raw(content.to_vec());
    }
    let mut file = shapes(repository, asked).file(path, content);
    let small = content.len() <= LARGE;
    let text = if small { BASE64_STANDARD.encode(content) + "\n" } else { String::new() };
    file.insert("content".to_owned(), json!(text));
    file.insert("encoding".to_owned(), json!(if small { "base64" } else { "none" }));
    Reply::json(200, &Value::Object(file))
}

/// Lists a folder.
fn list(shapes: &Shapes<'_>, files: &Files, path: &str) -> Reply {
    let above = if path.is_empty() { String::new() } else { format!("{path}/") };
    let inside = |(name, file): (&String, &super::objects::File)| {
        let (content, below) = (&file.content, str::strip_prefix(name.as_str(), above.as_str())?);
        let name = below.split('/').next()?;
        let path = format!("{above}{name}");
        let entry = if name == below { shapes.file(&path, content) } else { shapes.folder(&path) };
        Some((path, Value::Object(entry)))
    };
    let entries: BTreeMap<String, Value> = files.iter().filter_map(inside).collect();
    if entries.is_empty() {
        return Reply::not_found();
    }
    Reply::json(200, &Value::Array(entries.into_values().collect()))
}

/// Tells about the repository, as far as anyone here asks.
pub(super) fn about(repository: &Repository, asked: &Asked<'_>) -> Reply {
    let shapes = shapes(repository, asked);
    Reply::json(200, &json!({"full_name": repository.name, "url": shapes.url(), "default_branch": "main"}))
}

/// Writes a file as one commit, if the caller knows what it replaces.
fn write(repository: &mut Repository, asked: &Asked<'_>, path: &str) -> Reply {
    let (Some(message), Some(content)) = (asked.text("message"), asked.text("content")) else {
        return Reply::error(422, "Invalid request.\n\n\"message\", \"content\" weren't supplied.");
    };
    let Ok(content) = BASE64_STANDARD.decode(content.replace('\n', "")) else {
        return Reply::error(422, "content is not valid Base64");
    };
    let name = asked.text("branch").unwrap_or("main").to_owned();
    let Some(branch) = repository.branches.get(&name) else {
        return Reply::error(404, &format!("Branch {name} not found"));
    };
    let present = branch.files.get(path).map(|file| file.id.clone());
    match (asked.text("sha"), present.as_deref()) {
        (None, Some(_)) => return Reply::error(422, "Invalid request.\n\n\"sha\" wasn't supplied."),
        (Some(given), Some(present)) if given != present => {
            return Reply::error(409, &format!("{path} does not match {given}"));
        }
        (Some(given), None) => return Reply::error(409, &format!("{path} does not match {given}")),
        (Some(_), Some(_)) | (None, None) => {}
    }
    let (parent, mut files) = (branch.head.clone(), branch.files.clone());
    files.insert(path.to_owned(), file(&content));
    let head = repository.advance(&name, files, message);
    let shapes = shapes(repository, asked);
    let commit = json!({
        "sha": head,
        "node_id": format!("C_{head}"),
        "url": format!("{}/git/commits/{head}", shapes.url()),
        "html_url": shapes.html(&format!("/commit/{head}")),
        "message": message,
        "parents": [{"sha": parent, "url": format!("{}/git/commits/{parent}", shapes.url()), "html_url": ""}],
    });
    let status = if present.is_some() { 200 } else { 201 };
    Reply::json(status, &json!({"content": shapes.file(path, &content), "commit": commit}))
}

/// Makes a branch at a commit that is known.
fn create(repository: &mut Repository, asked: &Asked<'_>) -> Reply {
    let (Some(name), Some(commit)) = (asked.text("ref"), asked.text("sha")) else {
        return Reply::error(422, "Invalid request.\n\n\"ref\", \"sha\" weren't supplied.");
    };
    let Some(branch) = name.strip_prefix("refs/heads/") else {
        return Reply::error(422, "Reference name must start with 'refs/heads/'");
    };
    if repository.branches.contains_key(branch) {
        return Reply::error(422, "Reference already exists");
    }
    if !repository.objects.commits.contains_key(commit) {
        return Reply::error(422, "Object does not exist");
    }
    repository.point(branch, commit);
    Reply::json(201, &shapes(repository, asked).reference(name, commit))
}
