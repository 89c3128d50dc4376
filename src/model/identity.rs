//! Who commits.

use std::fmt;
use std::str::FromStr;

/// A name and a mail address, as commits hold them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    name: String,
    email: String,
}

/// A text that names nobody.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` names nobody: it must look like Ann Example <ann@example.com>")]
pub struct IdentityError(String);

impl Identity {
    /// Takes a name and a mail address.
    ///
    /// # Errors
    /// One of them is empty, or holds what would end it in a commit.
    pub fn new(name: &str, email: &str) -> Result<Self, IdentityError> {
        let wrong = |text: &str| text.is_empty() || text.contains(['<', '>']) || text.chars().any(char::is_control);
        let (name, email) = (name.trim_matches(' '), email.trim_matches(' '));
        if wrong(name) || wrong(email) || email.contains(' ') || !email.contains('@') {
            return Err(IdentityError(format!("{name} <{email}>").chars().take(200).collect()));
        }
        Ok(Self { name: name.to_owned(), email: email.to_owned() })
    }

    /// Returns the account that GitHub itself commits as in jobs, with the address that leads to it.
    pub fn of_jobs() -> Self {
        Self {
            name: "github-actions[bot]".to_owned(),
            email: "41898282+github-actions[bot]@users.noreply.github.com".to_owned(),
        }
    }

    /// Returns the name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the mail address.
    pub fn email(&self) -> &str {
        &self.email
    }
}

impl FromStr for Identity {
    type Err = IdentityError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let nobody = || IdentityError(text.chars().take(200).collect());
        let (name, rest) = text.split_once('<').ok_or_else(nobody)?;
        let email = rest.trim_end().strip_suffix('>').ok_or_else(nobody)?;
        Self::new(name, email)
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} <{}>", self.name, self.email)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_and_bots_are_understood() {
        let bot = Identity::of_jobs().to_string();
        for text in ["Ann Example <ann@example.com>", bot.as_str()] {
            assert_eq!(text.parse::<Identity>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_would_break_out_of_a_commit_is_refused() {
        for text in ["", "Ann", "<a@b>", "Ann <>", "Ann <a>", "A\n<a@b>", "A <a@b>\nB <b@c>", "A <<a@b>>", "A <a b@c>"]
        {
            assert!(text.parse::<Identity>().is_err(), "{text:?}");
        }
    }
}
