//! The raw image of a configuration file: what is written, before it means anything.
//!
//! `serde` hands every value over with its place. Nothing is refused here but what is not YAML, so
//! that the sections can name all problems at once.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::{Location, Spanned};

use crate::model::place::{LineIndex, Position};

use super::problem::Problem;

/// A value as written.
#[derive(Clone, Debug)]
pub(super) enum Image {
    /// Nothing, `~` or `null`.
    Null,
    /// A scalar in quotes or blocks, or a plain one that is no number and no boolean.
    Text(String),
    /// A plain number, `true` or `false`.
    Plain,
    /// A sequence.
    Sequence(Vec<Spanned<Image>>),
    /// A mapping in the order of the file.
    Mapping(Vec<(Spanned<String>, Spanned<Image>)>),
}

impl<'de> Deserialize<'de> for Image {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ImageVisitor)
    }
}

struct ImageVisitor;

impl<'de> Visitor<'de> for ImageVisitor {
    type Value = Image;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Image, E> {
        Ok(Image::Null)
    }

    fn visit_none<E>(self) -> Result<Image, E> {
        Ok(Image::Null)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Image, E> {
        Ok(Image::Plain)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Image, E> {
        Ok(Image::Plain)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Image, E> {
        Ok(Image::Plain)
    }

    fn visit_i128<E>(self, _: i128) -> Result<Image, E> {
        Ok(Image::Plain)
    }

    fn visit_u128<E>(self, _: u128) -> Result<Image, E> {
        Ok(Image::Plain)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Image, E> {
        Ok(Image::Plain)
    }

    fn visit_str<E>(self, text: &str) -> Result<Image, E> {
        Ok(Image::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Image, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element()? {
            items.push(item);
        }
        Ok(Image::Sequence(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut mapping: A) -> Result<Image, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = mapping.next_entry()? {
            entries.push(entry);
        }
        Ok(Image::Mapping(entries))
    }
}

/// A file's text with what turns bytes into places.
pub(super) struct Text<'text> {
    pub(super) file: &'text str,
    pub(super) content: &'text str,
    lines: LineIndex,
}

impl<'text> Text<'text> {
    pub(super) fn new(file: &'text str, text: &'text str) -> Self {
        Self { file, content: text, lines: LineIndex::new(text) }
    }

    /// Reads the image. The limits are far above every honest configuration and far below what
    /// costs noticeable time or memory.
    pub(super) fn image(&self) -> Result<Spanned<Image>, Problem> {
        let budget = serde_yaml::budget! {
            max_nodes: 50_000,
            max_events: 200_000,
            max_aliases: 1_000,
            max_recorded_anchor_events: 100_000,
            max_total_scalar_bytes: 4 << 20,
        };
        let options = serde_yaml::options! { budget: budget, with_snippet: false };
        serde_yaml::from_str_with_options(self.content, options).map_err(|error| self.refused(&error))
    }

    fn refused(&self, error: &serde_yaml::Error) -> Problem {
        let position = error.location().map_or(Position { line: 1, column: 1 }, place);
        let message = error.without_snippet().to_string();
        let message = message.lines().next().unwrap_or_default();
        // The parser names the place at the end; ours stands in front already.
        let message = message.rsplit_once(" at line ").map_or(message, |(message, _)| message);
        let line = self.lines.line(self.content, position.line);
        let unquoted = line.split_once(": ").is_some_and(|(_, value)| value.trim_start().starts_with('>'));
        let hint = if unquoted { "; a bound such as `> 30min` must stand in quotes: \"> 30min\"" } else { "" };
        Problem::new(self.file, position, format!("{message}{hint}"))
    }

    /// Returns the text of a place's line.
    pub(super) fn line(&self, position: Position) -> &'text str {
        self.lines.line(self.content, position.line)
    }

    /// Returns the text of a scalar as it stands in the file.
    pub(super) fn scalar(&self, value: &Spanned<Image>) -> Option<String> {
        match &value.value {
            Image::Text(text) => Some(text.clone()),
            Image::Plain => self.source(value.defined).map(str::to_owned),
            Image::Null | Image::Sequence(_) | Image::Mapping(_) => None,
        }
    }

    fn source(&self, location: Location) -> Option<&'text str> {
        let span = location.span();
        let start = usize::try_from(span.byte_offset()?).ok()?;
        let length = usize::try_from(span.byte_len()?).ok()?;
        self.content.get(start..start.checked_add(length)?).map(str::trim)
    }

    /// Returns the place of a byte of a scalar's text, exactly where the scalar is written on one
    /// line without escapes, and its start otherwise.
    pub(super) fn inside(&self, value: &Spanned<Image>, at: usize) -> Position {
        let start = place(value.referenced);
        let (Some(written), Some(text)) = (self.source(value.defined), self.scalar(value)) else { return start };
        let quotes = usize::from(written.starts_with(['"', '\'']));
        let same = written.get(quotes..).is_some_and(|rest| rest.starts_with(text.as_str()));
        let before = text.get(..at).filter(|_| same && value.defined == value.referenced);
        let columns = before.map_or(0, |before| quotes + before.chars().count());
        Position { column: start.column + columns, ..start }
    }
}

/// Turns the parser's place into ours.
pub(super) fn place(location: Location) -> Position {
    let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX).max(1);
    Position { line: number(location.line()), column: number(location.column()) }
}
