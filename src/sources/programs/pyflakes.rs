//! Pyflakes: how it is asked, and what it answers.

use std::collections::BTreeMap;

use super::process::Ended;
use crate::model::finding::Severity;
use crate::model::place::Position;
use crate::model::remark::Comment;

/// The name of standard input in answers.
pub(super) const STDIN: &str = "<stdin>";

/// Comments that are no more than untidy, by the end of the message.
const UNTIDY: &[&str] = &["imported but unused", "is assigned to but never used"];

/// Reads the comments on the texts that were given, by the names of their files; nothing where this
/// is no answer to every file.
pub(super) fn read(ended: &Ended, given: &[(&str, &str)]) -> Option<BTreeMap<String, Vec<Comment>>> {
    ended.status.code().filter(|code| matches!(code, 0 | 1))?;
    let (stdout, stderr) = (std::str::from_utf8(&ended.stdout).ok()?, std::str::from_utf8(&ended.stderr).ok()?);
    if stderr.starts_with("Traceback ") || stderr.contains("\nTraceback ") {
        return None;
    }
    let mut comments: BTreeMap<String, Vec<Comment>> = BTreeMap::new();
    for line in stdout.lines() {
        let (name, line, column, message) = parts(line, given)?;
        let text = given.iter().find(|(known, _)| *known == name).map(|(_, text)| *text).unwrap_or_default();
        let start = Position { line, column: in_characters(text, line, column) };
        comments.entry(name.to_owned()).or_default().push(comment(start, level(message), message));
    }
    // Scripts that are no Python are told on the other stream, with the line that is at fault.
    for (name, line, column, message) in stderr.lines().filter_map(|line| parts(line, given)) {
        comments.entry(name.to_owned()).or_default().push(comment(Position { line, column }, Severity::Error, message));
    }
    Some(comments)
}

fn comment(start: Position, level: Severity, message: &str) -> Comment {
    Comment { start, end: start, level, code: None, message: message.to_owned() }
}

/// Splits `name:line:column: message`; the column and the colon behind it are missing in old
/// versions.
fn parts<'line>(line: &'line str, given: &[(&str, &str)]) -> Option<(&'line str, usize, usize, &'line str)> {
    let (name, rest) = line.split_once(':')?;
    if !given.iter().any(|(known, _)| *known == name) {
        return None;
    }
    let (number, rest) = rest.split_once(':')?;
    let digits = rest.len() - rest.trim_start_matches(|next: char| next.is_ascii_digit()).len();
    let (column, message) = rest.split_at_checked(digits)?;
    let message = message.strip_prefix(':').unwrap_or(message).trim();
    Some((name, number.parse().ok()?, column.parse().unwrap_or(1), message)).filter(|_| !message.is_empty())
}

/// Turns a column in bytes, as Python's syntax trees have it, into one in characters.
fn in_characters(text: &str, line: usize, column: usize) -> usize {
    let line = line.checked_sub(1).and_then(|line| text.split('\n').nth(line)).unwrap_or_default();
    let before = line.as_bytes().get(..column.saturating_sub(1)).unwrap_or(line.as_bytes());
    1 + String::from_utf8_lossy(before).chars().count()
}

fn level(message: &str) -> Severity {
    if message.starts_with("undefined name") {
        Severity::Error
    } else if UNTIDY.iter().any(|end| message.ends_with(end)) {
        Severity::Info
    } else {
        Severity::Warning
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::ExitStatus;

    use super::*;

    fn ended(code: i32, stdout: &str, stderr: &str) -> Ended {
        Ended { status: ExitStatus::from_raw(code << 8), stdout: stdout.into(), stderr: stderr.into() }
    }

    #[test]
    fn both_streams_are_read() {
        let given = [("0", "x = 'ü漢'; print(hello)\n"), ("1", "print(\n")];
        let stdout = "0:1:20: undefined name 'hello'\n0:1:1 'time' imported but unused\n";
        let stderr = "1:1:6: '(' was never closed\nprint(\n     ^\n";
        let read = read(&ended(1, stdout, stderr), &given).unwrap();
        let seen: Vec<(&str, usize, Severity, &str)> = read
            .iter()
            .flat_map(|(name, comments)| comments.iter().map(move |comment| (name, comment)))
            .map(|(name, comment)| (name.as_str(), comment.start.column, comment.level, comment.message.as_str()))
            .collect();
        assert_eq!(
            seen,
            [
                ("0", 17, Severity::Error, "undefined name 'hello'"),
                ("0", 1, Severity::Info, "'time' imported but unused"),
                ("1", 6, Severity::Error, "'(' was never closed"),
            ]
        );
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        let given = [("0", "x\n")];
        assert!(read(&ended(0, "", ""), &given).is_some_and(|comments| comments.is_empty()));
        assert!(read(&ended(2, "", "usage"), &given).is_none());
        assert!(read(&ended(1, "hello\n", ""), &given).is_none());
        assert!(read(&ended(1, "9:1:1: x\n", ""), &given).is_none());
        assert!(read(&ended(1, "", "Traceback (most recent call last):\n"), &given).is_none());
    }
}
