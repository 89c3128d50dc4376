//! The section `collect`.

use std::collections::BTreeMap;
use std::str::FromStr;

use super::section::Value;
use crate::model::quarantine::Quarantine;
use crate::pipeline::cost::Prices;
use crate::pipeline::rows::Steps;

/// What is collected.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Collect {
    /// Whether each step has a row.
    pub steps: Steps,
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
    /// Whether they are measured with gzip, too.
    pub gzip: bool,
    /// Whether the list of caches is read.
    pub caches: bool,
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
        "logs",
        "artifacts",
        "prices",
        "junit",
        "inputs",
        "quarantined_tests",
        "sizes",
        "gzip",
        "caches",
        "rotate",
    ]);
    let mut collect = Collect::default();
    let steps = |value: Value<'_>| Some(if value.boolean()? { Steps::Each } else { Steps::Folded });
    section.set("steps", &mut collect.steps, steps);
    section.set("logs", &mut collect.logs, Value::boolean);
    section.set("artifacts", &mut collect.artifacts, |value| Some(value.texts()));
    section.set("prices", &mut collect.prices, |value| Some(prices(value)));
    section.set("junit", &mut collect.junit, |value| Some(value.texts()));
    section.set("inputs", &mut collect.inputs, |value| Some(value.texts()));
    section.set("quarantined_tests", &mut collect.quarantine, |value| Some(Quarantine::new(value.texts())));
    section.set("sizes", &mut collect.sizes, |value| Some(sizes(value)));
    section.set("gzip", &mut collect.gzip, Value::boolean);
    section.set("caches", &mut collect.caches, Value::boolean);
    section.set("rotate", &mut collect.rotation, |value| value.word(Rotation::WORDS));
    collect
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
