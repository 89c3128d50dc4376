//! What GitHub says about the actions and workflows of other repositories.

use std::collections::BTreeMap;
use std::fmt;

use super::finding::Confidence;
use super::repository_name::RepositoryName;

/// A repository, and a branch, a tag or a commit in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteReference {
    /// The repository.
    pub repository: RepositoryName,
    /// The branch, tag or commit, as written behind `@`.
    pub reference: String,
}

/// Names a reference whatever the case in which its repository is written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RemoteKey {
    /// `owner/name` in lower case.
    repository: String,
    reference: String,
}

/// The full hash of a commit, in lower case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CommitHash(String);

/// What a reference leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// To a commit.
    Commit(CommitHash),
    /// To nothing: the repository has no such branch, tag or commit.
    NoReference,
    /// To nothing: there is no such repository, or none that whoever asked may see.
    NoRepository,
    /// Nobody knows, and why.
    NotChecked(String),
}

/// What can be true of a reference that leads to a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Property {
    /// A branch or a tag of the repository holds the pinned commit: it is none of a fork.
    Belongs,
    /// A tag leads to the pinned commit.
    Tagged,
    /// A branch and a tag have the name.
    Ambiguous,
}

/// Whether something is true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is.
    Yes,
    /// It is not, and how sure that is.
    No(Confidence),
    /// Nobody knows, and why.
    NotChecked(String),
}

/// A branch or a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefKind {
    /// A branch.
    Branch,
    /// A tag.
    Tag,
}

impl RefKind {
    /// Returns the folder below `refs`.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Branch => "heads",
            Self::Tag => "tags",
        }
    }

    /// Returns the other of both.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Branch => Self::Tag,
            Self::Tag => Self::Branch,
        }
    }
}

/// What references lead to, as far as GitHub was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RemoteReferences {
    resolutions: BTreeMap<RemoteKey, (RemoteReference, Resolution)>,
    answers: BTreeMap<(RemoteKey, Property), Answer>,
}

/// How many digits of a hash are shown where it is not to be copied.
const SHORT: usize = 12;

impl RemoteReference {
    /// Returns what this and every other spelling of it are known by.
    pub fn key(&self) -> RemoteKey {
        let repository = self.repository.to_string().to_ascii_lowercase();
        RemoteKey { repository, reference: self.reference.clone() }
    }

    /// Returns the commit that the reference is by its own words: a full hash.
    pub fn pinned(&self) -> Option<CommitHash> {
        CommitHash::new(&self.reference)
    }
}

impl fmt::Display for RemoteReference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}@{}", self.repository, self.reference)
    }
}

impl RemoteKey {
    /// Tells whether both references are of one repository.
    pub fn is_beside(&self, other: &Self) -> bool {
        self.repository == other.repository
    }
}

impl fmt::Display for RemoteKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}@{}", self.repository, self.reference)
    }
}

impl CommitHash {
    /// Takes 40 or 64 hexadecimal digits; `None` for anything else.
    pub fn new(text: &str) -> Option<Self> {
        let is_hash = matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hash.then(|| Self(text.to_ascii_lowercase()))
    }

    /// Returns enough of it to tell commits apart.
    pub fn short(&self) -> &str {
        self.0.get(..SHORT).unwrap_or(&self.0)
    }
}

impl fmt::Display for CommitHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl RemoteReferences {
    /// Keeps what a reference leads to.
    pub fn insert(&mut self, reference: RemoteReference, resolution: Resolution) {
        self.resolutions.insert(reference.key(), (reference, resolution));
    }

    /// Keeps whether something is true of a reference.
    pub fn answer(&mut self, key: RemoteKey, property: Property, answer: Answer) {
        self.answers.insert((key, property), answer);
    }

    /// Tells whether something is true of a reference; `None` where nobody wanted to know.
    pub fn is(&self, reference: &RemoteReference, property: Property) -> Option<&Answer> {
        self.answers.get(&(reference.key(), property))
    }

    /// Returns all that is known to be true or not, in order.
    pub fn answers(&self) -> impl Iterator<Item = (&RemoteReference, Property, &Answer)> {
        let known = self.answers.iter();
        known.filter_map(|((key, property), answer)| Some((&self.resolutions.get(key)?.0, *property, answer)))
    }

    /// Returns what a reference leads to; `None` where nobody wanted to know.
    pub fn get(&self, reference: &RemoteReference) -> Option<&Resolution> {
        self.resolutions.get(&reference.key()).map(|(_, resolution)| resolution)
    }

    /// Returns the commit that a reference leads to, if it is known.
    pub fn commit(&self, reference: &RemoteReference) -> Option<&CommitHash> {
        match self.get(reference)? {
            Resolution::Commit(commit) => Some(commit),
            Resolution::NoReference | Resolution::NoRepository | Resolution::NotChecked(_) => None,
        }
    }

    /// Tells whether it is known where a reference leads to, be it to nothing.
    pub fn is_checked(&self, reference: &RemoteReference) -> bool {
        !matches!(self.get(reference), None | Some(Resolution::NotChecked(_)))
    }

    /// Returns all that is known, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&RemoteReference, &Resolution)> {
        self.resolutions.values().map(|(reference, resolution)| (reference, resolution))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference(repository: &str, reference: &str) -> RemoteReference {
        RemoteReference { repository: repository.parse().unwrap(), reference: reference.to_owned() }
    }

    #[test]
    fn repositories_are_the_same_in_every_case_and_references_are_not() {
        let mut known = RemoteReferences::default();
        known.insert(reference("Octo/Hello", "v1"), Resolution::NoReference);
        assert!(known.is_checked(&reference("octo/hello", "v1")));
        assert!(!known.is_checked(&reference("octo/hello", "V1")));
        assert_eq!(reference("Octo/Hello", "V1").key().to_string(), "octo/hello@V1");
    }

    #[test]
    fn what_was_not_asked_is_not_checked() {
        let mut known = RemoteReferences::default();
        let spent = reference("octo/hello", "v2");
        known.insert(spent.clone(), Resolution::NotChecked("the budget is spent".to_owned()));
        assert!(!known.is_checked(&spent) && known.commit(&spent).is_none());
    }

    #[test]
    fn only_full_hashes_are_commits() {
        let hash = "0123456789ABCDEF0123456789abcdef01234567";
        assert_eq!(CommitHash::new(hash).unwrap().to_string(), hash.to_ascii_lowercase());
        assert_eq!(CommitHash::new(hash).unwrap().short(), "0123456789ab");
        for wrong in ["", "0123456", "v4", "x123456789abcdef0123456789abcdef01234567"] {
            assert_eq!(CommitHash::new(wrong), None, "{wrong}");
        }
    }
}
