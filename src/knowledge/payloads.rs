//! What `github.event` holds, by event and activity type: `data/event_payloads.txt`.
//!
//! The descriptions are GitHub's own, but not complete: a nested object is the union over an
//! event's activity types, and whatever they leave open stays open here.

use std::sync::LazyLock;

use memchr::memmem;

use crate::model::workflow::Event;

/// An object of a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shape(usize);

/// What a property of a payload holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Not known.
    Any,
    /// `true` or `false`.
    Boolean,
    /// A number.
    Number,
    /// A text.
    String,
    /// A list.
    Array(Item),
    /// An object of which nothing is known.
    Open,
    /// An object.
    Object(Shape),
}

/// What the items of a list hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item(&'static str);

impl Item {
    /// Returns what an item holds.
    pub fn kind(self) -> Kind {
        Kind::read(self.0)
    }
}

impl Kind {
    fn read(code: &'static str) -> Self {
        match code {
            "b" => Self::Boolean,
            "n" => Self::Number,
            "s" => Self::String,
            "*" => Self::Open,
            _ => match code.strip_prefix('[') {
                Some(item) => Self::Array(Item(item)),
                None => code.parse().map_or(Self::Any, |line| Self::Object(Shape(line))),
            },
        }
    }
}

impl Shape {
    /// Returns what a property holds; the name is in lower case. `None` where there is none.
    pub fn property(self, name: &str) -> Option<Kind> {
        let line = self.line();
        let stands = |at: &usize| {
            let before = at.checked_sub(1).and_then(|at| line.as_bytes().get(at));
            let behind = line.as_bytes().get(at + name.len());
            matches!(before, Some(b':' | b',')) && matches!(behind, None | Some(b',' | b' '))
        };
        // The table's own marks are no part of a name.
        let mut places = memmem::find_iter(line.as_bytes(), name).filter(|_| !name.contains([' ', ',', ':']));
        let before = line.get(..places.find(stands)?)?;
        let field = before.rsplit(' ').next()?;
        field.split(':').next().map(Kind::read)
    }

    /// Returns the names of the properties.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        self.fields().flat_map(|(_, names)| names.split(','))
    }

    /// Tells whether there may be other properties.
    pub fn is_open(self) -> bool {
        self.line().split(' ').next() == Some("*")
    }

    fn fields(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.line().split(' ').filter_map(|field| field.split_once(':'))
    }

    fn line(self) -> &'static str {
        TABLE.objects.get(self.0).copied().unwrap_or("*")
    }
}

struct Table {
    objects: Vec<&'static str>,
    /// Event, activity type and object, in order.
    payloads: Vec<(&'static str, &'static str, Shape)>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let lines = include_str!("data/event_payloads.txt").lines().skip_while(|line| line.starts_with('#'));
    let mut table = Table { objects: Vec::new(), payloads: Vec::new() };
    let mut lines = lines;
    table.objects.extend(lines.by_ref().take_while(|line| !line.is_empty()));
    table.payloads.extend(lines.filter_map(payload));
    table
});

fn payload(line: &'static str) -> Option<(&'static str, &'static str, Shape)> {
    let mut words = line.split(' ');
    Some((words.next()?, words.next()?, Shape(words.next()?.parse().ok()?)))
}

/// The activity types that start a workflow where it names none.
const OF_PULL_REQUESTS: &[&str] = &["opened", "reopened", "synchronize"];

/// Returns the payloads that an event comes with, for activity types in lower case; for none, of
/// the types that start a workflow by default. `None` where the payload is not known.
pub fn of(event: Event, types: &[&str]) -> Option<Vec<Shape>> {
    let name = if event == Event::PullRequestTarget {
        "pull_request"
    } else if event == Event::PullRequestComment {
        "issue_comment"
    } else {
        event.name()
    };
    let default = matches!(event, Event::PullRequest | Event::PullRequestTarget);
    let types = if types.is_empty() && default { OF_PULL_REQUESTS } else { types };
    let of_event = TABLE.payloads.iter().filter(|(event, _, _)| *event == name);
    let known: Vec<(&str, Shape)> = of_event.map(|(_, action, shape)| (*action, *shape)).collect();
    if known.iter().any(|(action, _)| *action == "default") || types.is_empty() {
        return (!known.is_empty()).then(|| known.into_iter().map(|(_, shape)| shape).collect());
    }
    let find = |name: &&str| known.iter().find(|(action, _)| action == name).map(|(_, shape)| *shape);
    types.iter().map(find).collect()
}

/// Tells whether any event sends what a path leads to below `github.event`; the names are in lower case.
pub fn is_sent(path: &[&str]) -> bool {
    TABLE.payloads.iter().any(|(_, _, shape)| leads(Kind::Object(*shape), path))
}

fn leads(from: Kind, path: &[&str]) -> bool {
    match (from, path.split_first()) {
        (_, None) | (Kind::Any | Kind::Open, Some(_)) => true,
        (Kind::Object(shape), Some((name, rest))) => shape.property(name).is_some_and(|kind| leads(kind, rest)),
        (Kind::Boolean | Kind::Number | Kind::String | Kind::Array(_), Some(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read_and_points_at_another() {
        let known = ["?", "b", "n", "s", "*"];
        let is_known = |code: &str| {
            let item = code.trim_start_matches('[');
            known.contains(&item) || item.parse().is_ok_and(|line: usize| line < TABLE.objects.len())
        };
        for line in &TABLE.objects {
            assert!(
                line.split(' ')
                    .all(|field| field == "*" || field.split_once(':').is_some_and(|(code, _)| is_known(code))),
                "{line}"
            );
        }
        assert!(TABLE.payloads.len() > 100);
        assert!(
            TABLE
                .payloads
                .iter()
                .all(|(event, _, shape)| Event::named(event).is_some() && shape.0 < TABLE.objects.len())
        );
    }

    #[test]
    fn payloads_are_found_by_event_and_activity() {
        let opened = of(Event::PullRequestTarget, &["opened"]).unwrap();
        let [shape] = opened.as_slice() else { panic!("{opened:?}") };
        assert_eq!(shape.property("number"), Some(Kind::Number));
        assert_eq!(shape.property("label"), None);
        let Some(Kind::Object(pull)) = shape.property("pull_request") else { panic!() };
        assert_eq!(pull.property("merged"), Some(Kind::Boolean));
        let Some(Kind::Array(label)) = pull.property("labels") else { panic!() };
        assert!(matches!(label.kind(), Kind::Object(shape) if shape.property("name") == Some(Kind::String)));
        assert!(of(Event::PullRequest, &["labeled"]).unwrap().iter().all(|shape| shape.property("label").is_some()));
        assert!(of(Event::Push, &[]).unwrap().iter().all(|shape| shape.property("pull_request").is_none()));
        let [dispatch] = of(Event::WorkflowDispatch, &[]).unwrap().try_into().unwrap();
        assert!(dispatch.property("inputs") == Some(Kind::Open) && !dispatch.is_open());
    }

    #[test]
    fn what_is_not_described_is_not_known() {
        assert_eq!(of(Event::WorkflowCall, &[]), None);
        assert_eq!(of(Event::ImageVersion, &["ready"]), None);
        assert_eq!(of(Event::PullRequest, &["opened", "invented"]), None);
    }
}
