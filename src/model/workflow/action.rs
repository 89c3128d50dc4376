//! Action manifests: `action.yml`.

use super::{Pair, Step, lower};
use crate::model::yaml::{Node, Text};

/// An action manifest.
#[derive(Clone, Debug)]
pub struct Action {
    /// The top mapping.
    pub node: Node,
    /// The `name`.
    pub name: Option<Text>,
    /// The `description`.
    pub description: Option<Text>,
    /// The inputs, in source order.
    pub inputs: Vec<ActionInput>,
    /// The names of the outputs, each with its `value` in a composite action.
    pub outputs: Vec<(Text, Option<Text>)>,
    /// The value of `runs.using`.
    pub using: Option<Text>,
    /// How it runs.
    pub runs: Runs,
}

/// An action's input.
#[derive(Clone, Debug)]
pub struct ActionInput {
    /// The name.
    pub name: Text,
    /// Whether it says `required: true`.
    pub required: bool,
    /// The default.
    pub default: Option<Text>,
    /// Why it should not be used any more (`deprecationMessage`).
    pub deprecation: Option<Text>,
}

/// How an action runs.
#[derive(Clone, Debug)]
pub enum Runs {
    /// As steps.
    Composite(Vec<Step>),
    /// In a container: the image, and the variables set for it.
    Docker {
        /// A Dockerfile's path or `docker://image`.
        image: Option<Text>,
        /// The variables.
        env: Vec<Pair>,
    },
    /// On Node, or in a way that is not known.
    Other,
}

impl Action {
    /// Reads an action manifest from its top node.
    pub fn new(node: Node) -> Self {
        lower::action(node)
    }

    /// Returns the steps of a composite action.
    pub fn steps(&self) -> &[Step] {
        match &self.runs {
            Runs::Composite(steps) => steps,
            Runs::Docker { .. } | Runs::Other => &[],
        }
    }
}
