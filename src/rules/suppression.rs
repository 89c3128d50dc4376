//! Comments that switch findings off: `# plimsoll: ignore[rule] why` on the finding's line or on
//! the line above it, `# plimsoll: ignore-file[rule] why` anywhere, and `# zizmor: ignore[audit]`,
//! which is understood for the rules that report the same thing.

use super::reading::Reading;
use super::{Choice, RULES, Rule, unused_suppression};
use crate::model::finding::Finding;
use crate::model::source_file::SourceFile;
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
/// our own comments that switches off nothing.
pub(super) fn apply(file: &SourceFile, reading: &Reading<'_>, choice: &Choice, findings: &mut Vec<Finding>) {
    let mut unused = Vec::new();
    for comment in &file.document.comments {
        let Some(suppression) = parse(file, comment) else { continue };
        let mut used = false;
        for finding in findings.iter_mut().filter(|finding| suppression.covers(finding)) {
            used = true;
            finding.suppressed = Some(suppression.reason.clone());
        }
        if !used && suppression.dialect == Dialect::Plimsoll {
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

    fn covers(&self, finding: &Finding) -> bool {
        let line = finding.region.start.line;
        let reaches = match self.scope {
            Scope::Line { first, last } => (first..=last).contains(&line),
            Scope::File => true,
        };
        reaches && finding.suppressed.is_none() && self.names.iter().any(|name| self.names_rule(name, finding.rule))
    }

    fn names_rule(&self, name: &str, id: &str) -> bool {
        match self.dialect {
            Dialect::Plimsoll => name == id,
            Dialect::Zizmor => {
                let rule: Option<&&Rule> = RULES.iter().find(|rule| rule.id == id);
                let peers = rule.map(|rule| rule.peers).unwrap_or_default();
                peers.iter().any(|(peer, names)| *peer == "zizmor" && names.contains(&name))
            }
        }
    }
}

fn parse(file: &SourceFile, comment: &Comment) -> Option<Suppression> {
    let text = comment.text.trim();
    let (dialect, rest) = match text.strip_prefix("plimsoll:") {
        Some(rest) => (Dialect::Plimsoll, rest),
        None => (Dialect::Zizmor, text.strip_prefix("zizmor:")?),
    };
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
