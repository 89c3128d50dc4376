//! Changelogs that a repository writes itself: out of what was merged or committed since the last release.

use crate::detectors::activity::Activity;
use crate::detectors::runs::JobRun;
use crate::knowledge::tools::Kind;
use crate::model::scorecard::Evidence;
use crate::model::workflow::Grant;
use crate::scorecard::evidence::of;
use crate::scorecard::facts::Facts;

/// Finds a step that lists what was merged or committed and makes a release whose notes it puts together.
pub(super) fn from_history(facts: &Facts<'_>) -> Option<Vec<Evidence>> {
    let releases = facts.of(&[Kind::Release]);
    let mut with_notes = releases.into_iter().filter(|release| {
        let places = ["--notes", "-n", "--notes-file", "-F"];
        let mut given =
            release.words.windows(2).filter(|pair| pair.first().is_some_and(|word| places.contains(&word.as_str())));
        given.any(|pair| {
            pair.last().is_some_and(|notes| {
                notes.contains('$') || pair.first().is_some_and(|word| word != "--notes" && word != "-n")
            })
        })
    });
    with_notes.find_map(|release| {
        let all = facts.activities.all.iter();
        let mut before = all
            .filter(|other| other.run == release.run && other.order == release.order && other.number < release.number);
        let lister = before.find(|other| lists_changes(other))?;
        Some(vec![of(lister), of(release)])
    })
}

/// Tells whether Release Drafter runs without the right to write a release: it labels pull requests then.
pub(super) fn only_labels(facts: &Facts<'_>, activity: &Activity<'_>) -> bool {
    let is_it = activity.step.is_some_and(|step| step.is_action("release-drafter/release-drafter"));
    let run = facts.run(activity).filter(|_| is_it && activity.input("token").is_none());
    let permissions = run.and_then(JobRun::permissions);
    let own_token = activity.step.is_some_and(|step| {
        step.env.iter().any(|(name, value)| {
            name.value == "GITHUB_TOKEN"
                && !["secrets.GITHUB_TOKEN", "github.token"].iter().any(|own| value.value.contains(own))
        })
    });
    permissions.is_some_and(|permissions| permissions.grant("contents") != Grant::Write) && !own_token
}

/// Tells whether a command lists commits or merged pull requests; one of them alone is no list.
fn lists_changes(activity: &Activity<'_>) -> bool {
    let words: Vec<&str> = activity.words.iter().map(String::as_str).collect();
    let is_one = words.iter().any(|word| matches!(*word, "-1" | "-n1" | "--max-count=1"));
    let lists = match words.as_slice() {
        ["git", "log" | "shortlog", ..] => !is_one,
        ["gh", "pr", "list", rest @ ..] => rest.contains(&"merged") || rest.contains(&"--state=merged"),
        _ => false,
    };
    lists && !activity.foreign
}
