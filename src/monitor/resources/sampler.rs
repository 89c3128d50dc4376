//! Two looks at the kernel's counters make a sample.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::counters::{self, Flow, Memory, Processors};
use super::files::Kept;
use super::group::Group;
use super::processes::Processes;
use crate::model::resources::{Pressure, Sample, Subject};
use crate::system;

/// Where to look.
#[derive(Clone, Debug)]
pub struct Places {
    /// Where the processes' file system is mounted: `/proc`, or that of the machine inside a
    /// container.
    pub proc: PathBuf,
    /// The control group's folder; the group of this process where it is [`Groups::Own`].
    pub group: Groups,
    /// A folder on the disk whose room is watched.
    pub disk: PathBuf,
}

/// Which control group is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Groups {
    /// The one this process is in, and what it starts.
    Own,
    /// The one of this folder.
    Named(PathBuf),
    /// None.
    None,
}

/// The share of one processor that the sampler may use before it stops looking at single
/// processes; the rest of a look is far cheaper.
const BUDGET: f64 = 0.003;

/// Looks, and remembers what it saw.
#[derive(Debug)]
pub struct Sampler {
    files: Files,
    group: Option<Group>,
    processes: Processes,
    disk: PathBuf,
    started: Instant,
    spent_before: Duration,
    last: Look,
    scanned: Instant,
}

#[derive(Debug)]
struct Files {
    stat: Kept,
    meminfo: Kept,
    diskstats: Kept,
    network: Kept,
    pressure: [Kept; 3],
}

/// What one look saw.
#[derive(Debug)]
struct Look {
    at: Instant,
    processors: Option<Processors>,
    memory: Option<Memory>,
    disks: Option<Flow>,
    network: Option<Flow>,
    stalled: [Option<u64>; 3],
    group: Option<GroupLook>,
}

#[derive(Debug)]
struct GroupLook {
    cpu_seconds: Option<f64>,
    memory: Option<Memory>,
    io: Option<Flow>,
    stalled: [Option<u64>; 3],
}

impl Sampler {
    /// Takes the first look.
    pub fn new(places: &Places) -> Self {
        let proc = &places.proc;
        let file = |name: &str| Kept::new(proc.join(name));
        // Another process's view is needed where the file system is the machine's, not our own.
        let network = if proc == Path::new("/proc") { "net/dev" } else { "1/net/dev" };
        let mut files = Files {
            stat: file("stat"),
            meminfo: file("meminfo"),
            diskstats: file("diskstats"),
            network: file(network),
            pressure: [file("pressure/cpu"), file("pressure/io"), file("pressure/memory")],
        };
        let mut group = match &places.group {
            Groups::Own => Group::own(Path::new("/proc")),
            Groups::Named(folder) => Group::version_two(folder),
            Groups::None => None,
        };
        let mut processes = Processes::new(proc);
        let last = look(&mut files, group.as_mut());
        processes.busiest(0.0);
        let started = now();
        let spent_before = spent();
        Self { files, group, processes, disk: places.disk.clone(), started, spent_before, last, scanned: started }
    }

    /// Takes another look; returns what was used since the last one: by the machine, and by the
    /// group where there is one.
    pub fn sample(&mut self, at: Timestamp) -> Vec<Sample> {
        let look = look(&mut self.files, self.group.as_mut());
        let last = std::mem::replace(&mut self.last, look);
        let look = &self.last;
        let seconds = look.at.duration_since(last.at).as_secs_f64();
        if seconds <= 0.0 {
            return Vec::new();
        }
        let mut host = empty(at, Subject::Host, seconds);
        host.cpu = last.processors.zip(look.processors).and_then(|(from, to)| share(from, to));
        set_memory(&mut host, look.memory);
        set_disks(&mut host, last.disks, look.disks);
        let network = last.network.zip(look.network);
        host.net_rx = network.map(|(from, to)| to.read.saturating_sub(from.read));
        host.net_tx = network.map(|(from, to)| to.written.saturating_sub(from.written));
        host.pressure = pressure(last.stalled, look.stalled, seconds);
        host.disk_used = disk_used(&self.disk);
        let group = last.group.as_ref().zip(look.group.as_ref());
        let group = group.map(|(from, to)| {
            let mut sample = empty(at, Subject::Group, seconds);
            let allowed = self.group.as_ref().and_then(|group| group.processors);
            let allowed = allowed.or_else(|| Some(count(look.processors?.count)));
            let used = from.cpu_seconds.zip(to.cpu_seconds).map(|(from, to)| to - from);
            sample.cpu = used.zip(allowed).map(|(used, allowed)| ratio(used, seconds * allowed));
            set_memory(&mut sample, to.memory);
            set_disks(&mut sample, from.io, to.io);
            sample.pressure = pressure(from.stalled, to.stalled, seconds);
            sample
        });
        if self.may_scan() {
            let now = now();
            host.top = self.processes.busiest(now.duration_since(self.scanned).as_secs_f64());
            self.scanned = now;
        }
        std::iter::once(host).chain(group).collect()
    }

    /// Tells whether the machine says nothing of itself: what Linux has in `/proc` is not everywhere.
    pub fn is_blind(&self) -> bool {
        self.last.processors.is_none() && self.last.memory.is_none()
    }

    /// Returns the processor time that this process itself has used since the first look.
    pub fn own_time(&self) -> Duration {
        spent().saturating_sub(self.spent_before)
    }

    fn may_scan(&self) -> bool {
        let elapsed = now().duration_since(self.started);
        self.own_time().as_secs_f64() <= elapsed.as_secs_f64() * BUDGET
    }
}

fn look(files: &mut Files, group: Option<&mut Group>) -> Look {
    let memory = files.meminfo.read().and_then(counters::memory);
    let group = group.map(|group| GroupLook {
        cpu_seconds: group.cpu_seconds(),
        memory: group.memory(memory.map(|memory| memory.total)),
        io: group.io(),
        stalled: group.stalled(),
    });
    Look {
        at: now(),
        processors: files.stat.read().and_then(counters::processors),
        memory,
        disks: files.diskstats.read().and_then(counters::disks),
        network: files.network.read().and_then(counters::network),
        stalled: files.pressure.each_mut().map(|file| file.read().and_then(counters::stalled)),
        group,
    }
}

fn empty(at: Timestamp, subject: Subject, seconds: f64) -> Sample {
    Sample {
        at,
        subject,
        seconds,
        cpu: None,
        memory: None,
        memory_total: None,
        disk_read: None,
        disk_write: None,
        disk_used: None,
        net_rx: None,
        net_tx: None,
        pressure: Pressure::default(),
        top: Vec::new(),
    }
}

fn share(from: Processors, to: Processors) -> Option<f64> {
    let total = to.total.checked_sub(from.total).filter(|total| *total > 0)?;
    #[expect(clippy::cast_precision_loss, reason = "2^53 ticks are millions of years")]
    Some(ratio(to.busy.saturating_sub(from.busy) as f64, total as f64))
}

fn set_memory(sample: &mut Sample, memory: Option<Memory>) {
    sample.memory = memory.map(|memory| memory.used);
    sample.memory_total = memory.map(|memory| memory.total);
}

fn set_disks(sample: &mut Sample, from: Option<Flow>, to: Option<Flow>) {
    let flows = from.zip(to);
    sample.disk_read = flows.map(|(from, to)| to.read.saturating_sub(from.read));
    sample.disk_write = flows.map(|(from, to)| to.written.saturating_sub(from.written));
}

fn pressure(from: [Option<u64>; 3], to: [Option<u64>; 3], seconds: f64) -> Pressure {
    #[expect(clippy::cast_precision_loss, reason = "2^53 microseconds are 285 years")]
    let waited = |from: Option<u64>, to: Option<u64>| {
        let microseconds = to?.saturating_sub(from?) as f64;
        Some(ratio(microseconds / 1e6, seconds))
    };
    let ([cpu, io, memory], [cpu_now, io_now, memory_now]) = (from, to);
    Pressure { cpu: waited(cpu, cpu_now), io: waited(io, io_now), memory: waited(memory, memory_now) }
}

/// Returns a share; two looks are not taken at one instant, so it may come out a little above 1.
fn ratio(part: f64, whole: f64) -> f64 {
    (part / whole).clamp(0.0, 1.0)
}

#[expect(clippy::cast_precision_loss, reason = "no machine has 2^53 processors")]
fn count(processors: usize) -> f64 {
    processors.max(1) as f64
}

/// Returns the share of a disk that is in use, as df(1) shows it: what is kept for the
/// administrator is neither used nor free.
fn disk_used(folder: &Path) -> Option<f64> {
    let room = system::disk_room(folder)?;
    let used = room.all.saturating_sub(room.free);
    let all = used + room.available;
    #[expect(clippy::cast_precision_loss, reason = "a share needs no more digits")]
    (all > 0).then(|| used as f64 / all as f64)
}

/// Returns the processor time that this process has used.
fn spent() -> Duration {
    system::own_time().unwrap_or(Duration::ZERO)
}

#[expect(clippy::disallowed_methods, reason = "what has passed must not jump with the clock")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the tests write the files that are read")]
mod tests {
    use super::*;

    /// Writes a machine's files as they are after some seconds of work.
    fn machine(folder: &Path, work: u64) {
        let files = [
            ("stat", format!("cpu  {} 0 0 {} 0 0 0 0 0 0\ncpu0 1\ncpu1 1\n", 100 + work * 150, 100 + work * 50)),
            ("meminfo", "MemTotal: 1000 kB\nMemAvailable: 250 kB\n".to_owned()),
            ("diskstats", format!("8 0 sda 1 0 {} 0 1 0 {} 0 0 0 0\n", work * 2, work * 4)),
            ("1/net/dev", format!("eth0: {} 0 0 0 0 0 0 0 {} 0\n", work * 1000, work * 10)),
            ("pressure/io", format!("some avg10=0.00 total={work}\n")),
        ];
        for (name, text) in files {
            let path = folder.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
    }

    #[test]
    fn two_looks_make_a_sample() {
        let folder = tempfile::tempdir().unwrap();
        machine(folder.path(), 0);
        let disk = folder.path().to_owned();
        let mut sampler = Sampler::new(&Places { proc: folder.path().to_owned(), group: Groups::None, disk });
        machine(folder.path(), 1);
        let found = sampler.sample(Timestamp::UNIX_EPOCH);
        let sample = &found[0];
        assert_eq!((found.len(), sample.cpu, sample.memory), (1, Some(0.75), Some(750 << 10)));
        assert_eq!((sample.disk_read, sample.disk_write), (Some(1024), Some(2048)));
        assert_eq!((sample.net_rx, sample.net_tx), (Some(1000), Some(10)));
        assert!(sample.pressure.io.is_some() && sample.pressure.cpu.is_none());
        assert_eq!(sample.disk_used.is_some(), system::disk_room(folder.path()).is_some());
        assert!(sample.disk_used.is_none_or(|used| (0.0..=1.0).contains(&used)));
    }

    #[test]
    fn a_machine_without_the_files_is_not_known() {
        let folder = tempfile::tempdir().unwrap();
        let places = Places { proc: folder.path().join("none"), group: Groups::None, disk: folder.path().join("none") };
        let mut sampler = Sampler::new(&places);
        let found = sampler.sample(Timestamp::UNIX_EPOCH);
        let sample = &found[0];
        assert_eq!((sample.cpu, sample.memory, sample.disk_read, sample.disk_used), (None, None, None, None));
    }
}
