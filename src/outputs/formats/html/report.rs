//! A report as one page with charts.

use super::chart::{self, Line, Size};
use super::delivery::delivery;
use super::goals::goals;
use crate::model::report::{CacheRate, Group, Report, SlowJob, TestHistory};
use crate::outputs::formats::append::append;
use crate::outputs::formats::escape::html as text;
use crate::outputs::formats::quantity::{percent_or_dash, seconds, seconds_or_dash};

/// How many workflows get a chart of their own.
const MOST_CHARTS: usize = 6;

/// Renders the page.
pub fn render(report: &Report) -> String {
    let title = text(&report.title);
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n<style>\n{}</style>\n</head>\n<body>\n<main>\n<header><h1>{title}</h1>\n",
        include_str!("report.css")
    );
    if report.period.is_some() || report.delivery.is_none() {
        page.push_str(&subtitle(report));
    }
    page.push_str("</header>\n");
    if report.period.is_some() {
        page.push_str(&cards(report));
        page.push_str(&overview(report));
        page.push_str(&groups("Workflows", "Workflow", &report.workflows));
        page.push_str(&charts(report));
        page.push_str(&groups("Jobs", "Job", &report.jobs));
        page.push_str(&groups("Stages", "Stage", &report.stages));
        page.push_str(&slowest(&report.slowest));
        page.push_str(&tests(&report.tests));
        page.push_str(&caches(&report.caches));
    }
    page.push_str(&report.delivery.as_ref().map(delivery).unwrap_or_default());
    page.push_str(&goals(&report.goals));
    page.push_str(FOOT);
    page
}

const FOOT: &str = "<footer>Durations are those of first attempts that succeeded or failed; cancelled and skipped ones are left out. \
p50 and p95 are quantiles of type 7 (Hyndman and Fan, 1996). Weeks begin on Monday, UTC. Made by \
<a href=\"https://github.com/plimsoll-ci/plimsoll\">Plimsoll</a>.</footer>\n</main>\n</body>\n</html>\n";

fn subtitle(report: &Report) -> String {
    let Some((first, last)) = report.period else {
        return "<p>There are no rows to report on yet. <code>plimsoll collect</code> gathers them.</p>\n".to_owned();
    };
    let day = |at: jiff::Timestamp| at.strftime("%e %B %Y").to_string();
    let repositories = text(&report.repositories.join(", "));
    let dot = if repositories.is_empty() { "" } else { " · " };
    format!("<p>{repositories}{dot}{} – {}</p>\n", day(first), day(last))
}

fn cards(report: &Report) -> String {
    let total = &report.total;
    let hits: (usize, usize) =
        report.caches.iter().fold((0, 0), |(exact, all), cache| (exact + cache.exact, all + cache.attempts()));
    let hit_rate =
        CacheRate { cache: String::new(), tool: String::new(), exact: hits.0, partial: 0, miss: hits.1 - hits.0 };
    let mut cards = vec![
        ("Runs", total.runs.to_string()),
        ("p50", seconds_or_dash(total.duration.p50)),
        ("p95", seconds_or_dash(total.duration.p95)),
        ("Mean", seconds_or_dash(total.duration.mean)),
        ("Failed", percent_or_dash(total.failure_rate())),
        ("Re-runs", total.reruns.to_string()),
    ];
    if hits.1 > 0 {
        cards.push(("Cache hits", percent_or_dash(hit_rate.hit_rate())));
    }
    if let Some(minutes) = report.billed_minutes {
        cards.push(("Billed minutes", format!("{minutes:.0}")));
    }
    let card = |(name, value): (&str, String)| format!("<div><dt>{name}</dt><dd>{value}</dd></div>\n");
    format!("<dl class=\"cards\">\n{}</dl>\n", cards.into_iter().map(card).collect::<String>())
}

fn overview(report: &Report) -> String {
    format!(
        "<section><h2>How long a run takes, week by week</h2>\n{}</section>\n",
        weekly(Size::Wide, "All workflows", report, &report.total)
    )
}

/// A chart of the median and the 95th percentile with its legend.
fn weekly(size: Size, title: &str, report: &Report, group: &Group) -> String {
    let labels: Vec<String> = report.weeks.iter().map(|monday| monday.strftime("%b %-d").to_string()).collect();
    let p50: Vec<Option<f64>> = group.by_week.iter().map(|week| week.p50).collect();
    let p95: Vec<Option<f64>> = group.by_week.iter().map(|week| week.p95).collect();
    let lines = [Line { name: "p95", class: "p95", values: &p95 }, Line { name: "p50", class: "p50", values: &p50 }];
    let legend = "<p class=\"legend\"><span class=\"p50\">p50</span> <span class=\"p95\">p95</span></p>\n";
    format!("{legend}{}", chart::durations(size, title, &labels, &lines))
}

fn charts(report: &Report) -> String {
    if report.workflows.len() < 2 {
        return String::new();
    }
    let chart = |group: &Group| {
        format!(
            "<figure><figcaption>{}</figcaption>\n{}</figure>\n",
            text(&group.name),
            weekly(Size::Third, &group.name, report, group)
        )
    };
    let charts: String = report.workflows.iter().take(MOST_CHARTS).map(chart).collect();
    format!("<section class=\"charts\">\n{charts}</section>\n")
}

fn groups(heading: &str, column: &str, groups: &[Group]) -> String {
    if groups.is_empty() {
        return String::new();
    }
    let longest = groups.iter().map(|group| group.total_s).fold(0.0, f64::max);
    let mut rows = String::new();
    for group in groups {
        let medians: Vec<Option<f64>> = group.by_week.iter().map(|week| week.p50).collect();
        let share = if longest > 0.0 { group.total_s / longest } else { 0.0 };
        let of = if group.workflow.is_empty() || group.workflow == group.name {
            String::new()
        } else {
            format!("<small>{}</small> ", text(&group.workflow))
        };
        append(
            &mut rows,
            format_args!(
                "<tr><th scope=\"row\">{of}{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                text(&group.name),
                group.runs,
                seconds_or_dash(group.duration.p50),
                seconds_or_dash(group.duration.p95),
                seconds_or_dash(group.duration.mean),
                seconds_or_dash(group.queue.p50),
                percent_or_dash(group.failure_rate()),
                chart::spark(&medians),
                chart::bar(share),
            ),
        );
    }
    format!(
        "<section><h2>{heading}</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th>{column}</th><th>Runs</th><th>p50</th><th>p95</th><th>Mean</th>\
         <th>Queue p50</th><th>Failed</th><th>p50 by week</th><th>Total time</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div></section>\n"
    )
}

fn slowest(jobs: &[SlowJob]) -> String {
    let Some(longest) = jobs.first().map(|job| job.duration_s) else { return String::new() };
    let mut rows = String::new();
    for job in jobs {
        let started = job.started_at.map(|at| at.strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default();
        append(
            &mut rows,
            format_args!(
                "<tr><th scope=\"row\"><small>{}</small> {}</th><td>{}</td><td>{started}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                text(&job.workflow),
                text(&job.job),
                seconds(job.duration_s),
                text(&job.conclusion),
                job.run_id,
                chart::bar(if longest > 0.0 { job.duration_s / longest } else { 0.0 }),
            ),
        );
    }
    format!(
        "<section><h2>Slowest jobs</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th>Job</th><th>Took</th><th>Started (UTC)</th><th>Conclusion</th><th>Run</th><th></th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div></section>\n"
    )
}

fn tests(tests: &[TestHistory]) -> String {
    if tests.is_empty() {
        return String::new();
    }
    let row = |test: &TestHistory| {
        format!(
            "<tr><th scope=\"row\"><small>{}</small> {}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
            text(&test.suite),
            text(&test.case),
            test.failed,
            test.flaky,
            test.quarantined,
            seconds_or_dash(test.p50_s),
            text(&test.message),
        )
    };
    let rows: String = tests.iter().map(row).collect();
    format!(
        "<section><h2>Tests</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th>Test</th><th>Failed</th><th>Flaky</th><th>Quarantined</th><th>p50</th><th>Last failure</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div></section>\n"
    )
}

fn caches(caches: &[CacheRate]) -> String {
    if caches.is_empty() {
        return String::new();
    }
    let row = |cache: &CacheRate| {
        format!(
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
            text(&cache.cache),
            text(&cache.tool),
            cache.attempts(),
            percent_or_dash(cache.hit_rate()),
            cache.partial,
            cache.miss,
            chart::bar(cache.hit_rate().unwrap_or(0.0)),
        )
    };
    let rows: String = caches.iter().map(row).collect();
    format!(
        "<section><h2>Caches</h2>\n<div class=\"scroll\"><table>\n<thead><tr><th>Cache</th><th>Tool</th><th>Asked</th><th>Exact hits</th><th>Partial</th><th>Misses</th><th></th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div></section>\n"
    )
}
