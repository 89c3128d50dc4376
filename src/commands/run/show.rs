//! Shows what a run came to.

use super::{Format, Options, Results};
use crate::commands::deliver;
use crate::error::Failure;
use crate::model::notice::Notice;
use crate::model::run_summary::PartVerdict;
use crate::outputs::formats::github::room::Room;
use crate::outputs::formats::{escape, github, html, human, json, markdown, notices, verdicts};
use crate::world::{Color, World};

/// Writes the output, and the HTML report where one was asked for.
pub(super) fn show(results: &Results, options: &Options, world: &mut World) -> Result<(), Failure> {
    let default = if world.environment.in_actions() { Format::Github } else { Format::Human };
    let output = options.output.as_deref();
    let text = match options.format.unwrap_or(default) {
        Format::Human => for_people(results, world.width, deliver::color(output, world)),
        Format::Github => for_a_job(results, world.width),
        Format::Json => json::run::render(&results.summary),
        Format::Markdown => markdown::run::render(&results.summary, &sections(results)),
    };
    deliver::write(&text, output, world)?;
    if let (Some(page), Some(report)) = (&options.html, &results.report) {
        deliver::write(&html::report::render(report), Some(page), world)?;
    }
    Ok(())
}

fn for_people(results: &Results, width: usize, color: Color) -> String {
    let lint = results.lint.as_ref().map(|report| human::run::findings(report, width, color));
    let score = results.score.as_ref().map(|scorecard| human::scorecard::overview(scorecard, width, color));
    let gates = results.gates.as_ref().map(|report| verdicts::human(report, color));
    let verdicts = human::run::verdicts(&results.summary, width, color);
    let sections: Vec<String> = [lint, score, gates, Some(verdicts)].into_iter().flatten().collect();
    sections.join("\n")
}

/// Annotations first, gates before findings, since a step has room for ten of a kind; then the
/// text for people, line by line made safe for the log.
fn for_a_job(results: &Results, width: usize) -> String {
    let mut room = Room::default();
    let mut text = String::new();
    if let Some(gates) = &results.gates {
        text.push_str(&verdicts::github(gates, &mut room));
    }
    if let Some(lint) = &results.lint {
        text.push_str(&github::findings::render(lint, &mut room));
    }
    for line in for_people(results, width, Color::Never).lines() {
        text.push_str(&escape::log_line(line));
        text.push('\n');
    }
    text
}

/// Returns what people are told of all parts outside of the job.
pub(super) fn notice(results: &Results) -> Notice {
    let verdict = |name: &str| {
        let part = results.summary.parts.iter().find(|part| part.name == name);
        part.map_or(PartVerdict::Pass, |part| part.verdict)
    };
    let gates = results.gates.as_ref().map(|report| verdicts::notice(report, verdict("gate")));
    let lint = results.lint.as_ref().map(|report| notices::findings(report, verdict("lint")));
    let score = results.score.as_ref().map(|scorecard| notices::score(scorecard, verdict("score")));
    let report = results.report.as_ref().map(notices::report);
    let parts: Vec<Notice> = [gates, lint, score, report].into_iter().flatten().collect();
    notices::run(&results.summary, &parts)
}

/// Returns what each part has to say, as Markdown under its heading.
pub(super) fn sections(results: &Results) -> Vec<(&'static str, String)> {
    let mut sections = Vec::new();
    sections.extend(results.lint.as_ref().map(|report| ("Findings", markdown::findings::render(report))));
    sections.extend(results.score.as_ref().map(|scorecard| ("Readiness", markdown::scorecard::render(scorecard))));
    sections.extend(results.gates.as_ref().map(|report| ("Gates", verdicts::markdown(report))));
    sections.extend(results.report.as_ref().map(|report| ("Timings", markdown::report::render(report))));
    sections
}
