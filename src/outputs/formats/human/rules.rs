//! The list of rules for people.

use super::table::{Align, Cell, Table};
use super::text::Tone;
use crate::model::color::Color;
use crate::model::finding::{Fixable, Persona, RuleInfo};
use crate::outputs::formats::totals;

/// Renders one table with a section a group, in the order the rules are given.
pub fn render(rules: &[RuleInfo], width: usize, color: Color) -> String {
    let headings = ["Rule", "Severity", "Persona", "Fix", "What it finds"];
    let mut table = Table::new(&headings.map(|heading| (heading, Align::Left)));
    for group in rules.chunk_by(|left, right| left.group == right.group) {
        table.section(group.first().map_or("", |first| first.group));
        for rule in group {
            // Only what differs from the rule is worth a word.
            let persona = match rule.persona {
                Persona::Regular => "",
                Persona::Pedantic | Persona::Auditor => rule.persona.word(),
            };
            let fix = match rule.fixable {
                Fixable::No => "",
                Fixable::Safe | Fixable::Unsafe => rule.fixable.word(),
            };
            let severity = Cell::new(rule.severity.word(), Tone::from(rule.severity));
            let online = if rule.network { " (with --online)" } else { "" };
            table.row([
                rule.id.into(),
                severity,
                persona.into(),
                fix.into(),
                format!("{}{online}", rule.summary).into(),
            ]);
        }
    }
    let count = totals::number(rules.len(), "rule");
    format!("{}\n{count}; `plimsoll explain RULE` tells all about one\n", table.render(width, color))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outputs::formats::samples;

    #[test]
    fn rules_stand_below_their_group() {
        insta::assert_snapshot!(render(samples::RULES, 100, Color::Never), @r"
        Rule             Severity  Persona  Fix   What it finds

        jobs
        needs-cycle      error                    Jobs wait for each other

        security/supply-chain
        unpinned-action  warning   auditor  safe  An action is not pinned to a commit (with --online)

        2 rules; `plimsoll explain RULE` tells all about one
        ");
    }
}
