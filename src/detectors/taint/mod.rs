//! Taint: values that others decide, followed from where they enter a file to where they do harm.
//!
//! A file is gone through once, in the order in which it runs: jobs behind those that they need,
//! steps one after the other. So every way is found in time linear in the file, circles of `needs`
//! end by themselves, and nothing is followed that runs before its source.

mod conditions;
mod contents;
mod events;
mod files;
mod intake;
mod intake_script;
mod job;
mod passages;
mod printing;
mod runner_file;
mod script;
mod statements;
mod trail;
mod uses;
mod walk;
mod walk_script;
mod workspace;
mod writing;

use std::collections::BTreeMap;
use std::ops::Range;

pub use conditions::Gate;
pub use events::Events;
pub use intake::{Execution, Intake, IntakeKind};
pub use passages::passages;
pub use runner_file::RunnerFile;
pub use script::HarmKind;
use trail::Trails;
pub use trail::{Flow, Flows, Hop, Origin, Side};
pub use walk::{Around, analyze};

use crate::expressions::{ContextUse, Site};
use crate::model::workflow::{Event, Job, Step};
use crate::model::yaml::Text;

/// What others decide in a file.
#[derive(Debug, Default)]
pub struct Taint<'file> {
    trails: Trails<'file>,
    /// The contexts whose values others decide, by the position of their expression and where they
    /// begin.
    uses: BTreeMap<(usize, usize), Flows>,
    harms: Vec<Harm<'file>>,
    intakes: Vec<Intake<'file>>,
    /// The inputs of the file that end in code, by their names in lower case, with the place.
    code_inputs: BTreeMap<String, (&'file Text, Range<usize>)>,
    /// Who decides the outputs of the file, by their names in lower case.
    outputs: BTreeMap<String, Flows>,
    /// The positions of the harms by where their job's id and their step begin.
    by_step: BTreeMap<(Option<usize>, usize), Range<usize>>,
}

/// A place of a script where what others decide does harm, other than by an expression.
#[derive(Clone, Debug)]
pub struct Harm<'file> {
    /// The job that runs it; none for an action.
    pub job: Option<&'file Job>,
    /// The script.
    pub text: &'file Text,
    /// The range in its decoded value.
    pub range: Range<usize>,
    /// What kind of harm it is.
    pub kind: HarmKind,
    /// Who decides the value.
    pub flows: Flows,
}

impl<'file> Taint<'file> {
    /// Returns who decides the value of a context, where it becomes part of what runs.
    pub fn of(&self, site: &Site<'_>, used: &ContextUse<'_>) -> Option<&Flows> {
        self.uses.get(&(site.index, used.range.start))
    }

    /// Returns the places of scripts where what others decide does harm, other than by an expression.
    pub fn harms(&self) -> &[Harm<'file>] {
        &self.harms
    }

    /// Returns those in a step of a job or, without one, of the action.
    pub fn harms_in(&self, step: &Step, job: Option<&Job>) -> &[Harm<'file>] {
        let range = self.by_step.get(&place(step, job)).cloned().unwrap_or_default();
        self.harms.get(range).unwrap_or_default()
    }

    /// Returns the code of strangers that jobs with secrets bring into their workspaces.
    pub fn intakes(&self) -> &[Intake<'file>] {
        &self.intakes
    }

    /// Tells whether anything that strangers decide gets into a script, an input or a workspace on an event.
    pub fn is_reached_on(&self, event: Event) -> bool {
        let is_on = |events: Events| !events.and(Events::one(event)).is_empty();
        let is_theirs =
            |flow: &Flow| is_on(flow.events()) && self.origin(flow).is_some_and(|origin| origin.side == Side::Stranger);
        let flows = self.uses.values().chain(self.harms.iter().map(|harm| &harm.flows));
        self.intakes.iter().any(|intake| is_on(intake.events)) || flows.flat_map(Flows::iter).any(is_theirs)
    }

    /// Takes code of strangers, and returns its position.
    fn bring(&mut self, intake: Intake<'file>) -> usize {
        self.intakes.push(intake);
        self.intakes.len() - 1
    }

    /// Notes that code of strangers runs.
    fn run(&mut self, intake: usize, execution: Execution<'file>) {
        if let Some(intake) = self.intakes.get_mut(intake) {
            intake.run.get_or_insert(execution);
        }
    }

    fn add_harms(&mut self, step: &Step, job: Option<&Job>, harms: impl Iterator<Item = Harm<'file>>) {
        let start = self.harms.len();
        self.harms.extend(harms);
        self.by_step.insert(place(step, job), start..self.harms.len());
    }

    /// Notes that a value ends in code.
    fn ends_in_code(&mut self, flows: &Flows, text: &'file Text, range: &Range<usize>) {
        for flow in flows.iter() {
            if let Some(Side::Caller(input)) = self.trails.origin(flow).map(|origin| &origin.side) {
                self.code_inputs.entry(input.clone()).or_insert_with(|| (text, range.clone()));
            }
        }
    }

    /// Returns where a way begins.
    pub fn origin(&self, flow: &Flow) -> Option<&Origin> {
        self.trails.origin(flow)
    }

    /// Returns the places of a way, the first one first.
    pub fn way(&self, flow: &Flow) -> Vec<&Hop<'file>> {
        self.trails.way(flow)
    }

    /// Returns the way that matters most: that of a stranger before that of a caller, and one with
    /// secrets before one without.
    pub fn worst<'taint>(&'taint self, flows: &'taint Flows) -> Option<(&'taint Origin, &'taint Flow)> {
        let known = flows.iter().filter_map(|flow| Some((self.origin(flow)?, flow)));
        known.max_by_key(|(origin, flow)| (origin.side == Side::Stranger, !flow.events().privileged().is_empty()))
    }
}

fn place(step: &Step, job: Option<&Job>) -> (Option<usize>, usize) {
    (job.map(|job| job.id.span.start), step.node.span.start)
}
