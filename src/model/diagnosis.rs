//! What is right and what is wrong with the surroundings that the program runs in.

/// How something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It is as it should be.
    Good,
    /// It was not looked at, or cannot be told.
    Unknown,
    /// It may stand in somebody's way.
    Warning,
    /// Something will not work.
    Wrong,
}

/// One thing that was looked at. No text in it holds a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Its name, which does not change between versions.
    pub id: &'static str,
    /// How it stands.
    pub standing: Standing,
    /// What was found.
    pub found: String,
    /// What to do about it.
    pub advice: Option<String>,
}

/// All that was looked at, in a fixed order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnosis {
    /// The checks.
    pub checks: Vec<Check>,
}

impl Standing {
    /// Returns the word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Unknown => "unknown",
            Self::Warning => "warning",
            Self::Wrong => "wrong",
        }
    }
}

impl Check {
    /// States that something is as it should be.
    pub fn good(id: &'static str, found: impl Into<String>) -> Self {
        Self { id, standing: Standing::Good, found: found.into(), advice: None }
    }

    /// States that something is not known.
    pub fn unknown(id: &'static str, found: impl Into<String>) -> Self {
        Self { standing: Standing::Unknown, ..Self::good(id, found) }
    }

    /// States that something may stand in the way.
    pub fn warning(id: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { standing: Standing::Warning, advice: Some(advice.into()), ..Self::good(id, found) }
    }

    /// States that something will not work.
    pub fn wrong(id: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { standing: Standing::Wrong, ..Self::warning(id, found, advice) }
    }
}

impl Diagnosis {
    /// Counts the checks that stand so.
    pub fn count(&self, standing: Standing) -> usize {
        self.checks.iter().filter(|check| check.standing == standing).count()
    }

    /// Tells whether something will not work.
    pub fn is_wrong(&self) -> bool {
        self.count(Standing::Wrong) > 0
    }
}
