//! How deployed endpoints are, as annotations.

use super::room::{Kind, Room};
use crate::model::health::{Alert, AlertKind, HealthReport, Probe, Status};
use crate::outputs::formats::escape::{command_data, command_property, log_line, terminal};
use crate::outputs::formats::human::health::{milliseconds, sentence, why};

/// Renders what is not well as annotations, as far as there is room for them, and all endpoints as
/// lines.
pub fn render(report: &HealthReport, room: &mut Room) -> String {
    let mut out = String::new();
    for (kind, status) in [(Kind::Error, Status::Down), (Kind::Warning, Status::Degraded)] {
        let unwell = report.latest.iter().filter(|probe| probe.status == status);
        out.extend(unwell.filter(|_| room.take(kind)).map(|probe| annotation(kind, probe)));
    }
    for probe in &report.latest {
        let status = probe.http_status.map(|status| format!(" {status}")).unwrap_or_default();
        let took = milliseconds(probe.total_ms);
        line(&mut out, &format!("{:9}  {}{status} {took} {}", probe.status.health(), probe.name, why(probe)));
        for part in &probe.components {
            line(&mut out, &format!("{:9}    {}", part.status.health(), part.name));
        }
    }
    for note in &report.notes {
        line(&mut out, &format!("note: {note}"));
    }
    line(&mut out, &sentence(report));
    out
}

/// Renders an alert at the moment it comes.
pub fn alert(alert: &Alert, in_job: bool) -> String {
    let message = format!("{} is {}: {}", alert.name, alert.kind.word(), alert.reason);
    if !in_job {
        return log_line(&format!("alert: {message}").replace('\n', " ")) + "\n";
    }
    // What the runner keeps is room for ten errors; an alert that is over needs none of it.
    let kind = if alert.kind == AlertKind::Recovered { Kind::Notice } else { Kind::Warning };
    format!("::{} title=plimsoll health::{}\n", kind.command(), command_data(&terminal(&message)))
}

fn annotation(kind: Kind, probe: &Probe) -> String {
    let title = command_property(&format!("{} is {}", probe.name, probe.status.health()));
    format!("::{} title={title}::{}\n", kind.command(), command_data(&terminal(why(probe))))
}

fn line(out: &mut String, text: &str) {
    out.push_str(log_line(&text.replace('\n', " ")).trim_end());
    out.push('\n');
}
