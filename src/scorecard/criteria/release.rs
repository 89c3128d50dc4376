//! Release management.

use super::changelogs::changelog;
use super::own_changelog::{from_history, only_labels};
use super::release_practices::{approval, artifact_signing, provenance, release_notes};
use super::version_tags::semver_tags;
use crate::detectors::activity::Activity;
use crate::detectors::when::When;
use crate::knowledge::tools::Kind;
use crate::model::repository::name_of;
use crate::model::scorecard::{Evidence, Status, Verdict};
use crate::scorecard::evidence::{all, file, looked_for, missing, of, partial, present, ran};
use crate::scorecard::facts::Facts;
use crate::scorecard::publishing::{is_by_hand, is_started_by_release, only_adds};
use crate::scorecard::versions::is_changelog;

declare_criteria! {
    Release;
    /// Tags or merges produce releases by CI
    (3, High, Medium, Released) "release-workflow" => release_workflow,
    "Releases are made on a laptop.",
    "a workflow on tags that builds and publishes";
    /// Versions are decided by a tool
    (2, High, Medium, Released) "versioning" => versioning,
    "Version numbers are guessed, and sometimes used twice.",
    "release-please, semantic-release, changesets or cargo-release in CI";
    /// A changelog is kept
    (1, Medium, Small, Released) "changelog" => changelog,
    "Nobody knows what an update brings.",
    "CHANGELOG.md with an entry for each version";
    /// The changelog is generated or checked by a tool
    (1, Medium, Small, Released) "changelog-generated" => changelog_generated,
    "The changelog misses what was forgotten.",
    "git-cliff, release-please or changesets";
    /// What is released is signed
    (2, High, Small, Released) "artifact-signing" => artifact_signing,
    "Nobody can tell a release from a forgery.",
    "`actions/attest-build-provenance` or `cosign sign`";
    /// Releases state where they come from
    (1, Medium, Small, Released) "provenance" => provenance,
    "Nobody can prove which commit a release was built from.",
    "`actions/attest-build-provenance`, or `npm publish --provenance`";
    /// Versions follow semantic versioning
    (1, Low, Small, Released) "semver-tags" => semver_tags,
    "Users cannot tell a fix from a break.",
    "versions of the form 1.2.3 in the manifest";
    /// Each release has notes
    (1, Low, Small, Released) "release-notes" => release_notes,
    "Users read the commits.",
    "`generate_release_notes: true`, or notes written by the release step";
    /// Somebody approves before publishing
    (1, Medium, Small, Released) "approval" => approval,
    "A stolen token publishes to everybody at once.",
    "a protected `environment:` in the job that publishes";
}

fn release_workflow(facts: &Facts<'_>) -> Verdict {
    let releases = facts.releases();
    let automatic = |release: &&&Activity<'_>| {
        // Files that are added to a release that somebody made are no release.
        let is_added = is_started_by_release(release) && !release.is(Kind::Publish);
        !is_added
            && !only_adds(release)
            && release.when.iter().any(|when| {
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
    // What makes a release says more than what tells others of it.
    let made = releases.iter().find(|release| automatic(release) && release.is(Kind::Release));
    if let Some(release) = made.or_else(|| releases.iter().find(|it| automatic(it) && !it.is(Kind::Index))) {
        let because = if is_started_by_release(release) && !release.is(Kind::Release) {
            "packages are published by CI once somebody has made a release"
        } else {
            "releases are made by CI"
        };
        return present(because, vec![of(release)]);
    }
    let mut images = facts.image_pushes();
    images.extend(facts.of(&[Kind::ArtifactUpload, Kind::Release]));
    images.retain(|activity| {
        let is_on_tag = activity.when.contains(&When::Tag) || activity.when.contains(&When::Release);
        (is_on_tag || only_adds(activity)) && !is_taken_on(facts, activity)
    });
    if images.is_empty() {
        // What others can pull as soon as a change is merged is no release yet, but built and published by CI.
        let mut merged = facts.image_pushes();
        merged.retain(|push| push.when.contains(&When::DefaultBranch));
        if !merged.is_empty() {
            return partial("images of the default branch are published, but no release is made", all(&merged));
        }
        let mut started = facts.image_pushes();
        started.retain(|push| push.when.contains(&When::Manual));
        if !started.is_empty() {
            return partial("images are published where somebody starts it, but no release is made", all(&started));
        }
        let verdict =
            Verdict { looked_for: looked_for(&[Kind::Release, Kind::Publish]), ..missing("CI makes no release", &[]) };
        // What somebody has released already is not released there.
        let verdict = facts.or_elsewhere_by(verdict, &["release", "publish"], |call| !is_started_by_release(call));
        return if verdict.status == Status::Missing { facts.or_unknown_publisher(verdict) } else { verdict };
    }
    if facts.are_released_by_hand() {
        // What runs at other times, too, shows something else.
        let by_release = |activity: &&&Activity<'_>| is_by_hand(activity) || only_adds(activity);
        let shown: Vec<&Activity<'_>> = images.iter().filter(by_release).copied().collect();
        let shown = if shown.is_empty() { &images } else { &shown };
        return partial("CI publishes or adds files once somebody has made a release by hand", all(shown));
    }
    if images.iter().all(|activity| only_adds(activity)) {
        return partial("CI adds files to releases, but makes none", all(&images));
    }
    partial("images or artifacts are built for tags, but no release is made", all(&images))
}

/// Tells whether an upload is one that a later job of the run takes on: no file of a release, but a step to one.
fn is_taken_on(facts: &Facts<'_>, upload: &Activity<'_>) -> bool {
    let own = upload.input("name").map_or("artifact", |name| name.value.as_str());
    // Of what is computed, or a pattern, the start tells.
    let start = |name: &str| name.split(['*', '$']).next().unwrap_or_default().to_owned();
    let is_open = |name: &str| name.contains(['*', '$']);
    let is_same = |name: &str| match (is_open(own), is_open(name)) {
        (false, false) => own == name,
        (false, true) => own.starts_with(&start(name)),
        (true, false) => name.starts_with(&start(own)),
        (true, true) => start(own).starts_with(&start(name)) || start(name).starts_with(&start(own)),
    };
    let fits = |download: &Activity<'_>| {
        let mut named = ["name", "pattern"].into_iter().filter_map(|input| download.input(input)).peekable();
        // One without a name takes all of them.
        named.peek().is_none() || named.any(|name| is_same(&name.value))
    };
    let downloads = facts.of(&[Kind::ArtifactDownload]);
    upload.is(Kind::ArtifactUpload)
        && downloads.iter().any(|it| it.run != upload.run && facts.is_after(it, upload) && fits(it))
}

fn versioning(facts: &Facts<'_>) -> Verdict {
    let mut found = facts.of(&[Kind::Version]);
    found.retain(|activity| !is_told_the_version(activity));
    if !found.is_empty() {
        return present("versions are decided by a tool in CI", all(&found));
    }
    let configured = crate::knowledge::tools::tools().all().iter().filter(|tool| tool.kinds.contains(&Kind::Version));
    let path = configured.flat_map(|tool| &tool.files).find(|path| facts.repository.paths.contains(**path));
    if let Some(path) = path {
        return partial("a versioning tool is configured, but does not run in CI", vec![file(path, name_of(path))]);
    }
    let verdict = Verdict { looked_for: looked_for(&[Kind::Version]), ..missing("no tool decides versions", &[]) };
    // What starts for a tag or a release gets a version that somebody has decided.
    let is_before = |call: &Activity<'_>| call.when.iter().any(|when| !matches!(when, When::Tag | When::Release));
    facts.or_elsewhere_by(verdict, &["release", "version", "semantic"], is_before)
}

/// Tells whether a command only writes down a version that somebody else decides: `npm version 1.2.3`, or a variable
/// that is called so.
fn is_told_the_version(activity: &Activity<'_>) -> bool {
    let mut words = activity.words.iter().map(String::as_str).filter(|word| !word.starts_with('-'));
    let is_npm = matches!(words.next(), Some("npm" | "pnpm" | "yarn")) && words.next() == Some("version");
    let given = words.next().unwrap_or_default().to_lowercase();
    let is_number = given.trim_start_matches('v').starts_with(|first: char| first.is_ascii_digit());
    let is_named = given.starts_with('$') && ["version", "tag", "ref_name"].iter().any(|name| given.contains(name));
    is_npm && (is_number || is_named)
}

fn changelog_generated(facts: &Facts<'_>) -> Verdict {
    let mut found = facts.of(&[Kind::Changelog]);
    found.retain(|activity| !only_labels(facts, activity));
    let verdict = ran(&found, "a tool writes the changelog", &[Kind::Changelog]);
    if verdict.status != Status::Missing {
        return verdict;
    }
    if let Some(evidence) = from_history(facts) {
        return present("a program of the repository writes the notes of releases from what was merged", evidence);
    }
    let checks = facts.of(&[Kind::ChangelogCheck]);
    let check = checks.first().map(|check| of(check)).or_else(|| changelog_check(facts));
    match check {
        Some(check) => present("a check asks each change for an entry in the changelog", vec![check]),
        None => verdict,
    }
}

/// Finds a step on pull requests that looks at what they change in the changelog, and can fail by it.
fn changelog_check(facts: &Facts<'_>) -> Option<Evidence> {
    let looks = ["git diff", "git log", "git show", "gh pr diff", "git diff-tree"];
    let names_it = |line: &str| {
        let words = line.split(|character: char| character.is_whitespace() || "'\"^$();|&<>`".contains(character));
        words.into_iter().any(is_changelog)
    };
    facts.activities.all.iter().filter(|activity| activity.when.contains(&When::PullRequest)).find_map(|activity| {
        // Commands inside `$(…)` are part of a word, so that the lines are looked at.
        let line = facts.script_line(activity, |line| names_it(line) && looks.iter().any(|words| line.contains(words)));
        line.filter(|_| facts.can_fail_behind(activity))
    })
}
