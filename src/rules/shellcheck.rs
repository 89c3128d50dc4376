//! See the rule's documentation below.

use std::collections::BTreeMap;

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::finding::{Confidence, Severity};
use crate::model::place::Span;
use crate::model::remark::{Checker, Remark};
use crate::model::source_file::SourceFile;
use crate::model::yaml::Text;

declare_rule! {
    /// ShellCheck objects to a script for bash or sh
    ///
    /// It does so where [ShellCheck](https://www.shellcheck.net) is installed. It is told the shell
    /// that runs the script and the options that GitHub gives it; text stands for every `${{ }}`,
    /// and what ShellCheck says only because of that text is left out, as is what it cannot know:
    /// variables from outside of the script (SC2153, SC2154) and sourced files (SC1090, SC1091).
    ///
    /// ## Why is this bad?
    /// A word that splits, a test that compares nothing, a quote that is never closed: the script
    /// fails or, worse, does something else than it says.
    ///
    /// ## Bad
    /// ```yaml
    /// - run: cp $SOURCE target
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - run: cp "$SOURCE" target
    /// ```
    ///
    /// ## How to fix
    /// Follow the link in the finding. `# shellcheck disable=SC2086` in the script turns a check off
    /// for the next command or, on top of the script, for all of it; `--shellcheck off` and
    /// `lint.shellcheck: off` do without ShellCheck.
    "shellcheck",
    group: Shell,
    since: "0.1.0",
    severity: Warning,
    confidence: Medium,
    peers: { "actionlint": ["shellcheck"] },
    checks: [File(check)],
}

/// What ShellCheck calls an error although the script runs, and often does what it should: words that
/// split (2068, 2145, 2199), a glob where one file is expected (2144), a status outside of 0 to 255
/// (2151, 2152, 2241, 2242), a condition that never changes (2157, 2159, 2160), a signal that cannot be
/// caught (2173), and words that `printf` ignores (2182).
const NOT_FATAL: &[u32] = &[2068, 2144, 2145, 2151, 2152, 2157, 2159, 2160, 2173, 2182, 2199, 2241, 2242];

fn check(_: &SourceFile, reporter: &mut Reporter<'_>) {
    for (script, remark) in remarks(reporter, Checker::ShellCheck) {
        let span = reporter.inside(script, remark.range.clone());
        let code = remark.code.unwrap_or_default();
        let message = remark.message.trim_end_matches(['.', ' ']);
        let fatal = !NOT_FATAL.contains(&code);
        let severity = if remark.level == Severity::Error && !fatal { Severity::Warning } else { remark.level };
        let confidence = if severity == Severity::Error { Confidence::High } else { Confidence::Medium };
        reporter
            .report(span, format!("SC{code:04}: {message}"))
            .note(format!("https://www.shellcheck.net/wiki/SC{code:04}"))
            .severity(severity)
            .confidence(confidence);
    }
}

/// Lists what a checker says, each with the script it is about.
pub(super) fn remarks<'file>(
    reporter: &Reporter<'file>,
    checker: Checker,
) -> Vec<(&'file Text, &'file Remark)> {
    let scripts = reporter.steps().iter().filter_map(|place| place.step.script());
    let scripts: BTreeMap<Span, &Text> = scripts.map(|script| (script.text.span, &script.text)).collect();
    let remarks = reporter.surroundings().remarks.iter().filter(|remark| remark.checker == checker);
    remarks.filter_map(|remark| Some((*scripts.get(&remark.script)?, remark))).collect()
}
