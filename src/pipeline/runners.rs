//! Which runner a job ran on, as far as its labels and its runner's group tell.

use crate::model::run::Job;

/// Who runs a runner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// GitHub, who bills its minutes.
    GitHub,
    /// The repository's owner: not billed.
    Own,
    /// It cannot be told.
    Unknown,
}

/// The group that GitHub's standard runners are in.
const GITHUB_GROUP: &str = "GitHub Actions";

/// Tells who runs the job's runner.
pub fn host(job: &Job) -> Host {
    if job.labels.iter().any(|label| label.eq_ignore_ascii_case("self-hosted")) {
        return Host::Own;
    }
    match job.runner_group.as_deref() {
        Some(group) if group.eq_ignore_ascii_case(GITHUB_GROUP) => Host::GitHub,
        None if !job.labels.is_empty() && job.labels.iter().all(|label| is_standard(label)) => Host::GitHub,
        // Another group can hold larger runners of GitHub's, or somebody else's.
        Some(_) | None => Host::Unknown,
    }
}

/// Returns the operating system: `linux`, `windows`, `macos`, or nothing where no label says.
pub fn operating_system(job: &Job) -> &'static str {
    let says = |words: &[&str]| job.labels.iter().any(|label| words.iter().any(|word| holds(label, word)));
    match () {
        () if says(&["windows"]) => "windows",
        () if says(&["macos"]) => "macos",
        () if says(&["ubuntu", "linux"]) => "linux",
        () => "",
    }
}

/// Returns the architecture: `x64`, `arm64`, or nothing where no label says. GitHub's labels for
/// Linux and Windows mean x64 unless they name another; what `macos-latest` means has changed.
pub fn architecture(job: &Job) -> &'static str {
    let says = |words: &[&str]| job.labels.iter().any(|label| words.iter().any(|word| holds(label, word)));
    if says(&["arm64", "aarch64", "arm"]) {
        return "arm64";
    }
    if says(&["x64", "amd64", "x86_64", "intel"]) {
        return "x64";
    }
    job.labels.iter().find_map(|label| standard_architecture(&label.to_lowercase())).unwrap_or_default()
}

fn standard_architecture(label: &str) -> Option<&'static str> {
    if !is_standard(label) {
        return None;
    }
    let Some(mac) = label.strip_prefix("macos-") else { return Some("x64") };
    let (version, size) = mac.split_once('-').unwrap_or((mac, ""));
    match (version.parse::<u32>().ok(), size) {
        (_, "xlarge") => Some("arm64"),
        (_, "large") => Some("x64"),
        (Some(version), _) => Some(if version >= 14 { "arm64" } else { "x64" }),
        (None, _) => None,
    }
}

/// Tells whether a label is one of GitHub's own, such as `ubuntu-24.04` or `macos-15-xlarge`.
fn is_standard(label: &str) -> bool {
    let label = label.to_lowercase();
    let rest = ["ubuntu-", "windows-", "macos-"].iter().find_map(|prefix| label.strip_prefix(prefix));
    let Some(rest) = rest else { return false };
    let mut parts = rest.split('-');
    let is_version = |part: &str| {
        matches!(part, "latest" | "slim") || part.starts_with(|character: char| character.is_ascii_digit())
    };
    let known = ["arm", "intel", "large", "xlarge", "vs2026"];
    parts.next().is_some_and(is_version) && parts.all(|part| known.contains(&part))
}

/// Tells whether a label holds a word, at whose ends no letter stands.
fn holds(label: &str, word: &str) -> bool {
    let label = label.to_lowercase();
    label.match_indices(word).any(|(at, _)| {
        let before = label.get(..at).and_then(|before| before.chars().next_back());
        let after = label.get(at + word.len()..).and_then(|after| after.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(labels: &[&str], group: Option<&str>, expected: (&str, &str, Host)) {
        let job = Job {
            labels: labels.iter().map(|label| (*label).to_owned()).collect(),
            runner_group: group.map(str::to_owned),
            ..Job::default()
        };
        assert_eq!((operating_system(&job), architecture(&job), host(&job)), expected, "{labels:?}");
    }

    #[test]
    fn labels_and_groups_tell_the_runner() {
        let github = Some(GITHUB_GROUP);
        check(&["ubuntu-latest"], github, ("linux", "x64", Host::GitHub));
        check(&["ubuntu-24.04-arm"], None, ("linux", "arm64", Host::GitHub));
        check(&["windows-11-arm"], github, ("windows", "arm64", Host::GitHub));
        check(&["macos-13"], github, ("macos", "x64", Host::GitHub));
        check(&["macos-15-xlarge"], github, ("macos", "arm64", Host::GitHub));
        check(&["macos-latest"], github, ("macos", "", Host::GitHub));
        check(&["self-hosted", "Linux", "X64"], Some("default"), ("linux", "x64", Host::Own));
        check(&["depot-ubuntu-24.04-arm-small"], Some("default"), ("linux", "arm64", Host::Unknown));
        check(&["ubuntu-latest"], Some("larger"), ("linux", "x64", Host::Unknown));
        check(&["ubuntu-22.04-8core"], None, ("linux", "", Host::Unknown));
        check(&[], None, ("", "", Host::Unknown));
    }
}
