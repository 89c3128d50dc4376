//! What a shell puts into a word before it runs a command: variables and the output of commands.

use std::ops::Range;

use super::parentheses::parenthesised;

/// Something in a word that becomes text at run time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expansion {
    /// What it is.
    pub what: Expanded,
    /// The bytes of the script it is written in.
    pub range: Range<usize>,
}

/// What becomes text at run time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expanded {
    /// A variable's value, or a part of it.
    Variable(String),
    /// The output of the script between these bytes.
    Command(Range<usize>),
    /// An expression of GitHub, which is text before the shell sees it.
    Expression,
}

/// The quotes around a place of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quotes {
    None,
    Double,
}

impl Quotes {
    fn other(self) -> Self {
        match self {
            Self::None => Self::Double,
            Self::Double => Self::None,
        }
    }
}

/// Lists what is expanded between two bytes of a script, in order: the range of a word, or that of
/// the body of a heredoc. Arithmetic and lengths, which come to numbers, are not among it, and
/// neither is a variable without the characters that mean something to a shell.
pub fn expansions(script: &str, range: Range<usize>) -> Vec<Expansion> {
    let mut reader = Reader { script, at: range.start, end: range.end.min(script.len()), found: Vec::new() };
    reader.read();
    reader.found
}

/// Lists the expressions between two bytes where the shell itself expands nothing.
pub fn literal_expressions(script: &str, range: Range<usize>) -> Vec<Expansion> {
    let inside = script.get(range.clone()).unwrap_or_default();
    let expression = |(at, _): (usize, &str)| {
        let start = range.start + at;
        let length = inside.get(at..).and_then(|rest| rest.find("}}")).map_or(inside.len() - at, |end| end + 2);
        Expansion { what: Expanded::Expression, range: start..start + length }
    };
    inside.match_indices("${{").map(expression).collect()
}

struct Reader<'script> {
    script: &'script str,
    at: usize,
    end: usize,
    found: Vec<Expansion>,
}

impl<'script> Reader<'script> {
    fn rest(&self) -> &'script str {
        self.script.get(self.at..self.end).unwrap_or_default()
    }

    fn skip(&mut self, bytes: usize) {
        self.at = (self.at + bytes).min(self.end);
    }

    fn skip_past(&mut self, from: usize, end: &str) {
        let found = self.rest().get(from..).and_then(|rest| rest.find(end));
        self.skip(found.map_or(self.end - self.at, |at| from + at + end.len()));
    }

    fn read(&mut self) {
        let mut quotes = Quotes::None;
        while let Some(next) = self.rest().chars().next() {
            match next {
                '\\' => self.skip(1 + self.rest().chars().nth(1).map_or(0, char::len_utf8)),
                '\'' if quotes == Quotes::None => self.single_quoted(),
                '"' => {
                    quotes = quotes.other();
                    self.skip(1);
                }
                '$' => self.dollar(quotes),
                '`' => self.backquotes(),
                '<' | '>' if quotes == Quotes::None && self.rest().get(1..2) == Some("(") => self.parentheses(1),
                other => self.skip(other.len_utf8()),
            }
        }
    }

    /// Passes by what stands in single quotes; GitHub looks into them all the same.
    fn single_quoted(&mut self) {
        let start = self.at;
        self.skip_past(1, "'");
        self.found.append(&mut literal_expressions(self.script, start..self.at));
    }

    fn dollar(&mut self, quotes: Quotes) {
        let rest = self.rest();
        let start = self.at;
        if rest.starts_with("${{") {
            self.skip_past(0, "}}");
            self.found.push(Expansion { what: Expanded::Expression, range: start..self.at });
        } else if rest.starts_with("$((") {
            self.skip_past(0, "))");
        } else if rest.starts_with("$(") {
            self.parentheses(1);
        } else if rest.starts_with("${") {
            self.braces();
        } else if rest.starts_with("$'") && quotes == Quotes::None {
            self.skip_past(2, "'");
        } else {
            let name = name(rest.get(1..).unwrap_or_default());
            self.skip(1 + name.len());
            if !name.is_empty() {
                let what = Expanded::Variable(name.to_owned());
                self.found.push(Expansion { what, range: start..self.at });
            }
        }
    }

    /// Reads `${name…}`; what stands for an empty value is looked into by the way.
    fn braces(&mut self) {
        let start = self.at;
        let inner = self.rest().get(2..).unwrap_or_default();
        let name = name(inner);
        let operator = inner.get(name.len()..).unwrap_or_default();
        if name.is_empty() || keeps_plain_characters_only(operator) {
            self.skip_past(2, "}");
            return;
        }
        self.skip(2 + name.len());
        let length = self.rest().find('}').map_or(0, |at| at + 1);
        let what = Expanded::Variable(name.to_owned());
        self.found.push(Expansion { what, range: start..(self.at + length).min(self.end) });
    }

    fn backquotes(&mut self) {
        let start = self.at;
        self.skip_past(1, "`");
        let inner = start + 1..self.without_last(start + 1, '`');
        self.found.push(Expansion { what: Expanded::Command(inner), range: start..self.at });
    }

    /// Returns the end of what was read from a place, without what closes it.
    fn without_last(&self, from: usize, closer: char) -> usize {
        let inner = self.script.get(from..self.at).unwrap_or_default();
        from + inner.strip_suffix(closer).unwrap_or(inner).len()
    }

    /// Reads `$(…)`, `<(…)` and `>(…)`, whose parenthesis stands so far from here.
    fn parentheses(&mut self, before: usize) {
        let start = self.at;
        let end = start + parenthesised(self.rest());
        self.at = end;
        let from = (start + before + 1).min(end);
        let inner = from..self.without_last(from, ')');
        self.found.push(Expansion { what: Expanded::Command(inner), range: start..end });
    }
}

/// Returns the name of a variable at the start of a text.
fn name(text: &str) -> &str {
    let is_part = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let name = text.get(..text.find(|character| !is_part(character)).unwrap_or(text.len())).unwrap_or_default();
    if name.starts_with(|first: char| first.is_ascii_digit()) { "" } else { name }
}

/// Tells whether `//[^…]/…` takes away all that means something to a shell.
fn keeps_plain_characters_only(operator: &str) -> bool {
    let kept = operator.strip_prefix("//[^").and_then(|rest| rest.split_once(']'));
    kept.is_some_and(|(kept, rest)| is_plain_class(kept) && rest.starts_with(['/', '}']))
}

/// Tells whether a class such as `a-zA-Z0-9_.-` holds nothing that means something to a shell.
pub fn is_plain_class(class: &str) -> bool {
    let named = ["[:alnum:]", "[:alpha:]", "[:digit:]", "[:lower:]", "[:upper:]", "[:xdigit:]", "\\d", "\\w"];
    let rest = named.iter().fold(class.to_owned(), |rest, name| rest.replace(name, ""));
    let is_plain = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.' | '/');
    // A range such as `+-z` reaches further than its ends.
    let wide = rest.char_indices().any(|(at, character)| {
        character == '-' && at > 0 && at + 1 < rest.len() && !is_range(rest.get(at - 1..at + 2).unwrap_or_default())
    });
    !class.is_empty() && !wide && rest.replace(['\\'], "").chars().all(is_plain)
}

fn is_range(range: &str) -> bool {
    let mut ends = range.split('-');
    let (Some(from), Some(to)) = (ends.next(), ends.next()) else { return false };
    let alike = |is: fn(&char) -> bool| from.chars().all(|end| is(&end)) && to.chars().all(|end| is(&end));
    alike(char::is_ascii_lowercase) || alike(char::is_ascii_uppercase) || alike(char::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<String> {
        let show = |found: Expansion| match found.what {
            Expanded::Variable(name) => name,
            Expanded::Command(inner) => format!("({})", text.get(inner).unwrap()),
            Expanded::Expression => text.get(found.range).unwrap().to_owned(),
        };
        expansions(text, 0..text.len()).into_iter().map(show).collect()
    }

    #[test]
    fn what_the_shell_expands_is_found() {
        for (text, expected) in [
            ("$A\"$B\"'$C'", vec!["A", "B"]),
            ("${A}-${B:-$C}", vec!["A", "B", "C"]),
            ("${#A} $((A + 1)) $1 $@", vec![]),
            ("\"$(cat \"$A\")\" `b`", vec!["(cat \"$A\")", "(b)"]),
            ("'${{ x }}' ${{ y }}", vec!["${{ x }}", "${{ y }}"]),
            ("\\$A \"\\$B\" \"it's $C\"", vec!["C"]),
            ("${A//[^a-z0-9]/} ${B//[^a-z;]/}", vec!["B"]),
            ("<(cat x)", vec!["(cat x)"]),
        ] {
            assert_eq!(all(text), expected, "{text}");
        }
    }

    #[test]
    fn plain_classes_mean_nothing_to_a_shell() {
        for class in ["0-9", "a-zA-Z0-9_.-", "[:alnum:]_", "\\w-", "A-Za-z0-9._/-"] {
            assert!(is_plain_class(class), "{class}");
        }
        for class in ["", "a-z;", " -~", "a-z ", "+-z", "\\n$"] {
            assert!(!is_plain_class(class), "{class}");
        }
    }

    proptest::proptest! {
        #[test]
        fn ranges_stay_inside(text in "[ab'\"\\\\`$(){}<>#/=! \nü]{0,40}") {
            for found in expansions(&text, 0..text.len()) {
                assert!(text.get(found.range).is_some());
                if let Expanded::Command(inner) = found.what {
                    assert!(text.get(inner).is_some());
                }
            }
            for from in 0..text.len() {
                is_plain_class(text.get(from..).unwrap_or_default());
            }
        }
    }
}
