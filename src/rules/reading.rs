//! What is read of a file once and asked by many rules: its expressions and its scripts.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

use super::names::Names;
use super::variables::Variables;
use super::{StepOwner, StepPlace};
use crate::detectors::glob::{self, Problem, Target};
use crate::detectors::remote::claimed_version;
use crate::detectors::step_outputs::StepOutputs;
use crate::detectors::taint::{self, Taint};
use crate::expressions::{self, ContextUse, Inference, Scope, Site};
use crate::knowledge::action_interfaces;
use crate::model::interface::ActionInterface;
use crate::model::place::Span;
use crate::model::source_file::SourceFile;
use crate::model::surroundings::Surroundings;
use crate::model::workflow::{ActionReference, Job, Step, Workflow};
use crate::model::yaml::{Locator, Text};
use crate::shell::{self, Command};

/// The bytes from which on a scalar gets a [`Locator`].
const LONG: usize = 1 << 10;

/// The expressions of a file.
#[derive(Debug)]
struct Sites<'file> {
    /// The expressions, in source order.
    all: Vec<Site<'file>>,
    /// The types of the contexts.
    scope: Scope<'file>,
    /// The types in each expression, in the same order, once a rule has asked.
    inferences: Vec<OnceCell<Inference>>,
    /// The positions of the expressions by the scalar that holds them.
    by_text: BTreeMap<Span, Vec<usize>>,
}

impl<'file> Sites<'file> {
    fn new(file: &'file SourceFile) -> Self {
        let all = expressions::read(file);
        let mut by_text: BTreeMap<Span, Vec<usize>> = BTreeMap::new();
        for (index, site) in all.iter().enumerate().filter(|(_, site)| !site.is_key) {
            by_text.entry(site.text.span).or_default().push(index);
        }
        let inferences = all.iter().map(|_| OnceCell::new()).collect();
        Self { scope: Scope::new(file), inferences, all, by_text }
    }
}

/// The steps of a file, and its expressions and scripts as far as rules have asked for them.
#[derive(Debug)]
pub(super) struct Reading<'file> {
    file: &'file SourceFile,
    /// What is known of the world around the file.
    pub(super) surroundings: &'file Surroundings,
    /// The steps, parallel ones included, in source order.
    pub(super) steps: Vec<StepPlace<'file>>,
    sites: OnceCell<Sites<'file>>,
    /// What is wrong with the patterns of the event filters.
    filter_problems: OnceCell<Vec<(Text, Problem)>>,
    /// What the actions of steps take and give, by the places of their `uses`.
    interfaces: RefCell<BTreeMap<Span, Option<&'file ActionInterface>>>,
    scripts: RefCell<BTreeMap<Span, Rc<[Command]>>>,
    /// The outputs of steps, by where they begin.
    outputs: RefCell<BTreeMap<usize, Rc<StepOutputs>>>,
    /// The long scalar in which a place was asked for last.
    locator: RefCell<Option<Locator<'file>>>,
    names: OnceCell<Names<'file>>,
    variables: OnceCell<Variables<'file>>,
    taint: OnceCell<Taint<'file>>,
    /// The secrets that expressions name, by where the job's id begins.
    secrets: OnceCell<BTreeMap<Option<usize>, BTreeSet<String>>>,
}

impl<'file> Reading<'file> {
    /// Lists the steps of a file.
    pub(super) fn new(file: &'file SourceFile, surroundings: &'file Surroundings) -> Self {
        Self {
            file,
            surroundings,
            steps: steps(file),
            sites: OnceCell::new(),
            filter_problems: OnceCell::new(),
            interfaces: RefCell::default(),
            scripts: RefCell::default(),
            outputs: RefCell::default(),
            locator: RefCell::default(),
            names: OnceCell::new(),
            variables: OnceCell::new(),
            taint: OnceCell::new(),
            secrets: OnceCell::new(),
        }
    }

    /// Returns the expressions, in source order.
    pub(super) fn sites(&self) -> &[Site<'file>] {
        &self.read_sites().all
    }

    /// Returns the expressions in a scalar.
    pub(super) fn sites_in(&self, text: &Text) -> impl Iterator<Item = &Site<'file>> + use<'_, 'file> {
        let sites = self.read_sites();
        let indices = sites.by_text.get(&text.span).map(Vec::as_slice).unwrap_or_default();
        indices.iter().filter_map(|index| sites.all.get(*index))
    }

    /// Returns the types in an expression, by its position among those of the file.
    pub(super) fn inference(&self, site: usize) -> Option<&Inference> {
        let sites = self.read_sites();
        let (site, known) = sites.all.get(site).zip(sites.inferences.get(site))?;
        Some(known.get_or_init(|| expressions::infer(site, &sites.scope)))
    }

    /// Returns the types of the contexts.
    pub(super) fn scope(&self) -> &Scope<'file> {
        &self.read_sites().scope
    }

    fn read_sites(&self) -> &Sites<'file> {
        self.sites.get_or_init(|| Sites::new(self.file))
    }

    /// Returns what is wrong with the patterns of the workflow's event filters, with each pattern.
    pub(super) fn filter_problems(&self, workflow: &Workflow) -> &[(Text, Problem)] {
        self.filter_problems.get_or_init(|| {
            let of_pattern = |(text, target): (Text, Target)| {
                let problems = glob::problems(&text.value, target).into_iter();
                problems.map(move |problem| (text.clone(), problem))
            };
            glob::patterns(workflow).into_iter().flat_map(of_pattern).collect()
        })
    }

    /// Returns what a step's action takes and gives, if it is an action of the repository that can be
    /// read and has no faults, or one that is known.
    pub(super) fn interface(&self, step: &Step) -> Option<&'file ActionInterface> {
        let uses = step.uses().filter(|uses| !uses.has_expression())?;
        *self.interfaces.borrow_mut().entry(uses.span).or_insert_with(|| match ActionReference::parse(&uses.value) {
            ActionReference::Repository(reference) => {
                let known = || action_interfaces::interface(&reference, claimed_version(self.file, uses));
                self.surroundings.declared.action(&reference).or_else(known)
            }
            ActionReference::Local(_)
            | ActionReference::SelfRepository(_)
            | ActionReference::Docker(_)
            | ActionReference::Unknown => {
                let local = self.surroundings.action(&uses.value).filter(|action| action.is_sound());
                local.map(|action| &action.interface)
            }
        })
    }

    /// Returns the commands of a script, which is read when the first rule asks.
    pub(super) fn commands(&self, script: &Text) -> Rc<[Command]> {
        let mut scripts = self.scripts.borrow_mut();
        let read = || {
            // PowerShell continues a line behind a backtick: the same length as a backslash.
            let value = script.value.as_str();
            let text = if value.contains('`') { value.replace("`\n", "\\\n").into() } else { Cow::Borrowed(value) };
            shell::commands(&text).into()
        };
        Rc::clone(scripts.entry(script.span).or_insert_with(read))
    }

    /// Returns the outputs of a step, which are read when the first rule asks.
    pub(super) fn outputs(&self, step: &Step, read: impl FnOnce() -> StepOutputs) -> Rc<StepOutputs> {
        let mut outputs = self.outputs.borrow_mut();
        Rc::clone(outputs.entry(step.node.span.start).or_insert_with(|| Rc::new(read())))
    }

    /// Returns the place of a range of a scalar's decoded value.
    pub(super) fn locate(&self, text: &Text, range: Range<usize>) -> Span {
        let source = &self.file.text;
        if text.value.len() < LONG {
            return text.locate(source, range);
        }
        let mut last = self.locator.borrow_mut();
        let known = last.take().filter(|locator| locator.is_of(text));
        last.insert(known.unwrap_or_else(|| Locator::new(text, source))).locate(text, range)
    }

    /// Returns the names that the file gives to its parts.
    pub(super) fn names(&self) -> &Names<'file> {
        self.names.get_or_init(|| Names::new(self.file))
    }

    /// Returns what others decide in the file.
    pub(super) fn taint(&self) -> &Taint<'file> {
        let caches_are_foreign = !self.surroundings.caches.filled.is_empty();
        let callers = self.surroundings.callers.as_deref();
        let around = taint::Around { local: Some(&self.surroundings.local), caches_are_foreign, callers };
        self.taint.get_or_init(|| taint::analyze(self.file, self.sites(), &around))
    }

    /// Returns the secrets that expressions name in a job or outside of jobs.
    pub(super) fn secrets(&self, job: Option<&Job>) -> Option<&BTreeSet<String>> {
        let secrets = self.secrets.get_or_init(|| {
            let mut found: BTreeMap<Option<usize>, BTreeSet<String>> = BTreeMap::new();
            for site in self.sites() {
                let names = site.contexts.iter().filter(|used| used.is("secrets")).map(ContextUse::dotted);
                found.entry(site.job.map(|job| job.id.span.start)).or_default().extend(names);
            }
            found
        });
        secrets.get(&job.map(|job| job.id.span.start))
    }

    /// Returns the variables that the file sets.
    pub(super) fn variables(&self) -> &Variables<'file> {
        self.variables.get_or_init(|| Variables::new(self.file))
    }
}

/// Lists the steps of a workflow's jobs or of a composite action.
fn steps(file: &SourceFile) -> Vec<StepPlace<'_>> {
    let mut places = Vec::new();
    if let Some(workflow) = file.workflow() {
        for job in &workflow.jobs {
            places.extend(placed(&job.steps, StepOwner::Job(workflow, job)));
        }
    }
    if let Some(action) = file.action() {
        places.extend(placed(action.steps(), StepOwner::Action(action)));
    }
    places
}

fn placed<'file>(steps: &'file [Step], owner: StepOwner<'file>) -> impl Iterator<Item = StepPlace<'file>> {
    let flat = steps.iter().enumerate().flat_map(|(index, step)| step.flatten().map(move |step| (index, step)));
    flat.map(move |(index, step)| StepPlace { step, owner, index })
}
