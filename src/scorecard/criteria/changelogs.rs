//! Changelogs, and their entries for the versions that manifests state.

use crate::model::repository::name_of;
use crate::model::scorecard::{Evidence, Verdict};
use crate::scorecard::evidence::{file, missing, partial, present};
use crate::scorecard::facts::Facts;
use crate::scorecard::versions::Version;

pub(super) fn changelog(facts: &Facts<'_>) -> Verdict {
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
    versions.retain(|version| !version.manifest.contains('/') || name_of(version.manifest) == "Chart.yaml");
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

/// Finds the entry of a changelog for a version: the first heading that names it, or else the first line. A heading may
/// leave out a last `.0`, and a version that is not released yet stands under the newest one, or has none so far.
fn entry_for(facts: &Facts<'_>, path: &str, version: &Version<'_>) -> Option<Evidence> {
    let core = version.text.split(['-', '+']).next().unwrap_or_default();
    let short = core.strip_suffix(".0").filter(|short| short.contains('.'));
    let of_changelog = |other: &str| other == path;
    let is_named = |line: &str| names_version(line, core) || short.is_some_and(|short| names_version(line, short));
    let heading = facts.line_that(of_changelog, |_, line| is_heading(line) && is_named(line));
    let heading = heading.or_else(|| facts.line_that(of_changelog, |_, line| names_version(line, core)));
    heading.or_else(|| {
        let first = |_: &str, line: &str| is_heading(line) && (is_unreleased(line) || numbers(line).is_some());
        let newest = facts.line_that(of_changelog, first).filter(|_| is_in_development(version.text))?;
        (is_unreleased(&newest.seen) || is_before(numbers(&newest.seen)?, numbers(core)?)).then_some(newest)
    })
}

fn is_heading(line: &str) -> bool {
    line.starts_with(['#', '=', '[', '*', 'v']) || line.starts_with(char::is_numeric)
}

fn is_unreleased(line: &str) -> bool {
    let lower = line.to_lowercase();
    ["unreleased", "not released", "in development", "upcoming"].iter().any(|word| lower.contains(word))
}

/// Tells whether a version is one that is being worked on: `1.9.0-dev`, `2.0-SNAPSHOT`, `3.1.0.dev0`.
fn is_in_development(version: &str) -> bool {
    let lower = version.to_lowercase();
    ["-dev", ".dev", "-snapshot", "-unreleased", "-next"].iter().any(|end| lower.contains(end))
}

/// Returns the first two numbers of the first version that a text names.
fn numbers(text: &str) -> Option<(u64, u64)> {
    text.split(|character: char| !(character.is_ascii_digit() || character == '.')).find_map(|word| {
        let (major, rest) = word.split_once('.')?;
        Some((major.parse().ok()?, rest.split('.').next()?.parse().ok()?))
    })
}

/// Tells whether one version's first numbers are those of another, or of the one that was released before it.
fn is_before(left: (u64, u64), right: (u64, u64)) -> bool {
    left == right || (left.0, left.1 + 1) == right || right.1 == 0 && left.0 + 1 == right.0
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

    #[test]
    fn versions_being_worked_on_come_after_the_newest_entry() {
        assert!(["1.9.0-dev", "2.0-SNAPSHOT", "3.1.0.dev0"].into_iter().all(is_in_development));
        assert!(!["1.9.0", "1.9.0-rc.1"].into_iter().any(is_in_development));
        assert_eq!(numbers("## v1.8.3 (2026-01-02)"), Some((1, 8)));
        for (left, right, expected) in
            [((1, 8), (1, 9), true), ((1, 9), (1, 9), true), ((1, 8), (2, 0), true), ((1, 2), (1, 9), false)]
        {
            assert_eq!(is_before(left, right), expected, "{left:?} {right:?}");
        }
    }
}
