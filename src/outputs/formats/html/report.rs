//! A report as one page with charts.

use super::delivery::delivery;
use super::goals::goals;
use super::table::{Column, Rows, known, name, number, words};
use super::timing;
use crate::model::report::{CacheRate, Group, Report, SlowJob, TestHistory};
use crate::outputs::formats::append::append;
use crate::outputs::formats::escape::html as text;
use crate::outputs::formats::quantity::{percent_or_dash, seconds, seconds_or_dash};
use crate::outputs::formats::svg::chart::{self, Size};
use crate::outputs::formats::svg::report as svg;

/// Renders the page.
pub fn render(report: &Report) -> String {
    let title = text(&report.title);
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n<style>\n{}{}</style>\n</head>\n<body>\n<main>\n<header><h1>{title}</h1>\n",
        svg::STYLE,
        include_str!("report.css")
    );
    if report.period.is_some() || report.delivery.is_none() {
        page.push_str(&subtitle(report));
    }
    page.push_str("</header>\n");
    if report.period.is_some() {
        page.push_str(&cards(report));
        page.push_str(&overview(report));
        page.push_str(&timing::recommendations(&report.recommendations));
        page.push_str(&timing::spent(&report.time, report.run.as_ref()));
        page.push_str(&groups("Workflows", "Workflow", &report.workflows));
        page.push_str(&charts(report));
        page.push_str(&groups("Jobs", "Job", &report.jobs));
        page.push_str(&groups("Stages", "Stage", &report.stages));
        page.push_str(&groups("Steps", "Step", &report.steps));
        page.push_str(&slowest(&report.slowest));
        page.push_str(&tests(&report.tests));
        page.push_str(&caches(&report.caches));
        page.push_str(&report.costs.as_ref().map(timing::costs).unwrap_or_default());
    }
    page.push_str(&scores(report));
    page.push_str(&report.delivery.as_ref().map(delivery).unwrap_or_default());
    page.push_str(&goals(&report.goals));
    page.push_str(FOOT);
    append(&mut page, format_args!("<script>\n{}</script>\n</body>\n</html>\n", include_str!("sort.js")));
    page
}

/// The history of the score; nothing where it was not kept twice.
fn scores(report: &Report) -> String {
    svg::scores(report).map(|chart| format!("<section><h2>Score</h2>\n{chart}</section>\n")).unwrap_or_default()
}

const FOOT: &str = "<footer>Durations are those of first attempts that succeeded or failed; cancelled and skipped ones are left out. \
p50 and p95 are quantiles of type 7 (Hyndman and Fan, 1996). Weeks begin on Monday, UTC. Made by \
<a href=\"https://github.com/plimsoll-ci/plimsoll\">Plimsoll</a>.</footer>\n</main>\n";

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
    let legend = "<p class=\"legend\"><span class=\"p50\">p50</span> <span class=\"p95\">p95</span></p>\n";
    format!("{legend}{}", svg::weekly(size, title, report, group))
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
    let charts: String = report.workflows.iter().take(svg::MOST_CHARTS).map(chart).collect();
    format!("<section class=\"charts\">\n{charts}</section>\n")
}

fn groups(heading: &str, column: &'static str, groups: &[Group]) -> String {
    if groups.is_empty() {
        return String::new();
    }
    let longest = groups.iter().map(|group| group.total_s).fold(0.0, f64::max);
    let mut rows = Rows::new(&[
        Column::words(column),
        Column::number("Runs"),
        Column::number("p50"),
        Column::number("p95"),
        Column::number("Mean"),
        Column::number("Queue p50"),
        Column::number("Failed"),
        Column::plain("p50 by week"),
        Column::number("Total time"),
    ]);
    let duration = |value: Option<f64>| known(value, &seconds_or_dash(value));
    for group in groups {
        let medians: Vec<Option<f64>> = group.by_week.iter().map(|week| week.p50).collect();
        let share = if longest > 0.0 { group.total_s / longest } else { 0.0 };
        rows.push(&[
            name(&group.workflow, &group.name),
            number(chart::number(group.runs), &group.runs.to_string()),
            duration(group.duration.p50),
            duration(group.duration.p95),
            duration(group.duration.mean),
            duration(group.queue.p50),
            known(group.failure_rate(), &percent_or_dash(group.failure_rate())),
            format!("<td>{}</td>", chart::spark(&medians)),
            format!(
                "<td data-v=\"{:.1}\" title=\"{}\">{}</td>",
                group.total_s,
                seconds(group.total_s),
                chart::bar(share)
            ),
        ]);
    }
    format!("<section><h2>{heading}</h2>\n{}</section>\n", rows.finish())
}

fn slowest(jobs: &[SlowJob]) -> String {
    let Some(longest) = jobs.first().map(|job| job.duration_s) else { return String::new() };
    let mut rows = Rows::new(&[
        Column::words("Job"),
        Column::number("Took"),
        Column::words("Started (UTC)"),
        Column::words("Conclusion"),
        Column::number("Run"),
        Column::plain(""),
    ]);
    for job in jobs {
        let started = job.started_at.map(|at| at.strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default();
        rows.push(&[
            name(&job.workflow, &job.job),
            number(job.duration_s, &seconds(job.duration_s)),
            words(&started),
            words(&job.conclusion),
            format!("<td>{}</td>", job.run_id),
            format!("<td>{}</td>", chart::bar(if longest > 0.0 { job.duration_s / longest } else { 0.0 })),
        ]);
    }
    format!("<section><h2>Slowest jobs</h2>\n{}</section>\n", rows.finish())
}

fn tests(tests: &[TestHistory]) -> String {
    if tests.is_empty() {
        return String::new();
    }
    let mut rows = Rows::new(&[
        Column::words("Test"),
        Column::number("Failed"),
        Column::number("Flaky"),
        Column::number("Quarantined"),
        Column::number("p50"),
        Column::words("Last failure"),
    ]);
    for test in tests {
        rows.push(&[
            name(&test.suite, &test.case),
            number(chart::number(test.failed), &test.failed.to_string()),
            number(chart::number(test.flaky), &test.flaky.to_string()),
            number(chart::number(test.quarantined), &test.quarantined.to_string()),
            known(test.p50_s, &seconds_or_dash(test.p50_s)),
            words(&test.message),
        ]);
    }
    format!("<section><h2>Tests</h2>\n{}</section>\n", rows.finish())
}

fn caches(caches: &[CacheRate]) -> String {
    if caches.is_empty() {
        return String::new();
    }
    let mut rows = Rows::new(&[
        Column::words("Cache"),
        Column::words("Tool"),
        Column::number("Asked"),
        Column::number("Exact hits"),
        Column::number("Partial"),
        Column::number("Misses"),
        Column::plain(""),
    ]);
    for cache in caches {
        let count = |count: usize| number(chart::number(count), &count.to_string());
        rows.push(&[
            name("", &cache.cache),
            words(&cache.tool),
            count(cache.attempts()),
            known(cache.hit_rate(), &percent_or_dash(cache.hit_rate())),
            count(cache.partial),
            count(cache.miss),
            format!("<td>{}</td>", chart::bar(cache.hit_rate().unwrap_or(0.0))),
        ]);
    }
    format!("<section><h2>Caches</h2>\n{}</section>\n", rows.finish())
}
