//! What stands in a job's workspace when a step runs: nothing yet, this repository, or another one.

use std::collections::BTreeMap;

use super::evidence::at;
use super::facts::Facts;
use crate::detectors::activity::Activity;
use crate::detectors::runs::JobRun;
use crate::detectors::when::When;
use crate::knowledge::tools::Kind;
use crate::model::repository::{Repository, join};
use crate::model::scorecard::Evidence;
use crate::model::workflow::{ActionReference, Step};
use crate::model::yaml::Text;

/// Kinds of work on source text: done to another repository's they say nothing about this one.
const OF_SOURCES: &[Kind] = &[
    Kind::Test,
    Kind::IntegrationTest,
    Kind::Build,
    Kind::Lint,
    Kind::LintStrict,
    Kind::LintText,
    Kind::Format,
    Kind::FormatWrite,
    Kind::Docs,
    Kind::DocsLinks,
    Kind::Coverage,
    Kind::CoverageThreshold,
    Kind::CoveragePublish,
    Kind::TestReport,
    Kind::Contract,
    Kind::Bench,
    Kind::PerfRegression,
    Kind::Audit,
    Kind::License,
    Kind::SecretScan,
    Kind::Sast,
    Kind::UnsafeAudit,
    Kind::Cache,
    Kind::CacheKey,
    Kind::CacheInput,
    Kind::CacheAction,
];

/// Tells whether work of a kind is about the sources that lie in the workspace.
pub(super) fn is_about_sources(kind: Kind) -> bool {
    OF_SOURCES.contains(&kind)
}

/// Returns, by the jobs' indexes, the steps from which on another repository lies in the workspace, and those until
/// which it does.
pub(super) fn foreign(repository: &Repository, runs: &[JobRun<'_>]) -> BTreeMap<usize, (usize, usize)> {
    let mut found = BTreeMap::new();
    for (index, run) in runs.iter().enumerate() {
        for (order, step) in run.job.steps.iter().flat_map(Step::flatten).enumerate() {
            // A checkout below a folder of its own stands beside what is there.
            if !step.is_action("actions/checkout") || step.input("path").is_some_and(|path| path.value != ".") {
                continue;
            }
            let named = step.input("repository").filter(|name| !name.value.is_empty());
            let is_foreign = named.is_some_and(|name| !name.has_expression() && !is_own(repository, &name.value));
            if is_foreign {
                found.entry(index).or_insert((order, usize::MAX));
            } else if let Some((_, until)) = found.get_mut(&index) {
                *until = (*until).min(order);
            }
        }
    }
    found
}

/// Tells whether a name is the repository's own, as far as its files say: manifests, conditions that forks do not meet,
/// badges.
fn is_own(repository: &Repository, name: &str) -> bool {
    let lower = name.to_lowercase();
    let address = format!("github.com/{lower}");
    let badges = [format!("{address}/actions"), format!("{address}/workflows"), format!("{lower}/ci.yml")];
    repository.texts.iter().any(|(path, file)| {
        let (is_root, path) = (!path.contains('/'), path.to_lowercase());
        let text = || file.text.to_lowercase();
        if path.starts_with(".github/workflows/") {
            let text = text();
            return text.contains(&format!("github.repository == '{lower}'"));
        }
        match path.as_str() {
            "go.mod" | "cargo.toml" | "package.json" | "pyproject.toml" | "composer.json" | "pom.xml" | "setup.py" => {
                let text = text();
                let ends = |at: usize| {
                    text.get(at + address.len()..)
                        .and_then(|rest| rest.chars().next())
                        .is_none_or(|next| !(next.is_ascii_alphanumeric() || matches!(next, '-' | '_')))
                };
                text.match_indices(&address).any(|(at, _)| ends(at))
            }
            _ if is_root && path.starts_with("readme") => {
                let text = text();
                badges.iter().any(|badge| text.contains(badge))
            }
            _ => false,
        }
    })
}

/// Actions that look for a lock file in the workspace when they start.
const READS_LOCK_FILE: &[&str] = &[
    "actions/setup-go",
    "actions/setup-node",
    "actions/setup-python",
    "actions/setup-java",
    "actions/setup-dotnet",
    "ruby/setup-ruby",
    "swatinem/rust-cache",
];

/// Actions that look for a lock file at the root of the workspace only, unless `cache-dependency-path` tells them more,
/// and the names that they look for: `findDependencyFile` of actions/setup-go (`go.sum`, and from version 6 on `go.mod`),
/// `findLockFile` of actions/setup-node, the default of actions/setup-dotnet, and `workspaces` of
/// Swatinem/rust-cache. Those for Python and Java look everywhere.
const AT_ROOT: &[(&str, &[&str])] = &[
    ("actions/setup-go", &["go.sum", "go.mod"]),
    ("actions/setup-node", &["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml"]),
    ("actions/setup-dotnet", &["packages.lock.json"]),
    ("swatinem/rust-cache", &["Cargo.lock", "Cargo.toml"]),
];

impl<'model> Facts<'model> {
    /// Tells whether an activity works in another repository's files.
    pub(super) fn is_foreign(&self, activity: &Activity<'_>) -> bool {
        let is_in_job = self.run(activity).is_some_and(|run| run.file.path == activity.path);
        self.foreign
            .get(&activity.run)
            .is_some_and(|(from, until)| is_in_job && activity.order > *from && activity.order < *until)
    }

    /// Tells whether a cache is asked for where the files that its key follows are not: before the checkout, or below the
    /// folder in which the action looks for them.
    pub(super) fn finds_no_lock_file(&self, cache: &Activity<'_>) -> bool {
        self.is_before_checkout(cache) || self.looks_in_vain(cache)
    }

    /// Tells whether a cache reads a lock file before the checkout brings it.
    pub(super) fn is_before_checkout(&self, cache: &Activity<'_>) -> bool {
        let hashes = || cache.input("key").is_some_and(|key| key.value.contains("hashFiles("));
        let reads = cache.step.is_some_and(|step| READS_LOCK_FILE.iter().any(|name| step.is_action(name)))
            || cache.is(Kind::CacheAction) && hashes();
        let orders: Vec<usize> = self.checkouts_of(cache).map(|checkout| checkout.order).collect();
        reads && !orders.is_empty() && orders.iter().all(|order| *order > cache.order)
    }

    /// Tells whether an action looks for a lock file at the root only, as it does by itself, and none is committed there.
    fn looks_in_vain(&self, cache: &Activity<'_>) -> bool {
        let names = AT_ROOT.iter().find(|(action, _)| cache.step.is_some_and(|step| step.is_action(action)));
        let mut told = ["cache-dependency-path", "workspaces"].into_iter().filter_map(|name| cache.input(name));
        let is_told = told.any(|path| !path.value.is_empty());
        // What another checkout puts into the workspace is not known.
        let is_plain = |checkout: &Activity<'_>| {
            ["path", "repository"].iter().all(|name| checkout.input(name).is_none_or(|value| value.value.is_empty()))
        };
        let is_there = |names: &[&str]| names.iter().any(|name| self.repository.paths.contains(*name));
        !is_told && names.is_some_and(|(_, names)| !is_there(names)) && self.checkouts_of(cache).all(is_plain)
    }

    /// Returns the checkouts of a step's job or action.
    fn checkouts_of(&self, step: &Activity<'_>) -> impl Iterator<Item = &Activity<'model>> {
        let (run, path) = (step.run, step.path);
        let of_job = move |other: &&Activity<'_>| other.run == run && other.path == path;
        let is_checkout = |other: &&Activity<'_>| other.step.is_some_and(|step| step.is_action("actions/checkout"));
        self.activities.all.iter().filter(of_job).filter(is_checkout)
    }

    /// Returns the steps by which the repository's own action runs on changes: tests of it. It stands at the root, or in
    /// the folder that a checkout of the job puts it in.
    pub(super) fn of_own_action(&self) -> Vec<&Activity<'model>> {
        if !self.repository.actions.contains_key("") {
            return Vec::new();
        }
        let all = self.activities.all.iter().filter(|activity| {
            let Some(uses) = activity.step.and_then(Step::uses).filter(|_| activity.words.is_empty()) else {
                return false;
            };
            let path = match ActionReference::parse(&uses.value) {
                ActionReference::Local(path) | ActionReference::SelfRepository(path) => join("", path),
                ActionReference::Repository(_) | ActionReference::Docker(_) | ActionReference::Unknown => None,
            };
            let starts = [When::PullRequest, When::DefaultBranch, When::Schedule];
            let written = activity.seen == format!("uses: {}", uses.value);
            written
                && !activity.foreign
                && starts.iter().any(|when| activity.when.contains(when))
                && path.is_some_and(|path| path.is_empty() || self.is_checked_out_to(activity, &path))
        });
        all.collect()
    }

    /// Tells whether a step of an activity's job before it puts this repository into a folder.
    fn is_checked_out_to(&self, activity: &Activity<'_>, folder: &str) -> bool {
        let steps = self.run(activity).into_iter().flat_map(|run| &run.job.steps).flat_map(Step::flatten);
        steps.take(activity.order).any(|step| {
            let path = step.input("path").and_then(|path| join("", &path.value));
            let is_own = step
                .input("repository")
                .is_none_or(|name| name.has_expression() || is_own(self.repository, &name.value));
            step.is_action("actions/checkout") && is_own && path.as_deref() == Some(folder)
        })
    }

    /// Finds the first line, comments aside, of an activity's script that is accepted.
    pub(super) fn script_line(&self, activity: &Activity<'_>, accept: impl Fn(&str) -> bool) -> Option<Evidence> {
        let script: &Text = &activity.step.and_then(Step::script)?.text;
        let mut start = 0;
        let lines = script.value.split_inclusive('\n').map(|line| {
            let own = start;
            start += line.len();
            (own + line.len() - line.trim_start().len(), line.trim())
        });
        let (start, line) = lines.into_iter().find(|(_, line)| !line.starts_with('#') && accept(line))?;
        // What a step leads to stands elsewhere, but its script in its own file.
        let is_own = |run: &&JobRun<'_>| {
            let mut steps = run.job.steps.iter().flat_map(Step::flatten);
            steps.any(|step| activity.step.is_some_and(|own| std::ptr::eq(own, step)))
        };
        let path = self.run(activity).filter(is_own).map_or(activity.path, |run| run.file.path.as_str());
        let source = self.repository.text(path)?;
        let span = script.locate(&source.text, start..start + line.len());
        Some(at(path, source.position(span.start), line.chars().take(120).collect::<String>()))
    }
}
