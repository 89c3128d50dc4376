//! A run as bars: when jobs waited and ran, and which of them the run waited for.

use super::chart::{label, number, tick};
use crate::model::timing::{Bar, Gantt};
use crate::outputs::formats::append::append;
use crate::outputs::formats::escape::html as text;
use crate::outputs::formats::quantity::seconds;

const WIDTH: f64 = 1000.0;
const LEFT: f64 = 210.0;
const RIGHT: f64 = 16.0;
const ROW: f64 = 24.0;
const TOP: f64 = 8.0;

/// The most bars that are drawn; the shortest jobs beside the critical path are left out first.
const MOST: usize = 60;

/// How many characters of a job's name fit beside its bar.
const NAME: usize = 30;

/// Draws the run. The class names are those of the page, or of the style that stands in a picture by itself.
pub(in crate::outputs::formats) fn render(gantt: &Gantt) -> String {
    let bars = shown(&gantt.bars);
    let end = bars.iter().map(|bar| bar.ended_s).fold(0.0, f64::max).max(1.0);
    let height = TOP + ROW * number(bars.len()) + 26.0;
    let x = |at: f64| LEFT + (WIDTH - LEFT - RIGHT) * (at / end).clamp(0.0, 1.0);
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} {height:.0}\" role=\"img\" class=\"chart gantt\"><title>{} {}</title>\n",
        text(&gantt.workflow),
        gantt.run_id
    );
    let step = tick(end);
    let mut at = 0.0;
    while at <= end {
        append(
            &mut svg,
            format_args!(
                "<line class=\"grid\" x1=\"{0:.1}\" y1=\"{TOP}\" x2=\"{0:.1}\" y2=\"{1:.1}\"/><text class=\"tick\" x=\"{0:.1}\" y=\"{2:.1}\" text-anchor=\"middle\">{3}</text>\n",
                x(at),
                height - 22.0,
                height - 6.0,
                label(at)
            ),
        );
        at += step;
    }
    for (row, bar) in bars.iter().enumerate() {
        let y = TOP + ROW * number(row);
        let class = if bar.is_critical { "critical" } else { "beside" };
        let (from, to) = (x(bar.started_s), x(bar.ended_s));
        append(
            &mut svg,
            format_args!(
                "<g class=\"{class}\"><text class=\"name\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text><rect class=\"wait\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"6\"/><rect class=\"run\" x=\"{from:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"16\" rx=\"2\"><title>{}: {} after {}{}</title></rect></g>\n",
                LEFT - 8.0,
                y + 15.0,
                text(&short(&bar.job)),
                x(bar.queued_s),
                y + 8.0,
                (from - x(bar.queued_s)).max(0.0),
                y + 3.0,
                (to - from).max(1.5),
                text(&bar.job),
                seconds(bar.ended_s - bar.started_s),
                seconds((bar.started_s - bar.queued_s).max(0.0)),
                if bar.is_critical { " in the queue; the run waited for it" } else { " in the queue" },
            ),
        );
    }
    svg.push_str("</svg>\n");
    svg
}

fn shown(bars: &[Bar]) -> Vec<&Bar> {
    let mut by_weight: Vec<&Bar> = bars.iter().collect();
    by_weight.sort_by(|left, right| {
        (right.is_critical, right.ended_s - right.started_s)
            .partial_cmp(&(left.is_critical, left.ended_s - left.started_s))
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    by_weight.truncate(MOST);
    by_weight.sort_by(|left, right| left.started_s.total_cmp(&right.started_s).then_with(|| left.job.cmp(&right.job)));
    by_weight
}

fn short(name: &str) -> String {
    if name.chars().count() <= NAME { name.to_owned() } else { name.chars().take(NAME - 1).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_escaped_and_the_critical_ones_marked() {
        let bar = |job: &str, is_critical| Bar {
            job: job.to_owned(),
            queued_s: 0.0,
            started_s: 5.0,
            ended_s: 65.0,
            is_critical,
        };
        let gantt = Gantt {
            workflow: "C<I>".to_owned(),
            run_id: 7,
            started_at: jiff::Timestamp::UNIX_EPOCH,
            bars: vec![bar("a & b", true), bar("c", false)],
        };
        let svg = render(&gantt);
        assert!(
            svg.contains("C&lt;I&gt; 7")
                && svg.contains("a &amp; b: 1 m 00 s after 5.0 s in the queue; the run waited for it"),
            "{svg}"
        );
        assert_eq!((svg.matches("class=\"critical\"").count(), svg.matches("class=\"beside\"").count()), (1, 1));
    }

    #[test]
    fn a_run_of_hundreds_of_jobs_keeps_what_it_waited_for() {
        let bar = |number: u32| Bar {
            job: format!("job {number}"),
            queued_s: 0.0,
            started_s: f64::from(number),
            ended_s: f64::from(number) + 1.0,
            is_critical: number == 250,
        };
        let bars: Vec<Bar> = (0..300).map(bar).collect();
        let kept = shown(&bars);
        assert!(kept.len() == MOST && kept.iter().any(|bar| bar.is_critical));
    }
}
