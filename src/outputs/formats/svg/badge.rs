//! A badge as SVG: the name on the left, the score on the right.

use crate::model::scorecard::{Readiness, Scorecard};
use crate::outputs::formats::escape::xml;

/// The width of a character, about, of the badge's font in pixels; a text's own length is set so
/// that it fills its half whatever font is there.
const CHARACTER: usize = 7;
const MARGIN: usize = 6;

/// Renders the score, its grade and its colour.
pub fn render(scorecard: &Scorecard) -> String {
    let left = "readiness";
    let right = format!("{} {}", scorecard.overall.shown(), scorecard.overall.grade());
    let color = match scorecard.readiness {
        Readiness::NotReady => "#c0362c",
        Readiness::ReadyWithGaps => "#b08800",
        Readiness::Ready => "#2e7d32",
    };
    let width = |text: &str| text.chars().count() * CHARACTER;
    let (first, second) = (width(left) + 2 * MARGIN, width(&right) + 2 * MARGIN);
    let all = first + second;
    let label = xml(&format!("{left}: {right}, {}", scorecard.readiness.word()));
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
        text(first, &right),
    )
}
