//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use super::unknown_property::report;
use crate::expressions::Site;
use crate::knowledge::contexts::{Context, Key};
use crate::model::workflow::{Job, Matrix};
use crate::model::yaml::{Node, Value};

declare_rule! {
    /// An expression reads a matrix key that the job's matrix does not have
    ///
    /// ## Why is this bad?
    /// The value is always empty, without any message.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   test:
    ///     strategy:
    ///       matrix:
    ///         python: ["3.12", "3.13"]
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make test
    ///         env:
    ///           VERSION: ${{ matrix.version }}
    /// ```
    ///
    /// ## How to fix
    /// Correct the name, or add the key to `strategy.matrix` or its `include`.
    "unknown-matrix-key",
    group: Expressions,
    since: "0.1.0",
    severity: Warning,
    peers: { "actionlint": ["expression"] },
    checks: [Expression(check)],
}

fn check(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    let offered = site.key.contexts().is_some_and(|offered| offered.contains(&Context::Matrix));
    let Some(job) = site.job.filter(|_| offered && site.key != Key::Strategy) else { return };
    let mut keys = None;
    for used in site.contexts.iter().filter(|used| used.is("matrix")) {
        let Some(known) = keys.get_or_insert_with(|| known_keys(job)) else { return };
        if used.name(1).is_some_and(|name| !known.iter().any(|key| key.eq_ignore_ascii_case(name))) {
            report(site, used, 1, known, reporter);
        }
    }
}

/// Returns the keys of a job's matrix, or `None` where they are computed.
fn known_keys(job: &Job) -> Option<Vec<&str>> {
    let Some(strategy) = job.node.get("strategy") else { return Some(Vec::new()) };
    if !matches!(strategy.value, Value::Mapping(_)) {
        return None;
    }
    let Some(matrix) = job.strategy.as_ref().and_then(|strategy| strategy.matrix.as_ref()) else {
        return Some(Vec::new());
    };
    let Matrix { node, rows, include, exclude: _ } = matrix;
    if !matches!(node.value, Value::Mapping(_)) {
        return None;
    }
    let mut keys: Vec<&str> = rows.iter().map(|(name, _)| name.as_str()).collect();
    if let Some(include) = include {
        keys.extend(included(include)?);
    }
    keys.iter().all(|key| !key.contains("${{")).then_some(keys)
}

fn included(include: &Node) -> Option<Vec<&str>> {
    let Value::Sequence(items) = &include.value else { return None };
    let mut keys = Vec::new();
    for item in items.iter() {
        let Value::Mapping(entries) = &item.value else { return None };
        keys.extend(entries.iter().map(|entry| entry.key.as_str()));
    }
    Some(keys)
}
