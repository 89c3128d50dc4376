//! Reads YAML text into a tree with places, and bounds what aliases may unfold to.

use std::borrow::Cow;
use std::collections::BTreeMap;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, Span as Marks, options};

use super::yaml_error;
use crate::model::place::Span;
use crate::model::yaml::{
    Anchor, Comment, Document, Entry, Issue, IssueKind, Node, Style, Text, Value, help_for_alias,
};

/// The bytes that a file's anchors and aliases may add to its tree. The largest workflows known
/// have a tree of some 4 MB in all, so this refuses bombs and nothing else.
const MOST_ALIASED_BYTES: usize = 32 << 20;

/// What a node weighs beside its text, in bytes.
const NODE_WEIGHT: usize = 160;

/// The faults that are tolerated in a file; each costs another reading.
const MOST_TOLERATED: usize = 32;

/// Reads the first document of a text. Defects are listed in the document's `issues`; after a
/// syntax error the tree is missing, since half a tree would raise false alarms.
///
/// GitHub's reader takes a quoted scalar whose later lines are indented less than YAML asks for,
/// and a comment with no blank before it. Such a line break and such a comment are read as blanks.
/// Where the text cannot be read all the same, they are not told: a quote that was not closed makes
/// one of every line.
pub fn parse(text: &str) -> Document {
    let mut read = Cow::Borrowed(text);
    let mut tolerated = Vec::new();
    let (mut document, mut stopped) = attempt(text, &read);
    while let Some(fault) = stopped.filter(|_| tolerated.len() < MOST_TOLERATED) {
        let Some(next) = fault.mended(&read) else { break };
        tolerated.push(fault);
        read = Cow::Owned(next);
        (document, stopped) = attempt(text, &read);
    }
    if document.issues.iter().all(|issue| issue.kind != IssueKind::Syntax) {
        document.issues.extend(tolerated.into_iter().map(Fault::issue));
    }
    document
}

/// Reads a document, and returns what stopped the parser if GitHub's would go on. What is read may
/// differ from the source in blanks, and has every byte in its place.
fn attempt(source: &str, read: &str) -> (Document, Option<Fault>) {
    let options =
        options! { emit_unresolved_aliases: true, emit_anchor_events: true, max_buffered_comment_events: 1_000_000 };
    let mut builder = Builder { source, ..Builder::default() };
    let mut parser = Parser::new_from_str_with_options(read, options);
    while let Some(next) = parser.next_event() {
        match next {
            Ok((Event::DocumentEnd, _)) => builder.first_document_ended = true,
            Ok((event, marks)) => builder.take(event, marks),
            Err(error) => {
                let at = error.marker().byte_offset().unwrap_or(source.len()).min(source.len());
                builder.document.issues.push(stopped(&error, source, at));
                builder.document.root = None;
                return (builder.document, Fault::new(error.kind(), at));
            }
        }
        if builder.gave_up {
            break;
        }
    }
    (builder.document, None)
}

/// Tells what stopped the parser.
fn stopped(error: &ScanError, source: &str, at: usize) -> Issue {
    let kind = IssueKind::Syntax;
    match yaml_error::explain(error.kind(), source, at) {
        Some(found) => Issue { kind, span: found.span, message: found.message, help: found.help },
        None => Issue { kind, span: Span::new(at, at), message: error.info(), help: None },
    }
}

/// A fault that GitHub's reader does not mind.
#[derive(Clone, Copy)]
struct Fault {
    kind: FaultKind,
    at: usize,
}

#[derive(Clone, Copy)]
enum FaultKind {
    Indentation,
    Comment,
}

impl Fault {
    fn new(kind: &ErrorKind, at: usize) -> Option<Self> {
        let kind = if matches!(kind, ErrorKind::InvalidQuotedScalarIndent) {
            FaultKind::Indentation
        } else if matches!(kind, ErrorKind::CommentNotSeparated) {
            FaultKind::Comment
        } else {
            return None;
        };
        Some(Self { kind, at })
    }

    /// Returns the text with blanks in the place of what stopped the parser.
    fn mended(self, text: &str) -> Option<String> {
        let range = match self.kind {
            FaultKind::Indentation => {
                let end = text.get(..self.at)?.rfind('\n')?;
                let start = if text.get(..end)?.ends_with('\r') { end - 1 } else { end };
                start..end + 1
            }
            FaultKind::Comment => {
                let start = self.at + text.get(self.at..)?.find('#')?;
                let rest = text.get(start..)?;
                start..start + rest.find(['\r', '\n']).unwrap_or(rest.len())
            }
        };
        let blanks = " ".repeat(range.len());
        Some(format!("{}{blanks}{}", text.get(..range.start)?, text.get(range.end..)?))
    }

    fn issue(self) -> Issue {
        let message = match self.kind {
            FaultKind::Indentation => "this line of a quoted text is indented less than YAML asks for",
            FaultKind::Comment => "a comment must have a blank before it",
        };
        Issue { kind: IssueKind::Tolerated, span: Span::new(self.at, self.at), message: message.to_owned(), help: None }
    }
}

#[derive(Default)]
struct Builder<'source> {
    source: &'source str,
    document: Document,
    /// Collections that are still open, outermost first.
    open: Vec<Open>,
    /// Finished nodes by the id of their anchor, with their weight.
    anchored: BTreeMap<usize, (Node, usize)>,
    /// The position in `document.anchors` by anchor id.
    definitions: BTreeMap<usize, usize>,
    aliased_bytes: usize,
    first_document_ended: bool,
    gave_up: bool,
}

struct Open {
    start: Span,
    anchor: usize,
    tag: Option<String>,
    content: Content,
    weight: usize,
}

enum Content {
    Sequence(Vec<Node>),
    /// The entries, and a key that waits for its value; a key that is no scalar is `Err`.
    Mapping(Vec<Entry>, Option<Result<Text, Span>>),
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, marks: Marks) {
        let span = self.span(marks);
        if let Event::Comment(text, _) = &event {
            self.document.comments.push(Comment { text: text.clone().into_owned(), span });
            return;
        }
        if self.first_document_ended {
            if matches!(event, Event::DocumentStart(..)) {
                let message = "a second document begins here, but GitHub reads files with one only";
                self.issue(IssueKind::SecondDocument, span, message.to_owned());
            }
            return;
        }
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                let text = self.scalar(value.into_owned(), span, style);
                let (span, weight) = (text.span, NODE_WEIGHT + text.value.len());
                let tag = tag.map(|tag| tag.original());
                self.finish(Node { span, alias: None, tag, value: Value::Scalar(text) }, anchor, weight);
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.open(span, anchor, tag.map(|tag| tag.original()), Content::Sequence(Vec::new()));
            }
            Event::MappingStart(_, anchor, tag) => {
                self.open(span, anchor, tag.map(|tag| tag.original()), Content::Mapping(Vec::new(), None));
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::Anchor(id, name) => {
                self.definitions.insert(id, self.document.anchors.len());
                self.document.anchors.push(Anchor { name: name.into_owned(), span, used: false });
            }
            Event::Alias(id) => self.alias(id, span),
            Event::UnresolvedAlias(name) => {
                let message = format!("no anchor `&{name}` stands before this alias");
                let help = Some(help_for_alias(self.source, span));
                self.document.issues.push(Issue { kind: IssueKind::UndefinedAlias, span, message, help });
                self.finish(unresolved(span), 0, NODE_WEIGHT);
            }
            // Stream and document marks say nothing about nodes; later events of the parser's
            // non-exhaustive enum would be marks as well.
            Event::StreamStart | Event::StreamEnd | Event::DocumentStart(..) | Event::DocumentEnd | _ => {}
        }
    }

    fn span(&self, marks: Marks) -> Span {
        let range = marks.byte_range().unwrap_or(0..0);
        Span::new(range.start.min(self.source.len()), range.end.min(self.source.len()))
    }

    /// Makes a scalar's text. The parser's span of a block scalar is its content up to the next
    /// token; ours runs from the header to the last character.
    fn scalar(&self, value: String, span: Span, style: ScalarStyle) -> Text {
        let style = style_of(style);
        match style {
            // A value that is not there at all comes as `~`.
            Style::Plain if span.start == span.end => Text { value: String::new(), span, style },
            Style::Literal | Style::Folded => {
                let content = self.source.get(span.start..span.end).unwrap_or_default();
                let end = span.start + content.trim_end().len();
                let start = block_header(self.source.get(..span.start).unwrap_or_default()).unwrap_or(span.start);
                Text { value, span: Span::new(start, end), style }
            }
            Style::Plain | Style::SingleQuoted | Style::DoubleQuoted => Text { value, span, style },
        }
    }

    fn issue(&mut self, kind: IssueKind, span: Span, message: String) {
        self.document.issues.push(Issue { kind, span, message, help: None });
    }

    fn open(&mut self, start: Span, anchor: usize, tag: Option<String>, content: Content) {
        self.open.push(Open { start, anchor, tag, content, weight: NODE_WEIGHT });
    }

    fn close(&mut self, end: Span) {
        let Some(open) = self.open.pop() else { return };
        let (value, last) = match open.content {
            Content::Sequence(items) => {
                let last = items.last().map(|item| item.place().end);
                (Value::Sequence(items.into()), last)
            }
            Content::Mapping(entries, _) => {
                let last = entries.last().map(|entry| entry.span().end);
                (Value::Mapping(entries.into()), last)
            }
        };
        // A block collection's end event stands where the next token begins: the last child's
        // end is what a person would call its end.
        let end = if end.start == end.end { last.unwrap_or(end.end) } else { end.end };
        let span = Span::new(open.start.start, end);
        self.finish(Node { span, alias: None, tag: open.tag, value }, open.anchor, open.weight);
    }

    fn alias(&mut self, id: usize, span: Span) {
        if let Some(anchor) = self.definitions.get(&id).and_then(|at| self.document.anchors.get_mut(*at)) {
            anchor.used = true;
        }
        let Some(weight) = self.anchored.get(&id).map(|(_, weight)| *weight) else {
            self.issue(IssueKind::RecursiveAlias, span, "this alias stands inside the node it refers to".to_owned());
            self.finish(unresolved(span), 0, NODE_WEIGHT);
            return;
        };
        if !self.afford(weight, span) {
            return;
        }
        if let Some((node, _)) = self.anchored.get(&id) {
            let node = Node { alias: Some(span), ..node.clone() };
            self.finish(node, 0, weight);
        }
    }

    /// Takes the weight of one more copy from the budget, or gives up on the file.
    fn afford(&mut self, weight: usize, span: Span) -> bool {
        self.aliased_bytes = self.aliased_bytes.saturating_add(weight);
        if self.aliased_bytes <= MOST_ALIASED_BYTES {
            return true;
        }
        let message =
            format!("the anchors and aliases of this file unfold to more than {} MiB", MOST_ALIASED_BYTES >> 20);
        self.issue(IssueKind::AliasBomb, span, message);
        self.document.root = None;
        self.gave_up = true;
        false
    }

    /// Hands a finished node to the collection it belongs to.
    fn finish(&mut self, node: Node, anchor: usize, weight: usize) {
        if anchor != 0 {
            if !self.afford(weight, node.span) {
                return;
            }
            self.anchored.insert(anchor, (node.clone(), weight));
        }
        let Some(parent) = self.open.last_mut() else {
            self.document.root = Some(node);
            return;
        };
        parent.weight = parent.weight.saturating_add(weight);
        match &mut parent.content {
            Content::Sequence(items) => items.push(node),
            Content::Mapping(entries, key) => match key.take() {
                Some(Ok(key)) => entries.push(Entry { key, value: node }),
                Some(Err(_)) => {}
                None => *key = Some(as_key(node)),
            },
        }
        if let Content::Mapping(_, Some(Err(span))) = &parent.content {
            let span = *span;
            self.issue(IssueKind::ComplexKey, span, "a mapping key must be a scalar".to_owned());
        }
    }
}

/// Finds where a block scalar's header begins, given all text before its content.
fn block_header(before: &str) -> Option<usize> {
    let line_end = before.trim_end().len();
    let line_start = before.get(..line_end)?.rfind('\n').map_or(0, |at| at + 1);
    let line = before.get(line_start..line_end)?;
    let is_header = |rest: &str| {
        let rest =
            rest.trim_start_matches(|character: char| character.is_ascii_digit() || matches!(character, '+' | '-'));
        rest.is_empty() || (rest.starts_with([' ', '\t']) && rest.trim_start().starts_with('#'))
    };
    line.match_indices(['|', '>'])
        .find(|(at, _)| line.get(at + 1..).is_some_and(is_header))
        .map(|(at, _)| line_start + at)
}

fn as_key(node: Node) -> Result<Text, Span> {
    let place = node.place();
    match node.value {
        Value::Scalar(text) => Ok(Text { span: place, ..text }),
        Value::Sequence(_) | Value::Mapping(_) => Err(place),
    }
}

/// Makes the node of an alias that refers to nothing.
fn unresolved(alias: Span) -> Node {
    let text = Text { value: String::new(), span: alias, style: Style::Plain };
    Node { span: alias, alias: Some(alias), tag: None, value: Value::Scalar(text) }
}

fn style_of(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::SingleQuoted,
        ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scalar<'node>(node: &'node Node, key: &str) -> &'node Text {
        node.get(key).and_then(Node::text).unwrap()
    }

    /// Finds `needle` in the value of the key `k` and in the source, and compares the places.
    fn check(source: &str, needle: &str) {
        let document = parse(source);
        assert_eq!(document.issues, []);
        let root = document.root.unwrap();
        let text = scalar(&root, "k");
        let at = text.value.find(needle).unwrap_or_else(|| panic!("{needle} in {:?}", text.value));
        let found = text.locate(source, at..at + needle.len());
        let expected = source.rfind(needle).unwrap();
        assert_eq!(found, Span::new(expected, expected + needle.len()), "{source:?}");
    }

    #[test]
    fn every_scalar_style_maps_back_to_its_source() {
        for source in [
            "k: a b X1 c\n",
            "k: a\n  b\n  X1\n",
            "k: 'it''s X1'\n",
            "k: \"t\\t\\u00e9\\x41 \\\n   X1\"\n",
            "k: |\n  ü\n    deep\n\n  X1\n",
            "k: |2\n    lead\n  X1\n",
            "k: >-\n  one\n  two\n\n  three X1\n",
            "k: \"one\n\n\n  two  \n  X1\"\nz: 1\n",
            "k: |+\n\n\n  a X1\n",
            "k: |- # a | b\n    a X1\n\n\nz: 1\n",
        ] {
            check(source, "X1");
        }
    }

    #[test]
    fn aliases_keep_their_definitions_places() {
        let document = parse("a: &x {b: 1}\nc: *x\n");
        let root = document.root.unwrap();
        let alias = root.get("c").unwrap();
        assert_eq!(alias.place(), Span::new(16, 18));
        assert_eq!(scalar(alias, "b").span, Span::new(10, 11));
        assert!(document.anchors.iter().all(|anchor| anchor.used));
    }

    #[test]
    fn defects_are_issues_with_places() {
        let kinds = |text: &str| parse(text).issues.into_iter().map(|issue| issue.kind).collect::<Vec<_>>();
        assert_eq!(kinds("a: *nope\n"), [IssueKind::UndefinedAlias]);
        assert_eq!(kinds("a: &a [*a]\n"), [IssueKind::RecursiveAlias]);
        assert_eq!(kinds("? [a]\n: b\nc: d\n"), [IssueKind::ComplexKey]);
        assert_eq!(kinds("a: [\n"), [IssueKind::Syntax]);
        assert_eq!(kinds("---\na: 1\n---\nb: 2\n"), [IssueKind::SecondDocument]);
        assert_eq!(kinds("---\na: 1\n...\n"), []);
        assert_eq!(kinds(""), []);
    }

    #[test]
    fn quoted_lines_that_github_reads_are_read() {
        let text = "a:\n  b: 'one\n  two\r\n\n  three'\n  c: \"x\ny\"\nd: 1\n";
        let document = parse(text);
        let places: Vec<usize> = document.issues.iter().map(|issue| issue.span.start).collect();
        assert!(document.issues.iter().all(|issue| issue.kind == IssueKind::Tolerated));
        let find = |word| text.find(word).unwrap();
        assert_eq!(places, [find("two"), find("three"), find("y\"")]);
        let root = document.root.unwrap();
        assert_eq!(scalar(&root, "d").span, Span::new(text.len() - 2, text.len() - 1));
        let words: Vec<&str> = scalar(root.get("a").unwrap(), "b").value.split_whitespace().collect();
        assert_eq!(words, ["one", "two", "three"]);
    }

    #[test]
    fn comments_that_github_reads_are_read() {
        let text = "a: [one]#, two, three ]\nb: \"x\"# ü\n";
        let document = parse(text);
        let places: Vec<usize> = document.issues.iter().map(|issue| issue.span.start).collect();
        assert_eq!(places, [text.find('#').unwrap(), text.rfind('#').unwrap()]);
        let root = document.root.unwrap();
        assert_eq!((root.get("a").unwrap().items().len(), scalar(&root, "b").as_str()), (1, "x"));
    }

    #[test]
    fn alias_bombs_are_refused_quickly() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..40 {
            let below = vec![format!("*a{}", level - 1); 10].join(", ");
            bomb = format!("{bomb}a{level}: &a{level} [{below}]\n");
        }
        let document = parse(&bomb);
        assert_eq!(document.issues.last().map(|issue| issue.kind), Some(IssueKind::AliasBomb));
        assert!(document.root.is_none());
    }

    proptest::proptest! {
        #[test]
        fn reading_never_panics_and_spans_stay_inside(text in "[a-c:\\-\\[\\]{}&*|>'\"\\\\ \n\r\t#!?ü,]{0,80}") {
            let document = parse(&text);
            if let Some(root) = &document.root {
                root.walk(&mut |node| {
                    assert!(node.span.end <= text.len());
                    if let Some(scalar) = node.text() {
                        let place = scalar.locate(&text, 0..scalar.value.len());
                        assert!(place.end <= text.len());
                    }
                });
            }
        }
    }
}
