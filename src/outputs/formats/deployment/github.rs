//! A deployment, as annotations and lines of a job's log.

use super::{human, sentence};
use crate::model::color::Color;
use crate::model::deployment::{DeploymentReport, Ending};
use crate::outputs::formats::escape::{command_data, command_property, log_line, terminal};
use crate::outputs::formats::github::room::{Kind, Room};

/// How wide the lines of a log are.
const WIDTH: usize = 120;

/// Renders what went wrong as annotations, and all of it as lines.
pub fn github(report: &DeploymentReport) -> String {
    let mut room = Room::default();
    let mut out = String::new();
    for refusal in &report.refusals {
        annotate(&mut out, report, (Kind::Error, refusal), &mut room);
    }
    let ending = report.deployment.as_ref().and_then(|deployment| deployment.ending);
    if ending.is_some_and(|ending| ending != Ending::Succeeded) {
        annotate(&mut out, report, (Kind::Error, &sentence(report)), &mut room);
    }
    for line in human(report, WIDTH, Color::Never).lines() {
        out.push_str(&log_line(line));
        out.push('\n');
    }
    out
}

fn annotate(out: &mut String, report: &DeploymentReport, (kind, message): (Kind, &str), room: &mut Room) {
    if room.take(kind) {
        let (title, message) = (command_property(&report.title), command_data(&terminal(message)));
        out.extend([format!("::{} title={title}::{message}\n", kind.command())]);
    }
}
