//! The settings that were carried over, and how they stand in `plimsoll.yml`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Findings that are switched off.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Suppression {
    pub(super) rules: Vec<&'static str>,
    pub(super) path: String,
    pub(super) message: Option<String>,
    pub(super) reason: String,
}

/// The bound of a benchmark: how much worse than before it may get, in percent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Bound {
    pub(super) warn: Option<u64>,
    pub(super) fail: Option<u64>,
}

/// Settings of `plimsoll.yml`. A list that is `None` was not stated; an empty one was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Settings {
    pub(super) from: BTreeSet<String>,
    pub(super) runner_labels: Vec<String>,
    pub(super) variables: Option<Vec<String>>,
    pub(super) secrets: Option<Vec<String>>,
    pub(super) ignore: BTreeSet<&'static str>,
    pub(super) suppress: BTreeSet<Suppression>,
    pub(super) allow: Vec<String>,
    pub(super) deny: Vec<String>,
    pub(super) require: Vec<String>,
    pub(super) pin: BTreeMap<String, &'static str>,
    pub(super) benchmarks: Option<Bound>,
}

/// Writes a text so that YAML reads the same text, whatever it holds.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn list<'text>(texts: impl IntoIterator<Item = &'text str>) -> String {
    let quoted: Vec<String> = texts.into_iter().map(quoted).collect();
    format!("[{}]", quoted.join(", "))
}

fn strings(texts: &[String]) -> String {
    list(texts.iter().map(String::as_str))
}

impl Settings {
    fn known(&self) -> Vec<String> {
        let labels =
            (!self.runner_labels.is_empty()).then(|| format!("runner_labels: {}", strings(&self.runner_labels)));
        let variables = self.variables.as_ref().map(|variables| format!("variables: {}", strings(variables)));
        let secrets = self.secrets.as_ref().map(|secrets| format!("secrets: {}", strings(secrets)));
        [labels, variables, secrets].into_iter().flatten().collect()
    }

    fn uses(&self) -> Vec<String> {
        let lists = [("allow", &self.allow), ("deny", &self.deny), ("require", &self.require)];
        let lists = lists.iter().filter(|(_, names)| !names.is_empty());
        let mut lines: Vec<String> = lists.map(|(key, names)| format!("{key}: {}", strings(names))).collect();
        if !self.pin.is_empty() {
            lines.push("pin:".to_owned());
            lines.extend(self.pin.iter().map(|(pattern, how)| format!("  {}: {how}", quoted(pattern))));
        }
        lines
    }

    fn lint(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if !self.ignore.is_empty() {
            lines.push(format!("ignore: {}", list(self.ignore.iter().copied())));
        }
        if !self.suppress.is_empty() {
            lines.push("suppress:".to_owned());
        }
        for Suppression { rules, path, message, reason } in &self.suppress {
            lines.push(format!("  - rules: {}", list(rules.iter().copied())));
            lines.push(format!("    paths: [{}]", quoted(path)));
            lines.extend(message.as_ref().map(|message| format!("    message: {}", quoted(message))));
            lines.push(format!("    reason: {}", quoted(reason)));
        }
        for (key, part) in [("known", self.known()), ("uses", self.uses())] {
            if !part.is_empty() {
                lines.push(format!("{key}:"));
                lines.extend(part.into_iter().map(|line| format!("  {line}")));
            }
        }
        lines
    }
}

impl fmt::Display for Settings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from: Vec<&str> = self.from.iter().map(String::as_str).collect();
        writeln!(
            formatter,
            "# Carried over from {}. Every key is described in the reference of plimsoll.yml.",
            from.join(", ")
        )?;
        writeln!(formatter, "schema: 1")?;
        if let Some(Bound { warn, fail }) = self.benchmarks {
            let bound = |word: &str, percent: Option<u64>| percent.map(|percent| format!(", {word}: \"+{percent}%\""));
            let bounds: Vec<String> = [bound("warn", warn), bound("fail", fail)].into_iter().flatten().collect();
            let bounds = bounds.concat();
            writeln!(formatter, "\ngates:\n  - metric: benchmark.*\n    compare: {{to: base{bounds}}}")?;
        }
        let lint = self.lint();
        if !lint.is_empty() {
            writeln!(formatter, "\nlint:")?;
        }
        lint.iter().try_for_each(|line| writeln!(formatter, "  {line}"))
    }
}
