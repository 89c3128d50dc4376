//! Whether versions follow semantic versioning, by what manifests state and workflows take from tags.

use crate::detectors::activity::Activity;
use crate::detectors::when::When;
use crate::model::scorecard::{Evidence, Verdict};
use crate::scorecard::evidence::{at, line_at, missing, not_applicable, of, present};
use crate::scorecard::facts::Facts;

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
    let taken = || tag_taken(facts);
    let is_version = |name: &str| VERSION_PATTERNS.iter().any(|part| name.contains(part));
    let tags = filtered("tags", &is_version).or_else(taken);
    tags.or_else(|| filtered("branches", &|name| name.matches("[0-9]").count() == 3))
}

/// Finds where the version comes from the tag of a release, comments aside. A variable that gets the tag, and that
/// nothing uses, takes nothing.
fn tag_taken(facts: &Facts<'_>) -> Option<Evidence> {
    facts.repository.workflows.iter().find_map(|workflow| {
        let source = facts.repository.text(&workflow.path)?;
        source.text.lines().enumerate().find_map(|(index, line)| {
            let trimmed = line.trim();
            let names_tag = ["github.event.release.tag_name", "type=semver"].iter().any(|word| trimmed.contains(word));
            let counts = names_tag && !trimmed.starts_with('#') && !is_unused_variable(facts, trimmed);
            counts.then(|| line_at(&workflow.path, index, line))
        })
    })
}

/// Tells whether a line gives a value to a variable of the environment that nothing else names.
fn is_unused_variable(facts: &Facts<'_>, line: &str) -> bool {
    let name = line.split(':').next().unwrap_or_default().trim_matches(['"', '\'', ' ']);
    let is_variable = name.contains(|it: char| it.is_ascii_uppercase())
        && name.chars().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == '_');
    let named =
        || facts.repository.texts.values().flat_map(|file| file.text.lines()).filter(|line| line.contains(name));
    is_variable && !named().any(|other| other.trim() != line)
}

/// Finds where `docker/metadata-action` makes the tags of images from the tag that is pushed or released, as it does
/// unless it is given other rules (its README, "tags input").
fn image_tags_of_ref(facts: &Facts<'_>) -> Option<Evidence> {
    let of_ref = |activity: &&Activity<'_>| {
        let by_tag = activity.when.contains(&When::Tag) || activity.when.contains(&When::Release);
        let rules = activity.input("tags").map_or("", |rules| rules.value.as_str());
        let is_it = activity.step.is_some_and(|step| step.is_action("docker/metadata-action"));
        is_it && by_tag && (rules.trim().is_empty() || rules.contains("type=ref,event=tag"))
    };
    facts.activities.all.iter().find(of_ref).map(of)
}

/// Returns a version without what stands behind its numbers: `-rc.1`, `+build`, or, in Python, `b1` and `.dev0`.
fn without_pre_release(version: &str) -> &str {
    let core = version.split(['-', '+']).next().unwrap_or_default();
    let core = [".dev", ".post", "a", "b", "rc"].iter().fold(core, |core, mark| {
        let parts = core.split_once(mark).filter(|(before, after)| {
            before.ends_with(|last: char| last.is_ascii_digit()) && after.bytes().all(|byte| byte.is_ascii_digit())
        });
        parts.map_or(core, |(before, _)| before)
    });
    core.trim_end_matches('.')
}

pub(super) fn semver_tags(facts: &Facts<'_>) -> Verdict {
    let versions = facts.versions();
    let stated = versions.first();
    // A part's version says less than the tags of the whole.
    let tags = version_tags(facts);
    if let Some(version) = stated.filter(|version| tags.is_none() || !version.manifest.contains('/')) {
        let core = without_pre_release(version.text);
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
        None => match image_tags_of_ref(facts) {
            Some(evidence) => Verdict {
                evidence: vec![evidence],
                ..not_applicable("versions are tags, and no file says what those look like")
            },
            None => not_applicable("no manifest of what is built here states a version, and no workflow looks at tags"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pre_releases_follow_semantic_versioning_too() {
        for version in ["1.2.3", "1.2.3-rc.1", "1.2.3+5", "1.2.3b1", "1.2.3rc2", "1.2.3.dev0", "1.2.3a1.dev4"] {
            assert_eq!(without_pre_release(version), "1.2.3", "{version}");
        }
        for version in ["2026.1b", "1.2.3.4", "1.2beta", "1.2.3.Final"] {
            let core = without_pre_release(version);
            assert!(core.split('.').count() != 3 || core.contains(char::is_alphabetic), "{version}: {core}");
        }
    }
}
