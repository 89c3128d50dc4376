//! The log of samples and marks: one JSON object a line, so that a sampler that is killed leaves
//! all it saw, and other programs can read it or add to it.

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;
use serde::{Deserialize, Serialize};

use crate::model::resources::{Busy, Mark, Pressure, Sample, Subject, Timeline};

/// A line that is neither a sample nor a mark.
#[derive(Debug, thiserror::Error)]
#[error("line {line} of the log is neither a sample nor a mark: {reason}")]
pub struct Damaged {
    line: usize,
    reason: String,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Mark(MarkLine),
    Sample(Box<SampleLine>),
}

#[derive(Serialize, Deserialize)]
struct MarkLine {
    mark: String,
    start: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    end: Option<String>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct SampleLine {
    at: String,
    of: String,
    seconds: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    cpu: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    memory_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    memory_total_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disk_read_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disk_write_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disk_used_ratio: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    net_rx_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    net_tx_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pressure_cpu: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pressure_io: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pressure_memory: Option<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    top: Vec<TopLine>,
}

#[derive(Serialize, Deserialize)]
struct TopLine {
    name: String,
    pid: u64,
    cpus: f64,
    memory_bytes: u64,
}

/// Writes a sample as a line, without its end.
pub fn sample_line(sample: &Sample) -> String {
    let top = |busy: &Busy| TopLine {
        name: busy.name.clone(),
        pid: busy.pid,
        cpus: rounded(busy.cpus),
        memory_bytes: busy.memory,
    };
    let line = SampleLine {
        at: moment(sample.at),
        of: word(sample.subject).to_owned(),
        seconds: rounded(sample.seconds),
        cpu: sample.cpu.map(rounded),
        memory_bytes: sample.memory,
        memory_total_bytes: sample.memory_total,
        disk_read_bytes: sample.disk_read,
        disk_write_bytes: sample.disk_write,
        disk_used_ratio: sample.disk_used.map(rounded),
        net_rx_bytes: sample.net_rx,
        net_tx_bytes: sample.net_tx,
        pressure_cpu: sample.pressure.cpu.map(rounded),
        pressure_io: sample.pressure.io.map(rounded),
        pressure_memory: sample.pressure.memory.map(rounded),
        top: sample.top.iter().map(top).collect(),
    };
    text(&Line::Sample(Box::new(line)))
}

/// Writes a mark as a line, without its end.
pub fn mark_line(mark: &Mark) -> String {
    text(&Line::Mark(MarkLine { mark: mark.name.clone(), start: moment(mark.start), end: mark.end.map(moment) }))
}

/// Reads a log. A last line without an end is one that was being written when its writer was
/// killed, and is left out.
///
/// # Errors
/// Any other line is damaged.
pub fn read(log: &str) -> Result<Timeline, Damaged> {
    let mut timeline = Timeline::default();
    let whole = log.rfind('\n').and_then(|end| log.get(..end)).unwrap_or_default();
    for (text, line) in whole.lines().zip(1..).filter(|(text, _)| !text.trim().is_empty()) {
        let damaged = |reason: String| Damaged { line, reason };
        match serde_json::from_str(text).map_err(|error| damaged(error.to_string()))? {
            Line::Mark(read) => timeline.marks.push(mark(read).map_err(damaged)?),
            Line::Sample(read) => timeline.samples.push(sample(*read).map_err(damaged)?),
        }
    }
    timeline.samples.sort_by_key(|sample| (sample.at, sample.subject));
    timeline.marks.sort_by_key(|mark| (mark.start, mark.end));
    Ok(timeline)
}

fn mark(line: MarkLine) -> Result<Mark, String> {
    Ok(Mark { name: line.mark, start: time(&line.start)?, end: line.end.as_deref().map(time).transpose()? })
}

fn sample(line: SampleLine) -> Result<Sample, String> {
    let subject = [Subject::Host, Subject::Group].into_iter().find(|subject| word(*subject) == line.of);
    let share = |share: Option<f64>| share.filter(|share| (0.0..=1.0).contains(share));
    let busy = |top: TopLine| Busy { name: top.name, pid: top.pid, cpus: top.cpus, memory: top.memory_bytes };
    Ok(Sample {
        at: time(&line.at)?,
        subject: subject.ok_or_else(|| format!("`{}` is nothing that is sampled", line.of))?,
        seconds: line.seconds.max(0.0),
        cpu: share(line.cpu),
        memory: line.memory_bytes,
        memory_total: line.memory_total_bytes,
        disk_read: line.disk_read_bytes,
        disk_write: line.disk_write_bytes,
        disk_used: share(line.disk_used_ratio),
        net_rx: line.net_rx_bytes,
        net_tx: line.net_tx_bytes,
        pressure: Pressure {
            cpu: share(line.pressure_cpu),
            io: share(line.pressure_io),
            memory: share(line.pressure_memory),
        },
        top: line.top.into_iter().map(busy).collect(),
    })
}

fn word(subject: Subject) -> &'static str {
    match subject {
        Subject::Host => "host",
        Subject::Group => "cgroup",
    }
}

fn time(text: &str) -> Result<Timestamp, String> {
    text.parse().ok().ok_or_else(|| format!("`{text}` is no time"))
}

/// Writes a time with milliseconds.
fn moment(at: Timestamp) -> String {
    const PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(3));
    PRINTER.timestamp_to_string(&at)
}

fn rounded(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}

fn text(line: &Line) -> String {
    // Neither kind holds anything that JSON cannot: keys are texts and numbers finite.
    serde_json::to_string(line).unwrap_or_default()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A sample of a second with everything known.
    pub(in crate::monitor::resources) fn known(at: i64, cpu: f64) -> Sample {
        Sample {
            at: Timestamp::from_second(at).unwrap(),
            subject: Subject::Host,
            seconds: 1.0,
            cpu: Some(cpu),
            memory: Some(1000),
            memory_total: Some(4000),
            disk_read: Some(10),
            disk_write: Some(20),
            disk_used: Some(0.5),
            net_rx: Some(30),
            net_tx: Some(40),
            pressure: Pressure { cpu: Some(0.1), io: None, memory: Some(0.0) },
            top: vec![Busy { name: "rustc".to_owned(), pid: 7, cpus: 1.5, memory: 100 }],
        }
    }

    #[test]
    fn what_was_written_is_read_back() {
        let empty = SampleLine { at: moment(Timestamp::UNIX_EPOCH), of: "cgroup".to_owned(), ..SampleLine::default() };
        let samples = [sample(empty).unwrap(), known(1, 0.25)];
        let mark = Mark { name: "build \"x\"\n".to_owned(), start: samples[1].at, end: None };
        let lines = [sample_line(&samples[1]), mark_line(&mark), sample_line(&samples[0])];
        let log = format!("{}\n", lines.join("\n"));
        assert_eq!(log.lines().count(), 3);
        let timeline = read(&log).unwrap();
        assert_eq!((timeline.samples, timeline.marks), (samples.to_vec(), vec![mark]));
    }

    #[test]
    fn a_line_that_was_cut_short_is_left_out_and_damage_is_named() {
        let line = sample_line(&known(1, 0.5));
        let cut = format!("{line}\n{{\"at\":\"2026-03-01T12:0");
        assert_eq!(read(&cut).unwrap().samples.len(), 1);
        assert_eq!(read("").unwrap(), Timeline::default());
        let error = read(&format!("{line}\nno json\n")).unwrap_err().to_string();
        assert!(error.starts_with("line 2 of the log is neither a sample nor a mark: "), "{error}");
        let error = read("{\"at\":\"today\",\"of\":\"host\"}\n").unwrap_err().to_string();
        assert!(error.ends_with("`today` is no time"), "{error}");
    }
}
