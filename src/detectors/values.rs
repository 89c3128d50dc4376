//! What stands behind names in scripts, as far as files say: rows of a matrix, variables, inputs.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::runs::JobRun;
use crate::model::workflow::{Pair, Step};
use crate::model::yaml::Node;

/// The texts that one text may unfold to.
const MOST_TEXTS: usize = 24;

/// How often values may name other values.
const DEEPEST: usize = 4;

/// Values by name: `matrix.os`, `env.TARGET`, `inputs.command`.
#[derive(Clone, Debug, Default)]
pub(super) struct Values(Rc<BTreeMap<String, Vec<String>>>);

impl Values {
    /// Collects what is known in a job that runs.
    pub(super) fn of_run(run: &JobRun<'_>) -> Self {
        let mut values = BTreeMap::new();
        if let Some(matrix) = run.job.strategy.as_ref().and_then(|strategy| strategy.matrix.as_ref()) {
            for (name, row) in &matrix.rows {
                row.items().iter().for_each(|item| add_node(&mut values, &format!("matrix.{}", name.value), item));
            }
            let included = matrix.include.iter().flat_map(Node::items);
            included.for_each(|item| add_node(&mut values, "matrix", item));
        }
        let environment = run.root.workflow.env.iter().chain(&run.file.workflow.env).chain(&run.job.env);
        add_pairs(&mut values, "env", environment);
        add_pairs(&mut values, "inputs", run.callers.iter().flat_map(|caller| &caller.with));
        Self(Rc::new(values))
    }

    /// Adds the variables of a step.
    pub(super) fn within(&self, step: &Step) -> Self {
        if step.env.is_empty() {
            return self.clone();
        }
        let mut values = (*self.0).clone();
        add_pairs(&mut values, "env", &step.env);
        Self(Rc::new(values))
    }

    /// Returns what a local action sees: its inputs, and the job's variables.
    pub(super) fn inside(&self, step: &Step) -> Self {
        let mut values = (*self.0).clone();
        values.retain(|name, _| !name.starts_with("inputs."));
        add_pairs(&mut values, "inputs", step.with());
        Self(Rc::new(values))
    }

    /// Returns the texts that a text stands for; none where it names nothing that is known.
    pub(super) fn unfold(&self, text: &str) -> Vec<String> {
        let mut texts = vec![text.to_owned()];
        for _ in 0..DEEPEST {
            let mut next: Vec<String> = Vec::new();
            let mut changed = false;
            for text in &texts {
                let unfolded = self.once(text);
                changed |= unfolded.is_some();
                next.extend(unfolded.unwrap_or_else(|| vec![text.clone()]));
            }
            next.truncate(MOST_TEXTS);
            texts = next;
            if !changed {
                break;
            }
        }
        texts.retain(|unfolded| unfolded != text);
        texts
    }

    /// Puts each value of the first name that is known in its place.
    fn once(&self, text: &str) -> Option<Vec<String>> {
        let (range, values) = self.first_known(text)?;
        let (before, after) = (text.get(..range.start)?, text.get(range.end..)?);
        Some(values.iter().map(|value| format!("{before}{value}{after}")).collect())
    }

    /// Finds the first name in a text that a value is known for.
    fn first_known(&self, text: &str) -> Option<(std::ops::Range<usize>, &Vec<String>)> {
        let mut from = 0;
        while let Some(at) = text.get(from..).and_then(|rest| rest.find('$')).map(|at| at + from) {
            let rest = text.get(at..).unwrap_or_default();
            let (name, length) = name_at(rest);
            if let Some(values) = name.and_then(|name| self.0.get(&name)) {
                return Some((at..at + length, values));
            }
            from = at + length.max(1);
        }
        None
    }
}

/// Reads `${{ name }}`, `${NAME}` or `$NAME` at the start of a text, and how long it is.
fn name_at(text: &str) -> (Option<String>, usize) {
    if let Some(inner) = text.strip_prefix("${{") {
        let end = inner.find("}}");
        let name = end.and_then(|end| inner.get(..end)).map(|name| name.trim().to_owned());
        return (name, end.map_or(3, |end| end + 5));
    }
    let braced = text.strip_prefix("${");
    let inner = braced.or_else(|| text.strip_prefix('$')).unwrap_or_default();
    let end = inner.find(|character: char| !(character.is_ascii_alphanumeric() || character == '_'));
    let name = inner.get(..end.unwrap_or(inner.len())).unwrap_or_default();
    let closed = braced.is_none() || inner.get(name.len()..).is_some_and(|rest| rest.starts_with('}'));
    let length = name.len() + if braced.is_some() { 3 } else { 1 };
    ((closed && !name.is_empty()).then(|| format!("env.{name}")), length.min(text.len()))
}

fn add_pairs<'pair>(
    values: &mut BTreeMap<String, Vec<String>>,
    context: &str,
    pairs: impl IntoIterator<Item = &'pair Pair>,
) {
    for (name, value) in pairs {
        values.insert(format!("{context}.{}", name.value), vec![value.value.clone()]);
    }
}

fn add_node(values: &mut BTreeMap<String, Vec<String>>, name: &str, node: &Node) {
    match node.text() {
        Some(text) => {
            let known = values.entry(name.to_owned()).or_default();
            if known.len() < MOST_TEXTS && !known.contains(&text.value) {
                known.push(text.value.clone());
            }
        }
        None => {
            for entry in node.entries() {
                add_node(values, &format!("{name}.{}", entry.key.value), &entry.value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(pairs: &[(&str, &[&str])]) -> Values {
        let own = |(name, texts): &(&str, &[&str])| {
            ((*name).to_owned(), texts.iter().map(|text| (*text).to_owned()).collect())
        };
        Values(Rc::new(pairs.iter().map(own).collect()))
    }

    #[test]
    fn known_names_are_replaced_by_each_value() {
        let values = values(&[
            ("matrix.task.command", &["test", "test:system"]),
            ("env.COMMAND", &["${{ matrix.task.command }}"]),
            ("env.LOOP", &["$LOOP"]),
        ]);
        assert_eq!(values.unfold("rails $COMMAND"), ["rails test", "rails test:system"]);
        assert_eq!(values.unfold("rails ${COMMAND} -v"), ["rails test -v", "rails test:system -v"]);
        assert_eq!(values.unfold("${{matrix.task.command}}"), ["test", "test:system"]);
        assert!(values.unfold("rails $OTHER ${{ matrix.nope }} $ ${ ${{").is_empty());
        assert!(values.unfold("$LOOP").is_empty());
    }
}
