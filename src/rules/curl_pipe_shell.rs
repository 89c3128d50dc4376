//! See the rule's documentation below.

use super::reporter::Reporter;
use super::{StepPlace, declare_rule};
use crate::detectors::program::unseen_scripts;

declare_rule! {
    /// A downloaded script is run without a look at it
    ///
    /// ## Why is this bad?
    /// Whoever can change what the address serves runs code in the job; a broken download runs half a
    /// script.
    ///
    /// ## Bad
    /// ```yaml
    /// - run: curl -sSf https://example.com/install.sh | sh
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - run: |
    ///     curl -sSfO https://example.com/releases/1.2.3/tool.tar.gz
    ///     echo "$SHA256  tool.tar.gz" | sha256sum --check
    /// ```
    ///
    /// ## How to fix
    /// Download a version, and check its hash before it runs.
    "curl-pipe-shell",
    group: SupplyChain,
    since: "0.1.0",
    severity: Info,
    peers: { "poutine": ["unverified_script_exec"], "scorecard": ["Pinned-Dependencies"] },
    checks: [Step(check)],
}

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let Some(script) = place.step.script() else { return };
    let commands = reporter.commands(&script.text);
    for range in unseen_scripts(&commands) {
        let span = reporter.inside(&script.text, range);
        reporter
            .report(span, "a downloaded script is run without a look at it")
            .help("download a version, and check its hash before it runs");
    }
}
