//! Reads the kernel's text files: pure functions from text to counters that only grow, and levels.
//!
//! The files are described in proc(5) and in
//! <https://docs.kernel.org/admin-guide/cgroup-v2.html>. What a file does not say is not known.

/// Processor time since the machine started, in ticks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Processors {
    /// Time in which something ran.
    pub(super) busy: u64,
    /// All time: of all processors, and time that the host of a virtual machine took away.
    pub(super) total: u64,
    /// How many processors there are.
    pub(super) count: usize,
}

/// Bytes of two directions since the machine started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Flow {
    /// Read, or received.
    pub(super) read: u64,
    /// Written, or sent.
    pub(super) written: u64,
}

/// A level and its bound, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Memory {
    pub(super) used: u64,
    pub(super) total: u64,
}

/// One process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Process {
    pub(super) name: String,
    /// Processor time in ticks, without that of its children.
    pub(super) ticks: u64,
    /// Resident pages.
    pub(super) pages: u64,
}

/// `/proc/diskstats` counts in units of 512 bytes whatever the disk's own are.
const SECTOR: u64 = 512;

/// Reads `/proc/stat`. Time of guests is in the user's time already, and waiting for a disk is
/// idle time.
pub(super) fn processors(text: &str) -> Option<Processors> {
    let first = text.lines().next()?.strip_prefix("cpu ")?;
    let ticks: Vec<u64> = first.split_whitespace().map_while(|word| word.parse().ok()).collect();
    // user nice system idle iowait irq softirq steal guest guest_nice
    let tick = |at: usize| ticks.get(at).copied().unwrap_or(0);
    let busy = [0, 1, 2, 5, 6].into_iter().map(tick).fold(0, u64::saturating_add);
    let total = [3, 4, 7].into_iter().map(tick).fold(busy, u64::saturating_add);
    let is_processor =
        |line: &&str| line.strip_prefix("cpu").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let count = text.lines().filter(is_processor).count();
    (ticks.len() >= 4).then_some(Processors { busy, total, count })
}

/// Reads `/proc/meminfo`: in use is what is not available to a new program.
pub(super) fn memory(text: &str) -> Option<Memory> {
    let kibibytes = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()
    };
    let total = kibibytes("MemTotal")?;
    let available = kibibytes("MemAvailable").or_else(|| kibibytes("MemFree"))?;
    Some(Memory { used: total.saturating_sub(available).saturating_mul(1024), total: total.saturating_mul(1024) })
}

/// Adds up `/proc/diskstats` over whole disks: partitions and what is made of disks would count
/// their bytes twice.
pub(super) fn disks(text: &str) -> Option<Flow> {
    let disk = |line: &str| {
        let mut fields = line.split_whitespace().skip(2);
        let name = fields.next().filter(|name| is_disk(name))?;
        let numbers: Vec<u64> = fields.map_while(|word| word.parse().ok()).collect();
        let bytes = |at: usize| numbers.get(at).map(|sectors| sectors.saturating_mul(SECTOR));
        Some((name.to_owned(), Flow { read: bytes(2)?, written: bytes(6)? }))
    };
    sum(text.lines().filter_map(disk).map(|(_, flow)| flow))
}

fn is_disk(name: &str) -> bool {
    let digit_end = name.ends_with(|last: char| last.is_ascii_digit());
    // `nvme0n1` is a disk and `nvme0n1p1` a partition of it.
    let numbered = |rest: &str| rest.rsplit_once('p').is_none_or(|(_, part)| part.parse::<u32>().is_err());
    if let Some(rest) = name.strip_prefix("nvme").or_else(|| name.strip_prefix("mmcblk")) {
        return numbered(rest) && !name.contains("boot");
    }
    ["sd", "vd", "xvd", "hd"].iter().any(|kind| name.starts_with(kind)) && !digit_end
}

/// Adds up `/proc/net/dev` over interfaces to the outside: the bridges and cables of containers
/// would count their bytes twice.
pub(super) fn network(text: &str) -> Option<Flow> {
    const INSIDE: [&str; 12] =
        ["lo", "veth", "docker", "br-", "virbr", "cni", "flannel", "cali", "ifb", "dummy", "tunl", "sit"];
    let interface = |line: &str| {
        let (name, numbers) = line.split_once(':')?;
        let name = name.trim();
        let numbers: Vec<u64> = numbers.split_whitespace().map_while(|word| word.parse().ok()).collect();
        let inside = INSIDE.iter().any(|start| name.starts_with(start));
        (!inside).then_some(Flow { read: *numbers.first()?, written: *numbers.get(8)? })
    };
    sum(text.lines().filter_map(interface))
}

fn sum(flows: impl Iterator<Item = Flow>) -> Option<Flow> {
    flows.reduce(|one, two| Flow {
        read: one.read.saturating_add(two.read),
        written: one.written.saturating_add(two.written),
    })
}

/// Reads the microseconds in which some task waited, of `/proc/pressure/*` and `*.pressure`.
pub(super) fn stalled(text: &str) -> Option<u64> {
    text.lines().find_map(|line| line.strip_prefix("some "))?.rsplit_once("total=")?.1.trim().parse().ok()
}

/// Reads a `key value` file such as `cpu.stat` and `memory.stat`.
pub(super) fn keyed(text: &str, key: &str) -> Option<u64> {
    text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(' '))?.trim().parse().ok()
}

/// Reads a file that holds one number; `max` and what stands for it in the first version is none.
pub(super) fn single(text: &str) -> Option<u64> {
    // The first version writes the largest multiple of a page for "no limit".
    text.trim().parse().ok().filter(|number| *number < 1 << 60)
}

/// Reads `cpu.max`: processors that may be used, as a share that may be above 1.
pub(super) fn quota(text: &str) -> Option<f64> {
    let (quota, period) = text.trim().split_once(' ')?;
    let (quota, period): (f64, f64) = (quota.parse().ok()?, period.parse().ok()?);
    (quota > 0.0 && period > 0.0).then_some(quota / period)
}

/// Adds up `io.stat` over devices.
pub(super) fn group_io(text: &str) -> Option<Flow> {
    let device = |line: &str| {
        let bytes = |key: &str| line.split(' ').find_map(|pair| pair.strip_prefix(key))?.parse().ok();
        Some(Flow { read: bytes("rbytes=")?, written: bytes("wbytes=")? })
    };
    sum(text.lines().filter_map(device))
}

/// Reads `/proc/PID/stat`. The name may hold blanks and parentheses, so it ends at the last one.
pub(super) fn process(text: &str) -> Option<Process> {
    let (_, rest) = text.split_once('(')?;
    let (name, fields) = rest.rsplit_once(')')?;
    // The first field behind the name is the third of the file.
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let number = |field: usize| fields.get(field.checked_sub(3)?)?.parse::<u64>().ok();
    Some(Process {
        name: name.to_owned(),
        ticks: number(14)?.saturating_add(number(15)?),
        pages: number(24).unwrap_or(0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_is_busy_or_not() {
        let text = "cpu  100 20 30 400 50 6 7 80 9 1\ncpu0 1 1 1 1\ncpu1 1 1 1 1\nintr 1\ncpufreq 1\n";
        assert_eq!(processors(text), Some(Processors { busy: 163, total: 693, count: 2 }));
        assert_eq!(processors("cpu  1 2"), None);
        assert_eq!(processors(""), None);
    }

    #[test]
    fn memory_is_what_is_not_available() {
        let text = "MemTotal:       1000 kB\nMemFree:         100 kB\nMemAvailable:    400 kB\n";
        assert_eq!(memory(text), Some(Memory { used: 600 << 10, total: 1000 << 10 }));
        assert_eq!(memory("MemTotal: 10 kB\nMemFree: 4 kB\n"), Some(Memory { used: 6 << 10, total: 10 << 10 }));
        assert_eq!(memory("MemTotal: x kB\n"), None);
    }

    #[test]
    fn whole_disks_are_counted_once() {
        for (name, expected) in [
            ("sda", true),
            ("sda1", false),
            ("vdb", true),
            ("nvme0n1", true),
            ("nvme0n1p2", false),
            ("mmcblk0", true),
            ("mmcblk0p1", false),
            ("mmcblk0boot0", false),
            ("loop0", false),
            ("dm-0", false),
            ("md127", false),
            ("sr0", false),
        ] {
            assert_eq!(is_disk(name), expected, "{name}");
        }
        let text =
            "   8 0 sda 1 0 10 0 2 0 20 0 0 0 0\n   8 1 sda1 1 0 10 0 2 0 20 0 0 0 0\n 259 0 nvme0n1 1 0 1 0 1 0 1 0\n";
        assert_eq!(disks(text), Some(Flow { read: 11 * 512, written: 21 * 512 }));
        assert_eq!(disks("   7 0 loop0 0 0 0 0 0 0 0 0\n"), None);
    }

    #[test]
    fn only_interfaces_to_the_outside_are_counted() {
        let text = "Inter-|   Receive\n face |bytes\n    lo: 9 0 0 0 0 0 0 0 9 0\n  eth0: 100 1 0 0 0 0 0 0 30 0\nveth1: 5 0 0 0 0 0 0 0 5\n wlan0:7 1 0 0 0 0 0 0 3 0\n";
        assert_eq!(network(text), Some(Flow { read: 107, written: 33 }));
        assert_eq!(network("lo: 1 0 0 0 0 0 0 0 1\n"), None);
    }

    #[test]
    fn pressure_and_groups_are_read() {
        let text = "some avg10=0.00 avg60=0.00 avg300=0.00 total=12345\nfull avg10=0.00 total=1\n";
        assert_eq!(stalled(text), Some(12345));
        assert_eq!(keyed("usage_usec 7\nusage 3\n", "usage"), Some(3));
        assert_eq!((single("max\n"), single("9223372036854771712"), single(" 42\n")), (None, None, Some(42)));
        assert_eq!((quota("max 100000"), quota("150000 100000\n"), quota("1 0")), (None, Some(1.5), None));
        let io = "8:0 rbytes=10 wbytes=20 rios=1\n8:16 rbytes=1 wbytes=2\n9:0 \n";
        assert_eq!(group_io(io), Some(Flow { read: 11, written: 22 }));
    }

    #[test]
    fn the_name_of_a_process_may_be_anything() {
        let text = "7 (a) b (c) S 1 1 1 0 -1 4 0 0 0 0 150 50 0 0 20 0 1 0 5 1000 25 18446744073709551615";
        assert_eq!(process(text), Some(Process { name: "a) b (c".to_owned(), ticks: 200, pages: 25 }));
        assert_eq!(process("7 (a"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_a_reader_panic(text in "[ -~\n]{0,200}") {
            let _whole = (processors(&text), memory(&text), disks(&text), network(&text), stalled(&text));
            let _group = (quota(&text), group_io(&text), process(&text), single(&text), keyed(&text, "a"));
        }
    }
}
