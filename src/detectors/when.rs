//! When a workflow's jobs run, as far as its triggers and their conditions say.

use std::collections::BTreeSet;

use crate::model::workflow::{Event, Trigger, Workflow};
use crate::model::yaml::Text;

/// An occasion on which a job runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// A pull request is opened or pushed to, or enters the merge queue.
    PullRequest,
    /// Another workflow that ran for a pull request has ended.
    AfterPullRequest,
    /// A pull request is closed.
    PullRequestClosed,
    /// A push to the default branch.
    DefaultBranch,
    /// A push to another branch.
    OtherBranch,
    /// A pushed tag.
    Tag,
    /// A release.
    Release,
    /// A schedule.
    Schedule,
    /// Somebody asks for it.
    Manual,
    /// Anything else.
    Other,
}

/// The names that default branches go by; which one it is stands in no file.
const DEFAULT_BRANCHES: &[&str] = &["main", "master", "trunk", "develop", "dev", "next", "devel", "default"];

/// Returns the occasions on which a workflow starts by itself or by hand; none for one that is
/// only called by others.
pub fn occasions(workflow: &Workflow) -> BTreeSet<When> {
    workflow.triggers.iter().flat_map(of_trigger).collect()
}

fn of_trigger(trigger: &Trigger) -> Vec<When> {
    let Some(event) = trigger.event else { return Vec::new() };
    if event == Event::WorkflowCall {
        return Vec::new();
    }
    if matches!(event, Event::PullRequest | Event::PullRequestTarget) {
        return of_pull_request(trigger);
    }
    match event.name() {
        "merge_group" => vec![When::PullRequest],
        "push" => of_push(trigger),
        "release" => vec![When::Release],
        "schedule" => vec![When::Schedule],
        "workflow_dispatch" | "repository_dispatch" => vec![When::Manual],
        _ => vec![When::Other],
    }
}

fn of_pull_request(trigger: &Trigger) -> Vec<When> {
    let types = trigger.filter("types");
    let ignored = trigger.filter("branches-ignore");
    if ignored.iter().any(|branch| matches!(branch.as_str(), "*" | "**")) {
        return Vec::new();
    }
    let closed = types.iter().any(|kind| kind.value == "closed");
    let open = types.is_empty() || types.iter().any(|kind| matches!(kind.as_str(), "opened" | "synchronize"));
    [(open, When::PullRequest), (closed, When::PullRequestClosed)]
        .into_iter()
        .filter_map(|(is_so, when)| is_so.then_some(when))
        .collect()
}

fn of_push(trigger: &Trigger) -> Vec<When> {
    let has = |key: &str| trigger.node.as_ref().is_some_and(|node| node.get(key).is_some());
    let branches = trigger.filter("branches");
    let mut found = Vec::new();
    if branches.iter().any(|branch| is_default_branch(&branch.value)) {
        found.push(When::DefaultBranch);
    }
    if has("branches-ignore") {
        found.extend([When::DefaultBranch, When::OtherBranch]);
    }
    let tags = has("tags") || has("tags-ignore");
    let any_branch = has("branches") || has("branches-ignore");
    if !any_branch && !tags {
        found.extend([When::DefaultBranch, When::OtherBranch, When::Tag]);
    }
    if tags {
        found.push(When::Tag);
    }
    if found.is_empty() || branches.iter().any(|branch| !is_default_branch(&branch.value)) {
        found.push(When::OtherBranch);
    }
    found
}

fn is_default_branch(pattern: &str) -> bool {
    DEFAULT_BRANCHES.contains(&pattern) || matches!(pattern, "*" | "**" | "$default-branch")
}

/// Returns what is left of the occasions under a condition. Only what a condition says outright
/// is read: comparisons of the event's name and of the ref, joined by `&&`.
pub fn restrict(occasions: &BTreeSet<When>, condition: Option<&Text>) -> BTreeSet<When> {
    let Some(condition) = condition else { return occasions.clone() };
    let text: String = condition.value.chars().filter(|character| !character.is_whitespace()).collect();
    let text = text.trim_start_matches("${{").trim_end_matches("}}").replace('"', "'");
    if text.contains("||") {
        return occasions.iter().copied().filter(|when| text.split("||").any(|part| allows(part, *when))).collect();
    }
    occasions.iter().copied().filter(|when| allows(&text, *when)).collect()
}

fn allows(conjunction: &str, when: When) -> bool {
    conjunction.split("&&").all(|part| {
        let part = part.trim_matches(['(', ')']);
        if let Some(event) = part.strip_prefix("github.event_name=='") {
            return event_allows(event.trim_end_matches(['\'', ')']), when);
        }
        if let Some(event) = part.strip_prefix("github.event_name!='") {
            let event = event.trim_end_matches(['\'', ')']);
            return !event_allows(event, when) || (event == "push" && when == When::Other);
        }
        let is_tag = part.starts_with("startsWith(github.ref,'refs/tags") || part == "github.ref_type=='tag'";
        let on_branch = DEFAULT_BRANCHES.iter().any(|branch| {
            part == format!("github.ref=='refs/heads/{branch}'") || part == format!("github.ref_name=='{branch}'")
        });
        if is_tag {
            return matches!(when, When::Tag | When::Release | When::Manual);
        }
        if on_branch {
            return matches!(when, When::DefaultBranch | When::Schedule | When::Manual | When::Other);
        }
        if let Some(event) = part.strip_prefix("github.event.workflow_run.event=='") {
            let after_pull_request = event.trim_end_matches(['\'', ')']).starts_with("pull_request");
            return after_pull_request == (when == When::AfterPullRequest);
        }
        if part.starts_with("github.event.workflow_run.head_branch=='") {
            return when != When::AfterPullRequest;
        }
        if asks_pull_request(part) {
            return matches!(when, When::PullRequest | When::PullRequestClosed | When::Other);
        }
        match part {
            "github.event.action=='closed'" => when == When::PullRequestClosed,
            "github.event.action!='closed'" => when != When::PullRequestClosed,
            _ => true,
        }
    })
}

/// Tells whether a comparison, without blanks, only holds where the event is about a pull request: of something that its
/// payload says with a text. What no payload says is equal to `false`, `0` and an empty text.
fn asks_pull_request(part: &str) -> bool {
    let says = |side: &str| side.starts_with("github.event.pull_request.");
    let is_text = |side: &str| {
        let inner = side.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
        matches!(side, "true" | "github.repository" | "github.repository_owner" | "github.actor")
            || inner.is_some_and(|inner| inner.starts_with(|first: char| first.is_ascii_alphabetic()))
    };
    part.split_once("==").is_some_and(|(left, right)| says(left) && is_text(right) || says(right) && is_text(left))
}

fn event_allows(event: &str, when: When) -> bool {
    match event {
        "pull_request" | "pull_request_target" => matches!(when, When::PullRequest | When::PullRequestClosed),
        "merge_group" => when == When::PullRequest,
        "push" => matches!(when, When::DefaultBranch | When::OtherBranch | When::Tag),
        "release" => when == When::Release,
        "schedule" => when == When::Schedule,
        "workflow_dispatch" | "repository_dispatch" => when == When::Manual,
        _ => when == When::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::workflow;
    use super::*;

    fn check(on: &str, condition: &str, expected: &[When]) {
        let read = workflow(&format!("on: {on}\njobs:\n  a:\n    if: {condition}\n    steps: []\n"));
        let condition = read.jobs.first().unwrap().condition.as_ref();
        let found = restrict(&occasions(&read), condition);
        assert_eq!(found, expected.iter().copied().collect(), "{on} if {condition:?}");
    }

    #[test]
    fn triggers_and_conditions_say_when() {
        check("push", "true", &[When::DefaultBranch, When::OtherBranch, When::Tag]);
        check("{push: {branches: [main]}}", "true", &[When::DefaultBranch]);
        check("{push: {tags: ['v*']}}", "true", &[When::Tag]);
        check("{push: {branches: ['release/**']}}", "true", &[When::OtherBranch]);
        check("[push, pull_request]", "github.event_name == 'pull_request'", &[When::PullRequest]);
        check("[push, pull_request]", "github.event_name != 'push'", &[When::PullRequest]);
        check("push", "startsWith(github.ref, 'refs/tags/v')", &[When::Tag]);
        check("[pull_request, push]", "${{ github.ref == 'refs/heads/main' }}", &[When::DefaultBranch]);
        check("{pull_request: {types: [closed]}}", "true", &[When::PullRequestClosed]);
        let of_own = "github.event.pull_request.head.repo.full_name == 'a/b' && github.actor != 'bot'";
        check("[push, pull_request]", of_own, &[When::PullRequest]);
        check(
            "[push, pull_request]",
            "github.repository == github.event.pull_request.head.repo.full_name",
            &[When::PullRequest],
        );
        check("{push: {branches: [main]}}", "github.event.pull_request.draft == false", &[When::DefaultBranch]);
        check("{push: {branches: [main]}}", "github.event.pull_request.head.repo.fork != 'x'", &[When::DefaultBranch]);
        check("workflow_call", "true", &[]);
        check(
            "[push, pull_request, schedule]",
            "github.event_name == 'schedule' || github.event_name == 'pull_request'",
            &[When::PullRequest, When::Schedule],
        );
    }
}
