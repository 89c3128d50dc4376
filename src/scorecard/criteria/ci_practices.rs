//! Practices of the CI pipeline: caches, artifacts, honest failures, budgets.

use crate::detectors::activity::{Activity, Silence};
use crate::detectors::gating::only_reports;
use crate::detectors::purpose::is_for_tests;
use crate::detectors::runs::waits_for;
use crate::detectors::when::When;
use crate::knowledge::tools::Kind;
use crate::model::repository::{WorkflowFile, name_of};
use crate::model::scorecard::{Evidence, Status, Verdict};
use crate::model::workflow::{ActionReference, Step};
use crate::scorecard::evidence::{all, at, by_place, looked_for, missing, not_applicable, of, partial, present, share};
use crate::scorecard::facts::Facts;

/// Finds an artifact that one job uploads and a later one downloads.
fn handed_on(facts: &Facts<'_>) -> Option<Vec<Evidence>> {
    let (uploads, downloads) = (facts.of(&[Kind::ArtifactUpload]), facts.of(&[Kind::ArtifactDownload]));
    downloads.into_iter().find_map(|download| {
        // A download without a name takes all; a pattern may take it.
        let name = download.input("name").filter(|name| !name.has_expression());
        let fits = |upload: &&&Activity<'_>| {
            let own = upload.input("name");
            name.is_none_or(|name| own.is_some_and(|own| own.has_expression() || own.value == name.value))
        };
        let later = |upload: &&&Activity<'_>| upload.run != download.run && facts.is_after(download, upload);
        let upload = uploads.iter().filter(fits).find(later)?;
        Some(vec![of(upload), of(download)])
    })
}

/// Finds a download by a name that a workflow of another repository hands out, which an earlier job calls: that it was
/// uploaded there is the called workflow's business.
fn handed_on_elsewhere(facts: &Facts<'_>) -> Option<Vec<Evidence>> {
    facts.of(&[Kind::ArtifactDownload]).into_iter().find_map(|download| {
        let name = download.input("name").filter(|name| name.has_expression())?;
        let job = name.value.split_once("needs.")?.1.split_once(".outputs.")?.0;
        let call = facts.activities.all.iter().find(|call| {
            let run = facts.run(call);
            let is_foreign = run
                .and_then(|run| run.job.uses.as_ref())
                .is_some_and(|uses| matches!(ActionReference::parse(&uses.value), ActionReference::Repository(_)));
            let is_named = run.is_some_and(|run| run.job.id.value == job);
            call.step.is_none() && is_foreign && is_named && facts.is_after(download, call)
        })?;
        Some(vec![of(call), of(download)])
    })
}

pub(super) fn artifact_handoff(facts: &Facts<'_>) -> Verdict {
    if let Some(evidence) = handed_on(facts).or_else(|| handed_on_elsewhere(facts)) {
        return present("what one job builds is handed to a later one", evidence);
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
    if let Some(evidence) = named_by_outputs(facts, &builds) {
        return present("later jobs are told exactly what an earlier one built", vec![evidence]);
    }
    missing(
        "later jobs get nothing of what earlier jobs built",
        &["an upload, cache or pushed image in a job, and its use in a job that needs it"],
    )
}

/// Words in the names of outputs that say exactly which product is meant.
const IDENTITIES: &[&str] = &["digest", "hash", "checksum", "image", "artifact", "subject"];

/// Finds where a job is handed the digest, the hashes or the name of what an earlier job built.
fn named_by_outputs(facts: &Facts<'_>, builds: &[&Activity<'_>]) -> Option<Evidence> {
    let is_built = |file: &WorkflowFile, id: &str| {
        let mut runs = builds.iter().filter_map(|build| facts.run(build));
        runs.any(|run| {
            run.root.path == file.path && (run.job.id.value == id || run.callers.iter().any(|job| job.id.value == id))
        })
    };
    facts.repository.workflows.iter().find_map(|file| {
        let jobs = file.workflow.jobs.iter().filter(|job| !job.never_runs());
        let handed = jobs.flat_map(|job| {
            let steps = job.steps.iter().flat_map(Step::flatten);
            let of_steps = steps.flat_map(|step| step.env.iter().chain(step.with()));
            job.with.iter().chain(&job.env).chain(of_steps)
        });
        let outputs = |text: &'_ str| -> Vec<(String, String)> {
            let named = text.split("needs.").skip(1).filter_map(|rest| rest.split_once(".outputs."));
            let word =
                |rest: &str| rest.chars().take_while(|it| it.is_ascii_alphanumeric() || "-_".contains(*it)).collect();
            named.map(|(id, rest)| (id.to_owned(), word(rest))).collect()
        };
        let is_identity = |name: &str| IDENTITIES.iter().any(|word| name.to_lowercase().contains(word));
        let names_product = |text: &str| outputs(text).iter().any(|(id, name)| is_identity(name) && is_built(file, id));
        let (name, value) = handed.into_iter().find(|(_, value)| names_product(&value.value))?;
        let position = facts.repository.position(&file.path, name.span.start);
        Some(at(&file.path, position, format!("{}: {}", name.value, value.value.lines().next().unwrap_or_default())))
    })
}

pub(super) fn artifact_retention(facts: &Facts<'_>) -> Verdict {
    uploads_with(facts, "uploads state how long they are kept", |activity| activity.input("retention-days").is_some())
}

pub(super) fn artifact_verified(facts: &Facts<'_>) -> Verdict {
    let verdict = uploads_with(facts, "uploads fail when there is nothing to upload", |activity| {
        activity.input("if-no-files-found").is_some_and(|value| value.value == "error") || facts.checks_before(activity)
    });
    // An action that looks for a file of its own checks nothing that was built.
    let mut checks = facts.activities.all.iter().filter(|check| check.path.starts_with(".github/workflows/"));
    let check = checks.find(|activity| facts.checks_what_was_built(activity));
    match (check, verdict.status) {
        (Some(check), Status::NotApplicable) => present("a step checks that what was built is there", vec![of(check)]),
        (Some(check), Status::Missing) => {
            let evidence = vec![of(check)].into_iter().chain(verdict.evidence).take(6).collect();
            partial(format!("{}, but a step checks that something built is there", verdict.because), evidence)
        }
        _ => verdict,
    }
}

fn uploads_with(facts: &Facts<'_>, what: &str, is_good: impl Fn(&Activity<'_>) -> bool) -> Verdict {
    let mut uploads = facts.of(&[Kind::ArtifactUpload]);
    uploads.retain(|upload| upload.step.is_some_and(|step| step.is_action("actions/upload-artifact")));
    if uploads.is_empty() {
        return not_applicable("no step uses `actions/upload-artifact`");
    }
    let (good, bad) = by_place(&uploads, is_good);
    share(&good, &bad, what)
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
        Kind::LicenseHeader,
    ];
    let mut checks = facts.of(&kinds);
    if checks.is_empty() {
        checks = facts.of_own_action();
    }
    // What reports its findings elsewhere is not silent, but fails nothing either.
    checks.retain(|check| !only_reports(check));
    // What mends what it finds is no check of it.
    checks.retain(|check| !(check.silence.is_some() && check.is(Kind::Lint) && check.has_word(|word| word == "--fix")));
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
    if let Some(evidence) = angular_budget(facts).or_else(|| bundler_budget(facts)) {
        return present("the build fails above a size", evidence);
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

/// Finds a build of Angular whose configuration has budgets that fail it (angular.dev, "Configuring size budgets").
fn angular_budget(facts: &Facts<'_>) -> Option<Vec<Evidence>> {
    let is_its = |path: &str| matches!(name_of(path), "angular.json" | "project.json");
    let budget = facts.line_in(is_its, &["\"maximumerror\""])?;
    let builds = facts.of(&[Kind::Build]);
    let is_its =
        |build: &&&Activity<'_>| build.silence.is_none() && build.tools.iter().any(|tool| tool.name == "Angular CLI");
    Some(vec![budget, of(builds.iter().find(is_its)?)])
}

/// Finds a build by a bundler whose configuration has a limit that fails it: webpack's with `hints: 'error'`
/// (webpack.js.org, "Performance"), or a plugin of its own that is named for it, is given a number and fails.
fn bundler_budget(facts: &Facts<'_>) -> Option<Vec<Evidence>> {
    let bundler = |path: &str| name_of(path).split_once(".config.").map_or("", |(stem, _)| stem).to_owned();
    let is_its = |path: &str| ["rolldown", "rollup", "rspack", "vite", "webpack"].contains(&bundler(path).as_str());
    let limits = |path: &str, line: &str| {
        let lower = line.trim().to_lowercase();
        let holds = |words: &[&str]| {
            facts.repository.text(path).is_some_and(|file| words.iter().any(|word| file.text.contains(word)))
        };
        let by_webpack = (lower.starts_with("maxassetsize") || lower.starts_with("maxentrypointsize"))
            && holds(&["hints: 'error'", "hints: \"error\""]);
        let is_call = |(at, name): (usize, &str)| {
            let behind = lower.get(at + name.len()..).unwrap_or_default();
            behind.strip_prefix('(').is_some_and(|value| value.starts_with(|first: char| first.is_ascii_digit()))
        };
        let by_plugin = !lower.starts_with("//")
            && lower.match_indices("sizelimit").any(is_call)
            && holds(&["this.error(", "throw new "]);
        by_webpack || by_plugin
    };
    let limit = facts.line_that(|path| is_its(path) && !is_for_tests(path), limits)?;
    let name = bundler(&limit.path);
    let mut builds = facts.activities.all.iter().filter(|build| !build.foreign && build.silence.is_none());
    let build = builds.find(|build| build.words.first() == Some(&name))?;
    Some(vec![limit, of(build)])
}

/// A script that measures a file and compares: a limit when it ends with a failure, else only a
/// measurement.
fn measured_in_script(facts: &Facts<'_>) -> Option<Verdict> {
    let program = [
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
    let is_comparison = |line: &str| {
        let tests = ["[", "((", "test ", "awk", "bc"].iter().any(|word| line.contains(word));
        ["-gt ", "-ge ", "-lt ", "-le ", "(("].iter().any(|words| line.contains(words)) || tests && line.contains(" > ")
    };
    let found = facts.activities.all.iter().filter_map(|activity| {
        let line = facts.script_line(activity, |line| program.iter().any(|words| line.contains(words)))?;
        let text = activity.step.and_then(Step::script).map_or("", |script| script.text.value.as_str());
        let compares = text.lines().any(is_comparison);
        Some((line, compares, compares && text.contains("exit 1") && activity.silence.is_none()))
    });
    let all: Vec<_> = found.collect();
    if let Some((line, ..)) = all.iter().find(|(_, _, fails)| *fails) {
        return Some(present("a size is measured against a limit that fails the job", vec![line.clone()]));
    }
    let (line, compares, _) = all.first()?;
    let because = if *compares {
        "a size is measured, and only warned of when it grows"
    } else {
        "a size is measured, without a limit"
    };
    Some(partial(because, vec![line.clone()]))
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
