//! The metrics of delivery as a section.

use crate::model::delivery::{Delivery, DeliveryMetric, Figure, Phase};
use crate::model::unit::Unit;
use crate::outputs::formats::escape::markdown as text;

/// Renders the section: a table of the five metrics, and one of the way of pull requests.
pub(super) fn delivery(delivery: &Delivery) -> String {
    let marks =
        if delivery.marks.is_empty() { String::new() } else { format!(" (told by {})", delivery.marks.join(", ")) };
    let levels =
        if delivery.levels.is_empty() { String::new() } else { format!("\nLevels: {}.\n", text(&delivery.levels)) };
    let metrics: String = delivery.metrics.iter().map(metric).collect();
    format!(
        "## Delivery\n\n{}, {} to {}: **{}** · **{}** failed{marks}\n\n\
         | Metric | Value | p95 | Made from | Level |\n|---|--:|--:|--:|---|\n{metrics}{levels}\n{}",
        text(&delivery.counted),
        delivery.period.0.strftime("%Y-%m-%d"),
        delivery.period.1.strftime("%Y-%m-%d"),
        delivery.deployments,
        delivery.failed,
        phases(&delivery.phases),
    )
}

fn metric(metric: &DeliveryMetric) -> String {
    match &metric.figure {
        Figure::Measured { value, p95, count, level } => format!(
            "| {} | {} | {} | {count} | {} |\n",
            metric.title,
            metric.unit.show(*value),
            p95.map(|p95| metric.unit.show(p95)).unwrap_or_default(),
            level.unwrap_or_default()
        ),
        Figure::NotMeasurable(why) => format!("| {} | not measurable: {} | | | |\n", metric.title, text(why)),
    }
}

fn phases(phases: &[Phase]) -> String {
    if phases.is_empty() {
        return String::new();
    }
    let row = |phase: &Phase| {
        let (p50, p95) = (Unit::Seconds.show(phase.p50), Unit::Seconds.show(phase.p95));
        format!("| {} ({}) | {p50} | {p95} | {} |\n", phase.name, phase.summary, phase.count)
    };
    let rows: String = phases.iter().map(row).collect();
    format!("| Pull requests | p50 | p95 | Made from |\n|---|--:|--:|--:|\n{rows}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_measurable_says_so() {
        let at = jiff::Timestamp::from_second(1_770_000_000).unwrap();
        let measured = |value, p95, level| Figure::Measured { value, p95, count: 12, level };
        let page = delivery(&Delivery {
            counted: "deployments to <b>".to_owned(),
            period: (at, at),
            deployments: 12,
            failed: 0,
            marks: vec!["states"],
            commit: String::new(),
            metrics: vec![
                DeliveryMetric {
                    name: "dora.lead_time_s",
                    title: "Change lead time",
                    unit: Unit::Seconds,
                    figure: measured(7260.0, Some(90_000.0), Some("elite")),
                },
                DeliveryMetric {
                    name: "dora.recovery_s",
                    title: "Failed deployment recovery time",
                    unit: Unit::Seconds,
                    figure: Figure::NotMeasurable("none | failed".to_owned()),
                },
            ],
            phases: vec![Phase {
                name: "pickup",
                summary: "pull request to first review",
                p50: 60.0,
                p95: 120.0,
                count: 3,
            }],
            levels: "levels of 2023".to_owned(),
        });
        insta::assert_snapshot!(page, @r"
        ## Delivery

        deployments to &lt;b&gt;, 2026-02-02 to 2026-02-02: **12** · **0** failed (told by states)

        | Metric | Value | p95 | Made from | Level |
        |---|--:|--:|--:|---|
        | Change lead time | 2h 1min | 25h | 12 | elite |
        | Failed deployment recovery time | not measurable: none \| failed | | | |

        Levels: levels of 2023.

        | Pull requests | p50 | p95 | Made from |
        |---|--:|--:|--:|
        | pickup (pull request to first review) | 1min | 2min | 3 |
        ");
    }
}
