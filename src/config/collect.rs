//! The section `collect`.

use std::collections::BTreeMap;
use std::str::FromStr;

use super::section::Value;
use crate::model::encoding::Encoding;
use crate::model::quarantine::Quarantine;
use crate::pipeline::cost::Prices;
use crate::pipeline::rows::Steps;
use crate::pipeline::stages::{Rule, Rules, Stage};

/// What is collected.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Collect {
    /// Whether each step has a row.
    pub steps: Steps,
    /// What jobs and steps are for where their names do not say.
    pub stages: Rules,
    /// Whether logs are read for what caches did.
    pub logs: bool,
    /// Patterns for artifacts of the runs that are read.
    pub artifacts: Vec<String>,
    /// What minutes of runners cost that are not GitHub's standard ones.
    pub prices: Prices,
    /// Globs of `JUnit` files.
    pub junit: Vec<String>,
    /// Globs of files of any format that is known.
    pub inputs: Vec<String>,
    /// Tests whose failures are known.
    pub quarantine: Quarantine,
    /// Files whose size is kept: name, then path or glob.
    pub sizes: BTreeMap<String, String>,
    /// How they are compressed where their size is measured once more.
    pub encodings: Vec<Encoding>,
    /// Whether the list of caches is read.
    pub caches: bool,
    /// Whether deployments are read.
    pub deployments: bool,
    /// Whether merged pull requests are read.
    pub pull_requests: bool,
    /// Whether closed months get files of their own.
    pub rotation: Rotation,
}

impl Collect {
    /// Returns the files whose size is kept, as `NAME=PATH`.
    pub fn named_sizes(&self) -> Vec<String> {
        self.sizes.iter().map(|(name, path)| format!("{name}={path}")).collect()
    }
}

/// Whether closed months get files of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rotation {
    /// Rows stay in the open file.
    #[default]
    Never,
    /// Rows of the months before the current one move to `2026/03/TABLE.csv`.
    Monthly,
}

impl Rotation {
    const WORDS: &[&str] = &["never", "monthly"];
}

impl FromStr for Rotation {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        match word {
            "never" => Ok(Self::Never),
            "monthly" => Ok(Self::Monthly),
            _ => Err(()),
        }
    }
}

pub(super) fn read(value: Value<'_>) -> Collect {
    let section = value.section(&[
        "steps",
        "stages",
        "logs",
        "artifacts",
        "prices",
        "junit",
        "inputs",
        "quarantined_tests",
        "sizes",
        "encodings",
        "caches",
        "deployments",
        "pull_requests",
        "rotate",
    ]);
    let mut collect = Collect::default();
    let steps = |value: Value<'_>| Some(if value.boolean()? { Steps::Each } else { Steps::Folded });
    section.set("steps", &mut collect.steps, steps);
    section.set("stages", &mut collect.stages, |value| Some(stages(value)));
    section.set("logs", &mut collect.logs, Value::boolean);
    section.set("artifacts", &mut collect.artifacts, |value| Some(value.texts()));
    section.set("prices", &mut collect.prices, |value| Some(prices(value)));
    section.set("junit", &mut collect.junit, |value| Some(value.texts()));
    section.set("inputs", &mut collect.inputs, |value| Some(value.texts()));
    section.set("quarantined_tests", &mut collect.quarantine, |value| Some(Quarantine::new(value.texts())));
    section.set("sizes", &mut collect.sizes, |value| Some(sizes(value)));
    section.set("encodings", &mut collect.encodings, |value| Some(encodings(value)));
    section.set("caches", &mut collect.caches, Value::boolean);
    section.set("deployments", &mut collect.deployments, Value::boolean);
    section.set("pull_requests", &mut collect.pull_requests, Value::boolean);
    section.set("rotate", &mut collect.rotation, |value| value.word(Rotation::WORDS));
    collect
}

/// Reads what jobs and steps are for.
fn stages(value: Value<'_>) -> Rules {
    Rules::new(value.items().into_iter().filter_map(stage).collect())
}

fn stage(value: Value<'_>) -> Option<Rule> {
    let section = value.section(&["job", "step", "stage", "variant"]);
    let text = |key| section.get(key).and_then(Value::text);
    let (job, step, variant) = (text("job"), text("step"), text("variant"));
    if job.is_none() && step.is_none() {
        value.wrong("a rule names a job, a step, or both");
        return None;
    }
    let Some(stage) = section.get("stage") else {
        value.wrong(format!("a rule says which stage it is: {}", Stage::words().join(", ")));
        return None;
    };
    Some(Rule { job, step, stage: stage.word(&Stage::words())?, variant })
}

/// Reads the words of encodings.
fn encodings(value: Value<'_>) -> Vec<Encoding> {
    value.items().into_iter().filter_map(|item| item.word(Encoding::WORDS)).collect()
}

/// Reads labels and what a minute of their runners costs.
fn prices(value: Value<'_>) -> Prices {
    let mut prices = Prices::default();
    for (label, value) in value.entries() {
        let Some(text) = value.text() else { continue };
        match text.parse() {
            Ok(price) => prices.set(label.text(), price),
            Err(error) => value.wrong(error.to_string()),
        }
    }
    prices
}

fn sizes(value: Value<'_>) -> BTreeMap<String, String> {
    let mut sizes = BTreeMap::new();
    for (key, value) in value.entries() {
        // These characters would end the name where gates and tables write it as a label.
        if key.text().is_empty() || key.text().contains([',', '=', '{', '}']) {
            key.wrong("a name must not be empty nor hold , = { or }");
        }
        if let Some(path) = value.text() {
            sizes.insert(key.text().to_owned(), path);
        }
    }
    sizes
}
