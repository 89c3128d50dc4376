//! What programs that check scripts have to say: in their own coordinates, and in those of the file.

use std::ops::Range;

use super::finding::Severity;
use super::place::{Position, Span};

/// A program that checks scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Checker {
    /// ShellCheck, for bash and sh.
    ShellCheck,
    /// Pyflakes, for Python.
    Pyflakes,
}

impl Checker {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::ShellCheck, Self::Pyflakes];

    /// Returns the id of the rule that tells what it says.
    pub fn rule(self) -> &'static str {
        match self {
            Self::ShellCheck => "shellcheck",
            Self::Pyflakes => "pyflakes",
        }
    }

    /// Returns the name that its makers give it.
    pub fn name(self) -> &'static str {
        match self {
            Self::ShellCheck => "ShellCheck",
            Self::Pyflakes => "Pyflakes",
        }
    }
}

/// What a checker says about a text that it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Where it begins, in the text.
    pub start: Position,
    /// Where it ends; the same as the start where the checker names one place only.
    pub end: Position,
    /// How bad the checker finds it.
    pub level: Severity,
    /// The checker's number for what it found.
    pub code: Option<u32>,
    /// What is wrong, in the checker's words.
    pub message: String,
}

/// What a checker says about a script of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Who says it.
    pub checker: Checker,
    /// Where the file holds the script.
    pub script: Span,
    /// The bytes of the script's decoded text that are meant.
    pub range: Range<usize>,
    /// How bad the checker finds it.
    pub level: Severity,
    /// The checker's number for what it found.
    pub code: Option<u32>,
    /// What is wrong, in the checker's words.
    pub message: String,
}
