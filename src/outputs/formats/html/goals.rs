//! The way to the goals as a section of a page.

use crate::model::verdict::{GateVerdict, Verdict};
use crate::outputs::formats::escape::html as text;

/// Renders the section; nothing where there are no goals.
pub(super) fn goals(goals: &[GateVerdict]) -> String {
    if goals.is_empty() {
        return String::new();
    }
    let rows: String = goals.iter().map(row).collect();
    format!(
        "<section><h2>Goals</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th>Series</th><th>State</th><th>Now</th><th>Goal</th><th>How far</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div></section>\n"
    )
}

fn row(goal: &GateVerdict) -> String {
    let now = goal.observed.map(|value| goal.show(value)).unwrap_or_default();
    let state = match goal.verdict {
        Verdict::Pass => "on the way",
        Verdict::Warn => "behind",
        Verdict::NoData => "no data",
        Verdict::Fail => "missed",
    };
    format!(
        "<tr><th scope=\"row\">{}</th><td>{state}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
        text(&goal.series),
        text(&now),
        text(&goal.threshold),
        text(&goal.why)
    )
}
