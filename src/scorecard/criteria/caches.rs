//! Caches of dependencies, and what their keys follow.

use super::cache_keys::{keeps_dependencies, keeps_without_lock_file};
use crate::detectors::activity::Activity;
use crate::knowledge::tools::Kind;
use crate::model::repository::name_of;
use crate::model::scorecard::{Evidence, Verdict};
use crate::scorecard::evidence::{all, file, looked_for, not_applicable, of, partial, present, share};
use crate::scorecard::facts::Facts;
use crate::scorecard::files::is_dockerfile;

/// Words in a cache's paths and keys by ecosystem.
pub(super) const CACHE_WORDS: &[(&str, &[&str])] = &[
    ("cargo", &["cargo", "target", "rust"]),
    ("npm", &["npm", "node", "yarn", "pnpm", "bun"]),
    ("pip", &["pip", "pipenv", "python", "venv", "uv", "poetry", "pdm"]),
    ("gomod", &["go-build", "go/pkg", "gomod", "go-", "gocache"]),
    ("maven", &["m2", "maven", "mvn"]),
    ("gradle", &["gradle"]),
    ("nuget", &["nuget"]),
    ("bundler", &["bundle", "gems"]),
    ("composer", &["composer"]),
    ("mix", &["mix", "hex", "deps", "_build"]),
    ("pub", &["pub-cache", "pub", "flutter", "dart"]),
    ("swift", &[".build", "swift", "spm", "swiftpm", "sourcepackages", "deriveddata"]),
];

/// Programs that work with an ecosystem's dependencies, where the table of tools names none. Xcode is none of them: what
/// it builds may have no dependencies, or those of another manager.
const PROGRAMS: &[(&str, &str)] = &[("mix", "mix"), ("dart", "pub"), ("flutter", "pub"), ("swift", "swift")];

/// Returns the words that caches of an ecosystem say.
fn words_of(ecosystem: &str) -> &'static [&'static str] {
    CACHE_WORDS.iter().find(|(name, _)| *name == ecosystem).map(|(_, words)| *words).unwrap_or_default()
}

/// Returns what caches an ecosystem's dependencies, what only runs for some paths last.
fn caches_of<'facts>(facts: &'facts Facts<'_>, ecosystem: &str) -> Vec<&'facts Activity<'facts>> {
    let kinds = [Kind::Cache, Kind::CacheInput, Kind::CacheAction];
    let words = words_of(ecosystem);
    let mut found: Vec<&Activity<'_>> = facts.of(&kinds);
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
    found
}

/// Tells whether something in an activity's job works with an ecosystem.
fn is_at_work(facts: &Facts<'_>, activity: &Activity<'_>, ecosystem: &str) -> bool {
    facts.activities.all.iter().filter(|other| other.run == activity.run).any(|other| works_with(other, ecosystem))
}

/// Returns the caches of an ecosystem's dependencies that find no lock file.
fn caches_in_vain<'facts>(facts: &'facts Facts<'_>, ecosystem: &str) -> Vec<&'facts Activity<'facts>> {
    let words = words_of(ecosystem);
    let is_its = |cache: &&Activity<'_>| {
        let by_tool = cache.tools.iter().any(|tool| tool.ecosystem == Some(ecosystem));
        let is_off = cache.input("cache").is_some_and(|value| value.value == "false");
        !is_off && (by_tool || said(cache).iter().any(|text| words.iter().any(|word| names(text, word))))
    };
    let mut found: Vec<&Activity<'_>> = facts.of(&[Kind::Cache, Kind::CacheAction]);
    found.retain(|cache| facts.finds_no_lock_file(cache) && is_its(cache));
    found
}

/// Shows a cache that finds no lock file, and why.
pub(super) fn in_vain(facts: &Facts<'_>, cache: &Activity<'_>) -> Evidence {
    let why = if facts.is_before_checkout(cache) {
        "before the checkout there is no lock file"
    } else {
        "no lock file is where it looks for one"
    };
    Evidence { seen: format!("{}: {why}", cache.seen), ..of(cache) }
}

/// Tells whether a text, in lower case, names a word: a short one as a word of its own, since `bun` is in `ubuntu`, and
/// `.build` as a whole, since `.buildx-cache` is something else.
pub(super) fn names(text: &str, word: &str) -> bool {
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
pub(super) fn said(cache: &Activity<'_>) -> Vec<String> {
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
    // Maven's and Gradle's tools stand beside each other in the table; the program tells which one works.
    let program = activity.words.first().map_or("", String::as_str);
    let of_program = match program {
        "mvn" | "mvnw" | "maven-plugin" => Some("maven"),
        "gradle" | "gradlew" | "gradle-plugin" => Some("gradle"),
        _ => None,
    };
    // What an image's build installs is kept in its layers, also for what its containers start.
    let in_image = activity.in_image_build || is_dockerfile(&name_of(activity.path).to_lowercase());
    let works = !in_image && WORK.iter().any(|kind| activity.is(*kind));
    let serves = |own: &str| own == ecosystem || of_program.is_none() && is_jvm(own, ecosystem);
    let by_tool = || match of_program {
        Some(own) => own == ecosystem,
        None => activity.tools.iter().any(|tool| tool.ecosystem.is_some_and(serves)),
    };
    let by_program = PROGRAMS.iter().any(|(own, served)| *own == program && *served == ecosystem);
    works && (by_program || by_tool()) || installs(activity) == Some(ecosystem)
}

/// Tells whether a linter or formatter is one that its job installs by name, without the project's dependencies.
fn is_tool_by_itself(facts: &Facts<'_>, activity: &Activity<'_>, ecosystem: &str) -> bool {
    let runs_code = [Kind::Build, Kind::Test, Kind::IntegrationTest, Kind::Publish];
    let program = activity.words.first().map_or("", String::as_str);
    if program.is_empty() || installs(activity).is_some() || runs_code.iter().any(|kind| activity.is(*kind)) {
        return false;
    }
    let is_it = |word: &str| {
        let name = word.trim_matches(['"', '\'']).split(['=', '~', '<', '>', '[', '@']).next().unwrap_or_default();
        name == program || name.strip_suffix("-cli") == Some(program)
    };
    let names_it = |other: &&Activity<'_>| {
        let installs = ["install", "i", "add"].iter().any(|verb| other.words.iter().any(|word| word == verb));
        let manager = ["pip", "pip3", "pipx", "uv", "npm", "yarn", "pnpm", "gem", "composer"];
        installs && other.words.first().is_some_and(|first| manager.contains(&first.as_str())) && other.has_word(is_it)
    };
    let own = || facts.activities.all.iter().filter(|other| other.run == activity.run);
    own().any(|other| names_it(&other)) && !own().any(|other| installs(other) == Some(ecosystem))
}

fn is_jvm(left: &str, right: &str) -> bool {
    let jvm = |name| matches!(name, "maven" | "gradle");
    jvm(left) && jvm(right)
}

pub(super) fn asks_for_cache(activity: &Activity<'_>) -> bool {
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
pub(super) fn installs(activity: &Activity<'_>) -> Option<&'static str> {
    if activity.input("bundler-cache").is_some_and(|value| value.value == "true") {
        return Some("bundler");
    }
    // What an image's build installs is kept in its layers.
    if activity.in_image_build || is_dockerfile(&name_of(activity.path).to_lowercase()) {
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

/// Kinds of work for which dependencies are installed, what needs them most first. Formatters need none.
const WORK: &[Kind] = &[Kind::Test, Kind::IntegrationTest, Kind::Build, Kind::Publish, Kind::Lint];

/// Finds what shows best that jobs work with an ecosystem's dependencies: what installs them, or else what needs them.
fn at_work<'facts>(facts: &'facts Facts<'_>, ecosystem: &str) -> Option<&'facts Activity<'facts>> {
    let mut found: Vec<&Activity<'_>> = facts.in_jobs(WORK);
    found.extend(facts.activities.all.iter().filter(|activity| installs(activity).is_some()));
    found.retain(|activity| works_with(activity, ecosystem) && !is_tool_by_itself(facts, activity, ecosystem));
    let rank = |activity: &Activity<'_>| WORK.iter().position(|kind| activity.is(*kind));
    found.sort_by_key(|activity| (installs(activity) != Some(ecosystem), rank(activity).unwrap_or(WORK.len())));
    found.first().copied()
}

/// Tells whether an ecosystem's manifests name dependencies. A package of Swift often has none, and then nothing to keep.
fn has_dependencies(facts: &Facts<'_>, ecosystem: &str) -> bool {
    let manifests = facts.repository.texts.iter().filter(|(path, _)| name_of(path) == "Package.swift");
    ecosystem != "swift" || manifests.into_iter().any(|(_, file)| file.text.contains(".package("))
}

/// Returns the ecosystems whose dependencies should be cached, each with the place that shows it. What no job works with
/// needs no cache; where no job is seen to build or test anything, what stands at the root is asked for.
fn asked(facts: &Facts<'_>) -> Vec<(&'static str, Evidence)> {
    let in_ci = |ecosystem: &str| CACHE_WORDS.iter().any(|(name, _)| *name == ecosystem);
    let found = || {
        let all = facts.files.ecosystems.iter();
        all.filter(|(ecosystem, _)| in_ci(ecosystem) && has_dependencies(facts, ecosystem))
    };
    let used: Vec<(&'static str, Evidence)> =
        found().filter_map(|(ecosystem, _)| Some((*ecosystem, of(at_work(facts, ecosystem)?)))).collect();
    // What such a program starts is not seen everywhere.
    let starts_others = |activity: &Activity<'_>| {
        activity.words.first().is_some_and(|program| matches!(program.as_str(), "make" | "gmake" | "just" | "task"))
    };
    let mut known = facts.in_jobs(&[Kind::Build, Kind::Test, Kind::IntegrationTest]);
    // An action that runs itself needs nothing, unless it is built and tested inside of images.
    let is_in_image = |activity: &Activity<'_>| activity.in_image_build && WORK.iter().any(|kind| activity.is(*kind));
    if !facts.activities.all.iter().any(is_in_image) {
        known.extend(facts.of_own_action());
    }
    if !used.is_empty() || known.iter().any(|activity| !starts_others(activity)) {
        return used;
    }
    let at_root = found().filter(|(_, path)| !path.contains('/'));
    at_root.map(|(ecosystem, path)| (*ecosystem, file(path, name_of(path)))).collect()
}

pub(super) fn dependency_cache(facts: &Facts<'_>) -> Verdict {
    let (mut good, mut bad, mut rare) = (Vec::new(), Vec::new(), Vec::new());
    for (ecosystem, place) in asked(facts) {
        let caches = caches_of(facts, ecosystem);
        let is_its = |cache: &&&Activity<'_>| is_at_work(facts, cache, ecosystem);
        let vain = caches_in_vain(facts, ecosystem);
        let Some(cache) = caches.iter().find(is_its).or(caches.first()) else {
            bad.push(match vain.first() {
                Some(cache) => in_vain(facts, cache),
                None => Evidence { seen: format!("{ecosystem}: no cache in any job: {}", place.seen), ..place },
            });
            continue;
        };
        good.push(of(cache));
        // A cache that is there for the smaller part of the jobs is no rule.
        let is_lost = |cache: &&&Activity<'_>| !keeps_without_lock_file(cache) && is_its(cache);
        let vain: Vec<&Activity<'_>> = vain.iter().filter(is_lost).copied().collect();
        let kept: Vec<&Activity<'_>> = caches.iter().filter(is_its).copied().collect();
        if all(&vain).len() > all(&kept).len() {
            rare.push((ecosystem, vain));
        }
    }
    if good.is_empty() && bad.is_empty() {
        return without_ecosystem(facts);
    }
    if let (true, Some((ecosystem, vain))) = (bad.is_empty(), rare.first()) {
        let places = vain.iter().map(|cache| in_vain(facts, cache)).collect();
        return partial(format!("most caches of {ecosystem} find no lock file"), places);
    }
    let mut verdict = share(&good, &bad, "ecosystems that jobs work with have a dependency cache");
    // One cache may serve several.
    verdict.evidence.dedup();
    if good.is_empty() {
        verdict.looked_for = looked_for(&[Kind::Cache, Kind::CacheInput, Kind::CacheAction]);
    }
    verdict
}

/// Judges where no ecosystem that is known is at work: the ecosystem is unknown then, but a cache is a cache.
fn without_ecosystem(facts: &Facts<'_>) -> Verdict {
    let mut caches = facts.of(&[Kind::Cache, Kind::CacheAction]);
    caches.retain(|cache| !cache.is(Kind::CacheAction) || keeps_dependencies(cache));
    if !caches.is_empty() {
        return present("dependencies are cached", all(&caches));
    }
    let is_known = |ecosystem: &str| CACHE_WORDS.iter().any(|(name, _)| *name == ecosystem);
    if facts.files.ecosystems.iter().any(|(ecosystem, _)| is_known(ecosystem)) {
        return not_applicable("no job is seen to work with dependencies that a manifest names");
    }
    not_applicable("no ecosystem with dependencies was found")
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
