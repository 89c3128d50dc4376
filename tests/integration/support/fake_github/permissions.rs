//! What the token of a job was granted: every call outside of it is refused, as GitHub does.
//!
//! Follows <https://docs.github.com/rest/authentication/permissions-required-for-github-apps>.

use std::collections::BTreeMap;

use super::reply::{Asked, Reply};

/// The permissions of a job, by scope; those that are not named are none.
pub(crate) type Granted = BTreeMap<String, String>;

/// Refuses a request that needs what was not granted.
pub(super) fn refused(granted: &Granted, asked: &Asked<'_>) -> Option<Reply> {
    let (scope, level) = need(asked)?;
    let has = granted.get(scope).map(String::as_str);
    let enough = has == Some("write") || (level == "read" && has == Some("read"));
    let reply = || Reply::error(403, "Resource not accessible by integration");
    (!enough).then(|| reply().header("x-accepted-github-permissions", &format!("{scope}={level}")))
}

/// Returns the permission that a request needs. What stands in nobody's list needs one that
/// nobody has, so that a new request is noticed.
fn need(asked: &Asked<'_>) -> Option<(&'static str, &'static str)> {
    let parts: Vec<&str> = asked.parts.iter().map(String::as_str).collect();
    let reads = asked.seen.method == "GET";
    let level = if reads { "read" } else { "write" };
    match parts.as_slice() {
        ["rate_limit"] => None,
        ["graphql"] => {
            let question = asked.seen.question.as_deref().unwrap_or_default();
            Some(("contents", if question.contains("mutation") { "write" } else { "read" }))
        }
        ["repos", _, _] | ["repos", _, _, "rules", ..] if reads => None,
        ["repos", _, _, "actions", ..] => Some(("actions", level)),
        ["repos", _, _, "pulls", ..] | ["repos", _, _, "commits", _, "pulls"] => Some(("pull-requests", level)),
        ["repos", _, _, "check-runs", ..] | ["repos", _, _, "commits", _, "check-runs"] => Some(("checks", level)),
        ["repos", _, _, "deployments", ..] => Some(("deployments", level)),
        ["repos", _, _, "issues", ..] => Some(("issues", level)),
        ["repos", _, _, "contents" | "git" | "branches" | "tags" | "commits" | "compare" | "releases", ..] => {
            Some(("contents", level))
        }
        _ => Some(("administration", level)),
    }
}
