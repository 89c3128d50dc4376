//! A scorecard for job summaries and comments.

use super::table::{Align, heading, row};
use crate::model::scorecard::{CHECKLISTS, Evidence, Judged, Priority, Readiness, Score, Scorecard, Source, Status};
use crate::outputs::formats::escape::{markdown, markdown_code};
use crate::outputs::formats::quantity::signed;

/// Renders a scorecard.
pub fn render(scorecard: &Scorecard) -> String {
    let mut out = head(scorecard);
    out.push_str(&categories(scorecard));
    out.push_str(&matrix(scorecard));
    out.push_str(&critical(scorecard));
    out.push_str(&plan(scorecard));
    out.push_str(&checklist(scorecard));
    out.push_str(&notes(scorecard));
    out
}

/// The marks that the block of a readme stands between.
const BEGIN: &str = "<!-- plimsoll score: begin -->";
const END: &str = "<!-- plimsoll score: end -->";

/// Puts a short form of the scorecard between the marks of a document; `None` without both marks.
pub fn between_marks(document: &str, scorecard: &Scorecard) -> Option<String> {
    let (before, rest) = document.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    let score = format!(
        "**{} / 10** ({}), {}",
        scorecard.overall.shown(),
        scorecard.overall.grade(),
        scorecard.readiness.word()
    );
    Some(format!("{before}{BEGIN}\n\nProduction readiness: {score}\n\n{}{END}{after}", categories(scorecard)))
}

/// Says which marks a document needs.
pub fn marks() -> String {
    format!("`{BEGIN}` and `{END}`")
}

fn head(scorecard: &Scorecard) -> String {
    let verdict = match scorecard.readiness {
        Readiness::NotReady => "🔴 not ready",
        Readiness::ReadyWithGaps => "🟡 ready, with gaps",
        Readiness::Ready => "🟢 ready",
    };
    let percent = scorecard.overall.tenths();
    let full = usize::try_from((percent + 2) / 5).unwrap_or(0).min(20);
    let bar = "█".repeat(full) + &"░".repeat(20 - full);
    format!(
        "## Production readiness: {} / 10 ({}), {verdict}\n\n`{bar}` **{percent}%**{}\n\nProfile **{}**: {}\n\n",
        scorecard.overall.shown(),
        scorecard.overall.grade(),
        scorecard.change().map_or_else(String::new, |change| format!(" ({} since the last record)", signed(change))),
        scorecard.profile.name,
        markdown(&scorecard.profile.why.replace('`', "")),
    )
}

fn categories(scorecard: &Scorecard) -> String {
    let mut out = heading(&[
        ("Category", Align::Left),
        ("Score", Align::Right),
        ("Weight", Align::Right),
        ("Weighted", Align::Right),
        ("Change", Align::Right),
        ("Met", Align::Right),
    ]);
    for category in &scorecard.categories {
        let score = category.score.map_or_else(|| "n/a".to_owned(), Score::shown);
        let weighted =
            category.score.map(|score| Score(score.0.times(u128::from(category.weight)).over(100)).hundredths());
        let weighted = weighted.map_or_else(String::new, |value| format!("{}.{:02}", value / 100, value % 100));
        let count = |status| category.criteria.iter().filter(|judged| judged.verdict.status == status).count();
        let met = format!("{} of {}", count(Status::Present), category.criteria.len() - count(Status::NotApplicable));
        let weight = format!("{}%", category.weight);
        let change = scorecard.category_change(category).map_or_else(String::new, signed);
        out.push_str(&row([category.category.title(), &score, &weight, &weighted, &change, &met]));
    }
    out + "\n"
}

/// Says what blocks, what needs improvement and what is ready, each with its priority.
fn matrix(scorecard: &Scorecard) -> String {
    let listed = |judged: Vec<&Judged>| {
        let words: Vec<String> =
            judged.iter().map(|judged| format!("{} ({})", markdown_code(judged.id), judged.priority.word())).collect();
        if words.is_empty() { "–".to_owned() } else { words.join(", ") }
    };
    let improves = |judged: &&Judged| !judged.blocks() && judged.priority >= Priority::Medium;
    let ready = scorecard.criteria().filter(|judged| judged.verdict.status == Status::Present);
    let groups = [
        ("🔴 Blocking", listed(scorecard.gaps().filter(|judged| judged.blocks()).collect())),
        ("🟡 Needs improvement", listed(scorecard.gaps().filter(improves).collect())),
        ("⚪ Could be better", listed(scorecard.gaps().filter(|judged| judged.priority == Priority::Low).collect())),
        ("🟢 Ready", listed(ready.collect())),
    ];
    let mut out = heading(&[("Readiness", Align::Left), ("Criteria", Align::Left)]);
    for (name, list) in groups {
        out.push_str(&row([name, &list]));
    }
    out + "\n"
}

fn critical(scorecard: &Scorecard) -> String {
    let gaps: Vec<&Judged> = scorecard.gaps().filter(|judged| judged.priority >= Priority::High).collect();
    if gaps.is_empty() {
        return String::new();
    }
    let mut out = "### Gaps of critical and high priority\n\n".to_owned();
    out.push_str(&heading(&[
        ("Criterion", Align::Left),
        ("Status", Align::Left),
        ("Priority", Align::Left),
        ("Impact", Align::Left),
        ("Close with", Align::Left),
    ]));
    for judged in gaps {
        let file = judged.writes.as_ref().map_or_else(String::new, |file| {
            format!(
                "; or {} writes {}",
                markdown_code(&format!("plimsoll init --close {}", judged.id)),
                markdown_code(file)
            )
        });
        let (id, closes) = (markdown_code(judged.id), with_code(judged.closes_with) + &file);
        let cells = [&id, judged.verdict.status.word(), judged.priority.word(), judged.impact, &closes];
        out.push_str(&row(cells));
    }
    out + "\n"
}

/// Keeps the code spans of our own texts, and escapes the rest.
fn with_code(text: &str) -> String {
    let part = |(at, part): (usize, &str)| if at % 2 == 1 { markdown_code(part) } else { markdown(part) };
    text.split('`').enumerate().map(part).collect()
}

fn plan(scorecard: &Scorecard) -> String {
    if scorecard.plan.is_empty() {
        return String::new();
    }
    let mut out = "### Action plan\n\n".to_owned();
    out.push_str(&heading(&[("Phase", Align::Left), ("Score after it", Align::Right), ("Close", Align::Left)]));
    for (at, phase) in scorecard.plan.iter().enumerate() {
        let ids: Vec<String> = phase.criteria.iter().map(|id| markdown_code(id)).collect();
        let title = format!("{}. {}", at + 1, phase.title);
        out.push_str(&row([title.as_str(), &phase.score_after.shown(), &ids.join(", ")]));
    }
    out + "\n"
}

fn checklist(scorecard: &Scorecard) -> String {
    CHECKLISTS.iter().map(|(title, parts)| part_of_checklist(scorecard, title, parts)).collect()
}

fn part_of_checklist(scorecard: &Scorecard, title: &str, parts: &[&str]) -> String {
    let mut out = format!("<details><summary>{title}</summary>\n\n");
    for part in parts {
        let asked: Vec<&Judged> = scorecard
            .criteria()
            .filter(|judged| judged.part() == *part && judged.verdict.status != Status::NotApplicable)
            .collect();
        if asked.is_empty() {
            continue;
        }
        out.push_str("#### ");
        out.push_str(part);
        out.push_str("\n\n");
        out.extend(asked.into_iter().map(item));
        out.push('\n');
    }
    out + "</details>\n\n"
}

fn item(judged: &Judged) -> String {
    let ticked = if judged.verdict.status == Status::Present { 'x' } else { ' ' };
    let half = if judged.verdict.status == Status::Partial { " (partly)" } else { "" };
    let attested = if judged.source == Source::Attestation { " (attested)" } else { "" };
    let place = judged.verdict.evidence.first().map(|evidence| format!(" – {}", place(evidence))).unwrap_or_default();
    let because = with_code(&judged.verdict.because);
    format!("- [{ticked}] **{}**{half}{attested}: {because}{place}\n", markdown(judged.title))
}

fn place(evidence: &Evidence) -> String {
    markdown_code(&format!("{}:{}:{}", evidence.path, evidence.position.line, evidence.position.column))
}

fn notes(scorecard: &Scorecard) -> String {
    let mut lines: Vec<String> = scorecard.notes.iter().map(|note| with_code(&note.0)).collect();
    let waiting: Vec<String> = scorecard.waiting().map(|judged| markdown_code(judged.id)).collect();
    if !waiting.is_empty() {
        lines.push(format!("Left out of the sum, since only GitHub's API knows: {}", waiting.join(", ")));
    }
    let problem = |problem: &crate::model::scorecard::Problem| {
        format!("Not read: {}: {}", markdown_code(&problem.path), markdown(&problem.message))
    };
    lines.extend(scorecard.problems.iter().map(problem));
    if lines.is_empty() {
        String::new()
    } else {
        format!(
            "
- {}
",
            lines.join(
                "
- "
            )
        )
    }
}
