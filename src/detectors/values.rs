//! What stands behind names in scripts, as far as files say: rows of a matrix, variables, inputs.

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use super::runs::JobRun;
use crate::model::workflow::{Pair, Step};
use crate::model::yaml::Node;
use crate::shell::{Command, commands, redirections};

/// The variable that names the file by which a step sets variables of the steps behind it.
const ENVIRONMENT: &str = "GITHUB_ENV";

/// The texts that one text may unfold to.
const MOST_TEXTS: usize = 64;

/// The items of a matrix that are looked at.
const MOST_ITEMS: usize = 512;

/// How often values may name other values.
const DEEPEST: usize = 4;

/// Values by name: `env.TARGET`, `inputs.command`, `matrix.os`.
#[derive(Clone, Debug, Default)]
pub(super) struct Values {
    named: Rc<BTreeMap<String, Vec<String>>>,
    /// The items of a matrix's rows: names that an item gives values to together belong together.
    items: Rc<Vec<BTreeMap<String, String>>>,
}

impl Values {
    /// Collects what is known in a job that runs.
    pub(super) fn of_run(run: &JobRun<'_>) -> Self {
        let mut items = Vec::new();
        if let Some(matrix) = run.job.strategy.as_ref().and_then(|strategy| strategy.matrix.as_ref()) {
            let rows = matrix
                .rows
                .iter()
                .flat_map(|(name, row)| row.items().iter().map(move |item| (format!("matrix.{}", name.value), item)));
            let included = matrix.include.iter().flat_map(Node::items).map(|item| ("matrix".to_owned(), item));
            for (name, node) in rows.chain(included).take(MOST_ITEMS) {
                let mut item = BTreeMap::new();
                add_node(&mut item, &name, node);
                items.push(item);
            }
        }
        let mut named = BTreeMap::new();
        let environment = run.root.workflow.env.iter().chain(&run.file.workflow.env).chain(&run.job.env);
        add_pairs(&mut named, "env", environment);
        add_pairs(&mut named, "inputs", run.callers.iter().flat_map(|caller| &caller.with));
        Self { named: Rc::new(named), items: Rc::new(items) }
    }

    /// Adds the variables of a step.
    pub(super) fn within(&self, step: &Step) -> Self {
        if step.env.is_empty() {
            return self.clone();
        }
        let mut named = (*self.named).clone();
        add_pairs(&mut named, "env", &step.env);
        Self { named: Rc::new(named), ..self.clone() }
    }

    /// Returns what a local action sees: its inputs, and the job's variables.
    pub(super) fn inside(&self, step: &Step) -> Self {
        let mut named = (*self.named).clone();
        named.retain(|name, _| !name.starts_with("inputs."));
        add_pairs(&mut named, "inputs", step.with());
        Self { named: Rc::new(named), ..self.clone() }
    }

    /// Adds the variables that a script sets to a text, each of which may be set in several places.
    pub(super) fn set_by<'command>(&self, commands: impl Iterator<Item = &'command Command>) -> Self {
        let mut set: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for command in commands.filter(|command| command.words.is_empty()) {
            let pairs = command.assignments.iter().filter_map(|word| word.text.split_once('='));
            for (name, value) in pairs.filter(|(_, value)| !value.is_empty() && !value.contains(['$', '`', '('])) {
                set.entry(format!("env.{name}")).or_default().push(value.to_owned());
            }
        }
        if set.is_empty() {
            return self.clone();
        }
        let mut named = (*self.named).clone();
        named.extend(set);
        Self { named: Rc::new(named), ..self.clone() }
    }

    /// Adds the variables that a script leaves to the steps behind it. A condition on a value of the matrix is
    /// decided for each of its items; under any other, what was known may hold as well.
    pub(super) fn left_by(&self, script: &str, condition: Option<&str>) -> Self {
        let mut values = self.clone();
        for (name, value) in left(script) {
            let name = format!("env.{name}");
            let switch = condition.and_then(switch);
            let by_item = switch.filter(|(key, _)| self.items.iter().any(|item| item.contains_key(*key)));
            let named = Rc::make_mut(&mut values.named);
            match (by_item, value) {
                (Some(switch), value) => {
                    let before = named.remove(&name).and_then(|texts| texts.into_iter().next());
                    values.leave_by_item(&name, value.as_deref(), before.as_deref(), switch);
                }
                (None, Some(value)) if condition.is_none() => drop(named.insert(name, vec![value])),
                (None, Some(value)) => named.entry(name).or_default().push(value),
                (None, None) if condition.is_none() => drop(named.remove(&name)),
                (None, None) => {}
            }
        }
        values
    }

    /// Gives each item of the matrix its own value of a variable: what was left, if it is known, where the switch
    /// stands as is wanted, and elsewhere what was known before.
    fn leave_by_item(&mut self, name: &str, left: Option<&str>, before: Option<&str>, switch: (&str, bool)) {
        let (key, wanted) = switch;
        for item in Rc::make_mut(&mut self.items) {
            let is_on = item.get(key).is_some_and(|text| !matches!(text.as_str(), "" | "false" | "0" | "null"));
            match (is_on == wanted, left, before) {
                (true, Some(left), _) => drop(item.insert(name.to_owned(), left.to_owned())),
                (true, None, _) => drop(item.remove(name)),
                (false, _, Some(before)) => drop(item.entry(name.to_owned()).or_insert_with(|| before.to_owned())),
                (false, _, None) => {}
            }
        }
    }

    /// Adds the variables that stand in front of a command.
    pub(super) fn before(&self, command: &Command) -> Self {
        let mut values = self.clone();
        for (name, value) in command.assignments.iter().filter_map(|word| word.text.split_once('=')) {
            Rc::make_mut(&mut values.named).insert(format!("env.{name}"), vec![value.to_owned()]);
        }
        values
    }

    /// Returns the first value of a variable.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.named.get(&format!("env.{name}"))?.first().map(String::as_str)
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

    /// Puts each value of the first name that is known in its place; of a matrix all that an item
    /// gives.
    fn once(&self, text: &str) -> Option<Vec<String>> {
        let found = names(text);
        for (range, name) in &found {
            if let Some(values) = self.named.get(name) {
                let (before, after) = (text.get(..range.start)?, text.get(range.end..)?);
                return Some(values.iter().map(|value| format!("{before}{value}{after}")).collect());
            }
            let items = self.items.iter().filter(|item| item.contains_key(name)).take(MOST_TEXTS);
            let mut texts: Vec<String> = items.map(|item| filled(text, &found, item)).collect();
            texts.dedup();
            if !texts.is_empty() {
                return Some(texts);
            }
        }
        None
    }
}

/// Returns the variables that a script leaves to later steps through the runner's file, each with its value where
/// that is written out.
fn left(script: &str) -> Vec<(String, Option<String>)> {
    if !script.contains(ENVIRONMENT) {
        return Vec::new();
    }
    let commands = commands(script);
    let targets = redirections(script).into_iter().map(|redirection| redirection.target);
    let told = targets.filter(|target| target.text.contains(ENVIRONMENT)).filter_map(|target| {
        let command = commands.iter().rfind(|command| command.range.start < target.range.start)?;
        match command.texts().as_slice() {
            ["echo", .., pair] | ["printf", pair] => pair.split_once('=').map(|(name, value)| {
                let value = value.trim_end_matches("\\n");
                (name.to_owned(), (!value.contains(['$', '`', '%'])).then(|| value.to_owned()))
            }),
            _ => None,
        }
    });
    told.collect()
}

/// Reads a condition that is a value of the matrix or its opposite: the value's name, and whether it has to hold.
fn switch(condition: &str) -> Option<(&str, bool)> {
    let text = condition.trim();
    let text = text.strip_prefix("${{").and_then(|text| text.strip_suffix("}}")).unwrap_or(text).trim();
    let (text, is_denied) = text.strip_prefix('!').map_or((text, false), |text| (text.trim_start(), true));
    let (text, is_false) = match text.split_once("==") {
        Some((name, value)) => match value.trim().trim_matches('\'') {
            "true" => (name.trim_end(), false),
            "false" => (name.trim_end(), true),
            _ => return None,
        },
        None => (text, false),
    };
    let is_name = text.starts_with("matrix.") && text.chars().all(|c| c.is_alphanumeric() || "._-".contains(c));
    is_name.then_some((text, is_denied == is_false))
}

/// Puts the values of an item in the places of their names.
fn filled(text: &str, names: &[(Range<usize>, String)], item: &BTreeMap<String, String>) -> String {
    let mut filled = String::new();
    let mut at = 0;
    for (range, name) in names {
        if let Some(value) = item.get(name) {
            filled.push_str(text.get(at..range.start).unwrap_or_default());
            filled.push_str(value);
            at = range.end;
        }
    }
    filled.push_str(text.get(at..).unwrap_or_default());
    filled
}

/// Returns the names in a text, with where they stand.
fn names(text: &str) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find('$')).map(|at| at + from) {
        let (name, length) = name_at(text.get(at..).unwrap_or_default());
        found.extend(name.map(|name| (at..at + length, name)));
        from = at + length.max(1);
    }
    found
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

fn add_node(values: &mut BTreeMap<String, String>, name: &str, node: &Node) {
    match node.text() {
        Some(text) => drop(values.insert(name.to_owned(), text.value.clone())),
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

    fn values(pairs: &[(&str, &[&str])], items: &[&[(&str, &str)]]) -> Values {
        let own = |(name, texts): &(&str, &[&str])| {
            ((*name).to_owned(), texts.iter().map(|text| (*text).to_owned()).collect())
        };
        let item = |pairs: &&[(&str, &str)]| {
            pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
        };
        Values { named: Rc::new(pairs.iter().map(own).collect()), items: Rc::new(items.iter().map(item).collect()) }
    }

    #[test]
    fn known_names_are_replaced_by_each_value() {
        let values = values(
            &[("env.COMMAND", &["${{ matrix.task.command }}"]), ("env.LOOP", &["$LOOP"])],
            &[&[("matrix.task.command", "test")], &[("matrix.task.command", "test:system")]],
        );
        assert_eq!(values.unfold("rails $COMMAND"), ["rails test", "rails test:system"]);
        assert_eq!(values.unfold("rails ${COMMAND} -v"), ["rails test -v", "rails test:system -v"]);
        assert_eq!(values.unfold("${{matrix.task.command}}"), ["test", "test:system"]);
        assert!(values.unfold("rails $OTHER ${{ matrix.nope }} $ ${ ${{").is_empty());
        assert!(values.unfold("$LOOP").is_empty());
    }

    #[test]
    fn values_of_one_item_stay_together() {
        let values = values(
            &[],
            &[
                &[("matrix.image.file", "a/Dockerfile"), ("matrix.image.context", "a")],
                &[("matrix.image.file", "b/Dockerfile"), ("matrix.image.context", "b")],
                &[("matrix.os", "linux")],
            ],
        );
        assert_eq!(
            values.unfold("${{ matrix.image.file }} ${{ matrix.image.context }} ${{ matrix.os }}"),
            ["a/Dockerfile a linux", "b/Dockerfile b linux"]
        );
    }

    #[test]
    fn variables_that_a_step_leaves_are_known_behind_it() {
        let first = values(
            &[("env.RUN", &["cargo"])],
            &[&[("matrix.target", "arm"), ("matrix.cross", "true")], &[("matrix.target", "x86"), ("matrix.cross", "")]],
        );
        let script = "echo \"RUN=cross\" >> \"$GITHUB_ENV\"";
        let shown = |values: &Values| values.unfold("$RUN test ${{ matrix.target }}");
        assert_eq!(shown(&first.left_by(script, None)), ["cross test arm", "cross test x86"]);
        for is_cross in ["matrix.cross", "${{ matrix.cross == true }}", "matrix.cross == 'true'"] {
            let left = first.left_by(script, Some(is_cross));
            assert_eq!(shown(&left), ["cross test arm", "cargo test x86"], "{is_cross}");
        }
        assert_eq!(shown(&first.left_by(script, Some("!matrix.cross"))), ["cargo test arm", "cross test x86"]);
        let either = first.left_by(script, Some("runner.os == 'Windows'"));
        assert_eq!(either.unfold("$RUN test"), ["cargo test", "cross test"]);
        // What is worked out cannot be told, and what goes elsewhere changes nothing.
        assert!(first.left_by("echo RUN=$(x) >> $GITHUB_ENV", None).unfold("$RUN test").is_empty());
        assert_eq!(first.left_by("echo RUN=cross >> $GITHUB_OUTPUT", None).unfold("$RUN test"), ["cargo test"]);
    }

    #[test]
    fn variables_that_a_script_sets_are_known() {
        let commands = commands("file='a b.yml'\nother=$(x)\nA=1 run\n");
        let values = Values::default().set_by(commands.iter());
        assert_eq!(values.variable("file"), Some("a b.yml"));
        assert!(values.unfold("$other $A").is_empty());
    }
}
