//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use super::shellcheck::remarks;
use crate::model::remark::Checker;
use crate::model::source_file::SourceFile;

declare_rule! {
    /// Pyflakes objects to a script for Python
    ///
    /// It does so where [Pyflakes](https://pypi.org/project/pyflakes) is installed, for scripts whose
    /// shell is `python`. A name stands for every `${{ }}`, and what Pyflakes says only because of
    /// that name is left out.
    ///
    /// ## Why is this bad?
    /// A name that nothing defines, or a line that is no Python, ends the step with an error.
    ///
    /// ## Bad
    /// ```yaml
    /// - run: print(hello)
    ///   shell: python
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - run: print('hello')
    ///   shell: python
    /// ```
    ///
    /// ## How to fix
    /// Mend the script. `--pyflakes off` and `lint.pyflakes: off` do without Pyflakes.
    "pyflakes",
    group: Shell,
    since: "0.1.0",
    severity: Warning,
    peers: { "actionlint": ["pyflakes"] },
    checks: [File(check)],
}

fn check(_: &SourceFile, reporter: &mut Reporter<'_>) {
    for (script, remark) in remarks(reporter, Checker::Pyflakes) {
        let span = reporter.inside(script, remark.range.clone());
        reporter.report(span, remark.message.trim_end_matches(['.', ' '])).severity(remark.level);
    }
}
