//! A YAML document as a tree in which every node knows its place.
//!
//! Aliases are expanded: an aliased node keeps the spans of its definition and remembers where it
//! was used. The reader bounds the expansion, so a tree is never much larger than its file.

use std::sync::Arc;

use super::place::Span;

mod layout;
mod offsets;
mod quoting;

pub use layout::{Draft, Layout};
pub use offsets::Locator;
pub use quoting::{help_for_alias, help_for_tag, put_in_quotes};

/// One YAML document with what is not a node: comments and anchors.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// The top node; `None` for a file without content.
    pub root: Option<Node>,
    /// The comments, in source order.
    pub comments: Vec<Comment>,
    /// The anchors defined, in source order.
    pub anchors: Vec<Anchor>,
    /// What is wrong with the document as YAML.
    pub issues: Vec<Issue>,
}

/// A comment: its text after `#` and its place from `#` to the end of the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The text after `#`, untrimmed.
    pub text: String,
    /// The whole comment.
    pub span: Span,
}

/// An anchor's definition, and whether an alias refers to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The name without `&`.
    pub name: String,
    /// The `&name` token.
    pub span: Span,
    /// Whether any alias refers to it.
    pub used: bool,
}

/// A defect of the document as YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// What kind of defect it is.
    pub kind: IssueKind,
    /// Where it is.
    pub span: Span,
    /// What is wrong, for people.
    pub message: String,
    /// What to do, if it is known.
    pub help: Option<String>,
}

/// The kinds of defects of a document as YAML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssueKind {
    /// The text is not YAML; nothing after this place was read.
    Syntax,
    /// An alias names no anchor before it.
    UndefinedAlias,
    /// An alias stands inside the node it refers to.
    RecursiveAlias,
    /// The aliases unfold to more nodes than any honest file has.
    AliasBomb,
    /// A mapping key is a sequence or a mapping.
    ComplexKey,
    /// A second document begins.
    SecondDocument,
    /// It is against YAML's rules, but GitHub reads it all the same.
    Tolerated,
}

/// A node and its place.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where the node is written; for an alias, where its anchor's node is written.
    pub span: Span,
    /// Where the alias stands that stands for this node; its own place where it refers to nothing.
    pub alias: Option<Span>,
    /// The explicit tag, as written.
    pub tag: Option<String>,
    /// What the node holds.
    pub value: Value,
}

/// What a node holds.
#[derive(Clone, Debug)]
pub enum Value {
    /// A scalar, null included.
    Scalar(Text),
    /// A sequence; shared, so that a node is cheap to copy.
    Sequence(Arc<[Node]>),
    /// A mapping in source order, duplicate keys included.
    Mapping(Arc<[Entry]>),
}

/// A key and its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: Text,
    /// The value.
    pub value: Node,
}

impl Entry {
    /// Returns the span from the key to the end of the value.
    pub fn span(&self) -> Span {
        Span::new(self.key.span.start, self.value.place().end)
    }
}

/// A scalar: its decoded text, its place including quotes, and how it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The decoded value.
    pub value: String,
    /// Where it is written, with quotes or block header.
    pub span: Span,
    /// How it is written.
    pub style: Style,
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// In single quotes.
    SingleQuoted,
    /// In double quotes.
    DoubleQuoted,
    /// As a `|` block.
    Literal,
    /// As a `>` block.
    Folded,
}

impl Style {
    /// Writes text as it stands in the middle of a scalar of this style; nothing where the style
    /// cannot hold it without a person's help.
    pub fn encode(self, text: &str) -> Option<String> {
        let breaks = text.contains(['\n', '\r']);
        match self {
            Self::Plain if breaks || text.contains(": ") || text.contains(" #") || text.ends_with(':') => None,
            Self::Folded | Self::SingleQuoted | Self::DoubleQuoted if breaks => None,
            Self::Plain | Self::Folded => Some(text.to_owned()),
            Self::Literal => (!breaks).then(|| text.to_owned()),
            Self::SingleQuoted => Some(text.replace('\'', "''")),
            Self::DoubleQuoted => Some(text.replace('\\', "\\\\").replace('"', "\\\"")),
        }
    }
}

/// The characters with which a plain scalar cannot begin, at least before a blank.
const INDICATORS: &str = "-?:,[]{}#&*!|>'\"%@`";

/// The type that a plain scalar has by YAML 1.2's core schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScalarKind {
    /// Empty, `~` or `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// An integer or a floating-point number.
    Number,
    /// Anything else, and everything in quotes or blocks.
    String,
}

impl Text {
    /// Returns the decoded text.
    pub fn as_str(&self) -> &str {
        &self.value
    }

    /// Returns the scalar's type by YAML 1.2's core schema
    /// (<https://yaml.org/spec/1.2.2/#103-core-schema>).
    pub fn kind(&self) -> ScalarKind {
        if self.style != Style::Plain {
            return ScalarKind::String;
        }
        match self.value.as_str() {
            text if is_null(text) => ScalarKind::Null,
            "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => ScalarKind::Boolean,
            text if is_number(text) => ScalarKind::Number,
            _ => ScalarKind::String,
        }
    }

    /// Returns the decoded text with other text in place of ranges, which come in order; nothing where
    /// they are no ranges of it.
    pub fn with(&self, parts: &[(std::ops::Range<usize>, String)]) -> Option<String> {
        let mut text = String::new();
        let mut at = 0;
        for (range, part) in parts {
            text.push_str(self.value.get(at..range.start)?);
            text.push_str(part);
            at = range.end;
        }
        text.push_str(self.value.get(at..)?);
        Some(text)
    }

    /// Tells whether the scalar may hold another text as it is written, as far as that depends on what
    /// stands side by side: without quotes, some characters mean something else at the start, at the
    /// end, and beside a blank.
    pub fn can_become(&self, text: &str) -> bool {
        let is_bare = |text: &str| !text.contains(": ") && !text.contains(" #") && !text.ends_with(':');
        let starts_well = text.starts_with(|first| !INDICATORS.contains(first) || self.value.starts_with(first));
        self.style != Style::Plain || (is_bare(text) && starts_well)
    }

    /// Tells whether the scalar is null.
    pub fn is_null(&self) -> bool {
        self.style == Style::Plain && is_null(&self.value)
    }

    /// Tells whether the value holds a `${{ … }}` expression.
    pub fn has_expression(&self) -> bool {
        let opening = self.opening();
        opening.is_some_and(|at| self.value.get(at..).is_some_and(|rest| rest.contains("}}")))
    }

    /// Tells whether the value holds `${{`, closed or not.
    pub fn opens_expression(&self) -> bool {
        self.opening().is_some()
    }

    /// Finds the first `${{`. Few values hold even a dollar sign, and that is quick to tell.
    fn opening(&self) -> Option<usize> {
        let bytes = self.value.as_bytes();
        memchr::memchr_iter(b'$', bytes).find(|at| bytes.get(at + 1..at + 3) == Some(b"{{"))
    }

    /// Returns the place in the file of a range of the decoded value, whatever the scalar's
    /// style: quotes, escapes, folding and block indentation are accounted for.
    pub fn locate(&self, source: &str, range: std::ops::Range<usize>) -> Span {
        offsets::locate(self, source, range)
    }
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if let Some(digits) = text.strip_prefix("0x") {
        return !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return !digits.is_empty() && digits.bytes().all(|byte| (b'0'..=b'7').contains(&byte));
    }
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let starts_well = unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.');
    starts_well && unsigned.bytes().any(|byte| byte.is_ascii_digit()) && unsigned.parse::<f64>().is_ok()
}

impl Node {
    /// Returns where a person meets the node: the alias if there is one, else the node itself.
    pub fn place(&self) -> Span {
        self.alias.unwrap_or(self.span)
    }

    /// Tells whether the node stands for an alias that refers to nothing.
    pub fn is_unresolved(&self) -> bool {
        self.alias == Some(self.span)
    }

    /// Returns the scalar, unless it is null or no scalar.
    pub fn text(&self) -> Option<&Text> {
        match &self.value {
            Value::Scalar(text) if !text.is_null() => Some(text),
            Value::Scalar(_) | Value::Sequence(_) | Value::Mapping(_) => None,
        }
    }

    /// Tells whether the node is null.
    pub fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar(text) if text.is_null())
    }

    /// Returns the items of a sequence; none for any other node.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::Sequence(items) => items,
            Value::Scalar(_) | Value::Mapping(_) => &[],
        }
    }

    /// Returns the entries of a mapping; none for any other node.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Mapping(entries) => entries,
            Value::Scalar(_) | Value::Sequence(_) => &[],
        }
    }

    /// Returns the entry of a mapping by its key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key.value == key)
    }

    /// Returns the value of a mapping by its key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// Returns the texts of a scalar or of a sequence of scalars, as GitHub reads `needs`,
    /// `runs-on`, `branches` and the like.
    pub fn texts(&self) -> Vec<Text> {
        match &self.value {
            Value::Scalar(text) if !text.is_null() => vec![text.clone()],
            Value::Sequence(items) => items.iter().filter_map(Node::text).cloned().collect(),
            Value::Scalar(_) | Value::Mapping(_) => Vec::new(),
        }
    }

    /// Returns the scalar entries of a mapping, as in `env` and `with`. A null value becomes an
    /// empty text; what is not a scalar is left out.
    pub fn pairs(&self) -> Vec<(Text, Text)> {
        let scalar = |entry: &Entry| match &entry.value.value {
            Value::Scalar(text) => Some((entry.key.clone(), text.clone())),
            Value::Sequence(_) | Value::Mapping(_) => None,
        };
        self.entries().iter().filter_map(scalar).collect()
    }

    /// Calls `visit` for this node and every node below it, in source order.
    pub fn walk<'node>(&'node self, visit: &mut impl FnMut(&'node Node)) {
        visit(self);
        match &self.value {
            Value::Scalar(_) => {}
            Value::Sequence(items) => items.iter().for_each(|item| item.walk(visit)),
            Value::Mapping(entries) => entries.iter().for_each(|entry| entry.value.walk(visit)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_have_the_core_schemas_types() {
        let kind = |value: &str| Text { value: value.to_owned(), span: Span::default(), style: Style::Plain }.kind();
        for null in ["", "~", "null"] {
            assert_eq!(kind(null), ScalarKind::Null, "{null}");
        }
        for number in ["1", "-1.5", "1e3", "0x1F", "0o17", ".5", "+.inf", ".nan"] {
            assert_eq!(kind(number), ScalarKind::Number, "{number}");
        }
        for string in ["yes", "on", "1.2.3", "0x", "inf", "nan", "-", "1:30", "+", "e3", "0o8"] {
            assert_eq!(kind(string), ScalarKind::String, "{string}");
        }
        assert_eq!(kind("True"), ScalarKind::Boolean);
    }
}
