//! Practices of the CI pipeline: caches, artifacts, honest failures, budgets.

use crate::detectors::activity::{Activity, Silence};
use crate::detectors::runs::waits_for;
use crate::detectors::when::When;
use crate::knowledge::tools::Kind;
use crate::model::scorecard::{Evidence, Status, Verdict};
use crate::model::workflow::Step;
use crate::scorecard::evidence::{all, at, looked_for, missing, not_applicable, of, partial, present, share};
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
    facts.of(&kinds).into_iter().filter(|activity| !stands_before_checkout(facts, activity)).find(|activity| {
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

/// Tells whether an action that looks for a lock file stands in front of the checkout that brings it.
fn stands_before_checkout(facts: &Facts<'_>, cache: &Activity<'_>) -> bool {
    let checkouts = facts.activities.all.iter().filter(|activity| {
        activity.run == cache.run && activity.step.is_some_and(|step| step.is_action("actions/checkout"))
    });
    let uses = cache.step.and_then(Step::uses).map_or("", |uses| uses.as_str());
    let looks =
        cache.is(Kind::CacheInput) || uses.starts_with("actions/setup-") || uses.starts_with("Swatinem/rust-cache");
    looks && checkouts.map(|checkout| checkout.number).min().is_some_and(|first| first > cache.number)
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
        })
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

pub(super) fn cache_key_lockfile(facts: &Facts<'_>) -> Verdict {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    let mut seen = std::collections::BTreeSet::new();
    for activity in facts.of(&[Kind::CacheAction, Kind::CacheKey]) {
        // A workflow that several others call is written once.
        if !seen.insert((activity.path, activity.position.line)) {
            continue;
        }
        if activity.is(Kind::CacheKey) {
            let asked = !activity.is(Kind::CacheInput) || asks_for_cache(activity);
            if asked && stands_before_checkout(facts, activity) {
                let seen = format!("{}: before the checkout that brings the lock file", activity.seen);
                bad.push(Evidence { seen, ..of(activity) });
            } else if asked {
                good.push(of(activity));
            }
            continue;
        }
        match activity.input("key") {
            Some(key) if key.value.contains("hashFiles(") => {
                good.push(Evidence { seen: format!("key: {}", key.value), ..of(activity) });
            }
            Some(key) => bad.push(Evidence { seen: format!("key: {}", key.value), ..of(activity) }),
            None => bad.push(of(activity)),
        }
    }
    if good.is_empty() && bad.is_empty() {
        return not_applicable("nothing is cached");
    }
    share(&good, &bad, "caches are keyed by a lock file")
}

pub(super) fn artifact_handoff(facts: &Facts<'_>) -> Verdict {
    if let Some((upload, download)) = handed_by_name(facts) {
        return present("what one job builds is handed to a later one", vec![of(upload), of(download)]);
    }
    let builds = facts.of(&[Kind::Build, Kind::ImageBuild]);
    let runs = &facts.activities.runs;
    let waiting = (0..runs.len()).filter(|index| {
        let before = waits_for(runs, *index);
        builds.iter().any(|build| before.contains(&build.run))
    });
    let waiting: Vec<usize> = waiting.collect();
    if waiting.is_empty() {
        return not_applicable("no job works after one that builds");
    }
    let uploads = facts.of(&[Kind::ArtifactUpload, Kind::CacheAction, Kind::ImagePush]);
    let downloads = facts.of(&[Kind::ArtifactDownload, Kind::CacheAction, Kind::ImageRun, Kind::Deploy]);
    for download in downloads.iter().filter(|download| waiting.contains(&download.run)) {
        if let Some(upload) =
            uploads.iter().find(|upload| facts.is_after(download, upload) && upload.run != download.run)
        {
            return present("what one job builds is handed to a later one", vec![of(upload), of(download)]);
        }
    }
    missing(
        "later jobs get nothing of what earlier jobs built",
        &["an upload, cache or pushed image in a job, and its use in a job that needs it"],
    )
}

/// Finds an artifact that a job uploads and one that waits for it downloads, whatever it holds.
fn handed_by_name<'facts, 'model>(
    facts: &'facts Facts<'model>,
) -> Option<(&'facts Activity<'model>, &'facts Activity<'model>)> {
    let is = |activity: &&Activity<'_>, name: &str| activity.step.is_some_and(|step| step.is_action(name));
    let uploads: Vec<_> =
        facts.of(&[Kind::ArtifactUpload]).into_iter().filter(|upload| is(upload, "actions/upload-artifact")).collect();
    let downloads = facts.of(&[Kind::ArtifactDownload]).into_iter().filter(|it| is(it, "actions/download-artifact"));
    downloads.into_iter().find_map(|download| {
        let before = waits_for(&facts.activities.runs, download.run);
        let wanted = download.input("name")?;
        let upload = uploads.iter().find(|upload| {
            before.contains(&upload.run) && upload.input("name").is_some_and(|name| name.value == wanted.value)
        });
        Some((*upload?, download))
    })
}

pub(super) fn artifact_retention(facts: &Facts<'_>) -> Verdict {
    uploads_with(facts, "uploads state how long they are kept", |activity| activity.input("retention-days").is_some())
}

pub(super) fn artifact_verified(facts: &Facts<'_>) -> Verdict {
    let verdict = uploads_with(facts, "uploads fail when there is nothing to upload", |activity| {
        activity.input("if-no-files-found").is_some_and(|value| value.value == "error")
            || checks_existence(facts, activity)
    });
    let checks = facts.activities.all.iter().filter(|activity| is_existence_check(activity));
    let builds = facts.in_jobs(&[Kind::Build]);
    let after_build =
        |check: &&Activity<'_>| builds.iter().any(|build| build.run == check.run && facts.is_after(check, build));
    // An action that looks for a file of its own checks nothing that was built.
    let mut checks = checks.filter(|check| check.path.starts_with(".github/workflows/"));
    let check = match verdict.status {
        Status::NotApplicable => checks.next(),
        Status::Missing | Status::Partial | Status::Present => checks.find(after_build),
    };
    match (check, verdict.status) {
        (Some(check), Status::NotApplicable) => present("a step checks that what was built is there", vec![of(check)]),
        (Some(check), Status::Missing) => {
            partial("a step checks that what was built is there, but uploads pass without files", vec![of(check)])
        }
        _ => verdict,
    }
}

/// Tells whether a step before an upload, in its job, fails when a file is not there.
fn checks_existence(facts: &Facts<'_>, upload: &Activity<'_>) -> bool {
    let checks = facts.activities.all.iter().filter(|activity| is_existence_check(activity));
    checks.into_iter().any(|check| check.run == upload.run && facts.is_after(upload, check))
}

/// `test -f FILE` and `ls FILE` fail by themselves; as the condition of an `if` the branch has to
/// do so.
fn is_existence_check(activity: &Activity<'_>) -> bool {
    let words: Vec<&str> = activity.words.iter().map(String::as_str).collect();
    let asks = match words.as_slice() {
        ["test" | "[" | "[[", rest @ ..] => {
            let flag = rest.iter().any(|word| matches!(*word, "-f" | "-e" | "-s" | "-x" | "-d"));
            flag && rest.iter().any(|word| word.contains(['/', '.', '$']))
        }
        ["ls" | "stat" | "file", rest @ ..] => rest.iter().any(|word| {
            !word.starts_with('-') && word.contains("target/") || word.contains("dist/") || word.contains("build/")
        }),
        _ => false,
    };
    let exits = || {
        let script = activity.step.and_then(Step::script);
        script.is_some_and(|script| {
            script
                .text
                .value
                .lines()
                .any(|line| matches!(line.trim(), "exit 1" | "exit 1;" | "false") || line.contains("exit 1"))
        })
    };
    asks && activity.silence.is_none() && (!activity.tested || exits())
}

fn uploads_with(facts: &Facts<'_>, what: &str, is_good: impl Fn(&Activity<'_>) -> bool) -> Verdict {
    let mut uploads = facts.of(&[Kind::ArtifactUpload]);
    uploads.retain(|upload| upload.step.is_some_and(|step| step.is_action("actions/upload-artifact")));
    if uploads.is_empty() {
        return not_applicable("nothing is uploaded");
    }
    let (good, bad): (Vec<&Activity<'_>>, Vec<&Activity<'_>>) = uploads.into_iter().partition(|upload| is_good(upload));
    share(&all(&good), &all(&bad), what)
}

pub(super) fn strict_failures(facts: &Facts<'_>) -> Verdict {
    let kinds = [
        Kind::Build,
        Kind::Test,
        Kind::IntegrationTest,
        Kind::Lint,
        Kind::Format,
        Kind::Audit,
        Kind::SecretScan,
        Kind::Sast,
        Kind::ContainerScan,
        Kind::IacScan,
        Kind::Dast,
        Kind::Contract,
        Kind::Load,
        Kind::License,
    ];
    let mut checks = facts.of(&kinds);
    // Who starts a service in the background checks nothing with it, whatever it does as it starts.
    checks.retain(|check| check.silence != Some(Silence::Detached) || check.is(Kind::Test));
    let (silent, loud): (Vec<&Activity<'_>>, Vec<&Activity<'_>>) =
        checks.into_iter().partition(|check| check.silence.is_some());
    let place = |activity: &&Activity<'_>| {
        let reason = activity.silence.map_or("", Silence::reason);
        Evidence { seen: format!("{}: {reason}", activity.seen), ..of(activity) }
    };
    let bad: Vec<Evidence> = silent.iter().map(place).collect();
    if loud.is_empty() && bad.is_empty() {
        return Verdict { looked_for: looked_for(&kinds), ..missing("no check runs", &[]) };
    }
    if loud.is_empty() {
        return Verdict { evidence: bad, ..missing("every check may fail in silence", &[]) };
    }
    if bad.is_empty() {
        return present("no check may fail in silence", all(&loud));
    }
    partial(format!("{} of {} checks may fail in silence", bad.len(), bad.len() + loud.len()), bad)
}

pub(super) fn size_budget(facts: &Facts<'_>) -> Verdict {
    let gates = facts.of(&[Kind::SizeGate]);
    if let Some(verdict) = measured_in_script(facts).filter(|_| gates.is_empty()) {
        return verdict;
    }
    if let Some(gate) = gates.iter().find(|gate| gate.silence.is_none()) {
        return present("sizes are measured against a limit", vec![of(gate)]);
    }
    facts.line_in(|path| path.ends_with("plimsoll.yml"), &["binary_size", "size_bytes"]).map_or_else(
        || match gates.first() {
            Some(_) => partial("sizes are measured, but a growth goes unnoticed", all(&gates)),
            None => {
                Verdict { looked_for: looked_for(&[Kind::SizeGate, Kind::Size]), ..missing("no size is measured", &[]) }
            }
        },
        |evidence| match facts.of(&[Kind::CiGate]).first() {
            Some(gate) => present("sizes are gated", vec![evidence, of(gate)]),
            None => partial("a limit is configured, but nothing holds to it", vec![evidence]),
        },
    )
}

/// Commands that measure a file.
const MEASURING: &[&str] = &[
    "stat -c",
    "stat --printf",
    "stat --format",
    "stat -f%z",
    "stat -f %z",
    "wc -c",
    "du -b",
    "du -k",
    "du -sb",
    "du -sk",
    "du -h",
    "du -sh",
];

/// A script that measures a file and compares: a limit when it ends with a failure, else only a
/// measurement.
fn measured_in_script(facts: &Facts<'_>) -> Option<Verdict> {
    let measures = |activity: &Activity<'_>| {
        let text = activity.step.and_then(Step::script).map_or("", |script| script.text.value.as_str());
        MEASURING.iter().any(|words| text.contains(words)).then(|| {
            let compares = ["-gt ", "-ge ", "-lt ", "-le ", " > ", "(("].iter().any(|words| text.contains(words));
            (compares, compares && text.contains("exit 1"))
        })
    };
    let found = facts.activities.all.iter().filter_map(|activity| Some((activity, measures(activity)?)));
    let all: Vec<_> = found.collect();
    let shown = |activity: &Activity<'_>| {
        let script = activity.step.and_then(Step::script).map_or("", |script| script.text.value.as_str());
        let line = script.lines().find(|line| MEASURING.iter().any(|words| line.contains(words)));
        let line = line.unwrap_or_default().trim();
        let text = facts.repository.text(activity.path).map_or("", |file| file.text.as_str());
        let start = text.lines().enumerate().skip(activity.position.line.saturating_sub(1));
        let number = start.into_iter().find(|(_, other)| other.trim() == line).map(|(number, _)| number + 1);
        let position = crate::model::place::Position { line: number.unwrap_or(activity.position.line), column: 1 };
        Evidence { position, seen: line.chars().take(100).collect(), ..of(activity) }
    };
    if let Some((activity, _)) = all.iter().find(|(activity, (_, fails))| *fails && activity.silence.is_none()) {
        return Some(present("a size is measured against a limit that fails the job", vec![shown(activity)]));
    }
    let (activity, (compares, _)) = all.first()?;
    let because = if *compares {
        "a size is measured, and only warned of when it grows"
    } else {
        "a size is measured, without a limit"
    };
    Some(partial(because, vec![shown(activity)]))
}

pub(super) fn ci_timing_budget(facts: &Facts<'_>) -> Verdict {
    let gates = facts.of(&[Kind::CiGate]);
    if let Some(gate) = gates.iter().find(|gate| gate.silence.is_none()) {
        return present("CI times are gated", vec![of(gate)]);
    }
    let recorded = facts.of(&[Kind::CiMetrics]);
    if recorded.is_empty() {
        return Verdict {
            looked_for: looked_for(&[Kind::CiGate, Kind::CiMetrics]),
            ..missing("CI times are not recorded", &[])
        };
    }
    partial("CI times are recorded, but not gated", all(&recorded))
}

/// CI timings that are collected on a schedule; counted among observability.
pub(super) fn ci_metrics(facts: &Facts<'_>) -> Verdict {
    let recorded = facts.of(&[Kind::CiMetrics]);
    if let Some(scheduled) = recorded.iter().find(|activity| activity.when.contains(&When::Schedule)) {
        return present("CI timings are collected on a schedule", vec![of(scheduled)]);
    }
    if recorded.is_empty() {
        return Verdict { looked_for: looked_for(&[Kind::CiMetrics]), ..missing("CI timings are not collected", &[]) };
    }
    partial("CI timings are collected, but not on a schedule", all(&recorded))
}
