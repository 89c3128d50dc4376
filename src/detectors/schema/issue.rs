//! What the walk finds.

use crate::knowledge::schema::Topic;
use crate::model::place::Span;

/// A part of a file that has another shape than GitHub accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// What it is a case of.
    pub topic: Topic,
    /// Where it is.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What to do, or what would be right.
    pub help: Option<String>,
    /// The word that should stand in its place, if it is known.
    pub meant: Option<&'static str>,
    /// Another place that belongs to it, and why.
    pub related: Option<(Span, String)>,
    /// Whether it would be right without its quotes.
    pub is_quoted: bool,
    /// Whether GitHub takes it all the same.
    pub is_pointless: bool,
}

impl Issue {
    pub(super) fn new(topic: Topic, span: Span, message: String) -> Self {
        Self { topic, span, message, help: None, meant: None, related: None, is_quoted: false, is_pointless: false }
    }

    pub(super) fn pointless(&mut self) {
        self.is_pointless = true;
    }
}
