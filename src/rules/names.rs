//! The names that a file gives to its parts, for rules that ask whether one exists.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::source_file::SourceFile;
use crate::model::workflow::{Event, Input, Job, Matrix, Step};
use crate::model::yaml::{Node, Text, Value};

/// The names in a file, each found in time that does not grow with their number.
#[derive(Debug)]
pub struct Names<'file> {
    /// The ids of the steps of each job, by where the job's id begins, and of an action, without one.
    steps: BTreeMap<Option<usize>, StepIds<'file>>,
    /// The jobs by where their ids begin.
    jobs: BTreeMap<usize, JobNames<'file>>,
    /// Where the first job with an id begins, by the id in lower case.
    by_id: BTreeMap<String, usize>,
    /// The inputs that each event declares, by their names in lower case.
    inputs: BTreeMap<(Event, String), Input<'file>>,
}

impl<'file> Names<'file> {
    pub(super) fn new(file: &'file SourceFile) -> Self {
        let jobs = file.workflow().map(|workflow| workflow.jobs.as_slice()).unwrap_or_default();
        let place = |job: &Job| job.id.span.start;
        let of_jobs = jobs.iter().map(|job| (Some(place(job)), StepIds::new(&job.steps)));
        let of_action = file.action().map(|action| (None, StepIds::new(action.steps())));
        let inputs = |event: Event| file.workflow().into_iter().flat_map(move |workflow| workflow.inputs(event));
        let mut by_id = BTreeMap::new();
        for job in jobs {
            by_id.entry(job.id.value.to_ascii_lowercase()).or_insert_with(|| place(job));
        }
        let mut by_name = BTreeMap::new();
        for event in [Event::WorkflowCall, Event::WorkflowDispatch] {
            for input in inputs(event) {
                by_name.entry((event, input.name.value.to_ascii_lowercase())).or_insert(input);
            }
        }
        Self {
            steps: of_jobs.chain(of_action).collect(),
            jobs: jobs.iter().map(|job| (place(job), JobNames::new(job))).collect(),
            by_id,
            inputs: by_name,
        }
    }

    /// Returns the ids of the steps of a job or, without one, of the action.
    pub fn steps(&self, job: Option<&Job>) -> Option<&StepIds<'file>> {
        self.steps.get(&job.map(|job| job.id.span.start))
    }

    /// Returns the names of a job.
    pub fn of_job(&self, job: &Job) -> Option<&JobNames<'file>> {
        self.jobs.get(&job.id.span.start)
    }

    /// Finds the first job with an id, whatever its case.
    pub fn job(&self, id: &str) -> Option<&JobNames<'file>> {
        self.jobs.get(self.by_id.get(&id.to_ascii_lowercase())?)
    }

    /// Finds the first input of a name that an event declares, whatever its case.
    pub fn input(&self, event: Event, name: &str) -> Option<&Input<'file>> {
        self.inputs.get(&(event, name.to_ascii_lowercase()))
    }
}

/// The names of a job.
#[derive(Debug)]
pub struct JobNames<'file> {
    /// The job.
    job: &'file Job,
    needs: BTreeSet<String>,
    outputs: BTreeSet<String>,
    /// The keys of the matrix in lower case, unless they are computed.
    matrix_keys: Option<BTreeSet<String>>,
}

impl<'file> JobNames<'file> {
    fn new(job: &'file Job) -> Self {
        let lower = |text: &Text| text.value.to_ascii_lowercase();
        Self {
            job,
            needs: job.needs.iter().map(lower).collect(),
            outputs: job.outputs.iter().map(|(name, _)| lower(name)).collect(),
            matrix_keys: matrix_keys(job),
        }
    }

    /// Returns the job.
    pub fn job(&self) -> &'file Job {
        self.job
    }

    /// Tells whether the job needs another, whatever the id's case.
    pub fn needs(&self, id: &str) -> bool {
        self.needs.contains(&id.to_ascii_lowercase())
    }

    /// Tells whether the job declares an output, whatever the name's case.
    pub fn has_output(&self, name: &str) -> bool {
        self.outputs.contains(&name.to_ascii_lowercase())
    }

    /// Tells whether the job's matrix has a key, or may have it where keys are computed.
    pub fn may_have_matrix_key(&self, name: &str) -> bool {
        self.matrix_keys.as_ref().is_none_or(|keys| keys.contains(&name.to_ascii_lowercase()))
    }

    /// Returns the keys of the job's matrix in lower case, unless they are computed.
    pub fn matrix_keys(&self) -> Option<&BTreeSet<String>> {
        self.matrix_keys.as_ref()
    }
}

/// Returns the keys of a job's matrix, or `None` where they are computed.
fn matrix_keys(job: &Job) -> Option<BTreeSet<String>> {
    let Some(strategy) = job.node.get("strategy") else { return Some(BTreeSet::new()) };
    if !matches!(strategy.value, Value::Mapping(_)) {
        return None;
    }
    let Some(matrix) = job.strategy.as_ref().and_then(|strategy| strategy.matrix.as_ref()) else {
        return Some(BTreeSet::new());
    };
    let Matrix { node, rows, include, exclude: _ } = matrix;
    if !matches!(node.value, Value::Mapping(_)) {
        return None;
    }
    let mut keys: BTreeSet<String> = rows.iter().map(|(name, _)| name.value.to_ascii_lowercase()).collect();
    if let Some(include) = include {
        keys.extend(included(include)?);
    }
    keys.iter().all(|key| !key.contains("${{")).then_some(keys)
}

fn included(include: &Node) -> Option<BTreeSet<String>> {
    let Value::Sequence(items) = &include.value else { return None };
    let mut keys = BTreeSet::new();
    for item in items.iter() {
        let Value::Mapping(entries) = &item.value else { return None };
        keys.extend(entries.iter().map(|entry| entry.key.value.to_ascii_lowercase()));
    }
    Some(keys)
}

/// The ids of a job's or an action's steps.
#[derive(Debug)]
pub struct StepIds<'file> {
    /// The position of the first step with an id, or of its group, the id, and the step, by the id in
    /// lower case.
    first: BTreeMap<String, (usize, &'file Text, &'file Step)>,
    /// All ids, in source order.
    all: Vec<&'file str>,
    /// The positions of the groups of parallel steps.
    groups: BTreeSet<usize>,
}

impl<'file> StepIds<'file> {
    fn new(steps: &'file [Step]) -> Self {
        let mut ids = Self { first: BTreeMap::new(), all: Vec::new(), groups: BTreeSet::new() };
        for (index, step) in steps.iter().enumerate() {
            if step.is_group() {
                ids.groups.insert(index);
            }
            for (id, step) in step.flatten().filter_map(|step| step.id.as_ref().zip(Some(step))) {
                ids.first.entry(id.value.to_ascii_lowercase()).or_insert((index, id, step));
                ids.all.push(id.as_str());
            }
        }
        ids
    }

    /// Returns the first step with an id, whatever its case: its position, or its group's, and the id.
    pub fn find(&self, name: &str) -> Option<(usize, &'file Text)> {
        self.first.get(&name.to_ascii_lowercase()).map(|(index, id, _)| (*index, *id))
    }

    /// Returns the first step with an id, whatever its case.
    pub fn step(&self, name: &str) -> Option<&'file Step> {
        self.first.get(&name.to_ascii_lowercase()).map(|(_, _, step)| *step)
    }

    /// Returns all ids, in source order.
    pub fn all(&self) -> &[&'file str] {
        &self.all
    }

    /// Tells whether a position is that of a group of parallel steps.
    pub fn is_group(&self, index: usize) -> bool {
        self.groups.contains(&index)
    }
}
