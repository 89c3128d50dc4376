//! Which processes are busy, looked at only as often as the sampler's own budget allows.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::counters::{Process, process};
use super::files::once;
use crate::model::resources::Busy;
use crate::system;

/// How many of the busiest are kept.
const KEPT: usize = 3;

/// The processes as they were at the last look.
#[derive(Debug)]
pub(super) struct Processes {
    proc: PathBuf,
    seen: BTreeMap<u64, u64>,
    ticks_per_second: f64,
    page: u64,
}

impl Processes {
    pub(super) fn new(proc: &Path) -> Self {
        Self {
            proc: proc.to_owned(),
            seen: BTreeMap::new(),
            ticks_per_second: system::clock_ticks().unwrap_or(100).into(),
            page: system::page_size().unwrap_or(4096).into(),
        }
    }

    /// Looks at all processes; returns the busiest since the last look, `seconds` ago. One that is
    /// seen for the first time began since then, except at the first look of all.
    pub(super) fn busiest(&mut self, seconds: f64) -> Vec<Busy> {
        let now = self.all();
        let first = self.seen.is_empty();
        let mut busy = Vec::new();
        for (pid, process) in &now {
            let before = self.seen.get(pid).copied();
            // A number that is used again begins with less time than its owner before had.
            let before = before.filter(|before| *before <= process.ticks).unwrap_or(0);
            let ticks = process.ticks - before;
            if ticks > 0 && !first && seconds > 0.0 {
                let cpus = self.seconds(ticks) / seconds;
                let memory = process.pages.saturating_mul(self.page);
                busy.push(Busy { name: process.name.clone(), pid: *pid, cpus, memory });
            }
        }
        self.seen = now.into_iter().map(|(pid, process)| (pid, process.ticks)).collect();
        busy.sort_by(|one, other| other.cpus.total_cmp(&one.cpus).then(one.pid.cmp(&other.pid)));
        busy.truncate(KEPT);
        busy
    }

    #[expect(clippy::cast_precision_loss, reason = "2^53 ticks are millions of years")]
    fn seconds(&self, ticks: u64) -> f64 {
        ticks as f64 / self.ticks_per_second
    }

    fn all(&self) -> BTreeMap<u64, Process> {
        let entries = std::fs::read_dir(&self.proc).into_iter().flatten().flatten();
        let read = |entry: std::fs::DirEntry| {
            let pid = entry.file_name().to_str()?.parse().ok()?;
            // A process that ends meanwhile is none any more.
            Some((pid, process(&once(&entry.path().join("stat"))?)?))
        };
        entries.filter_map(read).collect()
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the test writes the files that are read")]
mod tests {
    use super::*;

    #[test]
    fn the_busiest_come_first_and_new_ones_count_from_their_start() {
        let folder = tempfile::tempdir().unwrap();
        let write = |pid: u64, name: &str, ticks: u64| {
            let path = folder.path().join(pid.to_string());
            std::fs::create_dir_all(&path).unwrap();
            let text = format!("{pid} ({name}) S 1 1 1 0 -1 4 0 0 0 0 {ticks} 0 0 0 20 0 1 0 5 1000 3 1");
            std::fs::write(path.join("stat"), text).unwrap();
        };
        write(1, "init", 500);
        write(2, "cargo", 100);
        let mut processes = Processes::new(folder.path());
        assert_eq!(processes.busiest(1.0), []);
        write(1, "init", 500);
        write(2, "cargo", 200);
        write(3, "rustc", 150);
        let found: Vec<(String, f64)> = processes.busiest(1.0).into_iter().map(|busy| (busy.name, busy.cpus)).collect();
        assert_eq!(found, [("rustc".to_owned(), 1.5), ("cargo".to_owned(), 1.0)]);
        write(3, "again", 10);
        assert_eq!(processes.busiest(1.0)[0].name, "again");
    }
}
