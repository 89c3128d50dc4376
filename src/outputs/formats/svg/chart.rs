//! Charts as SVG. Sizes are in the units of the view box; the page scales them.

use crate::outputs::formats::append::append;
use crate::outputs::formats::escape::html as text;
use crate::outputs::formats::quantity::seconds;

/// How large a chart is drawn: text has the same size in all of them.
#[derive(Clone, Copy, Debug)]
pub(in crate::outputs::formats) enum Size {
    /// Over the whole page.
    Wide,
    /// Three beside each other.
    Third,
}

impl Size {
    fn width(self) -> f64 {
        match self {
            Self::Wide => 1000.0,
            Self::Third => 360.0,
        }
    }

    fn height(self) -> f64 {
        match self {
            Self::Wide => 260.0,
            Self::Third => 200.0,
        }
    }

    /// How many labels fit below the chart.
    fn labels(self) -> usize {
        match self {
            Self::Wide => 12,
            Self::Third => 4,
        }
    }
}

const LEFT: f64 = 64.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 34.0;

/// A line of a chart: its name, its CSS class, and a value or a gap for each label.
pub(in crate::outputs::formats) struct Line<'values> {
    pub(in crate::outputs::formats) name: &'static str,
    pub(in crate::outputs::formats) class: &'static str,
    pub(in crate::outputs::formats) values: &'values [Option<f64>],
}

/// Values over time, and where their level changed.
pub(in crate::outputs::formats) struct Trend<'values> {
    /// What is read out by screen readers.
    pub(in crate::outputs::formats) title: &'values str,
    /// The names of the moments.
    pub(in crate::outputs::formats) labels: &'values [String],
    /// The lines; the space between the first two is filled.
    pub(in crate::outputs::formats) lines: &'values [Line<'values>],
    /// The places from which on the level is another.
    pub(in crate::outputs::formats) shifts: &'values [usize],
}

/// Draws durations over time.
pub(in crate::outputs::formats) fn durations(size: Size, trend: &Trend<'_>) -> String {
    let Trend { title, labels, lines, shifts } = *trend;
    let highest = lines.iter().flat_map(|line| line.values).flatten().copied().fold(0.0, f64::max);
    let step = tick(highest);
    let top = (highest / step).ceil().max(1.0) * step;
    let scale = Scale { size, top, points: labels.len() };
    let (width, height) = (size.width(), size.height());
    let mut svg =
        format!("<svg viewBox=\"0 0 {width} {height}\" role=\"img\" class=\"chart\"><title>{}</title>\n", text(title));
    svg.push_str(&grid(&scale, step));
    svg.push_str(&axis(&scale, labels));
    if let [upper, lower, ..] = lines {
        svg.push_str(&band(&scale, upper, lower));
    }
    for place in shifts {
        svg.push_str(&shift(&scale, *place, labels));
    }
    for line in lines {
        svg.push_str(&curve(&scale, labels, line));
    }
    svg.push_str("</svg>\n");
    svg
}

/// Fills the space between two lines, from gap to gap.
fn band(scale: &Scale, upper: &Line<'_>, lower: &Line<'_>) -> String {
    let both: Vec<Option<(f64, f64)>> =
        upper.values.iter().zip(lower.values).map(|(upper, lower)| upper.zip(*lower)).collect();
    let mut path = String::new();
    let mut at = 0;
    for part in both.split(Option::is_none) {
        let points = || part.iter().flatten().enumerate().map(|(place, values)| (scale.x(at + place), *values));
        if part.len() > 1 {
            let mut pen = 'M';
            for (x, (upper, _)) in points() {
                append(&mut path, format_args!("{pen}{x:.1} {:.1}", scale.y(upper)));
                pen = 'L';
            }
            let back: Vec<(f64, (f64, f64))> = points().collect();
            for (x, (_, lower)) in back.into_iter().rev() {
                append(&mut path, format_args!("L{x:.1} {:.1}", scale.y(lower)));
            }
            path.push('Z');
        }
        at += part.len() + 1;
    }
    format!("<path class=\"band\" d=\"{path}\"/>\n")
}

/// Marks where the level changed.
fn shift(scale: &Scale, place: usize, labels: &[String]) -> String {
    let x = f64::midpoint(scale.x(place.saturating_sub(1)), scale.x(place));
    let label = labels.get(place).map(|label| text(label)).unwrap_or_default();
    format!(
        "<line class=\"shift\" x1=\"{x:.1}\" y1=\"{TOP}\" x2=\"{x:.1}\" y2=\"{:.1}\"><title>Another level from {label} on</title></line>\n",
        scale.size.height() - BOTTOM
    )
}

struct Scale {
    size: Size,
    top: f64,
    points: usize,
}

impl Scale {
    fn x(&self, index: usize) -> f64 {
        let room = self.size.width() - LEFT - RIGHT;
        if self.points < 2 { LEFT + room / 2.0 } else { LEFT + room * number(index) / number(self.points - 1) }
    }

    fn y(&self, value: f64) -> f64 {
        TOP + (self.size.height() - TOP - BOTTOM) * (1.0 - value / self.top)
    }
}

#[expect(clippy::cast_precision_loss, reason = "a chart has far fewer points than 2^53")]
pub(in crate::outputs::formats) fn number(count: usize) -> f64 {
    count as f64
}

/// Chooses a round distance between grid lines so that there are at most six.
pub(in crate::outputs::formats) fn tick(highest: f64) -> f64 {
    const STEPS: [f64; 20] = [
        0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0,
        14400.0, 43200.0, 86400.0,
    ];
    STEPS.into_iter().find(|step| highest / step <= 6.0).unwrap_or_else(|| (highest / 6.0).max(0.1))
}

fn grid(scale: &Scale, step: f64) -> String {
    let mut svg = String::new();
    let mut value = 0.0;
    while value <= scale.top + step / 2.0 {
        let y = scale.y(value);
        let right = scale.size.width() - RIGHT;
        append(
            &mut svg,
            format_args!(
                "<line class=\"grid\" x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{right}\" y2=\"{y:.1}\"/><text class=\"tick\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>\n",
                LEFT - 8.0,
                y + 4.0,
                label(value),
            ),
        );
        value += step;
    }
    svg
}

/// Round values need no decimals: `2 m`, not `2 m 00 s`.
pub(in crate::outputs::formats) fn label(value: f64) -> String {
    seconds(value).replace(".0 s", " s").replace(" 00 s", "").replace(" 00 m", "").replace("0 ms", "0")
}

fn axis(scale: &Scale, labels: &[String]) -> String {
    let every = labels.len().div_ceil(scale.size.labels()).max(1);
    let mut svg = String::new();
    for (index, label) in labels.iter().enumerate().filter(|(index, _)| index % every == 0) {
        append(
            &mut svg,
            format_args!(
                "<text class=\"tick\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>\n",
                scale.x(index),
                scale.size.height() - 12.0,
                text(label),
            ),
        );
    }
    svg
}

fn curve(scale: &Scale, labels: &[String], line: &Line<'_>) -> String {
    let mut path = String::new();
    let mut dots = String::new();
    let mut pen = 'M';
    for ((index, value), label) in line.values.iter().enumerate().zip(labels) {
        let Some(value) = *value else {
            pen = 'M';
            continue;
        };
        let (x, y) = (scale.x(index), scale.y(value));
        append(&mut path, format_args!("{pen}{x:.1} {y:.1}"));
        pen = 'L';
        append(
            &mut dots,
            format_args!(
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\"><title>{} {}: {}</title></circle>",
                text(label),
                line.name,
                seconds(value)
            ),
        );
    }
    format!("<g class=\"{}\"><path d=\"{path}\"/>{dots}</g>\n", line.class)
}

/// Draws a small line without axes, for a table's cell.
pub(in crate::outputs::formats) fn spark(values: &[Option<f64>]) -> String {
    let highest = values.iter().flatten().copied().fold(0.0, f64::max);
    if highest <= 0.0 {
        return String::new();
    }
    let mut path = String::new();
    let mut pen = 'M';
    for (index, value) in values.iter().enumerate() {
        let Some(value) = *value else {
            pen = 'M';
            continue;
        };
        let x = if values.len() < 2 { 50.0 } else { 2.0 + 96.0 * number(index) / number(values.len() - 1) };
        let y = 20.0 - 17.0 * value / highest;
        append(&mut path, format_args!("{pen}{x:.1} {y:.1}"));
        if pen == 'M' {
            // A single point between gaps is a dot: round line ends draw it.
            path.push_str("h0");
        }
        pen = 'L';
    }
    format!("<svg class=\"spark\" viewBox=\"0 0 100 22\" aria-hidden=\"true\"><path d=\"{path}\"/></svg>")
}

/// Draws points out of ten over time.
pub(in crate::outputs::formats) fn points(title: &str, labels: &[String], values: &[f64]) -> String {
    let scale = Scale { size: Size::Wide, top: 10.0, points: values.len() };
    let (width, height) = (Size::Wide.width(), Size::Wide.height());
    let mut svg =
        format!("<svg viewBox=\"0 0 {width} {height}\" role=\"img\" class=\"chart\"><title>{}</title>\n", text(title));
    for step in 0..=5 {
        let value = f64::from(step) * 2.0;
        let y = scale.y(value);
        append(
            &mut svg,
            format_args!(
                "<line class=\"grid\" x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{0}\" y2=\"{y:.1}\"/><text class=\"tick\" x=\"{1:.1}\" y=\"{2:.1}\" text-anchor=\"end\">{value}</text>\n",
                width - RIGHT,
                LEFT - 8.0,
                y + 4.0
            ),
        );
    }
    svg.push_str(&axis(&scale, labels));
    let mut path = String::new();
    let mut pen = 'M';
    for (index, value) in values.iter().enumerate() {
        append(&mut path, format_args!("{pen}{:.1} {:.1}", scale.x(index), scale.y(*value)));
        pen = 'L';
    }
    append(&mut svg, format_args!("<g class=\"p50\"><path d=\"{path}\"/></g>\n</svg>\n"));
    svg
}

/// Draws a horizontal bar for a share between 0 and 1.
pub(in crate::outputs::formats) fn bar(share: f64) -> String {
    let width = 100.0 * share.clamp(0.0, 1.0);
    format!(
        "<svg class=\"bar\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect width=\"{width:.1}\" height=\"8\" rx=\"1\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grid_lines_are_round_and_few() {
        for highest in [0.0, 0.3, 1.0, 59.0, 61.0, 4000.0, 1e7] {
            let step = tick(highest);
            assert!(step > 0.0 && highest / step <= 6.001, "{highest}");
        }
        assert_eq!(label(tick(200.0)), "1 m");
        assert_eq!((label(120.0).as_str(), label(3600.0).as_str(), label(5.0).as_str()), ("2 m", "1 h", "5 s"));
    }

    #[test]
    fn gaps_break_the_line() {
        let values = [Some(1.0), None, Some(2.0), Some(3.0)];
        let labels: Vec<String> = (1..=4).map(|week| format!("<{week}>")).collect();
        let svg = durations(
            Size::Wide,
            &Trend {
                title: "a & b",
                labels: &labels,
                lines: &[Line { name: "p50", class: "p50", values: &values }],
                shifts: &[2],
            },
        );
        assert_eq!(svg.matches('M').count(), 2, "{svg}");
        assert!(svg.contains("<title>a &amp; b</title>") && svg.contains("&lt;1&gt;"));
        assert!(svg.contains("Another level from &lt;3&gt; on"), "{svg}");
    }
}
