//! A scorecard for people: a bar, the categories, what blocks, the checklist, the plan.

use super::table::{Align, Cell, Table};
use super::text::{Tone, flat, paint, wrap};
use crate::model::color::Color;
use crate::model::scorecard::{
    CHECKLISTS, CategoryScore, Judged, Priority, Readiness, Score, Scorecard, Source, Status,
};
use crate::outputs::formats::quantity::signed;

/// The cells of the large bar and of a category's.
const LARGE: u128 = 40;
const SMALL: u128 = 12;

/// Renders a scorecard.
pub fn render(scorecard: &Scorecard, width: usize, color: Color) -> String {
    let mut out = head(scorecard, width, color);
    out.push_str(&categories(scorecard, width, color));
    out.push_str(&matrix(scorecard, width, color));
    out.push_str(&critical(scorecard, width, color));
    out.push_str(&checklist(scorecard, width, color));
    out.push_str(&plan(scorecard, width, color));
    out.push_str(&notes(scorecard, width, color));
    out
}

/// Renders the part of a scorecard that is worth a place among other things: the score, the
/// categories, and what is missing.
pub fn overview(scorecard: &Scorecard, width: usize, color: Color) -> String {
    head(scorecard, width, color) + &categories(scorecard, width, color) + &matrix(scorecard, width, color)
}

fn head(scorecard: &Scorecard, width: usize, color: Color) -> String {
    let tone = tone_of(scorecard.readiness);
    let line = format!(
        "{}  {}  {}\n",
        paint("Production readiness", Tone::Strong, color),
        paint(&format!("{}/10  {}", scorecard.overall.shown(), scorecard.overall.grade()), tone, color),
        paint(sentence(scorecard.readiness), tone, color),
    );
    let bar = paint(&bar(scorecard.overall.tenths(), LARGE), tone, color);
    let change =
        scorecard.change().map_or_else(String::new, |change| format!("  {} since the last record", signed(change)));
    let mut out = format!("{line}{bar} {}%{change}\n", scorecard.overall.tenths());
    let why = format!("profile {}: {}", scorecard.profile.name, scorecard.profile.why);
    for line in wrap(&flat(&why), width) {
        out.push_str(&paint(&line, Tone::Faint, color));
        out.push('\n');
    }
    out
}

fn sentence(readiness: Readiness) -> &'static str {
    match readiness {
        Readiness::NotReady => "not ready",
        Readiness::ReadyWithGaps => "ready, with gaps",
        Readiness::Ready => "ready",
    }
}

fn tone_of(readiness: Readiness) -> Tone {
    match readiness {
        Readiness::NotReady => Tone::Error,
        Readiness::ReadyWithGaps => Tone::Warning,
        Readiness::Ready => Tone::Good,
    }
}

/// Draws a bar of `cells` cells, exact to an eighth of a cell.
fn bar(percent: u128, cells: u128) -> String {
    let eighths = percent * cells * 8 / 100;
    let part = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"].into_iter().nth(usize::try_from(eighths % 8).unwrap_or(0));
    let part = part.unwrap_or_default();
    let repeat = |text: &str, count: u128| text.repeat(usize::try_from(count).unwrap_or(0));
    let full = eighths / 8;
    let empty = cells - full - u128::from(!part.is_empty());
    format!("{}{part}{}", repeat("█", full), repeat("░", empty))
}

fn heading(text: &str, color: Color) -> String {
    format!("\n{}\n", paint(text, Tone::Strong, color))
}

fn categories(scorecard: &Scorecard, width: usize, color: Color) -> String {
    let columns = [
        ("Category", Align::Left),
        ("Score", Align::Right),
        ("", Align::Left),
        ("Weight", Align::Right),
        ("Weighted", Align::Right),
        ("Change", Align::Right),
        ("Met", Align::Left),
    ];
    let mut table = Table::new(&columns);
    for category in &scorecard.categories {
        let score = category.score.map_or_else(|| "n/a".to_owned(), Score::shown);
        let drawn = category.score.map_or_else(|| "·".repeat(12), |score| bar(score.tenths(), SMALL));
        let tone = category.score.map_or(Tone::Faint, |score| tone_of_score(score.tenths()));
        table.row([
            Cell::from(category.category.title()),
            Cell::new(&score, tone),
            Cell::new(&drawn, tone),
            Cell::from(format!("{}%", category.weight)),
            Cell::from(weighted(category)),
            Cell::from(change(scorecard, category)),
            Cell::new(&met(category), Tone::Faint),
        ]);
    }
    heading("Categories", color) + &table.render(width, color)
}

fn tone_of_score(tenths: u128) -> Tone {
    match tenths {
        75.. => Tone::Good,
        50.. => Tone::Warning,
        _ => Tone::Error,
    }
}

fn weighted(category: &CategoryScore) -> String {
    let score = category.score.map(|score| Score(score.0.times(u128::from(category.weight)).over(100)));
    score.map_or_else(String::new, |score| format!("{}.{:02}", score.hundredths() / 100, score.hundredths() % 100))
}

fn change(scorecard: &Scorecard, category: &CategoryScore) -> String {
    scorecard.category_change(category).map_or_else(String::new, signed)
}

fn met(category: &CategoryScore) -> String {
    let count = |status| category.criteria.iter().filter(|judged| judged.verdict.status == status).count();
    let applicable = category.criteria.len() - count(Status::NotApplicable);
    format!("{} of {applicable}", count(Status::Present))
}

/// Says what is ready, what needs improvement, and what blocks.
fn matrix(scorecard: &Scorecard, width: usize, color: Color) -> String {
    let needs_improvement =
        |judged: &Judged| !judged.blocks() && judged.verdict.status.is_gap() && judged.priority >= Priority::Medium;
    let ready = scorecard.criteria().filter(|judged| judged.verdict.status == Status::Present);
    let is_low = |judged: &&Judged| judged.priority == Priority::Low;
    let groups: [(&str, Tone, Vec<&Judged>); 4] = [
        ("Blocking", Tone::Error, scorecard.gaps().filter(|judged| judged.blocks()).collect()),
        ("Needs improvement", Tone::Warning, scorecard.gaps().filter(|judged| needs_improvement(judged)).collect()),
        ("Could be better", Tone::Faint, scorecard.gaps().filter(is_low).collect()),
        ("Ready", Tone::Good, ready.collect()),
    ];
    let mut table = Table::new(&[("", Align::Left), ("", Align::Right), ("", Align::Left)]);
    for (name, tone, judged) in groups {
        let ids: Vec<&str> = judged.iter().map(|judged| judged.id).collect();
        let list = if ids.is_empty() { "–".to_owned() } else { ids.join(", ") };
        table.row([Cell::new(name, tone), Cell::from(ids.len().to_string()), Cell::from(list)]);
    }
    heading("Readiness", color) + &table.render(width, color)
}

fn critical(scorecard: &Scorecard, width: usize, color: Color) -> String {
    let mut table = Table::new(&[("", Align::Left), ("", Align::Left)]);
    for judged in scorecard.gaps().filter(|judged| judged.priority == Priority::Critical) {
        let tone = if judged.blocks() { Tone::Error } else { Tone::Warning };
        table.row([Cell::new(judged.id, tone), Cell::from(judged.impact)]);
        table.row([
            Cell::new(judged.verdict.status.word(), Tone::Faint),
            Cell::new(&format!("close with {}", judged.closes_with.replace('`', "")), Tone::Faint),
        ]);
        if let Some(file) = &judged.writes {
            let words = format!("or write {file}: plimsoll init --close {}", judged.id);
            table.row([Cell::from(""), Cell::new(&words, Tone::Faint)]);
        }
    }
    if table.is_empty() {
        return String::new();
    }
    heading("Critical gaps", color) + &table.render(width, color)
}

/// Shows the practices, the security checklist and what is asked before going live.
fn checklist(scorecard: &Scorecard, width: usize, color: Color) -> String {
    let lists = CHECKLISTS.iter().map(|(title, parts)| part_of_checklist(scorecard, title, parts, (width, color)));
    lists.collect()
}

fn part_of_checklist(scorecard: &Scorecard, title: &str, parts: &[&str], (width, color): (usize, Color)) -> String {
    let mut table = Table::new(&[("", Align::Left), ("", Align::Left), ("", Align::Left)]);
    for part in parts {
        let asked: Vec<&Judged> = scorecard
            .criteria()
            .filter(|judged| judged.part() == *part && judged.verdict.status != Status::NotApplicable)
            .collect();
        if asked.is_empty() {
            continue;
        }
        if parts.len() > 1 && *part != title {
            table.section(part);
        }
        for judged in asked {
            let (mark, tone) = mark(judged);
            table.row([Cell::new(mark, tone), Cell::from(judged.id), Cell::new(&reason(judged), Tone::Faint)]);
        }
    }
    if table.is_empty() { String::new() } else { heading(title, color) + &table.render(width, color) }
}

fn mark(judged: &Judged) -> (&'static str, Tone) {
    match (judged.verdict.status, judged.source) {
        (Status::Present, Source::Attestation) => ("✓ attested", Tone::Info),
        (Status::Present, Source::Evidence | Source::Configuration) => ("✓", Tone::Good),
        (Status::Partial, _) => ("◐", Tone::Warning),
        (Status::Missing, _) if judged.priority >= Priority::High => ("✗", Tone::Error),
        (Status::Missing, _) => ("✗", Tone::Plain),
        (Status::NotApplicable, _) => ("–", Tone::Faint),
    }
}

fn reason(judged: &Judged) -> String {
    let place = judged
        .verdict
        .evidence
        .first()
        .map(|evidence| format!(" ({}:{}:{})", evidence.path, evidence.position.line, evidence.position.column));
    format!("{}{}", judged.verdict.because.replace('`', ""), place.unwrap_or_default())
}

fn plan(scorecard: &Scorecard, width: usize, color: Color) -> String {
    let mut table = Table::new(&[("Phase", Align::Left), ("After it", Align::Right), ("Close", Align::Left)]);
    for (at, phase) in scorecard.plan.iter().enumerate() {
        table.row([
            Cell::from(format!("{} {}", at + 1, phase.title)),
            Cell::new(&phase.score_after.shown(), tone_of_score(phase.score_after.tenths())),
            Cell::from(phase.criteria.join(", ")),
        ]);
    }
    if table.is_empty() {
        return String::new();
    }
    heading("Action plan", color) + &table.render(width, color)
}

fn notes(scorecard: &Scorecard, width: usize, color: Color) -> String {
    let mut lines: Vec<String> = scorecard.notes.iter().map(|note| note.0.clone()).collect();
    let waiting: Vec<&str> = scorecard.waiting().map(|judged| judged.id).collect();
    if !waiting.is_empty() {
        lines.push(format!("left out of the sum, since only GitHub's API knows: {}", waiting.join(", ")));
    }
    let left_out = scorecard.count(Status::NotApplicable) - waiting.len();
    if left_out > 0 {
        lines.push(format!("{left_out} more criteria are not asked here; --format json says why"));
    }
    lines.extend(scorecard.problems.iter().map(|problem| format!("not read: {}: {}", problem.path, problem.message)));
    let mut out = String::new();
    for line in lines.iter().flat_map(|line| wrap(&flat(line), width)) {
        out.push_str(&paint(&line, Tone::Faint, color));
        out.push('\n');
    }
    if out.is_empty() { out } else { format!("\n{out}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_they_say() {
        assert_eq!(bar(0, 4), "░░░░");
        assert_eq!(bar(100, 4), "████");
        assert_eq!(bar(50, 4), "██░░");
        assert_eq!(bar(66, 4), "██▋░");
        for percent in 0..=100 {
            assert_eq!(bar(percent, 12).chars().count(), 12, "{percent}");
        }
    }
}
