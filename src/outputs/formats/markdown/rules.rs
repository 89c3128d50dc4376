//! The list of rules as Markdown, for the documentation.

use super::table::{self, Align};
use crate::model::finding::{Fixable, RuleInfo};
use crate::outputs::formats::escape::{markdown, markdown_code, markdown_sentence};

/// Renders a table a group, in the order the rules are given.
pub fn render(rules: &[RuleInfo]) -> String {
    let mut out = String::new();
    for group in rules.chunk_by(|left, right| left.group == right.group) {
        let Some(first) = group.first() else { continue };
        if !out.is_empty() {
            out.push('\n');
        }
        let title = format!("## {}\n\n", markdown(first.group));
        out.push_str(&title);
        let columns = ["Rule", "What it finds", "Severity", "Persona", "Fix", "Since", "Other tools"];
        out.push_str(&table::heading(&columns.map(|column| (column, Align::Left))));
        for rule in group {
            out.push_str(&row(rule));
        }
    }
    out
}

fn row(rule: &RuleInfo) -> String {
    let online = if rule.network { " (online)" } else { "" };
    let fix = match rule.fixable {
        Fixable::No => "",
        Fixable::Safe | Fixable::Unsafe => rule.fixable.word(),
    };
    let peers = rule.peers.iter().map(|(peer, names)| {
        let names: Vec<String> = names.iter().map(|name| markdown_code(name)).collect();
        format!("{} {}", markdown(peer), names.join(", "))
    });
    let peers: Vec<String> = peers.collect();
    table::row([
        markdown_code(rule.id).as_str(),
        &format!("{}{online}", markdown_sentence(rule.summary)),
        rule.severity.word(),
        rule.persona.word(),
        fix,
        rule.since,
        &peers.join("; "),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outputs::formats::samples;

    #[test]
    fn every_group_has_a_table() {
        insta::assert_snapshot!(render(samples::RULES), @r"
        ## jobs

        | Rule | What it finds | Severity | Persona | Fix | Since | Other tools |
        | --- | --- | --- | --- | --- | --- | --- |
        | `needs-cycle` | Jobs wait for each other | error | regular |  | 0.1.0 | actionlint `job-needs` |

        ## security/supply-chain

        | Rule | What it finds | Severity | Persona | Fix | Since | Other tools |
        | --- | --- | --- | --- | --- | --- | --- |
        | `unpinned-action` | An action is not pinned to a commit (online) | warning | auditor | safe | 0.1.0 | octoscan `a`, `b`; zizmor `unpinned-uses` |
        ");
    }
}
