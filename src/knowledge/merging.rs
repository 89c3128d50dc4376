//! What merges or approves pull requests, and what makes sure first who wrote them.

use crate::model::workflow::{ActionReference, Step};

const APPROVED: &str = "a pull request is approved";
const MERGED: &str = "a pull request is merged";

/// Actions that approve or merge, and whether they approve.
/// source: the actions' own documentation
/// date: 2026-11-26
const ACTIONS: &[(&str, &str)] = &[
    ("ahmadnassri/action-dependabot-auto-merge", MERGED),
    ("alexwilson/enable-github-automerge-action", MERGED),
    ("ana06/automatic-pull-request-review", APPROVED),
    ("hmarr/auto-approve-action", APPROVED),
    ("juliangruber/approve-pull-request-action", APPROVED),
    ("juliangruber/merge-pull-request-action", MERGED),
    ("pascalgn/automerge-action", MERGED),
    ("peter-evans/enable-pull-request-automerge", MERGED),
    ("reitermarkus/automerge", MERGED),
];

/// Actions that fail, or say nothing, unless the pull request is of whom they expect.
pub const CHECKS: &[&str] = &["actions-cool/check-user-permission", "dependabot/fetch-metadata"];

/// Calls of the API by which `actions/github-script` approves or merges.
const CALLS: &[(&[&str], &str)] = &[
    (&["pulls.merge("], MERGED),
    (&["enablePullRequestAutoMerge"], MERGED),
    (&["pulls.createReview(", "APPROVE"], APPROVED),
    (&["pulls.submitReview(", "APPROVE"], APPROVED),
];

/// Says what the action of a step does to a pull request, if it approves or merges it.
pub fn of_action(step: &Step) -> Option<&'static str> {
    let ActionReference::Repository(reference) = step.reference()? else { return None };
    if reference.name_is("actions/github-script") {
        let script = &step.input("script")?.value;
        let call = CALLS.iter().find(|(words, _)| words.iter().all(|word| script.contains(word)))?;
        return Some(call.1);
    }
    ACTIONS.iter().find(|(name, _)| reference.name_is(name)).map(|(_, what)| *what)
}

/// Says what a command, program first, does to a pull request, if it approves or merges it.
pub fn of_command(words: &[&str]) -> Option<&'static str> {
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(word));
    match words {
        ["gh", "pr", "merge", ..] if !has(&["--disable-auto"]) => Some(MERGED),
        ["gh", "pr", "review", ..] if has(&["--approve", "-a"]) => Some(APPROVED),
        ["gh", "api", ..] if words.iter().any(|word| word.contains("/pulls/") && word.ends_with("/merge")) => {
            Some(MERGED)
        }
        ["gh", "api", "graphql", ..] if words.iter().any(|word| word.contains("enablePullRequestAutoMerge")) => {
            Some(MERGED)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn does(command: &str) -> Option<&'static str> {
        of_command(&command.split(' ').collect::<Vec<_>>())
    }

    #[test]
    fn commands_that_merge_or_approve_are_known() {
        for merges in [
            "gh pr merge --auto $URL",
            "gh pr merge 7",
            "gh api -X PUT repos/o/r/pulls/7/merge",
            "gh api graphql -f query=mutation{enablePullRequestAutoMerge}",
        ] {
            assert_eq!(does(merges), Some(MERGED), "{merges}");
        }
        for approves in ["gh pr review --approve $URL", "gh pr review 7 -a"] {
            assert_eq!(does(approves), Some(APPROVED), "{approves}");
        }
        for neither in
            ["gh pr review --comment -b x", "gh pr merge --disable-auto", "gh pr view", "gh api repos/o/r/pulls/7"]
        {
            assert_eq!(does(neither), None, "{neither}");
        }
    }
}
