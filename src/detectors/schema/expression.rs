//! Where expressions may not stand.

use std::ops::Range;

use super::{At, Walk};
use crate::knowledge::schema::{Evaluated, Scalar, Shape, Topic};
use crate::model::place::Span;
use crate::model::yaml::Text;

impl Walk<'_> {
    /// Looks at a value with an expression. Where it is evaluated it may stand for anything, as far
    /// as the text around it allows.
    pub(super) fn expression(&mut self, text: &Text, place: Span, shape: &Shape, at: At<'_>) {
        match shape.scalar {
            _ if at.evaluated != Evaluated::Everywhere => {
                self.refused(text, place, format!("{at} cannot have an expression"));
            }
            Some(Scalar::Word(words)) if !words.words.iter().any(|word| can_be(&text.value, word)) => {
                self.not_a_scalar(Scalar::Word(words), &text.value, place, at);
            }
            Some(_) | None => {}
        }
    }

    /// Tells of an expression in a key where GitHub evaluates none.
    pub(super) fn refused_key(&mut self, key: &Text, at: At<'_>) {
        self.refused(key, key.span, format!("a key of {at} cannot have an expression"));
    }

    fn refused(&mut self, text: &Text, place: Span, message: String) {
        if is_literal(&text.value) {
            return;
        }
        // An alias is met where it stands, not inside what it stands for.
        let place = if place == text.span { text.locate(self.source, first(&text.value)) } else { place };
        self.add(Topic::ExpressionNotAllowed, place, message);
        self.last(|issue| {
            issue.help = Some("write the value itself: GitHub reads it before any expression".to_owned());
        });
    }
}

/// Tells whether a text with expressions can be a word, judged by what stands before the first and behind the last.
fn can_be(text: &str, word: &str) -> bool {
    let before = text.split("${{").next().unwrap_or_default();
    let after = text.rsplit("}}").next().unwrap_or_default();
    before.len() + after.len() <= word.len() && word.starts_with(before) && word.ends_with(after)
}

/// Returns the first expression with its fence.
fn first(text: &str) -> Range<usize> {
    let start = text.find("${{").unwrap_or_default();
    let end = text.get(start..).and_then(|rest| rest.find("}}")).map_or(text.len(), |at| start + at + 2);
    start..end
}

/// Tells whether a value is nothing but a string in a fence, which is a way to write the string.
fn is_literal(text: &str) -> bool {
    let inner = text.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")).map(str::trim);
    let string = inner.and_then(|inner| inner.strip_prefix('\'')).and_then(|rest| rest.strip_suffix('\''));
    string.is_some_and(|string| !string.replace("''", "").contains('\''))
}
