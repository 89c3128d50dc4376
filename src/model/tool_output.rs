//! What a file tells that a tool wrote: tests, measurements, and how a tool's cache did.

use std::collections::BTreeMap;

use super::test_report::TestReport;

/// What one file tells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ToolOutput {
    /// The tests it reports.
    pub tests: TestReport,
    /// The values it holds.
    pub measurements: Vec<Measurement>,
    /// The caches it tells of.
    pub caches: Vec<CacheCount>,
}

/// One named value.
#[derive(Clone, Debug, PartialEq)]
pub struct Measurement {
    /// The metric's name, such as `coverage.line`.
    pub name: String,
    /// What tells it from other values of the name.
    pub labels: BTreeMap<String, String>,
    /// The value, in full precision.
    pub value: f64,
    /// Its unit.
    pub unit: String,
    /// Which direction is better.
    pub better: Better,
}

/// Which direction of a value is better.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Better {
    /// Less is better.
    Lower,
    /// More is better.
    Higher,
    /// Nobody knows.
    #[default]
    Unknown,
}

/// How a tool's own cache did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CacheCount {
    /// The tool.
    pub tool: String,
    /// Which of its caches.
    pub cache: String,
    /// Requests that it answered.
    pub hits: Option<u64>,
    /// Requests that it did not answer.
    pub misses: Option<u64>,
    /// Its size.
    pub size_bytes: Option<u64>,
}

impl Better {
    /// Returns the word for it; empty where nobody knows.
    pub fn word(self) -> &'static str {
        match self {
            Self::Lower => "lower",
            Self::Higher => "higher",
            Self::Unknown => "",
        }
    }
}

impl Measurement {
    /// Makes a value without labels.
    pub fn new(name: impl Into<String>, value: f64, unit: impl Into<String>, better: Better) -> Self {
        Self { name: name.into(), labels: BTreeMap::new(), value, unit: unit.into(), better }
    }

    /// Adds a label; one without a value says nothing and is left out.
    #[must_use]
    pub fn labelled(mut self, label: &str, value: impl Into<String>) -> Self {
        let value = value.into();
        if !value.is_empty() {
            self.labels.insert(label.to_owned(), value);
        }
        self
    }

    /// Writes the labels as the tables hold them: `key=value`, comma-separated. What would end a value
    /// there is percent-encoded.
    pub fn written_labels(&self) -> String {
        let labels = self.labels.iter().map(|(label, value)| format!("{label}={}", encoded(value)));
        labels.collect::<Vec<_>>().join(",")
    }
}

fn encoded(value: &str) -> String {
    let mut text = String::new();
    for character in value.trim().chars() {
        match character {
            ',' => text.push_str("%2C"),
            '%' => text.push_str("%25"),
            character if character.is_control() => text.push(' '),
            character => text.push(character),
        }
    }
    text
}

impl CacheCount {
    /// Makes the count of a tool's cache.
    pub fn new(tool: &str, cache: impl Into<String>, hits: u64, misses: u64) -> Self {
        Self { tool: tool.to_owned(), cache: cache.into(), hits: Some(hits), misses: Some(misses), size_bytes: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_written_so_that_they_can_be_taken_apart() {
        let value = Measurement::new("benchmark.time", 1.0, "ns", Better::Lower)
            .labelled("name", "f(1, 2)=50%\n")
            .labelled("args", "")
            .labelled("group", "g");
        assert_eq!(value.written_labels(), "group=g,name=f(1%2C 2)=50%25");
    }
}
