//! All about one rule, for people: its data, then its documentation laid out for a terminal.

use super::table::{Align, Cell, Table};
use super::text::{Tone, flat, paint, wrap};
use crate::model::color::Color;
use crate::model::finding::{Fixable, RuleInfo};

/// Text is easiest to read at no more than so many columns.
const WIDEST: usize = 88;

/// Renders the rule's id and summary, a table of its data, and its documentation: headings
/// strong, paragraphs and lists wrapped, code indented as it is.
pub fn render(rule: &RuleInfo, width: usize, color: Color) -> String {
    let width = width.clamp(24, WIDEST);
    let mut out = String::new();
    for (at, line) in wrap(&format!("{}: {}", rule.id, flat(rule.summary)), width).iter().enumerate() {
        let indent = if at == 0 { "" } else { "  " };
        out.push_str(indent);
        out.push_str(&paint(line, Tone::Strong, color));
        out.push('\n');
    }
    out.push('\n');
    out.push_str(&data(rule).render(width, color));
    let mut text = Text { out, width, color, indent: 0, words: String::new(), mark: "" };
    text.documentation(rule);
    text.out
}

fn data(rule: &RuleInfo) -> Table {
    let mut table = Table::new(&[("", Align::Left), ("", Align::Left)]);
    let mut row = |name: &str, value: Cell| table.row([Cell::new(name, Tone::Faint), value]);
    row("severity", Cell::new(rule.severity.word(), Tone::from(rule.severity)));
    row("group", rule.group.into());
    row("persona", rule.persona.word().into());
    row("since", rule.since.into());
    let fix = match rule.fixable {
        Fixable::No => "by hand",
        Fixable::Safe => "plimsoll lint --fix",
        Fixable::Unsafe => "plimsoll lint --fix all",
    };
    row("fix", fix.into());
    if rule.network {
        row("needs", "plimsoll lint --online".into());
    }
    for (peer, names) in rule.peers {
        row(&format!("in {peer}"), names.join(", ").into());
    }
    table
}

/// A terminal page that is being filled with Markdown.
struct Text {
    out: String,
    width: usize,
    color: Color,
    /// How deep the paragraph at hand is indented.
    indent: usize,
    /// The paragraph at hand.
    words: String,
    /// The list mark before it.
    mark: &'static str,
}

impl Text {
    fn documentation(&mut self, rule: &RuleInfo) {
        let mut code = false;
        // The first line is the summary, which has been said.
        for line in rule.documentation_lines().skip(1) {
            if line.trim_start().starts_with("```") {
                self.paragraph();
                code = !code;
            } else if code {
                let line = format!("    {}", flat(line));
                self.line(line.trim_end(), Tone::Plain);
            } else {
                self.prose(line);
            }
        }
        self.paragraph();
    }

    fn prose(&mut self, line: &str) {
        let text = line.trim();
        if text.is_empty() {
            self.paragraph();
            if !self.out.ends_with("\n\n") {
                self.out.push('\n');
            }
        } else if line.starts_with('#') {
            self.paragraph();
            self.line(&flat(line.trim_start_matches('#').trim()), Tone::Strong);
        } else if let Some(item) = text.strip_prefix("- ").or_else(|| text.strip_prefix("* ")) {
            self.paragraph();
            self.mark = "- ";
            self.indent = line.len() - line.trim_start().len();
            self.words.push_str(item);
        } else {
            self.words.push(' ');
            self.words.push_str(text);
        }
    }

    /// Ends the paragraph at hand.
    fn paragraph(&mut self) {
        let words = std::mem::take(&mut self.words);
        let mark = std::mem::take(&mut self.mark);
        let indent = std::mem::take(&mut self.indent);
        if words.is_empty() {
            return;
        }
        let mut before = format!("{}{mark}", " ".repeat(indent));
        for line in wrap(&flat(&words), self.width.saturating_sub(before.len())) {
            self.line(&format!("{before}{line}"), Tone::Plain);
            before = " ".repeat(before.len());
        }
    }

    fn line(&mut self, text: &str, tone: Tone) {
        self.out.push_str(&paint(text, tone, self.color));
        self.out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outputs::formats::samples;

    #[test]
    fn documentation_is_laid_out_for_a_terminal() {
        insta::assert_snapshot!(render(&samples::RULES[1], 60, Color::Never), @r"
        unpinned-action: An action is not pinned to a commit

        severity     warning
        group        security/supply-chain
        persona      auditor
        since        0.1.0
        fix          plimsoll lint --fix
        needs        plimsoll lint --online
        in octoscan  a, b
        in zizmor    unpinned-uses

        Why is this bad?
        A tag can be moved to other code after review, and `main`
        moves every day.

        - one
        - two

        Bad
            - uses: actions/checkout@v4
              with: {}
        ");
    }

    #[test]
    fn headings_are_strong() {
        let text = render(&samples::RULES[0], 60, Color::Always);
        assert!(text.contains("\u{1b}[1mWhy is this bad?\u{1b}[0m\n"), "{text:?}");
    }
}
