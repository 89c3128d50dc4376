//! Who can fill the caches of a repository's default branch, and what is published of them.
//!
//! A run saves caches for its own ref, and restores those of its ref, of the base and of the default
//! branch. So what a run of `pull_request` saves reaches nobody else, while one of `pull_request_target`,
//! `issue_comment` or `workflow_run` works for the default branch, whose caches every run restores. Since
//! June 2026 GitHub lets runs that strangers cause only read those, unless `cache-mode` says otherwise.
//!
//! Sources: <https://docs.github.com/en/actions/reference/workflows-and-actions/dependency-caching>,
//! <https://github.blog/changelog/2026-06-26-read-only-actions-cache-for-untrusted-triggers>,
//! <https://github.blog/changelog/2026-09-10-control-github-actions-cache-access-with-cache-mode>

use super::program::plain;
use super::taint::{Intake, Taint};
use crate::knowledge::caches;
use crate::knowledge::tools::{Kind, tools};
use crate::model::workflow::{ActionReference, Event, Job, Step, Workflow};
use crate::model::yaml::Text;
use crate::shell::Command;

/// What a job may do with caches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheMode {
    /// Neither restore nor save.
    Nothing,
    /// Restore.
    Read,
    /// Restore and save.
    Write,
    /// Save.
    WriteOnly,
}

impl CacheMode {
    /// Tells whether caches can be restored.
    pub fn restores(self) -> bool {
        matches!(self, Self::Read | Self::Write)
    }

    /// Tells whether caches can be saved.
    pub fn saves(self) -> bool {
        matches!(self, Self::Write | Self::WriteOnly)
    }
}

/// Returns what a job may do with caches, and where it says so or its workflow does; nothing where
/// neither says it, or another word stands there.
pub fn mode(workflow: &Workflow, job: &Job) -> Option<(CacheMode, Text)> {
    let node = job.node.get("cache-mode").or_else(|| workflow.node.get("cache-mode"))?;
    let text = node.text()?;
    let mode = match text.value.as_str() {
        "none" => CacheMode::Nothing,
        "read" => CacheMode::Read,
        "write" => CacheMode::Write,
        "write-only" => CacheMode::WriteOnly,
        _ => return None,
    };
    Some((mode, text.clone()))
}

/// A job with code of strangers that saves caches for the default branch.
#[derive(Clone, Debug)]
pub struct Filling<'file> {
    /// What it does so by: the `uses` of a step, or its `cache-mode`, with which any code can.
    pub place: Text,
    /// The action that saves.
    pub action: Option<String>,
    /// The code.
    pub intake: Intake<'file>,
    /// Whether `cache-mode` lets it, which GitHub does not do by itself.
    pub is_allowed: bool,
}

/// Returns the jobs of a workflow that strangers can fill the default branch's caches with.
pub fn fillings<'file>(workflow: &Workflow, taint: &Taint<'file>) -> Vec<Filling<'file>> {
    let mut found: Vec<Filling<'file>> = Vec::new();
    for intake in taint.intakes() {
        let job = intake.job;
        let mode = mode(workflow, job);
        let is_known = found.iter().any(|known| known.intake.job.id.span == job.id.span);
        if is_known || mode.as_ref().is_some_and(|(mode, _)| !mode.saves()) {
            continue;
        }
        let mut steps = job.steps.iter().flat_map(Step::flatten).filter(|step| !step.never_runs());
        let saving = steps.find_map(|step| Some((step.uses()?.clone(), caches::saves(step)?)));
        let is_allowed = mode.is_some();
        // Code that runs needs no step to save what it likes.
        let by_mode = mode.filter(|_| intake.run.is_some()).map(|(_, text)| (text, None));
        let saving = saving.map(|(uses, action)| (uses, Some(action)));
        if let Some((place, action)) = saving.or(by_mode) {
            found.push(Filling { place, action, intake: intake.clone(), is_allowed });
        }
    }
    found
}

/// A step whose cache becomes part of what is published.
#[derive(Clone, Debug)]
pub struct Published<'file> {
    /// The action that restores the cache.
    pub action: String,
    /// Its `uses`.
    pub uses: &'file Text,
    /// What publishes, where a step shows it and not the event alone.
    pub by: Option<&'file Step>,
}

/// Returns the steps of a workflow whose caches become part of what is published, given how the
/// commands of a script are read.
pub fn published<C: AsRef<[Command]>>(workflow: &Workflow, commands: impl Fn(&Text) -> C) -> Vec<Published<'_>> {
    let releases = releases(workflow);
    let mut found = Vec::new();
    for job in &workflow.jobs {
        let steps: Vec<&Step> = job.steps.iter().flat_map(Step::flatten).filter(|step| !step.never_runs()).collect();
        let restoring: Vec<_> = steps.iter().filter_map(|step| Some((step.uses()?, caches::restores(step)?))).collect();
        let may_restore = mode(workflow, job).is_none_or(|(mode, _)| mode.restores());
        if restoring.is_empty() || !may_restore {
            continue;
        }
        let by = steps.into_iter().find(|step| publishes(step) || publishes_by_script(step, &commands));
        if releases || by.is_some() {
            found.extend(restoring.into_iter().map(|(uses, action)| Published { action, uses, by }));
        }
    }
    found
}

/// Tells whether a release or a tag starts the workflow.
fn releases(workflow: &Workflow) -> bool {
    let tags = workflow.trigger(Event::Push).is_some_and(|push| {
        let branches = push.filter("branches");
        !push.filter("tags").is_empty() || branches.iter().any(|branch| branch.value.starts_with("release"))
    });
    tags || workflow.is_triggered_by(Event::Release)
}

fn publishes(step: &Step) -> bool {
    let Some(ActionReference::Repository(reference)) = step.reference() else { return false };
    let pushes = step.input("push").is_none_or(|push| push.value != "false");
    caches::is_publisher(&reference.name()) && pushes
}

fn publishes_by_script<C: AsRef<[Command]>>(step: &Step, commands: impl Fn(&Text) -> C) -> bool {
    let Some(script) = step.script() else { return false };
    commands(&script.text).as_ref().iter().any(|command| {
        let texts = command.texts();
        let words = plain(&texts);
        let is_dry = words.iter().any(|word| word.contains("dry-run") || *word == "-n");
        !is_dry && tools().of_command(&words).iter().any(|tool| tool.kinds.contains(&Kind::Publish))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detectors::{taint, testing};
    use crate::{expressions, shell};

    /// Returns what saves caches with code of strangers, and whether it is let.
    fn filled(head: &str, job: &str) -> Vec<(Option<String>, bool)> {
        let text = format!(
            "{head}\njobs:\n  a:\n    {job}\n    runs-on: ubuntu-latest\n    steps:\n      \
             - {{uses: actions/checkout@v4, with: {{ref: '${{{{ github.event.pull_request.head.sha }}}}'}}}}\n      \
             - run: make\n      - uses: actions/cache@v4\n"
        );
        let file = testing::file(".github/workflows/a.yml", &text);
        let sites = expressions::read(&file);
        let taint = taint::analyze(&file, &sites, &taint::Around::default());
        let found = fillings(file.workflow().unwrap(), &taint).into_iter();
        found.map(|filling| (filling.action, filling.is_allowed)).collect()
    }

    #[test]
    fn the_event_and_the_cache_mode_say_who_fills_caches() {
        let cache = || Some("actions/cache".to_owned());
        for (head, job, expected) in [
            ("on: pull_request_target", "", vec![(cache(), false)]),
            ("on: pull_request", "", vec![]),
            ("on: push", "", vec![]),
            ("on: pull_request_target", "cache-mode: write", vec![(cache(), true)]),
            ("on: pull_request_target\ncache-mode: write-only", "", vec![(cache(), true)]),
            ("on: pull_request_target\ncache-mode: write", "cache-mode: read", vec![]),
            ("on: pull_request_target", "cache-mode: none", vec![]),
        ] {
            assert_eq!(filled(head, job), expected, "{head} {job}");
        }
    }

    #[test]
    fn what_publishes_restores_unless_it_may_not() {
        let count = |head: &str, job: &str, step: &str| {
            let text = format!(
                "on: {head}\njobs:\n  a:\n    {job}\n    steps:\n      - uses: actions/setup-go@v5\n      - {step}\n"
            );
            let workflow = testing::workflow(&text);
            published(&workflow, |text| shell::commands(&text.value)).len()
        };
        assert_eq!(count("push", "", "run: make"), 0);
        assert_eq!(count("release", "", "run: make"), 1);
        assert_eq!(count("push", "", "run: npm publish"), 1);
        assert_eq!(count("push", "", "run: npm publish --dry-run"), 0);
        assert_eq!(count("push", "", "uses: pypa/gh-action-pypi-publish@v1"), 1);
        for mode in ["none", "write-only"] {
            assert_eq!(count("release", &format!("cache-mode: {mode}"), "run: make"), 0, "{mode}");
        }
    }
}
