//! Pull requests: opened, listed, and what was merged with its commits.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::listing;
use super::reply::{Asked, Reply};
use super::shapes::Shapes;
use super::state::Repository;

/// A pull request.
#[derive(Clone, Debug)]
pub(crate) struct Pull {
    /// The number.
    pub(crate) number: u64,
    /// The heading.
    pub(crate) title: String,
    /// The text.
    pub(crate) body: String,
    /// The branch that is to be merged.
    pub(crate) head: String,
    /// The branch that it is to be merged into.
    pub(crate) base: String,
    /// Whether it is open.
    pub(crate) open: bool,
    /// How it is merged by itself.
    pub(crate) auto_merge: Option<String>,
    /// How it was merged.
    pub(crate) merge: Option<Merge>,
}

/// How a pull request was merged.
#[derive(Clone, Debug)]
pub(crate) struct Merge {
    /// The commit that came of it.
    pub(crate) commit: String,
    /// When it was opened.
    pub(crate) created_at: Timestamp,
    /// When it was merged.
    pub(crate) merged_at: Timestamp,
    /// When something was last said or done about it.
    pub(crate) updated_at: Timestamp,
    /// When its commits were written.
    pub(crate) commits: Vec<Timestamp>,
    /// Who reviewed it, and when.
    pub(crate) reviews: Vec<(String, Timestamp)>,
}

pub(super) fn answer(repository: &mut Repository, asked: &Asked<'_>, rest: &[&str]) -> Reply {
    match (asked.seen.method.as_str(), rest) {
        ("GET", []) => list(repository, asked),
        ("POST", []) => open(repository, asked),
        ("GET", [number, "commits"]) => commits(repository, asked, number),
        _ => Reply::not_found(),
    }
}

fn list(repository: &Repository, asked: &Asked<'_>) -> Reply {
    let owner = repository.name.split('/').next().unwrap();
    let is = |name: &str, value: &str| asked.parameter(name).is_none_or(|wanted| wanted == value);
    let is_wanted = |pull: &&Pull| {
        let state = if pull.open { "open" } else { "closed" };
        let wanted = asked.parameter("state").unwrap_or("open");
        let fork = repository.conversation.forks.iter().find(|(number, _, _)| *number == pull.number);
        let owner = fork.map_or(owner, |(_, owner, _)| owner.as_str());
        (wanted == "all" || wanted == state) && is("head", &format!("{owner}:{}", pull.head)) && is("base", &pull.base)
    };
    let shapes = Shapes { base: &asked.base, repository: &repository.name };
    let mut pulls: Vec<&Pull> = repository.pulls.iter().filter(is_wanted).collect();
    if asked.parameter("sort") == Some("updated") {
        pulls.sort_by_key(|pull| pull.merge.as_ref().map(|merge| merge.updated_at));
    }
    if asked.parameter("direction") == Some("desc") {
        pulls.reverse();
    }
    let pulls: Vec<Value> = pulls.into_iter().map(|pull| object(repository, &shapes, pull)).collect();
    listing::plain(asked, &pulls)
}

/// Lists the commits of a pull request that was merged.
fn commits(repository: &Repository, asked: &Asked<'_>, number: &str) -> Reply {
    let shapes = Shapes { base: &asked.base, repository: &repository.name };
    let pull = repository.pulls.iter().find(|pull| pull.number.to_string() == number);
    let Some(merge) = pull.and_then(|pull| pull.merge.as_ref()) else { return Reply::not_found() };
    let commit = |at: &Timestamp| {
        let mut commit = shapes.commit(&merge.commit);
        commit["commit"]["author"]["date"] = json!(at.to_string());
        commit
    };
    listing::plain(asked, &merge.commits.iter().map(commit).collect::<Vec<Value>>())
}

/// Lists the pull requests whose head is a commit.
pub(super) fn with_commit(repository: &Repository, asked: &Asked<'_>, commit: &str) -> Reply {
    let shapes = Shapes { base: &asked.base, repository: &repository.name };
    let is_of = |pull: &&Pull| repository.branches.get(&pull.head).is_some_and(|branch| branch.head == commit);
    let pulls = repository.pulls.iter().filter(is_of).map(|pull| object(repository, &shapes, pull));
    Reply::json(200, &Value::Array(pulls.collect()))
}

fn open(repository: &mut Repository, asked: &Asked<'_>) -> Reply {
    let text = |name: &str| asked.text(name).unwrap_or_default().to_owned();
    let (head, base) = (text("head"), text("base"));
    for (field, branch) in [("head", &head), ("base", &base)] {
        if !repository.branches.contains_key(branch) {
            return Reply::error(422, &format!("Validation Failed: {field} invalid"));
        }
    }
    if repository.pulls.iter().any(|pull| pull.open && pull.head == head && pull.base == base) {
        return Reply::error(422, "Validation Failed: A pull request already exists");
    }
    if repository.branches[&head].files.keys().eq(repository.branches[&base].files.keys())
        && repository.branches[&head].head == repository.branches[&base].head
    {
        return Reply::error(422, &format!("Validation Failed: No commits between {base} and {head}"));
    }
    let number = 1 + repository.pulls.len() as u64;
    let pull = Pull {
        number,
        title: text("title"),
        body: text("body"),
        head,
        base,
        open: true,
        auto_merge: None,
        merge: None,
    };
    repository.pulls.push(pull.clone());
    let shapes = Shapes { base: &asked.base, repository: &repository.name };
    Reply::json(201, &object(repository, &shapes, &pull))
}

fn object(repository: &Repository, shapes: &Shapes<'_>, pull: &Pull) -> Value {
    let head = |branch: &str| {
        let sha = repository.branches.get(branch).map(|branch| branch.head.clone()).unwrap_or_default();
        (branch.to_owned(), sha)
    };
    let mut tip = head(&pull.head);
    if let Some((_, _, commit)) = repository.conversation.forks.iter().find(|(number, _, _)| *number == pull.number) {
        tip.1.clone_from(commit);
    }
    let mut object = shapes.pull(pull, &tip, &head(&pull.base));
    if let Some(merge) = &pull.merge {
        object["merge_commit_sha"] = json!(merge.commit);
        for (field, at) in [
            ("created_at", merge.created_at),
            ("updated_at", merge.updated_at),
            ("closed_at", merge.merged_at),
            ("merged_at", merge.merged_at),
        ] {
            object[field] = json!(at.to_string());
        }
    }
    object
}
