//! The invisible first line of what the program writes at GitHub, by which it finds that again.
//!
//! A comment or an issue belongs to one key, so that two workflows do not write over each other's. The
//! line also says which run wrote it, so that a run that is late does not write over a later one.

use std::fmt;

/// The line's beginning.
const BEGIN: &str = "<!-- plimsoll ";

/// The line's end.
const END: &str = " -->";

/// What the first line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    /// What it is on: a comment, or an issue.
    pub kind: MarkerKind,
    /// Whose it is, such as `CI/test/gate`.
    pub key: String,
    /// The run that wrote it and the run's attempt, 0 where none did; or the second of what it tells.
    pub run: (u64, u64),
    /// What it stands at: a text that is different when there is something new to tell.
    pub state: String,
}

/// What a marker is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkerKind {
    /// A comment on a pull request.
    Comment,
    /// An issue that is open until the gates pass.
    Issue,
    /// An issue of an incident.
    Incident,
}

impl MarkerKind {
    /// Returns its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Issue => "issue",
            Self::Incident => "incident",
        }
    }
}

impl Marker {
    /// Reads the first line of a text, as far as it is that of a kind and a key.
    pub fn read(kind: MarkerKind, key: &str, text: &str) -> Option<Self> {
        let line = text.lines().next()?.trim_end().strip_prefix(BEGIN)?.strip_suffix(END)?;
        let mut words = line.split(' ');
        let is_ours = words.next() == Some(kind.word()) && words.next() == Some(encoded(key).as_str());
        if !is_ours {
            return None;
        }
        let mut marker = Self { kind, key: key.to_owned(), run: (0, 0), state: String::new() };
        for (name, value) in words.filter_map(|word| word.split_once('=')) {
            match name {
                "run" => marker.run.0 = value.parse().unwrap_or(0),
                "attempt" => marker.run.1 = value.parse().unwrap_or(0),
                "state" => value.clone_into(&mut marker.state),
                _ => {}
            }
        }
        Some(marker)
    }

    /// Tells whether this was written by a later run than another.
    pub fn is_later_than(&self, other: &Self) -> bool {
        self.run > other.run
    }

    /// Tells whether both say the same of how things are.
    pub fn stands_as(&self, other: &Self) -> bool {
        encoded(&self.state) == encoded(&other.state) || self.state == encoded(&other.state)
    }
}

impl fmt::Display for Marker {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (key, state) = (encoded(&self.key), encoded(&self.state));
        write!(formatter, "{BEGIN}{} {key}", self.kind.word())?;
        let (run, attempt) = self.run;
        write!(formatter, " run={run} attempt={attempt} state={state}{END}")
    }
}

/// Writes a text with letters, digits, `.`, `_` and `/` alone: nothing in it ends an HTML comment.
fn encoded(text: &str) -> String {
    let mut safe = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"._/".contains(&byte) {
            safe.push(char::from(byte));
        } else {
            safe.extend(format!("%{byte:02X}").chars());
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn marker(key: &str, state: &str) -> Marker {
        Marker { kind: MarkerKind::Comment, key: key.to_owned(), run: (7, 2), state: state.to_owned() }
    }

    #[test]
    fn each_key_finds_its_own() {
        let text = format!("{}\nmore", marker("CI/test/gate", "fail"));
        assert_eq!(text, "<!-- plimsoll comment CI/test/gate run=7 attempt=2 state=fail -->\nmore");
        let found = Marker::read(MarkerKind::Comment, "CI/test/gate", &text).unwrap();
        assert_eq!(found, marker("CI/test/gate", "fail"));
        assert_eq!(Marker::read(MarkerKind::Comment, "CI/test", &text), None);
        assert_eq!(Marker::read(MarkerKind::Issue, "CI/test/gate", &text), None);
        // Who quotes a comment does not make another one of it.
        assert_eq!(Marker::read(MarkerKind::Comment, "CI/test/gate", &format!("> {text}")), None);
        assert_eq!(Marker::read(MarkerKind::Comment, "CI/test/gate", &format!("\n{text}")), None);
    }

    #[test]
    fn runs_are_in_the_order_of_their_numbers_and_attempts() {
        let of = |run| Marker { run, ..marker("a", "") };
        assert!(of((8, 1)).is_later_than(&of((7, 9))) && of((7, 3)).is_later_than(&of((7, 2))));
        assert!(!of((7, 2)).is_later_than(&of((7, 2))));
    }

    proptest! {
        #[test]
        fn no_key_breaks_out(key in "\\PC*|.*-->.*|a b=c", state in ".*") {
            let marker = marker(&key, &state);
            let line = marker.to_string();
            prop_assert!(!line.contains('\n') && line.matches("-->").count() == 1 && line.ends_with("-->"), "{}", line);
            let found = Marker::read(MarkerKind::Comment, &key, &line).unwrap();
            prop_assert!(found.stands_as(&marker) && found.run == marker.run);
        }
    }
}
