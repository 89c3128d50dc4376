//! Goes through a file in the order in which it runs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Arguments;
use std::rc::Rc;
use std::sync::Arc;

use super::Taint;
use super::conditions::Gate;
use super::events::Events;
use super::job::{JobState, Values, Variables, all};
use super::trail::{Flows, Origin, Side, Trails};
use super::walk_script::outsider;
use crate::detectors::needs;
use crate::expressions::{ContextUse, Site};
use crate::knowledge::trust::Alphabet;
use crate::model::finding::Confidence;
use crate::model::place::Span;
use crate::model::source_file::SourceFile;
use crate::model::surroundings::Local;
use crate::model::workflow::{Event, Job, Pair, Step, StepKind, Trigger, Workflow};
use crate::model::yaml::{Node, Text};
use crate::shell::Tongue;

/// Where an expression stands: where its job's id and its step begin, and its scalar.
type Place = (Option<usize>, Option<usize>, Span);

/// What is known around a file that is gone through.
#[derive(Clone, Copy, Debug, Default)]
pub struct Around<'run> {
    /// Where its local `uses` lead; `None` where none was looked up.
    pub local: Option<&'run BTreeMap<String, Arc<Local>>>,
    /// Whether strangers can fill the caches that its jobs restore.
    pub caches_are_foreign: bool,
    /// What starts the workflows that call it; `None` where that is not known.
    pub callers: Option<&'run [Trigger]>,
}

/// Follows what others decide through a file, given its expressions and what is known around it.
pub fn analyze<'file>(file: &'file SourceFile, sites: &[Site<'file>], around: &Around<'_>) -> Taint<'file> {
    static NOWHERE: BTreeMap<String, Arc<Local>> = BTreeMap::new();
    let triggers = file.workflow().map(|workflow| triggers(workflow, around.callers));
    let mut walker = Walker {
        file,
        local: around.local.unwrap_or(&NOWHERE),
        caches_are_foreign: around.caches_are_foreign,
        sites: BTreeMap::new(),
        events: triggers.as_ref().map_or(Events::ALL, |triggers| Events::of_triggers(triggers.iter().copied())),
        triggers,
        inputs: BTreeSet::new(),
        jobs: BTreeMap::new(),
        every_job: Flows::default(),
        env: Rc::default(),
        taint: Taint::default(),
    };
    for site in sites.iter().filter(|site| !site.is_key) {
        walker.sites.entry(place(site.text, site.job, site.step)).or_default().push(site);
    }
    match (file.workflow(), file.action()) {
        (Some(workflow), _) => walker.workflow(workflow),
        (None, Some(action)) => {
            let mut state = JobState::new(None, Gate::open());
            walker.inputs = action.inputs.iter().map(|input| input.name.value.to_ascii_lowercase()).collect();
            walker.steps(action.steps(), &mut state);
            for (name, value) in &action.outputs {
                walker.output(name, value.as_ref(), &state);
            }
        }
        (None, None) => {}
    }
    walker.taint
}

/// Returns what starts a workflow: where its callers are known, what starts those.
fn triggers<'run>(workflow: &'run Workflow, callers: Option<&'run [Trigger]>) -> Vec<&'run Trigger> {
    let is_own = |trigger: &&Trigger| callers.is_none() || trigger.event != Some(Event::WorkflowCall);
    workflow.triggers.iter().filter(is_own).chain(callers.unwrap_or_default()).collect()
}

pub(super) struct Walker<'walk, 'file> {
    pub(super) file: &'file SourceFile,
    pub(super) local: &'walk BTreeMap<String, Arc<Local>>,
    pub(super) caches_are_foreign: bool,
    sites: BTreeMap<Place, Vec<&'walk Site<'file>>>,
    /// What starts the file; `None` for an action.
    pub(super) triggers: Option<Vec<&'walk Trigger>>,
    /// The events of all that.
    pub(super) events: Events,
    /// The inputs whose values a caller gives as text, in lower case.
    inputs: BTreeSet<String>,
    /// The outputs of the jobs so far, by the jobs' ids.
    jobs: BTreeMap<String, Values>,
    /// Who decides any of them.
    every_job: Flows,
    /// The variables of the workflow.
    env: Rc<Variables>,
    pub(super) taint: Taint<'file>,
}

impl<'walk, 'file> Walker<'walk, 'file> {
    pub(super) fn trails(&mut self) -> &mut Trails<'file> {
        &mut self.taint.trails
    }

    pub(super) fn workflow_of(&self) -> Option<&'file Workflow> {
        self.file.workflow()
    }

    fn workflow(&mut self, workflow: &'file Workflow) {
        let is_text = |kind: Option<&str>| !matches!(kind, Some("boolean" | "number"));
        let inputs = workflow.inputs(Event::WorkflowCall).filter(|input| is_text(input.kind()));
        self.inputs = inputs.map(|input| input.name.value.to_ascii_lowercase()).collect();
        let state = JobState::new(None, Gate::open());
        self.env = Rc::new(self.variables(&workflow.env, &state, None));
        for at in needs::order(workflow) {
            if let Some(job) = workflow.jobs.get(at) {
                self.job(job);
            }
        }
        let declared = workflow.trigger(Event::WorkflowCall).into_iter().flat_map(|call| call.declarations("outputs"));
        for (name, node) in declared {
            self.output(name, node.get("value").and_then(Node::text), &state);
        }
    }

    /// Takes an output of the file.
    fn output(&mut self, name: &Text, value: Option<&'file Text>, state: &JobState<'file>) {
        let what = format_args!("the output `{}` takes it", name.value);
        let flows = value.map(|value| self.carried(value, what, state, None)).unwrap_or_default();
        if !flows.is_empty() {
            self.taint.outputs.insert(name.value.to_ascii_lowercase(), flows);
        }
    }

    fn job(&mut self, job: &'file Job) {
        let mut state = JobState::new(Some(job), Gate::open());
        state.gate = self.gate(job.condition.as_ref(), &state, None);
        self.matrix(job, &mut state);
        let own = self.variables(&job.env, &state, None);
        state.take_variables(Rc::clone(&self.env), own);
        self.machine(job, &state);
        self.steps(&job.steps, &mut state);
        let called = self.call(job, &state);
        let own: Values = job
            .outputs
            .iter()
            .map(|(name, value)| {
                let what = format_args!("the output `{}` of the job `{}` takes it", name.value, job.id.value);
                (name.value.to_ascii_lowercase(), self.carried(value, what, &state, None))
            })
            .filter(|(_, flows)| !flows.is_empty())
            .collect();
        let outputs = called.into_iter().chain(own).collect::<Values>();
        for flows in outputs.values() {
            self.every_job.add(flows);
        }
        self.jobs.insert(job.id.value.to_ascii_lowercase(), outputs);
    }

    /// Notes who names the runner and the images of a job.
    fn machine(&mut self, job: &'file Job, state: &JobState<'file>) {
        let runners = job.runs_on.iter().flat_map(|runs_on| runs_on.labels.iter().chain(&runs_on.group));
        let containers = job.container.iter().chain(job.services.iter().map(|(_, service)| service));
        for text in runners.chain(containers.filter_map(|container| container.image.as_ref())) {
            self.record(text, Here { state, step: None }, &Variables::new(), Ends::Elsewhere);
        }
    }

    fn matrix(&mut self, job: &'file Job, state: &mut JobState<'file>) {
        let Some(matrix) = job.strategy.as_ref().and_then(|strategy| strategy.matrix.as_ref()) else { return };
        let strategy = job.node.get("strategy");
        let whole = strategy.and_then(Node::text).into_iter().chain(matrix.node.text());
        let included = matrix.include.as_ref().and_then(Node::text);
        for text in whole.chain(included) {
            let flows = self.carried(text, format_args!("the matrix takes it"), state, None);
            state.whole_matrix.add(&flows);
        }
        let rows = matrix.rows.iter().map(|(name, node)| (name, node));
        let entries = matrix.include.iter().flat_map(Node::items).flat_map(Node::entries);
        for (name, node) in rows.chain(entries.map(|entry| (&entry.key, &entry.value))) {
            let mut flows = Flows::default();
            let mut texts = Vec::new();
            node.walk(&mut |node| texts.extend(node.text().filter(|text| text.opens_expression())));
            for text in texts {
                let what = format_args!("`matrix.{}` takes it", name.value);
                flows.add(&self.carried(text, what, state, None));
            }
            if !flows.is_empty() {
                state.matrix.entry(name.value.to_ascii_lowercase()).or_default().add(&flows);
            }
        }
    }

    fn steps(&mut self, steps: &'file [Step], state: &mut JobState<'file>) {
        let mut seen = BTreeSet::new();
        for step in steps.iter().flat_map(Step::flatten) {
            // A step that an alias repeats says nothing new.
            if seen.insert(step.node.span) {
                self.step(step, state);
            }
        }
    }

    fn step(&mut self, step: &'file Step, state: &mut JobState<'file>) {
        let gate = self.gate(step.condition.as_ref(), state, Some(step));
        let outer = std::mem::replace(&mut state.gate, Gate::open());
        state.gate = outer.clone().and(gate);
        let env = self.variables(&step.env, state, Some(step));
        match &step.kind {
            StepKind::Run(script) => {
                self.record(&script.text, Here { state, step: Some(step) }, &env, Ends::InCode);
                self.code_of_script(step, &script.text, state);
                self.script(step, &script.text, state, &env);
            }
            StepKind::Uses { with, .. } => {
                for (name, value) in with {
                    let ends = self.end_of(step, name);
                    self.record(value, Here { state, step: Some(step) }, &env, ends);
                }
                self.fetch(step, state);
                self.foreign_outputs(step, state);
                if let Some(uses) = step.uses() {
                    self.code_of_action(step, uses, state);
                }
                if let Some(script) = step.input("script").filter(|_| step.is_action("actions/github-script")) {
                    self.trace(step, script, Some(Tongue::JavaScript), (state, &env));
                }
                let action = step.uses().and_then(|uses| self.local.get(uses.value.trim()));
                if let (Some(Local::Action(action)), Some(uses)) = (action.map(Arc::as_ref), step.uses()) {
                    let outputs = self.passed(&action.passages, uses, with, Here { state, step: Some(step) });
                    state.take_outputs(step, outputs);
                }
            }
            StepKind::Parallel(_) | StepKind::Other => {}
        }
        state.gate = outer;
    }

    /// Notes who decides the contexts of a scalar that becomes part of what runs.
    pub(super) fn record(&mut self, text: &'file Text, here: Here<'_, 'file>, env: &Variables, ends: Ends) {
        let Here { state, step } = here;
        let sites = self.sites(text, state, step).into_iter();
        let used = sites.flat_map(|site| site.contexts.iter().map(move |used| (site, used)));
        for (site, used) in used.filter(|(_, used)| used.flows) {
            let flows = self.resolve(used, state, env).on(state.gate.events);
            if flows.is_empty() {
                continue;
            }
            if ends == Ends::InCode {
                self.taint.ends_in_code(&flows, text, &used.range);
            }
            self.taint.uses.insert((site.index, used.range.start), flows);
        }
    }

    /// Returns the expressions of a scalar that belong to a step or, without one, to the job.
    pub(super) fn sites(&self, text: &Text, state: &JobState<'file>, step: Option<&Step>) -> Vec<&'walk Site<'file>> {
        self.sites.get(&place(text, state.job, step)).cloned().unwrap_or_default()
    }

    fn gate(&self, condition: Option<&Text>, state: &JobState<'file>, step: Option<&Step>) -> Gate {
        let sites = condition.map(|condition| self.sites(condition, state, step)).unwrap_or_default();
        // A text with several expressions is always true.
        match sites.as_slice() {
            [site] => Gate::of(site),
            _ => Gate::open(),
        }
    }

    fn variables(&mut self, env: &'file [Pair], state: &JobState<'file>, step: Option<&'file Step>) -> Variables {
        let mut found = Variables::new();
        for (name, value) in env {
            let what = format_args!("the variable `{}` takes it", name.value);
            let flows = self.carried(value, what, state, step);
            found.insert(name.value.to_ascii_uppercase(), (name.value.clone(), flows));
        }
        found
    }

    /// Returns who decides a scalar, led on to it.
    pub(super) fn carried(
        &mut self,
        text: &'file Text,
        what: Arguments<'_>,
        state: &JobState<'file>,
        step: Option<&'file Step>,
    ) -> Flows {
        let mut found = Flows::default();
        if !text.opens_expression() {
            return found;
        }
        for used in self.sites(text, state, step).into_iter().flat_map(|site| &site.contexts).filter(|used| used.flows)
        {
            let flows = self.resolve(used, state, &Variables::new()).on(state.gate.events);
            found.add(&self.trails().lead(&flows, text, used.range.clone(), what));
        }
        found
    }

    /// Returns who decides the value of a context.
    fn resolve(&mut self, used: &ContextUse<'_>, state: &JobState<'file>, env: &Variables) -> Flows {
        let lower = used.lower();
        let path: Vec<&str> = lower.iter().map(String::as_str).collect();
        match path.as_slice() {
            ["github", ..] => self.of_github(used, &path, state),
            ["inputs", name, ..] => self.of_input(name, used),
            ["needs" | "jobs"] | ["needs" | "jobs", "*", ..] => self.every_job.clone(),
            ["needs" | "jobs", id] | ["needs" | "jobs", id, "outputs"] | ["needs" | "jobs", id, "outputs", "*", ..] => {
                all(self.jobs.get(*id).into_iter().flat_map(BTreeMap::values))
            }
            ["needs" | "jobs", id, "outputs", name, ..] => {
                self.jobs.get(*id).and_then(|outputs| outputs.get(*name)).cloned().unwrap_or_default()
            }
            _ => state.context(used, env),
        }
    }

    fn of_github(&mut self, used: &ContextUse<'_>, path: &[&str], state: &JobState<'file>) -> Flows {
        let found = outsider(path, &used.dotted(), self.triggers.as_deref(), &state.gate);
        found.map(|(origin, alphabet, events)| self.trails().begin(origin, alphabet, events)).unwrap_or_default()
    }

    fn of_input(&mut self, name: &str, used: &ContextUse<'_>) -> Flows {
        if !self.inputs.contains(name) {
            return Flows::default();
        }
        let origin = Origin {
            name: format!("`{}`", used.dotted()),
            who: "whoever uses this".to_owned(),
            side: Side::Caller(name.to_owned()),
            confidence: Confidence::Medium,
        };
        self.trails().begin(origin, Alphabet::Text, Events::ALL)
    }
}

/// Where a value is read: what is known of the job there, and the step.
#[derive(Clone, Copy)]
pub(super) struct Here<'state, 'file> {
    pub(super) state: &'state JobState<'file>,
    pub(super) step: Option<&'file Step>,
}

/// Where a value ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ends {
    /// It becomes part of code.
    InCode,
    /// Nothing is known of that.
    Elsewhere,
}

fn place(text: &Text, job: Option<&Job>, step: Option<&Step>) -> Place {
    (job.map(|job| job.id.span.start), step.map(|step| step.node.span.start), text.span)
}
