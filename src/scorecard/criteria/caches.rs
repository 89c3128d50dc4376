//! Caches of dependencies, and what their keys follow.

use crate::detectors::activity::Activity;
use crate::knowledge::tools::Kind;
use crate::model::scorecard::{Evidence, Verdict};
use crate::scorecard::evidence::{all, file, looked_for, not_applicable, of, present, share};
use crate::scorecard::facts::Facts;

/// Words in a cache's paths and keys by ecosystem.
const CACHE_WORDS: &[(&str, &[&str])] = &[
    ("cargo", &["cargo", "target", "rust"]),
    ("npm", &["npm", "node", "yarn", "pnpm", "bun"]),
    ("pip", &["pip", "pipenv", "python", "venv", "uv", "poetry", "pdm"]),
    ("gomod", &["go-build", "go/pkg", "gomod", "go-", "gocache"]),
    ("maven", &["m2", "maven", "mvn"]),
    ("gradle", &["gradle"]),
    ("nuget", &["nuget"]),
    ("bundler", &["bundle", "gems"]),
    ("composer", &["composer"]),
];

/// Finds an activity that caches an ecosystem's dependencies, in a job that works with them, if there is one.
fn cached<'facts>(facts: &'facts Facts<'_>, ecosystem: &str) -> Option<&'facts Activity<'facts>> {
    let kinds = [Kind::Cache, Kind::CacheInput, Kind::CacheAction];
    let words = CACHE_WORDS.iter().find(|(name, _)| *name == ecosystem).map(|(_, words)| *words).unwrap_or_default();
    let mut found = facts.of(&kinds);
    found.sort_by_key(|activity| facts.is_for_some_paths(activity));
    found.retain(|activity| {
        !facts.finds_no_lock_file(activity) && {
            let serves = activity.tools.iter().any(|tool| tool.ecosystem.is_none_or(|served| served == ecosystem));
            if activity.is(Kind::CacheInput) {
                (serves || is_for_jvm(activity, ecosystem))
                    && asks_for_cache(activity)
                    && is_asked_for(activity, ecosystem)
            } else if activity.is(Kind::CacheAction) {
                said(activity).iter().any(|text| words.iter().any(|word| names(text, word)))
            } else {
                serves && activity.input("cache").is_none_or(|value| value.value != "false")
            }
        }
    });
    let is_at_work = |cache: &&&Activity<'_>| {
        let of_run = |other: &&Activity<'_>| other.run == cache.run;
        facts.activities.all.iter().filter(of_run).any(|other| works_with(other, ecosystem))
    };
    found.iter().find(is_at_work).or_else(|| found.first()).copied()
}

/// Finds a cache of an ecosystem's dependencies that finds no lock file.
fn cached_in_vain<'facts>(facts: &'facts Facts<'_>, ecosystem: &str) -> Option<&'facts Activity<'facts>> {
    let words = CACHE_WORDS.iter().find(|(name, _)| *name == ecosystem).map(|(_, words)| *words).unwrap_or_default();
    let is_its = |cache: &&&Activity<'_>| {
        let by_tool = cache.tools.iter().any(|tool| tool.ecosystem == Some(ecosystem));
        by_tool || said(cache).iter().any(|text| words.iter().any(|word| names(text, word)))
    };
    let caches = facts.of(&[Kind::Cache, Kind::CacheAction]);
    caches.iter().filter(|cache| facts.finds_no_lock_file(cache)).find(is_its).copied()
}

/// Shows a cache that finds no lock file, and why.
fn in_vain(facts: &Facts<'_>, cache: &Activity<'_>) -> Evidence {
    let why = if facts.is_before_checkout(cache) {
        "before the checkout there is no lock file"
    } else {
        "no lock file is where it looks for one"
    };
    Evidence { seen: format!("{}: {why}", cache.seen), ..of(cache) }
}

/// Tells whether a text, in lower case, names a word: a short one as a word of its own, since `bun` is in `ubuntu`, and
/// `.build` as a whole, since `.buildx-cache` is something else.
fn names(text: &str, word: &str) -> bool {
    let is_letter = |character: char| character.is_alphanumeric();
    text.match_indices(word).any(|(at, _)| {
        let begins = !text.get(..at).is_some_and(|before| before.ends_with(is_letter));
        let ends = !text.get(at + word.len()..).is_some_and(|after| after.starts_with(char::is_alphabetic));
        match word {
            ".build" => ends,
            _ if word.len() > 3 => true,
            _ => begins && (ends || word.ends_with('-')),
        }
    })
}

/// Returns what a cache's inputs say of what it keeps, in lower case.
fn said(cache: &Activity<'_>) -> Vec<String> {
    ["key", "path"].iter().filter_map(|name| cache.input(name)).map(|text| text.value.to_lowercase()).collect()
}

fn is_for_jvm(cache: &Activity<'_>, ecosystem: &str) -> bool {
    matches!(ecosystem, "maven" | "gradle") && cache.step.is_some_and(|step| step.is_action("actions/setup-java"))
}

/// `actions/setup-java` keeps what one of its tools downloads, the one that `cache` names.
fn is_asked_for(cache: &Activity<'_>, ecosystem: &str) -> bool {
    let is_java = cache.step.is_some_and(|step| step.is_action("actions/setup-java"));
    let named = cache.input("cache").is_some_and(|value| value.value == ecosystem || value.has_expression());
    !is_java || named
}

/// Tells whether an activity works with an ecosystem's projects or installs its dependencies.
fn works_with(activity: &Activity<'_>, ecosystem: &str) -> bool {
    let kinds = [Kind::Build, Kind::Test, Kind::IntegrationTest, Kind::Lint, Kind::Format, Kind::Publish];
    // Maven's and Gradle's tools stand beside each other in the table; the program tells which one works.
    let program = activity.words.first().map_or("", String::as_str);
    let of_program = match program {
        "mvn" | "mvnw" | "maven-plugin" => Some("maven"),
        "gradle" | "gradlew" | "gradle-plugin" => Some("gradle"),
        _ => None,
    };
    let works = !activity.in_image_build && kinds.iter().any(|kind| activity.is(*kind));
    let serves = |own: &str| own == ecosystem || of_program.is_none() && is_jvm(own, ecosystem);
    let by_tool = || match of_program {
        Some(own) => own == ecosystem,
        None => activity.tools.iter().any(|tool| tool.ecosystem.is_some_and(serves)),
    };
    works && by_tool() || installs(activity) == Some(ecosystem)
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
    let kinds = [Kind::Build, Kind::Test, Kind::IntegrationTest, Kind::Lint, Kind::Format, Kind::Publish];
    let mut working = facts.in_jobs(&kinds);
    working.extend(facts.activities.all.iter().filter(|activity| installs(activity).is_some()));
    let used = |ecosystem: &str| working.iter().any(|activity| works_with(activity, ecosystem));
    let any_used = found.iter().any(|(ecosystem, _)| used(ecosystem));
    let asked = |ecosystem: &str, path: &str| if any_used { used(ecosystem) } else { !path.contains('/') };
    for (ecosystem, manifest) in found.into_iter().filter(|(ecosystem, path)| asked(ecosystem, path)) {
        match cached(facts, ecosystem) {
            Some(activity) => good.push(of(activity)),
            None => bad.push(match cached_in_vain(facts, ecosystem) {
                Some(cache) => in_vain(facts, cache),
                None => file(manifest, format!("{ecosystem}: no cache in any job")),
            }),
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
    let mut verdict = share(&good, &bad, "ecosystems that jobs work with have a dependency cache");
    // One cache may serve several.
    verdict.evidence.dedup();
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
fn keeps_dependencies(cache: &Activity<'_>) -> bool {
    let known = CACHE_WORDS.iter().flat_map(|(_, words)| words.iter()).chain(FURTHER_WORDS);
    let said = said(cache);
    known.into_iter().any(|word| said.iter().any(|text| names(text, word)))
}

/// Tells whether a cache of dependencies goes on without a lock file, by a key that holds none: actions that set up a
/// language keep nothing then.
fn keeps_without_lock_file(cache: &Activity<'_>) -> bool {
    let by_action = cache.step.is_some_and(|step| step.is_action("Swatinem/rust-cache"));
    by_action || cache.is(Kind::CacheAction) && cache.input("key").is_some() && keeps_dependencies(cache)
}

pub(super) fn cache_key_lockfile(facts: &Facts<'_>) -> Verdict {
    let (mut good, mut bad): (Vec<Evidence>, Vec<Evidence>) = (Vec::new(), Vec::new());
    for activity in facts.of(&[Kind::CacheAction, Kind::CacheKey]) {
        let key = activity.input("key");
        let (is_good, place) = if facts.finds_no_lock_file(activity) {
            (keeps_without_lock_file(activity).then_some(false), in_vain(facts, activity))
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
    share(&good, &bad, "caches are keyed by a lock file")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_words_stand_alone() {
        for (text, word) in [
            ("~/.cache/uv", "uv"),
            ("linux-npm-", "npm"),
            (".build/debug", ".build"),
            ("/nix/store", "nix"),
            ("~/.ivy2", "ivy"),
            ("~/.cargo", "cargo"),
            ("go-mod", "go-"),
        ] {
            assert!(names(text, word), "{text}");
        }
        for (text, word) in [
            ("ubuntu-24", "bun"),
            ("/tmp/.buildx-cache", ".build"),
            ("unix-", "nix"),
            ("cargo-registry", "go-"),
            ("pipeline", "pip"),
        ] {
            assert!(!names(text, word), "{text}");
        }
    }
}
