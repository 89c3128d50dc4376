//! Reads the commits of a repository by the git program.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;

use super::process::Limits;
use super::{Program, find};
use crate::model::delivery::Commit;
use crate::system;

/// A history of a million commits takes less of both.
const LIMITS: Limits = Limits { time: Duration::from_mins(2), bytes: 512 << 20 };

/// Variables that would lead git to another repository.
const MISLEADING: &str = "GIT_";

/// Returns all commits that the clone has. Where there is no git or no repository, there are none:
/// who asks has to say that nothing is known.
pub fn commits<'variables>(
    root: &Path,
    path_variable: &str,
    variables: impl IntoIterator<Item = (&'variables str, &'variables str)>,
) -> Vec<Commit> {
    let Some(git) = find("git", path_variable) else { return Vec::new() };
    let program = Program::new(git, variables.into_iter().filter(|(name, _)| !name.starts_with(MISLEADING)));
    // In a container the checkout belongs to somebody else; nothing of it is run.
    let safe = format!("safe.directory={}", system::path_for_git(root).display());
    let arguments =
        ["-c", &safe, "-c", "log.showSignature=false", "log", "--all", "HEAD", "--format=%H%x00%P%x00%at%x00%s"];
    match program.run(&arguments, root, &[], LIMITS) {
        Ok(ended) if ended.status.success() => parse(&String::from_utf8_lossy(&ended.stdout)),
        Ok(_) | Err(_) => Vec::new(),
    }
}

fn parse(log: &str) -> Vec<Commit> {
    let commit = |line: &str| {
        let mut fields = line.split('\0');
        Some(Commit {
            hash: fields.next()?.to_owned(),
            parents: fields.next()?.split_whitespace().map(str::to_owned).collect(),
            authored_at: Timestamp::from_second(fields.next()?.parse().ok()?).ok()?,
            subject: fields.next()?.to_owned(),
        })
    };
    log.lines().filter_map(commit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_commits() {
        let log = "c3\0b2 a1\x001770000000\0Revert \"x\"\na1\0\x001760000000\0\nbroken\n";
        let commits = parse(log);
        assert_eq!(commits.len(), 2);
        assert_eq!((commits[0].parents.len(), commits[0].subject.as_str()), (2, "Revert \"x\""));
        assert_eq!((commits[1].parents.len(), commits[1].authored_at.as_second()), (0, 1_760_000_000));
    }
}
