//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::workflow::ActionReference;
use crate::model::yaml::Text;

declare_rule! {
    /// The repository does not allow this action
    ///
    /// ## Why is this bad?
    /// `plimsoll.yml` says under `lint.uses` which actions, workflows and images may be used here, or which
    /// may not.
    ///
    /// ## Bad
    /// ```yaml
    /// # uses: {deny: ["octo/*"]}
    /// - uses: octo/deploy@v1
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// # uses: {allow: ["actions/*"]}
    /// - uses: actions/checkout@v4
    /// ```
    ///
    /// ## How to fix
    /// Use another one, or allow it.
    "forbidden-uses",
    group: SupplyChain,
    since: "0.1.0",
    severity: Error,
    peers: { "zizmor": ["forbidden-uses"] },
    checks: [Uses(check)],
}

fn check(uses: &Text, reporter: &mut Reporter<'_>) {
    // The repository's own are as trustworthy as the file that uses them.
    if matches!(ActionReference::parse(&uses.value), ActionReference::Local(_) | ActionReference::SelfRepository(_)) {
        return;
    }
    let policy = &reporter.surroundings().declared.uses;
    let message = match (policy.denying(&uses.value), policy.is_allowed(&uses.value)) {
        (Some(pattern), _) => format!("`{pattern}` is denied here"),
        (None, false) => "this is none of what is allowed here".to_owned(),
        (None, true) => return,
    };
    reporter.report(uses.span, message).help("`lint.uses` in plimsoll.yml says what is allowed");
}
