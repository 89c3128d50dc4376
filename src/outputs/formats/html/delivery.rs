//! The metrics of delivery as a section of a page.

use crate::model::delivery::{Delivery, DeliveryMetric, Figure, Phase};
use crate::model::unit::Unit;
use crate::outputs::formats::escape::html as text;

/// Renders the section.
pub(super) fn delivery(delivery: &Delivery) -> String {
    let marks =
        if delivery.marks.is_empty() { String::new() } else { format!(" (told by {})", delivery.marks.join(", ")) };
    let levels =
        if delivery.levels.is_empty() { String::new() } else { format!(" Levels: {}.", text(&delivery.levels)) };
    let metrics: String = delivery.metrics.iter().map(metric).collect();
    format!(
        "<section><h2>Delivery</h2>\n<p class=\"legend\">{}: {} in the period, {} failed{marks}.{levels}</p>\n<div class=\"scroll\"><table>\n\
         <thead><tr><th>Metric</th><th>Value</th><th>p95</th><th>Made from</th><th>Level</th></tr></thead>\n<tbody>\n{metrics}</tbody>\n</table></div>\n{}</section>\n",
        text(&delivery.counted),
        delivery.deployments,
        delivery.failed,
        phases(&delivery.phases),
    )
}

fn metric(metric: &DeliveryMetric) -> String {
    let title = metric.title;
    match &metric.figure {
        Figure::Measured { value, p95, count, level } => format!(
            "<tr><th scope=\"row\">{title}</th><td>{}</td><td>{}</td><td>{count}</td><td>{}</td></tr>\n",
            metric.unit.show(*value),
            p95.map(|p95| metric.unit.show(p95)).unwrap_or_default(),
            level.unwrap_or_default()
        ),
        Figure::NotMeasurable(why) => format!(
            "<tr><th scope=\"row\">{title} <small>not measurable: {}</small></th><td>–</td><td></td><td></td><td></td></tr>\n",
            text(why)
        ),
    }
}

fn phases(phases: &[Phase]) -> String {
    if phases.is_empty() {
        return String::new();
    }
    let row = |phase: &Phase| {
        let (p50, p95) = (Unit::Seconds.show(phase.p50), Unit::Seconds.show(phase.p95));
        format!(
            "<tr><th scope=\"row\">{} <small>{}</small></th><td>{p50}</td><td>{p95}</td><td>{}</td></tr>\n",
            phase.name, phase.summary, phase.count
        )
    };
    let rows: String = phases.iter().map(row).collect();
    format!(
        "<div class=\"scroll\"><table>\n<thead><tr><th>Pull requests</th><th>p50</th><th>p95</th><th>Made from</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n"
    )
}
