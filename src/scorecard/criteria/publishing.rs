//! What CI releases: whether it does, signed, with notes, and with somebody's consent.

use crate::detectors::activity::Activity;
use crate::detectors::when::When;
use crate::knowledge::tools::Kind;
use crate::model::scorecard::{Status, Verdict};
use crate::scorecard::evidence::{all, file, looked_for, missing, not_applicable, of, partial, present, ran, share};
use crate::scorecard::facts::Facts;

fn publishes<'facts, 'model>(facts: &'facts Facts<'model>) -> Vec<&'facts Activity<'model>> {
    let mut found = facts.of(&[Kind::Release, Kind::Publish]);
    found.retain(|publish| {
        publish.when.iter().any(|when| *when != When::PullRequest && *when != When::PullRequestClosed)
    });
    found
}

/// Returns what reaches users: releases and packages; images, which are named by their digest, where
/// nothing else does.
fn released<'facts, 'model>(facts: &'facts Facts<'model>) -> Vec<&'facts Activity<'model>> {
    let found = publishes(facts);
    if !found.is_empty() {
        return found;
    }
    let mut images = facts.image_pushes();
    images.retain(|push| push.when.iter().any(|when| !matches!(when, When::PullRequest | When::PullRequestClosed)));
    images
}

/// Tells whether something only adds to a release that somebody has published on GitHub.
fn adds_to_release(release: &Activity<'_>) -> bool {
    is_published_by_hand(release) && !release.is(Kind::Publish)
}

pub(super) fn release_workflow(facts: &Facts<'_>) -> Verdict {
    let releases = publishes(facts);
    let automatic = |release: &&&Activity<'_>| {
        release.when.iter().any(|when| {
            matches!(
                when,
                When::Tag
                    | When::DefaultBranch
                    | When::Release
                    | When::Schedule
                    | When::Manual
                    | When::Other
                    | When::OtherBranch
            )
        })
    };
    let (by_hand, made): (Vec<&Activity<'_>>, Vec<&Activity<'_>>) =
        releases.into_iter().partition(|release| adds_to_release(release));
    if let Some(release) = made.iter().find(automatic) {
        return present("releases are made by CI", vec![of(release)]);
    }
    if !by_hand.is_empty() {
        return partial("CI adds files to releases that somebody makes by hand", all(&by_hand));
    }
    let mut images = facts.image_pushes();
    images.extend(facts.of(&[Kind::ArtifactUpload]));
    images.retain(|activity| activity.when.contains(&When::Tag) || activity.when.contains(&When::Release));
    if images.is_empty() {
        let verdict =
            Verdict { looked_for: looked_for(&[Kind::Release, Kind::Publish]), ..missing("CI makes no release", &[]) };
        return facts.or_elsewhere(verdict, &["release", "publish"]);
    }
    partial("images or artifacts are built for tags, but no release is made", all(&images))
}

fn attests(activity: &Activity<'_>) -> bool {
    let input = activity.input("provenance").is_some_and(|value| value.value != "false");
    input || activity.has_word(|word| word == "--provenance" || word == "--provenance=true")
}

/// The action of the Python Package Index attests what it publishes by trust, unless it is told not to.
fn is_attested_by_trust(activity: &Activity<'_>) -> bool {
    activity.step.is_some_and(|step| {
        step.is_action("pypa/gh-action-pypi-publish")
            && step.input("password").is_none()
            && step.input("attestations").is_none_or(|value| value.value != "false")
    })
}

pub(super) fn artifact_signing(facts: &Facts<'_>) -> Verdict {
    let signing = facts.of(&[Kind::Sign]);
    let released = released(facts);
    if released.is_empty() && signing.is_empty() {
        return Verdict {
            looked_for: looked_for(&[Kind::Sign]),
            ..missing("nothing is released by CI, so nothing is signed", &[])
        };
    }
    // A signature counts for what its workflow releases.
    let root = |activity: &Activity<'_>| facts.run(activity).map(|run| run.root.path.as_str());
    let is_signed = |release: &&Activity<'_>| {
        attests(release) || is_attested_by_trust(release) || signing.iter().any(|sign| root(sign) == root(release))
    };
    let (good, bad): (Vec<&Activity<'_>>, Vec<&Activity<'_>>) = released.into_iter().partition(is_signed);
    let mut signed = signing;
    signed.extend(good.into_iter().filter(|release| attests(release) || is_attested_by_trust(release)));
    let verdict = ran(&signed, "what is released is signed", &[Kind::Sign]);
    if verdict.status == Status::Present && !bad.is_empty() {
        let evidence = all(&signed).into_iter().take(1).chain(all(&bad)).collect();
        return partial("some of what is released is signed", evidence);
    }
    verdict
}

pub(super) fn provenance(facts: &Facts<'_>) -> Verdict {
    let mut found = facts.of(&[Kind::Provenance]);
    let builds = facts.of(&[Kind::Publish, Kind::ImageBuild]);
    found.extend(builds.into_iter().filter(|build| attests(build) || is_attested_by_trust(build)));
    ran(&found, "releases state where they come from", &[Kind::Provenance])
}

/// Where GitHub shows releases.
const RELEASES: &str = "settings/releases";

/// Judges the notes of the releases that GitHub knows; `None` where it knows none.
fn published_notes(facts: &Facts<'_>) -> Option<Verdict> {
    let releases = facts.platform?.releases.as_ref()?;
    let without = releases.iter().filter(|release| !release.has_notes).count();
    let seen = vec![file(RELEASES, format!("{without} of the latest {} releases without notes", releases.len()))];
    match (releases.is_empty(), without) {
        (true, _) => None,
        (false, 0) => Some(present("the latest releases have notes", seen)),
        (false, _) if without < releases.len() => Some(partial("some releases have no notes", seen)),
        (false, _) => {
            Some(Verdict { evidence: seen, ..missing("releases have no notes", &["notes of the latest releases"]) })
        }
    }
}

/// Tells whether something only runs for a release that somebody has published on GitHub.
fn is_published_by_hand(activity: &Activity<'_>) -> bool {
    activity.when.len() == 1 && activity.when.contains(&When::Release)
}

pub(super) fn release_notes(facts: &Facts<'_>) -> Verdict {
    if let Some(verdict) = published_notes(facts) {
        return verdict;
    }
    let releases = facts.of(&[Kind::Release, Kind::ReleaseNotes, Kind::Changelog]);
    if releases.is_empty() && !released(facts).is_empty() {
        return not_applicable("needs a token: CI publishes, but what GitHub's releases say stands in no file");
    }
    if releases.is_empty() {
        return Verdict {
            looked_for: looked_for(&[Kind::ReleaseNotes, Kind::Changelog]),
            ..missing("no release is made by CI", &[])
        };
    }
    let with_notes = |release: &&&Activity<'_>| {
        let inputs =
            ["body", "body_path", "bodyFile", "generate_release_notes", "generateReleaseNotes", "notes", "changelog"];
        let input = inputs.iter().any(|name| release.input(name).is_some_and(|value| value.value != "false"));
        let words = ["--notes", "-n", "--notes-file", "-F", "--generate-notes", "--notes-from-tag"];
        release.is(Kind::Changelog)
            || input
            || release.has_word(|word| words.contains(&word.split('=').next().unwrap_or_default()))
    };
    match releases.iter().find(with_notes) {
        Some(release) => present("releases have notes", vec![of(release)]),
        None if releases.iter().all(|release| is_published_by_hand(release)) => {
            not_applicable("needs a token: releases are made by hand, and what they say stands in no file")
        }
        None => Verdict {
            evidence: all(&releases).into_iter().take(6).collect(),
            ..missing(
                "the step that makes the release writes no notes",
                &["`generate_release_notes`, `body`, `--notes`, a changelog tool"],
            )
        },
    }
}

pub(super) fn approval(facts: &Facts<'_>) -> Verdict {
    let publishes = released(facts);
    if publishes.is_empty() {
        return not_applicable("CI publishes nothing");
    }
    let approvals = facts.of(&[Kind::Approval]);
    let by_hand = facts.of(&[Kind::Release]).into_iter().all(is_published_by_hand);
    let gated = |publish: &&Activity<'_>| {
        let environment = facts.run(publish).is_some_and(|run| run.job.environment.is_some());
        // Somebody published the release that starts it.
        environment
            || (by_hand && is_published_by_hand(publish))
            || approvals.iter().any(|approval| facts.is_after(publish, approval))
    };
    let (good, bad): (Vec<&Activity<'_>>, Vec<&Activity<'_>>) = publishes.into_iter().partition(gated);
    share(&all(&good), &all(&bad), "publishing steps wait for an environment, an approval or a release by hand")
}
