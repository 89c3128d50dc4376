//! Releases of actions that have an advisory: `data/advisories.tsv`.

use std::sync::LazyLock;

use super::releases::{Release, Releases};
use crate::model::workflow::RepositoryReference;

/// Releases with a known vulnerability.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advisory {
    /// Its id in GitHub's database.
    pub id: &'static str,
    /// The action or workflow as `owner/repository[/path]` in lower case; parts of an action that has its
    /// manifest at the top are affected, too.
    pub name: &'static str,
    /// The first release that is affected.
    pub first: Release,
    /// The release up to which others are affected.
    pub limit: Release,
    /// Whether that release is affected itself.
    pub includes_limit: bool,
    /// The last one as it is written.
    pub written_limit: &'static str,
    /// What they do.
    pub what: &'static str,
}

static ADVISORIES: LazyLock<Vec<Advisory>> = LazyLock::new(|| {
    let lines = include_str!("data/advisories.tsv").lines();
    lines.filter(|line| !line.starts_with('#')).filter_map(advisory).collect()
});

fn advisory(line: &'static str) -> Option<Advisory> {
    let mut cells = line.split('\t');
    let (id, name, first, limit, what) = (cells.next()?, cells.next()?, cells.next()?, cells.next()?, cells.next()?);
    let (written_limit, includes_limit) = match limit.strip_prefix("<=") {
        Some(limit) => (limit, true),
        None => (limit.strip_prefix('<')?, false),
    };
    let number = |text: &str| Releases::read(text).map(|releases| releases.first);
    Some(Advisory {
        id,
        name,
        first: number(first)?,
        limit: number(written_limit)?,
        includes_limit,
        written_limit,
        what,
    })
}

impl Advisory {
    /// Tells whether all that a version may stand for is affected. The newest release of a line that
    /// goes on behind the affected ones is not.
    pub fn affects(&self, version: &str) -> bool {
        Releases::read(version).is_some_and(|releases| self.covers(&releases))
    }

    fn covers(&self, releases: &Releases) -> bool {
        // A version such as `v2` stands for the newest of its line.
        let last = if releases.is_line() { releases.last } else { releases.first };
        let ends = if self.includes_limit { last <= self.limit } else { last < self.limit };
        releases.first >= self.first && ends
    }

    /// Says from which release on they are mended.
    pub fn mended(&self) -> String {
        let limit = self.written_limit;
        if self.includes_limit { format!("a release newer than `{limit}`") } else { format!("`{limit}` or newer") }
    }
}

/// Lists what is known against an action at any version, in order of the ids.
pub fn about<'text>(reference: &RepositoryReference<'text>) -> impl Iterator<Item = &'static Advisory> + use<'text> {
    let name = reference.name().to_ascii_lowercase();
    let repository = format!("{}/{}", reference.owner, reference.repository).to_ascii_lowercase();
    ADVISORIES.iter().filter(move |advisory| advisory.name == name || advisory.name == repository)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::workflow::ActionReference;

    fn ids(name: &str, version: &str) -> Vec<&'static str> {
        let ActionReference::Repository(reference) = ActionReference::parse(name) else { panic!("{name}") };
        about(&reference).filter(|advisory| advisory.affects(version)).map(|advisory| advisory.id).collect()
    }

    #[test]
    fn the_table_is_whole_and_in_order() {
        let lines = include_str!("data/advisories.tsv").lines().filter(|line| !line.starts_with('#'));
        assert_eq!(ADVISORIES.len(), lines.count());
        assert!(ADVISORIES.is_sorted_by_key(|advisory| (advisory.id, advisory.name)));
        assert!(
            ADVISORIES
                .iter()
                .all(|advisory| advisory.name == advisory.name.to_lowercase() && advisory.first < advisory.limit)
        );
    }

    #[test]
    fn releases_in_the_range_are_affected() {
        assert_eq!(ids("tj-actions/changed-files", "v45.0.7"), ["GHSA-mrrh-fwg8-r2c3"]);
        assert_eq!(ids("TJ-Actions/changed-files", "v40"), ["GHSA-mcph-m25j-8j63", "GHSA-mrrh-fwg8-r2c3"]);
        assert_eq!(ids("tj-actions/changed-files", "v46.0.1"), [""; 0]);
        assert_eq!(ids("github/codeql-action/init", "v3.28.2"), ["GHSA-vqf5-2xx6-9wfm"]);
        assert_eq!(ids("github/codeql-action/init", "v3.26.10"), [""; 0]);
        assert_eq!(ids("github/codeql-action/init", "v2.26.11"), ["GHSA-vqf5-2xx6-9wfm"]);
        assert_eq!(ids("aquasecurity/trivy-action", "0.33.1"), ["GHSA-69fq-xp46-6x23", "GHSA-9p44-j4g5-cfx5"]);
        assert_eq!(ids("pytorch/pytorch/.github/actions/other", "v1.0.0"), [""; 0]);
    }

    #[test]
    fn a_line_that_goes_on_has_releases_that_are_not() {
        assert_eq!(ids("actions/download-artifact", "v4"), [""; 0]);
        assert_eq!(ids("actions/download-artifact", "v4.1"), [""; 0]);
        assert_eq!(ids("actions/download-artifact", "v4.1.2"), ["GHSA-cxww-7g56-2vh6"]);
        assert_eq!(ids("dawidd6/action-download-artifact", "v5"), ["GHSA-5xr6-xhww-33m4"]);
        assert_eq!(ids("actions/download-artifact", "main"), [""; 0]);
    }
}
