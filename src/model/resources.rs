//! What a machine, or one control group of it, was seen to use.

use jiff::Timestamp;

/// Whose use a sample tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The whole machine.
    Host,
    /// One control group: a container, or what a service of the system started.
    Group,
}

/// What was used between two looks. What cannot be known is `None`, never 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// When the second look was.
    pub at: Timestamp,
    /// Whose use it is.
    pub subject: Subject,
    /// Seconds since the look before.
    pub seconds: f64,
    /// Share of the processors that may be used, from 0 to 1.
    pub cpu: Option<f64>,
    /// Bytes of memory in use that could not be given to others at once.
    pub memory: Option<u64>,
    /// Bytes of memory that may be used.
    pub memory_total: Option<u64>,
    /// Bytes read from disks.
    pub disk_read: Option<u64>,
    /// Bytes written to disks.
    pub disk_write: Option<u64>,
    /// Share of the disk of the working folder in use.
    pub disk_used: Option<f64>,
    /// Bytes received.
    pub net_rx: Option<u64>,
    /// Bytes sent.
    pub net_tx: Option<u64>,
    /// Shares of the time in which something had to wait.
    pub pressure: Pressure,
    /// The busiest processes, busiest first.
    pub top: Vec<Busy>,
}

/// Shares of the time, from 0 to 1, in which at least one task had to wait for a resource: `some` of
/// the kernel's pressure stall information (<https://docs.kernel.org/accounting/psi.html>).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pressure {
    /// For a processor.
    pub cpu: Option<f64>,
    /// For input and output.
    pub io: Option<f64>,
    /// For memory.
    pub memory: Option<f64>,
}

/// A process that was busy between two looks.
#[derive(Clone, Debug, PartialEq)]
pub struct Busy {
    /// The program's name as the kernel keeps it: 15 bytes at most.
    pub name: String,
    /// Its id.
    pub pid: u64,
    /// Processors it kept busy: 2 means two whole ones.
    pub cpus: f64,
    /// Bytes of memory that are resident.
    pub memory: u64,
}

/// A named stretch of time: a step of a job, or a command that was timed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Its name.
    pub name: String,
    /// When it began.
    pub start: Timestamp,
    /// When it ended; `None` while it has not.
    pub end: Option<Timestamp>,
}

/// Samples and marks in the order of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    /// The samples.
    pub samples: Vec<Sample>,
    /// The marks.
    pub marks: Vec<Mark>,
}

/// What samples come to.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// When the first look was.
    pub started_at: Timestamp,
    /// When the last look was.
    pub ended_at: Timestamp,
    /// How many samples there are.
    pub samples: usize,
    /// Mean seconds between two looks.
    pub interval: f64,
    /// Mean share of the processors, weighted by time.
    pub cpu_mean: Option<f64>,
    /// The share that 95 % of the samples stay below.
    pub cpu_p95: Option<f64>,
    /// The highest share.
    pub cpu_max: Option<f64>,
    /// Mean bytes of memory in use, weighted by time.
    pub memory_mean: Option<u64>,
    /// Most bytes of memory in use at a look.
    pub memory_max: Option<u64>,
    /// Bytes of memory that may be used.
    pub memory_total: Option<u64>,
    /// Bytes read from disks.
    pub disk_read: Option<u64>,
    /// Bytes written to disks.
    pub disk_write: Option<u64>,
    /// Share of the disk in use at the last look.
    pub disk_used: Option<f64>,
    /// Bytes received.
    pub net_rx: Option<u64>,
    /// Bytes sent.
    pub net_tx: Option<u64>,
    /// Shares of the whole time in which something had to wait.
    pub pressure: Pressure,
    /// The name of the program that used most processor time.
    pub top_process: Option<String>,
}

impl Timeline {
    /// Returns the samples of a subject, in the order of time.
    pub fn of(&self, subject: Subject) -> impl Iterator<Item = &Sample> {
        self.samples.iter().filter(move |sample| sample.subject == subject)
    }
}
