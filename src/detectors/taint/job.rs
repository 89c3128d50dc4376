//! What is known while a job's or an action's steps are gone through.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::conditions::Gate;
use super::files::Files;
use super::trail::Flows;
use super::workspace::Workspace;
use crate::expressions::ContextUse;
use crate::model::pattern::matches;
use crate::model::workflow::{Job, Step};

/// Values by their names in lower case.
pub(super) type Values = BTreeMap<String, Flows>;

/// Variables by their names in upper case, which is all that counts for an expression, each with its
/// name as written, by which a shell finds it.
pub(super) type Variables = BTreeMap<String, (String, Flows)>;

/// The values that expressions and scripts of a job can read.
#[derive(Debug)]
pub(super) struct JobState<'file> {
    pub(super) job: Option<&'file Job>,
    pub(super) gate: Gate,
    /// The variables of the workflow.
    outer: Rc<Variables>,
    /// The variables of the job.
    env: Variables,
    /// Whether others decide any of these.
    is_tainted: bool,
    /// The variables that steps have set by `$GITHUB_ENV`.
    pub(super) set: Variables,
    pub(super) matrix: Values,
    /// Who decides what the matrix is as a whole.
    pub(super) whole_matrix: Flows,
    /// The outputs of the steps, by the steps' ids; a `*` in a name stands for anything.
    pub(super) steps: BTreeMap<String, Values>,
    /// Who decides any of them.
    every_output: Flows,
    pub(super) files: Files,
    pub(super) workspace: Workspace,
}

impl<'file> JobState<'file> {
    pub(super) fn new(job: Option<&'file Job>, gate: Gate) -> Self {
        Self {
            job,
            gate,
            outer: Rc::default(),
            env: Variables::new(),
            is_tainted: false,
            set: Variables::new(),
            matrix: Values::new(),
            whole_matrix: Flows::default(),
            steps: BTreeMap::new(),
            every_output: Flows::default(),
            files: Files::default(),
            workspace: Workspace::default(),
        }
    }

    /// Returns who decides a variable that an expression reads.
    pub(super) fn variable(&self, name: &str, of_step: &Variables) -> Flows {
        self.nearest(name, of_step).map(|(_, flows)| flows.clone()).unwrap_or_default()
    }

    /// Returns who decides a variable that a script of a step reads.
    pub(super) fn variable_of_shell(&self, name: &str, of_step: &Variables) -> Flows {
        let found = self.nearest(name, of_step).filter(|(written, _)| written == name);
        found.map(|(_, flows)| flows.clone()).unwrap_or_default()
    }

    /// Tells whether others decide any variable that a script of a step reads.
    pub(super) fn has_foreign_variables(&self, of_step: &Variables) -> bool {
        self.is_tainted || !self.set.is_empty() || is_tainted(of_step)
    }

    /// Takes the variables of the workflow and of the job.
    pub(super) fn take_variables(&mut self, outer: Rc<Variables>, own: Variables) {
        self.is_tainted = is_tainted(&outer) || is_tainted(&own);
        (self.outer, self.env) = (outer, own);
    }

    fn nearest<'state>(&'state self, name: &str, of_step: &'state Variables) -> Option<&'state (String, Flows)> {
        let name = name.to_ascii_uppercase();
        of_step
            .get(&name)
            .or_else(|| self.set.get(&name))
            .or_else(|| self.env.get(&name))
            .or_else(|| self.outer.get(&name))
    }

    /// Returns who decides what a context of the job holds.
    pub(super) fn context(&self, used: &ContextUse<'_>, of_step: &Variables) -> Flows {
        let lower = used.lower();
        let path: Vec<&str> = lower.iter().map(String::as_str).collect();
        match path.as_slice() {
            ["env"] => all([of_step, &self.set, &self.env, &*self.outer]
                .into_iter()
                .flat_map(BTreeMap::values)
                .map(|(_, flows)| flows)),
            ["env", name, ..] => self.variable(name, of_step),
            ["matrix"] => all(self.matrix.values().chain([&self.whole_matrix])),
            ["matrix", key, ..] => all(self.matrix.get(*key).into_iter().chain([&self.whole_matrix])),
            ["steps"] | ["steps", "*", ..] => self.every_output.clone(),
            ["steps", id] | ["steps", id, "outputs"] | ["steps", id, "outputs", "*", ..] => {
                all(self.steps.get(*id).into_iter().flat_map(BTreeMap::values))
            }
            ["steps", id, "outputs", name, ..] => {
                let outputs = self.steps.get(*id).into_iter().flatten();
                all(outputs.filter(|(known, _)| matches(known, name)).map(|(_, flows)| flows))
            }
            _ => Flows::default(),
        }
    }

    /// Takes the outputs of a step.
    pub(super) fn take_outputs(&mut self, step: &Step, outputs: Values) {
        for flows in outputs.values() {
            self.every_output.add(flows);
        }
        if let Some(id) = step.id.as_ref().filter(|_| !outputs.is_empty()) {
            self.steps.entry(id.value.to_ascii_lowercase()).or_default().extend(outputs);
        }
    }
}

fn is_tainted(variables: &Variables) -> bool {
    variables.values().any(|(_, flows)| !flows.is_empty())
}

/// Puts the ways of several values together.
pub(super) fn all<'flows>(values: impl Iterator<Item = &'flows Flows>) -> Flows {
    let mut all = Flows::default();
    values.for_each(|flows| all.add(flows));
    all
}
