//! What an action or a reusable workflow offers to those that use it: its inputs, outputs and
//! secrets, without where they are written.

use std::collections::BTreeMap;

use super::workflow::{Action, ActionInput, Event, Grant, Job, Permissions, Workflow};
use super::yaml::{Node, Text};

/// What `with` may give to an action, what its outputs are, and on what it runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActionInterface {
    /// The action's name.
    pub name: String,
    /// The value of `runs.using`, such as `node20`, in lower case; empty where it is not known.
    pub using: String,
    /// The inputs, by their name in lower case.
    pub inputs: BTreeMap<String, InputInterface>,
    /// The outputs that the manifest declares, as they are written, by their name in lower case.
    pub outputs: BTreeMap<String, String>,
    /// Whether the action is known to take inputs, or to set outputs, that are not declared.
    pub openness: Openness,
}

/// What an action does beyond what its manifest declares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Openness {
    /// It reads inputs that are not declared.
    pub inputs: bool,
    /// It sets outputs that are not declared.
    pub outputs: bool,
}

/// An input of an action or of a reusable workflow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InputInterface {
    /// The name as it is written where it is declared.
    pub name: String,
    /// Whether it must be given: it is required and, as an action's input, has no default. Whoever
    /// calls a workflow must give what it requires, even what has a default.
    pub must_be_given: bool,
    /// Why it should not be used any more, if it says so; the reason may be empty.
    pub deprecated: Option<String>,
    /// The type: of a reusable workflow's input `string`, `number` or `boolean`, and empty where it
    /// is another word or none; an action's inputs are strings.
    pub kind: String,
}

/// What a reusable workflow takes and gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkflowInterface {
    /// The inputs, by their name in lower case.
    pub inputs: BTreeMap<String, InputInterface>,
    /// The secrets, by their name in lower case.
    pub secrets: BTreeMap<String, SecretInterface>,
    /// The outputs as they are written, by their name in lower case.
    pub outputs: BTreeMap<String, String>,
    /// The permissions that the workflow states for all of its jobs.
    pub permissions: Option<Asked>,
    /// The jobs, in source order.
    pub jobs: Vec<JobInterface>,
}

/// A secret that a reusable workflow takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecretInterface {
    /// The name as it is written where it is declared.
    pub name: String,
    /// Whether it must be given.
    pub must_be_given: bool,
}

/// What a job of a reusable workflow asks of those that call it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobInterface {
    /// The job's id.
    pub id: String,
    /// The permissions that the job itself states.
    pub permissions: Option<Asked>,
    /// The workflow that the job calls.
    pub uses: Option<String>,
}

/// The permissions that a workflow or a job asks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Asked {
    /// The same level for every scope.
    Every(Grant),
    /// A level for each scope that is named.
    Scopes(BTreeMap<String, Grant>),
}

impl ActionInterface {
    /// Reads what an action's manifest declares.
    pub fn of(action: &Action) -> Self {
        let using = action.using.as_ref().map(|using| using.value.to_ascii_lowercase());
        Self {
            name: action.name.as_ref().map(|name| name.value.clone()).unwrap_or_default(),
            using: using.unwrap_or_default(),
            inputs: action
                .inputs
                .iter()
                .map(|input| (input.name.value.to_ascii_lowercase(), of_input(input)))
                .collect(),
            outputs: lowered(action.outputs.iter().map(|(name, _)| name.value.clone())),
            openness: Openness::default(),
        }
    }
}

fn of_input(input: &ActionInput) -> InputInterface {
    InputInterface {
        name: input.name.value.clone(),
        must_be_given: input.required && input.default.is_none(),
        deprecated: input.deprecation.as_ref().map(|message| message.value.clone()),
        kind: "string".to_owned(),
    }
}

fn lowered(names: impl Iterator<Item = String>) -> BTreeMap<String, String> {
    names.map(|name| (name.to_ascii_lowercase(), name)).collect()
}

impl WorkflowInterface {
    /// Reads what a workflow takes and gives when it is called; nothing where it cannot be.
    pub fn of(workflow: &Workflow) -> Option<Self> {
        let trigger = workflow.trigger(Event::WorkflowCall)?;
        let inputs = workflow.inputs(Event::WorkflowCall).map(|input| {
            let kind = input.kind().filter(|kind| matches!(*kind, "string" | "number" | "boolean"));
            let interface = InputInterface {
                name: input.name.value.clone(),
                must_be_given: input.is_required(),
                deprecated: None,
                kind: kind.unwrap_or_default().to_owned(),
            };
            (input.name.value.to_ascii_lowercase(), interface)
        });
        Some(Self {
            inputs: inputs.collect(),
            secrets: trigger.declarations("secrets").map(|(name, node)| secret(name, node)).collect(),
            outputs: lowered(trigger.declared("outputs").into_iter().map(|name| name.value.clone())),
            permissions: workflow.permissions.as_ref().map(Asked::of),
            jobs: workflow.jobs.iter().map(of_job).collect(),
        })
    }
}

fn secret(name: &Text, node: &Node) -> (String, SecretInterface) {
    let required = node.get("required").and_then(Node::text);
    let must_be_given = required.is_some_and(|required| required.value.eq_ignore_ascii_case("true"));
    (name.value.to_ascii_lowercase(), SecretInterface { name: name.value.clone(), must_be_given })
}

fn of_job(job: &Job) -> JobInterface {
    JobInterface {
        id: job.id.value.clone(),
        permissions: job.permissions.as_ref().map(Asked::of),
        uses: job.uses.as_ref().map(|uses| uses.value.trim().to_owned()),
    }
}

impl Asked {
    /// Reads what a `permissions` value asks for.
    pub fn of(permissions: &Permissions) -> Self {
        if permissions.shorthand.is_some() {
            return Self::Every(permissions.grant(""));
        }
        let level = |scope: &Text| (scope.value.clone(), permissions.grant(&scope.value));
        Self::Scopes(permissions.scopes.iter().map(|(scope, _)| level(scope)).collect())
    }

    /// Returns what a scope is asked for.
    pub fn grant(&self, scope: &str) -> Grant {
        match self {
            Self::Every(grant) => *grant,
            Self::Scopes(scopes) => scopes.get(scope).copied().unwrap_or(Grant::None),
        }
    }
}
