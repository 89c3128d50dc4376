//! What the token of a job was granted: every call outside of it is refused, as GitHub does.
//!
//! Follows <https://docs.github.com/rest/authentication/permissions-required-for-github-apps>.

use std::collections::BTreeMap;

use super::reply::{Asked, Reply};

/// The permissions of a job, by scope; those that are not named are none.
pub(crate) type Granted = BTreeMap<String, String>;

/// Refuses a request that needs what was not granted.
pub(super) fn refused(granted: &Granted, asked: &Asked<'_>) -> Option<Reply> {
    let (scopes, level) = need(asked)?;
    let has = |scope: &&str| {
        let has = granted.get(*scope).map(String::as_str);
        has == Some("write") || (level == "read" && has == Some("read"))
    };
    let needed: Vec<String> = scopes.iter().map(|scope| format!("{}={level}", scope.replace('-', "_"))).collect();
    let reply = || Reply::error(403, "Resource not accessible by integration");
    (!scopes.iter().any(has)).then(|| reply().header("x-accepted-github-permissions", &needed.join("; ")))
}

/// Returns the permissions of which a request needs one. What stands in nobody's list needs one that
/// nobody has, so that a new request is noticed.
fn need(asked: &Asked<'_>) -> Option<(&'static [&'static str], &'static str)> {
    let parts: Vec<&str> = asked.parts.iter().map(String::as_str).collect();
    let reads = asked.seen.method == "GET";
    let level = if reads { "read" } else { "write" };
    let scopes: &[&str] = match parts.as_slice() {
        ["rate_limit"] => return None,
        ["graphql"] => {
            let question = asked.seen.question.as_deref().unwrap_or_default();
            let scopes: &[&str] =
                if question.contains("inimizeComment") { &["issues", "pull-requests"] } else { &["contents"] };
            return Some((scopes, if question.contains("mutation") { "write" } else { "read" }));
        }
        ["repos", _, _] | ["repos", _, _, "rules", ..] if reads => return None,
        ["repos", _, _, "actions", ..] => &["actions"],
        ["repos", _, _, "pulls", ..] | ["repos", _, _, "commits", _, "pulls"] => &["pull-requests"],
        ["repos", _, _, "check-runs", ..] | ["repos", _, _, "commits", _, "check-runs"] => &["checks"],
        ["repos", _, _, "statuses", ..] => &["statuses"],
        ["repos", _, _, "deployments", ..] => &["deployments"],
        ["repos", _, _, "issues", _, "comments"] | ["repos", _, _, "issues", "comments", _] => {
            &["issues", "pull-requests"]
        }
        ["repos", _, _, "issues", ..] => &["issues"],
        [
            "repos",
            _,
            _,
            "contents" | "git" | "branches" | "tags" | "commits" | "compare" | "releases" | "tarball",
            ..,
        ] => &["contents"],
        _ => &["administration"],
    };
    Some((scopes, level))
}
