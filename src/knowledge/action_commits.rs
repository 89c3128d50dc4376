//! Which commits the releases of widely used actions are: `data/action_commits.tsv`.

use std::sync::LazyLock;

use memchr::memmem;

use super::blocks::blocks;
use super::releases::Releases;
use crate::model::workflow::RepositoryReference;

/// The repositories' parts of the table, by their names in lower case.
static TABLE: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| blocks(include_str!("data/action_commits.tsv")).collect());

/// The digits of a commit that the table holds.
const COMMIT_DIGITS: usize = 7;

/// What is known of a commit and the version that it is said to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// It is this release.
    Release(&'static str),
    /// The version is another commit.
    Other,
    /// Neither is known.
    Unknown,
}

/// Tells what release a pinned reference is, or else whether it can be a version.
pub fn identify(reference: &RepositoryReference<'_>, version: Option<&str>) -> Identity {
    let Some(commit) = reference.reference.filter(|_| reference.is_pinned()) else { return Identity::Unknown };
    if let Some(release) = release(reference, commit) {
        return Identity::Release(release);
    }
    let claimed = version.and_then(Releases::read).filter(|claimed| !claimed.is_line());
    let is_known = |claimed: Releases| {
        // Some repositories have hundreds: only those of the same major version are read.
        let major = claimed.major().to_string();
        let mut near = releases(reference).filter(|release| release.starts_with(&major));
        near.any(|release| Releases::read(release) == Some(claimed))
    };
    if claimed.is_some_and(is_known) { Identity::Other } else { Identity::Unknown }
}

/// Returns the tag of the release that a pinned reference is, as it is spelt, if that is known.
pub fn tag(reference: &RepositoryReference<'_>) -> Option<String> {
    let commit = reference.reference.filter(|_| reference.is_pinned())?;
    let (release, behind) = line(reference, commit)?;
    let is_bare = behind.lines().next()?.ends_with(BARE);
    Some(if is_bare { release.to_owned() } else { format!("v{release}") })
}

/// Stands behind a release whose tag has no `v` before its numbers.
const BARE: &str = " -";

/// Returns the release that a commit is.
fn release(reference: &RepositoryReference<'_>, commit: &str) -> Option<&'static str> {
    line(reference, commit).map(|(release, _)| release)
}

/// Finds the line of a commit: the release's numbers, and the text behind them.
fn line(reference: &RepositoryReference<'_>, commit: &str) -> Option<(&'static str, &'static str)> {
    let text = text(reference);
    let start = format!(" {}", commit.get(..COMMIT_DIGITS)?.to_ascii_lowercase());
    let at = memmem::find(text.as_bytes(), start.as_bytes())?;
    Some((text.get(..at)?.rsplit('\n').next()?, text.get(at..)?))
}

/// Returns the numbers of a repository's releases.
fn releases(reference: &RepositoryReference<'_>) -> impl Iterator<Item = &'static str> {
    text(reference).lines().skip(1).filter_map(|line| line.split_once(' ')).map(|(release, _)| release)
}

/// Returns a repository's part of the table: behind its name a line a release, with its numbers,
/// the start of its commit, and [`BARE`] where that is so.
fn text(reference: &RepositoryReference<'_>) -> &'static str {
    let parts = [reference.owner, "/", reference.repository];
    let name = || parts.iter().flat_map(|part| part.bytes()).map(|byte| byte.to_ascii_lowercase());
    let at = TABLE.binary_search_by(|(known, _)| known.bytes().cmp(name())).ok();
    at.and_then(|at| TABLE.get(at)).map_or("", |(_, text)| *text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::workflow::ActionReference;

    const CHECKOUT_4_2_2: &str = "actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683";

    fn ask(uses: &str, version: Option<&str>) -> Identity {
        let ActionReference::Repository(reference) = ActionReference::parse(uses) else { return Identity::Unknown };
        identify(&reference, version)
    }

    #[test]
    fn the_commit_says_more_than_its_comment() {
        assert_eq!(ask(CHECKOUT_4_2_2, None), Identity::Release("4.2.2"));
        assert_eq!(ask(CHECKOUT_4_2_2, Some("v6.0.2")), Identity::Release("4.2.2"));
        assert_eq!(
            ask(&CHECKOUT_4_2_2.replace("actions/checkout", "Actions/Checkout/path"), None),
            Identity::Release("4.2.2")
        );
        assert_eq!(ask("actions/checkout@11BD71901BBE5B1630CEEA73D27597364C9AF683", None), Identity::Release("4.2.2"));
    }

    #[test]
    fn tags_are_spelt_as_they_are() {
        let spelt = |uses: &str| {
            let ActionReference::Repository(reference) = ActionReference::parse(uses) else { return None };
            tag(&reference)
        };
        assert_eq!(spelt(CHECKOUT_4_2_2).as_deref(), Some("v4.2.2"));
        let shellcheck = "ludeeus/action-shellcheck@00cae500b08a931fb5698e11e79bfbd38e612a38";
        assert_eq!(spelt(shellcheck).as_deref(), Some("2.0.0"));
        assert_eq!(spelt("actions/checkout@v4.2.2"), None);
    }

    #[test]
    fn a_release_is_no_other_commit() {
        let other = "actions/checkout@0123456789012345678901234567890123456789";
        assert_eq!(ask(other, Some("v4.2.2")), Identity::Other);
        for unknown in [None, Some("v4"), Some("v4.2"), Some("v4.2.99"), Some("main"), Some("")] {
            assert_eq!(ask(other, unknown), Identity::Unknown, "{unknown:?}");
        }
    }

    #[test]
    fn only_commits_are_asked_for() {
        assert_eq!(ask("actions/checkout@v4.2.2", Some("v4.2.2")), Identity::Unknown);
        assert_eq!(ask("actions/checkout@11bd719", Some("v4.2.2")), Identity::Unknown);
        assert_eq!(ask("actions/checkout", None), Identity::Unknown);
        assert_eq!(
            ask("actions/unheard-of@11bd71901bbe5b1630ceea73d27597364c9af683", Some("v4.2.2")),
            Identity::Unknown
        );
    }

    #[test]
    fn the_table_is_in_order_and_can_be_read() {
        assert!(TABLE.is_sorted_by(|(one, _), (other, _)| one < other), "names must be unique and in order");
        assert!(TABLE.len() >= 400, "{}", TABLE.len());
        for (name, text) in TABLE.iter() {
            let lines: Vec<_> = text.lines().skip(1).map(|line| line.split_once(' ').unwrap()).collect();
            let firsts = lines.iter().map(|(release, _)| Releases::read(release).unwrap().first);
            assert!(firsts.is_sorted(), "{name}");
            let is_commit =
                |start: &str| start.len() == COMMIT_DIGITS && start.bytes().all(|byte| byte.is_ascii_hexdigit());
            let start = |behind: &&str| behind.strip_suffix(BARE).unwrap_or(behind).to_owned();
            assert!(lines.iter().all(|(_, behind)| is_commit(&start(behind))), "{name}");
        }
    }
}
