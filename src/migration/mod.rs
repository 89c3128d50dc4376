//! What other tools were told, in our words: their settings become ours, and what has no word here
//! is told rather than lost.
//!
//! Everything is read as loosely as it can be: a key that nobody knows is one more thing to tell.

mod actionlint;
mod benchmarks;
mod settings;
mod zizmor;

use serde_json::Value;

pub use benchmarks::Past;
use settings::Settings;

use crate::model::finding::RuleInfo;
use crate::model::workflow::Workflow;

/// What was read of other tools, and becomes ours.
#[derive(Debug, Default)]
pub struct Migration<'rules> {
    rules: &'rules [RuleInfo],
    settings: Settings,
    past: Vec<Past>,
    carried: Vec<String>,
    left: Vec<String>,
}

/// A file that cannot be read as what it should be.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct UnreadableError {
    path: String,
    reason: String,
}

impl UnreadableError {
    fn new(path: &str, reason: &impl ToString) -> Self {
        Self { path: path.to_owned(), reason: reason.to_string() }
    }
}

impl<'rules> Migration<'rules> {
    /// Begins with nothing; the rules say which of ours report what theirs do.
    pub fn new(rules: &'rules [RuleInfo]) -> Self {
        Self { rules, ..Self::default() }
    }

    /// Takes in actionlint's settings.
    ///
    /// # Errors
    /// The file is no YAML mapping.
    pub fn actionlint(&mut self, path: &str, text: &str) -> Result<(), UnreadableError> {
        actionlint::take(self, path, &mapping(path, text)?);
        Ok(())
    }

    /// Takes in zizmor's settings.
    ///
    /// # Errors
    /// The file is no YAML mapping.
    pub fn zizmor(&mut self, path: &str, text: &str) -> Result<(), UnreadableError> {
        zizmor::take(self, path, &mapping(path, text)?);
        Ok(())
    }

    /// Looks at the comments of a workflow or an action that switch findings of zizmor off.
    pub fn zizmor_comments(&mut self, path: &str, text: &str) {
        zizmor::comments(self, path, text);
    }

    /// Takes in the values that github-action-benchmark keeps.
    ///
    /// # Errors
    /// The file is not what that action writes.
    pub fn benchmark_data(&mut self, path: &str, text: &str) -> Result<(), UnreadableError> {
        benchmarks::data(self, path, text)
    }

    /// Takes in the bounds that a workflow gives github-action-benchmark.
    pub fn benchmark_workflow(&mut self, path: &str, workflow: &Workflow) {
        benchmarks::workflow(self, path, workflow);
    }

    /// Returns the values of earlier benchmark runs, in the order of their files.
    pub fn past(&self) -> &[Past] {
        &self.past
    }

    /// Says what was carried over, a sentence each.
    pub fn carried(&self) -> &[String] {
        &self.carried
    }

    /// Says what was not, and what to do about it.
    pub fn left(&self) -> &[String] {
        &self.left
    }

    /// Writes the settings as `plimsoll.yml`; nothing where none were carried over.
    pub fn configuration(&self) -> Option<String> {
        (self.settings != Settings::default()).then(|| self.settings.to_string())
    }

    /// Returns the ids of our rules that report what a peer's rule does.
    fn ours(&self, peer: &str, theirs: &str) -> Vec<&'static str> {
        let same = |rule: &&RuleInfo| rule.peers.iter().any(|(name, rules)| *name == peer && rules.contains(&theirs));
        self.rules.iter().filter(same).map(|rule| rule.id).collect()
    }
}

fn mapping(path: &str, text: &str) -> Result<Value, UnreadableError> {
    // An empty file says nothing, and is not wrong.
    if text.lines().all(|line| line.trim().is_empty() || line.trim().starts_with('#')) {
        return Ok(Value::Object(serde_json::Map::new()));
    }
    let value: Value = serde_yaml::from_str(text).map_err(|error| UnreadableError::new(path, &error))?;
    if value.is_object() { Ok(value) } else { Err(UnreadableError::new(path, &"it is no mapping")) }
}

/// Returns the texts of a list; a single text counts as a list of one.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
    }
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}
