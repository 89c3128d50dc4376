//! A control group's files, in both versions of the kernel's interface.

use std::path::{Path, PathBuf};

use super::counters::{Flow, Memory, group_io, keyed, quota, single, stalled};
use super::files::{Kept, once};

/// Where control groups are mounted.
pub const MOUNT: &str = "/sys/fs/cgroup";

/// The files of a group.
#[derive(Debug)]
pub(super) struct Group {
    version: Version,
    cpu: Kept,
    memory: Kept,
    memory_stat: Kept,
    memory_limit: Kept,
    io: Option<Kept>,
    stalled: Option<[Kept; 3]>,
    /// Processors that the group may use; `None` where it may use all.
    pub(super) processors: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    One,
    Two,
}

impl Group {
    /// Opens the group of this process, unless that is the machine itself.
    pub(super) fn own(proc: &Path) -> Option<Self> {
        let membership = once(&proc.join("self/cgroup"))?;
        Self::member(&membership, Path::new(MOUNT))
    }

    /// Opens the group that `/proc/PID/cgroup` names, below a mount.
    fn member(membership: &str, mount: &Path) -> Option<Self> {
        let below = |base: PathBuf, path: &str| base.join(path.trim_start_matches('/'));
        if let Some(path) = membership.lines().find_map(|line| line.strip_prefix("0::")) {
            let mut bases = [mount.to_owned(), mount.join("unified")].into_iter();
            if let Some(group) = bases.find_map(|base| Self::version_two(&below(base, path))) {
                return Some(group);
            }
        }
        let path = |controller: &str| {
            membership.lines().find_map(|line| {
                let (_, rest) = line.split_once(':')?;
                let (controllers, path) = rest.split_once(':')?;
                controllers.split(',').any(|name| name == controller).then_some(path)
            })
        };
        let folder = |controller: &str| Some(below(mount.join(controller), path(controller)?));
        // At the root the numbers are the machine's.
        let is_group = [path("memory"), path("cpuacct")].into_iter().flatten().any(|path| path != "/");
        if is_group { Self::version_one(&folder("cpu")?, &folder("cpuacct")?, &folder("memory")?) } else { None }
    }

    /// Opens a group of the second version; the root of all groups has no `memory.current`.
    pub(super) fn version_two(folder: &Path) -> Option<Self> {
        let file = |name: &str| Kept::new(folder.join(name));
        let group = Self {
            version: Version::Two,
            cpu: file("cpu.stat"),
            memory: file("memory.current"),
            memory_stat: file("memory.stat"),
            memory_limit: file("memory.max"),
            io: Some(file("io.stat")),
            stalled: Some([file("cpu.pressure"), file("io.pressure"), file("memory.pressure")]),
            processors: once(&folder.join("cpu.max")).and_then(|text| quota(&text)),
        };
        folder.join("memory.current").exists().then_some(group)
    }

    fn version_one(cpu: &Path, accounting: &Path, memory: &Path) -> Option<Self> {
        let number = |name: &str| once(&cpu.join(name));
        let processors = number("cpu.cfs_quota_us")
            .zip(number("cpu.cfs_period_us"))
            .and_then(|(allowed, period)| quota(&format!("{} {}", allowed.trim(), period.trim())));
        let group = Self {
            version: Version::One,
            cpu: Kept::new(accounting.join("cpuacct.usage")),
            memory: Kept::new(memory.join("memory.usage_in_bytes")),
            memory_stat: Kept::new(memory.join("memory.stat")),
            memory_limit: Kept::new(memory.join("memory.limit_in_bytes")),
            io: None,
            stalled: None,
            processors,
        };
        memory.join("memory.usage_in_bytes").exists().then_some(group)
    }

    /// Returns the seconds of processor time the group has used.
    pub(super) fn cpu_seconds(&mut self) -> Option<f64> {
        let text = self.cpu.read()?;
        #[expect(clippy::cast_precision_loss, reason = "2^53 ns are a hundred days of processor time")]
        match self.version {
            Version::One => single(text).map(|nanoseconds| nanoseconds as f64 / 1e9),
            Version::Two => keyed(text, "usage_usec").map(|microseconds| microseconds as f64 / 1e6),
        }
    }

    /// Returns the memory in use without the pages of files that nobody used lately, which the
    /// kernel takes back at once; and the bound, which is the machine's memory where there is none.
    pub(super) fn memory(&mut self, machine: Option<u64>) -> Option<Memory> {
        let used = single(self.memory.read()?)?;
        let key = if self.version == Version::One { "total_inactive_file" } else { "inactive_file" };
        let inactive = self.memory_stat.read().and_then(|text| keyed(text, key)).unwrap_or(0);
        let limit = self.memory_limit.read().and_then(single);
        let total = limit.into_iter().chain(machine).min()?;
        Some(Memory { used: used.saturating_sub(inactive), total })
    }

    /// Returns the bytes read from and written to disks.
    pub(super) fn io(&mut self) -> Option<Flow> {
        group_io(self.io.as_mut()?.read()?)
    }

    /// Returns the microseconds in which tasks waited for processors, disks and memory.
    pub(super) fn stalled(&mut self) -> [Option<u64>; 3] {
        match &mut self.stalled {
            Some(files) => files.each_mut().map(|file| file.read().and_then(stalled)),
            None => [None; 3],
        }
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the tests write the files that are read")]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        folder
    }

    #[test]
    fn a_group_of_the_second_version_has_bounds() {
        let mount = folder(&[
            ("a/b/cpu.stat", "usage_usec 2500000\nuser_usec 1\n"),
            ("a/b/cpu.max", "50000 100000\n"),
            ("a/b/memory.current", "1000\n"),
            ("a/b/memory.stat", "anon 1\ninactive_file 300\n"),
            ("a/b/memory.max", "5000\n"),
            ("a/b/io.stat", "8:0 rbytes=1 wbytes=2\n"),
            ("a/b/cpu.pressure", "some avg10=0.00 avg60=0.00 avg300=0.00 total=9\n"),
        ]);
        let mut group = Group::member("0::/a/b\n", mount.path()).unwrap();
        assert_eq!((group.cpu_seconds(), group.processors), (Some(2.5), Some(0.5)));
        assert_eq!(group.memory(Some(1 << 30)), Some(Memory { used: 700, total: 5000 }));
        assert_eq!((group.io(), group.stalled()), (Some(Flow { read: 1, written: 2 }), [Some(9), None, None]));
    }

    #[test]
    fn a_group_of_the_first_version_is_read_where_it_is_no_root() {
        let mount = folder(&[
            ("cpuacct/x/cpuacct.usage", "1500000000\n"),
            ("cpu/x/cpu.cfs_quota_us", "-1\n"),
            ("cpu/x/cpu.cfs_period_us", "100000\n"),
            ("memory/x/memory.usage_in_bytes", "900\n"),
            ("memory/x/memory.stat", "cache 1\ntotal_inactive_file 100\n"),
            ("memory/x/memory.limit_in_bytes", "9223372036854771712\n"),
        ]);
        let membership = "3:cpu,cpuacct:/x\n2:memory:/x\n0::/\n";
        let mut group = Group::member(membership, mount.path()).unwrap();
        assert_eq!((group.cpu_seconds(), group.processors), (Some(1.5), None));
        assert_eq!(group.memory(Some(4000)), Some(Memory { used: 800, total: 4000 }));
        assert!(Group::member("3:cpu,cpuacct:/\n2:memory:/\n", mount.path()).is_none());
    }
}
