//! See the rule's documentation below.

use crate::detectors::limits;
use crate::expressions::Site;
use crate::model::source_file::SourceFile;
use crate::model::workflow::{Concurrency, Job, Workflow};
use super::declare_rule;
use super::reporter::Reporter;

declare_rule! {
    /// A file is larger than GitHub reads
    ///
    /// ## Why is this bad?
    /// GitHub refuses a workflow of more than 1,048,576 characters, of more than 50,000 YAML nodes with its
    /// aliases unfolded, or nested more than 50 levels deep, a concurrency group of more than 400
    /// characters, and a text with expressions that makes more than 21,000: GitHub turns all of it into
    /// one expression, a script as well.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     strategy:
    ///       matrix:
    ///         deep: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// ```
    ///
    /// ## How to fix
    /// Move jobs to reusable workflows, and scripts and data to files of the repository.
    "workflow-limits-exceeded",
    group: Syntax,
    since: "0.1.0",
    severity: Error,
    peers: { "github": ["parser"] },
    checks: [File(check), Workflow(check_workflow), Job(check_job), Expression(check_text)],
}

/// The longest expression, in UTF-16 units.
const LONGEST_EXPRESSION: usize = 21_000;

/// The longest name of a concurrency group, in UTF-16 units.
const LONGEST_GROUP: usize = 400;

fn check(file: &SourceFile, reporter: &mut Reporter<'_>) {
    if file.workflow().is_some() {
        for (place, message) in limits::exceeded(file) {
            reporter.report(place, message);
        }
    }
}

fn check_text(site: &Site<'_>, reporter: &mut Reporter<'_>) {
    let (text, value) = (site.text, site.text.value.as_str());
    // Quotes and braces are doubled, so what is shorter than half cannot be too long.
    if site.is_key || value.len() <= LONGEST_EXPRESSION / 2 || site.outer == (0..value.len()) {
        return;
    }
    let is_first = reporter.sites_in(text).next().is_some_and(|first| first.outer == site.outer);
    if !is_first {
        return;
    }
    let fences: Vec<_> = reporter.sites_in(text).map(|site| (site.outer.clone(), site.range.clone())).collect();
    if limits::formatted(value, &fences) > LONGEST_EXPRESSION {
        reporter
            .report(text.span, format!("with its expressions this text is longer than the {LONGEST_EXPRESSION} characters that GitHub takes"))
            .help("give the values in `env`, so that the script needs no expression, or move it to a file");
    }
}

fn check_workflow(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    check_group(workflow.concurrency.as_ref(), reporter);
}

fn check_job(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    check_group(job.concurrency.as_ref(), reporter);
}

fn check_group(concurrency: Option<&Concurrency>, reporter: &mut Reporter<'_>) {
    let group = concurrency.and_then(|concurrency| concurrency.group.as_ref());
    let too_long = group.filter(|group| !group.has_expression() && group.value.encode_utf16().count() > LONGEST_GROUP);
    if let Some(group) = too_long {
        let message = format!("the name of this concurrency group is longer than {LONGEST_GROUP} characters");
        reporter.report(group.span, message);
    }
}
