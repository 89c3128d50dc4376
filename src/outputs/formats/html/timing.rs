//! Where time goes, what to change, and what it costs, as sections of a page.

use super::table::{Column, Rows, number, words};
use crate::model::costs::{Cost, Costs};
use crate::model::timing::{Gantt, PathJob, Recommendation, TimeSpent};
use crate::outputs::formats::append::append;
use crate::outputs::formats::escape::html as text;
use crate::outputs::formats::markdown::timing::{gains, month};
use crate::outputs::formats::quantity::seconds;
use crate::outputs::formats::svg::{chart, gantt};

/// How many jobs of a critical path are named.
const MOST_ON_PATH: usize = 4;

/// Renders what is worth changing; nothing where nothing is.
pub(super) fn recommendations(found: &[Recommendation]) -> String {
    if found.is_empty() {
        return String::new();
    }
    let mut section = "<section><h2>What to change</h2>\n<ol class=\"advice\">\n".to_owned();
    for one in found {
        let of =
            if one.workflow.is_empty() { String::new() } else { format!(" <small>{}</small>", text(&one.workflow)) };
        let gains = gains(one);
        let gains =
            if gains.is_empty() { String::new() } else { format!(" <em>Expected: {}.</em>", text(&gains.join(", "))) };
        append(
            &mut section,
            format_args!(
                "<li><strong>{}</strong>{of}<br>{}.{gains}<br><small>Seen: {}.</small></li>\n",
                sentence(&one.title),
                sentence(&one.change),
                sentence(&one.evidence)
            ),
        );
    }
    section.push_str("</ol></section>\n");
    section
}

/// Escapes a sentence whose names stand in backticks.
fn sentence(sentence: &str) -> String {
    let parts: Vec<&str> = sentence.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return text(sentence);
    }
    let part =
        |(at, part): (usize, &&str)| if at % 2 == 0 { text(part) } else { format!("<code>{}</code>", text(part)) };
    parts.iter().enumerate().map(part).collect()
}

/// Renders where time goes, and one run.
pub(super) fn spent(spent: &[TimeSpent], run: Option<&Gantt>) -> String {
    if spent.is_empty() {
        return String::new();
    }
    let columns = [
        Column::words("Workflow"),
        Column::number("Runs"),
        Column::number("p50"),
        Column::words("Runs wait for"),
        Column::number("At a time"),
        Column::number("Efficiency"),
        Column::number("Queue"),
        Column::number("Setup"),
        Column::number("Cache misses"),
        Column::number("Retries"),
    ];
    let mut rows = Rows::new(&columns);
    for one in spent {
        let on_path = |job: &PathJob| format!("{} {} ({:.0} %)", job.job, seconds(job.p50_s), job.share * 100.0);
        let path: Vec<String> = one.path.iter().take(MOST_ON_PATH).map(on_path).collect();
        let duration = |value: f64| number(value, &seconds(value));
        rows.push(&[
            words(&one.workflow),
            number(chart::number(one.runs), &one.runs.to_string()),
            duration(one.wall_s),
            words(&path.join(", ")),
            number(one.parallelism, &format!("{:.1}", one.parallelism)),
            number(one.efficiency, &format!("{:.0} %", one.efficiency * 100.0)),
            duration(one.lost.queue_s),
            one.lost.setup_s.map_or_else(|| number(-1.0, "–"), duration),
            one.lost.cache_s.map_or_else(|| number(-1.0, "–"), duration),
            duration(one.lost.retry_s),
        ]);
    }
    let drawn = run.map(|run| {
        format!(
            "<h3>Run {} of {}</h3>\n<p class=\"legend\"><span class=\"on-path\">the run waited for it</span> <span class=\"off-path\">beside it</span> <span class=\"waited\">in the queue</span></p>\n{}",
            run.run_id,
            text(&run.workflow),
            gantt::render(run)
        )
    });
    format!(
        "<section><h2>Where time goes</h2>\n{}<p class=\"legend\">First attempts alone. <i>Runs wait for</i>: the critical path, with the share of runs in which a job is on it. \
         <i>Efficiency</i>: jobs at a time ÷ the most at a time. The last four are summed over all runs.</p>\n{}</section>\n",
        rows.finish(),
        drawn.unwrap_or_default()
    )
}

/// Renders what runs cost.
pub(super) fn costs(costs: &Costs) -> String {
    let open = if costs.total.unpriced > 0 {
        format!("; the price of {} jobs is not known", costs.total.unpriced)
    } else {
        String::new()
    };
    let mut section = format!(
        "<section><h2>Cost</h2>\n<p>{:.0} billed minutes, ${:.2} at list price{open}. {}</p>\n<div class=\"charts\">\n",
        costs.total.minutes,
        costs.total.dollars,
        text(&month(costs).join(" "))
    );
    for (title, costs) in [("For", &costs.by_event), ("Workflow", &costs.by_workflow), ("Runner", &costs.by_runner)] {
        let mut rows =
            Rows::new(&[Column::words(title), Column::number("Minutes"), Column::number("Cost"), Column::plain("")]);
        let most = costs.iter().map(|cost| cost.dollars).fold(0.0, f64::max);
        for Cost { name, jobs: _, minutes, dollars, unpriced } in costs {
            let open = if *unpriced > 0 { " + ?" } else { "" };
            let share = if most > 0.0 { dollars / most } else { 0.0 };
            rows.push(&[
                words(name),
                number(*minutes, &format!("{minutes:.0}")),
                number(*dollars, &format!("${dollars:.2}{open}")),
                format!("<td>{}</td>", chart::bar(share)),
            ]);
        }
        section.push_str(&rows.finish());
    }
    section.push_str("</div></section>\n");
    section
}
