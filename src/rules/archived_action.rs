//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::knowledge::actions;
use crate::model::workflow::ActionReference;
use crate::model::yaml::Text;

declare_rule! {
    /// An action's repository is archived
    ///
    /// ## Why is this bad?
    /// Nobody mends its defects or moves it to newer runtimes: one day GitHub stops running it.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: actions-rs/toolchain@v1
    /// ```
    ///
    /// ## How to fix
    /// Use the successor, or a command in a script.
    "archived-action",
    group: SupplyChain,
    since: "0.1.0",
    severity: Warning,
    peers: { "zizmor": ["archived-uses"] },
    checks: [Uses(check), Hooks(check_hooks)],
}

/// Hooks of pre-commit are repositories, too.
fn check_hooks(address: &Text, reporter: &mut Reporter<'_>) {
    let Some(repository) = address.value.strip_prefix("https://github.com/") else { return };
    let repository = repository.trim_end_matches('/').trim_end_matches(".git");
    if let Some((owner, name)) = repository.split_once('/') {
        check_repository(address, owner, name, reporter);
    }
}

fn check(uses: &Text, reporter: &mut Reporter<'_>) {
    let ActionReference::Repository(reference) = ActionReference::parse(&uses.value) else { return };
    check_repository(uses, reference.owner, reference.repository, reporter);
}

fn check_repository(written: &Text, owner: &str, name: &str, reporter: &mut Reporter<'_>) {
    let Some(successor) = actions::archived(owner, name) else { return };
    let report = reporter.report(written.span, format!("the repository `{owner}/{name}` is archived"));
    if !successor.is_empty() {
        report.help(format!("use {successor}"));
    }
}
