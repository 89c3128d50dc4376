//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use super::unknown_property::{FALLBACK, report};
use crate::expressions::Site;
use crate::knowledge::contexts::{Context, Key};
use crate::model::finding::Severity;
use crate::model::suggest::{MOST_NAMES, closest};

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
    /// Correct the name, or add the key to `strategy.matrix` or its `include`. Where another value stands behind `||`, it is
    /// a notice, unless the name is nearly one of the matrix.
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
    let Some(names) = reporter.names().of_job(job) else { return };
    for used in site.contexts.iter().filter(|used| used.is("matrix")) {
        if used.name(1).is_none_or(|name| names.may_have_matrix_key(name)) {
            continue;
        }
        let known: Vec<&str> = names.matrix_keys().into_iter().flatten().take(MOST_NAMES).map(String::as_str).collect();
        let is_near = closest(used.name(1).unwrap_or_default(), known.iter().copied()).is_some();
        let report = report(site, used, 1, &known, reporter);
        // A workflow that is copied from another may ask for more than its own matrix has.
        if used.has_fallback && !is_near {
            report.severity(Severity::Info).note(FALLBACK);
        }
    }
}
