//! What the criteria look at: what runs, what stands in files, and questions about both.

use std::collections::{BTreeMap, BTreeSet};

use super::Inputs;
use super::evidence::{all, at, line_at, of, partial, ran};
use super::files::{Files, is_dependency_file, is_only_for_others};
use super::profile::Profile;
use super::workspace::{foreign, is_about_sources};
use crate::detectors::activity::{Activities, Activity, activities};
use crate::detectors::gating::only_reports;
use crate::detectors::goreleaser::carry_out;
use crate::detectors::purpose::is_for_tests;
use crate::detectors::runs::{JobRun, waits_for};
use crate::detectors::when::When;
use crate::knowledge::tools::Kind;
use crate::model::finding::Finding;
use crate::model::place::Position;
use crate::model::platform::Platform;
use crate::model::repository::{Repository, TextFile, has_ending, name_of};
use crate::model::scorecard::{Evidence, Verdict};
use crate::model::yaml::Node;

/// What the criteria look at.
#[derive(Debug)]
pub(super) struct Facts<'model> {
    pub(super) repository: &'model Repository,
    pub(super) files: Files<'model>,
    pub(super) activities: Activities<'model>,
    pub(super) profile: Profile,
    pub(super) findings: Option<&'model [Finding]>,
    pub(super) platform: Option<&'model Platform>,
    /// The runs that start a cluster which lives as long as they do.
    throwaway: BTreeSet<usize>,
    /// The runs that work in another repository's files: from which step on, and until which.
    pub(super) foreign: BTreeMap<usize, (usize, usize)>,
}

/// Words in names that say where something is deployed to.
const STAGING: &[&str] = &[
    "staging",
    "stage",
    "stg",
    "preprod",
    "preproduction",
    "uat",
    "qa",
    "dev",
    "development",
    "sandbox",
    "test",
    "integration",
];
const PRODUCTION: &[&str] = &["production", "prod", "prd", "live"];

impl<'model> Facts<'model> {
    pub(super) fn new(inputs: &Inputs<'model>, files: Files<'model>, profile: Profile) -> Self {
        let mut activities = activities(inputs.repository);
        carry_out(inputs.repository, &mut activities);
        let clusters = activities.all.iter().filter(|activity| activity.is(Kind::LocalCluster));
        let throwaway = clusters.map(|activity| activity.run).collect();
        Self {
            throwaway,
            foreign: foreign(inputs.repository, &activities.runs),
            repository: inputs.repository,
            files,
            activities,
            profile,
            findings: inputs.findings,
            platform: inputs.platform,
        }
    }

    /// Returns what does any of the kinds of work.
    pub(super) fn of(&self, kinds: &[Kind]) -> Vec<&Activity<'model>> {
        let all = self.activities.all.iter();
        let is_one = |activity: &&Activity<'_>| {
            let counts = |kind: &Kind| activity.is(*kind) && !(*kind == Kind::Test && is_benchmark(activity));
            let mut found = kinds.iter().filter(|kind| counts(kind));
            // Work on the sources of another repository says nothing about this one.
            found.any(|kind| !is_about_sources(*kind) || !(activity.foreign || self.is_foreign(activity)))
        };
        all.filter(is_one).collect()
    }

    /// Returns what does any of the kinds of work, also in another repository's files.
    pub(super) fn anywhere(&self, kinds: &[Kind]) -> Vec<&Activity<'model>> {
        self.activities.all.iter().filter(|activity| kinds.iter().any(|kind| activity.is(*kind))).collect()
    }

    /// Shows where an activity runs: at its own place in the workflow, or else, where that leads to another file, at its
    /// job. Of what jobs do beside each other, a line of a Dockerfile or a Makefile says nothing.
    pub(super) fn in_its_job(&self, activity: &Activity<'_>) -> Evidence {
        match self.run(activity) {
            Some(run) if run.file.path != activity.path => {
                let position = self.repository.position(&run.file.path, run.job.id.span.start);
                at(&run.file.path, position, format!("{}: {}", run.job.id.value, activity.seen))
            }
            Some(_) | None => of(activity),
        }
    }

    /// Returns what does any of the kinds of work in a job itself, not while an image is built.
    pub(super) fn in_jobs(&self, kinds: &[Kind]) -> Vec<&Activity<'model>> {
        let mut found = self.of(kinds);
        found.retain(|activity| !activity.in_image_build);
        found
    }

    /// Judges by whether a kind of work is done, and noticed when it fails.
    pub(super) fn tool(&self, kinds: &[Kind], what: &str) -> Verdict {
        ran(&self.of(kinds), what, kinds)
    }

    /// Judges as `tool` does by what has findings: what only reports them proves half.
    pub(super) fn gate(&self, kinds: &[Kind], what: &str) -> Verdict {
        let found = self.of(kinds);
        let (reports, gates): (Vec<_>, Vec<_>) = found.into_iter().partition(|activity| only_reports(activity));
        if gates.is_empty() && !reports.is_empty() {
            return partial(format!("{what}, but findings fail nothing"), all(&reports));
        }
        ran(&gates, what, kinds)
    }

    /// Returns the run of a job that an activity belongs to.
    pub(super) fn run(&self, activity: &Activity<'_>) -> Option<&JobRun<'model>> {
        self.activities.runs.get(activity.run)
    }

    /// Tells whether one activity comes after another: later in its job, or in a job that waits.
    pub(super) fn is_after(&self, later: &Activity<'_>, earlier: &Activity<'_>) -> bool {
        if later.run == earlier.run {
            return later.number > earlier.number;
        }
        waits_for(&self.activities.runs, later.run).contains(&earlier.run)
    }

    /// Tells whether a step can fail by what one of its commands found: the command itself, or one behind it that
    /// compares or ends the script.
    pub(super) fn can_fail_behind(&self, command: &Activity<'_>) -> bool {
        let judges = |other: &Activity<'_>| {
            let words: Vec<&str> = other.words.iter().map(String::as_str).collect();
            match words.as_slice() {
                _ if is_failure(other) => true,
                ["grep" | "egrep" | "rg" | "test" | "[" | "[[" | "diff", ..] => {
                    !other.tested && other.silence.is_none()
                }
                _ => false,
            }
        };
        let of_step = |other: &&Activity<'_>| other.run == command.run && other.order == command.order;
        self.activities.all.iter().filter(of_step).any(judges)
    }

    /// Returns the builds and tests.
    pub(super) fn builds_and_tests(&self) -> Vec<&Activity<'model>> {
        let mut found = self.of(&[Kind::Build, Kind::Test, Kind::IntegrationTest]);
        found.extend(self.of_own_action());
        found.sort_by_key(|activity| self.is_for_some_paths(activity));
        // Infrastructure code is not built: checking it is as far as it goes.
        if found.is_empty() { self.of(&[Kind::InfraValidate, Kind::InfraPlan]) } else { found }
    }

    /// Returns the deploys: of a site its pages, of anything else all but documentation.
    pub(super) fn deploys(&self) -> Vec<&Activity<'model>> {
        let mut found = self.of(&[Kind::Deploy, Kind::InfraApply]);
        found.retain(|activity| !activity.is(Kind::Pages) || self.profile == Profile::Site);
        found.retain(|activity| !self.is_in_throwaway_cluster(activity));
        found
    }

    /// Tells whether a job starts a cluster of its own before: what it deploys there is a test.
    pub(super) fn is_in_throwaway_cluster(&self, activity: &Activity<'_>) -> bool {
        self.throwaway.contains(&activity.run)
    }

    /// Tells whether a deploy goes to staging, and whether to production. One whose names say
    /// nothing goes to production, since there is only one place.
    pub(super) fn stages(&self, deploy: &Activity<'_>) -> (bool, bool) {
        let mut names: Vec<String> = deploy.words.clone();
        let step = deploy.step;
        names.extend(step.and_then(|step| step.name.as_ref()).map(|name| name.value.clone()));
        names.extend(
            step.into_iter().flat_map(crate::model::workflow::Step::with).map(|(_, value)| value.value.clone()),
        );
        if let Some(run) = self.run(deploy) {
            let environments = run.environments();
            if !environments.is_empty() {
                return stages_of(&environments);
            }
            names.push(run.job.id.value.clone());
            names.extend(run.job.name.iter().map(|name| name.value.clone()));
            names.push(name_of(&run.root.path).to_owned());
            names.extend(run.root.workflow.name.iter().map(|name| name.value.clone()));
        }
        stages_of(&names)
    }

    /// Returns the YAML files below the root, workflows aside.
    pub(super) fn yaml(&self) -> impl Iterator<Item = (&'model str, &'model TextFile, &'model Node)> {
        let texts =
            self.repository.texts.iter().filter(|(path, _)| !path.starts_with(".github/") && !is_for_tests(path));
        texts.flat_map(|(path, file)| file.roots().map(move |root| (path.as_str(), file, root)))
    }

    /// Returns the files whose name, in lower case, is accepted.
    pub(super) fn named(&self, accept: impl Fn(&str) -> bool) -> Vec<&'model str> {
        let paths = self.repository.paths.iter().filter(|path| accept(&name_of(path).to_lowercase()));
        paths.map(String::as_str).collect()
    }

    /// Finds the first line with one of the words in files of a kind, comments aside.
    pub(super) fn line_in(&self, accept: impl Fn(&str) -> bool, words: &[&str]) -> Option<Evidence> {
        let texts = self.repository.texts.iter().filter(|(path, _)| accept(&path.to_lowercase()));
        texts.into_iter().find_map(|(path, file)| {
            let (position, line) = file.line_with(words)?;
            Some(at(path, position, line.chars().take(120).collect::<String>()))
        })
    }

    /// Finds the first line that is accepted, by its path and its text, in files of a kind.
    pub(super) fn line_that(
        &self,
        is_one: impl Fn(&str) -> bool,
        mut accept: impl FnMut(&str, &str) -> bool,
    ) -> Option<Evidence> {
        let texts = self.repository.texts.iter().filter(|(path, _)| is_one(path));
        texts.into_iter().find_map(|(path, file)| {
            let (index, line) = file.text.lines().enumerate().find(|(_, line)| accept(path, line))?;
            Some(line_at(path, index, line))
        })
    }

    /// Finds a dependency in the manifests; what others depend on does not count.
    pub(super) fn dependency(&self, words: &[&str]) -> Option<Evidence> {
        let manifests = self.repository.texts.iter().filter(|(path, _)| is_dependency_file(&path.to_lowercase()));
        manifests.into_iter().find_map(|(path, file)| {
            let lines: Vec<&str> = file.text.lines().collect();
            lines.iter().enumerate().find_map(|(index, line)| {
                let lower = line.trim().to_lowercase();
                let comment = ["#", "//", "--", "<!--", "module "].iter().any(|mark| lower.starts_with(mark));
                let direct = !comment && !lower.ends_with("// indirect") && !is_about_itself(&lower);
                let word = words.iter().find(|word| direct && names_library(path, &lower, word))?;
                let direct = !(has_ending(path, &["txt"]) && is_only_for_others(&lines, index));
                let word = Some(word).filter(|_| direct)?;
                let column = 1 + line.to_lowercase().find(word).unwrap_or(0);
                let seen: String = line.trim().chars().take(120).collect();
                Some(at(path, Position { line: index + 1, column }, seen))
            })
        })
    }

    /// Tells whether the repository uses Kubernetes.
    pub(super) fn kubernetes(&self) -> bool {
        self.files.workloads().next().is_some()
            || !self.charts().is_empty()
            || self.of(&[Kind::KubernetesDeploy]).iter().any(|deploy| !self.is_in_throwaway_cluster(deploy))
    }

    /// Returns the Helm charts.
    pub(super) fn charts(&self) -> Vec<&'model str> {
        self.own_named(|name| name == "chart.yaml")
    }

    /// Returns the files whose name, in lower case, is accepted, those for tests aside.
    pub(super) fn own_named(&self, accept: impl Fn(&str) -> bool) -> Vec<&'model str> {
        self.named(accept).into_iter().filter(|path| !is_for_tests(path)).collect()
    }

    /// Tells whether images are built for others to use.
    pub(super) fn builds_images(&self) -> bool {
        !self.files.dockerfiles.is_empty() || !self.image_pushes().is_empty()
    }

    /// Returns the workflows that build or test something on pull requests and on the default branch; where none does
    /// both, those that do either. The one that does most comes first, what only starts for some paths last.
    pub(super) fn main_roots(&self) -> Vec<&'model str> {
        let all = self.builds_and_tests();
        let main = all.iter().filter(|activity| {
            activity.when.contains(&When::PullRequest) || activity.when.contains(&When::DefaultBranch)
        });
        let mut roots: BTreeMap<&str, (bool, usize, BTreeSet<When>)> = BTreeMap::new();
        for activity in main {
            let path = self.run(activity).map(|run| run.root.path.as_str());
            let (narrow, count, when) = roots.entry(path.unwrap_or_default()).or_default();
            *narrow = self.is_for_some_paths(activity);
            *count += 1;
            when.extend(activity.when.iter().copied());
        }
        // The main one guards both, where there is such a one.
        let both = |when: &BTreeSet<When>| when.contains(&When::PullRequest) && when.contains(&When::DefaultBranch);
        let any_both = roots.values().any(|(_, _, when)| both(when));
        roots.retain(|_, (_, _, when)| !any_both || both(when));
        // One that does far less than another is none of the main ones.
        let most = roots.values().map(|(_, count, _)| *count).max().unwrap_or(0);
        let mut roots: Vec<_> = roots.into_iter().filter(|(_, (_, count, _))| count * 3 >= most).collect();
        roots.sort_by_key(|(_, (narrow, count, _))| (*narrow, std::cmp::Reverse(*count)));
        roots.into_iter().map(|(path, _)| path).collect()
    }

    /// Tells whether an activity's workflow only starts when files at some paths have changed.
    pub(super) fn is_for_some_paths(&self, activity: &Activity<'_>) -> bool {
        let triggers = self.run(activity).into_iter().flat_map(|run| &run.root.workflow.triggers);
        triggers.into_iter().any(|trigger| !trigger.filter("paths").is_empty())
    }
}

/// Tells whether a test program is only given folders of benchmarks: it measures then, and tests nothing.
fn is_benchmark(activity: &Activity<'_>) -> bool {
    let is_path = |word: &&String| !word.starts_with('-') && word.contains('/');
    let mut paths = activity.words.iter().skip(1).filter(is_path).peekable();
    let measures =
        |path: &String| path.split('/').any(|part| matches!(part, "bench" | "benches" | "benchmark" | "benchmarks"));
    paths.peek().is_some() && paths.all(measures)
}

/// Tells whether a command does nothing but end with a failure.
pub(super) fn is_failure(command: &Activity<'_>) -> bool {
    let words: Vec<&str> = command.words.iter().map(String::as_str).collect();
    matches!(words.as_slice(), ["exit", code, ..] if *code != "0") || words.as_slice() == ["false"]
}

/// Tells whether a line of a manifest, in lower case, says what the package itself is, and not what it needs.
fn is_about_itself(line: &str) -> bool {
    let tags = ["<name>", "<description>", "<packageid>", "<assemblyname>", "<rootnamespace>", "<url>"];
    let keys =
        ["name", "description", "homepage", "repository", "url", "documentation", "author", "authors", "keywords"];
    let key = line.trim_start_matches(['"', '\'']).split(['"', '\'', ':', '=', ' ']).next().unwrap_or_default();
    tags.iter().any(|tag| line.starts_with(tag)) || (keys.contains(&key) && line.contains([':', '=']))
}

/// Tells whether a line of a manifest, in lower case, names a library. Who makes a Go module says nothing of what it
/// does.
fn names_library(path: &str, line: &str, word: &str) -> bool {
    let is_module = name_of(path) == "go.mod" && !word.contains('/');
    if is_module { without_owner(line).contains(word) } else { line.contains(word) }
}

/// Returns what stands behind the owner of a module at a forge: `client_golang` of `github.com/prometheus/client_golang`.
fn without_owner(line: &str) -> &str {
    let at_forge = ["github.com/", "gitlab.com/", "bitbucket.org/"].iter().find_map(|forge| line.split_once(forge));
    at_forge.and_then(|(_, rest)| rest.split_once('/')).map_or(line, |(_, rest)| rest)
}

/// Splits names into words and looks for those that name a stage.
pub(super) fn stages_of(names: &[String]) -> (bool, bool) {
    let mut staging = false;
    let mut production = false;
    for name in names {
        let lower = name.to_lowercase();
        let pre_production = lower.contains("pre-prod") || lower.contains("pre_prod") || lower.contains("non-prod");
        let words: Vec<&str> = lower.split(|character: char| !character.is_ascii_alphanumeric()).collect();
        staging |= pre_production || words.iter().any(|word| STAGING.contains(word));
        production |= !pre_production && words.iter().any(|word| PRODUCTION.contains(word));
    }
    (staging, production || !staging)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_package_says_of_itself_is_no_dependency() {
        for line in ["\"name\": \"opentelemetry-demo\",", "description = \"with redis\"", "<name>redis-tool</name>"] {
            assert!(is_about_itself(line), "{line}");
        }
        for line in
            ["\"@opentelemetry/api\": \"1\",", "redis = \"1\"", "<artifactid>jedis</artifactid>", "name-redis==1"]
        {
            assert!(!is_about_itself(line), "{line}");
        }
    }

    #[test]
    fn names_say_the_stage() {
        let stages = |name: &str| stages_of(&[name.to_owned()]);
        assert_eq!(stages("staging-eu"), (true, false));
        assert_eq!(stages("deploy_prod"), (false, true));
        assert_eq!(stages("pre-production"), (true, false));
        assert_eq!(stages("github-pages"), (false, true));
        assert_eq!(stages("product"), (false, true));
    }
}
