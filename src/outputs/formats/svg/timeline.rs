//! What was used over time, with the steps marked on it.

use std::ops::Range;

use jiff::Timestamp;

use super::chart::number;
use crate::model::resources::{Mark, Profile, Sample, Subject, Timeline};
use crate::model::unit::Unit;
use crate::outputs::formats::append::append;
use crate::outputs::formats::escape::xml;

const WIDTH: f64 = 1000.0;
const LEFT: f64 = 72.0;
const RIGHT: f64 = 16.0;
/// Where the lanes of marks begin.
const TOP: f64 = 44.0;
const LANE: f64 = 20.0;
/// The height of a panel's curve, and the distance to the next panel.
const PANEL: f64 = 90.0;
const GAP: f64 = 34.0;

/// The most lanes that marks which overlap are spread over; the rest share the last.
const LANES: usize = 6;

/// The most points of a line: more could not be told apart.
const POINTS: usize = 464;

const STYLE: &str = "svg{font:12px system-ui,sans-serif;background:#fff;color:#1f2328}text{fill:currentColor}\
.t{font-size:15px;font-weight:600}.s{fill:#59636e}.g{stroke:#d1d9e0}.m{fill:#0969da;fill-opacity:.09}\
.l{fill:#ddf4ff;stroke:#54aeff}path{fill:none;stroke-width:1.5;stroke-linejoin:round}\
.a{stroke:#0969da}.b{stroke:#bc4c00}.c{stroke:#8250df}rect.a{fill:#0969da}rect.b{fill:#bc4c00}rect.c{fill:#8250df}\
@media(prefers-color-scheme:dark){svg{background:#0d1117;color:#e6edf3}.s{fill:#9198a1}.g{stroke:#3d444d}\
.l{fill:#121d2f;stroke:#4493f8}.a{stroke:#4493f8}.b{stroke:#f0883e}.c{stroke:#ab7df8}\
rect.a{fill:#4493f8}rect.b{fill:#f0883e}rect.c{fill:#ab7df8}}";

/// One panel: lines that share a scale.
struct Panel {
    title: &'static str,
    unit: Unit,
    /// Where the scale ends whatever the values are; `None` for the highest value.
    top: Option<f64>,
    lines: Vec<Line>,
}

struct Line {
    name: &'static str,
    class: &'static str,
    points: Vec<Option<f64>>,
}

/// From time to places.
struct Axis {
    start: Timestamp,
    seconds: f64,
}

impl Axis {
    fn x(&self, at: Timestamp) -> f64 {
        let share = (self.offset(at) / self.seconds).clamp(0.0, 1.0);
        LEFT + (WIDTH - LEFT - RIGHT) * share
    }

    fn offset(&self, at: Timestamp) -> f64 {
        at.duration_since(self.start).as_secs_f64()
    }
}

/// Draws a timeline. `profile` is the machine's, whose times are the picture's.
pub fn render(title: &str, timeline: &Timeline, profile: &Profile) -> String {
    let seconds = profile.ended_at.duration_since(profile.started_at).as_secs_f64().max(0.001);
    let axis = Axis { start: profile.started_at, seconds };
    let marks = in_lanes(&timeline.marks, &axis);
    let lanes = marks.iter().map(|(lane, _)| lane + 1).max().unwrap_or(0);
    let mut y = TOP + LANE * number(lanes) + GAP - 8.0;
    let panels = panels(timeline, &axis);
    let height = y + number(panels.len()) * (PANEL + GAP) + 8.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height:.0}\" width=\"{WIDTH}\" height=\"{height:.0}\" role=\"img\">\
         <title>{0}</title><style>{STYLE}</style>\n<text class=\"t\" x=\"{LEFT}\" y=\"26\">{0}</text>\n",
        xml(title)
    );
    for (lane, mark) in &marks {
        draw_mark(&mut svg, &axis, (*lane, mark), (y - GAP + 8.0)..(height - GAP));
    }
    for panel in &panels {
        draw_panel(&mut svg, panel, y);
        y += PANEL + GAP;
    }
    draw_times(&mut svg, &axis, height - 14.0);
    svg.push_str("</svg>\n");
    svg
}

/// Gives each mark the first lane that is free at its start.
fn in_lanes<'marks>(marks: &'marks [Mark], axis: &Axis) -> Vec<(usize, &'marks Mark)> {
    let mut free: Vec<f64> = Vec::new();
    let mut placed = Vec::new();
    for mark in marks {
        let start = axis.offset(mark.start);
        let end = mark.end.map_or(axis.seconds, |end| axis.offset(end));
        if end < 0.0 || start > axis.seconds {
            continue;
        }
        let lane = free.iter().position(|free| *free <= start).unwrap_or(free.len()).min(LANES - 1);
        match free.get_mut(lane) {
            Some(free) => *free = free.max(end),
            None => free.push(end),
        }
        placed.push((lane, mark));
    }
    placed
}

fn draw_mark(svg: &mut String, axis: &Axis, (lane, mark): (usize, &Mark), rows: Range<f64>) {
    let top = rows.start;
    let (from, to) = (axis.x(mark.start), mark.end.map_or(WIDTH - RIGHT, |end| axis.x(end)));
    let width = (to - from).max(1.0);
    let y = TOP + LANE * number(lane);
    let lasted = mark.end.map(|end| Unit::Seconds.show(end.duration_since(mark.start).as_secs_f64()));
    let lasted = lasted.unwrap_or_else(|| "not finished".to_owned());
    append(
        svg,
        format_args!(
            "<g><title>{0}: {lasted}</title><rect class=\"m\" x=\"{from:.1}\" y=\"{top:.0}\" width=\"{width:.1}\" height=\"{1:.0}\"/>\
             <rect class=\"l\" x=\"{from:.1}\" y=\"{y:.0}\" width=\"{width:.1}\" height=\"{2:.0}\" rx=\"3\"/>",
            xml(&mark.name),
            rows.end - top,
            LANE - 4.0
        ),
    );
    // A character is some seven units wide; a name that does not fit is in the tooltip.
    let room = (1..=60).take_while(|letters| f64::from(*letters) * 7.0 + 8.0 < width).count();
    if room >= mark.name.chars().count().min(4) {
        let name: String = mark.name.chars().take(room).collect();
        append(svg, format_args!("<text x=\"{:.1}\" y=\"{:.0}\">{}</text>", from + 4.0, y + 12.0, xml(&name)));
    }
    svg.push_str("</g>\n");
}

fn panels(timeline: &Timeline, axis: &Axis) -> Vec<Panel> {
    let line = |name, class, subject, value: &dyn Fn(&Sample) -> Option<f64>| Line {
        name,
        class,
        points: points(timeline.of(subject), axis, value),
    };
    let rate = |bytes: Option<u64>, sample: &Sample| {
        bytes.filter(|_| sample.seconds > 0.0).map(|bytes| large(bytes) / sample.seconds)
    };
    let (host, group) = (Subject::Host, Subject::Group);
    let panel = |title, unit, top, lines: Vec<Line>| Panel { title, unit, top, lines };
    let total = timeline.of(host).find_map(|sample| sample.memory_total).map(large);
    let all = vec![
        panel(
            "CPU",
            Unit::Ratio,
            Some(1.0),
            vec![line("machine", "a", host, &|sample| sample.cpu), line("cgroup", "b", group, &|sample| sample.cpu)],
        ),
        panel(
            "Memory",
            Unit::Bytes,
            total,
            vec![
                line("machine", "a", host, &|sample| sample.memory.map(large)),
                line("cgroup", "b", group, &|sample| sample.memory.map(large)),
            ],
        ),
        panel(
            "Disk, bytes a second",
            Unit::Bytes,
            None,
            vec![
                line("read", "a", host, &|sample| rate(sample.disk_read, sample)),
                line("written", "b", host, &|sample| rate(sample.disk_write, sample)),
            ],
        ),
        panel(
            "Network, bytes a second",
            Unit::Bytes,
            None,
            vec![
                line("received", "a", host, &|sample| rate(sample.net_rx, sample)),
                line("sent", "b", host, &|sample| rate(sample.net_tx, sample)),
            ],
        ),
        panel(
            "Waiting (pressure)",
            Unit::Ratio,
            None,
            vec![
                line("for CPU", "a", host, &|sample| sample.pressure.cpu),
                line("for disks", "b", host, &|sample| sample.pressure.io),
                line("for memory", "c", host, &|sample| sample.pressure.memory),
            ],
        ),
    ];
    let known = |mut panel: Panel| {
        panel.lines.retain(|line| line.points.iter().any(Option::is_some));
        (!panel.lines.is_empty()).then_some(panel)
    };
    all.into_iter().filter_map(known).collect()
}

/// Spreads values over the picture's width; a point is the mean of the samples that fall on it,
/// weighted by time, and is not known where there is none.
fn points<'samples>(
    samples: impl Iterator<Item = &'samples Sample>,
    axis: &Axis,
    value: impl Fn(&Sample) -> Option<f64>,
) -> Vec<Option<f64>> {
    let samples: Vec<&Sample> = samples.collect();
    let count = samples.len().clamp(1, POINTS);
    let mut sums = vec![(0.0, 0.0); count];
    for sample in samples {
        let share = axis.offset(sample.at) / axis.seconds;
        // The sample tells of the time before it.
        let place = (share * number(count) - 0.5).max(0.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a place is small and not negative"
        )]
        let sum = sums.get_mut((place as usize).min(count - 1));
        if let (Some(value), Some(sum)) = (value(sample), sum) {
            *sum = (sum.0 + value * sample.seconds, sum.1 + sample.seconds);
        }
    }
    sums.into_iter().map(|(sum, weight)| (weight > 0.0).then(|| sum / weight)).collect()
}

fn draw_panel(svg: &mut String, panel: &Panel, y: f64) {
    let highest = panel.lines.iter().flat_map(|line| line.points.iter().flatten()).copied().fold(0.0, f64::max);
    let least = if panel.unit == Unit::Ratio { 0.01 } else { 1024.0 };
    let top = panel.top.unwrap_or(highest).max(highest).max(least);
    append(svg, format_args!("<text class=\"s\" x=\"{LEFT}\" y=\"{:.0}\">{}</text>", y - 6.0, panel.title));
    let mut x = LEFT + 180.0;
    for line in &panel.lines {
        append(
            svg,
            format_args!(
                "<rect class=\"{}\" x=\"{x:.0}\" y=\"{:.0}\" width=\"10\" height=\"3\"/><text class=\"s\" x=\"{:.0}\" y=\"{:.0}\">{}</text>",
                line.class,
                y - 11.0,
                x + 15.0,
                y - 6.0,
                line.name
            ),
        );
        x += 110.0;
    }
    for (share, label) in [(0.0, "0".to_owned()), (0.5, panel.unit.show(top / 2.0)), (1.0, panel.unit.show(top))] {
        let at = y + PANEL * (1.0 - share);
        append(
            svg,
            format_args!(
                "<line class=\"g\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/><text class=\"s\" x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{label}</text>",
                WIDTH - RIGHT,
                LEFT - 8.0,
                at + 4.0
            ),
        );
    }
    for line in &panel.lines {
        append(svg, format_args!("<path class=\"{}\" d=\"{}\"/>\n", line.class, path(&line.points, top, y)));
    }
}

fn path(points: &[Option<f64>], top: f64, y: f64) -> String {
    let mut path = String::new();
    let mut pen = 'M';
    for (at, point) in points.iter().enumerate() {
        let Some(value) = point else {
            pen = 'M';
            continue;
        };
        let x = LEFT + (WIDTH - LEFT - RIGHT) * (number(at) + 0.5) / number(points.len());
        append(&mut path, format_args!("{pen}{x:.1} {:.1}", y + PANEL * (1.0 - (value / top).clamp(0.0, 1.0))));
        if pen == 'M' {
            // A point between gaps is drawn as a dot.
            path.push_str("h.5");
        }
        pen = 'L';
    }
    path
}

fn draw_times(svg: &mut String, axis: &Axis, y: f64) {
    for part in 0..=5_u32 {
        let share = f64::from(part) / 5.0;
        let anchor = match part {
            0 => "start",
            5 => "end",
            _ => "middle",
        };
        append(
            svg,
            format_args!(
                "<text class=\"s\" x=\"{:.1}\" y=\"{y:.0}\" text-anchor=\"{anchor}\">{}</text>",
                LEFT + (WIDTH - LEFT - RIGHT) * share,
                Unit::Seconds.show(axis.seconds * share)
            ),
        );
    }
    svg.push('\n');
}

#[expect(clippy::cast_precision_loss, reason = "a picture needs no more digits")]
fn large(bytes: u64) -> f64 {
    bytes as f64
}

#[cfg(test)]
mod tests {
    use crate::model::resources::Pressure;

    use super::*;

    fn sample(second: i64) -> Sample {
        Sample {
            at: Timestamp::from_second(second).unwrap(),
            subject: Subject::Host,
            seconds: 1.0,
            cpu: Some(0.5),
            memory: Some(1 << 30),
            memory_total: Some(4 << 30),
            disk_read: None,
            disk_write: None,
            disk_used: None,
            net_rx: Some(1 << 20),
            net_tx: None,
            pressure: Pressure::default(),
            top: Vec::new(),
        }
    }

    fn profile(seconds: i64) -> Profile {
        Profile {
            started_at: Timestamp::UNIX_EPOCH,
            ended_at: Timestamp::from_second(seconds).unwrap(),
            samples: 1,
            interval: 1.0,
            cpu_mean: None,
            cpu_p95: None,
            cpu_max: None,
            memory_mean: None,
            memory_max: None,
            memory_total: None,
            disk_read: None,
            disk_write: None,
            disk_used: None,
            net_rx: None,
            net_tx: None,
            pressure: Pressure::default(),
            top_process: None,
        }
    }

    fn mark(name: &str, start: i64, end: i64) -> Mark {
        let at = |second| Timestamp::from_second(second).unwrap();
        Mark { name: name.to_owned(), start: at(start), end: Some(at(end)) }
    }

    #[test]
    fn what_is_known_is_drawn_and_marks_that_overlap_have_lanes() {
        let marks = vec![mark("build <&>", 0, 60), mark("unit", 10, 20), mark("e2e", 70, 100), mark("gone", 200, 300)];
        let timeline = Timeline { samples: (1..=100).map(sample).collect(), marks };
        let svg = render("CI / \"build\"", &timeline, &profile(100));
        let mut reader = quick_xml::Reader::from_str(&svg);
        while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
        assert_eq!(svg.matches("<path").count(), 3, "CPU, memory and what was received");
        assert_eq!(svg.matches("class=\"l\"").count(), 3, "the mark behind the end is left out");
        assert!(svg.contains("build &lt;&amp;&gt;") && !svg.contains("<&>") && svg.contains("CI / &quot;build&quot;"));
        assert!(svg.contains(&format!("y=\"{:.0}\"", TOP + LANE)), "the second mark is in a lane of its own");
    }

    #[test]
    fn a_day_of_samples_makes_a_small_picture() {
        let timeline = Timeline { samples: (1..=86_400).map(sample).collect(), marks: Vec::new() };
        let svg = render("a day", &timeline, &profile(86_400));
        assert!(svg.len() < 60_000, "{}", svg.len());
        assert_eq!(svg.matches('M').count() - svg.matches("MB").count() - svg.matches("Memory").count(), 3);
    }

    #[test]
    fn one_sample_is_a_dot() {
        let timeline = Timeline { samples: vec![sample(1)], marks: Vec::new() };
        assert!(render("short", &timeline, &profile(1)).contains("h.5"));
    }
}
