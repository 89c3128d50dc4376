//! Asks GitHub which commits references lead to: once for a repository and a reference, and not at
//! all where an earlier answer still holds.
//!
//! A pin whose comment names a version is asked for by that version first: where the version is
//! the pinned commit, the pin is known to exist as well, and one request has answered both. A pin of which
//! it is wanted to know whether it is of the repository itself is compared with the default branch, which
//! tells as well that it exists.

mod kept;
mod question;
mod round;
mod standing;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

pub use self::kept::Kept;
use self::question::{Found, Question, Relation};
use self::round::Round;
use self::standing::{Standing, default_branch};
use crate::github::NamedCommit;
use crate::github::{Client, RequestError};
use crate::model::remote::{Property, RemoteKey, RemoteReference, RemoteReferences, Resolution};

/// Who asks, and what a missing repository means.
#[derive(Clone, Debug, Default)]
pub struct Circumstances {
    /// The owner of the repository that is looked at, if that is known. What is private there looks
    /// as if it did not exist, and may be used all the same.
    pub owner: Option<String>,
    /// Whether the server may take from github.com what it does not have itself.
    pub borrows: bool,
}

/// References that are to be resolved, with what is known of them.
#[derive(Debug)]
pub struct Inquiry {
    /// Every reference that is to be known, by its key.
    wanted: BTreeMap<RemoteKey, RemoteReference>,
    /// The versions that comments name for a pin; for a reference that is written without, none.
    claims: BTreeMap<RemoteKey, BTreeSet<RemoteKey>>,
    /// What is known by now.
    found: BTreeMap<RemoteKey, Resolution>,
    /// What is wanted to know beside that, and known.
    standing: Standing,
    kept: Kept,
    now: Timestamp,
}

impl Inquiry {
    /// Begins with what earlier answers still tell.
    pub fn new(kept: Kept, now: Timestamp) -> Self {
        let (wanted, claims, found, standing) = Default::default();
        Self { wanted, claims, found, standing, kept, now }
    }

    /// Wants to know where a reference leads to, and where the version that a comment names for it, and
    /// whether more is true of it.
    pub fn want(&mut self, reference: &RemoteReference, claim: Option<&RemoteReference>, properties: &[Property]) {
        let key = self.add(reference);
        self.standing.want(&key, properties);
        let claim = claim.map(|claim| self.add(claim));
        match (self.claims.get_mut(&key), claim) {
            (Some(claims), Some(claim)) if !claims.is_empty() => drop(claims.insert(claim)),
            // Somebody uses it without a claim, so it is asked for by itself.
            (Some(claims), _) => claims.clear(),
            (None, claim) => drop(self.claims.insert(key, claim.into_iter().collect())),
        }
    }

    fn add(&mut self, reference: &RemoteReference) -> RemoteKey {
        let key = reference.key();
        if !self.wanted.contains_key(&key) {
            if let Some(commit) = self.kept.fresh(reference, self.now) {
                self.found.insert(key.clone(), Resolution::Commit(commit));
            }
            self.wanted.insert(key.clone(), reference.clone());
        }
        key
    }

    /// Returns how many references are wanted.
    pub fn wanted(&self) -> usize {
        self.wanted.len()
    }

    /// Returns how many requests it takes at most to know where the rest leads.
    pub fn open(&self) -> usize {
        self.wanted.keys().filter(|key| !self.is_found(key)).count()
    }

    /// Returns how many requests it takes at most to know all that is wanted. What a commit takes that is
    /// found in none of the likely places is not counted: it is rare.
    pub fn most(&self) -> usize {
        self.open() + self.wanted.iter().map(|(key, reference)| self.standing.most(key, reference, self)).sum::<usize>()
    }

    /// Asks for what is not known, with so many requests at most, as many at once as there are
    /// clients. What is then still not known is marked with the reason.
    ///
    /// # Errors
    /// A request that failed for good. What was answered before is kept.
    pub fn ask(&mut self, clients: &mut [Client], budget: usize) -> Result<(), RequestError> {
        let mut round = Round::new(budget);
        self.put(&mut round, clients, |inquiry, key| !inquiry.waits(key));
        self.put(&mut round, clients, |_, _| true);
        // What GitHub could not compare is asked for by itself.
        self.put(&mut round, clients, |_, _| true);
        self.examine(&mut round, clients);
        round.end()
    }

    /// Asks those questions that are chosen and open.
    fn put(&mut self, round: &mut Round, clients: &mut [Client], is_chosen: impl Fn(&Self, &RemoteKey) -> bool) {
        let open = self.wanted.iter().filter(|(key, _)| !self.is_found(key) && is_chosen(self, key));
        let questions: Vec<Question> = open.map(|(key, reference)| self.question(key, reference)).collect();
        for (question, found) in round.ask(clients, questions) {
            self.take(&question, found);
        }
    }

    /// Chooses how to ask for a reference.
    fn question(&self, key: &RemoteKey, reference: &RemoteReference) -> Question {
        let is_pin = reference.pinned().is_some();
        if is_pin && self.standing.wants(key, Property::Belongs) && !self.standing.is_compared(key) {
            return default_branch(reference.clone());
        }
        Question::Commit { reference: reference.clone(), etag: self.kept.etag(reference).map(str::to_owned) }
    }

    fn take(&mut self, question: &Question, found: Found) {
        let (Question::Commit { reference, .. } | Question::Compare { reference, .. }) = question else { return };
        let resolution = match found {
            Found::Commit(named) => {
                self.kept.keep(reference, &named, self.now);
                Resolution::Commit(named.hash)
            }
            Found::Unchanged => match self.kept.confirm(reference, self.now) {
                Some(commit) => Resolution::Commit(commit),
                None => Resolution::NotChecked("GitHub did not say which commit it is".to_owned()),
            },
            Found::Compared(relation) => {
                self.standing.relate(reference.key(), relation);
                let Some(hash) = reference.pinned().filter(|_| relation != Relation::Unknown) else { return };
                self.kept.keep(reference, &NamedCommit { hash: hash.clone(), etag: None }, self.now);
                Resolution::Commit(hash)
            }
            Found::Nothing(resolution) => resolution,
            Found::Named(_) | Found::Listed(_) => return,
        };
        self.found.insert(reference.key(), resolution);
    }

    /// Tells whether a reference is known: by itself, or as the version that it claims to be.
    fn is_found(&self, key: &RemoteKey) -> bool {
        self.found.contains_key(key) || self.commit_by_claim(key).is_some()
    }

    /// Tells whether a pin is asked for only if its claims do not lead to it.
    fn waits(&self, key: &RemoteKey) -> bool {
        self.claims.get(key).is_some_and(|claims| !claims.is_empty())
    }

    /// Returns the commit of a pin that is also what its comment names.
    fn commit_by_claim(&self, key: &RemoteKey) -> Option<Resolution> {
        let pin = self.wanted.get(key)?.pinned()?;
        let leads_here = |claim: &RemoteKey| self.found.get(claim) == Some(&Resolution::Commit(pin.clone()));
        self.claims.get(key)?.iter().any(leads_here).then(|| Resolution::Commit(pin.clone()))
    }

    /// Returns what is known of every reference, and what is worth to be kept for the next time.
    pub fn finish(self, circumstances: &Circumstances) -> (RemoteReferences, Kept) {
        let mut references = RemoteReferences::default();
        for (key, reference) in &self.wanted {
            let found = self.found.get(key).cloned().or_else(|| self.commit_by_claim(key));
            let resolution = match found {
                Some(Resolution::NoRepository) => self.missing(key, reference, circumstances),
                Some(known) => known,
                None => Resolution::NotChecked("GitHub was not asked".to_owned()),
            };
            references.insert(reference.clone(), resolution);
        }
        for (key, property, answer) in self.standing.into_answers() {
            references.answer(key, property, answer);
        }
        (references, self.kept)
    }

    /// Says what a repository that GitHub does not find means.
    fn missing(&self, key: &RemoteKey, reference: &RemoteReference, circumstances: &Circumstances) -> Resolution {
        let has_others = self.found.iter().any(|(other, found)| {
            other.is_beside(key) && matches!(found, Resolution::Commit(_) | Resolution::NoReference)
        });
        let owner = reference.repository.owner();
        if has_others {
            Resolution::NoReference
        } else if circumstances.borrows {
            Resolution::NotChecked("this server does not have it, but may take it from github.com".to_owned())
        } else if circumstances.owner.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(owner)) {
            Resolution::NotChecked(format!("it may be a private repository of {owner} that cannot be seen from here"))
        } else {
            Resolution::NoRepository
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::remote::CommitHash;

    const PIN: &str = "0123456789012345678901234567890123456789";

    fn reference(text: &str) -> RemoteReference {
        let (repository, reference) = text.split_once('@').unwrap();
        RemoteReference { repository: repository.parse().unwrap(), reference: reference.to_owned() }
    }

    fn inquiry(wanted: &[(&str, Option<&str>)]) -> Inquiry {
        let mut inquiry = Inquiry::new(Kept::nothing("https://api.example"), Timestamp::UNIX_EPOCH);
        for (uses, claim) in wanted {
            inquiry.want(&reference(uses), claim.map(reference).as_ref(), &[]);
        }
        inquiry
    }

    fn take(inquiry: &mut Inquiry, uses: &str, found: Found) {
        inquiry.take(&Question::Commit { reference: reference(uses), etag: None }, found);
    }

    fn commit(hash: &str) -> Found {
        Found::Commit(NamedCommit { hash: CommitHash::new(hash).unwrap(), etag: None })
    }

    fn finish(inquiry: Inquiry, circumstances: &Circumstances) -> Vec<Resolution> {
        let (references, _) = inquiry.finish(circumstances);
        references.iter().map(|(_, resolution)| resolution.clone()).collect()
    }

    #[test]
    fn a_pin_is_asked_for_by_the_version_of_its_comment() {
        let pin = format!("o/r@{PIN}");
        let mut told = inquiry(&[(&pin, Some("o/r@v1")), ("O/R@v1", None)]);
        assert_eq!((told.wanted(), told.open()), (2, 2));
        assert!(told.waits(&reference(&pin).key()) && !told.waits(&reference("o/r@v1").key()));
        take(&mut told, "o/r@v1", commit(PIN));
        assert_eq!(told.open(), 0);
        let here = Resolution::Commit(CommitHash::new(PIN).unwrap());
        assert_eq!(finish(told, &Circumstances::default()), [here.clone(), here]);
    }

    #[test]
    fn a_pin_that_is_not_its_version_is_asked_for_by_itself() {
        let pin = format!("o/r@{PIN}");
        let mut other = inquiry(&[(&pin, Some("o/r@v1"))]);
        take(&mut other, "o/r@v1", commit(&"f".repeat(40)));
        assert_eq!(other.open(), 1);
        // Somewhere it is used without a comment, so the comment elsewhere does not matter.
        for wanted in [[(pin.as_str(), Some("o/r@v1")), (&pin, None)], [(&pin, None), (&pin, Some("o/r@v1"))]] {
            assert!(!inquiry(&wanted).waits(&reference(&pin).key()));
        }
    }

    #[test]
    fn a_missing_repository_means_what_the_circumstances_say() {
        let missing = |circumstances: &Circumstances, beside: Option<Found>| {
            let mut inquiry = inquiry(&[("o/r@v1", None), ("O/r@v2", None)]);
            take(&mut inquiry, "o/r@v1", Found::Nothing(Resolution::NoRepository));
            let beside = beside.unwrap_or(Found::Nothing(Resolution::NoRepository));
            take(&mut inquiry, "o/r@v2", beside);
            finish(inquiry, circumstances).remove(0)
        };
        let public = Circumstances::default();
        assert_eq!(missing(&public, None), Resolution::NoRepository);
        assert_eq!(missing(&public, Some(commit(PIN))), Resolution::NoReference);
        let own = Circumstances { owner: Some("O".to_owned()), borrows: false };
        assert!(matches!(missing(&own, None), Resolution::NotChecked(_)));
        let borrows = Circumstances { owner: None, borrows: true };
        assert!(matches!(missing(&borrows, None), Resolution::NotChecked(_)));
        assert_eq!(missing(&borrows, Some(commit(PIN))), Resolution::NoReference);
    }

    #[test]
    fn what_nobody_asked_is_not_checked() {
        let resolutions = finish(inquiry(&[("o/r@v1", None)]), &Circumstances::default());
        assert!(matches!(resolutions.as_slice(), [Resolution::NotChecked(_)]), "{resolutions:?}");
    }
}
