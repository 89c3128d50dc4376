//! A badge as SVG: the name on the left, what it came to on the right.

use crate::model::scorecard::{Readiness, Scorecard};
use crate::model::verdict::{GateVerdict, Verdict};
use crate::outputs::formats::escape::xml;

/// The width of a character, about, of the badge's font in pixels; a text's own length is set so
/// that it fills its half whatever font is there.
const CHARACTER: usize = 7;
const MARGIN: usize = 6;

/// Renders the score, its grade and its colour.
pub fn render(scorecard: &Scorecard) -> String {
    let right = format!("{} {}", scorecard.overall.shown(), scorecard.overall.grade());
    let color = match scorecard.readiness {
        Readiness::NotReady => BAD,
        Readiness::ReadyWithGaps => WORSE,
        Readiness::Ready => GOOD,
    };
    draw("readiness", &right, scorecard.readiness.word(), color)
}

/// Renders what a metric came to, coloured by a gate's verdict; grey where no gate has a bound for it.
pub fn of_metric(label: &str, verdict: Option<&GateVerdict>) -> String {
    let Some(verdict) = verdict else { return draw(label, "no data", "no gate", PLAIN) };
    let (word, color) = match verdict.verdict {
        Verdict::NoData => ("no data", PLAIN),
        Verdict::Pass if verdict.threshold.is_empty() && verdict.baseline.is_none() => ("no gate", PLAIN),
        Verdict::Pass => ("within its gate", GOOD),
        Verdict::Warn => ("its gate warns", WORSE),
        Verdict::Fail => ("its gate fails", BAD),
    };
    let value = verdict.observed.map_or_else(|| "no data".to_owned(), |value| verdict.show(value));
    draw(label, &value, &format!("{}, {word}", verdict.statistic), color)
}

const GOOD: &str = "#2e7d32";
const WORSE: &str = "#b08800";
const BAD: &str = "#c0362c";
const PLAIN: &str = "#666";

/// Draws two texts side by side; the title says a third.
fn draw(left: &str, right: &str, word: &str, color: &str) -> String {
    let width = |text: &str| text.chars().count() * CHARACTER;
    let (first, second) = (width(left) + 2 * MARGIN, width(right) + 2 * MARGIN);
    let all = first + second;
    let label = xml(&format!("{left}: {right}, {word}"));
    let text = |from: usize, text: &str| {
        format!("<text x=\"{}\" y=\"14\" textLength=\"{}\">{}</text>", from + MARGIN, width(text), xml(text))
    };
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{all}\" height=\"20\" role=\"img\" aria-label=\"{label}\">\
         <title>{label}</title>\
         <rect width=\"{all}\" height=\"20\" rx=\"3\" fill=\"#444\"/>\
         <path d=\"M{first} 0h{}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3h-{}z\" fill=\"{color}\"/>\
         <g fill=\"#fff\" font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"11\">{}{}</g></svg>\n",
        second.saturating_sub(3),
        second.saturating_sub(3),
        text(0, left),
        text(first, right),
    )
}
