//! Everything outside the program that a command may touch, in one place, so that tests replace it.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::sync::Arc;

use crate::model::clock::{Clock, Random, Sleeper};
pub use crate::model::color::Color;

/// The streams, the clock, the environment and the folder a command works in.
pub struct World {
    /// Standard input.
    pub stdin: Box<dyn Read + Send>,
    /// Where results go, and nothing else.
    pub stdout: Box<dyn Write + Send>,
    /// Where talk goes: notices, progress, errors.
    pub stderr: Box<dyn Write + Send>,
    /// What the environment said when the program started.
    pub environment: Environment,
    /// The folder the program was started in.
    pub folder: PathBuf,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Waiting, between two tries of a request.
    pub sleeper: Arc<dyn Sleeper>,
    /// Chance, so that many machines do not try again in step.
    pub random: Arc<dyn Random>,
    /// Whether human output is coloured.
    pub color: Color,
    /// How many columns human output may take.
    pub width: usize,
}

/// A snapshot of the environment variables; its debug form shows names only, since values can be
/// secrets.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// Takes the variables as given.
    pub fn new(variables: BTreeMap<String, String>) -> Self {
        Self(variables)
    }

    /// Returns a variable's value; an empty one counts as unset, as GitHub's runner passes
    /// inputs nobody gave.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Tells whether a step of a GitHub Actions job runs this.
    pub fn in_actions(&self) -> bool {
        self.get("GITHUB_ACTIONS") == Some("true")
    }

    /// Tells whether GitHub's runner started this as a container action, which is where it mounts
    /// the workspace in that very folder.
    pub fn in_container_action(&self) -> bool {
        self.in_actions() && self.get("GITHUB_WORKSPACE") == Some("/github/workspace")
    }

    /// Returns all variables, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}
