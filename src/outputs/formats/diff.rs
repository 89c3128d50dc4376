//! Changes to files as a unified diff, which `git apply` and `patch` take.

use crate::model::color::Color;
use crate::model::fix::{Change, Patched};
use crate::model::place::LineIndex;
use crate::outputs::formats::escape;
use crate::outputs::formats::human::text::{Tone, paint};

/// The unchanged lines that are shown around a change.
const AROUND: usize = 3;

/// A file that was changed.
#[derive(Clone, Debug)]
pub struct ChangedFile {
    /// The path relative to the repository's root, with slashes.
    pub path: String,
    /// What stands in front of the text and is not part of it: a byte order mark, or nothing.
    pub mark: &'static str,
    /// The text before and after.
    pub text: Patched,
}

/// Who reads the diff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// A program: every byte as it is.
    Program,
    /// A job's log, which takes some lines for commands: those are broken up.
    Log,
    /// A person at a terminal, in colours: control characters are made visible.
    Terminal,
}

/// Renders the changes of all files, in the order they are given.
pub fn render(files: &[ChangedFile], reader: Reader) -> String {
    let mut page = Page { out: String::new(), reader };
    for file in files {
        page.file(file);
    }
    page.out
}

struct Page {
    out: String,
    reader: Reader,
}

impl Page {
    fn file(&mut self, file: &ChangedFile) {
        let (before, after) = (file.text.original(), file.text.text());
        let (old, new) = (Lines::new(before, file.mark), Lines::new(&after, file.mark));
        let changes = line_changes(&file.text.changes(), &old, &new);
        if changes.is_empty() {
            return;
        }
        self.line(&format!("--- {}", name("a/", &file.path)), Tone::Strong);
        self.line(&format!("+++ {}", name("b/", &file.path)), Tone::Strong);
        for hunk in changes.chunk_by(|one, other| other.old.start <= one.old.end + 2 * AROUND) {
            self.hunk(hunk, &old, &new);
        }
    }

    fn hunk(&mut self, changes: &[Change], old: &Lines<'_>, new: &Lines<'_>) {
        let (Some(first), Some(last)) = (changes.first(), changes.last()) else { return };
        let lead = first.old.start.min(AROUND);
        let trail = (old.count() - last.old.end).min(AROUND);
        let range = |from: usize, to: usize| {
            // Of no lines, the one before is named.
            let count = to - from;
            format!("{},{count}", if count == 0 { from } else { from + 1 })
        };
        let old_range = range(first.old.start - lead, last.old.end + trail);
        let new_range = range(first.new.start - lead, last.new.end + trail);
        self.line(&format!("@@ -{old_range} +{new_range} @@"), Tone::Info);
        let mut at = first.old.start - lead;
        for change in changes {
            self.lines(' ', old, at..change.old.start);
            self.lines('-', old, change.old.start..change.old.end);
            self.lines('+', new, change.new.start..change.new.end);
            at = change.old.end;
        }
        self.lines(' ', old, at..last.old.end + trail);
    }

    fn lines(&mut self, sign: char, lines: &Lines<'_>, numbers: std::ops::Range<usize>) {
        let tone = match sign {
            '-' => Tone::Error,
            '+' => Tone::Good,
            _ => Tone::Plain,
        };
        for number in numbers {
            let line = lines.get(number);
            let text = line.strip_suffix('\n').unwrap_or(&line);
            self.line(&format!("{sign}{text}"), tone);
            if !line.ends_with('\n') {
                self.line("\\ No newline at end of file", Tone::Faint);
            }
        }
    }

    fn line(&mut self, line: &str, tone: Tone) {
        let shown = match self.reader {
            Reader::Program => line.to_owned(),
            Reader::Log => escape::log_line(line),
            // A carriage return at the end of a line belongs to its break.
            Reader::Terminal => paint(&escape::terminal(line.trim_end_matches('\r')), tone, Color::Always),
        };
        self.out.push_str(&shown);
        self.out.push('\n');
    }
}

/// The lines of a text, counted from 0.
struct Lines<'text> {
    text: &'text str,
    mark: &'static str,
    index: LineIndex,
}

impl<'text> Lines<'text> {
    fn new(text: &'text str, mark: &'static str) -> Self {
        Self { text, mark, index: LineIndex::new(text) }
    }

    /// Returns how many lines there are; a last one without a break counts.
    fn count(&self) -> usize {
        let last = self.number(self.text.len());
        if self.starts_line(self.text.len()) { last } else { last + 1 }
    }

    fn number(&self, offset: usize) -> usize {
        self.index.number(offset) - 1
    }

    fn starts_line(&self, offset: usize) -> bool {
        self.index.start(self.index.number(offset)) == offset
    }

    /// Returns a line with its break.
    fn get(&self, number: usize) -> String {
        let start = self.index.start(number + 1);
        let rest = self.text.get(start..).unwrap_or_default();
        let line = rest.split_inclusive('\n').next().unwrap_or_default();
        format!("{}{line}", if number == 0 { self.mark } else { "" })
    }
}

/// Widens changes of bytes to changes of lines, in which the old and the new lines differ at both
/// ends. The spans of the result count lines from 0.
fn line_changes(changes: &[Change], old: &Lines<'_>, new: &Lines<'_>) -> Vec<Change> {
    let mut widened: Vec<Change> = Vec::new();
    for change in changes {
        // The rest of the line behind a change is the same in both texts.
        let rest = usize::from(!(old.starts_line(change.old.end) && new.starts_line(change.new.end)));
        let to = |lines: &Lines<'_>, end: usize| (lines.number(end) + rest).min(lines.count());
        let (old_start, new_start) = (old.number(change.old.start), new.number(change.new.start));
        let (old_end, new_end) = (to(old, change.old.end), to(new, change.new.end));
        match widened.last_mut() {
            Some(last) if old_start < last.old.end || new_start < last.new.end => {
                (last.old.end, last.new.end) = (old_end, new_end);
            }
            Some(_) | None => {
                widened.push(Change { old: (old_start..old_end).into(), new: (new_start..new_end).into() });
            }
        }
    }
    let mut trimmed: Vec<Change> = Vec::new();
    for change in widened.into_iter().map(|change| trim(change, old, new)).filter(|change| !is_empty(change)) {
        match trimmed.last_mut() {
            // Lines that are gone stand together, and so do those that are new.
            Some(last) if last.old.end == change.old.start => {
                (last.old.end, last.new.end) = (change.old.end, change.new.end);
            }
            Some(_) | None => trimmed.push(change),
        }
    }
    trimmed
}

fn is_empty(change: &Change) -> bool {
    change.old.start == change.old.end && change.new.start == change.new.end
}

/// Leaves out the lines at both ends that are the same.
fn trim(mut change: Change, old: &Lines<'_>, new: &Lines<'_>) -> Change {
    let is_open = |change: &Change| change.old.start < change.old.end && change.new.start < change.new.end;
    while is_open(&change) && old.get(change.old.start) == new.get(change.new.start) {
        change.old.start += 1;
        change.new.start += 1;
    }
    while is_open(&change) && old.get(change.old.end - 1) == new.get(change.new.end - 1) {
        change.old.end -= 1;
        change.new.end -= 1;
    }
    change
}

/// Writes a path as git does: one that holds quotes, backslashes or control characters stands in
/// quotes, and one with a blank ends with a tab.
fn name(prefix: &str, path: &str) -> String {
    let is_odd = |character: char| character.is_control() || matches!(character, '"' | '\\');
    if path.contains(is_odd) {
        let quoted: String = path
            .chars()
            .map(|character| if is_odd(character) { octal(character) } else { character.to_string() })
            .collect();
        return format!("\"{prefix}{quoted}\"");
    }
    format!("{prefix}{path}{}", if path.contains(' ') { "\t" } else { "" })
}

fn octal(character: char) -> String {
    let mut bytes = [0; 4];
    character.encode_utf8(&mut bytes).bytes().map(|byte| format!("\\{byte:03o}")).collect::<Vec<_>>().concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fix::Edit;
    use crate::model::place::{Position, Span};

    fn changed(before: &str, edits: &[(usize, usize, &str)]) -> ChangedFile {
        let place = Position { line: 1, column: 1 };
        let edits: Vec<Edit> = edits
            .iter()
            .map(|(start, end, text)| Edit {
                span: Span::new(*start, *end),
                start: place,
                end: place,
                text: (*text).to_owned(),
            })
            .collect();
        let mut text = Patched::new(before.to_owned());
        text.edit(&edits.iter().collect::<Vec<_>>());
        ChangedFile { path: "a b.yml".to_owned(), mark: "", text }
    }

    fn letters() -> String {
        ('a'..='t').flat_map(|letter| [letter, '\n']).collect()
    }

    #[test]
    fn changes_that_are_near_share_a_hunk() {
        let file = changed(&letters(), &[(0, 0, "first\n"), (9, 9, "\n  added"), (30, 31, "P"), (40, 40, "last")]);
        insta::assert_snapshot!(render(&[file], Reader::Program).replace('\t', "→"), @r"
        --- a/a b.yml→
        +++ b/a b.yml→
        @@ -1,8 +1,10 @@
        +first
         a
         b
         c
         d
         e
        +  added
         f
         g
         h
        @@ -13,8 +15,9 @@
         m
         n
         o
        -p
        +P
         q
         r
         s
         t
        +last
        \ No newline at end of file
        ");
    }

    #[test]
    fn line_breaks_and_marks_are_kept_for_programs() {
        let file =
            ChangedFile { mark: "\u{FEFF}", ..changed("on: push\r\njobs: 1", &[(10, 10, "permissions: {}\r\n")]) };
        let diff = render(&[file], Reader::Program);
        assert!(
            diff.ends_with(
                "@@ -1,2 +1,3 @@\n \u{FEFF}on: push\r\n+permissions: {}\r\n jobs: 1\n\\ No newline at end of file\n"
            ),
            "{diff:?}"
        );
    }

    #[test]
    fn a_change_that_leaves_the_lines_as_they_were_is_none() {
        assert_eq!(render(&[changed("a: b\n", &[(3, 4, "b")])], Reader::Program), "");
        assert_eq!(render(&[changed("a: b\n", &[])], Reader::Program), "");
    }

    #[test]
    fn hostile_text_makes_no_command_and_reaches_no_terminal() {
        let file = ChangedFile {
            path: "a\n::error::x\"\u{1b}.yml".to_owned(),
            ..changed("a: 1\n  ::error::b ##[group]\u{202e}\n", &[(3, 4, "2\u{1b}")])
        };
        let log = render(std::slice::from_ref(&file), Reader::Log);
        assert!(!log.lines().any(|line| line.trim_start().starts_with("::")) && !log.contains("##["), "{log}");
        assert!(log.contains("--- \"a/a\\012::error::x\\042\\033.yml\"\n"), "{log}");
        let shown = render(&[file], Reader::Terminal);
        let plain = anstream::adapter::strip_str(&shown).to_string();
        assert!(plain.chars().all(|character| character == '\n' || !character.is_control()), "{plain:?}");
        assert!(!plain.contains('\u{202e}') && shown.contains("\u{1b}[32m+a: 2"), "{shown:?}");
    }
}
