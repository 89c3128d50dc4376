//! The lines in which two versions of a file differ, without their having been edited here.

use std::collections::BTreeSet;

use super::diff::{self, ChangedFile, Reader};
use crate::model::fix::{Edit, Patched};
use crate::model::place::{Position, Span};

/// How many lines of all files together are shown.
const MOST_LINES: usize = 400;

/// A file before and after.
#[derive(Clone, Copy, Debug)]
pub struct Versions<'text> {
    /// The path relative to the repository's root, with slashes.
    pub path: &'text str,
    /// What was there; nothing for a new file.
    pub before: &'text [u8],
    /// What is to be there.
    pub after: &'text [u8],
}

/// Renders the changes of all files as a unified diff, in the order they are given. What is no text is
/// only named, and what is very long is cut, with a sentence that says so.
pub fn render(files: &[Versions<'_>], reader: Reader) -> String {
    let mut whole = String::new();
    for file in files {
        match (std::str::from_utf8(file.before), std::str::from_utf8(file.after)) {
            (Ok(before), Ok(after)) => {
                let changed = ChangedFile { path: file.path.to_owned(), mark: "", text: patched(before, after) };
                whole.push_str(&diff::render(std::slice::from_ref(&changed), reader));
            }
            _ if file.before == file.after => {}
            _ => whole.push_str(&named(file, reader)),
        }
    }
    cut(whole)
}

fn named(file: &Versions<'_>, reader: Reader) -> String {
    let name = ChangedFile { path: file.path.to_owned(), mark: "", text: patched("", "is no text") };
    let heading = diff::render(&[name], reader);
    heading.lines().nth(1).map(|line| format!("{line}\n(no text: {} bytes)\n", file.after.len())).unwrap_or_default()
}

fn cut(whole: String) -> String {
    let count = whole.lines().count();
    if count <= MOST_LINES {
        return whole;
    }
    let kept: Vec<&str> = whole.lines().take(MOST_LINES).collect();
    format!("{}\n(and {} more lines)\n", kept.join("\n"), count - MOST_LINES)
}

/// Finds edits that lead from one text to the other. Lines that both have stay where they are, if they
/// are in the same order in both, as the lines of sorted tables are; else all between the first and
/// the last line that differ is replaced.
fn patched(before: &str, after: &str) -> Patched {
    let (old, new): (Vec<&str>, Vec<&str>) =
        (before.split_inclusive('\n').collect(), after.split_inclusive('\n').collect());
    let edits = by_lines(&old, &new).unwrap_or_else(|| whole(&old, &new));
    let mut text = Patched::new(before.to_owned());
    text.edit(&edits.iter().collect::<Vec<_>>());
    text
}

fn by_lines(old: &[&str], new: &[&str]) -> Option<Vec<Edit>> {
    let (in_old, in_new): (BTreeSet<&str>, BTreeSet<&str>) =
        (old.iter().copied().collect(), new.iter().copied().collect());
    if in_old.len() != old.len() || in_new.len() != new.len() {
        return None;
    }
    let mut edits = Vec::new();
    let mut at = 0;
    let (mut gone, mut come) = (0, String::new());
    let mut coming = new.iter().peekable();
    for line in old {
        while let Some(new) = coming.next_if(|new| !in_old.contains(**new)) {
            come.push_str(new);
        }
        if in_new.contains(line) {
            edits.extend(edit(at - gone, at, &mut come));
            gone = 0;
            coming.next_if(|new| *new == line)?;
        } else {
            gone += line.len();
        }
        at += line.len();
    }
    for new in coming {
        if in_old.contains(new) {
            return None;
        }
        come.push_str(new);
    }
    edits.extend(edit(at - gone, at, &mut come));
    Some(edits)
}

fn whole(old: &[&str], new: &[&str]) -> Vec<Edit> {
    let same = old.iter().zip(new).take_while(|(one, other)| one == other).count();
    let most = old.len().min(new.len()) - same;
    let tail = old.iter().rev().zip(new.iter().rev()).take(most).take_while(|(one, other)| one == other).count();
    let length = |lines: &[&str]| lines.iter().map(|line| line.len()).sum::<usize>();
    let start = length(old.get(..same).unwrap_or_default());
    let end = length(old.get(..old.len() - tail).unwrap_or_default());
    let mut text = new.get(same..new.len() - tail).unwrap_or_default().concat();
    edit(start, end, &mut text).into_iter().collect()
}

fn edit(start: usize, end: usize, text: &mut String) -> Option<Edit> {
    let place = Position { line: 1, column: 1 };
    let is_edit = start < end || !text.is_empty();
    let text = std::mem::take(text);
    is_edit.then(|| Edit { span: Span::new(start, end), start: place, end: place, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(before: &str, after: &str) -> String {
        let versions = Versions { path: "t.csv", before: before.as_bytes(), after: after.as_bytes() };
        render(&[versions], Reader::Program)
    }

    #[test]
    fn rows_that_stay_are_not_shown_as_changed() {
        let before = "id,x\n1,a\n2,a\n3,a\n4,a\n5,a\n6,a\n7,a\n8,a\n9,a\n";
        let after = "id,x\n1,a\n2,b\n3,a\n4,a\n5,a\n6,a\n7,a\n8,a\n9,a\n10,a\n";
        insta::assert_snapshot!(shown(before, after), @r"
        --- a/t.csv
        +++ b/t.csv
        @@ -1,6 +1,6 @@
         id,x
         1,a
        -2,a
        +2,b
         3,a
         4,a
         5,a
        @@ -8,3 +8,4 @@
         7,a
         8,a
         9,a
        +10,a
        ");
    }

    #[test]
    fn what_is_new_no_text_or_long_is_shown_as_far_as_it_can_be() {
        assert_eq!(shown("", "a\n"), "--- a/t.csv\n+++ b/t.csv\n@@ -0,0 +1,1 @@\n+a\n");
        let bytes = Versions { path: "a", before: b"", after: b"\xff" };
        assert_eq!(render(&[bytes], Reader::Program), "+++ b/a\n(no text: 1 bytes)\n");
        let long: String = (0..1000).map(|number| number.to_string() + "\n").collect();
        assert!(shown("", &long).ends_with("\n+396\n(and 603 more lines)\n"), "{}", shown("", &long));
    }

    proptest::proptest! {
        #[test]
        fn edits_lead_to_the_other_text(before in "([a-d]?\n){0,8}[a-d]?", after in "([a-d]?\n){0,8}[a-d]?") {
            assert_eq!(patched(&before, &after).text(), after);
        }
    }
}
