//! Where a value comes from, and the places on its way.

use std::collections::BTreeMap;
use std::fmt::Arguments;
use std::ops::Range;

use super::events::Events;
use crate::knowledge::trust::Alphabet;
use crate::model::finding::Confidence;
use crate::model::yaml::Text;

/// Where a value comes from that others decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// What it is, for people: a context in backquotes, or a sentence's start.
    pub name: String,
    /// Who decides it, for people.
    pub who: String,
    /// On which side they stand.
    pub side: Side,
    /// How sure it is that they do.
    pub confidence: Confidence,
}

/// On which side those stand who decide a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// Whoever uses the action or calls the workflow gives it: the input's name in lower case.
    Caller(String),
    /// Anyone outside the repository.
    Stranger,
}

/// A place on a value's way.
#[derive(Clone, Debug)]
pub struct Hop<'file> {
    /// The scalar.
    pub text: &'file Text,
    /// The range in its decoded value.
    pub range: Range<usize>,
    /// What happens there, for people.
    pub what: String,
}

/// A value's way from its origin to a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flow {
    origin: usize,
    /// The last place; `None` where the origin itself is read.
    last: Option<usize>,
    /// The events that can bring it here.
    events: Events,
    /// What characters it may have.
    alphabet: Alphabet,
}

impl Flow {
    /// Returns the events that can bring the value here.
    pub fn events(&self) -> Events {
        self.events
    }
}

/// The ways that lead to one value, one for each origin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flows(Vec<Flow>);

/// The origins that are kept for one value; who decides a ninth makes no difference.
const MOST_ORIGINS: usize = 8;

impl Flows {
    /// Tells whether others decide nothing of the value.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the ways.
    pub fn iter(&self) -> impl Iterator<Item = &Flow> {
        self.0.iter()
    }

    /// Adds the ways of another value; of two from the same origin the one with more events stays.
    pub(super) fn add(&mut self, other: &Self) {
        for flow in &other.0 {
            let has_room = self.0.len() < MOST_ORIGINS;
            match self.0.iter_mut().find(|known| known.origin == flow.origin) {
                Some(known) if known.events.or(flow.events) != known.events => *known = *flow,
                None if has_room => self.0.push(*flow),
                Some(_) | None => {}
            }
        }
    }

    /// Keeps what events can bring.
    #[must_use]
    pub(super) fn on(&self, events: Events) -> Self {
        let narrowed = self.0.iter().map(|flow| Flow { events: flow.events.and(events), ..*flow });
        Self(narrowed.filter(|flow| !flow.events.is_empty()).collect())
    }

    /// Keeps what may have any character of an alphabet.
    #[must_use]
    pub(super) fn only(&self, least: Alphabet) -> Self {
        Self(self.0.iter().filter(|flow| flow.alphabet >= least).copied().collect())
    }

    /// Keeps what is left when some characters are taken away.
    #[must_use]
    pub(super) fn within(&self, alphabet: Alphabet) -> Self {
        let narrowed = self.0.iter().map(|flow| Flow { alphabet: flow.alphabet.min(alphabet), ..*flow });
        Self(narrowed.filter(|flow| flow.alphabet != Alphabet::Fixed).collect())
    }
}

/// All origins and places of a file.
#[derive(Debug, Default)]
pub(super) struct Trails<'file> {
    origins: Vec<Origin>,
    /// The positions of the origins, by who decides what.
    known: BTreeMap<(Side, String), usize>,
    /// The places, each with the position of the one before.
    hops: Vec<(Hop<'file>, Option<usize>)>,
}

/// The places of a way that are shown.
const MOST_PLACES: usize = 32;

impl<'file> Trails<'file> {
    /// Begins a way.
    pub(super) fn begin(&mut self, origin: Origin, alphabet: Alphabet, events: Events) -> Flows {
        if events.is_empty() || alphabet == Alphabet::Fixed {
            return Flows::default();
        }
        let next = self.origins.len();
        let key = (origin.side.clone(), origin.name.clone());
        let at = *self.known.entry(key).or_insert(next);
        if at == next {
            self.origins.push(origin);
        }
        let origin = at;
        Flows(vec![Flow { origin, last: None, events, alphabet }])
    }

    /// Takes ways on to a place; `what` says what happens there.
    pub(super) fn lead(&mut self, flows: &Flows, text: &'file Text, range: Range<usize>, what: Arguments<'_>) -> Flows {
        let lead = |flow: &Flow| {
            let hop = Hop { text, range: range.clone(), what: what.to_string() };
            self.hops.push((hop, flow.last));
            Flow { last: Some(self.hops.len() - 1), ..*flow }
        };
        Flows(flows.0.iter().map(lead).collect())
    }

    /// Returns where a way begins.
    pub(super) fn origin(&self, flow: &Flow) -> Option<&Origin> {
        self.origins.get(flow.origin)
    }

    /// Returns the places of a way, the first one first.
    pub(super) fn way(&self, flow: &Flow) -> Vec<&Hop<'file>> {
        let at = |at: &Option<usize>| self.hops.get((*at)?);
        let hops = std::iter::successors(at(&flow.last), |(_, before)| at(before));
        let mut way: Vec<&Hop<'file>> = hops.map(|(hop, _)| hop).take(MOST_PLACES).collect();
        way.reverse();
        way
    }
}
