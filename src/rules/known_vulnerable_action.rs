//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use crate::detectors::remote;
use crate::knowledge::advisories::{self, Advisory};
use crate::model::finding::Safety;
use crate::model::workflow::ActionReference;
use crate::model::yaml::{Draft, Text};

declare_rule! {
    /// A release of an action has a known vulnerability
    ///
    /// ## Why is this bad?
    /// GitHub's advisory database says what can be done with it, so others know it, too. A tag such as `v4`
    /// is only told where no release behind it is mended.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: actions/download-artifact@v4.1.2
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - uses: actions/download-artifact@v4.3.0
    /// ```
    ///
    /// ## How to fix
    /// Use a release in which it is mended. `--fix all` writes the first such release in place of a tag; the
    /// commit of a pinned one is to be looked up.
    "known-vulnerable-action",
    group: SupplyChain,
    since: "0.1.0",
    severity: Warning,
    fixable: Unsafe,
    peers: { "zizmor": ["known-vulnerable-actions"], "poutine": ["known_vulnerability_in_build_component"] },
    checks: [Uses(check)],
}

fn check(uses: &Text, reporter: &mut Reporter<'_>) {
    let ActionReference::Repository(reference) = ActionReference::parse(&uses.value) else { return };
    let mut found: Vec<&Advisory> = advisories::about(&reference).collect();
    if found.is_empty() {
        return;
    }
    let Some((version, confidence)) = remote::known_version(reporter.file(), uses, &reference) else { return };
    found.retain(|advisory| advisory.affects(version));
    let mended = mended(&found).zip(reference.reference.filter(|tag| *tag == version));
    for advisory in &found {
        let draft = mended.as_ref().and_then(|(release, tag)| draft(uses, tag, release, reporter));
        let title = mended.as_ref().map_or_else(String::new, |(release, _)| format!("use `{release}`"));
        reporter
            .report(uses.span, format!("`{}` {version} {}: {}", reference.name(), advisory.what, advisory.id))
            .confidence(confidence)
            .note(format!("https://github.com/advisories/{}", advisory.id))
            .help(format!("use {}", advisory.mended()))
            .fix(Safety::Unsafe, title, draft);
    }
}

/// Returns the release in which all of the advisories are mended, if they name it.
fn mended(found: &[&Advisory]) -> Option<&'static str> {
    let last = found.iter().max_by_key(|advisory| (advisory.limit, advisory.includes_limit))?;
    (!last.includes_limit).then_some(last.written_limit)
}

/// Drafts the tag of a release in place of another, spelt alike. That of a commit is not known.
fn draft(uses: &Text, tag: &str, release: &str, reporter: &Reporter<'_>) -> Option<Draft> {
    let end = uses.value.trim_end().len();
    let prefix = if tag.starts_with('v') { "v" } else { "" };
    let release = format!("{prefix}{}", release.trim_start_matches('v'));
    reporter.rewrite(uses, vec![(end.checked_sub(tag.len())?..end, release)])
}
