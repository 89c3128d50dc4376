//! Filter patterns of events
//! (<https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet>).

use std::iter::Peekable;
use std::ops::Range;
use std::str::CharIndices;

use crate::model::workflow::Workflow;
use crate::model::yaml::Text;

/// What a pattern is matched against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Branch and tag names.
    Ref,
    /// Paths of files.
    Path,
    /// Versions of an image.
    Version,
}

/// What is wrong with a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It cannot be read.
    Syntax,
    /// A character that no branch or tag has, so that it never matches.
    RefCharacter,
    /// A path that begins with a dot, so that it never matches.
    PathDot,
    /// A path with spaces around it.
    PathSpace,
}

/// A fault in a pattern: its place in the decoded text, and what is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub fault: Fault,
    /// Where, in the pattern.
    pub range: Range<usize>,
    /// What is wrong, for people.
    pub message: String,
}

/// Returns the patterns of a workflow's filters, with what they are matched against.
pub fn patterns(workflow: &Workflow) -> Vec<(Text, Target)> {
    const KEYS: &[(&str, Target)] = &[
        ("branches", Target::Ref),
        ("branches-ignore", Target::Ref),
        ("tags", Target::Ref),
        ("tags-ignore", Target::Ref),
        ("paths", Target::Path),
        ("paths-ignore", Target::Path),
        ("versions", Target::Version),
    ];
    let mut found = Vec::new();
    for trigger in &workflow.triggers {
        for (key, target) in KEYS {
            found.extend(trigger.filter(key).into_iter().map(|text| (text, *target)));
        }
    }
    found.retain(|(text, _)| !text.value.is_empty());
    found
}

/// Finds what is wrong with a pattern.
pub fn problems(pattern: &str, target: Target) -> Vec<Problem> {
    let mut scanner = Scanner { target, text: pattern, problems: Vec::new(), rest: pattern.char_indices().peekable() };
    if target == Target::Path {
        scanner.path();
    }
    scanner.scan();
    if target == Target::Ref {
        scanner.reference();
    }
    scanner.problems
}

struct Scanner<'pattern> {
    target: Target,
    text: &'pattern str,
    rest: Peekable<CharIndices<'pattern>>,
    problems: Vec<Problem>,
}

impl Scanner<'_> {
    fn add(&mut self, fault: Fault, range: Range<usize>, message: impl Into<String>) {
        self.problems.push(Problem { fault, range, message: message.into() });
    }

    fn path(&mut self) {
        let (text, whole) = (self.text, 0..self.text.len());
        if text.trim() != text {
            self.add(Fault::PathSpace, whole.clone(), "a path begins or ends with a space, so it matches no file");
        }
        let trimmed = text.trim().trim_start_matches('!');
        if matches!(trimmed, "." | "..") || trimmed.starts_with("./") || trimmed.starts_with("../") {
            let message = format!("`{}` begins with a dot, so it matches no file", text.trim());
            self.add(Fault::PathDot, whole, message);
        }
    }

    fn reference(&mut self) {
        let name = self.text.strip_prefix('!').unwrap_or(self.text);
        if name.starts_with('/') {
            self.add(Fault::RefCharacter, 0..self.text.len(), "no branch or tag begins with `/`");
        }
        if name.len() > 1 && name.ends_with(['/', '.']) {
            self.add(Fault::RefCharacter, 0..self.text.len(), "no branch or tag ends with `/` or `.`");
        }
    }

    fn scan(&mut self) {
        // Whether the last character can be repeated by `?` or `+`.
        let mut repeatable = false;
        while let Some((at, character)) = self.rest.next() {
            let here = at..at + character.len_utf8();
            let negates = character == '!' && at == 0;
            match character {
                '!' if negates && self.rest.peek().is_none() => self.add(Fault::Syntax, here, "nothing follows `!`"),
                '\\' => self.escape(here),
                '?' | '+' if !repeatable => {
                    self.add(Fault::Syntax, here, format!("`{character}` follows nothing that it could repeat"));
                }
                '[' => self.class(at),
                '\n' | '\r' if self.target != Target::Path => {
                    self.add(Fault::Syntax, here, "a pattern cannot hold a line break");
                }
                ' ' | '\t' | '~' | '^' | ':' if self.target == Target::Ref => {
                    self.add(Fault::RefCharacter, here, format!("no branch or tag has the character `{character}`"));
                }
                _ => {}
            }
            repeatable = !(negates || matches!(character, '*' | '?' | '+'));
        }
    }

    fn escape(&mut self, here: Range<usize>) {
        match self.rest.peek() {
            Some((_, '[' | ']' | '?' | '+' | '*' | '\\' | '!')) => {
                self.rest.next();
            }
            Some(_) | None if self.target == Target::Ref => {
                let message = "no branch or tag has the character `\\`, and only `[`, `?`, `+`, `*`, `\\` and `!` are escaped with it";
                self.add(Fault::RefCharacter, here, message);
            }
            Some(_) | None => {}
        }
    }

    /// Reads `[…]`, of which the bracket at `start` is read already.
    fn class(&mut self, start: usize) {
        let mut members = 0_usize;
        let mut last = None;
        while let Some((at, character)) = self.rest.next() {
            let is_range = character == '-' && last.is_some() && self.rest.peek().is_some_and(|(_, next)| *next != ']');
            if character == ']' {
                self.end_of_class(start..at + 1, members, last);
                return;
            }
            members += 1;
            last = if is_range { self.range(start, last) } else { Some(character) };
        }
        self.add(Fault::Syntax, start..self.text.len(), "`[` is never closed by `]`");
    }

    fn end_of_class(&mut self, whole: Range<usize>, members: usize, last: Option<char>) {
        if members == 0 {
            self.add(Fault::Syntax, whole, "`[]` matches no character");
        } else if members == 1 && last.is_some() {
            self.add(Fault::Syntax, whole, "`[…]` holds a single character: write it without brackets");
        }
    }

    /// Reads the end of a range inside `[…]`; no range can begin with what it ends with.
    fn range(&mut self, start: usize, from: Option<char>) -> Option<char> {
        let (end, to) = self.rest.next()?;
        if let Some(from) = from.filter(|from| *from > to) {
            let message = format!("the range `{from}-{to}` runs backwards");
            self.add(Fault::Syntax, start..end + to.len_utf8(), message);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(pattern: &str, target: Target) -> Vec<Fault> {
        problems(pattern, target).into_iter().map(|problem| problem.fault).collect()
    }

    #[test]
    fn good_patterns_are_clean() {
        for pattern in ["main", "releases/**", "v[12].[0-9]+.[0-9]+", "!v1*", "**", "\\!a", "v*.*", "[a-z]?"] {
            assert_eq!(faults(pattern, Target::Ref), [], "{pattern}");
        }
        for pattern in ["**.js", "!docs/**", "a b/c", "a\\b", ".github/**", "**/*.md", "a~b"] {
            assert_eq!(faults(pattern, Target::Path), [], "{pattern}");
        }
    }

    #[test]
    fn each_fault_is_told() {
        for pattern in ["[", "v[0-", "[]", "[x]", "v[9-0]", "v*+", "?a", "!", "a\nb"] {
            assert_eq!(faults(pattern, Target::Ref), [Fault::Syntax], "{pattern}");
        }
        for pattern in ["a b", "^a", "/a", "a/", "a.", "v\\d"] {
            assert_eq!(faults(pattern, Target::Ref), [Fault::RefCharacter], "{pattern}");
        }
        assert_eq!(faults("./a", Target::Path), [Fault::PathDot]);
        assert_eq!(faults("!../a", Target::Path), [Fault::PathDot]);
        assert_eq!(faults(" a", Target::Path), [Fault::PathSpace]);
    }
}
