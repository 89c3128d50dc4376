//! Comments that switch findings off: `# plimsoll: ignore[rule] why` on the finding's line or on
//! the line above it, `# plimsoll: ignore-file[rule] why` anywhere, and `# zizmor: ignore[audit]`,
//! which is understood for the rules that report the same thing.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use super::reading::Reading;
use super::{Choice, RULES, Rule, unused_suppression};
use crate::detectors::remote::remote_uses;
use crate::model::finding::Finding;
use crate::model::source_file::SourceFile;
use crate::model::surroundings::Surroundings;
use crate::model::yaml::Comment;

/// A suppression comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Suppression {
    /// The rules named, as written.
    names: Vec<String>,
    /// The reason given.
    reason: String,
    /// Which names count: ours or zizmor's.
    dialect: Dialect,
    /// How far it reaches.
    scope: Scope,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dialect {
    Plimsoll,
    Zizmor,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    /// The line of the comment and, where the comment stands alone, the next line.
    Line {
        first: usize,
        last: usize,
    },
    File,
}

/// Marks the findings that a comment in the file switches off, and adds a finding for each of
/// our own comments that switches off nothing. The findings come in order of their place.
pub(super) fn apply<'file>(
    file: &'file SourceFile,
    reading: &'file Reading<'file>,
    choice: &Choice,
    findings: &mut Vec<Finding>,
) {
    let mut unused = Vec::new();
    let answered = LazyCell::new(|| is_answered(file, reading.surroundings));
    let mut by_rule: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate() {
        by_rule.entry(finding.rule).or_default().push(at);
    }
    for comment in &file.document.comments {
        let Some(suppression) = parse(file, comment) else { continue };
        let rules = suppression.rules();
        let used = match suppression.scope {
            Scope::Line { first, last } => {
                let from = findings.partition_point(|finding| finding.region.start.line < first);
                let to = findings.partition_point(|finding| finding.region.start.line <= last);
                let reached = findings.get_mut(from..to).unwrap_or_default().iter_mut();
                suppression.mark(reached.filter(|finding| rules.contains(finding.rule)))
            }
            Scope::File => {
                // What is switched off for the whole file need not be looked at again.
                let reached = rules.into_iter().filter_map(|rule| by_rule.remove(rule)).flatten();
                let marked = reached.filter(|at| suppression.mark(findings.get_mut(*at).into_iter()));
                marked.count() > 0
            }
        };
        let is_judged = || !suppression.asks() || suppression.unknown_name().is_some() || *answered;
        if !used && suppression.dialect == Dialect::Plimsoll && is_judged() {
            unused.push((comment, suppression));
        }
    }
    // A narrowed choice of rules leaves suppressions unused that are needed otherwise.
    if choice.select.is_empty() && choice.ignore.is_empty() {
        findings.extend(unused_suppression::findings(file, reading, &unused, choice));
    }
}

impl Suppression {
    /// Returns the rules named, for a message.
    pub(super) fn names(&self) -> String {
        self.names.join(", ")
    }

    /// Returns the first name that is no rule's id.
    pub(super) fn unknown_name(&self) -> Option<&str> {
        let known = |name: &String| RULES.iter().any(|rule| rule.id == name);
        self.names.iter().find(|name| !known(name)).map(String::as_str)
    }

    /// Tells whether one of its rules asks GitHub.
    fn asks(&self) -> bool {
        self.names.iter().any(|name| RULES.iter().any(|rule| rule.network && rule.id == name))
    }

    /// Switches findings off that are not yet; tells whether there was any.
    fn mark<'findings>(&self, findings: impl Iterator<Item = &'findings mut Finding>) -> bool {
        let mut used = false;
        for finding in findings.filter(|finding| finding.suppressed.is_none()) {
            finding.suppressed = Some(self.reason.clone());
            used = true;
        }
        used
    }

    /// Returns the ids of the rules that are named.
    fn rules(&self) -> BTreeSet<&'static str> {
        let is_named = |rule: &&&Rule| self.names.iter().any(|name| self.names_rule(name, rule));
        RULES.iter().filter(is_named).map(|rule| rule.id).collect()
    }

    fn names_rule(&self, name: &str, rule: &Rule) -> bool {
        match self.dialect {
            Dialect::Plimsoll => name == rule.id,
            Dialect::Zizmor => rule.peers.iter().any(|(peer, names)| *peer == "zizmor" && names.contains(&name)),
        }
    }
}

/// Tells whether GitHub answered all that the file's rules wanted to know: where it did not, they
/// have nothing to say, and a comment for them may be needed the next time.
fn is_answered(file: &SourceFile, surroundings: &Surroundings) -> bool {
    surroundings.remote.as_ref().is_some_and(|remote| {
        remote_uses(file).iter().all(|found| {
            let claimed = found.claim.as_ref().is_none_or(|claim| remote.is_checked(&claim.remote));
            claimed && remote.is_checked(&found.remote)
        })
    })
}

fn parse(file: &SourceFile, comment: &Comment) -> Option<Suppression> {
    let (dialect, rest) = addressed(&comment.text)?;
    let rest = rest.trim().strip_prefix("ignore")?;
    let (whole_file, rest) = match rest.strip_prefix("-file") {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let (names, reason) = rest.strip_prefix('[')?.split_once(']')?;
    let names: Vec<String> =
        names.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
    let line = file.lines.position(&file.text, comment.span.start).line;
    let alone = file.lines.line(&file.text, line).trim_start().starts_with('#');
    let last = if alone { line + 1 } else { line };
    let scope = if whole_file { Scope::File } else { Scope::Line { first: line, last } };
    let reason = reason.trim().trim_start_matches(['-', ':']).trim();
    Some(Suppression { names, reason: reason.to_owned(), dialect, scope })
}

/// Returns what a comment says to us, or to zizmor: from its beginning, or behind another `#`, as in
/// `# v4.2.2 # plimsoll: …`.
fn addressed(comment: &str) -> Option<(Dialect, &str)> {
    let behind = comment.match_indices('#').filter_map(|(at, _)| comment.get(at + 1..));
    std::iter::once(comment).chain(behind).map(str::trim_start).find_map(|part| {
        let ours = part.strip_prefix("plimsoll:").map(|rest| (Dialect::Plimsoll, rest));
        ours.or_else(|| Some((Dialect::Zizmor, part.strip_prefix("zizmor:")?)))
    })
}
