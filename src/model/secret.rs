//! A value that must never be shown.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

/// A token: it can be sent, but neither printed nor logged by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// What stands where a secret was.
const HIDDEN: &str = "***";

impl Secret {
    /// Takes the value as it was given, without the white space around it that a file or a
    /// variable often ends with.
    pub fn new(value: &str) -> Self {
        Self(value.trim().to_owned())
    }

    /// Tells whether there is nothing to keep secret.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the value itself. The name is long so that every use stands out in a review.
    pub fn expose_for_sending(&self) -> &str {
        &self.0
    }

    /// Returns a text of others with the secret taken out, in case a server or proxy repeats
    /// what it was sent.
    pub fn redact(&self, text: &str) -> String {
        if self.0.is_empty() { text.to_owned() } else { text.replace(&self.0, HIDDEN) }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Secret({HIDDEN})")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(HIDDEN)
    }
}

impl FromStr for Secret {
    type Err = Infallible;

    fn from_str(value: &str) -> Result<Self, Self::Err> {
        Ok(Self::new(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_way_of_formatting_shows_it() {
        let secret = Secret::new("ghp_abc\n");
        assert_eq!(format!("{secret} {secret:?} {:#?}", Some(&secret)), "*** Secret(***) Some(\n    Secret(***),\n)");
        assert_eq!(secret.expose_for_sending(), "ghp_abc");
    }

    #[test]
    fn what_others_repeat_is_redacted() {
        assert_eq!(Secret::new("ghp_abc").redact("bad token ghp_abc!"), "bad token ***!");
        assert_eq!(Secret::new("").redact("text"), "text");
    }
}
