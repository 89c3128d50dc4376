//! The variables of `env` that a file sets, and those that its scripts may set.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::expressions::Site;
use crate::model::source_file::SourceFile;
use crate::model::workflow::{Action, Job, Pair, Step};
use crate::model::yaml::{Node, Text, Value};

/// The variables that a file sets, for rules that ask whether one is set.
#[derive(Debug)]
pub struct Variables<'file> {
    file: &'file SourceFile,
    /// The values by the places of the nodes that set them and by the names in upper case.
    set: BTreeMap<(usize, String), &'file Text>,
    /// The places of nodes whose variables are computed.
    computed: BTreeSet<usize>,
    /// Every name that is set anywhere, as written.
    names: BTreeSet<&'file str>,
    /// The words of the file's scripts, in upper case, once a rule has asked.
    words: OnceCell<BTreeSet<String>>,
    /// The variables that scripts set for the steps behind them, in upper case, once a rule has asked.
    set_by_scripts: OnceCell<BTreeSet<String>>,
}

impl<'file> Variables<'file> {
    pub(super) fn new(file: &'file SourceFile) -> Self {
        let (set, computed, names) = Default::default();
        let (words, set_by_scripts) = Default::default();
        let mut found = Self { file, set, computed, names, words, set_by_scripts };
        if let Some(workflow) = file.workflow() {
            found.take(&workflow.node, &workflow.env);
            for job in &workflow.jobs {
                found.take(&job.node, &job.env);
            }
        }
        for step in steps(file) {
            found.take(&step.node, &step.env);
        }
        found
    }

    fn take(&mut self, owner: &Node, env: &'file [Pair]) {
        let place = owner.span.start;
        let Some(node) = owner.get("env") else { return };
        let is_written =
            matches!(&node.value, Value::Mapping(entries) if !entries.iter().any(|entry| entry.key.opens_expression()));
        if !is_written && !node.is_null() {
            self.computed.insert(place);
        }
        for (name, value) in env {
            self.set.entry((place, name.value.to_ascii_uppercase())).or_insert(value);
            self.names.insert(&name.value);
        }
    }

    /// Returns the value that a variable has for an expression, unless it is computed: that of the
    /// nearest `env`.
    pub fn value(&self, name: &str, site: &Site<'_>) -> Option<&'file Text> {
        let name = name.to_ascii_uppercase();
        self.owners(site).find_map(|place| self.set.get(&(place, name.clone())).copied())
    }

    /// Tells whether a variable is set for an expression, or might be by what is computed.
    pub fn is_set(&self, name: &str, site: &Site<'_>) -> bool {
        self.value(name, site).is_some() || self.owners(site).any(|place| self.computed.contains(&place))
    }

    /// Returns the places of the nodes whose `env` an expression sees, the nearest first.
    fn owners(&self, site: &Site<'_>) -> impl Iterator<Item = usize> + use<> {
        let workflow = self.file.workflow().map(|workflow| &workflow.node);
        let nodes = [site.step.map(|step| &step.node), site.job.map(|job: &Job| &job.node), workflow];
        nodes.map(|node| node.map(|node| node.span.start)).into_iter().flatten()
    }

    /// Tells whether a script, or what an action is given, names a variable.
    pub fn is_mentioned(&self, name: &str) -> bool {
        let words =
            self.words.get_or_init(|| steps(self.file).flat_map(texts).flat_map(|text| words(&text.value)).collect());
        words.contains(&name.to_ascii_uppercase())
    }

    /// Tells whether a script may set a variable for the steps behind it.
    pub fn is_set_by_script(&self, name: &str) -> bool {
        let names = self.set_by_scripts.get_or_init(|| {
            let scripts = steps(self.file).filter_map(Step::script).map(|script| script.text.value.as_str());
            scripts.filter(|script| script.contains("GITHUB_ENV")).flat_map(assigned).collect()
        });
        names.contains(&name.to_ascii_uppercase())
    }

    /// Returns the names that are set anywhere in the file.
    pub fn names(&self) -> impl Iterator<Item = &'file str> {
        self.names.iter().copied()
    }
}

fn steps(file: &SourceFile) -> impl Iterator<Item = &Step> {
    let jobs = file.workflow().map(|workflow| workflow.jobs.as_slice()).unwrap_or_default();
    let own = file.action().map(Action::steps).unwrap_or_default();
    jobs.iter().flat_map(|job| &job.steps).chain(own).flat_map(Step::flatten)
}

/// Returns a step's script, or what its action is given.
fn texts(step: &Step) -> impl Iterator<Item = &Text> {
    step.script().map(|script| &script.text).into_iter().chain(step.with().iter().map(|(_, value)| value))
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

/// Returns the words of a script that something is assigned to, in upper case: `A` in `A=x` and in `A<<END`.
fn assigned(script: &str) -> impl Iterator<Item = String> {
    let is_of_word = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let ends = script.match_indices('=').chain(script.match_indices("<<")).map(|(at, _)| at);
    ends.filter_map(move |end| {
        let before = script.get(..end)?;
        let word = before.get(before.trim_end_matches(is_of_word).len()..)?;
        (!word.is_empty()).then(|| word.to_ascii_uppercase())
    })
}
