//! ShellCheck: how it is asked, and what it answers.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::process::Ended;
use crate::model::finding::Severity;
use crate::model::place::Position;
use crate::model::remark::Comment;

/// What it is asked for: every comment as JSON with columns in characters, whatever configuration
/// lies around. The dialect stands in the scripts' first lines.
pub(super) const ARGUMENTS: &[&str] = &["--norc", "--format=json1"];

/// The name of standard input, as argument and in answers.
pub(super) const STDIN: &str = "-";

#[derive(Deserialize)]
struct Answer {
    comments: Vec<Said>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Said {
    file: String,
    line: usize,
    end_line: usize,
    column: usize,
    end_column: usize,
    level: Level,
    code: u32,
    message: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Level {
    Error,
    Warning,
    Info,
    Style,
}

impl From<Level> for Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::Error => Self::Error,
            Level::Warning => Self::Warning,
            Level::Info | Level::Style => Self::Info,
        }
    }
}

/// Reads the comments by the file they are on; nothing where this is no answer to every file.
pub(super) fn read(ended: &Ended) -> Option<BTreeMap<String, Vec<Comment>>> {
    // 0 and 1 tell that there are comments or none; the rest, that a file or an option is missing.
    ended.status.code().filter(|code| matches!(code, 0 | 1))?;
    let answer: Answer = serde_json::from_slice(&ended.stdout).ok()?;
    let mut comments: BTreeMap<String, Vec<Comment>> = BTreeMap::new();
    for said in answer.comments {
        let comment = Comment {
            start: Position { line: said.line, column: said.column },
            end: Position { line: said.end_line, column: said.end_column },
            level: said.level.into(),
            code: Some(said.code),
            message: said.message,
        };
        comments.entry(said.file).or_default().push(comment);
    }
    Some(comments)
}
