//! Reads the sections of an image, and collects what is wrong with them.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde_yaml::Spanned;

use crate::gates::TextError;
use crate::model::place::Position;
use crate::model::suggest::did_you_mean;

use super::image::{Image, Text, place};
use super::problem::Problem;

/// A value with the file it is in, and the list its problems go to.
#[derive(Clone, Copy)]
pub(super) struct Value<'file> {
    image: &'file Spanned<Image>,
    context: &'file Context<'file>,
}

/// A file, and the problems found in it so far.
pub(super) struct Context<'file> {
    text: Text<'file>,
    problems: RefCell<Vec<Problem>>,
}

impl<'file> Context<'file> {
    pub(super) fn new(text: Text<'file>) -> Self {
        Self { text, problems: RefCell::default() }
    }

    pub(super) fn value(&'file self, image: &'file Spanned<Image>) -> Value<'file> {
        Value { image, context: self }
    }

    /// Returns the problems in the order of the file.
    pub(super) fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        problems.sort();
        problems
    }

    fn report(&self, position: Position, message: String) {
        self.problems.borrow_mut().push(Problem::new(self.text.file, position, message));
    }
}

impl<'file> Value<'file> {
    /// Returns where the value stands.
    pub(super) fn position(self) -> Position {
        place(self.image.referenced)
    }

    /// Returns the name of the file.
    pub(super) fn file(self) -> &'file str {
        self.context.text.file
    }

    /// Returns the text of the line where the value stands.
    pub(super) fn line(self) -> &'file str {
        self.context.text.line(self.position())
    }

    /// Reports a problem with the whole value.
    pub(super) fn wrong(self, message: impl Into<String>) {
        self.context.report(self.position(), message.into());
    }

    /// Tells whether nothing is written.
    pub(super) fn is_null(self) -> bool {
        matches!(self.image.value, Image::Null)
    }

    /// Tells whether keys with values are written.
    pub(super) fn is_mapping(self) -> bool {
        matches!(self.image.value, Image::Mapping(_))
    }

    /// Tells whether it is a single value.
    pub(super) fn is_scalar(self) -> bool {
        matches!(self.image.value, Image::Text(_) | Image::Plain)
    }

    /// Reads a scalar's text.
    pub(super) fn text(self) -> Option<String> {
        let text = self.context.text.scalar(self.image);
        if text.is_none() {
            self.wrong(format!("a text was expected, not {}", self.shape()));
        }
        text
    }

    /// Reads a scalar with a parser, whose errors know their place in it.
    pub(super) fn parse<T>(self, parser: impl Fn(&str) -> Result<T, TextError>) -> Option<T> {
        let text = self.text()?;
        let parsed = parser(&text);
        let refused = |error: TextError| {
            let position = self.context.text.inside(self.image, error.at);
            self.context.report(position, error.message);
        };
        parsed.map_err(refused).ok()
    }

    /// Reads one of the words of a table.
    pub(super) fn word<T: std::str::FromStr>(self, words: &[&str]) -> Option<T> {
        let text = self.text()?;
        let parsed = text.parse().ok();
        if parsed.is_none() {
            let meant = did_you_mean(&text, words.iter().copied());
            let listed = format!("; known are {}", words.join(", "));
            self.wrong(format!("`{text}` is not known here{}", if meant.is_empty() { listed } else { meant }));
        }
        parsed
    }

    /// Reads `true` or `false`.
    pub(super) fn boolean(self) -> Option<bool> {
        let text = self.text()?;
        match text.as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => {
                self.wrong(format!("true or false was expected, not `{text}`"));
                None
            }
        }
    }

    /// Reads a whole number between two others.
    pub(super) fn whole(self, least: usize, most: usize) -> Option<usize> {
        let text = self.text()?;
        let number = text.parse().ok().filter(|number| (least..=most).contains(number));
        if number.is_none() {
            self.wrong(format!("a whole number from {least} to {most} was expected, not `{text}`"));
        }
        number
    }

    /// Reads a sequence; a single scalar counts as a sequence of one, nothing as an empty one.
    pub(super) fn items(self) -> Vec<Self> {
        match &self.image.value {
            Image::Sequence(items) => items.iter().map(|image| Self { image, ..self }).collect(),
            Image::Text(_) | Image::Plain => vec![self],
            Image::Null => Vec::new(),
            Image::Mapping(_) => {
                self.wrong(format!("a list was expected, not {}", self.shape()));
                Vec::new()
            }
        }
    }

    /// Reads a list of texts.
    pub(super) fn texts(self) -> Vec<String> {
        self.items().into_iter().filter_map(Self::text).collect()
    }

    /// Reads a mapping whose keys are free: each with its place.
    pub(super) fn entries(self) -> Vec<(Key<'file>, Self)> {
        match &self.image.value {
            Image::Mapping(entries) => entries
                .iter()
                .map(|(key, image)| (Key { key, context: self.context }, Self { image, ..self }))
                .collect(),
            Image::Null => Vec::new(),
            Image::Text(_) | Image::Plain | Image::Sequence(_) => {
                self.wrong(format!("keys with values were expected, not {}", self.shape()));
                Vec::new()
            }
        }
    }

    /// Reads a mapping whose keys are known; the others are reported.
    pub(super) fn section(self, known: &'static [&'static str]) -> Section<'file> {
        let mut fields = Vec::new();
        let mut seen = BTreeSet::new();
        for (key, value) in self.entries() {
            let name = key.text();
            if !known.contains(&name) {
                let meant = did_you_mean(name, known.iter().copied());
                let listed = format!("; known are {}", known.join(", "));
                key.wrong(format!("there is no key `{name}` here{}", if meant.is_empty() { listed } else { meant }));
            } else if !seen.insert(name) {
                key.wrong(format!("`{name}` stands twice"));
            } else if !value.is_null() {
                fields.push((name, value));
            }
        }
        Section { fields }
    }

    fn shape(self) -> &'static str {
        match self.image.value {
            Image::Null => "nothing",
            Image::Text(_) | Image::Plain => "a single value",
            Image::Sequence(_) => "a list",
            Image::Mapping(_) => "keys with values",
        }
    }
}

/// A key with its place.
#[derive(Clone, Copy)]
pub(super) struct Key<'file> {
    key: &'file Spanned<String>,
    context: &'file Context<'file>,
}

impl<'file> Key<'file> {
    pub(super) fn text(self) -> &'file str {
        &self.key.value
    }

    pub(super) fn wrong(self, message: impl Into<String>) {
        self.context.report(place(self.key.referenced), message.into());
    }

    /// Reads the key with a parser.
    pub(super) fn parse<T>(self, parser: impl Fn(&str) -> Result<T, TextError>) -> Option<T> {
        parser(self.text()).map_err(|error| self.wrong(error.message)).ok()
    }
}

/// A mapping whose keys are all known. A key without a value counts as not written.
pub(super) struct Section<'file> {
    fields: Vec<(&'file str, Value<'file>)>,
}

impl<'file> Section<'file> {
    pub(super) fn get(&self, key: &str) -> Option<Value<'file>> {
        self.fields.iter().find(|(name, _)| *name == key).map(|(_, value)| *value)
    }

    /// Takes a key's value over into a setting, unless it is missing or wrong.
    pub(super) fn set<T>(&self, key: &str, setting: &mut T, read: impl FnOnce(Value<'file>) -> Option<T>) {
        if let Some(value) = self.get(key).and_then(read) {
            *setting = value;
        }
    }
}
