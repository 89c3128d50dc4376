//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::finding::Safety;
use crate::model::place::Span;
use crate::model::source_file::SourceFile;

declare_rule! {
    /// An anchor is defined but no alias refers to it
    ///
    /// ## Why is this bad?
    /// The anchor has no effect; often the alias was forgotten or misspelt.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     env: &common {CI: true}
    ///     steps:
    ///       - run: make
    ///         env: {CI: true}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     env: &common {CI: true}
    ///     steps:
    ///       - run: make
    ///         env: *common
    /// ```
    ///
    /// ## How to fix
    /// Use the anchor or delete it.
    "yaml-unused-anchor",
    group: Syntax,
    since: "0.1.0",
    severity: Warning,
    fixable: Safe,
    peers: { "actionlint": ["syntax-check"] },
    checks: [File(check)],
}

fn check(file: &SourceFile, reporter: &mut Reporter<'_>) {
    for anchor in file.document.anchors.iter().filter(|anchor| !anchor.used) {
        let Span { start, end } = anchor.span;
        let byte = |at: usize| file.text.as_bytes().get(at);
        let written = match (start.checked_sub(1).and_then(byte), byte(end)) {
            // What follows on the line moves to where the anchor stood: a mapping may begin there.
            (_, Some(b' ')) => start..end + file.text.as_bytes().iter().skip(end).take_while(|byte| **byte == b' ').count(),
            (Some(b' '), None | Some(b'\r' | b'\n')) => start - 1..end,
            _ => start..end,
        };
        // Between brackets, an anchor with nothing behind it stands for an item.
        let behind = file.text.get(end..).unwrap_or_default().trim_start();
        let is_item = behind.starts_with([',', ']', '}', ':']);
        let draft = (!is_item).then(|| vec![(written.into(), String::new())]);
        reporter
            .report(anchor.span, format!("no alias refers to the anchor `&{}`", anchor.name))
            .fix(Safety::Safe, format!("delete `&{}`", anchor.name), draft);
    }
}
