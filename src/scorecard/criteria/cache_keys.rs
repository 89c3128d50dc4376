//! What the keys of caches follow.

use super::caches::{CACHE_WORDS, asks_for_cache, in_vain, installs, names, said};
use crate::detectors::activity::Activity;
use crate::knowledge::tools::Kind;
use crate::model::repository::name_of;
use crate::model::scorecard::{Evidence, Verdict};
use crate::scorecard::evidence::{not_applicable, of, partial, share};
use crate::scorecard::facts::Facts;

/// Parts of the names of files that say which dependencies there are.
const LOCKS: &[&str] = &[
    "lock",
    "go.sum",
    "go.mod",
    "requirements",
    "pom.xml",
    "gradle",
    "package.json",
    "pyproject",
    "cargo.toml",
    "composer",
    "proj",
    "packages.config",
    "setup.py",
    "setup.cfg",
    "conanfile",
    "vcpkg",
    "pubspec",
    "package.resolved",
    "stack.yaml",
    "cabal",
    ".sbt",
    "build.zig",
    "flake.nix",
    ".props",
    "libs.versions",
    "shrinkwrap",
    "workspace",
    "module.bazel",
    "cpanfile",
    "renv",
    "description",
    "pre-commit-config",
    "environment.y",
    "toolchain",
    "tool-versions",
    "mise.toml",
    "deps",
    "gemfile",
    "podfile",
    "cartfile",
    "manifest",
    "dune-project",
    ".opam",
    "version",
    "mint",
    "brewfile",
];

/// Tells whether a key holds a hash of a file that says which dependencies there are; nothing where it holds a hash of
/// something else, and so is of something else.
fn follows_lock_file(key: &str) -> Option<bool> {
    let mut hashes =
        key.split("hashFiles(").skip(1).map(|rest| rest.split(')').next().unwrap_or(rest).to_lowercase()).peekable();
    if hashes.peek().is_none() {
        return Some(false);
    }
    let computed = |list: &str| !list.contains(['\'', '"']) || list.contains("format(");
    hashes.any(|list| computed(&list) || LOCKS.iter().any(|name| list.contains(name))).then_some(true)
}

/// Words in the paths and keys of caches of further ecosystems' dependencies.
const FURTHER_WORDS: &[&str] = &[
    "depend",
    "deps",
    "packages",
    "vendor",
    "modules",
    "pods",
    "carthage",
    "swift",
    ".build",
    "mix",
    "hex",
    "cabal",
    "stack",
    "sbt",
    "ivy",
    "coursier",
    "conan",
    "vcpkg",
    "bazel",
    "nix",
    "julia",
    "renv",
    "opam",
    "dub",
    "pub-cache",
    "flutter",
    "pre-commit",
    "terraform",
    "ccache",
];

/// Tells whether a cache's path or key names an ecosystem: what names none may be anything.
pub(super) fn keeps_dependencies(cache: &Activity<'_>) -> bool {
    let known = CACHE_WORDS.iter().flat_map(|(_, words)| words.iter()).chain(FURTHER_WORDS);
    let said = said(cache);
    known.into_iter().any(|word| said.iter().any(|text| names(text, word)))
}

/// Tells whether a cache of dependencies goes on without a lock file, by a key that holds none: actions that set up a
/// language keep nothing then.
pub(super) fn keeps_without_lock_file(cache: &Activity<'_>) -> bool {
    let by_action = cache.step.is_some_and(|step| step.is_action("Swatinem/rust-cache"));
    by_action || cache.is(Kind::CacheAction) && cache.input("key").is_some() && keeps_dependencies(cache)
}

pub(super) fn cache_key_lockfile(facts: &Facts<'_>) -> Verdict {
    let (mut good, mut bad): (Vec<Evidence>, Vec<Evidence>) = (Vec::new(), Vec::new());
    for activity in facts.of(&[Kind::CacheAction, Kind::CacheKey]) {
        let key = activity.input("key");
        let (is_good, place) = if facts.finds_no_lock_file(activity) {
            (keeps_without_lock_file(activity).then_some(false), in_vain(facts, activity))
        } else if let Some(beside) = follows_others(facts, activity) {
            (Some(false), beside)
        } else if activity.is(Kind::CacheKey) {
            let is_on = !activity.is(Kind::CacheInput) || asks_for_cache(activity);
            let is_on = is_on && activity.input("cache").is_none_or(|value| value.value != "false");
            (is_on.then_some(true), of(activity))
        } else if let Some(key) = key {
            (
                follows_lock_file(&key.value).filter(|follows| *follows || keeps_dependencies(activity)),
                Evidence { seen: format!("key: {}", key.value), ..of(activity) },
            )
        } else {
            (Some(false), of(activity))
        };
        // A workflow that several call is one place.
        let (same, list) =
            if is_good == Some(true) { (good.contains(&place), &mut good) } else { (bad.contains(&place), &mut bad) };
        if is_good.is_some() && !same {
            list.push(place);
        }
    }
    if good.is_empty() && bad.is_empty() {
        return not_applicable("no dependencies are cached");
    }
    if good.is_empty() && bad.iter().all(|place| place.seen.ends_with(NOT_INSTALLED)) {
        return partial("keys of caches follow files, but none that a job installs", bad);
    }
    share(&good, &bad, "caches are keyed by lock files or manifests")
}

/// What is said of a key that follows files of no use to its job.
const NOT_INSTALLED: &str = "the key follows files that the job does not install";

/// Finds a key of `actions/setup-python` that follows none of the files which its job installs. Unless it is told
/// more, it is made of each `requirements.txt`, or, where there is none, of each `pyproject.toml`
/// (`cache-distributions/pip-cache.ts` of the action).
fn follows_others(facts: &Facts<'_>, cache: &Activity<'_>) -> Option<Evidence> {
    let is_pip = cache.step.is_some_and(|step| step.is_action("actions/setup-python"))
        && cache.input("cache").is_some_and(|value| value.value == "pip")
        && cache.input("cache-dependency-path").is_none();
    let own = facts.activities.all.iter().filter(|other| is_pip && other.run == cache.run);
    let installed: Vec<&Activity<'_>> = own.filter(|other| installs(other) == Some("pip")).collect();
    let holds = |name: &str| facts.repository.paths.iter().any(|path| name_of(path) == name);
    let followed = if holds("requirements.txt") { "requirements.txt" } else { "pyproject.toml" };
    let is_followed = |install: &&Activity<'_>| {
        let named = |word: &String| {
            let word = word.as_str();
            match followed {
                // What a variable or another file names may lead to one.
                "requirements.txt" => name_of(word) == followed || word.contains('$'),
                _ => !word.starts_with('-') && !name_of(word).contains(".txt"),
            }
        };
        let is_plain = install.words.first().is_some_and(|program| program == "pip" || program == "pip3");
        !is_plain || install.words.iter().skip(2).any(named)
    };
    let is_beside = !installed.is_empty() && !installed.iter().any(is_followed);
    is_beside.then(|| Evidence { seen: format!("{}: {NOT_INSTALLED}", cache.seen), ..of(cache) })
}
