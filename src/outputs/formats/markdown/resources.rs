//! What was used, for a job's page: a table, and charts that GitHub itself draws.

use super::table::{Align, heading, row};
use crate::model::resources::{Profile, Sample, Subject, Timeline};
use crate::model::unit::Unit;
use crate::outputs::formats::append::append;
use crate::outputs::formats::escape;
use crate::outputs::formats::human::resources::bytes;
use crate::outputs::formats::quantity::percent_or_dash;

/// How many points a chart has: GitHub draws it some 800 pixels wide.
const POINTS: usize = 60;

/// Renders the profiles, a chart of the machine's processors and memory, and the marks.
pub fn render(profiles: &[(String, Profile)], timeline: &Timeline) -> String {
    let mut text = "### Resources\n\n".to_owned();
    let right = |heading| (heading, Align::Right);
    text.push_str(&heading(&[
        ("Scope", Align::Left),
        right("Time"),
        right("CPU mean"),
        right("CPU p95"),
        right("Memory most"),
        right("of"),
        right("Read"),
        right("Written"),
        right("Received"),
        right("Sent"),
        ("Busiest", Align::Left),
    ]));
    for (scope, profile) in profiles {
        text.push_str(&profile_row(scope, profile));
    }
    let host: Vec<&Sample> = timeline.of(Subject::Host).collect();
    text.push_str(&chart("CPU, %", &host, |sample| sample.cpu));
    text.push_str(&chart("Memory, %", &host, memory_share));
    text
}

fn profile_row(scope: &str, profile: &Profile) -> String {
    let size = |size: Option<u64>| size.map_or_else(|| "–".to_owned(), bytes);
    let seconds = profile.ended_at.duration_since(profile.started_at).as_secs_f64();
    let cells = [
        escape::markdown(scope),
        Unit::Seconds.show(seconds),
        percent_or_dash(profile.cpu_mean),
        percent_or_dash(profile.cpu_p95),
        size(profile.memory_max),
        size(profile.memory_total),
        size(profile.disk_read),
        size(profile.disk_write),
        size(profile.net_rx),
        size(profile.net_tx),
        escape::markdown(profile.top_process.as_deref().unwrap_or("–")),
    ];
    row(cells.iter().map(String::as_str))
}

#[expect(clippy::cast_precision_loss, reason = "a share needs no more digits")]
fn memory_share(sample: &Sample) -> Option<f64> {
    Some(sample.memory? as f64 / sample.memory_total.filter(|total| *total > 0)? as f64)
}

/// Draws shares over samples; nothing where fewer than two are known.
fn chart(title: &str, samples: &[&Sample], value: impl Fn(&Sample) -> Option<f64>) -> String {
    let known: Vec<f64> = samples.iter().filter_map(|sample| value(sample)).collect();
    if known.len() < 2 {
        return String::new();
    }
    let mut points = String::new();
    for part in known.chunks(known.len().div_ceil(POINTS)) {
        let separator = if points.is_empty() { "" } else { ", " };
        append(&mut points, format_args!("{separator}{:.1}", 100.0 * mean(part)));
    }
    format!("\n```mermaid\nxychart-beta\n  title \"{title}\"\n  y-axis 0 --> 100\n  line [{points}]\n```\n")
}

#[expect(clippy::cast_precision_loss, reason = "a chart has far fewer points than 2^53")]
fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}
