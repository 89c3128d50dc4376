//! What a verb came to, as people are told of it outside of the job: in a comment, a check, an issue.

use sha2::{Digest as _, Sha256};

use super::run_summary::PartVerdict;

/// What people are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What was done, for a heading: `Gates`.
    pub title: &'static str,
    /// What it came to.
    pub verdict: PartVerdict,
    /// That in one line of plain text: `1 failed, 3 passed`.
    pub headline: String,
    /// The whole of it as Markdown, the most important first.
    pub sections: Vec<String>,
    /// What is to be said at lines of files, the most severe first.
    pub annotations: Vec<Annotation>,
    /// What is not well, by name, so that it is known when something else is.
    pub troubles: Vec<String>,
}

/// What is to be said at a line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// The path relative to the repository's root, with slashes.
    pub path: String,
    /// The first and the last line, from 1.
    pub lines: (usize, usize),
    /// The first and the last column, where it is all on one line.
    pub columns: Option<(usize, usize)>,
    /// How severe it is.
    pub level: AnnotationLevel,
    /// A few words.
    pub title: String,
    /// The sentence.
    pub message: String,
}

/// How severe an annotation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnnotationLevel {
    /// Worth knowing.
    Notice,
    /// Something to look at.
    Warning,
    /// It fails.
    Failure,
}

impl Notice {
    /// Tells whether all is well.
    pub fn is_well(&self) -> bool {
        self.verdict == PartVerdict::Pass
    }

    /// Returns a hash that stays the same as long as the same is not well, whatever the values are.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        for part in std::iter::once(self.verdict.word()).chain(self.troubles.iter().map(String::as_str)) {
            hash.update(part);
            hash.update([0]);
        }
        let mut first = [0; 8];
        first.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
        format!("{:016x}", u64::from_be_bytes(first))
    }

    /// Tells whether it does not pass: it fails, or could not be told.
    pub fn fails(&self) -> bool {
        matches!(self.verdict, PartVerdict::Fail | PartVerdict::Unknown)
    }
}
