//! How deployed endpoints are, for people.

use super::table::{Align, Cell, Table};
use super::text::Tone;
use crate::model::color::Color;
use crate::model::health::{HealthReport, Probe, Status};
use crate::model::unit::Unit;
use crate::outputs::formats::totals;

/// Renders the endpoints with their parts, the alerts, and a closing sentence.
pub fn render(report: &HealthReport, width: usize, color: Color) -> String {
    let left = |heading| (heading, Align::Left);
    let right = |heading| (heading, Align::Right);
    let mut table = Table::new(&[
        left("Endpoint"),
        left("Health"),
        right("Status"),
        right("Total"),
        right("DNS"),
        right("Connect"),
        right("TLS"),
        right("First byte"),
        right("Certificate"),
        right("Uptime"),
        left("Why"),
    ]);
    for (probe, count) in report.latest.iter().zip(&report.counts) {
        let time = |time: Option<f64>| Cell::from(milliseconds(time));
        table.row([
            Cell::from(probe.name.to_string()),
            Cell::new(probe.status.health(), tone(probe.status)),
            Cell::from(probe.http_status.map(|status| status.to_string()).unwrap_or_default()),
            time(probe.total_ms),
            time(probe.dns_ms),
            time(probe.connect_ms),
            time(probe.tls_ms),
            time(probe.first_byte_ms),
            Cell::from(probe.certificate_days.map(|days| format!("{days} d")).unwrap_or_default()),
            Cell::from(Unit::Ratio.show(count.uptime())),
            Cell::from(probe.error.clone().unwrap_or_default()),
        ]);
        for part in &probe.components {
            let name = format!("  {}", part.name);
            let latency = Cell::from(part.latency.clone().unwrap_or_default());
            let health = Cell::new(part.status.health(), tone(part.status));
            table.row([Cell::from(name), health, Cell::default(), latency]);
        }
    }
    let mut text = if table.is_empty() { String::new() } else { table.render(width, color) + "\n" };
    for alert in &report.alerts {
        let line = format!("{} {} {}: {}", alert.at, alert.name, alert.kind.word(), alert.reason);
        text.push_str(&super::text::flat(&line));
        text.push('\n');
    }
    for note in &report.notes {
        text.push_str("note: ");
        text.push_str(&super::text::flat(note));
        text.push('\n');
    }
    text.push_str(&sentence(report));
    text.push('\n');
    text
}

/// Says in a sentence how the endpoints are.
pub(in crate::outputs::formats) fn sentence(report: &HealthReport) -> String {
    let count = |status: Status| format!("{} {}", report.count(status), status.health());
    format!(
        "{}: {}, {}, {}",
        totals::number(report.latest.len(), "endpoint"),
        count(Status::Up),
        count(Status::Degraded),
        count(Status::Down)
    )
}

/// Writes milliseconds, with a decimal where that matters.
pub(in crate::outputs::formats) fn milliseconds(time: Option<f64>) -> String {
    match time {
        Some(time) if time < 10.0 => format!("{time:.1} ms"),
        Some(time) => format!("{time:.0} ms"),
        None => String::new(),
    }
}

/// Says why a probe did not find the endpoint up.
pub(in crate::outputs::formats) fn why(probe: &Probe) -> &str {
    probe.error.as_deref().unwrap_or_default()
}

fn tone(status: Status) -> Tone {
    match status {
        Status::Up => Tone::Good,
        Status::Degraded => Tone::Warning,
        Status::Down => Tone::Error,
    }
}
