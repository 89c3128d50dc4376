//! Release management.

use super::publishing::{approval, artifact_signing, provenance, release_notes, release_workflow};
use crate::detectors::activity::Activity;
use crate::detectors::purpose::is_for_tests;
use crate::detectors::when::When;
use crate::knowledge::tools::Kind;
use crate::model::place::Position;
use crate::model::repository::name_of;
use crate::model::scorecard::{Status, Verdict};
use crate::scorecard::evidence::{all, at, file, looked_for, missing, not_applicable, of, partial, present};
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

/// Manifests that state a version.
const MANIFESTS: &[&str] = &[
    "Cargo.toml",
    "package.json",
    "pyproject.toml",
    "pom.xml",
    "composer.json",
    "gradle.properties",
    "Chart.yaml",
    "mix.exs",
];

/// Returns the version that a manifest at the root states, with its place.
fn version<'facts>(facts: &'facts Facts<'_>) -> Option<(&'facts str, Position, &'facts str)> {
    MANIFESTS.iter().find_map(|path| version_in(facts, path))
}

/// Returns the version that the outermost manifest below the root states; a package that says
/// 0.0.0 has none of its own.
fn version_below<'facts>(facts: &'facts Facts<'_>) -> Option<(&'facts str, Position, &'facts str)> {
    let named = |path: &&&String| MANIFESTS.contains(&name_of(path)) && !is_for_tests(path);
    let mut paths: Vec<&String> =
        facts.repository.texts.keys().collect::<Vec<_>>().iter().filter(named).copied().collect();
    paths.sort_by_key(|path| path.matches('/').count());
    paths.into_iter().filter_map(|path| version_in(facts, path)).find(|(.., version)| *version != "0.0.0")
}

fn version_in<'facts>(facts: &'facts Facts<'_>, path: &str) -> Option<(&'facts str, Position, &'facts str)> {
    let (path, text) = facts.repository.texts.get_key_value(path)?;
    {
        {
            text.text.lines().enumerate().find_map(|(at_line, line)| {
                let trimmed = line.trim().trim_start_matches(['"', '<']);
                let rest = trimmed.strip_prefix("version")?.trim_start_matches(['"', '>']).trim_start();
                let rest = rest.strip_prefix([':', '=']).unwrap_or(rest).trim().trim_start_matches('"');
                let end = rest.find(['"', '<', ',']).unwrap_or(rest.len());
                let value = rest.get(..end)?;
                let digits = value.starts_with(|first: char| first.is_ascii_digit());
                let position = Position { line: at_line + 1, column: 1 + line.len() - line.trim_start().len() };
                digits.then_some((path.as_str(), position, value))
            })
        }
    }
}

fn changelog(facts: &Facts<'_>) -> Verdict {
    let names = ["changelog", "changes", "history", "news", "releases", "releasenotes"];
    let path = facts.repository.paths.iter().find(|path| {
        let name = name_of(path).to_lowercase().replace(['-', '_'], "");
        !path.contains('/') && names.contains(&name.split('.').next().unwrap_or_default())
    });
    let Some(path) = path else {
        return missing(
            "no changelog was found",
            &["CHANGELOG, CHANGES, HISTORY, NEWS, RELEASES and RELEASE-NOTES at the root"],
        );
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
    let verdict = facts.tool(&[Kind::Changelog], "a tool writes the changelog");
    let looks = |activity: &&Activity<'_>| {
        let program = activity
            .words
            .first()
            .is_some_and(|program| matches!(program.as_str(), "grep" | "rg" | "git" | "diff" | "test" | "[" | "[["));
        let named = activity.has_word(|word| word.to_uppercase().contains("CHANGELOG"));
        // `$(git diff … CHANGELOG.md | grep …)` stands inside a word.
        let script = activity.step.and_then(crate::model::workflow::Step::script);
        let in_script = script.is_some_and(|script| {
            script.text.value.lines().any(|line| line.contains("git diff") && line.contains("CHANGELOG"))
        });
        program && (named || in_script) && activity.when.contains(&When::PullRequest)
    };
    match facts.activities.all.iter().find(looks).filter(|_| verdict.status == Status::Missing) {
        Some(check) => present("a check of pull requests looks at the changelog", vec![of(check)]),
        None => verdict,
    }
}

fn semver_tags(facts: &Facts<'_>) -> Verdict {
    let stated = version(facts).or_else(|| version_below(facts));
    if let Some((path, position, version)) = stated {
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
            .find(|tag| tag.value.contains("v*") || tag.value.contains("[0-9]") || tag.value.contains('*'))?;
        Some(at(
            &workflow.path,
            facts.repository.position(&workflow.path, tag.span.start),
            format!("tags: {}", tag.value),
        ))
    });
    // A release that somebody publishes hands its tag on.
    let handed_on = || facts.line_in(|path| path.starts_with(".github/workflows/"), &["github.event.release.tag_name"]);
    match tags.or_else(handed_on) {
        Some(evidence) => present("version tags start a workflow", vec![evidence]),
        None => not_applicable("no manifest states a version, and no workflow looks at tags"),
    }
}
