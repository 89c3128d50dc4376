//! What `plimsoll run` came to, as a job's summary.

use super::table::{Align, heading, row};
use crate::model::run_summary::{PartVerdict, RunSummary};
use crate::outputs::formats::escape::markdown;

/// Renders the verdict, the parts and what was left out. What each part has to say stands below,
/// from `sections`: its heading and its Markdown, collapsed.
pub fn render(summary: &RunSummary, sections: &[(&str, String)]) -> String {
    let mut page = format!("# Plimsoll: {}\n\n{}", sign(summary.verdict()), table(summary));
    for (title, section) in sections {
        page.extend(["\n<details><summary>", title, "</summary>\n\n", section, "\n</details>\n"]);
    }
    page
}

/// Renders the parts as a table, and below it what was left out.
pub fn table(summary: &RunSummary) -> String {
    let mut page = String::new();
    page.push_str(&heading(&[("Part", Align::Left), ("Verdict", Align::Left), ("What", Align::Left)]));
    for part in &summary.parts {
        page.push_str(&row([part.name, sign(part.verdict), &markdown(&part.says)]));
    }
    if !summary.left_out.is_empty() {
        page.push_str("\n**Left out**\n\n");
        for left_out in &summary.left_out {
            page.extend(["- ", &markdown(&left_out.what), ": ", &markdown(&left_out.why), "\n"]);
        }
    }
    page
}

fn sign(verdict: PartVerdict) -> &'static str {
    match verdict {
        PartVerdict::Pass => "✅ pass",
        PartVerdict::Warn => "⚠️ warn",
        PartVerdict::Fail => "❌ fail",
        PartVerdict::Unknown => "❓ unknown",
    }
}
