//! Holds a file's tree against the shapes that GitHub accepts.
//!
//! One walk finds everything; each rule takes the issues of its topic. Nothing hides what is
//! below it: an unknown key, or a node of the wrong kind, is told and the walk goes on.

mod issue;
mod mapping;
mod scalar;

use std::fmt;

pub use issue::Issue;

use crate::knowledge::schema::{ACTION, Empty, Mapping, Null, Scalar, Sequence, Shape, Topic, WORKFLOW};
use crate::model::place::Span;
use crate::model::source_file::{Kind, SourceFile};
use crate::model::yaml::{Node, Text, Value};

/// Finds everything in a file that has another shape than GitHub accepts, in source order of
/// the nodes. A file without a mapping at its top has no shape to speak of.
pub fn issues(file: &SourceFile) -> Vec<Issue> {
    let mut walk = Walk::default();
    let Some(root) = &file.document.root else { return Vec::new() };
    if let Value::Mapping(entries) = &root.value {
        let (shape, name) = match file.kind() {
            Kind::Workflow => (&WORKFLOW, "workflow"),
            Kind::Action => (&ACTION, "action"),
        };
        let top = root.place().start;
        let start = entries.first().map_or(Span::new(top, top), |entry| entry.key.span);
        walk.visit(root, shape, At { name, role: Role::Value, anchor: start });
    }
    walk.issues
}

#[derive(Default)]
struct Walk {
    issues: Vec<Issue>,
}

/// Where the walk is, for messages.
#[derive(Clone, Copy)]
struct At<'tree> {
    /// The nearest key.
    name: &'tree str,
    role: Role,
    /// The place to show for what has none of its own.
    anchor: Span,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Value,
    Item,
}

impl fmt::Display for At<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.role {
            Role::Value => write!(formatter, "`{}`", self.name),
            Role::Item => write!(formatter, "an item of `{}`", self.name),
        }
    }
}

impl Walk {
    fn visit(&mut self, node: &Node, shape: &'static Shape, at: At<'_>) {
        if matches!(shape.mapping, Some(Mapping::Any)) {
            self.visit_any(node);
            return;
        }
        match &node.value {
            Value::Scalar(text) if text.is_null() => self.null(text, shape, at),
            Value::Scalar(text) => self.scalar(text, node.place(), shape, at),
            Value::Sequence(items) => match shape.sequence {
                Some(sequence) => self.sequence(items, node.place(), sequence, at),
                None => self.wrong_kind(node, shape, at),
            },
            Value::Mapping(entries) => match shape.mapping {
                Some(mapping) => self.mapping(entries, node.place(), mapping, at),
                None => self.wrong_kind(node, shape, at),
            },
        }
    }

    fn null(&mut self, text: &Text, shape: &'static Shape, at: At<'_>) {
        // A value that is left out has no place of its own.
        let place = if text.value.is_empty() { at.anchor } else { text.span };
        match (shape.null, shape.scalar) {
            (Null::Accepted, _) | (Null::Missing, Some(Scalar::Text | Scalar::True)) => {}
            (Null::Mapping, _) => {
                if let Some(mapping) = shape.mapping {
                    self.mapping(&[], place, mapping, at);
                }
            }
            (Null::Missing, Some(scalar)) => self.not_a_scalar(scalar, "", place, at),
            (Null::Missing, None) => match shape.mapping {
                Some(Mapping::Kinds(kinds)) if kinds.default.is_none() => self.kinds(&[], place, kinds, at),
                Some(_) | None => self.add(Topic::EmptySection, place, format!("{at} is empty")),
            },
        }
    }

    fn scalar(&mut self, text: &Text, place: Span, shape: &'static Shape, at: At<'_>) {
        match shape.scalar {
            Some(scalar) if !scalar::accepts(scalar, text) => self.not_a_scalar(scalar, &text.value, place, at),
            Some(_) => {}
            None if text.has_expression() => {}
            None => {
                let expected = expected(shape);
                self.add(Topic::WrongNodeKind, place, format!("{at} must be {expected}, but this is a scalar"));
            }
        }
    }

    fn sequence(&mut self, items: &[Node], place: Span, sequence: &'static Sequence, at: At<'_>) {
        if items.is_empty() {
            self.empty(sequence.empty, place, at);
        }
        for item in items {
            let start = item.place().start;
            let anchor = Span::new(start, start);
            self.visit(item, sequence.item, At { role: Role::Item, anchor, ..at });
        }
    }

    fn empty(&mut self, empty: Empty, place: Span, at: At<'_>) {
        match empty {
            Empty::Accepted => {}
            Empty::Pointless => {
                self.add(Topic::EmptySection, place, format!("{at} is empty"));
                self.last(Issue::pointless);
            }
            Empty::Refused => self.add(Topic::EmptySection, place, format!("{at} must not be empty")),
        }
    }

    fn wrong_kind(&mut self, node: &Node, shape: &'static Shape, at: At<'_>) {
        let found = match &node.value {
            Value::Scalar(_) => "a scalar",
            Value::Sequence(_) => "a sequence",
            Value::Mapping(_) => "a mapping",
        };
        let expected = expected(shape);
        self.add(Topic::WrongNodeKind, node.place(), format!("{at} must be {expected}, but this is {found}"));
        self.visit_any(node);
    }

    fn add(&mut self, topic: Topic, place: Span, message: String) {
        self.issues.push(Issue::new(topic, place, message));
    }

    fn last(&mut self, change: impl FnOnce(&mut Issue)) {
        if let Some(issue) = self.issues.last_mut() {
            change(issue);
        }
    }
}

/// Says which kinds of node a shape accepts.
fn expected(shape: &Shape) -> String {
    let scalar = shape.scalar.map(|scalar| match scalar {
        Scalar::Text | Scalar::Filled(_) => "a text",
        Scalar::Boolean | Scalar::True => "a boolean",
        Scalar::Number | Scalar::Count => "a number",
        Scalar::Word(_) => "a word",
    });
    let kinds = [scalar, shape.sequence.map(|_| "a sequence"), shape.mapping.map(|_| "a mapping")];
    kinds.into_iter().flatten().collect::<Vec<_>>().join(" or ")
}
