//! Branches and tags as lists, and how a commit stands to a branch.

use serde_json::{Value, json};

use super::reply::{Asked, Reply};
use super::shapes::Shapes;
use super::state::Repository;

/// Answers with a page of the branches or the tags.
pub(super) fn list(repository: &Repository, asked: &Asked<'_>, kind: &str) -> Reply {
    let shapes = Shapes { base: &asked.base, repository: &repository.name };
    let branches = repository.branches.iter().map(|(name, branch)| (name, &branch.head));
    let all: Vec<(&String, &String)> =
        if kind == "tags" { repository.tags.iter().collect() } else { branches.collect() };
    let number = |name: &str| asked.parameter(name).and_then(|text| text.parse::<usize>().ok());
    let (size, page) = (number("per_page").unwrap_or(30).clamp(1, 100), number("page").unwrap_or(1).max(1));
    let shown = all.into_iter().skip((page - 1) * size).take(size);
    let shape = |(name, commit): (&String, &String)| shapes.named(kind, name, commit);
    Reply::json(200, &shown.map(shape).collect())
}

/// Answers with the references whose names begin so, below `heads` or `tags`.
pub(super) fn matching(repository: &Repository, asked: &Asked<'_>, name: &str) -> Reply {
    let shapes = Shapes { base: &asked.base, repository: &repository.name };
    let branches = repository.branches.iter().map(|(name, branch)| (format!("heads/{name}"), &branch.head));
    let tags = repository.tags.iter().map(|(name, commit)| (format!("tags/{name}"), commit));
    let found = branches.chain(tags).filter(|(known, _)| known.starts_with(name));
    let shown: Vec<Value> = found.map(|(known, commit)| shapes.reference(&format!("refs/{known}"), commit)).collect();
    Reply::json(200, &Value::from(shown))
}

/// Answers how a commit stands to a branch; `HEAD` is `main`, which holds all commits but those of forks
/// and of other branches.
pub(super) fn compare(repository: &Repository, asked: &Asked<'_>, range: &str) -> Reply {
    let Some((base, commit)) = range.split_once("...") else { return Reply::not_found() };
    let branch = if base == "HEAD" { "main" } else { base };
    let Some(head) = repository.branches.get(branch).map(|branch| &branch.head) else { return Reply::not_found() };
    if !repository.commits.iter().any(|known| known == commit) {
        return Reply::not_found();
    }
    let is_elsewhere =
        |name: &str| repository.aside.get(name).is_some_and(|commits| commits.iter().any(|known| known == commit));
    let is_of_main = !repository.aside.keys().any(|name| is_elsewhere(name));
    let is_within = if branch == "main" { is_of_main } else { is_elsewhere(branch) };
    let status = match (head == commit, is_within) {
        (true, _) => "identical",
        (false, true) => "behind",
        (false, false) => "diverged",
    };
    let shapes = Shapes { base: &asked.base, repository: &repository.name };
    Reply::json(200, &shapes.comparison(range, head, status))
}

impl Shapes<'_> {
    /// Writes a branch or a tag of a list.
    fn named(&self, kind: &str, name: &str, commit: &str) -> Value {
        let commit = json!({"sha": commit, "url": format!("{}/commits/{commit}", self.url())});
        if kind == "branches" {
            return json!({"name": name, "commit": commit, "protected": false});
        }
        let archive = |kind: &str| format!("{}/{kind}/refs/tags/{name}", self.url());
        json!({"name": name, "commit": commit, "zipball_url": archive("zipball"), "tarball_url": archive("tarball"),
            "node_id": "REF_1"})
    }

    fn comparison(&self, range: &str, head: &str, status: &str) -> Value {
        let url = format!("{}/compare/{range}", self.url());
        let html = self.html(&format!("/compare/{range}"));
        let commit = self.commit(head);
        json!({
            "url": url, "html_url": html, "permalink_url": html, "diff_url": format!("{html}.diff"),
            "patch_url": format!("{html}.patch"), "base_commit": commit, "merge_base_commit": commit,
            "status": status, "ahead_by": 0, "behind_by": 0, "total_commits": 0, "commits": [], "files": [],
        })
    }
}
