//! Jobs and what stands in them beside steps.

use super::{Pair, Step};
use crate::model::place::Span;
use crate::model::yaml::{Node, Text};

/// A job.
#[derive(Clone, Debug)]
pub struct Job {
    /// The id: the key under `jobs`.
    pub id: Text,
    /// The whole job, as a node.
    pub node: Node,
    /// The `name`.
    pub name: Option<Text>,
    /// The ids in `needs`.
    pub needs: Vec<Text>,
    /// The `if` condition.
    pub condition: Option<Text>,
    /// Where it runs; `None` for a call of a reusable workflow.
    pub runs_on: Option<RunsOn>,
    /// The job's `permissions`.
    pub permissions: Option<Permissions>,
    /// The environment's name.
    pub environment: Option<Text>,
    /// The job's `concurrency`.
    pub concurrency: Option<Concurrency>,
    /// The job's `outputs`.
    pub outputs: Vec<Pair>,
    /// The job's `env`.
    pub env: Vec<Pair>,
    /// The shell named in `defaults.run`.
    pub default_shell: Option<Text>,
    /// The value of `timeout-minutes`.
    pub timeout: Option<Text>,
    /// The value of `continue-on-error`.
    pub continue_on_error: Option<Text>,
    /// The `strategy`.
    pub strategy: Option<Strategy>,
    /// The `container`.
    pub container: Option<Container>,
    /// The `services`, by key.
    pub services: Vec<(Text, Container)>,
    /// The `snapshot`.
    pub snapshot: Option<Snapshot>,
    /// The steps.
    pub steps: Vec<Step>,
    /// The reusable workflow that the job calls.
    pub uses: Option<Text>,
    /// The inputs of the reusable workflow.
    pub with: Vec<Pair>,
    /// The `secrets` handed to the reusable workflow.
    pub secrets: Option<Node>,
}

impl Job {
    /// Tells whether the job can never run.
    pub fn never_runs(&self) -> bool {
        self.condition.as_ref().is_some_and(is_false)
    }
}

/// Tells whether a condition is the constant `false`.
pub(super) fn is_false(condition: &Text) -> bool {
    let text = condition.value.trim();
    let inner = text.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")).unwrap_or(text);
    inner.trim().eq_ignore_ascii_case("false")
}

/// Where a job runs.
#[derive(Clone, Debug)]
pub struct RunsOn {
    /// The whole value.
    pub span: Span,
    /// The labels, expressions included.
    pub labels: Vec<Text>,
    /// The runner group.
    pub group: Option<Text>,
}

/// A `permissions` value.
#[derive(Clone, Debug)]
pub struct Permissions {
    /// The key `permissions`.
    pub key: Span,
    /// `read-all`, `write-all` or another word, if it is a scalar.
    pub shorthand: Option<Text>,
    /// The scopes with their levels.
    pub scopes: Vec<Pair>,
}

/// The level that a scope is granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grant {
    /// Nothing.
    None,
    /// Reading.
    Read,
    /// Reading and writing.
    Write,
}

impl Grant {
    /// Returns GitHub's word for the level.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

impl Permissions {
    /// Returns what a scope is granted; a scope that is not listed gets nothing.
    pub fn grant(&self, scope: &str) -> Grant {
        let word = match &self.shorthand {
            Some(word) => word.value.trim_end_matches("-all"),
            None => {
                self.scopes.iter().find(|(name, _)| name.value == scope).map_or("none", |(_, level)| level.as_str())
            }
        };
        match word {
            "write" => Grant::Write,
            "read" => Grant::Read,
            _ => Grant::None,
        }
    }
}

/// A `concurrency` value.
#[derive(Clone, Debug)]
pub struct Concurrency {
    /// The key `concurrency`.
    pub key: Span,
    /// The group.
    pub group: Option<Text>,
    /// The value of `cancel-in-progress`.
    pub cancel_in_progress: Option<Text>,
    /// The value of `queue`.
    pub queue: Option<Text>,
}

impl Concurrency {
    /// Tells whether a newer run can cancel an older one: `true`, or an expression.
    pub fn cancels(&self) -> bool {
        self.cancel_in_progress.as_ref().is_some_and(|cancel| cancel.value != "false")
    }
}

/// A `strategy`.
#[derive(Clone, Debug)]
pub struct Strategy {
    /// The matrix.
    pub matrix: Option<Matrix>,
    /// The value of `fail-fast`.
    pub fail_fast: Option<Text>,
    /// The value of `max-parallel`.
    pub max_parallel: Option<Text>,
}

/// A `matrix`.
#[derive(Clone, Debug)]
pub struct Matrix {
    /// The whole value: a mapping, or an expression.
    pub node: Node,
    /// The rows without `include` and `exclude`: name and values.
    pub rows: Vec<(Text, Node)>,
    /// The `include` node.
    pub include: Option<Node>,
    /// The `exclude` node.
    pub exclude: Option<Node>,
}

/// A `snapshot`: the image that is made of the runner when the job ends.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The image's name.
    pub image_name: Option<Text>,
    /// The version.
    pub version: Option<Text>,
    /// The `if` condition.
    pub condition: Option<Text>,
}

/// A job container or a service.
#[derive(Clone, Debug)]
pub struct Container {
    /// The image.
    pub image: Option<Text>,
    /// The whole value.
    pub node: Node,
}
