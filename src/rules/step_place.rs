//! A step as rules are given it.

use crate::model::workflow::{Action, Job, Step, Workflow};

/// A step and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct StepPlace<'file> {
    /// The step.
    pub step: &'file Step,
    /// What holds the step.
    pub owner: StepOwner<'file>,
    /// The step's position among its siblings, from 0.
    pub index: usize,
}

/// What holds a step.
#[derive(Clone, Copy, Debug)]
pub enum StepOwner<'file> {
    /// A workflow's job.
    Job(&'file Workflow, &'file Job),
    /// A composite action.
    Action(&'file Action),
}

impl<'file> StepPlace<'file> {
    /// Returns the workflow and the job, unless the step belongs to an action.
    pub fn job(&self) -> Option<(&'file Workflow, &'file Job)> {
        match self.owner {
            StepOwner::Job(workflow, job) => Some((workflow, job)),
            StepOwner::Action(_) => None,
        }
    }

    /// Returns the steps beside this one, itself included.
    pub fn siblings(&self) -> &'file [Step] {
        match self.owner {
            StepOwner::Job(_, job) => &job.steps,
            StepOwner::Action(action) => action.steps(),
        }
    }
}
