//! Release management.

use crate::detectors::activity::Activity;
use crate::detectors::when::When;
use crate::knowledge::tools::Kind;
use crate::model::place::Position;
use crate::model::repository::name_of;
use crate::model::scorecard::Verdict;
use crate::scorecard::evidence::{all, at, file, looked_for, missing, not_applicable, of, partial, present, share};
use crate::scorecard::facts::Facts;

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

fn publishes<'facts, 'model>(facts: &'facts Facts<'model>) -> Vec<&'facts Activity<'model>> {
    let mut found = facts.of(&[Kind::Release, Kind::Publish]);
    found.retain(|publish| {
        publish.when.iter().any(|when| *when != When::PullRequest && *when != When::PullRequestClosed)
    });
    found
}

fn release_workflow(facts: &Facts<'_>) -> Verdict {
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
    if let Some(release) = releases.iter().find(automatic) {
        return present("releases are made by CI", vec![of(release)]);
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

fn versioning(facts: &Facts<'_>) -> Verdict {
    let found = facts.of(&[Kind::Version]);
    if !found.is_empty() {
        return present("versions are decided by a tool in CI", all(&found));
    }
    let configured = crate::knowledge::tools::tools().all().iter().filter(|tool| tool.kinds.contains(&Kind::Version));
    let path = configured.flat_map(|tool| &tool.files).find(|path| facts.repository.paths.contains(**path));
    if let Some(path) = path {
        return partial("a versioning tool is configured, but does not run in CI", vec![file(path, name_of(path))]);
    }
    let verdict = Verdict { looked_for: looked_for(&[Kind::Version]), ..missing("no tool decides versions", &[]) };
    facts.or_elsewhere(verdict, &["release", "version", "semantic"])
}

/// Returns the version that a manifest at the root states, with its place.
fn version<'facts>(facts: &'facts Facts<'_>) -> Option<(&'static str, Position, &'facts str)> {
    ["Cargo.toml", "package.json", "pyproject.toml", "pom.xml", "composer.json", "gradle.properties"]
        .into_iter()
        .find_map(|path| {
            let text = facts.repository.text(path)?;
            text.text.lines().enumerate().find_map(|(at_line, line)| {
                let trimmed = line.trim().trim_start_matches(['"', '<']);
                let rest = trimmed.strip_prefix("version")?.trim_start_matches(['"', '>']).trim_start();
                let rest = rest.strip_prefix([':', '=']).unwrap_or(rest).trim().trim_start_matches('"');
                let end = rest.find(['"', '<', ',']).unwrap_or(rest.len());
                let value = rest.get(..end)?;
                let digits = value.starts_with(|first: char| first.is_ascii_digit());
                digits.then_some((
                    path,
                    Position { line: at_line + 1, column: 1 + line.len() - line.trim_start().len() },
                    value,
                ))
            })
        })
}

fn changelog(facts: &Facts<'_>) -> Verdict {
    let names = ["changelog", "changes", "history", "news", "releases"];
    let path = facts.repository.paths.iter().find(|path| {
        let name = name_of(path).to_lowercase();
        !path.contains('/') && names.contains(&name.split('.').next().unwrap_or_default())
    });
    let Some(path) = path else {
        return missing("no changelog was found", &["CHANGELOG, CHANGES, HISTORY, NEWS and RELEASES at the root"]);
    };
    let text = facts.repository.text(path).map_or("", |text| text.text.as_str());
    match version(facts) {
        Some((_, _, version)) if !text.contains(version) => {
            partial(format!("the changelog has no entry for {version}"), vec![file(path, "changelog")])
        }
        _ => present("a changelog is kept", vec![file(path, "changelog")]),
    }
}

fn changelog_generated(facts: &Facts<'_>) -> Verdict {
    facts.tool(&[Kind::Changelog], "a tool writes the changelog")
}

fn attests(activity: &Activity<'_>) -> bool {
    let input = activity.input("provenance").is_some_and(|value| value.value != "false");
    let trusted = activity.step.is_some_and(|step| {
        step.is_action("pypa/gh-action-pypi-publish")
            && step.input("password").is_none()
            && step.input("attestations").is_none_or(|value| value.value != "false")
    });
    input || trusted || activity.has_word(|word| word == "--provenance" || word == "--provenance=true")
}

fn artifact_signing(facts: &Facts<'_>) -> Verdict {
    let mut signed = facts.of(&[Kind::Sign]);
    signed.extend(publishes(facts).into_iter().filter(|publish| attests(publish)));
    if publishes(facts).is_empty() && facts.of(&[Kind::ImagePush]).is_empty() && signed.is_empty() {
        return Verdict {
            looked_for: looked_for(&[Kind::Sign]),
            ..missing("nothing is released by CI, so nothing is signed", &[])
        };
    }
    crate::scorecard::evidence::ran(&signed, "what is released is signed", &[Kind::Sign])
}

fn provenance(facts: &Facts<'_>) -> Verdict {
    let mut found = facts.of(&[Kind::Provenance]);
    let builds = facts.of(&[Kind::Publish, Kind::ImageBuild]);
    found.extend(builds.into_iter().filter(|build| attests(build)));
    crate::scorecard::evidence::ran(&found, "releases state where they come from", &[Kind::Provenance])
}

fn semver_tags(facts: &Facts<'_>) -> Verdict {
    if let Some((path, position, version)) = version(facts) {
        let core = version.split(['-', '+']).next().unwrap_or_default();
        let parts: Vec<&str> = core.split('.').collect();
        let numbers = parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
        let evidence = vec![at(path, position, format!("version {version}"))];
        return if parts.len() == 3 && numbers {
            present("the version follows semantic versioning", evidence)
        } else {
            Verdict {
                evidence,
                ..missing("the version does not follow semantic versioning", &["three numbers with dots between them"])
            }
        };
    }
    let tags = facts.repository.workflows.iter().find_map(|workflow| {
        let push = workflow.workflow.triggers.iter().find(|trigger| trigger.name.value == "push")?;
        let tag = push
            .filter("tags")
            .into_iter()
            .find(|tag| tag.value.contains("v*") || tag.value.contains("[0-9]") || tag.value.contains("*.*"))?;
        Some(at(
            &workflow.path,
            facts.repository.position(&workflow.path, tag.span.start),
            format!("tags: {}", tag.value),
        ))
    });
    match tags {
        Some(evidence) => present("version tags start a workflow", vec![evidence]),
        None => not_applicable("no manifest states a version, and no workflow looks at tags"),
    }
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

fn release_notes(facts: &Facts<'_>) -> Verdict {
    if let Some(verdict) = published_notes(facts) {
        return verdict;
    }
    let releases = facts.of(&[Kind::Release, Kind::ReleaseNotes, Kind::Changelog]);
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
                "releases are made without notes",
                &["`generate_release_notes`, `body`, `--notes`, a changelog tool"],
            )
        },
    }
}

fn approval(facts: &Facts<'_>) -> Verdict {
    let publishes = publishes(facts);
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
    share(&all(&good), &all(&bad), "publishing steps wait behind an environment or an approval")
}
