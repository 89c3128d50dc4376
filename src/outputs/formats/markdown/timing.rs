//! Where time goes, what would change it, and what it costs, as sections and pages.

use super::table::{Align, heading, row};
use crate::model::costs::{Cost, Costs};
use crate::model::timing::{Accuracy, Forecast, Recommendation, Taken, TimeSpent};
use crate::model::unit::Unit;
use crate::outputs::formats::append::append;
use crate::outputs::formats::escape::{markdown as text, markdown_sentence as sentence};

/// How many jobs of a critical path are named.
const MOST_ON_PATH: usize = 4;

/// How many lines a table of costs has.
const MOST_COSTS: usize = 10;

fn time(seconds: f64) -> String {
    Unit::Seconds.show(seconds)
}

fn percent(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

/// Renders where the time of workflows goes; nothing where no run is known.
pub(super) fn spent(spent: &[TimeSpent]) -> String {
    if spent.is_empty() {
        return String::new();
    }
    let (left, right) = (Align::Left, Align::Right);
    let mut section = "## Where time goes\n\n".to_owned();
    section += &heading(&[
        ("Workflow", left),
        ("Runs", right),
        ("p50", right),
        ("Runs wait for", left),
        ("At a time", right),
        ("Efficiency", right),
        ("Queue", right),
        ("Setup", right),
        ("Cache misses", right),
        ("Retries", right),
    ]);
    for one in spent {
        let on_path = |job: &crate::model::timing::PathJob| {
            format!("{} {} ({})", text(&job.job), time(job.p50_s), percent(job.share))
        };
        let path: Vec<String> = one.path.iter().take(MOST_ON_PATH).map(on_path).collect();
        let cells = [
            text(&one.workflow),
            one.runs.to_string(),
            time(one.wall_s),
            path.join(", "),
            format!("{:.1}", one.parallelism),
            percent(one.efficiency),
            time(one.lost.queue_s),
            one.lost.setup_s.map_or_else(|| "–".to_owned(), time),
            one.lost.cache_s.map_or_else(|| "–".to_owned(), time),
            time(one.lost.retry_s),
        ];
        section += &row(cells.iter().map(String::as_str));
    }
    section += "\nFirst attempts alone. *Runs wait for*: the critical path, with the share of runs in which a job is on it. \
                *Efficiency*: jobs at a time ÷ the most at a time. The last four are summed over all runs.\n\n";
    section
}

/// Renders what is worth changing; nothing where nothing is.
pub(super) fn recommendations(found: &[Recommendation]) -> String {
    if found.is_empty() {
        return String::new();
    }
    let mut section = "## What to change\n\n".to_owned();
    for (number, one) in (1..).zip(found) {
        let of = if one.workflow.is_empty() { String::new() } else { format!(" ({})", text(&one.workflow)) };
        append(
            &mut section,
            format_args!(
                "{number}. **{}**{of}: {}. {}.",
                sentence(&one.title),
                sentence(&one.change),
                sentence(&capitalized(&one.evidence))
            ),
        );
        let gains = gains(one);
        if !gains.is_empty() {
            append(&mut section, format_args!(" Expected: {}.", gains.join(", ")));
        }
        section.push('\n');
    }
    section.push('\n');
    section
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

/// Writes what is gained, as far as that is known.
pub(in crate::outputs::formats) fn gains(one: &Recommendation) -> Vec<String> {
    let mut gains = Vec::new();
    if let Some(seconds) = one.saves_s.filter(|seconds| *seconds >= 1.0) {
        gains.push(format!("runs {} shorter", time(seconds)));
    }
    if let Some(minutes) = one.saves_minutes.filter(|minutes| minutes.abs() >= 1.0) {
        let word = if minutes < 0.0 { "more" } else { "fewer" };
        gains.push(format!("{:.0} billed minutes a month {word}", minutes.abs()));
    }
    if let Some(dollars) = one.saves_dollars.filter(|dollars| dollars.abs() >= 0.01) {
        let word = if dollars < 0.0 { "more" } else { "less" };
        gains.push(format!("${:.2} a month {word}", dollars.abs()));
    }
    gains
}

/// Renders what runs cost.
pub(super) fn costs(costs: &Costs) -> String {
    let mut section = format!(
        "## Cost\n\n**{:.0}** billed minutes, **${:.2}** at list price",
        costs.total.minutes, costs.total.dollars
    );
    if costs.total.unpriced > 0 {
        append(&mut section, format_args!("; the price of {} jobs is not known", costs.total.unpriced));
    }
    section.push_str(".\n\n");
    for line in month(costs) {
        append(&mut section, format_args!("{line}\n\n"));
    }
    for (title, costs) in [("For", &costs.by_event), ("Workflow", &costs.by_workflow), ("Runner", &costs.by_runner)] {
        section += &heading(&[
            (title, Align::Left),
            ("Jobs", Align::Right),
            ("Minutes", Align::Right),
            ("Cost", Align::Right),
        ]);
        for cost in costs.iter().take(MOST_COSTS) {
            let Cost { name, jobs, minutes, dollars, unpriced } = cost;
            let open = if *unpriced > 0 { " + ?" } else { "" };
            let name = if name.is_empty() { "–".to_owned() } else { text(name) };
            section +=
                &row([name.as_str(), &jobs.to_string(), &format!("{minutes:.0}"), &format!("${dollars:.2}{open}")]);
        }
        section.push('\n');
    }
    section
}

/// Writes the sentences on the month that is not over.
pub(in crate::outputs::formats) fn month(costs: &Costs) -> Vec<String> {
    let Some(month) = &costs.month else { return Vec::new() };
    let mut lines = vec![format!(
        "{}: {:.0} minutes and ${:.2} so far; at this pace {:.0} minutes and ${:.2} at its end.",
        month.first.strftime("%B %Y"),
        month.minutes,
        month.dollars,
        month.projected_minutes,
        month.projected_dollars
    )];
    if let Some(budget) = costs.budget {
        let word = if month.projected_dollars > budget { "will be passed" } else { "holds" };
        lines.push(format!("The budget of ${budget:.2} a month {word}."));
    }
    if let Some(included) = costs.included {
        lines.push(format!(
            "{:.0} of the plan's {included:.0} minutes are used (Linux once, Windows twice, macOS ten times).",
            month.plan_minutes
        ));
    }
    lines
}

/// Renders what changes would make of workflows.
pub fn forecasts(changes: &[String], forecasts: &[Forecast]) -> String {
    let list: Vec<String> =
        changes.iter().map(|change| crate::outputs::formats::escape::markdown_code(change)).collect();
    let mut page = format!("# What if\n\n{}\n\n", list.join(", "));
    if forecasts.is_empty() {
        page.push_str("Nothing changes: no recorded run has a job of that name.\n");
        return page;
    }
    let (left, right) = (Align::Left, Align::Right);
    page += &heading(&[
        ("Workflow", left),
        ("Runs", right),
        ("", left),
        ("p50", right),
        ("Minutes a run", right),
        ("Cost a run", right),
        ("Minutes a month", right),
        ("Cost a month", right),
    ]);
    for one in forecasts {
        let line = |name: &str, runs: &str, when: &str, taken: &Taken| {
            let monthly = one.runs_per_month.map(|runs| runs * taken.minutes);
            let cost = one.runs_per_month.zip(taken.dollars).map(|(runs, dollars)| runs * dollars);
            let dollars = |dollars: Option<f64>, places: usize| {
                dollars.map_or_else(|| "–".to_owned(), |dollars| format!("${dollars:.places$}"))
            };
            row([
                name,
                runs,
                when,
                &time(taken.wall_s),
                &format!("{:.1}", taken.minutes),
                &dollars(taken.dollars, 3),
                &monthly.map_or_else(|| "–".to_owned(), |minutes| format!("{minutes:.0}")),
                &dollars(cost, 2),
            ])
        };
        page += &line(&text(&one.workflow), &one.runs.to_string(), "now", &one.now);
        page += &line("", "", "then", &one.then);
    }
    page.push_str("\nBoth are simulated from the recorded runs, with the waits that were recorded. `plimsoll simulate --check` tells how far off it is.\n");
    page
}

/// Renders how far the simulator is from runs that are known.
pub fn accuracy(found: &[Accuracy]) -> String {
    let mut page = "# How far the simulator is off\n\n".to_owned();
    if found.is_empty() {
        page.push_str("No workflow has the six complete runs that this needs.\n");
        return page;
    }
    let right = Align::Right;
    page += &heading(&[
        ("Workflow", Align::Left),
        ("Runs", right),
        ("Median error", right),
        ("p90", right),
        ("Forecast of one run", right),
    ]);
    for one in found {
        let share = |share: f64| format!("{:.1}%", share * 100.0);
        page += &row([
            text(&one.workflow).as_str(),
            &one.runs.to_string(),
            &share(one.replayed),
            &share(one.replayed_p90),
            &share(one.forecast),
        ]);
    }
    page.push_str("\nEvery run is predicted from the other half of its workflow's runs. *Median error*: the jobs' own times are given, what they need and how long they wait is not. *Forecast of one run*: nothing of the run is given, so it has the noise of single runs in it.\n");
    page
}
