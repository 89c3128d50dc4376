//! A report's charts: inside its page, or as pictures for Markdown, which shows them without a server of ours.

use super::chart::{self, Line, Size, Trend};
use super::gantt;
use crate::model::report::{Group, Report};

/// How many workflows get a chart of their own.
pub(in crate::outputs::formats) const MOST_CHARTS: usize = 6;

/// The colours and lines of charts, for light and dark screens.
pub(in crate::outputs::formats) const STYLE: &str = include_str!("chart.css");

/// A picture that needs nothing but itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The file's name: letters, digits and hyphens, and `.svg`.
    pub file: String,
    /// What it shows, for those who do not see it.
    pub title: String,
    /// The SVG.
    pub svg: String,
}

/// Draws a report's charts: how long runs take, the largest workflows, one run, and the score.
pub fn pictures(report: &Report) -> Vec<Picture> {
    let mut pictures: Vec<Picture> = Vec::new();
    let mut add = |name: &str, title: String, svg: &str| {
        let taken = |file: &str| pictures.iter().any(|picture| picture.file == file);
        let mut file = format!("{name}.svg");
        let mut count = 1;
        while taken(&file) {
            count += 1;
            file = format!("{name}-{count}.svg");
        }
        pictures.push(Picture { file, title, svg: alone(svg) });
    };
    if report.period.is_some() {
        let title = "How long a run takes, week by week: p50 (blue) and p95 (orange)".to_owned();
        add("runs", title.clone(), &weekly(Size::Wide, &title, report, &report.total));
        for group in report.workflows.iter().take(MOST_CHARTS).filter(|_| report.workflows.len() > 1) {
            let title = format!("{}, week by week: p50 (blue) and p95 (orange)", group.name);
            add(&format!("workflow-{}", slug(&group.name)), title, &weekly(Size::Wide, &group.name, report, group));
        }
        if let Some(run) = &report.run {
            let title = format!("Run {} of {}: orange is what it waited for", run.run_id, run.workflow);
            add("run", title, &gantt::render(run));
        }
    }
    if let Some(svg) = scores(report) {
        add("score", "The scorecard's score out of ten".to_owned(), &svg);
    }
    pictures
}

/// Draws the median and the 95th percentile of a group's durations by week.
pub(in crate::outputs::formats) fn weekly(size: Size, title: &str, report: &Report, group: &Group) -> String {
    let labels: Vec<String> = report.weeks.iter().map(|monday| monday.strftime("%b %-d").to_string()).collect();
    let p50: Vec<Option<f64>> = group.by_week.iter().map(|week| week.p50).collect();
    let p95: Vec<Option<f64>> = group.by_week.iter().map(|week| week.p95).collect();
    let lines = [Line { name: "p95", class: "p95", values: &p95 }, Line { name: "p50", class: "p50", values: &p50 }];
    chart::durations(size, &Trend { title, labels: &labels, lines: &lines, shifts: &group.shifts })
}

/// Draws the history of the score; nothing where it was not kept twice.
pub(in crate::outputs::formats) fn scores(report: &Report) -> Option<String> {
    let labels: Vec<String> = report.scores.iter().map(|(at, _)| at.strftime("%b %-d").to_string()).collect();
    let values: Vec<f64> = report.scores.iter().map(|(_, score)| *score).collect();
    (values.len() > 1).then(|| chart::points("The scorecard's score out of ten", &labels, &values))
}

/// Makes a chart of a page a picture of its own.
fn alone(svg: &str) -> String {
    let inside = svg.strip_prefix("<svg ").unwrap_or(svg);
    let (head, body) = inside.split_once("</title>\n").unwrap_or((inside, ""));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" font-family=\"sans-serif\" {head}</title>\n<style>\n{STYLE}</style>\n{body}"
    )
}

/// Makes a name that is safe as a file's on every system; what is left out is not needed to tell names apart.
fn slug(name: &str) -> String {
    let mut slug = String::new();
    for character in name.to_lowercase().chars() {
        if character.is_ascii_alphanumeric() {
            slug.push(character);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug: String = slug.trim_end_matches('-').chars().take(40).collect();
    if slug.is_empty() { "x".to_owned() } else { slug }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn pictures_stand_alone_and_have_names_of_their_own() {
        let group = |name: &str| Group { name: name.to_owned(), ..Group::default() };
        let report = Report {
            period: Some((Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH)),
            workflows: vec![group("CI <b>"), group("ci  (b)"), group("../\u{202e}")],
            scores: vec![(Timestamp::UNIX_EPOCH, 7.5); 2],
            ..Report::default()
        };
        let pictures = pictures(&report);
        let files: Vec<&str> = pictures.iter().map(|picture| picture.file.as_str()).collect();
        assert_eq!(files, ["runs.svg", "workflow-ci-b.svg", "workflow-ci-b-2.svg", "workflow-x.svg", "score.svg"]);
        for picture in &pictures {
            assert!(picture.svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" "), "{}", picture.svg);
            assert!(picture.svg.contains("<style>\n:root") && picture.svg.ends_with("</svg>\n"), "{}", picture.svg);
            assert!(!picture.svg.contains("<b>"), "{}", picture.svg);
        }
    }
}
