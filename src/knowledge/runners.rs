//! Labels of runners.
//!
//! The hosted ones are those of the tables in GitHub's documentation on runners and of the
//! repository `actions/runner-images`, read on 2026-11-21.

/// The labels of GitHub's standard and larger runners, and of previews.
pub const HOSTED: &[&str] = &[
    "macos-14",
    "macos-14-large",
    "macos-14-xlarge",
    "macos-15",
    "macos-15-intel",
    "macos-15-large",
    "macos-15-xlarge",
    "macos-26",
    "macos-26-intel",
    "macos-26-large",
    "macos-26-xlarge",
    "macos-latest",
    "macos-latest-large",
    "macos-latest-xlarge",
    "ubuntu-22.04",
    "ubuntu-22.04-arm",
    "ubuntu-24.04",
    "ubuntu-24.04-arm",
    "ubuntu-26.04",
    "ubuntu-26.04-arm",
    "ubuntu-latest",
    "ubuntu-slim",
    "windows-11-arm",
    "windows-11-vs2026-arm",
    "windows-2022",
    "windows-2025",
    "windows-2025-vs2026",
    "windows-latest",
    "xcode-27",
    "xcode-27-xlarge",
];

/// Labels of images that GitHub has removed: a job that asks for one waits for a day and fails.
pub const REMOVED: &[&str] = &[
    "macos-10.15",
    "macos-11",
    "macos-12",
    "macos-12-large",
    "macos-12-xlarge",
    "macos-13",
    "macos-13-large",
    "macos-13-xlarge",
    "ubuntu-16.04",
    "ubuntu-18.04",
    "ubuntu-20.04",
    "windows-2016",
    "windows-2019",
];

/// The labels that every self-hosted runner has.
pub const SELF_HOSTED: &[&str] = &["self-hosted", "linux", "macos", "windows", "x64", "arm", "arm64"];

/// How labels begin that others than GitHub host runners for, as their documentation has it, read on 2026-11-27.
const HOSTED_BY_OTHERS: &[&str] = &[
    "blacksmith-",
    "buildjet-",
    "cirun-",
    "codspeed-macro",
    "depot-",
    "namespace-profile-",
    "nscloud-",
    "runs-on=",
    "runs-on/",
    "ubicloud",
    "warp-",
];

/// An operating system of runners.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// Linux.
    Linux,
    /// macOS.
    MacOs,
    /// Windows.
    Windows,
}

/// Tells from a label alone which system its runners have.
pub fn system(label: &str) -> Option<System> {
    let label = label.to_ascii_lowercase();
    let is = |name: &str| label == name || label.strip_prefix(name).is_some_and(|rest| rest.starts_with('-'));
    if label == "linux" || is("ubuntu") {
        Some(System::Linux)
    } else if is("macos") || is("xcode") {
        Some(System::MacOs)
    } else if is("windows") {
        Some(System::Windows)
    } else {
        None
    }
}

/// Tells from a label which system its runners have, also where it is somebody's own and a system is
/// only a part of it, as in `depot-ubuntu-24.04-4`.
pub fn likely_system(label: &str) -> Option<System> {
    let label = label.to_ascii_lowercase();
    let parts = label.split(|character: char| !character.is_ascii_alphabetic());
    let named = parts.filter_map(|part| match part {
        "linux" | "ubuntu" | "debian" => Some(System::Linux),
        "macos" | "xcode" => Some(System::MacOs),
        "windows" => Some(System::Windows),
        _ => None,
    });
    let mut named = named.collect::<Vec<_>>();
    named.dedup();
    match named.as_slice() {
        [system] => Some(*system),
        _ => None,
    }
}

/// Returns the minutes after which GitHub ends a job on its runners with a label
/// (<https://docs.github.com/actions/reference/limits>, and the changelog of 2026-01-22 for the runners with one
/// processor).
pub fn most_minutes(label: &str) -> f64 {
    if label.eq_ignore_ascii_case("ubuntu-slim") { 15.0 } else { 360.0 }
}

/// Tells whether GitHub or a provider hosts runners with the label, or self-hosted ones have it by themselves.
pub fn is_known(label: &str) -> bool {
    let label = label.to_ascii_lowercase();
    let by_others = HOSTED_BY_OTHERS.iter().any(|start| label.starts_with(start));
    is_hosted(&label) || by_others || SELF_HOSTED.contains(&label.as_str())
}

/// Tells whether GitHub hosts runners with the label. The names of larger runners end with the number of their
/// cores by custom.
pub fn is_hosted(label: &str) -> bool {
    let label = label.to_ascii_lowercase();
    HOSTED.contains(&label.as_str()) || is_larger(&label)
}

fn is_larger(label: &str) -> bool {
    let cores = label.strip_suffix("-cores").or_else(|| label.strip_suffix("-core"));
    let digits = cores.and_then(|rest| rest.rsplit('-').next());
    digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
        && system(label).is_some()
}
