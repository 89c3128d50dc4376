//! What a gate looks at: `build.duration_s`, `benchmark.*`, `lint.findings{severity=error}`.

use std::fmt;

use crate::model::pattern::matches;
use crate::model::suggest::did_you_mean;

use super::TextError;
use super::metric::{Derive, Metric};
use super::metrics::{CATEGORIES, METRICS, OWN};

/// A metric's name, in which `*` stands for anything, and what its labels must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    /// The name as written.
    pub name: String,
    /// The conditions, sorted.
    pub labels: Vec<LabelMatch>,
}

/// A condition on one label.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LabelMatch {
    /// The label.
    pub label: String,
    /// What its value must be, or must not be; `*` stands for anything.
    pub pattern: String,
    /// Whether the pattern must match.
    pub wanted: Wanted,
}

/// Whether a pattern must match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wanted {
    /// `=`: it must.
    Equal,
    /// `!=`: it must not.
    Different,
}

impl Selector {
    /// Reads a selector and finds the metrics it names.
    ///
    /// # Errors
    /// The text is malformed, or names a metric or a label that nobody knows.
    pub fn parse(text: &str) -> Result<(Self, Vec<&'static Metric>), TextError> {
        let blanks = text.len() - text.trim_start().len();
        let written = text.trim();
        let (name, rest) = written.split_once('{').map_or((written, None), |(name, rest)| (name, Some(rest)));
        let name = name.trim_end();
        let metrics = resolve(name).map_err(|message| TextError::new(blanks, message))?;
        let mut labels = Vec::new();
        if let Some(rest) = rest {
            let before = blanks + written.len() - rest.len();
            let inner = rest.strip_suffix('}').ok_or_else(|| {
                TextError::new(blanks + written.len(), "labels end with `}`, as in `lint.findings{severity=error}`")
            })?;
            labels = conditions(inner, before, &metrics)?;
            labels.sort();
        }
        Ok((Self { name: name.to_owned(), labels }, metrics))
    }

    /// Tells whether a series with this name is meant.
    pub fn names(&self, name: &str) -> bool {
        matches(&self.name, name)
    }

    /// Tells whether all conditions hold; `value` gives a label's value, empty where it has none.
    pub fn selects<'row>(&self, value: impl Fn(&str) -> &'row str) -> bool {
        self.labels.iter().all(|condition| {
            matches(&condition.pattern, value(&condition.label)) == (condition.wanted == Wanted::Equal)
        })
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.name)?;
        for (at, condition) in self.labels.iter().enumerate() {
            let sign = if condition.wanted == Wanted::Equal { "=" } else { "!=" };
            let open = if at == 0 { '{' } else { ',' };
            write!(formatter, "{open}{}{sign}{}", condition.label, condition.pattern)?;
        }
        if self.labels.is_empty() { Ok(()) } else { formatter.write_str("}") }
    }
}

fn resolve(name: &str) -> Result<Vec<&'static Metric>, String> {
    if name.is_empty() {
        return Err("a metric was expected, such as `build.duration_s`".to_owned());
    }
    if let Some(metric) = METRICS.iter().find(|metric| metric.name == name) {
        return Ok(vec![metric]);
    }
    let family = METRICS
        .iter()
        .find(|metric| metric.family().is_some_and(|start| name.len() > start.len() && name.starts_with(start)));
    if let Some(metric) = family {
        return known_member(metric, name).map(|()| vec![metric]);
    }
    let covered: Vec<&Metric> =
        METRICS.iter().filter(|metric| name.contains('*') && matches(name, metric.name)).collect();
    if !covered.is_empty() {
        return Ok(covered);
    }
    // What is nearly a known name is a slip; anything else may be a measurement of one's own, which
    // only the tables know.
    let meant = did_you_mean(name, METRICS.iter().map(|metric| metric.name));
    if !meant.is_empty() || name.contains(|character: char| character.is_whitespace() || character.is_control()) {
        return Err(format!("there is no metric `{name}`{meant}"));
    }
    Ok(vec![&OWN])
}

/// Checks a member of a family whose members are all known.
fn known_member(metric: &Metric, name: &str) -> Result<(), String> {
    let start = metric.family().unwrap_or_default();
    if !matches!(metric.derive, Derive::Category) || name.contains('*') {
        return Ok(());
    }
    let member = name.strip_prefix(start).unwrap_or(name);
    if CATEGORIES.contains(&member.replace('_', "-").as_str()) {
        return Ok(());
    }
    let known = CATEGORIES.iter().copied().chain(["overall", "gaps"]);
    let meant = did_you_mean(member, known.clone());
    let listed = format!("; known are {}", known.collect::<Vec<_>>().join(", "));
    Err(format!("`{start}` has no `{member}`{}", if meant.is_empty() { listed } else { meant }))
}

fn conditions(inner: &str, before: usize, metrics: &[&'static Metric]) -> Result<Vec<LabelMatch>, TextError> {
    let mut found = Vec::new();
    let mut at = before;
    for condition in inner.split(',') {
        let place = at + condition.len() - condition.trim_start().len();
        at += condition.len() + 1;
        let Some((label, pattern)) = condition.split_once('=') else {
            return Err(TextError::new(place, "a label and its value were expected, as in `{severity=error}`"));
        };
        let (label, wanted) = match label.strip_suffix('!') {
            Some(label) => (label, Wanted::Different),
            None => (label, Wanted::Equal),
        };
        let label = label.trim();
        if !metrics.iter().any(|metric| metric.has_label(label)) {
            return Err(TextError::new(place, unknown_label(label, metrics)));
        }
        let pattern = pattern.trim().trim_matches('"');
        found.push(LabelMatch { label: label.to_owned(), pattern: pattern.to_owned(), wanted });
    }
    Ok(found)
}

fn unknown_label(label: &str, metrics: &[&'static Metric]) -> String {
    let known: Vec<&str> = metrics.iter().flat_map(|metric| metric.known_labels()).collect();
    let name = metrics.first().map_or("the metric", |metric| metric.name);
    if known.is_empty() {
        return format!("`{name}` has no labels");
    }
    let meant = did_you_mean(label, known.iter().copied());
    let listed = format!("; known are {}", known.join(", "));
    format!("`{name}` has no label `{label}`{}", if meant.is_empty() { listed } else { meant })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> (String, Vec<&'static str>) {
        let (selector, metrics) = Selector::parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
        (selector.to_string(), metrics.iter().map(|metric| metric.name).collect())
    }

    #[test]
    fn selectors_name_metrics_and_labels() {
        for (text, shown, metrics) in [
            ("build.duration_s", "build.duration_s", vec!["build.duration_s"]),
            ("lint.findings{severity=error}", "lint.findings{severity=error}", vec!["lint.findings"]),
            (
                "lint.findings { severity = error , group!=\"syn*\" }",
                "lint.findings{group!=syn*,severity=error}",
                vec!["lint.findings"],
            ),
            ("benchmark.*", "benchmark.*", vec!["benchmark.*"]),
            ("benchmark.parse/large", "benchmark.parse/large", vec!["benchmark.*"]),
            ("score.overall", "score.overall", vec!["score.overall"]),
            ("score.ci-pipeline", "score.ci-pipeline", vec!["score.*"]),
            ("score.*", "score.*", vec!["score.*"]),
            ("coverage.*", "coverage.*", vec!["coverage.line", "coverage.branch"]),
            ("size.bytes{name=*.wasm}", "size.bytes{name=*.wasm}", vec!["size.bytes"]),
            ("bundle.gzip{route=home}", "bundle.gzip{route=home}", vec!["*"]),
        ] {
            assert_eq!(parsed(text), (shown.to_owned(), metrics), "{text}");
        }
    }

    #[test]
    fn what_nobody_knows_is_placed_with_a_suggestion() {
        for (text, at, words) in [
            ("build.durations", 0, "did you mean `build.duration_s`?"),
            (" coverage.lines", 1, "did you mean `coverage.line`?"),
            ("non sense", 0, "there is no metric `non sense`"),
            ("score.securty", 0, "did you mean `security`?"),
            ("lint.findings{severty=error}", 14, "did you mean `severity`?"),
            ("lint.findings{severity=error, nothing_of_it=b}", 30, "known are severity, group"),
            ("lint.findings{severity}", 14, "a label and its value"),
            ("lint.findings{severity=error", 28, "labels end with `}`"),
            ("", 0, "a metric was expected"),
        ] {
            let error = Selector::parse(text).unwrap_err();
            assert!(error.at == at && error.message.contains(words), "{text}: {error:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn reading_never_panics(text in "[a-z.*{}=!,_ \"ü]{0,40}") {
            if let Err(error) = Selector::parse(&text) {
                assert!(error.at <= text.len());
            }
        }
    }
}
