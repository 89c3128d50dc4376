//! What a release should come with: a signature, its origin, notes, somebody's approval.

use crate::detectors::activity::Activity;
use crate::detectors::goreleaser::is_draft;
use crate::detectors::when::When;
use crate::knowledge::tools::Kind;
use crate::model::scorecard::{Evidence, Verdict};
use crate::scorecard::evidence::{
    all, by_place, file, looked_for, missing, not_applicable, of, partial, present, ran, share,
};
use crate::scorecard::facts::Facts;
use crate::scorecard::publishing::{is_by_hand, only_adds};
use crate::scorecard::versions::is_changelog;

fn attests(facts: &Facts<'_>, activity: &Activity<'_>) -> bool {
    let input = activity.input("provenance").is_some_and(|value| value.value != "false");
    let trusted = activity.step.is_some_and(|step| {
        step.is_action("pypa/gh-action-pypi-publish")
            && step.input("password").is_none()
            && step.input("attestations").is_none_or(|value| value.value != "false")
    });
    input
        || trusted
        || facts.is_trusted_by_npm(activity)
        || activity.has_word(|word| word == "--provenance" || word == "--provenance=true")
}

/// What a signature is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Product {
    Image,
    File,
}

fn product(publication: &Activity<'_>) -> Product {
    let is_image = publication.is(Kind::ImagePush) || publication.is(Kind::ImageBuild);
    if is_image && !publication.is(Kind::Release) { Product::Image } else { Product::File }
}

fn is_on(signature: &Activity<'_>, product: Product) -> bool {
    match product {
        Product::Image => !signature.is(Kind::SignFiles),
        Product::File => !signature.is(Kind::SignImages),
    }
}

/// Returns where the workflow of an activity starts.
fn root<'facts>(facts: &'facts Facts<'_>, activity: &Activity<'_>) -> &'facts str {
    facts.run(activity).map_or("", |run| run.root.path.as_str())
}

/// Tells whether a package goes to `PyPI`, which takes attestations with it.
fn is_to_pypi(publication: &Activity<'_>) -> bool {
    let words: Vec<&str> = publication.words.iter().map(String::as_str).collect();
    let by_action = publication.step.is_some_and(|step| step.is_action("pypa/gh-action-pypi-publish"));
    by_action || matches!(words.as_slice(), ["uv", "publish", ..] | ["twine", "upload", ..])
}

/// Tells whether a release is made without files of its own: what GitHub packs of the sources is all there is.
fn has_no_files(release: &Activity<'_>) -> bool {
    let words: Vec<&str> = release.words.iter().map(String::as_str).collect();
    let ["gh", "release", "create", rest @ ..] = words.as_slice() else { return false };
    let with_value = [
        "--target",
        "--title",
        "-t",
        "--notes",
        "-n",
        "--notes-file",
        "-F",
        "--repo",
        "-R",
        "--notes-start-tag",
        "--discussion-category",
    ];
    let mut skip = false;
    let given = rest.iter().filter(|word| {
        let skipped = std::mem::replace(&mut skip, with_value.contains(word));
        !skipped && !word.starts_with('-')
    });
    // The first is the tag; a list of options in a variable is no file.
    let is_option = |word: &str| {
        let lower = word.to_lowercase();
        word.contains('$')
            && ["flag", "arg", "opt", "prerelease", "draft", "latest"].iter().any(|name| lower.contains(name))
    };
    given.skip(1).all(|word| is_option(word))
}

/// Finds what is released without a signature: images, and files of releases. A signature is on what its own workflow
/// publishes, or, where that publishes nothing of the kind, on what the others do.
fn unsigned(facts: &Facts<'_>, signatures: &[&Activity<'_>]) -> Vec<Evidence> {
    let publications = facts.publications();
    let is_signed = |publication: &Activity<'_>| {
        let kind = product(publication);
        attests(facts, publication)
            || signatures.iter().filter(|signature| is_on(signature, kind)).any(|signature| {
                let own = root(facts, signature);
                let publishes = publications.iter().any(|other| product(other) == kind && root(facts, other) == own);
                !publishes || own == root(facts, publication)
            })
    };
    // A package's registry signs it or has no way to, and what only decides a version releases no file.
    let signable = |publication: &&&Activity<'_>| {
        let is_file = publication.is(Kind::Release) && !publication.is(Kind::Version);
        let is_tag = publication.words.first().is_some_and(|program| program == "git");
        product(publication) == Product::Image
            || is_file && !is_tag && !has_no_files(publication)
            || is_to_pypi(publication)
    };
    let bad = publications.iter().filter(signable).copied().filter(|publication| !is_signed(publication));
    all(&bad.collect::<Vec<_>>())
}

pub(super) fn artifact_signing(facts: &Facts<'_>) -> Verdict {
    let mut signed = facts.of(&[Kind::Sign]);
    signed.extend(facts.publications().into_iter().filter(|publish| attests(facts, publish)));
    if facts.publications().is_empty() && signed.is_empty() {
        return facts.or_unknown_publisher(Verdict {
            looked_for: looked_for(&[Kind::Sign]),
            ..missing("nothing is released by CI, so nothing is signed", &[])
        });
    }
    let verdict = ran(&signed, "what is released is signed", &[Kind::Sign]);
    // What attests itself signs nothing else.
    let open = if signed.is_empty() { Vec::new() } else { unsigned(facts, &facts.of(&[Kind::Sign])) };
    match open.first() {
        Some(first) => {
            let evidence = verdict.evidence.iter().take(3).cloned().chain(open.iter().take(3).cloned()).collect();
            let step = first.seen.split('@').next().unwrap_or_default();
            partial(format!("some of what is released is signed, but not what `{step}` releases"), evidence)
        }
        None => verdict,
    }
}

pub(super) fn provenance(facts: &Facts<'_>) -> Verdict {
    let mut found = facts.of(&[Kind::Provenance]);
    let builds = facts.of(&[Kind::Publish, Kind::ImageBuild]);
    found.extend(builds.into_iter().filter(|build| attests(facts, build)));
    if found.is_empty() {
        let by_default: Vec<&Activity<'_>> =
            facts.image_pushes().into_iter().filter(|push| attests_by_default(facts, push)).collect();
        if !by_default.is_empty() {
            return Verdict {
                evidence: all(&by_default),
                ..missing(
                    "images get BuildKit's own provenance only, which has no signature of its own",
                    &["`actions/attest-build-provenance`, `npm publish --provenance`, SLSA generators"],
                )
            };
        }
    }
    ran(&found, "releases state where they come from", &[Kind::Provenance])
}

/// Tells whether a build is one to which `BuildKit` attaches provenance unasked: one that a builder of its own pushes
/// (docs.docker.com, "Add SBOM and provenance attestations with GitHub Actions").
fn attests_by_default(facts: &Facts<'_>, push: &Activity<'_>) -> bool {
    let is_build = push.step.is_some_and(|step| {
        step.is_action("docker/build-push-action")
            && step.input("provenance").is_none_or(|value| value.value != "false")
    });
    let builders = facts.activities.all.iter().filter(|other| other.run == push.run && other.order < push.order);
    is_build
        && builders.filter_map(|other| other.step).any(|step| {
            let driver = step.input("driver").map_or("docker-container", |driver| driver.value.as_str());
            step.is_action("docker/setup-buildx-action") && driver != "docker"
        })
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

pub(super) fn release_notes(facts: &Facts<'_>) -> Verdict {
    if let Some(verdict) = published_notes(facts) {
        return verdict;
    }
    let mut releases = facts.of(&[Kind::Release, Kind::ReleaseNotes, Kind::Changelog]);
    // What makes the release shows best that it has notes.
    releases.sort_by_key(|release| !release.is(Kind::Release));
    let with_notes = |release: &&&Activity<'_>| {
        let inputs =
            ["body", "body_path", "bodyFile", "generate_release_notes", "generateReleaseNotes", "notes", "changelog"];
        // A text without an expression is the same for each release.
        let is_said = |name: &str, value: &str| value != "false" && (name != "body" || value.contains("${{"));
        let input = inputs.iter().any(|name| release.input(name).is_some_and(|value| is_said(name, &value.value)));
        let words = ["--notes", "-n", "--notes-file", "-F", "--generate-notes", "--notes-from-tag", "--release-notes"];
        let writes = release.is(Kind::Changelog) || release.is(Kind::ReleaseNotes) && !release.is(Kind::Release);
        writes || input || release.has_word(|word| words.contains(&word.split('=').next().unwrap_or_default()))
    };
    if let Some(release) = releases.iter().find(with_notes) {
        return present("releases have notes", vec![of(release)]);
    }
    if facts.are_released_by_hand() {
        return not_applicable("needs a token: releases are made by hand, and only GitHub knows their notes");
    }
    if !releases.is_empty() && releases.iter().all(|release| only_adds(release)) {
        return not_applicable(
            "needs a token: CI only adds files to releases, and only GitHub knows whether they have notes",
        );
    }
    if releases.is_empty() && !facts.releases().is_empty() {
        return not_applicable(
            "needs a token: CI publishes packages, and only GitHub knows whether there are releases with notes",
        );
    }
    if releases.is_empty() {
        return facts.or_unknown_publisher(Verdict {
            looked_for: looked_for(&[Kind::ReleaseNotes, Kind::Changelog]),
            ..missing("no release is made by CI", &[])
        });
    }
    if let Some(release) = releases.iter().find(|release| adds_changelog(release)) {
        return partial(
            "releases come with the changelog as a file, but without notes of their own",
            vec![of(release)],
        );
    }
    Verdict {
        evidence: all(&releases).into_iter().take(6).collect(),
        ..missing(
            "what makes releases writes no notes",
            &["`generate_release_notes`, `body`, `--notes`, a changelog tool"],
        )
    }
}

/// Tells whether the changelog is among the files that are added to a release.
fn adds_changelog(release: &Activity<'_>) -> bool {
    let inputs = ["files", "file", "asset_path", "artifacts", "artifact", "assets"];
    let given = inputs.iter().filter_map(|name| release.input(name)).flat_map(|files| files.value.split([',', '\n']));
    given.chain(release.words.iter().map(String::as_str)).any(|file| is_changelog(file.trim().trim_start_matches("./")))
}

pub(super) fn approval(facts: &Facts<'_>) -> Verdict {
    let mut publishes = facts.publications();
    // Images that are deployed from here are on their way, and the deploy is what waits for somebody.
    let deploys = facts.deploys();
    publishes.retain(|publish| deploys.is_empty() || product(publish) != Product::Image);
    if publishes.is_empty() {
        return facts.or_unknown_publisher(not_applicable("CI publishes nothing"));
    }
    let approvals = facts.of(&[Kind::Approval]);
    let by_hand = facts.are_released_by_hand();
    let gated = |publish: &Activity<'_>| {
        let environment = facts.run(publish).is_some_and(|run| run.job.environment.is_some());
        // Somebody published the release, or asked for the run, that starts it.
        environment
            || drafts(facts, publish)
            || is_started_by_hand(facts, publish) && (by_hand || !publish.when.contains(&When::Release))
            || approvals.iter().any(|approval| facts.is_after(publish, approval))
    };
    let (good, bad) = by_place(&publishes, gated);
    share(&good, &bad, "publishing steps wait for an environment, an approval or somebody who starts them")
}

/// Tells whether something only runs when somebody publishes a release, or asks for it in the browser or by the API.
fn is_started_by_hand(facts: &Facts<'_>, activity: &Activity<'_>) -> bool {
    let by_others = |run: &crate::detectors::runs::JobRun<'_>| {
        run.root.workflow.triggers.iter().any(|trigger| trigger.name.value == "repository_dispatch")
    };
    is_by_hand(activity) && !facts.run(activity).is_some_and(by_others)
}

/// Tells whether a release is made as a draft, which somebody has to publish.
fn drafts<'model>(facts: &Facts<'model>, publish: &Activity<'model>) -> bool {
    publish.is(Kind::Release)
        && (publish.input("draft").is_some_and(|value| value.value == "true")
            || publish.has_word(|word| word == "--draft")
            || is_draft(facts.repository, publish))
}
