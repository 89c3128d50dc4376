//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::finding::Safety;
use crate::model::workflow::ActionReference;
use crate::model::yaml::Text;

declare_rule! {
    /// The path of an action is written in a roundabout way
    ///
    /// ## Why is this bad?
    /// `//`, `./` and `..` inside a path make it hard to see, for people and for tools, which action
    /// is used.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: actions/cache/save/../restore@v4
    ///   with: {path: target, key: target}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - uses: actions/cache/restore@v4
    ///   with: {path: target, key: target}
    /// ```
    ///
    /// ## How to fix
    /// Write the path as it is.
    "obfuscated-uses-path",
    group: SupplyChain,
    since: "0.1.0",
    severity: Warning,
    fixable: Safe,
    peers: { "zizmor": ["obfuscation"] },
    checks: [Uses(check)],
}

fn check(uses: &Text, reporter: &mut Reporter<'_>) {
    let ActionReference::Repository(reference) = ActionReference::parse(&uses.value) else { return };
    let odd = |part: &str| matches!(part, "" | "." | "..");
    if !reference.path.is_empty() && reference.path.split('/').any(odd) {
        // The path with its slash stands behind the names of owner and repository.
        let start = uses.value.find(reference.owner).unwrap_or_default();
        let start = start + reference.owner.len() + 1 + reference.repository.len();
        let range = start..start + 1 + reference.path.len();
        let draft = straight(reference.path).and_then(|path| reporter.rewrite(uses, vec![(range, path)]));
        reporter
            .report(uses.span, format!("the path `{}` is written in a roundabout way", reference.path))
            .help("write the path without `//`, `./` and `..`")
            .fix(Safety::Safe, "write the path as it is", draft);
    }
}

/// Walks along a path; nothing where it leaves the repository.
fn straight(path: &str) -> Option<String> {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    Some(parts.iter().flat_map(|part| ["/", part]).collect())
}
