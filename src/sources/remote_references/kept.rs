//! Answers of earlier runs, on disk.
//!
//! Kept are commits alone, by the API's address and the reference: no token, no name of who asked,
//! and nothing of what was not found, since that is what people go and mend. A file that cannot be
//! read, or that somebody else wrote into, counts as empty where it makes no sense.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::github::NamedCommit;
use crate::model::remote::{CommitHash, Property, RemoteReference};
use crate::sources::repository;

/// How long it holds what a branch or a tag leads to.
const MOVING: SignedDuration = SignedDuration::from_hours(1);

/// How long it holds that a commit exists, and after how long an answer is forgotten.
const FOREVER: SignedDuration = SignedDuration::from_hours(24 * 30);

/// How long it holds that a name stands for a branch or a tag alone.
const ALONE: SignedDuration = SignedDuration::from_hours(24);

/// The form of the file; any other is not read.
const VERSION: u8 = 1;

/// What one API has answered.
#[derive(Clone, Debug)]
pub struct Kept {
    api: String,
    file: File,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct File {
    version: u8,
    /// The answers by the API's address and by the reference.
    apis: BTreeMap<String, BTreeMap<String, Entry>>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Entry {
    commit: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    etag: Option<String>,
    /// The second in which it was so.
    at: i64,
    /// Whether a branch or a tag of the repository holds the commit.
    #[serde(default, skip_serializing_if = "is_false")]
    belongs: bool,
    /// Whether a tag leads to it.
    #[serde(default, skip_serializing_if = "is_false")]
    tagged: bool,
    /// The second in which no branch and tag shared the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    alone: Option<i64>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over like this")]
fn is_false(value: &bool) -> bool {
    !value
}

impl Kept {
    /// Begins without answers.
    pub fn nothing(api: &str) -> Self {
        Self { api: api.to_owned(), file: File::default() }
    }

    /// Reads what an API has answered from a file that may not be there.
    pub fn read(path: &Path, api: &str) -> Self {
        let text = repository::read(path).unwrap_or_default();
        let file = serde_json::from_str(&text).ok().filter(|file: &File| file.version == VERSION);
        Self { api: api.to_owned(), file: file.unwrap_or_default() }
    }

    /// Writes all answers that are not too old, for the file.
    pub fn to_text(&self, now: Timestamp) -> String {
        let mut file = self.file.clone();
        file.version = VERSION;
        for answers in file.apis.values_mut() {
            answers.retain(|_, entry| entry.is_younger(FOREVER, now));
        }
        serde_json::to_string(&file).unwrap_or_default()
    }

    /// Returns the commit that a reference led to, if that still holds.
    pub(super) fn fresh(&self, reference: &RemoteReference, now: Timestamp) -> Option<CommitHash> {
        let entry = self.entry(reference)?;
        let commit = CommitHash::new(&entry.commit)?;
        let holds = if reference.pinned().as_ref() == Some(&commit) { FOREVER } else { MOVING };
        entry.is_younger(holds, now).then_some(commit)
    }

    /// Returns the mark by which GitHub can tell whether an answer still holds.
    pub(super) fn etag(&self, reference: &RemoteReference) -> Option<&str> {
        let entry = self.entry(reference)?;
        entry.etag.as_deref().filter(|_| CommitHash::new(&entry.commit).is_some())
    }

    /// Keeps an answer.
    pub(super) fn keep(&mut self, reference: &RemoteReference, named: &NamedCommit, now: Timestamp) {
        let (commit, at) = (named.hash.to_string(), now.as_second());
        let answers = self.file.apis.entry(self.api.clone()).or_default();
        let before = answers.remove(&reference.key().to_string()).filter(|entry| entry.commit == commit);
        let entry = before.unwrap_or_else(|| Entry::new(commit));
        answers.insert(reference.key().to_string(), Entry { etag: named.etag.clone(), at, ..entry });
    }

    /// Keeps what is true of a pin for good.
    pub(super) fn keep_property(&mut self, reference: &RemoteReference, property: Property, now: Timestamp) {
        let Some(commit) = reference.pinned() else { return };
        let answers = self.file.apis.entry(self.api.clone()).or_default();
        let entry = answers.entry(reference.key().to_string()).or_insert_with(|| Entry::new(commit.to_string()));
        entry.at = now.as_second();
        entry.belongs |= property == Property::Belongs;
        entry.tagged |= property == Property::Tagged;
    }

    /// Keeps that a name stands for a branch or a tag alone.
    pub(super) fn keep_alone(&mut self, reference: &RemoteReference, now: Timestamp) {
        let answers = self.file.apis.get_mut(&self.api);
        if let Some(entry) = answers.and_then(|answers| answers.get_mut(&reference.key().to_string())) {
            entry.alone = Some(now.as_second());
        }
    }

    /// Tells whether a branch or a tag of the repository is known to hold a pin.
    pub(super) fn belongs(&self, reference: &RemoteReference) -> bool {
        self.entry(reference).is_some_and(|entry| entry.belongs || entry.tagged)
    }

    /// Tells whether a tag is known to lead to a pin.
    pub(super) fn is_tagged(&self, reference: &RemoteReference) -> bool {
        self.entry(reference).is_some_and(|entry| entry.tagged)
    }

    /// Tells whether a name is known to stand for a branch or a tag alone.
    pub(super) fn stands_alone(&self, reference: &RemoteReference, now: Timestamp) -> bool {
        let at = self.entry(reference).and_then(|entry| entry.alone);
        at.is_some_and(|at| is_within(at, ALONE, now))
    }

    /// Keeps that an answer still holds, and returns it.
    pub(super) fn confirm(&mut self, reference: &RemoteReference, now: Timestamp) -> Option<CommitHash> {
        let answers = self.file.apis.get_mut(&self.api)?;
        let entry = answers.get_mut(&reference.key().to_string())?;
        entry.at = now.as_second();
        CommitHash::new(&entry.commit)
    }

    fn entry(&self, reference: &RemoteReference) -> Option<&Entry> {
        self.file.apis.get(&self.api)?.get(&reference.key().to_string())
    }
}

impl Entry {
    fn new(commit: String) -> Self {
        Self { commit, etag: None, at: 0, belongs: false, tagged: false, alone: None }
    }

    fn is_younger(&self, limit: SignedDuration, now: Timestamp) -> bool {
        is_within(self.at, limit, now)
    }
}

/// Tells whether something was so within a time; a clock that was wrong makes no answer eternal.
fn is_within(at: i64, limit: SignedDuration, now: Timestamp) -> bool {
    (0..limit.as_secs()).contains(&now.as_second().saturating_sub(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PIN: &str = "0123456789012345678901234567890123456789";

    fn reference(reference: &str) -> RemoteReference {
        RemoteReference { repository: "octo/hello".parse().unwrap(), reference: reference.to_owned() }
    }

    fn second(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn kept() -> Kept {
        let mut kept = Kept::nothing("https://api.example");
        let named = NamedCommit { hash: CommitHash::new(PIN).unwrap(), etag: Some("W/\"x\"".to_owned()) };
        kept.keep(&reference("v1"), &named, second(1000));
        kept.keep(&reference(PIN), &named, second(1000));
        kept
    }

    #[test]
    fn names_hold_for_an_hour_and_commits_for_a_month() {
        let kept = kept();
        let holds = |name: &str, at: i64| kept.fresh(&reference(name), second(at)).is_some();
        assert!(holds("v1", 1000) && holds("v1", 4599) && !holds("v1", 4600) && !holds("v1", 999));
        assert!(holds(PIN, 4600) && holds(PIN, 1000 + 2_591_999) && !holds(PIN, 1000 + 2_592_000));
        assert_eq!(kept.etag(&reference("v1")), Some("W/\"x\""));
        assert!(!holds("v2", 1000));
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the test writes what is read")]
    fn the_file_is_read_back_and_nonsense_is_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("references.json");
        let read = |text: &str, api: &str| {
            std::fs::write(&path, text).unwrap();
            Kept::read(&path, api).fresh(&reference("v1"), second(1000)).is_some()
        };
        let text = kept().to_text(second(1000));
        assert!(read(&text, "https://api.example"), "{text}");
        assert!(!read(&text, "https://ghe.example/api/v3"));
        for nonsense in [
            String::new(),
            "[]".to_owned(),
            text.replace("\"version\":1", "\"version\":2"),
            text.replace(PIN, "$(reboot)"),
            text.replace("1000", "99999999999999999999"),
        ] {
            assert!(!read(&nonsense, "https://api.example"), "{nonsense}");
        }
        assert_eq!(kept().to_text(second(5_000_000)), r#"{"version":1,"apis":{"https://api.example":{}}}"#);
    }
}
