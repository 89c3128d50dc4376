//! Steps of jobs and of composite actions.

use std::slice;

use super::{ActionReference, Pair};
use crate::model::yaml::{Node, Text};

/// A step.
#[derive(Clone, Debug)]
pub struct Step {
    /// The whole step, as a node.
    pub node: Node,
    /// The `id`.
    pub id: Option<Text>,
    /// The `name`.
    pub name: Option<Text>,
    /// The `if` condition.
    pub condition: Option<Text>,
    /// The step's `env`.
    pub env: Vec<Pair>,
    /// The value of `continue-on-error`.
    pub continue_on_error: Option<Text>,
    /// The value of `timeout-minutes`.
    pub timeout: Option<Text>,
    /// The value of `background`.
    pub background: Option<Text>,
    /// What the step does to background steps, if it is for that.
    pub control: Option<Control>,
    /// What the step does.
    pub kind: StepKind,
}

/// What a step does to steps that run in the background.
#[derive(Clone, Debug)]
pub enum Control {
    /// Waits for some (`wait`).
    Wait(Vec<Text>),
    /// Waits for all (`wait-all`).
    WaitAll,
    /// Ends one (`cancel`).
    Cancel(Text),
}

impl Control {
    /// Returns the key that says so.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Wait(_) => "wait",
            Self::WaitAll => "wait-all",
            Self::Cancel(_) => "cancel",
        }
    }

    /// Returns the ids that are named.
    pub fn targets(&self) -> &[Text] {
        match self {
            Self::Wait(steps) => steps,
            Self::WaitAll => &[],
            Self::Cancel(step) => slice::from_ref(step),
        }
    }
}

/// What a step does.
#[derive(Clone, Debug)]
pub enum StepKind {
    /// Runs a script.
    Run(Script),
    /// Uses an action.
    Uses {
        /// The value of `uses`.
        uses: Text,
        /// The inputs.
        with: Vec<Pair>,
    },
    /// Runs steps side by side (`parallel`).
    Parallel(Vec<Step>),
    /// None of these: see `control`, or something is wrong.
    Other,
}

/// A script.
#[derive(Clone, Debug)]
pub struct Script {
    /// The text of `run`.
    pub text: Text,
    /// The value of `shell`.
    pub shell: Option<Text>,
    /// The value of `working-directory`.
    pub working_directory: Option<Text>,
}

impl Step {
    /// Returns the script of a `run` step.
    pub fn script(&self) -> Option<&Script> {
        match &self.kind {
            StepKind::Run(script) => Some(script),
            StepKind::Uses { .. } | StepKind::Parallel(_) | StepKind::Other => None,
        }
    }

    /// Returns the `uses` of an action step.
    pub fn uses(&self) -> Option<&Text> {
        match &self.kind {
            StepKind::Uses { uses, .. } => Some(uses),
            StepKind::Run(_) | StepKind::Parallel(_) | StepKind::Other => None,
        }
    }

    /// Returns what an action step refers to.
    pub fn reference(&self) -> Option<ActionReference<'_>> {
        self.uses().map(|uses| ActionReference::parse(&uses.value))
    }

    /// Tells whether the step uses an action by its name, `owner/repo` or `owner/repo/path`,
    /// whatever its version and case.
    pub fn is_action(&self, name: &str) -> bool {
        let version = self.uses().and_then(|uses| {
            let (start, rest) = uses.value.trim().split_at_checked(name.len())?;
            start.eq_ignore_ascii_case(name).then_some(rest)
        });
        version.is_some_and(|version| version.is_empty() || version.starts_with('@'))
    }

    /// Returns the inputs of an action step.
    pub fn with(&self) -> &[Pair] {
        match &self.kind {
            StepKind::Uses { with, .. } => with,
            StepKind::Run(_) | StepKind::Parallel(_) | StepKind::Other => &[],
        }
    }

    /// Returns an input of an action step; names are compared without regard to case.
    pub fn input(&self, name: &str) -> Option<&Text> {
        self.with().iter().find(|(key, _)| key.value.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Tells whether the job goes on while the step runs.
    pub fn runs_in_background(&self) -> bool {
        self.background.as_ref().is_some_and(|value| value.value.eq_ignore_ascii_case("true"))
    }

    /// Tells whether the step can never run.
    pub fn never_runs(&self) -> bool {
        self.condition.as_ref().is_some_and(super::job::is_false)
    }

    /// Returns the step and, for a parallel group, the steps inside it, in source order.
    pub fn flatten(&self) -> Flattened<'_> {
        Flattened { steps: slice::from_ref(self).iter(), outer: Vec::new() }
    }

    /// Tells whether the step is a group of parallel steps.
    pub fn is_group(&self) -> bool {
        matches!(self.kind, StepKind::Parallel(_))
    }
}

/// The steps of [`Step::flatten`].
#[derive(Clone, Debug)]
pub struct Flattened<'step> {
    /// The steps that come next.
    steps: slice::Iter<'step, Step>,
    /// The steps behind the groups that are gone through, the outermost first.
    outer: Vec<slice::Iter<'step, Step>>,
}

impl<'step> Iterator for Flattened<'step> {
    type Item = &'step Step;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let Some(step) = self.steps.next() else {
                self.steps = self.outer.pop()?;
                continue;
            };
            if let StepKind::Parallel(inner) = &step.kind {
                self.outer.push(std::mem::replace(&mut self.steps, inner.iter()));
            }
            return Some(step);
        }
    }
}
