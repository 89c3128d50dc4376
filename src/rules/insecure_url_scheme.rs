//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::finding::Safety;
use crate::model::yaml::Text;

declare_rule! {
    /// Hooks of pre-commit come over a connection that nobody has secured
    ///
    /// ## Why is this bad?
    /// Whoever is between can send other code, which then runs on every machine that commits.
    ///
    /// ## Bad
    /// ```yaml
    /// repos:
    ///   - repo: http://github.com/pre-commit/pre-commit-hooks
    ///     rev: v6.0.0
    ///     hooks:
    ///       - id: trailing-whitespace
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// repos:
    ///   - repo: https://github.com/pre-commit/pre-commit-hooks
    ///     rev: v6.0.0
    ///     hooks:
    ///       - id: trailing-whitespace
    /// ```
    ///
    /// ## How to fix
    /// Use `https://` or SSH.
    "insecure-url-scheme",
    group: SupplyChain,
    since: "0.1.0",
    severity: Warning,
    fixable: Unsafe,
    peers: { "zizmor": ["insecure-url-scheme"] },
    checks: [Hooks(check)],
}

/// The schemes that neither encrypt nor say who answers.
const SCHEMES: &[&str] = &["http", "git", "ftp"];

fn check(address: &Text, reporter: &mut Reporter<'_>) {
    let Some((scheme, _)) = address.value.split_once("://") else { return };
    if SCHEMES.contains(&scheme.to_ascii_lowercase().as_str()) {
        let draft = vec![(reporter.inside(address, 0..scheme.len()), "https".to_owned())];
        reporter
            .report(address.span, format!("`{scheme}://` is not encrypted"))
            .fix(Safety::Unsafe, "use `https://`", Some(draft));
    }
}
