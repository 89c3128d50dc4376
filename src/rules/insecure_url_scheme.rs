//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::finding::Safety;
use crate::model::place::Span;
use crate::model::yaml::Node;

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
    checks: [PreCommit(check)],
}

/// The schemes that neither encrypt nor say who answers.
const SCHEMES: &[&str] = &["http", "git", "ftp"];

fn check(root: &Node, reporter: &mut Reporter<'_>) {
    for url in root.get("repos").map(Node::items).unwrap_or_default().iter().filter_map(|hooks| hooks.get("repo")?.text()) {
        let Some((scheme, _)) = url.value.split_once("://") else { continue };
        if SCHEMES.contains(&scheme.to_ascii_lowercase().as_str()) {
            let start = reporter.inside(url, 0..scheme.len());
            let draft = vec![(Span::new(start.start, start.end), "https".to_owned())];
            reporter
                .report(url.span, format!("`{scheme}://` is not encrypted"))
                .fix(Safety::Unsafe, "use `https://`", Some(draft));
        }
    }
}
