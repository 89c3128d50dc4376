//! What is known of a reference beside where it leads: whether a pin is of the repository itself, whether
//! it is a release, and whether a name stands for a branch and a tag at once.
//!
//! Each is asked for only where cheaper answers leave it open: a pin that its comment's version leads to is
//! of the repository and released; one that the default branch holds is of the repository; the tags of a
//! repository, a hundred with a request, answer for all its pins at once.

use std::collections::{BTreeMap, BTreeSet};

use super::Inquiry;
use super::question::{Found, PAGE, Question, Relation};
use super::round::Round;
use crate::github::Client;
use crate::model::finding::Confidence;
use crate::model::remote::{Answer, CommitHash, Property, RefKind, RemoteKey, RemoteReference, Resolution};
use crate::model::repository_name::RepositoryName;

/// How many pages of a repository's tags are read, each of a hundred.
const MOST_PAGES: usize = 3;

/// With how many branches beside the default one a commit is compared.
const MOST_BRANCHES: usize = 8;

/// What is wanted to know, and what is known by now.
#[derive(Debug, Default)]
pub(super) struct Standing {
    wanted: BTreeSet<(RemoteKey, Property)>,
    answers: BTreeMap<(RemoteKey, Property), Answer>,
    /// How pins stand to the default branches.
    relations: BTreeMap<RemoteKey, Relation>,
    /// The tags of repositories, as far as they were read.
    tags: BTreeMap<String, List>,
    /// The branches of repositories, as far as they were read.
    branches: BTreeMap<String, List>,
}

/// A list of names with their commits, as far as it was read.
#[derive(Clone, Debug, Default)]
struct List {
    names: Vec<(String, CommitHash)>,
    pages: usize,
    /// Whether this is all.
    is_whole: bool,
    /// Why it was not read.
    failure: Option<String>,
}

impl List {
    fn holds(&self, commit: &CommitHash) -> bool {
        self.names.iter().any(|(_, named)| named == commit)
    }

    fn take(&mut self, found: Found) {
        self.pages += 1;
        match found {
            Found::Listed(names) => {
                self.is_whole = names.len() < PAGE;
                self.names.extend(names);
            }
            Found::Nothing(Resolution::NotChecked(why)) => self.failure = Some(why),
            Found::Commit(_) | Found::Unchanged | Found::Compared(_) | Found::Named(_) | Found::Nothing(_) => {
                self.failure = Some("GitHub gave no list".to_owned());
            }
        }
    }

    fn is_done(&self) -> bool {
        self.is_whole || self.failure.is_some() || self.pages >= MOST_PAGES
    }
}

impl Standing {
    pub(super) fn want(&mut self, key: &RemoteKey, properties: &[Property]) {
        self.wanted.extend(properties.iter().map(|property| (key.clone(), *property)));
    }

    pub(super) fn wants(&self, key: &RemoteKey, property: Property) -> bool {
        self.wanted.contains(&(key.clone(), property))
    }

    /// Returns how many requests a reference may take beside the one that tells where it leads.
    pub(super) fn most(&self, key: &RemoteKey, reference: &RemoteReference, inquiry: &Inquiry) -> usize {
        let ambiguous = self.wants(key, Property::Ambiguous) && !inquiry.kept.stands_alone(reference, inquiry.now);
        let tagged = self.wants(key, Property::Tagged) && !inquiry.kept.is_tagged(reference);
        let is_asked_already = !inquiry.is_found(key) || inquiry.kept.belongs(reference);
        let belongs = self.wants(key, Property::Belongs) && !is_asked_already;
        2 * usize::from(ambiguous) + usize::from(tagged) + usize::from(belongs)
    }

    pub(super) fn is_compared(&self, key: &RemoteKey) -> bool {
        self.relations.contains_key(key)
    }

    pub(super) fn relate(&mut self, key: RemoteKey, relation: Relation) {
        self.relations.insert(key, relation);
    }

    /// Returns what is known, and where nothing is, why.
    pub(super) fn into_answers(mut self) -> impl Iterator<Item = (RemoteKey, Property, Answer)> {
        for wanted in self.wanted {
            let unknown = || Answer::NotChecked("it is not known where it leads".to_owned());
            self.answers.entry(wanted).or_insert_with(unknown);
        }
        self.answers.into_iter().map(|((key, property), answer)| (key, property, answer))
    }

    fn tell(&mut self, key: &RemoteKey, property: Property, answer: Answer) {
        if self.wants(key, property) {
            self.answers.entry((key.clone(), property)).or_insert(answer);
        }
    }

    fn lists(&mut self, kind: RefKind) -> &mut BTreeMap<String, List> {
        match kind {
            RefKind::Branch => &mut self.branches,
            RefKind::Tag => &mut self.tags,
        }
    }

    fn is_open(&self, key: &RemoteKey, property: Property) -> bool {
        self.wants(key, property) && !self.answers.contains_key(&(key.clone(), property))
    }
}

/// Where a name is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    /// Where it is more likely not to be.
    First,
    /// Among the others.
    Last,
}

impl Turn {
    fn question(self, reference: RemoteReference) -> Question {
        let first = if is_version(&reference.reference) { RefKind::Branch } else { RefKind::Tag };
        let kind = match self {
            Self::First => first,
            Self::Last => first.other(),
        };
        Question::Named { reference, kind }
    }
}

/// A pin about which something is open.
#[derive(Clone, Debug)]
struct Pin {
    key: RemoteKey,
    reference: RemoteReference,
    commit: CommitHash,
}

impl Pin {
    fn repository(&self) -> String {
        self.reference.repository.to_string().to_ascii_lowercase()
    }
}

impl Inquiry {
    /// Finds out what is wanted to know beside where references lead.
    pub(super) fn examine(&mut self, round: &mut Round, clients: &mut [Client]) {
        self.compare(round, clients);
        self.take_what_is_known();
        self.names(round, clients);
        self.tags(round, clients);
        self.branches(round, clients);
    }

    /// Compares pins with the default branch that were not found by that.
    fn compare(&mut self, round: &mut Round, clients: &mut [Client]) {
        let is_known = |pin: &Pin| self.commit_by_claim(&pin.key).is_some() || self.kept.belongs(&pin.reference);
        let open = self.open_pins(&[Property::Belongs]).into_iter();
        let open = open.filter(|pin| !is_known(pin) && !self.standing.relations.contains_key(&pin.key));
        let questions = open.map(|pin| default_branch(pin.reference));
        for (question, found) in round.ask(clients, questions.collect()) {
            if let (Question::Compare { reference, .. }, Found::Compared(relation)) = (question, found) {
                self.standing.relate(reference.key(), relation);
            }
        }
    }

    /// Takes what follows from answers that are there.
    fn take_what_is_known(&mut self) {
        for pin in self.pins() {
            let by_claim = self.commit_by_claim(&pin.key).is_some();
            let relation = self.standing.relations.get(&pin.key).copied();
            let is_tagged = by_claim || self.kept.is_tagged(&pin.reference);
            let belongs = is_tagged || relation == Some(Relation::Within) || self.kept.belongs(&pin.reference);
            self.settle_if(is_tagged, &pin, Property::Tagged);
            self.settle_if(belongs, &pin, Property::Belongs);
        }
    }

    fn settle_if(&mut self, is_so: bool, pin: &Pin, property: Property) {
        if is_so {
            self.settle(pin, property);
        }
    }

    /// Notes that something is so, for now and for the next time.
    fn settle(&mut self, pin: &Pin, property: Property) {
        self.standing.tell(&pin.key, property, Answer::Yes);
        self.kept.keep_property(&pin.reference, property, self.now);
    }

    /// Returns the pins that lead to a commit.
    fn pins(&self) -> Vec<Pin> {
        let pinned = self.wanted.iter().filter_map(|(key, reference)| Some((key, reference, reference.pinned()?)));
        let known = pinned.filter(|(key, ..)| self.is_found(key) && !self.leads_nowhere(key));
        known.map(|(key, reference, commit)| Pin { key: key.clone(), reference: reference.clone(), commit }).collect()
    }

    fn leads_nowhere(&self, key: &RemoteKey) -> bool {
        self.found.get(key).is_some_and(|found| !matches!(found, Resolution::Commit(_)))
    }

    fn open_pins(&self, properties: &[Property]) -> Vec<Pin> {
        let is_open = |pin: &Pin| properties.iter().any(|property| self.standing.is_open(&pin.key, *property));
        self.pins().into_iter().filter(is_open).collect()
    }

    /// Finds out which names stand for a branch and a tag. What looks like a version is looked for among the
    /// branches first, anything else among the tags: where it is not there, nothing else is asked.
    fn names(&mut self, round: &mut Round, clients: &mut [Client]) {
        for reference in self.open_names() {
            if self.kept.stands_alone(&reference, self.now) {
                self.standing.tell(&reference.key(), Property::Ambiguous, Answer::No(Confidence::High));
            }
        }
        for turn in [Turn::First, Turn::Last] {
            let questions = self.open_names().into_iter().map(|reference| turn.question(reference));
            for (question, found) in round.ask(clients, questions.collect()) {
                self.take_names(&question, found, turn);
            }
        }
    }

    fn open_names(&self) -> Vec<RemoteReference> {
        let open = self.wanted.iter().filter(|(key, _)| self.standing.is_open(key, Property::Ambiguous));
        let known = open.filter(|(key, _)| matches!(self.found.get(key), Some(Resolution::Commit(_))));
        known.map(|(_, reference)| reference.clone()).collect()
    }

    fn take_names(&mut self, question: &Question, found: Found, turn: Turn) {
        let Question::Named { reference, .. } = question else { return };
        let answer = match found {
            Found::Named(false) => {
                self.kept.keep_alone(reference, self.now);
                Answer::No(Confidence::High)
            }
            Found::Named(true) if turn == Turn::Last => Answer::Yes,
            Found::Named(true) => return,
            Found::Nothing(Resolution::NotChecked(why)) => Answer::NotChecked(why),
            Found::Commit(_) | Found::Unchanged | Found::Compared(_) | Found::Listed(_) | Found::Nothing(_) => {
                Answer::NotChecked("GitHub did not say".to_owned())
            }
        };
        self.standing.tell(&reference.key(), Property::Ambiguous, answer);
    }

    /// Looks for open pins among the tags of their repositories.
    fn tags(&mut self, round: &mut Round, clients: &mut [Client]) {
        let properties = [Property::Tagged, Property::Belongs];
        for _ in 0..MOST_PAGES {
            self.read(RefKind::Tag, &properties, round, clients);
            for pin in self.open_pins(&properties) {
                let is_tagged = self.standing.tags.get(&pin.repository()).is_some_and(|tags| tags.holds(&pin.commit));
                self.settle_if(is_tagged, &pin, Property::Tagged);
                self.settle_if(is_tagged, &pin, Property::Belongs);
            }
        }
        for pin in self.open_pins(&[Property::Tagged]) {
            let answer = self.standing.tags.get(&pin.repository()).map_or_else(unasked, not_among);
            self.standing.tell(&pin.key, Property::Tagged, answer);
        }
    }

    /// Reads the next pages of the lists in which open pins may be.
    fn read(&mut self, kind: RefKind, properties: &[Property], round: &mut Round, clients: &mut [Client]) {
        let pins = self.open_pins(properties).into_iter();
        let repositories: BTreeMap<String, RepositoryName> =
            pins.map(|pin| (pin.repository(), pin.reference.repository)).collect();
        let lists = self.standing.lists(kind);
        let open = repositories.into_iter().filter(|(name, _)| lists.get(name).is_none_or(|list| !list.is_done()));
        let page = |name: &str| lists.get(name).map_or(0, |list| list.pages) + 1;
        let questions = open.map(|(name, repository)| Question::List { page: page(&name), repository, kind }).collect();
        for (question, found) in round.ask(clients, questions) {
            let Question::List { repository, .. } = question else { continue };
            self.standing.lists(kind).entry(repository.to_string().to_ascii_lowercase()).or_default().take(found);
        }
    }

    /// Looks for open pins on the branches of their repositories: at their heads, then behind some.
    fn branches(&mut self, round: &mut Round, clients: &mut [Client]) {
        self.read(RefKind::Branch, &[Property::Belongs], round, clients);
        for pin in self.open_pins(&[Property::Belongs]) {
            let branches = self.standing.branches.get(&pin.repository());
            let is_head = branches.is_some_and(|branches| branches.holds(&pin.commit));
            self.settle_if(is_head, &pin, Property::Belongs);
        }
        for at in 0..MOST_BRANCHES {
            let questions = self.open_pins(&[Property::Belongs]).into_iter().filter_map(|pin| {
                let base = self.likely(&pin).into_iter().nth(at)?;
                Some(Question::Compare { reference: pin.reference, base })
            });
            for (question, found) in round.ask(clients, questions.collect()) {
                self.take_comparison(question, found);
            }
        }
        for pin in self.open_pins(&[Property::Belongs]) {
            let answer = self.no_part_of_it(&pin);
            self.standing.tell(&pin.key, Property::Belongs, answer);
        }
    }

    fn take_comparison(&mut self, question: Question, found: Found) {
        let Question::Compare { reference, .. } = question else { return };
        let key = reference.key();
        match (found, reference.pinned()) {
            (Found::Compared(Relation::Within), Some(commit)) => {
                self.settle(&Pin { key, reference, commit }, Property::Belongs);
            }
            (Found::Nothing(Resolution::NotChecked(why)), _) => {
                self.standing.tell(&key, Property::Belongs, Answer::NotChecked(why));
            }
            _ => {}
        }
    }

    /// Returns the branches that may hold a commit, those of releases first.
    fn likely(&self, pin: &Pin) -> Vec<String> {
        let branches = self.standing.branches.get(&pin.repository());
        let mut names: Vec<String> =
            branches.into_iter().flat_map(|list| &list.names).map(|(name, _)| name.clone()).collect();
        names.sort_by_key(|name| (!is_of_releases(name), name.clone()));
        names
    }

    /// Says how sure it is that a commit which was found nowhere is not of the repository.
    fn no_part_of_it(&self, pin: &Pin) -> Answer {
        let repository = pin.repository();
        let (Some(tags), Some(branches)) =
            (self.standing.tags.get(&repository), self.standing.branches.get(&repository))
        else {
            return unasked();
        };
        if let Some(why) = tags.failure.as_ref().or(branches.failure.as_ref()) {
            return Answer::NotChecked(why.clone());
        }
        if self.standing.relations.get(&pin.key) != Some(&Relation::Apart) {
            return Answer::NotChecked("GitHub did not compare it with the default branch".to_owned());
        }
        if !tags.is_whole {
            return Answer::NotChecked(format!("the repository has more than {} tags", tags.names.len()));
        }
        let is_whole = branches.is_whole && branches.names.len() <= MOST_BRANCHES;
        Answer::No(if is_whole { Confidence::High } else { Confidence::Medium })
    }
}

/// Asks how a pin stands to the default branch.
pub(super) fn default_branch(reference: RemoteReference) -> Question {
    Question::Compare { reference, base: "HEAD".to_owned() }
}

fn not_among(tags: &List) -> Answer {
    match &tags.failure {
        Some(why) => Answer::NotChecked(why.clone()),
        None if tags.is_whole => Answer::No(Confidence::High),
        None => Answer::NotChecked(format!("the repository has more than {} tags", tags.names.len())),
    }
}

fn unasked() -> Answer {
    Answer::NotChecked("GitHub was not asked".to_owned())
}

fn is_version(name: &str) -> bool {
    name.trim_start_matches(['v', 'V']).starts_with(|first: char| first.is_ascii_digit())
}

fn is_of_releases(branch: &str) -> bool {
    branch.contains("release") || branch.split('/').any(is_version)
}
