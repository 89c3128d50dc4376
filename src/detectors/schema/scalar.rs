//! What a scalar may be.

use super::{At, Issue, Walk};
use crate::detectors::numbers::{self, Reading};
use crate::knowledge::schema::{Scalar, Topic, Words};
use crate::model::place::Span;
use crate::model::suggest;
use crate::model::yaml::{ScalarKind, Style, Text};

/// Tells whether a scalar that is neither null nor an expression is what it may be.
pub(super) fn accepts(scalar: Scalar, text: &Text) -> bool {
    let value = text.value.as_str();
    match scalar {
        Scalar::Text => true,
        Scalar::Filled(_) | Scalar::Wanted => !value.is_empty(),
        Scalar::Word(words) => words.words.contains(&value),
        Scalar::Boolean => is_boolean(text),
        Scalar::LooseBoolean => is_boolean(text) || is_boolean(&unquoted(text)),
        Scalar::True => is_boolean(text) && value.eq_ignore_ascii_case("true"),
        Scalar::Number => number(text).is_some_and(|number| number > 0.0),
        Scalar::Count => number(text).is_some_and(|number| number > 0.0 && number.fract() == 0.0),
    }
}

fn is_boolean(text: &Text) -> bool {
    text.kind() == ScalarKind::Boolean
}

/// Reads a number; in quotes it is a text, which GitHub refuses.
fn number(text: &Text) -> Option<f64> {
    if text.kind() != ScalarKind::Number {
        return None;
    }
    let digits = |radix, prefix| {
        let digits = text.value.strip_prefix(prefix)?;
        u32::from_str_radix(digits, radix).ok().map(f64::from)
    };
    digits(16, "0x").or_else(|| digits(8, "0o")).or_else(|| text.value.parse().ok())
}

/// Tells whether a scalar would be what it may be but for its quotes, which make a text of it.
pub(super) fn accepts_unquoted(scalar: Scalar, text: &Text) -> bool {
    matches!(text.style, Style::SingleQuoted | Style::DoubleQuoted) && accepts(scalar, &unquoted(text))
}

fn unquoted(text: &Text) -> Text {
    Text { style: Style::Plain, ..text.clone() }
}

fn digits(word: &str) -> String {
    word.chars().filter(char::is_ascii_digit).collect()
}

impl Walk<'_> {
    /// Says what is wrong with a scalar; null comes as the empty text.
    pub(super) fn not_a_scalar(&mut self, scalar: Scalar, value: &str, place: Span, at: At<'_>) {
        match scalar {
            Scalar::Text => {}
            Scalar::Filled(topic) => self.add(topic, place, format!("{at} must not be empty")),
            Scalar::Wanted => {
                self.add(Topic::EmptyStringValue, place, format!("{at} is empty"));
                self.last(Issue::pointless);
            }
            Scalar::Boolean | Scalar::LooseBoolean => {
                self.add(
                    Topic::InvalidBoolean,
                    place,
                    format!("{at} must be `true` or `false`, but this is `{value}`"),
                );
            }
            Scalar::True => {
                self.add(Topic::InvalidBoolean, place, format!("{at} must be `true` or empty, but this is `{value}`"));
            }
            Scalar::Number | Scalar::Count => self.not_a_number(scalar, value, place, at),
            Scalar::Word(words) => self.unknown_word(words, value, place, at),
        }
    }

    /// Says that the quotes of a scalar make a text of a boolean or a number.
    pub(super) fn quoted(&mut self, scalar: Scalar, text: &Text, place: Span, at: At<'_>) {
        let (topic, expected) = match scalar {
            Scalar::Boolean | Scalar::LooseBoolean => (Topic::InvalidBoolean, "`true` or `false`"),
            Scalar::True => (Topic::InvalidBoolean, "`true` or empty"),
            Scalar::Number | Scalar::Count => (Topic::InvalidNumber, "a number"),
            Scalar::Text | Scalar::Filled(_) | Scalar::Wanted | Scalar::Word(_) => return,
        };
        let message = format!("{at} must be {expected}, but the quotes make a text of `{}`", text.value);
        self.add(topic, place, message);
        self.last(|issue| {
            issue.help = Some("take the quotes away".to_owned());
            issue.is_quoted = true;
        });
    }

    /// Tells of a number that GitHub reads as another text than it is written.
    pub(super) fn number(&mut self, text: &Text, place: Span) {
        let value = &text.value;
        match numbers::reading(text) {
            Reading::AsWritten => return,
            Reading::OutOfRange => {
                let message = format!("`{value}` has more than the 32 bits of a number that GitHub reads");
                self.add(Topic::NumberOutOfRange, place, message);
            }
            Reading::Otherwise(read) => {
                self.add(Topic::NumberRewritten, place, format!("`{value}` arrives as `{read}`"));
            }
        }
        self.last(|issue| issue.help = Some(format!("put it in quotes: \"{value}\"")));
    }

    fn not_a_number(&mut self, scalar: Scalar, value: &str, place: Span, at: At<'_>) {
        match value.trim().parse::<f64>() {
            Ok(number) if number <= 0.0 => {
                self.add(
                    Topic::ValueMustBePositive,
                    place,
                    format!("{at} must be greater than zero, but this is `{value}`"),
                );
            }
            Ok(_) if matches!(scalar, Scalar::Count) => {
                self.add(Topic::InvalidInteger, place, format!("{at} must be a whole number, but this is `{value}`"));
            }
            Ok(_) | Err(_) => {
                self.add(Topic::InvalidNumber, place, format!("{at} must be a number, but this is `{value}`"));
            }
        }
    }

    fn unknown_word(&mut self, words: &Words, value: &str, place: Span, at: At<'_>) {
        let message = if value.is_empty() {
            format!("{at} is empty: no {} is named", words.name)
        } else {
            format!("{at} names `{value}`, which is no {} that GitHub knows", words.name)
        };
        let nothing_named = value.is_empty() && words.topic == Topic::UnknownEvent;
        let topic = if nothing_named { Topic::EmptyStringValue } else { words.topic };
        self.add(topic, place, message);
        self.suggest(value, words.words);
    }

    /// Suggests the word that was meant, or lists them all.
    pub(super) fn suggest(&mut self, word: &str, words: &[&'static str]) {
        let meant = suggest::closest(word, words.iter().copied());
        let help = if let Some(meant) = meant {
            format!("did you mean `{meant}`?")
        } else {
            let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
            format!("known are {}", words.join(", "))
        };
        self.last(|issue| {
            issue.help = Some(help);
            // Another number is another version, and not a misspelling.
            issue.meant = meant.filter(|meant| digits(meant) == digits(word));
        });
    }
}
