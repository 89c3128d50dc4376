//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::glob;
use crate::model::workflow::Workflow;

declare_rule! {
    /// A pattern of a path filter matches no file of the repository
    ///
    /// ## Why is this bad?
    /// The workflow never starts for what the pattern was meant for, or starts for what it was meant
    /// to leave out. A folder that was renamed or a forgotten `/**` is the usual reason.
    ///
    /// ## Bad
    /// ```yaml
    /// on:
    ///   push:
    ///     paths: [source]
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// # file: source/main.c
    /// int main(void) { return 0; }
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on:
    ///   push:
    ///     paths: [source/**]
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: make
    /// # file: source/main.c
    /// int main(void) { return 0; }
    /// ```
    ///
    /// ## How to fix
    /// Correct the pattern, or delete it. `*` stands for characters other than `/`, `**` for any, and
    /// a folder alone matches no file in it.
    "glob-matches-no-file",
    group: Events,
    since: "0.1.0",
    severity: Warning,
    confidence: Medium,
    persona: Pedantic,
    peers: { "action-validator": ["glob_not_matched"] },
    checks: [Workflow(check)],
}

fn check(workflow: &Workflow, reporter: &mut Reporter<'_>) {
    for (text, _) in glob::patterns(workflow) {
        if reporter.surroundings().unmatched.contains(&text.value) {
            reporter.report(text.span, format!("`{}` matches no file of the repository", text.value));
        }
    }
}
