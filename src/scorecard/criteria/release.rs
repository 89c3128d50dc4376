//! Release management.

use super::own_changelog::{from_history, only_labels};
use super::release_practices::{approval, artifact_signing, provenance, release_notes};
use crate::detectors::activity::Activity;
use crate::detectors::when::When;
use crate::knowledge::tools::Kind;
use crate::model::repository::name_of;
use crate::model::scorecard::{Evidence, Status, Verdict};
use crate::scorecard::evidence::{all, at, file, looked_for, missing, not_applicable, of, partial, present, ran};
use crate::scorecard::facts::Facts;
use crate::scorecard::publishing::{is_started_by_release, only_adds};
use crate::scorecard::versions::{Version, is_changelog};

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
        activity.when.contains(&When::Tag) || activity.when.contains(&When::Release) || only_adds(activity)
    });
    if images.is_empty() {
        // What others can pull as soon as a change is merged is no release yet, but built and published by CI.
        let mut merged = facts.image_pushes();
        merged.retain(|push| push.when.contains(&When::DefaultBranch));
        if !merged.is_empty() {
            return partial("images of the default branch are published, but no release is made", all(&merged));
        }
        let verdict =
            Verdict { looked_for: looked_for(&[Kind::Release, Kind::Publish]), ..missing("CI makes no release", &[]) };
        // What somebody has released already is not released there.
        return facts.or_elsewhere_by(verdict, &["release", "publish"], |call| !is_started_by_release(call));
    }
    if facts.are_released_by_hand() {
        return partial("CI publishes or adds files once somebody has made a release by hand", all(&images));
    }
    if images.iter().all(|activity| only_adds(activity)) {
        return partial("CI adds files to releases, but makes none", all(&images));
    }
    partial("images or artifacts are built for tags, but no release is made", all(&images))
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

fn changelog(facts: &Facts<'_>) -> Verdict {
    let of_package = || facts.package_changelogs();
    let Some(path) = facts.changelog() else {
        return match of_package().as_slice() {
            [] => missing(
                "no changelog was found",
                &[
                    "CHANGELOG, CHANGES, HISTORY, NEWS, RELEASES and RELEASE-NOTES at the root, in docs, and beside the manifests of packages",
                ],
            ),
            found => of_packages(facts, found),
        };
    };
    let mut versions = facts.versions();
    // Parts below the root count for themselves; a chart tells the version of what it brings.
    versions.retain(|version| !version.path.contains('/') || name_of(version.path) == "Chart.yaml");
    // A chart has a version of its own beside that of what it brings: an entry for any of them will do.
    let entry = versions.iter().find_map(|version| entry_for(facts, path, version));
    if versions.is_empty() || entry.is_some() {
        return present("a changelog is kept", vec![entry.unwrap_or_else(|| file(path, "changelog"))]);
    }
    let newest = versions.first().map_or("", |version| version.text);
    partial(format!("the changelog has no entry for {newest}"), vec![file(path, "changelog")])
}

/// Judges the changelogs that packages below the root keep for themselves, each with the version of its package.
fn of_packages(facts: &Facts<'_>, found: &[(&str, Version<'_>)]) -> Verdict {
    let (mut kept, mut behind) = (Vec::new(), Vec::new());
    for (path, version) in found {
        match entry_for(facts, path, version) {
            Some(entry) => kept.push(entry),
            None => behind.push(file(path, "changelog")),
        }
    }
    if !kept.is_empty() {
        return present("packages keep changelogs", kept);
    }
    let newest = found.first().map_or("", |(_, version)| version.text);
    partial(format!("the packages' changelogs have no entry for {newest}"), behind)
}

/// Finds the entry of a changelog for a version: the first heading that names it, or else the first line.
fn entry_for(facts: &Facts<'_>, path: &str, version: &Version<'_>) -> Option<Evidence> {
    let core = version.text.split(['-', '+']).next().unwrap_or_default();
    let is_heading = |line: &str| line.starts_with(['#', '=', '[', '*', 'v']) || line.starts_with(char::is_numeric);
    let of_changelog = |other: &str| other == path;
    let heading = facts.line_that(of_changelog, |_, line| is_heading(line) && names_version(line, core));
    heading.or_else(|| facts.line_that(of_changelog, |_, line| names_version(line, core)))
}

/// Tells whether a line names a version, and not one that only holds it: `1.5.0` is not in `11.5.0` or `1.5.0.1`.
fn names_version(line: &str, version: &str) -> bool {
    !version.is_empty()
        && line.match_indices(version).any(|(at, _)| {
            let before = line.get(..at).and_then(|before| before.chars().next_back());
            let after = line.get(at + version.len()..).unwrap_or_default();
            let goes_on = after.strip_prefix('.').unwrap_or(after).starts_with(|next: char| next.is_ascii_digit());
            before.is_none_or(|before| !before.is_ascii_digit() && before != '.') && !goes_on
        })
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

/// Parts of a filter of tags that only names with a version fit.
const VERSION_PATTERNS: &[&str] = &["v*", "[0-9]", "*.*", "v?", "v+", "\\d"];

/// Finds where a workflow starts for tags with versions, or takes the version from a release's tag, or else starts for
/// branches that are named for a whole version: three numbers. Other filters of branches take no version.
fn version_tags(facts: &Facts<'_>) -> Option<Evidence> {
    let filtered = |key: &str, is_version: &dyn Fn(&str) -> bool| {
        facts.repository.workflows.iter().find_map(|workflow| {
            let pushes = workflow.workflow.triggers.iter().filter(|trigger| trigger.name.value == "push");
            let name = pushes.flat_map(|push| push.filter(key)).find(|name| is_version(&name.value))?;
            let place = facts.repository.position(&workflow.path, name.span.start);
            Some(at(&workflow.path, place, format!("{key}: {}", name.value)))
        })
    };
    let taken = || {
        facts.repository.workflows.iter().find_map(|workflow| {
            let source = facts.repository.text(&workflow.path)?;
            let (position, line) = source.line_with(&["github.event.release.tag_name", "type=semver"])?;
            Some(at(&workflow.path, position, line.chars().take(120).collect::<String>()))
        })
    };
    let is_version = |name: &str| VERSION_PATTERNS.iter().any(|part| name.contains(part));
    let tags = filtered("tags", &is_version).or_else(taken);
    tags.or_else(|| filtered("branches", &|name| name.matches("[0-9]").count() == 3))
}

fn semver_tags(facts: &Facts<'_>) -> Verdict {
    let versions = facts.versions();
    let stated = versions.first();
    // A part's version says less than the tags of the whole.
    let tags = version_tags(facts);
    if let Some(version) = stated.filter(|version| tags.is_none() || !version.path.contains('/')) {
        let core = version.text.split(['-', '+']).next().unwrap_or_default();
        let parts: Vec<&str> = core.split('.').collect();
        let numbers = parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
        let evidence = vec![at(version.path, version.position, format!("version {}", version.text))];
        return if parts.len() == 3 && numbers {
            present("the version follows semantic versioning", evidence)
        } else {
            Verdict {
                evidence,
                ..missing("the version does not follow semantic versioning", &["three numbers with dots between them"])
            }
        };
    }
    match tags {
        Some(evidence) => present("a workflow takes versions from tags or branches", vec![evidence]),
        None => not_applicable("no manifest states a version, and no workflow looks at tags"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_told_from_those_that_hold_them() {
        for line in ["## [1.5.0] - 2026", "v1.5.0", "1.5.0.", "* 1.5.0, at last", "release-1.5.0-rc1"] {
            assert!(names_version(line, "1.5.0"), "{line}");
        }
        for line in ["## 11.5.0", "1.5.01", "0.1.5.0", "1.5.0.1", "1.5"] {
            assert!(!names_version(line, "1.5.0"), "{line}");
        }
    }
}
