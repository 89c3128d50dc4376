//! What a mapping may hold.

use std::collections::btree_map::Entry as Slot;
use std::collections::{BTreeMap, BTreeSet};

use super::told::{Told, told, value};
use super::{At, Role, Walk};
use crate::knowledge::schema::{Evaluated, Key, Keys, Kinds, Mapping, Names, Null, ToldBy, Topic};
use crate::model::place::Span;
use crate::model::suggest::closest;
use crate::model::yaml::{Entry, Node, Style, Text, Value};

/// The keys up to which comparing each with each is quicker than sorting them.
const FEW: usize = 16;
/// The keys of a mapping up to which a misspelt one is compared with all others.
const MOST_SIBLINGS: usize = 50;
/// The keys that are named in one help.
const MOST_NAMED: usize = 8;

impl Walk<'_> {
    pub(super) fn mapping(&mut self, entries: &[Entry], place: Span, mapping: &'static Mapping, at: At<'_>) {
        match mapping {
            Mapping::Keys(keys) => {
                self.entries(entries, keys, None, at);
                self.missing(entries, keys, first(entries, at), at);
            }
            Mapping::Names(names) => self.names(entries, place, names, at),
            Mapping::Kinds(kinds) => self.kinds(entries, place, kinds, at),
            Mapping::Any => entries.iter().for_each(|entry| self.visit_any(&entry.value)),
        }
    }

    fn entries(&mut self, entries: &[Entry], keys: &'static Keys, told: Option<&Told>, at: At<'_>) {
        let repeated = self.duplicates(entries, Topic::DuplicateKey);
        let known = entries.iter().filter_map(|entry| keys.find(&entry.key.value));
        let present: BTreeSet<&str> = known.map(|key| key.name).collect();
        let flat = flat(entries, keys, told);
        for entry in entries.iter().filter(|entry| !is_merge(entry)) {
            match keys.find(&entry.key.value) {
                Some(key) => self.value(entry, key, at),
                None if entry.key.has_expression() => self.dynamic(entry, at),
                None if flat.contains_key(&entry.key.span) => self.visit_any(&entry.value),
                None if repeated.contains(&entry.key.span) => self.visit_any(&entry.value),
                None => {
                    self.unknown_key(entry, keys, told, at);
                    self.last(|issue| issue.meant = issue.meant.filter(|meant| is_free(meant, entry, entries, keys)));
                    match meant(&entry.key.value, keys).filter(|key| !present.contains(key.name)) {
                        Some(key) => self.value(entry, key, at),
                        None => self.visit_any(&entry.value),
                    }
                }
            }
            if is_left_empty(entry, keys) && !flat.is_empty() {
                let help = help_for_flat(&flat, &entry.key.value);
                self.last(|issue| issue.help = Some(help));
            }
        }
    }

    fn value(&mut self, entry: &Entry, key: &'static Key, at: At<'_>) {
        let evaluated = at.below(key.evaluated);
        self.visit(
            &entry.value,
            key.shape,
            At { name: key.name, role: Role::Value, anchor: entry.key.span, evaluated },
        );
    }

    /// Looks at an entry whose key is an expression.
    fn dynamic(&mut self, entry: &Entry, at: At<'_>) {
        if at.evaluated != Evaluated::Everywhere {
            self.refused_key(&entry.key, at);
        }
        self.visit_any(&entry.value);
    }

    fn unknown_key(&mut self, entry: &Entry, keys: &Keys, told: Option<&Told>, at: At<'_>) {
        let (name, place) = (entry.key.value.as_str(), entry.key.span);
        if name.is_empty() {
            self.add(Topic::EmptyStringValue, place, format!("a key of {} must not be empty", keys.owner));
            return;
        }
        if let Some(filter) = keys.elsewhere.iter().find(|filter| filter.name == name) {
            let message = format!("{at} has no `{name}` filter: it is only for {}", filter.events);
            self.add(filter.topic, place, message);
            return;
        }
        if let Some((told, (other, is_marker))) = told.and_then(|told| Some((told, told.other(name)?))) {
            let message = format!("`{name}` has no place in {}: it belongs to {}", keys.owner, other.keys.owner);
            let topic = if is_marker { told.kind.conflict } else { told.kind.foreign };
            // Of two keys that exclude each other the second is told, as GitHub does.
            let second = told.marker.filter(|marker| is_marker && told.is_by_first_key() && *marker > place);
            self.add(topic, second.unwrap_or(place), message);
            let related = second.map(|_| (place, format!("`{name}` is given here")));
            self.last(|issue| issue.related = related);
            return;
        }
        self.add(keys.unknown, place, format!("unknown {} `{name}` in {}", keys.what, keys.owner));
        let known: Vec<&'static str> = keys.keys.iter().map(|key| key.name).collect();
        self.suggest(name, &known);
    }

    /// Finds the keys that are required and are not there; what a merge key or an expression
    /// brings is not seen here.
    fn missing(&mut self, entries: &[Entry], keys: &Keys, place: Span, at: At<'_>) {
        let is_there = |name: &str| entries.iter().any(|entry| entry.key.value == name);
        let required = keys.keys.iter().filter_map(|key| Some((key, key.missing?)));
        let missing: Vec<_> = required.filter(|(key, _)| !is_there(key.name)).collect();
        if missing.is_empty() || entries.iter().any(|entry| is_merge(entry) || entry.key.has_expression()) {
            return;
        }
        for (key, topic) in missing {
            self.add(topic, place, format!("{at} lacks the key `{}`", key.name));
            let related = (place != at.anchor).then(|| (at.anchor, format!("{at} begins here")));
            self.last(|issue| issue.related = related);
        }
    }

    fn names(&mut self, entries: &[Entry], place: Span, names: &'static Names, at: At<'_>) {
        if entries.is_empty() {
            self.empty(names.empty, place, at);
        }
        self.duplicates(entries, names.duplicate);
        for entry in entries.iter().filter(|entry| !is_merge(entry)) {
            match names.fixed.iter().find(|key| key.name == entry.key.value) {
                Some(key) => self.value(entry, key, at),
                None if entry.key.has_expression() => self.dynamic(entry, at),
                None => self.named(entry, names, at),
            }
        }
    }

    fn named(&mut self, entry: &Entry, names: &'static Names, at: At<'_>) {
        if entry.key.value.is_empty() {
            self.add(Topic::EmptyStringValue, entry.key.span, format!("a name in {at} must not be empty"));
        }
        let evaluated = at.below(Evaluated::Nowhere);
        let at = At { name: &entry.key.value, role: Role::Value, anchor: entry.key.span, evaluated };
        self.visit(&entry.value, names.value, at);
    }

    pub(super) fn kinds(&mut self, entries: &[Entry], place: Span, kinds: &'static Kinds, at: At<'_>) {
        let Some(told) = told(entries, kinds) else {
            self.undecided(entries, place, kinds, at);
            return;
        };
        self.entries(entries, &told.kind.keys, Some(&told), at);
        // A job is long and is known by its id; the rest is short and known by its first line.
        let place = if kinds.default.is_some() { at.anchor } else { first(entries, at) };
        self.missing(entries, &told.kind.keys, place, at);
    }

    /// Says that nothing tells what a mapping is, and still looks at what each kind would have.
    fn undecided(&mut self, entries: &[Entry], place: Span, kinds: &'static Kinds, at: At<'_>) {
        self.duplicates(entries, Topic::DuplicateKey);
        match kinds.told_by {
            ToldBy::FirstKey | ToldBy::LastKey => {
                let start = entries.first().map_or(Span::new(place.start, place.start), |entry| entry.key.span);
                let markers: Vec<String> =
                    kinds.kinds.iter().flat_map(|kind| kind.markers).map(|marker| format!("`{marker}`")).collect();
                self.add(kinds.missing, start, format!("{at} must have one of {}", markers.join(", ")));
            }
            ToldBy::Value(key) if value(entries, key).is_none() => {
                self.add(kinds.missing, first(entries, at), format!("{at} lacks the key `{key}`"));
            }
            ToldBy::Value(_) => {}
        }
        for entry in entries.iter().filter(|entry| !is_merge(entry)) {
            let key = kinds.kinds.iter().find_map(|kind| kind.keys.find(&entry.key.value));
            let likely = kinds.kinds.iter().find(|kind| meant(&entry.key.value, &kind.keys).is_some());
            match (key, likely.or(kinds.kinds.first())) {
                (Some(key), _) => self.value(entry, key, at),
                (None, Some(kind)) => self.entries(std::slice::from_ref(entry), &kind.keys, None, at),
                (None, None) => {}
            }
        }
    }

    /// Looks for what is wrong whatever a node means: keys given twice and merge keys.
    pub(super) fn visit_any(&mut self, node: &Node) {
        match &node.value {
            Value::Scalar(text) => self.number(text, node.place()),
            Value::Sequence(items) => items.iter().for_each(|item| self.visit_any(item)),
            Value::Mapping(entries) => {
                self.duplicates(entries, Topic::DuplicateKey);
                entries.iter().for_each(|entry| self.visit_any(&entry.value));
            }
        }
    }

    /// Finds keys that are given twice, whatever their case, and returns the places of the second.
    fn duplicates(&mut self, entries: &[Entry], topic: Topic) -> BTreeSet<Span> {
        let mut seen: BTreeMap<String, &Text> = BTreeMap::new();
        let mut repeated = BTreeSet::new();
        if are_few_and_distinct(entries) {
            return repeated;
        }
        for entry in entries {
            if is_merge(entry) {
                self.add(Topic::MergeKey, entry.key.span, "GitHub does not support the merge key `<<`".to_owned());
                continue;
            }
            match seen.entry(entry.key.value.to_ascii_uppercase()) {
                Slot::Occupied(first) => {
                    repeated.insert(entry.key.span);
                    self.duplicate(&entry.key, first.get(), topic);
                }
                Slot::Vacant(slot) => {
                    slot.insert(&entry.key);
                }
            }
        }
        repeated
    }

    fn duplicate(&mut self, key: &Text, first: &Text, topic: Topic) {
        self.add(topic, key.span, format!("the key `{}` is given twice", key.value));
        let help = (key.value != first.value).then(|| "letter case makes no difference here".to_owned());
        let related = (first.span, "it is given here first".to_owned());
        self.last(|issue| {
            issue.related = Some(related);
            issue.help = help;
        });
    }
}

/// Tells, without making copies of them, that the keys of most mappings differ and merge nothing.
fn are_few_and_distinct(entries: &[Entry]) -> bool {
    let is_new = |(at, entry): (usize, &Entry)| {
        let mut before = entries.iter().take(at);
        !is_merge(entry) && !before.any(|other| other.key.value.eq_ignore_ascii_case(&entry.key.value))
    };
    entries.len() <= FEW && entries.iter().enumerate().all(is_new)
}

/// Finds the keys that stand beside an empty mapping of names, such as `with`, where they belong
/// below it: all behind it that mean nothing in their place, if the next does not.
fn flat<'tree>(entries: &'tree [Entry], keys: &Keys, told: Option<&Told>) -> BTreeMap<Span, &'tree str> {
    let mut behind = entries.iter().skip_while(|entry| !is_left_empty(entry, keys)).skip(1).map(|entry| &entry.key);
    let has_no_meaning = |key: &&Text| {
        let is_elsewhere = told.is_some_and(|told| told.other(&key.value).is_some());
        let is_known = keys.find(&key.value).or_else(|| meant(&key.value, keys)).is_some();
        !is_known && !is_elsewhere && !key.value.is_empty() && !key.has_expression()
    };
    let Some(first) = behind.next().filter(has_no_meaning) else { return BTreeMap::new() };
    std::iter::once(first).chain(behind.filter(has_no_meaning)).map(|key| (key.span, key.value.as_str())).collect()
}

fn help_for_flat(flat: &BTreeMap<Span, &str>, above: &str) -> String {
    let names: Vec<String> = flat.values().take(MOST_NAMED).map(|name| format!("`{name}`")).collect();
    let more = if flat.len() > MOST_NAMED { " and the others" } else { "" };
    format!("indent {}{more} deeper than `{above}`", names.join(", "))
}

/// Tells whether an entry is a mapping of names that people choose, and none is there.
fn is_left_empty(entry: &Entry, keys: &Keys) -> bool {
    let is_of_names = |key: &Key| {
        let shape = key.shape;
        matches!((shape.null, shape.scalar, shape.mapping), (Null::Missing, None, Some(Mapping::Names(_))))
    };
    entry.value.is_null() && keys.find(&entry.key.value).is_some_and(is_of_names)
}

/// Finds the key that a misspelt one stands for, unless GitHub ignores what it does not know.
fn meant(name: &str, keys: &Keys) -> Option<&'static Key> {
    let is_refused = keys.unknown != Topic::ActionUnexpectedKey;
    let name = closest(name, keys.keys.iter().map(|key| key.name)).filter(|_| is_refused)?;
    keys.find(name)
}

/// Tells whether an unknown key can be renamed without becoming the double of another one, which
/// may be misspelt as well.
fn is_free(name: &str, entry: &Entry, entries: &[Entry], keys: &Keys) -> bool {
    let known = || keys.keys.iter().map(|key| key.name);
    let mut others = entries.iter().filter(|other| other.key.span != entry.key.span).map(|other| other.key.as_str());
    entries.len() <= MOST_SIBLINGS
        && others.all(|other| other != name && (keys.find(other).is_some() || closest(other, known()) != Some(name)))
}

pub(super) fn is_merge(entry: &Entry) -> bool {
    entry.key.value == "<<" && entry.key.style == Style::Plain
}

/// Returns the place of a mapping's first line.
fn first(entries: &[Entry], at: At<'_>) -> Span {
    entries.first().map_or(at.anchor, |entry| entry.key.span)
}
