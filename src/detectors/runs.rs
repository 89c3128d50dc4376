//! Which jobs run at all: calls of local reusable workflows are followed, and what can never run
//! is left out.

use std::collections::{BTreeMap, BTreeSet};

use super::when::{When, occasions, restrict};
use crate::model::repository::{Repository, WorkflowFile, join};
use crate::model::workflow::{ActionReference, Job, Permissions};
use crate::model::yaml::Text;

/// How deep calls may go; GitHub's own limit.
const DEEPEST: usize = 10;

/// The jobs that calls may unfold to, so that a repository cannot make us run for ever.
const MOST_RUNS: usize = 5_000;

/// A job that runs when something happens, and who called it.
#[derive(Clone, Debug)]
pub struct JobRun<'model> {
    /// The workflow that starts it.
    pub root: &'model WorkflowFile,
    /// The workflow that the job is written in.
    pub file: &'model WorkflowFile,
    /// The job.
    pub job: &'model Job,
    /// The occasions it runs on.
    pub when: BTreeSet<When>,
    /// The runs it waits for, as indexes.
    pub needs: BTreeSet<usize>,
    /// The calls it came through, outermost first.
    pub callers: Vec<&'model Job>,
}

/// Returns the jobs that run, callers before what they call.
pub fn job_runs(repository: &Repository) -> Vec<JobRun<'_>> {
    let mut runs = Vec::new();
    for root in &repository.workflows {
        let mut when = occasions(&root.workflow);
        if follows_pull_requests(repository, root) {
            when.insert(When::AfterPullRequest);
        }
        if !when.is_empty() {
            let mut unfolding = Unfolding { repository, root, runs: &mut runs, callers: Vec::new() };
            unfolding.workflow(root, &when, &BTreeSet::new());
        }
    }
    runs
}

/// Tells whether a workflow starts when another one of the repository has ended that runs on pull
/// requests.
fn follows_pull_requests(repository: &Repository, root: &WorkflowFile) -> bool {
    let triggers = root.workflow.triggers.iter().filter(|trigger| trigger.name.value == "workflow_run");
    let names: Vec<String> =
        triggers.flat_map(|trigger| trigger.filter("workflows")).map(|name| name.value.clone()).collect();
    repository.workflows.iter().any(|other| {
        let called = other.workflow.name.as_ref().map_or(other.path.as_str(), |name| name.as_str());
        names.iter().any(|name| name == called) && occasions(&other.workflow).contains(&When::PullRequest)
    })
}

struct Unfolding<'model, 'runs> {
    repository: &'model Repository,
    root: &'model WorkflowFile,
    runs: &'runs mut Vec<JobRun<'model>>,
    callers: Vec<&'model Job>,
}

impl<'model> Unfolding<'model, '_> {
    /// Adds the runs of a workflow's jobs.
    fn workflow(&mut self, file: &'model WorkflowFile, when: &BTreeSet<When>, needs: &BTreeSet<usize>) {
        let mut added: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        let first = self.runs.len();
        for job in &file.workflow.jobs {
            let when = job_when(file, job, when, 0);
            if job.never_runs() || when.is_empty() || self.runs.len() >= MOST_RUNS {
                continue;
            }
            let from = self.runs.len();
            match &job.uses {
                Some(uses) => self.call(job, &uses.value, &when, needs),
                None => self.runs.push(JobRun {
                    root: self.root,
                    file,
                    job,
                    when,
                    needs: needs.clone(),
                    callers: self.callers.clone(),
                }),
            }
            added.insert(job.id.value.to_ascii_lowercase(), (from..self.runs.len()).collect());
        }
        for job in &file.workflow.jobs {
            let own = added.get(&job.id.value.to_ascii_lowercase()).cloned().unwrap_or_default();
            let waits: BTreeSet<usize> = job
                .needs
                .iter()
                .filter_map(|id| added.get(&id.value.to_ascii_lowercase()))
                .flatten()
                .copied()
                .collect();
            let own = self.runs.iter_mut().enumerate().skip(first).filter(|(index, _)| own.contains(index));
            for (index, run) in own {
                run.needs.extend(waits.iter().filter(|other| **other != index));
            }
        }
    }

    fn call(&mut self, job: &'model Job, uses: &str, when: &BTreeSet<When>, needs: &BTreeSet<usize>) {
        let called = match ActionReference::parse(uses) {
            ActionReference::Local(path) | ActionReference::SelfRepository(path) => join("", path),
            ActionReference::Repository(_) | ActionReference::Docker(_) | ActionReference::Unknown => None,
        };
        let called = called.and_then(|path| self.repository.workflow(&path));
        match called {
            Some(file) if self.callers.len() < DEEPEST && file.workflow.is_reusable() => {
                self.callers.push(job);
                self.workflow(file, when, needs);
                self.callers.pop();
            }
            // A workflow of another repository: it runs, but nothing is known of its jobs.
            _ => {
                let file = self.callers.last().and_then(|_| self.runs.last()).map_or(self.root, |run| run.file);
                let file =
                    if file.workflow.jobs.iter().any(|other| std::ptr::eq(other, job)) { file } else { self.root };
                self.runs.push(JobRun {
                    root: self.root,
                    file,
                    job,
                    when: when.clone(),
                    needs: needs.clone(),
                    callers: self.callers.clone(),
                });
            }
        }
    }
}

/// Tells whether a condition asks how what stands before has ended, so that it may hold after a failure, too.
pub fn holds_after_failures(condition: &Text) -> bool {
    ["always()", "failure()", "cancelled()"].iter().any(|state| condition.value.contains(state))
}

/// Returns the occasions a job runs on: those of its condition, and of the jobs that it needs.
fn job_when(file: &WorkflowFile, job: &Job, when: &BTreeSet<When>, depth: usize) -> BTreeSet<When> {
    let mut own = restrict(when, job.condition.as_ref());
    if job.condition.as_ref().is_some_and(holds_after_failures) || depth > DEEPEST {
        return own;
    }
    for id in &job.needs {
        let needed = file.workflow.jobs.iter().find(|other| other.id.value.eq_ignore_ascii_case(&id.value));
        let before = needed.map(|needed| job_when(file, needed, when, depth + 1));
        own.retain(|when| before.as_ref().is_none_or(|before| before.contains(when)));
    }
    own
}

/// Returns every run that a run waits for, directly or not.
pub fn waits_for(runs: &[JobRun<'_>], index: usize) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut open = vec![index];
    while let Some(next) = open.pop() {
        let needs = runs.get(next).map(|run| &run.needs);
        open.extend(needs.into_iter().flatten().filter(|need| found.insert(**need)));
    }
    found
}

impl<'model> JobRun<'model> {
    /// Tells whether the job or a call on the way to it may fail without failing the workflow.
    pub fn may_fail(&self) -> bool {
        let continues = |job: &Job| job.continue_on_error.as_ref().is_some_and(|value| value.value == "true");
        continues(self.job) || self.callers.iter().any(|caller| continues(caller))
    }

    /// Returns what the workflow says of the permissions of its token: the job's own, or else the workflow's.
    pub fn permissions(&self) -> Option<&'model Permissions> {
        self.job.permissions.as_ref().or(self.file.workflow.permissions.as_ref())
    }

    /// Tells whether it runs on an occasion.
    pub fn is_on(&self, when: When) -> bool {
        self.when.contains(&when)
    }

    /// Returns the names of the environments it deploys to, in lower case: its own, with the
    /// inputs of calls and dispatches and the rows of a matrix put in where they are known.
    pub fn environments(&self) -> Vec<String> {
        let Some(environment) = &self.job.environment else { return Vec::new() };
        if !environment.has_expression() {
            return vec![environment.value.to_lowercase()];
        }
        let mut names = Vec::new();
        if let Some(input) = word_behind(&environment.value, "inputs.") {
            let given = self.callers.iter().flat_map(|caller| &caller.with);
            let given = given.filter(|(key, value)| key.value.eq_ignore_ascii_case(input) && !value.has_expression());
            names.extend(given.map(|(_, value)| value.value.clone()));
            names.extend(self.dispatch_options(input));
        }
        if let Some(row) = word_behind(&environment.value, "matrix.") {
            let matrix = self.job.strategy.as_ref().and_then(|strategy| strategy.matrix.as_ref());
            let rows = matrix.into_iter().flat_map(|matrix| &matrix.rows).filter(|(name, _)| name.value == row);
            names.extend(rows.flat_map(|(_, values)| values.texts()).map(|text| text.value));
        }
        if names.is_empty() {
            // An expression such as `github.ref == … && 'production' || 'staging'` names its results.
            names.extend(environment.value.split('\'').skip(1).step_by(2).map(str::to_owned));
        }
        names.into_iter().map(|name| name.to_lowercase()).collect()
    }

    fn dispatch_options(&self, input: &str) -> Vec<String> {
        let triggers = self.root.workflow.triggers.iter().filter(|trigger| trigger.name.value == "workflow_dispatch");
        let inputs = triggers.filter_map(|trigger| trigger.node.as_ref()?.get("inputs")?.get(input));
        inputs
            .flat_map(|node| ["options", "default"].into_iter().filter_map(|key| node.get(key)))
            .flat_map(crate::model::yaml::Node::texts)
            .map(|text| text.value)
            .collect()
    }
}

fn word_behind<'text>(text: &'text str, prefix: &str) -> Option<&'text str> {
    let (_, rest) = text.split_once(prefix)?;
    let ends = |character: char| !(character.is_alphanumeric() || matches!(character, '_' | '-'));
    rest.split(ends).next().filter(|word| !word.is_empty())
}
