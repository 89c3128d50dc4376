//! What a command came to, and the one table from there to an exit code.

use std::process::ExitCode;

/// Says what a command came to.
///
/// The exit code depends on nothing else: not on the output format and not on which rule or gate
/// spoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// All is well, warnings included: 0.
    Pass,
    /// A gate failed, or there are findings at or above `--fail-on`: 1.
    Fail,
    /// It could not be told: wrong usage, unreadable input that was named, a failed request: 2.
    Unknown,
    /// A command that was run in the program's place ended with this exit code, which is passed on.
    Command(u8),
}

impl Outcome {
    /// Returns the worse of two outcomes: a command that could not tell one thing cannot pass.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.max(other)
    }

    /// Returns the outcome under `--exit-zero`: a failure passes, what could not be told stays so.
    #[must_use]
    pub fn forgiven(self) -> Self {
        match self {
            Self::Pass | Self::Fail => Self::Pass,
            Self::Unknown | Self::Command(_) => self,
        }
    }

    /// Returns the number that the process ends with.
    pub fn code(self) -> u8 {
        match self {
            Self::Pass => 0,
            Self::Fail => 1,
            Self::Unknown => 2,
            Self::Command(code) => code,
        }
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(outcome.code())
    }
}
