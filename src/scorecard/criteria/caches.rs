//! Caches of dependencies, and what their keys follow.

use crate::detectors::activity::Activity;
use crate::knowledge::tools::Kind;
use crate::model::scorecard::{Evidence, Verdict};
use crate::scorecard::evidence::{all, at, looked_for, not_applicable, of, present, share};
use crate::scorecard::facts::Facts;

/// Words in a cache's paths and keys by ecosystem.
const CACHE_WORDS: &[(&str, &[&str])] = &[
    ("cargo", &["cargo", "target", "rust"]),
    ("npm", &["npm", "node", "yarn", "pnpm", "bun"]),
    ("pip", &["pip", "python", "venv", "uv", "poetry", "pdm"]),
    ("gomod", &["go-build", "go/pkg", "gomod", "go-", "gocache"]),
    ("maven", &["m2", "maven", "mvn"]),
    ("gradle", &["gradle"]),
    ("nuget", &["nuget"]),
    ("bundler", &["bundle", "gems"]),
    ("composer", &["composer"]),
];

/// Finds an activity that caches an ecosystem's dependencies.
fn cached<'facts>(facts: &'facts Facts<'_>, ecosystem: &str) -> Option<&'facts Activity<'facts>> {
    let kinds = [Kind::Cache, Kind::CacheInput, Kind::CacheAction];
    let words = CACHE_WORDS.iter().find(|(name, _)| *name == ecosystem).map(|(_, words)| *words).unwrap_or_default();
    facts.of(&kinds).into_iter().filter(|activity| !facts.is_before_checkout(activity)).find(|activity| {
        let serves = activity
            .tools
            .iter()
            .any(|tool| tool.ecosystem.is_none_or(|served| served == ecosystem || is_jvm(served, ecosystem)));
        if activity.is(Kind::CacheInput) {
            return serves && asks_for_cache(activity);
        }
        if activity.is(Kind::CacheAction) {
            let said =
                ["key", "path"].iter().filter_map(|name| activity.input(name)).map(|text| text.value.to_lowercase());
            return said.into_iter().any(|text| words.iter().any(|word| text.contains(word)));
        }
        serves && activity.input("cache").is_none_or(|value| value.value != "false")
    })
}

fn is_jvm(left: &str, right: &str) -> bool {
    let jvm = |name| matches!(name, "maven" | "gradle");
    jvm(left) && jvm(right)
}

fn asks_for_cache(activity: &Activity<'_>) -> bool {
    let on = |name: &str| activity.input(name).is_some_and(|value| !matches!(value.as_str(), "false" | ""));
    // These cache unless they are told not to.
    let by_itself = activity.step.is_some_and(|step| {
        step.is_action("astral-sh/setup-uv")
            || step.is_action("oven-sh/setup-bun")
            || step.is_action("bahmutov/npm-install")
    });
    let refused = ["cache", "enable-cache", "no-cache"]
        .iter()
        .any(|name| activity.input(name).is_some_and(|value| value.value == "false"));
    ["cache", "bundler-cache", "enable-cache"].into_iter().any(on) || (by_itself && !refused)
}

/// Returns the ecosystem whose dependencies, by a manifest, a command installs.
fn installs(activity: &Activity<'_>) -> Option<&'static str> {
    if activity.input("bundler-cache").is_some_and(|value| value.value == "true") {
        return Some("bundler");
    }
    // What an image's build installs is kept in its layers.
    if activity.in_image_build {
        return None;
    }
    let words: Vec<&str> = activity.words.iter().map(String::as_str).collect();
    let names_no_package = |rest: &[&str]| rest.iter().all(|word| word.starts_with('-'));
    match words.as_slice() {
        ["npm" | "pnpm" | "yarn" | "bun", "ci" | "install" | "i", rest @ ..] if names_no_package(rest) => Some("npm"),
        ["yarn"] => Some("npm"),
        ["pip" | "pip3", "install", rest @ ..] | ["uv", "pip", "install", rest @ ..]
            if rest.iter().any(|word| {
                matches!(*word, "-r" | "--requirement" | "." | "-e" | "--editable") || word.starts_with(".[")
            }) =>
        {
            Some("pip")
        }
        ["uv", "sync", ..] | ["poetry" | "pdm" | "pipenv", "install" | "sync", ..] => Some("pip"),
        ["bundle", "install", ..] => Some("bundler"),
        ["composer", "install", ..] => Some("composer"),
        ["dotnet", "restore", ..] => Some("nuget"),
        ["go", "mod", "download", ..] => Some("gomod"),
        ["cargo", "fetch", ..] => Some("cargo"),
        _ => None,
    }
}

pub(super) fn dependency_cache(facts: &Facts<'_>) -> Verdict {
    let in_ci = |ecosystem: &str| CACHE_WORDS.iter().any(|(name, _)| *name == ecosystem);
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    let found: Vec<_> = facts.files.ecosystems.iter().filter(|(ecosystem, _)| in_ci(ecosystem)).collect();
    // What no job works with needs no cache; where nothing is known to run, what stands at the root
    // is asked for.
    let used = |ecosystem: &str| {
        let kinds = [Kind::Build, Kind::Test, Kind::IntegrationTest, Kind::Lint, Kind::Format, Kind::Publish];
        facts.in_jobs(&kinds).iter().any(|activity| {
            activity
                .tools
                .iter()
                .any(|tool| tool.ecosystem.is_some_and(|own| own == ecosystem || is_jvm(own, ecosystem)))
        }) || facts.activities.all.iter().any(|activity| installs(activity) == Some(ecosystem))
    };
    let any_used = found.iter().any(|(ecosystem, _)| used(ecosystem));
    let asked = |ecosystem: &str, path: &str| if any_used { used(ecosystem) } else { !path.contains('/') };
    for (ecosystem, manifest) in found.into_iter().filter(|(ecosystem, path)| asked(ecosystem, path)) {
        match cached(facts, ecosystem) {
            Some(activity) => good.push(of(activity)),
            None => bad.push(at(
                manifest,
                crate::model::place::Position { line: 1, column: 1 },
                format!("{ecosystem}: no cache in any job"),
            )),
        }
    }
    if good.is_empty() && bad.is_empty() {
        // Without a manifest the ecosystem is unknown, but a cache is a cache.
        let caches = facts.of(&[Kind::Cache, Kind::CacheAction]);
        return if caches.is_empty() {
            not_applicable("no ecosystem with dependencies was found")
        } else {
            present("dependencies are cached", all(&caches))
        };
    }
    let verdict = share(&good, &bad, "ecosystems that jobs work with have a dependency cache");
    if good.is_empty() {
        Verdict { looked_for: looked_for(&[Kind::Cache, Kind::CacheInput, Kind::CacheAction]), ..verdict }
    } else {
        verdict
    }
}

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

pub(super) fn cache_key_lockfile(facts: &Facts<'_>) -> Verdict {
    let (mut good, mut bad): (Vec<Evidence>, Vec<Evidence>) = (Vec::new(), Vec::new());
    for activity in facts.of(&[Kind::CacheAction, Kind::CacheKey]) {
        // Without the files there is nothing to hash, and nothing is restored.
        if facts.is_before_checkout(activity) {
            continue;
        }
        let key = activity.input("key");
        let (is_good, place) = if activity.is(Kind::CacheKey) {
            let is_on = !activity.is(Kind::CacheInput) || asks_for_cache(activity);
            let is_on = is_on && activity.input("cache").is_none_or(|value| value.value != "false");
            (is_on.then_some(true), of(activity))
        } else if let Some(key) = key {
            (follows_lock_file(&key.value), Evidence { seen: format!("key: {}", key.value), ..of(activity) })
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
    share(&good, &bad, "caches are keyed by a lock file")
}
