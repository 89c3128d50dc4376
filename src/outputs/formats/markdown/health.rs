//! How deployed endpoints are, for a job's page.

use super::table::{Align, heading, row};
use crate::model::health::{HealthReport, Status};
use crate::outputs::formats::escape;
use crate::outputs::formats::human::health::{milliseconds, sentence, why};
use crate::outputs::formats::quantity::percent_or_dash;

/// Renders the endpoints, their parts and the alerts.
pub fn render(report: &HealthReport) -> String {
    let right = |text| (text, Align::Right);
    let mut text = "### Health\n\n".to_owned();
    text.push_str(&heading(&[
        ("", Align::Left),
        ("Endpoint", Align::Left),
        right("Status"),
        right("Total"),
        right("First byte"),
        right("Certificate"),
        right("Uptime"),
        ("Why", Align::Left),
    ]));
    for (probe, count) in report.latest.iter().zip(&report.counts) {
        let cells = [
            mark(probe.status).to_owned(),
            escape::markdown(&probe.name.to_string()),
            probe.http_status.map(|status| status.to_string()).unwrap_or_default(),
            milliseconds(probe.total_ms),
            milliseconds(probe.first_byte_ms),
            probe.certificate_days.map(|days| format!("{days} d")).unwrap_or_default(),
            percent_or_dash(Some(count.uptime())),
            escape::markdown(why(probe)),
        ];
        text.push_str(&row(cells.iter().map(String::as_str)));
        for part in &probe.components {
            let name = format!("↳ {}", escape::markdown(&part.name));
            let latency = escape::markdown(part.latency.as_deref().unwrap_or_default());
            text.push_str(&row([mark(part.status), &name, "", &latency, "", "", "", ""]));
        }
    }
    for alert in &report.alerts {
        let reason = escape::markdown(&alert.reason);
        let line = format!(
            "\n- {} **{}** {}: {reason}",
            alert.at,
            escape::markdown(&alert.name.to_string()),
            alert.kind.word()
        );
        text.push_str(&line);
    }
    for note in &report.notes {
        text.push_str("\n\n");
        text.push_str(&escape::markdown_sentence(note));
    }
    text.push_str("\n\n");
    text.push_str(&sentence(report));
    text.push_str(".\n");
    text
}

fn mark(status: Status) -> &'static str {
    match status {
        Status::Up => "✅",
        Status::Degraded => "⚠️",
        Status::Down => "❌",
    }
}
