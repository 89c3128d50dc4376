//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use super::StepPlace;

declare_rule! {
    /// Python packages are installed outside any environment
    ///
    /// ## Why is this bad?
    /// The input `pip-install` of `actions/setup-python` installs into the runner's Python, where
    /// packages of the runner and of the project get mixed.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: actions/setup-python@v6
    ///   with:
    ///     pip-install: -r requirements.txt
    /// ```
    ///
    /// ## How to fix
    /// Install into a virtual environment in a script.
    "pip-install-input",
    group: SupplyChain,
    since: "0.1.0",
    severity: Info,
    peers: { "zizmor": ["misfeature"] },
    checks: [Step(check)],
}

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    if let Some(input) = place.step.input("pip-install").filter(|_| place.step.is_action("actions/setup-python")) {
        reporter.report(input.span, "this installs into the runner's own Python").help("use a virtual environment");
    }
}
