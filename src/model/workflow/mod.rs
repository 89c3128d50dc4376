//! A workflow or an action as GitHub understands it, with the place of every part.
//!
//! Lowering is lenient: what has the wrong shape is left out here and found by the rules that
//! check shapes, so one wrong key never hides what is below it.

mod action;
mod event;
mod input;
mod job;
mod lower;
mod reference;
mod step;

pub use action::{Action, ActionInput, Runs};
pub use event::{Event, Trigger};
pub use input::Input;
pub use job::{Concurrency, Container, Grant, Job, Matrix, Permissions, RunsOn, Snapshot, Strategy};
pub use reference::{ActionReference, RepositoryReference};
pub use step::{Control, Flattened, Script, Step, StepKind};

use super::place::Span;
use super::yaml::{Node, Text};

/// A name and its value, as in `env` and `with`.
pub type Pair = (Text, Text);

/// A workflow file.
#[derive(Clone, Debug)]
pub struct Workflow {
    /// The top mapping.
    pub node: Node,
    /// The `name`.
    pub name: Option<Text>,
    /// The key `on`, where findings about triggers as a whole are shown.
    pub on: Option<Span>,
    /// What starts the workflow.
    pub triggers: Vec<Trigger>,
    /// The workflow's `permissions`.
    pub permissions: Option<Permissions>,
    /// The workflow's `env`.
    pub env: Vec<Pair>,
    /// The shell named in `defaults.run`.
    pub default_shell: Option<Text>,
    /// The workflow's `concurrency`.
    pub concurrency: Option<Concurrency>,
    /// The jobs, in source order.
    pub jobs: Vec<Job>,
}

impl Workflow {
    /// Reads a workflow from its top node. Anything that is not a mapping is an empty workflow.
    pub fn new(node: Node) -> Self {
        lower::workflow(node)
    }

    /// Returns the trigger of an event, if the workflow has it.
    pub fn trigger(&self, event: Event) -> Option<&Trigger> {
        self.triggers.iter().find(|trigger| trigger.event == Some(event))
    }

    /// Tells whether an event starts the workflow.
    pub fn is_triggered_by(&self, event: Event) -> bool {
        self.trigger(event).is_some()
    }

    /// Finds a job by its id; ids are compared without regard to case, as GitHub does.
    pub fn job(&self, id: &str) -> Option<&Job> {
        self.jobs.iter().find(|job| job.id.value.eq_ignore_ascii_case(id))
    }

    /// Returns the entries of the workflow's schedule.
    pub fn schedule(&self) -> &[Node] {
        let node = self.trigger(Event::Schedule).and_then(|trigger| trigger.node.as_ref());
        node.map(Node::items).unwrap_or_default()
    }

    /// Returns the inputs that an event declares.
    pub fn inputs(&self, event: Event) -> impl Iterator<Item = Input<'_>> {
        let node = self.trigger(event).and_then(|trigger| trigger.node.as_ref());
        let inputs = node.and_then(|node| node.get("inputs")).map(Node::entries).unwrap_or_default();
        inputs.iter().map(|entry| Input { name: &entry.key, node: &entry.value })
    }

    /// Tells whether other workflows can call this one.
    pub fn is_reusable(&self) -> bool {
        self.is_triggered_by(Event::WorkflowCall)
    }
}
