//! Why a command could not do its work: a kind, the causes, and hints for the person at hand.

use std::fmt;
use std::io;

/// A command's failure: always exit code 2, except where the reader of our output went away.
#[derive(Debug)]
pub struct Failure {
    kind: FailureKind,
    error: anyhow::Error,
    hints: Vec<String>,
}

/// The kinds of failure that people have to react to differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The command line or an action's input is wrong.
    Usage,
    /// `plimsoll.yml` is missing where it was named, or does not say what can be done.
    Configuration,
    /// A file that was named cannot be read, or a table is damaged.
    Input,
    /// The network or GitHub's API did not do what was asked.
    Network,
    /// A result could not be written.
    Output,
}

impl Failure {
    /// Wraps the cause of a failure.
    pub fn new(kind: FailureKind, error: impl Into<anyhow::Error>) -> Self {
        Self { kind, error: error.into(), hints: Vec::new() }
    }

    /// States a failure that has no deeper cause.
    pub fn message(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { kind, error: anyhow::Error::msg(message.into()), hints: Vec::new() }
    }

    /// Adds what the person can do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Returns the kind of failure.
    pub fn kind(&self) -> FailureKind {
        self.kind
    }

    /// Returns the hints, in the order they were added.
    pub fn hints(&self) -> &[String] {
        &self.hints
    }

    /// Tells whether the reader of our output closed it: not an error, by the custom of pipes.
    pub fn is_broken_pipe(&self) -> bool {
        self.error
            .chain()
            .filter_map(|cause| cause.downcast_ref::<io::Error>())
            .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl fmt::Display for Failure {
    /// Writes the message and its causes on one line, outermost first.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:#}", self.error)
    }
}

/// Names the kind while a result turns into a [`Failure`].
pub trait FailureContext<T> {
    /// Turns an error into a failure of the given kind.
    fn kind(self, kind: FailureKind) -> Result<T, Failure>;
}

impl<T, E: Into<anyhow::Error>> FailureContext<T> for Result<T, E> {
    fn kind(self, kind: FailureKind) -> Result<T, Failure> {
        self.map_err(|error| Failure::new(kind, error))
    }
}
