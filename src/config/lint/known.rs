//! What a repository says about its runners, variables, secrets and actions.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::section::{Key, Value};
use crate::model::declared::Declared;
use crate::model::interface::{ActionInterface, InputInterface};
use crate::model::uses_policy::{Pin, UsesPolicy};
use crate::model::workflow::ActionReference;

pub(super) fn read(value: Value<'_>) -> Declared {
    let section = value.section(&["runner_labels", "variables", "secrets", "events", "permissions", "actions"]);
    let mut known = Declared::default();
    section.set("runner_labels", &mut known.runner_labels, |value| Some(labels(value)));
    section.set("variables", &mut known.variables, |value| Some(Some(names(value))));
    section.set("secrets", &mut known.secrets, |value| Some(Some(names(value))));
    section.set("events", &mut known.events, |value| Some(value.texts().into_iter().collect()));
    section.set("permissions", &mut known.permissions, |value| Some(value.texts().into_iter().collect()));
    section.set("actions", &mut known.actions, |value| Some(actions(value)));
    known
}

/// Reads which actions may be used, and how firmly they have to be named.
pub(super) fn uses(value: Value<'_>) -> UsesPolicy {
    let section = value.section(&["allow", "deny", "require", "pin"]);
    let mut policy = UsesPolicy::default();
    section.set("allow", &mut policy.allow, |value| Some(labels(value)));
    section.set("deny", &mut policy.deny, |value| Some(labels(value)));
    section.set("require", &mut policy.required, |value| Some(labels(value)));
    section.set("pin", &mut policy.pins, |value| {
        let pins = value.entries().into_iter();
        Some(pins.filter_map(|(key, value)| Some((key.text().to_lowercase(), value.word(Pin::WORDS)?))).collect())
    });
    policy
}

fn labels(value: Value<'_>) -> Vec<String> {
    value.texts().into_iter().map(|label| label.to_lowercase()).collect()
}

/// Reads the names of variables or secrets, which GitHub keeps in capitals.
fn names(value: Value<'_>) -> BTreeSet<String> {
    value.texts().into_iter().map(|name| name.to_uppercase()).collect()
}

fn actions(value: Value<'_>) -> BTreeMap<String, BTreeMap<String, ActionInterface>> {
    let mut actions: BTreeMap<String, BTreeMap<String, ActionInterface>> = BTreeMap::new();
    for (key, value) in value.entries() {
        let interface = action(key, value);
        if let ActionReference::Repository(reference) = ActionReference::parse(key.text()) {
            let versions = actions.entry(reference.name().to_ascii_lowercase()).or_default();
            versions.insert(reference.reference.unwrap_or_default().to_owned(), interface);
        } else {
            key.wrong(format!("`{}` is no action of a repository, such as `octo/deploy@v1`", key.text()));
        }
    }
    actions
}

fn action(key: Key<'_>, value: Value<'_>) -> ActionInterface {
    let section = value.section(&["inputs", "outputs", "using"]);
    let mut interface = ActionInterface { name: key.text().to_owned(), ..ActionInterface::default() };
    section.set("inputs", &mut interface.inputs, |value| Some(inputs(value)));
    // Whoever lists the outputs lists all of them, which is true of composite actions.
    interface.using = section.get("outputs").map(|_| "composite".to_owned()).unwrap_or_default();
    section.set("using", &mut interface.using, |value| value.text().map(|using| using.to_lowercase()));
    let mut outputs = Vec::new();
    section.set("outputs", &mut outputs, |value| Some(value.texts()));
    interface.outputs = outputs.into_iter().map(|name| (name.to_ascii_lowercase(), name)).collect();
    // What is not said may be anything.
    interface.openness.inputs = section.get("inputs").is_none();
    interface.openness.outputs = section.get("outputs").is_none();
    interface
}

fn inputs(value: Value<'_>) -> BTreeMap<String, InputInterface> {
    let mut seen = BTreeSet::new();
    let mut inputs = BTreeMap::new();
    for (key, value) in value.entries() {
        let name = key.text().to_owned();
        let section = value.section(&["required", "deprecated"]);
        let mut input = InputInterface { name: name.clone(), kind: "string".to_owned(), ..InputInterface::default() };
        section.set("required", &mut input.must_be_given, Value::boolean);
        section.set("deprecated", &mut input.deprecated, |value| value.text().map(Some));
        if !seen.insert(name.to_ascii_lowercase()) {
            key.wrong(format!("`{name}` stands twice: letter case makes no difference here"));
        }
        inputs.insert(name.to_ascii_lowercase(), input);
    }
    inputs
}
