//! Commits by the name of a branch or a tag, or by their hash.

use super::reply::{Asked, Reply};
use super::shapes::Shapes;
use super::state::Repository;

/// Answers with the commit that a name stands for: as an object, or as its hash alone.
pub(super) fn answer(repository: &Repository, asked: &Asked<'_>, name: &str) -> Reply {
    if repository.commits.is_empty() {
        return Reply::error(409, "Git Repository is empty.");
    }
    let Some(commit) = resolve(repository, name) else {
        return Reply::error(422, &format!("No commit found for SHA: {name}"));
    };
    let hash = "application/vnd.github.sha";
    if asked.seen.header("accept").contains(hash) {
        return Reply::text(hash, commit);
    }
    let shapes = Shapes { base: &asked.base, repository: &repository.name };
    Reply::json(200, &shapes.commit(commit))
}

fn resolve<'state>(repository: &'state Repository, name: &str) -> Option<&'state String> {
    let short = name.strip_prefix("refs/").unwrap_or(name);
    let branch = |name: &str| repository.branches.get(name).map(|branch| &branch.head);
    let tag = |name: &str| repository.tags.get(name);
    if let Some(name) = short.strip_prefix("heads/") {
        return branch(name);
    }
    if let Some(name) = short.strip_prefix("tags/") {
        return tag(name);
    }
    let is_hash = name.len() >= 7 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    let by_hash = || repository.commits.iter().find(|commit| is_hash && commit.starts_with(name));
    branch(name).or_else(|| tag(name)).or_else(by_hash)
}
