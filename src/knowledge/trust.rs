//! Who decides what a context's value is.
//!
//! GitHub's list of values that outsiders control
//! (<https://docs.github.com/actions/reference/security/secure-use>) names paths; the event
//! payloads hold the same objects in many more places, so what counts here is the kind of text
//! that a property holds: a title is free text wherever it stands, a number never is.

/// Who decides what a value is, and so what it may do to a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trust {
    /// Made by GitHub or limited to harmless characters: numbers, hashes, dates, logins.
    Fixed,
    /// Depends on what the workflow puts into it: variables, step outputs, matrix values.
    Unknown,
    /// Free text of those who may push, release or start workflows by hand.
    Insider,
    /// Free text of anyone: whoever opens an issue, a pull request or a fork.
    Outsider,
}

/// What characters a value may have, the harmless first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Alphabet {
    /// None that mean something to a program: numbers, hashes, logins.
    Fixed,
    /// Those of a branch or a tag: no blanks and line breaks, but `$`, `` ` ``, `(`, `;` and `|`.
    Name,
    /// Any of one line.
    Line,
    /// Any.
    Text,
}

/// Properties that hold the name of a branch.
const BRANCHES: &[&str] = &["default_branch", "head_branch", "head_ref", "label", "ref"];

/// Returns what characters a value may have that outsiders decide.
pub fn alphabet(path: &[&str]) -> Alphabet {
    match path {
        ["github", _, .., last] | ["github", last @ "head_ref"] if BRANCHES.contains(last) => Alphabet::Name,
        _ => Alphabet::Text,
    }
}

/// Tells whether a value names code of a pull request: what is checked out by it is not to be
/// trusted.
pub fn names_foreign_code(path: &[&str]) -> bool {
    match path {
        ["github", "head_ref"]
        | ["github", "event", "pull_request", "head", ..]
        | ["github", "event", "pull_request", "merge_commit_sha" | "number"]
        | ["github", "event", "number"]
        | ["github", "event", "issue", "number"] => true,
        ["github", "event", "workflow_run", name, ..] => name.starts_with("head_"),
        _ => false,
    }
}

/// Tells whether an output or a variable is named after the head of a pull request: `head_sha`,
/// `pr-ref`.
pub fn sounds_like_foreign_code(name: &str) -> bool {
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect();
    let heads = ["headsha", "headref", "headbranch", "headcommit", "prsha", "prref", "prhead", "prbranch", "prcommit"];
    heads.iter().any(|head| plain.contains(head))
}

/// Tells whether a property or an output of such a value is the name of a branch, which says nothing of the repository
/// that it is in.
pub fn names_branch(name: &str) -> bool {
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect();
    plain == "ref" || ["headref", "headbranch", "prbranch"].iter().any(|branch| plain.ends_with(branch))
}

/// Properties that hold free text wherever they stand below `github.event`.
const FREE_TEXT: &[&str] = &[
    "body",
    "default_branch",
    "description",
    "display_title",
    "email",
    "head_branch",
    "head_ref",
    "homepage",
    "label",
    "message",
    "name",
    "page_name",
    "ref",
    "summary",
    "title",
];

/// Objects below `github.event` whose text those decide who may push, release or administer.
const INSIDERS_OBJECTS: &[&str] = &[
    "base",
    "base_ref",
    "client_payload",
    "deployment",
    "enterprise",
    "inputs",
    "installation",
    "label",
    "milestone",
    "organization",
    "ref",
    "registry_package",
    "release",
    "repository",
    "sender",
    "workflow",
];

/// Objects below `github.event` that come from outside as a whole.
const OUTSIDERS_OBJECTS: &[&str] = &[
    "changes",
    "check_run",
    "check_suite",
    "comment",
    "commits",
    "discussion",
    "head_commit",
    "issue",
    "pages",
    "pull_request",
    "review",
    "review_comment",
    "workflow_run",
];

/// Properties of `github` that name a branch or a tag which only those choose who may push.
const REFS: &[&str] = &["base_ref", "ref", "ref_name", "workflow_ref"];

/// Tells who decides the value of a context. `path` holds its parts in lower case, with `*` for
/// filters, indices and computed parts.
pub fn of(path: &[&str]) -> Trust {
    match path {
        ["github"] | ["github", "event" | "head_ref"] => Trust::Outsider,
        ["github", "event", rest @ ..] => of_event(rest),
        ["github", name] if REFS.contains(name) => Trust::Insider,
        ["inputs", ..] => Trust::Insider,
        ["github" | "runner" | "strategy" | "secrets" | "job", ..]
        | ["needs", _, "result"]
        | ["steps", _, "outcome" | "conclusion"] => Trust::Fixed,
        _ => Trust::Unknown,
    }
}

fn of_event(path: &[&str]) -> Trust {
    let Some(last) = path.iter().rev().find(|part| **part != "*") else { return Trust::Outsider };
    // A filter over the whole event, such as `github.event.*.body`, reaches every object.
    let first = path.first().copied().unwrap_or_default();
    let is_object = OUTSIDERS_OBJECTS.contains(last) || matches!(*last, "author" | "committer" | "head" | "labels");
    if !FREE_TEXT.contains(last) && !is_object && !INSIDERS_OBJECTS.contains(&first) {
        return Trust::Fixed;
    }
    let by_insiders = INSIDERS_OBJECTS.contains(&first) || path.contains(&"base") || path.contains(&"milestone");
    match (by_insiders, FREE_TEXT.contains(last)) {
        (true, true) => Trust::Insider,
        (true, false) if matches!(first, "inputs" | "client_payload") => Trust::Insider,
        (true, false) if matches!(*last, "tag_name" | "target_commitish" | "base_ref") => Trust::Insider,
        (true, false) => Trust::Fixed,
        // How many commits there are.
        (false, _) if matches!(path, ["pull_request", "head", "repo", "name"] | ["pull_request", "commits"]) => {
            Trust::Fixed
        }
        (false, _) if matches!(path, ["workflow_run", "name"] | ["check_run" | "check_suite", .., "name"]) => {
            Trust::Insider
        }
        (false, _) => Trust::Outsider,
    }
}

/// Says who controls a value that is not to be trusted.
pub fn who(path: &[&str]) -> &'static str {
    let object = match path {
        ["github", "event", object, ..] => *object,
        ["github", "head_ref"] => "pull_request",
        ["github", name] if REFS.contains(name) => "ref",
        [first, ..] => *first,
        [] => "",
    };
    match object {
        "issue" => "whoever opens an issue",
        "comment" | "review_comment" => "whoever comments on an issue or a pull request",
        "pull_request" | "review" => "whoever opens a pull request, even from a fork,",
        "discussion" => "whoever starts a discussion",
        "pages" => "whoever edits the wiki",
        "commits" | "head_commit" => "whoever writes a commit that ends up in the branch",
        "workflow_run" | "check_run" | "check_suite" => {
            "whoever opens a pull request that starts the other workflow, even from a fork,"
        }
        "inputs" => "whoever starts or calls it",
        "ref" | "base_ref" => "whoever may create a branch or a tag",
        "release" => "whoever may publish a release",
        "client_payload" => "whoever sends the dispatch",
        _ => "whoever causes the event",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trust(path: &str) -> Trust {
        of(&path.split('.').collect::<Vec<_>>())
    }

    #[test]
    fn githubs_own_list_is_for_outsiders() {
        for path in [
            "github.event.issue.title",
            "github.event.issue.body",
            "github.event.pull_request.title",
            "github.event.pull_request.body",
            "github.event.comment.body",
            "github.event.review.body",
            "github.event.review_comment.body",
            "github.event.pages.*.page_name",
            "github.event.commits.*.message",
            "github.event.commits.*.author.email",
            "github.event.commits.*.author.name",
            "github.event.head_commit.message",
            "github.event.head_commit.author.email",
            "github.event.head_commit.author.name",
            "github.event.head_commit.committer.email",
            "github.event.pull_request.head.ref",
            "github.event.pull_request.head.label",
            "github.event.pull_request.head.repo.default_branch",
            "github.event.pull_request.head.repo.description",
            "github.event.pull_request.labels.*.name",
            "github.event.workflow_run.head_branch",
            "github.event.workflow_run.display_title",
            "github.event.workflow_run.head_commit.message",
            "github.event.workflow_run.head_repository.description",
            "github.event.workflow_run.pull_requests.*.head.ref",
            "github.event.discussion.title",
            "github.event.changes.new_discussion.labels.*.name",
            "github.event.*.body",
            "github.event.issue",
            "github.event",
            "github.head_ref",
        ] {
            assert_eq!(trust(path), Trust::Outsider, "{path}");
        }
    }

    #[test]
    fn numbers_and_hashes_are_harmless_and_refs_belong_to_insiders() {
        for path in [
            "github.event.pull_request.number",
            "github.event.pull_request.head.sha",
            "github.event.issue.user.login",
            "github.event.repository.full_name",
            "github.event.workflow_run.pull_requests.*.base.repo.id",
            "github.event.action",
            "github.sha",
            "runner.os",
            "secrets.token",
            "needs.a.result",
        ] {
            assert_eq!(trust(path), Trust::Fixed, "{path}");
        }
        for path in ["github.ref_name", "inputs.name", "github.event.release.tag_name", "github.event.inputs.x"] {
            assert_eq!(trust(path), Trust::Insider, "{path}");
        }
        for path in ["env.x", "steps.a.outputs.b", "matrix.os", "vars.x"] {
            assert_eq!(trust(path), Trust::Unknown, "{path}");
        }
    }
}
