//! Fixes: what to write instead, so that a finding goes and the rest of the file stays as it is.

use std::collections::BTreeMap;

use super::finding::{Finding, Safety};
use super::place::{Position, Span};

/// A way to mend a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// Whether somebody should look at the result.
    pub safety: Safety,
    /// What is done, as an order: "add a timeout of 30 minutes".
    pub title: String,
    /// What is written instead, in order of place, none inside another; all of it or nothing.
    pub edits: Vec<Edit>,
}

/// A part of the finding's file, and what is written instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that go; none where something is only added.
    pub span: Span,
    /// Where they begin.
    pub start: Position,
    /// Where they end.
    pub end: Position,
    /// What is written instead.
    pub text: String,
}

impl Fix {
    /// Tells whether the fix is among those that were asked for: the safe ones, or all.
    pub fn is_asked_for(&self, most: Safety) -> bool {
        self.safety <= most
    }
}

/// Chooses the fixes of one file that can be made in one pass: of those that meet, the one of the
/// first finding. Returns their edits in order of place, and how many fixes they are.
///
/// A finding that is suppressed is left as it is.
pub fn choose(findings: &[Finding], most: Safety) -> (Vec<&Edit>, usize) {
    let mut chosen: BTreeMap<Span, &Edit> = BTreeMap::new();
    let mut count = 0;
    let active = findings.iter().filter(|finding| finding.suppressed.is_none());
    for fix in active.filter_map(|finding| finding.fix.as_ref()).filter(|fix| fix.is_asked_for(most)) {
        let meets = |edit: &Edit| {
            let before = chosen.range(..=edit.span).next_back();
            let behind = chosen.range(edit.span..).next();
            before.into_iter().chain(behind).any(|(span, _)| meet(*span, edit.span))
        };
        if !fix.edits.is_empty() && !fix.edits.iter().any(meets) {
            chosen.extend(fix.edits.iter().map(|edit| (edit.span, edit)));
            count += 1;
        }
    }
    (chosen.into_values().collect(), count)
}

/// Tells whether two edits cannot be made together: they have bytes in common, or one adds
/// something where the other begins or ends.
fn meet(one: Span, other: Span) -> bool {
    let (start, end) = (one.start.max(other.start), one.end.min(other.end));
    let adds = one.start == one.end || other.start == other.end;
    start < end || (adds && start <= end)
}

/// A text that was changed, which still knows what it was.
#[derive(Clone, Debug)]
pub struct Patched {
    original: String,
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug)]
enum Piece {
    /// A part of the original.
    Kept(Span),
    /// What was written since.
    New(String),
}

/// A part of a text that was changed, before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The bytes of the original that are gone.
    pub old: Span,
    /// The bytes of the new text that stand in their place.
    pub new: Span,
}

impl Patched {
    /// Begins with a text that was not changed yet.
    pub fn new(original: String) -> Self {
        let pieces = vec![Piece::Kept(Span::new(0, original.len()))];
        Self { original, pieces }
    }

    /// Returns the text before all changes.
    pub fn original(&self) -> &str {
        &self.original
    }

    /// Returns the text with all changes.
    pub fn text(&self) -> String {
        self.pieces.iter().map(|piece| piece.text(&self.original)).collect()
    }

    /// Makes edits whose places are those of the text with all changes so far. They come in order of
    /// place, and none meets another.
    pub fn edit(&mut self, edits: &[&Edit]) {
        let mut rest = Rest { pieces: std::mem::take(&mut self.pieces).into_iter(), open: None, at: 0 };
        for edit in edits {
            rest.move_up_to(edit.span.start, &mut self.pieces);
            rest.move_up_to(edit.span.end, &mut Vec::new());
            self.pieces.push(Piece::New(edit.text.clone()));
        }
        rest.move_up_to(usize::MAX, &mut self.pieces);
    }

    /// Returns what was changed, in order of place, with unchanged text between any two.
    pub fn changes(&self) -> Vec<Change> {
        let mut changes = Vec::new();
        let mut open = Change { old: Span::default(), new: Span::default() };
        for piece in &self.pieces {
            match piece {
                Piece::New(text) => open.new.end += text.len(),
                Piece::Kept(span) if span.start == span.end => {}
                Piece::Kept(span) => {
                    open.old.end = span.start;
                    changes.push(open);
                    let at = open.new.end + span.end - span.start;
                    open = Change { old: Span::new(span.end, span.end), new: Span::new(at, at) };
                }
            }
        }
        open.old.end = self.original.len();
        changes.push(open);
        changes.retain(|change| change.old.start < change.old.end || change.new.start < change.new.end);
        changes
    }
}

impl Piece {
    fn text<'text>(&'text self, original: &'text str) -> &'text str {
        match self {
            Self::Kept(span) => original.get(span.start..span.end).unwrap_or_default(),
            Self::New(text) => text,
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::Kept(span) => span.end - span.start,
            Self::New(text) => text.len(),
        }
    }

    /// Splits off the first bytes.
    fn split(self, at: usize) -> (Self, Self) {
        match self {
            Self::Kept(span) => {
                let middle = span.start + at;
                (Self::Kept(Span::new(span.start, middle)), Self::Kept(Span::new(middle, span.end)))
            }
            Self::New(text) => {
                let (left, right) = text.split_at_checked(at).unwrap_or((&text, ""));
                (Self::New(left.to_owned()), Self::New(right.to_owned()))
            }
        }
    }
}

/// The pieces that were not looked at yet.
struct Rest {
    pieces: std::vec::IntoIter<Piece>,
    /// The rest of a piece that was split.
    open: Option<Piece>,
    /// Where it begins.
    at: usize,
}

impl Rest {
    /// Moves what stands before a byte of the text to other pieces.
    fn move_up_to(&mut self, end: usize, to: &mut Vec<Piece>) {
        while self.at < end {
            let Some(piece) = self.open.take().or_else(|| self.pieces.next()) else { return };
            let (left, right) = if self.at + piece.len() > end {
                let (left, right) = piece.split(end - self.at);
                (left, Some(right))
            } else {
                (piece, None)
            };
            self.at += left.len();
            self.open = right;
            to.push(left);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: usize, end: usize, text: &str) -> Edit {
        let place = Position { line: 1, column: 1 };
        Edit { span: Span::new(start, end), start: place, end: place, text: text.to_owned() }
    }

    fn spans(changes: &[Change]) -> Vec<[usize; 4]> {
        changes.iter().map(|change| [change.old.start, change.old.end, change.new.start, change.new.end]).collect()
    }

    #[test]
    fn edits_meet_where_the_result_depends_on_their_order() {
        for (one, other, expected) in [
            ((0, 3), (3, 5), false),
            ((0, 3), (2, 5), true),
            ((1, 1), (1, 1), true),
            ((1, 1), (1, 4), true),
            ((4, 4), (1, 4), true),
            ((0, 0), (1, 4), false),
            ((2, 2), (1, 4), true),
        ] {
            let span = |(start, end)| Span::new(start, end);
            assert_eq!(meet(span(one), span(other)), expected, "{one:?} {other:?}");
            assert_eq!(meet(span(other), span(one)), expected, "{other:?} {one:?}");
        }
    }

    #[test]
    fn a_text_knows_what_it_was_after_several_passes() {
        let mut text = Patched::new("one two three".to_owned());
        assert_eq!((text.text().as_str(), text.changes()), ("one two three", vec![]));
        text.edit(&[&edit(0, 3, "1"), &edit(8, 8, "2½ ")]);
        assert_eq!(text.text(), "1 two 2½ three");
        assert_eq!(spans(&text.changes()), [[0, 3, 0, 1], [8, 8, 6, 10]]);
        text.edit(&[&edit(2, 7, "II."), &edit(15, 15, "!")]);
        assert_eq!(text.text(), "1 II.½ three!");
        assert_eq!(spans(&text.changes()), [[0, 3, 0, 1], [4, 8, 2, 8], [13, 13, 13, 14]]);
        assert_eq!(text.original(), "one two three");
    }

    proptest::proptest! {
        #[test]
        fn changes_lead_from_the_old_text_to_the_new(
            original in "[a-zü\n]{0,40}",
            passes in proptest::collection::vec((0_usize..40, 0_usize..10, "[A-ZÄ\n]{0,5}"), 0..8),
        ) {
            let mut text = Patched::new(original.clone());
            let mut expected = original.clone();
            for (start, length, new) in passes {
                let start = expected.floor_char_boundary(start);
                let end = expected.floor_char_boundary(start + length).max(start);
                text.edit(&[&edit(start, end, &new)]);
                expected.replace_range(start..end, &new);
                assert_eq!(text.text(), expected);
            }
            let mut rebuilt = String::new();
            let mut at = 0;
            for change in text.changes() {
                rebuilt.push_str(original.get(at..change.old.start).unwrap());
                assert_eq!(rebuilt.len(), change.new.start);
                rebuilt.push_str(expected.get(change.new.start..change.new.end).unwrap());
                at = change.old.end;
            }
            rebuilt.push_str(original.get(at..).unwrap());
            assert_eq!(rebuilt, expected);
        }
    }
}
