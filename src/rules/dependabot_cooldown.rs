//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::finding::Safety;
use crate::model::place::Span;
use crate::model::yaml::Node;

declare_rule! {
    /// Dependabot proposes releases as soon as they are out
    ///
    /// ## Why is this bad?
    /// Most releases that somebody has tampered with are found and withdrawn within days. A project that
    /// waits a week never sees them. Security updates do not wait for the cooldown.
    ///
    /// ## Bad
    /// ```yaml
    /// version: 2
    /// updates:
    ///   - package-ecosystem: cargo
    ///     directory: /
    ///     schedule:
    ///       interval: daily
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// version: 2
    /// updates:
    ///   - package-ecosystem: cargo
    ///     directory: /
    ///     schedule:
    ///       interval: daily
    ///     cooldown:
    ///       default-days: 7
    /// ```
    ///
    /// ## How to fix
    /// Set `cooldown` with `default-days: 7` or more. A shorter one that stands there already may be
    /// wanted, and is raised by `--fix all` alone.
    "dependabot-cooldown",
    group: SupplyChain,
    since: "0.1.0",
    severity: Info,
    fixable: Safe,
    peers: { "zizmor": ["dependabot-cooldown"] },
    checks: [Update(check)],
}

/// The days that a release should be out.
const LEAST_DAYS: u32 = 7;

fn check(update: &Node, reporter: &mut Reporter<'_>) {
    // Without pull requests for new versions only security updates are left.
    let only_security = update.get("open-pull-requests-limit").and_then(Node::text).is_some_and(|limit| limit.value == "0");
    if only_security || update.entry("<<").is_some() {
        return;
    }
    let title = format!("wait for {LEAST_DAYS} days");
    let days = update.get("cooldown").and_then(|cooldown| cooldown.entry("default-days"));
    if let Some(days) = days {
        let Some(written) = days.value.text() else { return };
        if written.value.parse::<u32>().is_ok_and(|days| days < LEAST_DAYS) {
            let draft = vec![(written.span, LEAST_DAYS.to_string())];
            reporter
                .report(Span::new(days.key.span.start, written.span.end), format!("a cooldown of {} days is short", written.value))
                // Somebody chose the number, and may know why.
                .fix(Safety::Unsafe, title, Some(draft));
        }
        return;
    }
    let Some(ecosystem) = update.entry("package-ecosystem") else { return };
    let layout = reporter.layout();
    let draft = if let Some(cooldown) = update.entry("cooldown") {
        layout.add_inside(cooldown, &[&format!("default-days: {LEAST_DAYS}")])
    } else {
        let lines = ["cooldown:", &format!("  default-days: {LEAST_DAYS}")];
        update.entries().last().and_then(|last| layout.add_behind(update, last, &lines))
    };
    reporter
        .report(ecosystem.key.span, "new releases are proposed on the day that they are out")
        .help(format!("set `cooldown: {{default-days: {LEAST_DAYS}}}`"))
        .fix(Safety::Safe, title, draft);
}
