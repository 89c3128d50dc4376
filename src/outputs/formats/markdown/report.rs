//! A report as Markdown, for job summaries and files.

use super::delivery::delivery;
use super::goals::goals;
use super::timing;
use crate::model::notice::Notice;
use crate::model::report::{CacheRate, Distribution, Group, Report, SlowJob, TestHistory};
use crate::model::run_summary::PartVerdict;
use crate::model::verdict::Verdict;
use crate::outputs::formats::append::append;
use crate::outputs::formats::escape::{markdown as text, markdown_code as code};
use crate::outputs::formats::quantity::{percent_or_dash, seconds, seconds_or_dash, sparkline};

/// How many jobs the table lists; the rest is counted.
const MOST_JOBS: usize = 50;

/// A chart of the report as a picture that stands beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// What it shows.
    pub title: String,
    /// Where it is, as an address relative to the page.
    pub address: String,
}

/// Renders the report.
pub fn render(report: &Report) -> String {
    render_with(report, &[])
}

/// Renders the report with pictures behind its first lines.
pub fn render_with(report: &Report, pictures: &[Shown]) -> String {
    let mut page = format!("# {}\n\n", text(&report.title));
    let delivered = report.delivery.as_ref().map(delivery).unwrap_or_default() + &goals(&report.goals);
    if report.period.is_none() && !delivered.is_empty() {
        return page + &delivered;
    }
    page.push_str(&introduction(report));
    for Shown { title, address } in pictures {
        append(&mut page, format_args!("![{}]({address})\n\n", text(title)));
    }
    if report.period.is_none() {
        return page;
    }
    page.extend(figures(report));
    page.push_str(&delivered);
    page.push_str(FOOT);
    page
}

/// Returns the sections about runs, the most important first; one without anything to tell is empty.
fn figures(report: &Report) -> [String; 10] {
    [
        timing::recommendations(&report.recommendations),
        timing::spent(&report.time),
        groups("Workflows", "Workflow", &report.workflows),
        weeks(report),
        groups("Jobs", "Job", &report.jobs),
        groups("Stages", "Stage", &report.stages) + &groups("Steps", "Step", &report.steps),
        slowest(&report.slowest),
        tests(&report.tests),
        caches(&report.caches),
        report.costs.as_ref().map(timing::costs).unwrap_or_default(),
    ]
}

/// Makes what people are told of a report outside of the job: it warns where a goal is missed or out of sight.
pub fn notice(report: &Report) -> Notice {
    let goals_missed =
        report.goals.iter().filter(|goal| matches!(goal.verdict, Verdict::Fail | Verdict::Warn)).collect::<Vec<_>>();
    let mut sections = vec![introduction(report)];
    sections.push(goals(&report.goals));
    sections.push(report.delivery.as_ref().map(delivery).unwrap_or_default());
    if report.period.is_some() {
        sections.extend(figures(report));
        sections.push(FOOT.to_owned());
    }
    sections.retain(|section| !section.is_empty());
    // The comment has a heading above them.
    for section in &mut sections {
        let lines = section.split_inclusive('\n');
        *section =
            lines.map(|line| if line.starts_with("## ") { format!("##{line}") } else { line.to_owned() }).collect();
    }
    let total = &report.total;
    let runs = match (report.period, total.runs) {
        (None, _) => "no runs yet".to_owned(),
        (Some(_), 1) => "1 run".to_owned(),
        (Some(_), runs) => format!("{runs} runs"),
    };
    let missed = if goals_missed.is_empty() {
        String::new()
    } else {
        format!(", {} of {} goals not on the way", goals_missed.len(), report.goals.len())
    };
    let took = total.duration.p50.map(|_| format!(", p50 {}", seconds_or_dash(total.duration.p50))).unwrap_or_default();
    Notice {
        title: "CI report",
        verdict: if goals_missed.is_empty() { PartVerdict::Pass } else { PartVerdict::Warn },
        headline: format!("{runs}{took}{missed}"),
        sections,
        annotations: Vec::new(),
        troubles: goals_missed.iter().map(|goal| format!("{} {}", goal.verdict.word(), goal.series)).collect(),
    }
}

const FOOT: &str = "---\n\nDurations are those of first attempts that succeeded or failed; cancelled and skipped ones are left out. \
p50 and p95 are quantiles of type 7 (Hyndman and Fan, 1996). Weeks begin on Monday, UTC.\n";

fn introduction(report: &Report) -> String {
    let Some((first, last)) = report.period else {
        return "There are no rows to report on yet. `plimsoll collect` gathers them.\n".to_owned();
    };
    let repositories: Vec<String> = report.repositories.iter().map(|name| code(name)).collect();
    let about = if repositories.is_empty() { String::new() } else { format!("{}, ", repositories.join(", ")) };
    let day = |at: jiff::Timestamp| at.strftime("%Y-%m-%d").to_string();
    let total = &report.total;
    let billed = report.billed_minutes.map(|minutes| format!(" · **{minutes:.0}** billed minutes")).unwrap_or_default();
    format!(
        "{about}{} to {}: **{}** runs · p50 **{}** · p95 **{}** · mean **{}** · **{}** failed · **{}** re-runs{billed}\n\n",
        day(first),
        day(last),
        total.runs,
        seconds_or_dash(total.duration.p50),
        seconds_or_dash(total.duration.p95),
        seconds_or_dash(total.duration.mean),
        percent_or_dash(total.failure_rate()),
        total.reruns,
    )
}

fn groups(heading: &str, column: &str, groups: &[Group]) -> String {
    if groups.is_empty() {
        return String::new();
    }
    let mut table = format!(
        "## {heading}\n\n| {column} | Runs | p50 | p95 | Mean | Queue p50 | Failed | p50 by week |\n|---|--:|--:|--:|--:|--:|--:|---|\n"
    );
    for group in groups.iter().take(MOST_JOBS) {
        let name = if group.workflow.is_empty() || group.workflow == group.name {
            text(&group.name)
        } else {
            format!("{} / {}", text(&group.workflow), text(&group.name))
        };
        let medians: Vec<Option<f64>> = group.by_week.iter().map(|week| week.p50).collect();
        let cells = [
            name,
            group.runs.to_string(),
            seconds_or_dash(group.duration.p50),
            seconds_or_dash(group.duration.p95),
            seconds_or_dash(group.duration.mean),
            seconds_or_dash(group.queue.p50),
            percent_or_dash(group.failure_rate()),
            sparkline(&medians),
        ];
        table.push_str(&row(&cells));
    }
    if groups.len() > MOST_JOBS {
        append(&mut table, format_args!("\n{} more are not listed.\n", groups.len() - MOST_JOBS));
    }
    table.push('\n');
    table
}

fn row(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

fn weeks(report: &Report) -> String {
    let mut table =
        "## Weeks\n\n| Week of | Runs | p50 | p95 | Mean | Failed |\n|---|--:|--:|--:|--:|--:|\n".to_owned();
    let total = &report.total;
    for ((monday, duration), (runs, failed)) in report.weeks.iter().zip(&total.by_week).zip(&total.failures_by_week) {
        let Distribution { count: _, p50, p95, mean } = *duration;
        let rate = Group { runs: *runs, failed: *failed, ..Group::default() }.failure_rate();
        let cells = [
            monday.to_string(),
            runs.to_string(),
            seconds_or_dash(p50),
            seconds_or_dash(p95),
            seconds_or_dash(mean),
            percent_or_dash(rate),
        ];
        table.push_str(&row(&cells));
    }
    table.push('\n');
    table
}

fn slowest(jobs: &[SlowJob]) -> String {
    if jobs.is_empty() {
        return String::new();
    }
    let mut table =
        "## Slowest jobs\n\n| Job | Took | Started | Conclusion | Run |\n|---|--:|---|---|--:|\n".to_owned();
    for job in jobs {
        let started = job.started_at.map(|at| at.strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default();
        let name = if job.workflow.is_empty() {
            text(&job.job)
        } else {
            format!("{} / {}", text(&job.workflow), text(&job.job))
        };
        table.push_str(&row(&[name, seconds(job.duration_s), started, text(&job.conclusion), job.run_id.to_string()]));
    }
    table.push('\n');
    table
}

fn tests(tests: &[TestHistory]) -> String {
    if tests.is_empty() {
        return String::new();
    }
    let mut table =
        "## Tests\n\n| Test | Failed | Flaky | Quarantined | p50 | Last failure |\n|---|--:|--:|--:|--:|---|\n"
            .to_owned();
    for test in tests {
        let day = test.failed_at.map(|at| at.strftime("%Y-%m-%d: ").to_string()).unwrap_or_default();
        let cells = [
            format!("{} / {}", text(&test.suite), text(&test.case)),
            test.failed.to_string(),
            test.flaky.to_string(),
            test.quarantined.to_string(),
            seconds_or_dash(test.p50_s),
            format!("{day}{}", text(&test.message)),
        ];
        table.push_str(&row(&cells));
    }
    table.push('\n');
    table
}

fn caches(caches: &[CacheRate]) -> String {
    if caches.is_empty() {
        return String::new();
    }
    let mut table =
        "## Caches\n\n| Cache | Tool | Asked | Exact hits | Partial | Misses |\n|---|---|--:|--:|--:|--:|\n".to_owned();
    for cache in caches {
        let cells = [
            text(&cache.cache),
            text(&cache.tool),
            cache.attempts().to_string(),
            percent_or_dash(cache.hit_rate()),
            cache.partial.to_string(),
            cache.miss.to_string(),
        ];
        table.push_str(&row(&cells));
    }
    table.push('\n');
    table
}
