//! See the rule's documentation below.

use std::collections::BTreeMap;
use crate::detectors::artifacts::{self, Upload};
use crate::detectors::matrix;
use crate::model::workflow::{Job, Workflow};
use crate::model::yaml::Node;
use super::declare_rule;
use super::reporter::Reporter;

declare_rule! {
    /// A run uploads two artifacts of one name
    ///
    /// ## Why is this bad?
    /// Since version 4 `actions/upload-artifact` takes each name once in a run: the second upload fails. All
    /// jobs of a matrix are in one run, so their names must differ.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     strategy:
    ///       matrix:
    ///         os: [ubuntu-latest, windows-latest]
    ///     runs-on: ${{ matrix.os }}
    ///     steps:
    ///       - run: make
    ///       - uses: actions/upload-artifact@v6
    ///         with:
    ///           name: program
    ///           path: out
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     strategy:
    ///       matrix:
    ///         os: [ubuntu-latest, windows-latest]
    ///     runs-on: ${{ matrix.os }}
    ///     steps:
    ///       - run: make
    ///       - uses: actions/upload-artifact@v6
    ///         with:
    ///           name: program-${{ matrix.os }}
    ///           path: out
    /// ```
    ///
    /// ## How to fix
    /// Give each artifact a name of its own: put the values of the matrix into it. Where the later one is to
    /// replace the earlier, set `overwrite: true`.
    "duplicate-artifact-name",
    group: Actions,
    since: "0.1.0",
    severity: Error,
    checks: [Workflow(check)],
}

/// The name of an artifact that is given none.
const DEFAULT: &str = "artifact";

fn check(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    let mut first: BTreeMap<&str, Upload<'_>> = BTreeMap::new();
    for upload in artifacts::certain(workflow, &reporter.file().text) {
        let Some(keys) = matrix_keys(&upload, reporter) else { continue };
        let name = upload.name.map_or(DEFAULT, |name| name.as_str());
        if let Some(missing) = shared(upload.job, &keys) {
            reporter
                .report(upload.place, format!("several jobs of the matrix upload an artifact called `{name}`"))
                .note("since version 4 each name is taken once in a run")
                .help(format!("put {missing} into the name"));
        } else if let Some(earlier) = first.get(name).filter(|earlier| same_job(earlier, &upload) || keys.is_empty()) {
            reporter
                .report(upload.place, format!("an artifact called `{name}` is uploaded already"))
                .related(earlier.place, "it is uploaded here first")
                .note("since version 4 each name is taken once in a run");
        }
        first.entry(name).or_insert(upload);
    }
}

fn same_job(left: &Upload<'_>, right: &Upload<'_>) -> bool {
    left.job.id.span == right.job.id.span
}

/// Returns the keys of the matrix that tell a name from those of the other jobs, or nothing for a
/// name that may be told by something else.
fn matrix_keys(upload: &Upload<'_>, reporter: &Reporter<'_>) -> Option<Vec<String>> {
    let mut keys = Vec::new();
    let Some(name) = upload.name else { return Some(keys) };
    for context in reporter.sites_in(name).flat_map(|site| &site.contexts) {
        match (context.root().to_ascii_lowercase().as_str(), context.name(1)) {
            ("matrix", Some(key)) => keys.push(key.to_ascii_lowercase()),
            ("github", Some(key)) if !matches!(key, "job" | "action") => {}
            ("inputs" | "vars" | "secrets", Some(_)) => {}
            _ => return None,
        }
    }
    let is_readable = reporter.sites_in(name).all(|site| site.parsed.is_ok());
    is_readable.then_some(keys)
}

/// Says which values of the matrix would tell the artifacts of a job's combinations apart, if the keys
/// that their name has do not.
fn shared(job: &Job, keys: &[String]) -> Option<String> {
    let matrix = job.strategy.as_ref().and_then(|strategy| strategy.matrix.as_ref())?;
    if matrix::is_dynamic(&matrix.node) || matrix.exclude.is_some() {
        return None;
    }
    let has = |key: &str| keys.iter().any(|known| known.eq_ignore_ascii_case(key));
    let is_row = |key: &String| matrix.rows.iter().any(|(name, _)| name.value.eq_ignore_ascii_case(key));
    if matrix.rows.is_empty() {
        let included = matrix.include.as_ref().map(Node::items).unwrap_or_default();
        let told = |item: &Node| keys.iter().map(|key| item.get(key).map(matrix::render)).collect::<Vec<_>>();
        let mut names: Vec<_> = included.iter().map(told).collect();
        names.sort();
        return names.windows(2).any(|pair| matches!(pair, [one, other] if one == other)).then(|| {
            "what tells its entries apart".to_owned()
        });
    }
    // What is included can tell every value of a row.
    if !keys.iter().all(is_row) {
        return None;
    }
    let several = |row: &Node| {
        let mut values: Vec<String> = row.items().iter().map(matrix::render).collect();
        values.sort();
        values.dedup();
        values.len() > 1
    };
    let missing = matrix.rows.iter().find(|(name, row)| !has(&name.value) && several(row));
    missing.map(|(name, _)| format!("`${{{{ matrix.{} }}}}`", name.value))
}
