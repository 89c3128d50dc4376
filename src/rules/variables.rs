//! The variables of `env` that a file sets, and those that its scripts may set.

use std::collections::BTreeSet;

use crate::expressions::Site;
use crate::model::source_file::SourceFile;
use crate::model::workflow::{Action, Job, Pair, Step};
use crate::model::yaml::{Node, Value};

/// The variables that a file sets, for rules that ask whether one is set.
#[derive(Debug, Default)]
pub struct Variables {
    /// The places of nodes that set variables, and the names in upper case.
    set: BTreeSet<(usize, String)>,
    /// The places of nodes whose variables are computed.
    computed: BTreeSet<usize>,
    /// The words of the file's scripts, in upper case.
    words: BTreeSet<String>,
    /// Every name that is set anywhere, as written.
    names: BTreeSet<String>,
}

impl Variables {
    pub(super) fn new(file: &SourceFile) -> Self {
        let mut found = Self::default();
        if let Some(workflow) = file.workflow() {
            found.take(&workflow.node, &workflow.env);
            for job in &workflow.jobs {
                found.take(&job.node, &job.env);
                found.take_steps(&job.steps);
            }
        }
        found.take_steps(file.action().map(Action::steps).unwrap_or_default());
        found
    }

    fn take_steps(&mut self, steps: &[Step]) {
        for step in steps.iter().flat_map(Step::flatten) {
            self.take(&step.node, &step.env);
            let scripts =
                step.script().map(|script| &script.text).into_iter().chain(step.with().iter().map(|(_, value)| value));
            for script in scripts {
                self.words.extend(words(&script.value));
            }
        }
    }

    fn take(&mut self, owner: &Node, env: &[Pair]) {
        let place = owner.span.start;
        let Some(node) = owner.get("env") else { return };
        let is_written =
            matches!(&node.value, Value::Mapping(entries) if !entries.iter().any(|entry| entry.key.opens_expression()));
        if !is_written && !node.is_null() {
            self.computed.insert(place);
        }
        for (name, _) in env {
            self.set.insert((place, name.value.to_ascii_uppercase()));
            self.names.insert(name.value.clone());
        }
    }

    /// Tells whether a variable is set for an expression, or might be by what is computed.
    pub fn is_set(&self, name: &str, site: &Site<'_>, file: &SourceFile) -> bool {
        let name = name.to_ascii_uppercase();
        let workflow = file.workflow().map(|workflow| &workflow.node);
        let owners = [workflow, site.job.map(|job: &Job| &job.node), site.step.map(|step| &step.node)];
        owners.into_iter().flatten().any(|node| {
            let place = node.span.start;
            self.computed.contains(&place) || self.set.contains(&(place, name.clone()))
        })
    }

    /// Tells whether a script, or what an action is given, names a variable.
    pub fn is_mentioned(&self, name: &str) -> bool {
        self.words.contains(&name.to_ascii_uppercase())
    }

    /// Returns the names that are set anywhere in the file.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }
}

/// Returns the words of a script outside expressions, in upper case.
fn words(script: &str) -> impl Iterator<Item = String> {
    let mut parts = script.split("${{");
    let first = parts.next().into_iter();
    let plain = first.chain(parts.filter_map(|part| part.split_once("}}").map(|(_, rest)| rest)));
    let is_of_word = |character: char| character.is_ascii_alphanumeric() || character == '_';
    plain
        .flat_map(move |text| text.split(move |character| !is_of_word(character)))
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_uppercase)
}
