//! What can go wrong between us and GitHub, and what can be done about it.

use std::fmt;

use jiff::Timestamp;

use super::address::AddressError;

/// The request that failed: method and path, without the query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    method: String,
    path: String,
}

/// A failed request.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// The API's address cannot be used.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The client itself could not be made.
    #[error("cannot set up the connection to GitHub: {0}")]
    Setup(String),
    /// The token holds characters that cannot be sent.
    #[error("the token holds characters that no token has")]
    TokenShape,
    /// No answer came.
    #[error("{endpoint}: {trouble} ({host}: {reason})")]
    Unreachable {
        /// What was asked.
        endpoint: Endpoint,
        /// Who was asked.
        host: String,
        /// What kind of trouble it was.
        trouble: NetworkTrouble,
        /// The deepest cause, in the words of the system.
        reason: String,
    },
    /// GitHub answered that it will not.
    #[error("{endpoint}: {status}: {message}")]
    Refused {
        /// What was asked.
        endpoint: Endpoint,
        /// The status of the answer.
        status: u16,
        /// GitHub's own words.
        message: String,
    },
    /// GitHub understood a document, but does not do what it says.
    #[error("{endpoint}: {message}")]
    Denied {
        /// What was asked.
        endpoint: Endpoint,
        /// GitHub's word for the reason, such as `STALE_DATA`; empty where it has none.
        kind: String,
        /// GitHub's own words.
        message: String,
    },
    /// Too many requests, and the wait asked for is longer than can be waited here.
    #[error("{endpoint}: {kind}{}: {message}", Until(*until))]
    RateLimited {
        /// What was asked.
        endpoint: Endpoint,
        /// The status of the answer.
        status: u16,
        /// Which of GitHub's limits it was.
        kind: LimitKind,
        /// When requests are granted again, if it said so.
        until: Option<Timestamp>,
        /// GitHub's own words.
        message: String,
    },
    /// The answer is not what the endpoint is documented to answer.
    #[error("{endpoint}: the answer cannot be read: {reason}")]
    Unreadable {
        /// What was asked.
        endpoint: Endpoint,
        /// What is wrong with it.
        reason: String,
    },
    /// A list's next page is said to be somewhere else.
    #[error("{endpoint}: the next page is said to be at {address}, which is not below the API's address")]
    ForeignPage {
        /// What was asked.
        endpoint: Endpoint,
        /// Where the next page is said to be.
        address: String,
    },
}

/// The kinds of trouble before an answer is complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetworkTrouble {
    /// The host's name is not known.
    Name,
    /// Nobody accepts the connection.
    Connect,
    /// It took too long.
    Timeout,
    /// The other side could not prove who it is, or speaks no TLS.
    Tls,
    /// The connection broke before the answer was complete.
    Broken,
    /// The answer sends us in circles, or from https to http.
    Redirect,
    /// The answer is larger than any that GitHub gives.
    TooLarge,
}

/// GitHub's two kinds of limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitKind {
    /// The number of requests an hour.
    Primary,
    /// Too much at once.
    Secondary,
}

/// What a person can do about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// The token is wrong, expired or revoked.
    RenewToken,
    /// The token, or its absence, does not allow it.
    GrantPermission,
    /// The name is wrong, or the token may not see it.
    CheckName,
    /// Wait, or use a token with a higher limit.
    WaitForLimit,
    /// Check network and proxy.
    CheckNetwork,
    /// Check the certificate authority.
    CheckCertificates,
    /// Check that the address is an API's.
    CheckAddress,
    /// GitHub itself has trouble.
    TryLater,
    /// The request itself is at fault.
    ReportBug,
}

impl Endpoint {
    /// Names a request.
    pub(super) fn new(method: &str, path: &str) -> Self {
        Self { method: method.to_owned(), path: path.to_owned() }
    }
}

impl RequestError {
    /// Changes the words of the other side.
    pub(super) fn with_message(mut self, change: impl FnOnce(&str) -> String) -> Self {
        match &mut self {
            Self::Refused { message, .. } | Self::Denied { message, .. } | Self::RateLimited { message, .. } => {
                *message = change(message);
            }
            Self::Address(_)
            | Self::Setup(_)
            | Self::TokenShape
            | Self::Unreachable { .. }
            | Self::Unreadable { .. }
            | Self::ForeignPage { .. } => {}
        }
        self
    }

    /// Returns the status that the other side answered with, if it did.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { status, .. } | Self::RateLimited { status, .. } => Some(*status),
            Self::Address(_)
            | Self::Setup(_)
            | Self::TokenShape
            | Self::Unreachable { .. }
            | Self::Denied { .. }
            | Self::Unreadable { .. }
            | Self::ForeignPage { .. } => None,
        }
    }

    /// Returns what a person can do about it.
    pub fn advice(&self) -> Advice {
        match self {
            Self::Address(_) | Self::Unreadable { .. } | Self::ForeignPage { .. } => Advice::CheckAddress,
            Self::Setup(_) => Advice::CheckCertificates,
            Self::TokenShape => Advice::RenewToken,
            Self::RateLimited { .. } => Advice::WaitForLimit,
            Self::Denied { kind, .. } => match kind.as_str() {
                "FORBIDDEN" | "INSUFFICIENT_SCOPES" => Advice::GrantPermission,
                "NOT_FOUND" => Advice::CheckName,
                "" | "INTERNAL" | "SERVICE_UNAVAILABLE" => Advice::TryLater,
                _ => Advice::ReportBug,
            },
            Self::Refused { status, .. } => match status {
                401 => Advice::RenewToken,
                403 => Advice::GrantPermission,
                404 | 410 => Advice::CheckName,
                500.. => Advice::TryLater,
                _ => Advice::ReportBug,
            },
            Self::Unreachable { trouble, .. } => match trouble {
                NetworkTrouble::Tls => Advice::CheckCertificates,
                NetworkTrouble::Redirect => Advice::CheckAddress,
                NetworkTrouble::Name
                | NetworkTrouble::Connect
                | NetworkTrouble::Timeout
                | NetworkTrouble::Broken
                | NetworkTrouble::TooLarge => Advice::CheckNetwork,
            },
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.method, self.path)
    }
}

impl fmt::Display for NetworkTrouble {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Name => "the host's name cannot be resolved",
            Self::Connect => "no connection",
            Self::Timeout => "no answer in time",
            Self::Tls => "the connection is not trusted",
            Self::Broken => "the connection broke before the answer was complete",
            Self::Redirect => "the redirection was not followed",
            Self::TooLarge => "the answer is too large",
        })
    }
}

impl fmt::Display for LimitKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Primary => "no requests are left in this hour",
            Self::Secondary => "too many requests at once",
        })
    }
}

struct Until(Option<Timestamp>);

impl fmt::Display for Until {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |time| write!(formatter, ", more at {time}"))
    }
}
