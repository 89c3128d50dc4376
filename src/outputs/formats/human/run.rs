//! What `plimsoll run` came to, for people.

use super::table::{Align, Cell, Table};
use super::text::{Tone, paint, wrap};
use crate::model::color::Color;
use crate::model::finding::{Finding, LintReport};
use crate::model::run_summary::{PartVerdict, RunSummary};
use crate::outputs::formats::totals;

/// How many rules the table of findings lists.
const MOST_RULES: usize = 15;

/// Renders the verdicts of all parts, what was left out, and the one verdict.
pub fn verdicts(summary: &RunSummary, width: usize, color: Color) -> String {
    let mut table = Table::new(&[("Part", Align::Left), ("Verdict", Align::Left), ("", Align::Left)]);
    for part in &summary.parts {
        table.row([part.name.into(), Cell::new(part.verdict.word(), tone(part.verdict)), part.says.as_str().into()]);
    }
    let mut text = table.render(width, color);
    if !summary.left_out.is_empty() {
        text.push_str(&format_args!("\n{}\n", paint("Left out", Tone::Strong, color)).to_string());
        let mut table = Table::new(&[("", Align::Left), ("", Align::Left)]);
        for left_out in &summary.left_out {
            table.row([left_out.what.as_str().into(), Cell::new(&left_out.why, Tone::Faint)]);
        }
        text.push_str(&table.render(width, color));
    }
    let verdict = summary.verdict();
    text.push_str(&format_args!("\n{}\n", paint(sentence(verdict), tone(verdict), color)).to_string());
    text
}

/// Renders a linter run rule by rule: how many findings, how bad, and where the first one is.
pub fn findings(report: &LintReport, width: usize, color: Color) -> String {
    let mut rules: Vec<(&Finding, usize)> = Vec::new();
    for finding in report.active() {
        match rules.iter_mut().find(|(first, _)| first.rule == finding.rule && first.severity == finding.severity) {
            Some((_, count)) => *count += 1,
            None => rules.push((finding, 1)),
        }
    }
    rules.sort_by(|(a, few), (b, many)| b.severity.cmp(&a.severity).then(many.cmp(few)).then(a.rule.cmp(b.rule)));
    let mut table = Table::new(&[("", Align::Right), ("", Align::Left), ("", Align::Left), ("", Align::Left)]);
    for (first, count) in rules.iter().take(MOST_RULES) {
        let severity = Cell::new(first.severity.word(), first.severity.into());
        let place = format!("{}:{}:{}", first.region.path, first.region.start.line, first.region.start.column);
        let place = Cell::new(&place, Tone::Faint);
        table.row([count.to_string().into(), severity, first.rule.into(), place]);
    }
    let mut text = format!("{}\n", paint("Workflows", Tone::Strong, color));
    text.push_str(&table.render(width, color));
    let more = rules.len().saturating_sub(MOST_RULES);
    let hint = match (rules.is_empty(), more) {
        (true, _) => String::new(),
        (false, 0) => "; `plimsoll lint` shows each".to_owned(),
        (false, more) => format!("; {more} more rules: `plimsoll lint` shows each"),
    };
    for line in wrap(&format!("{}{hint}", totals::sentence(report)), width) {
        text.push_str(&format_args!("{}\n", paint(&line, Tone::Faint, color)).to_string());
    }
    for problem in &report.problems {
        let line = format!("not read: {}: {}", problem.path, problem.message);
        text.push_str(&wrap(&super::text::flat(&line), width).join("\n"));
        text.push('\n');
    }
    text
}

fn sentence(verdict: PartVerdict) -> &'static str {
    match verdict {
        PartVerdict::Pass => "All is well.",
        PartVerdict::Warn => "All is well but for the warnings.",
        PartVerdict::Fail => "This does not hold.",
        PartVerdict::Unknown => "It could not be told.",
    }
}

fn tone(verdict: PartVerdict) -> Tone {
    match verdict {
        PartVerdict::Pass => Tone::Good,
        PartVerdict::Warn => Tone::Warning,
        PartVerdict::Fail | PartVerdict::Unknown => Tone::Error,
    }
}
