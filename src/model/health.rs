//! What probes of deployed endpoints found.

use std::fmt;

use jiff::Timestamp;

/// How an endpoint is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// It answers as expected, in time.
    Up,
    /// It answers as expected, but slowly, or says so itself of a part of it.
    Degraded,
    /// It does not answer, not as expected, or far too slowly.
    Down,
}

/// Which endpoint it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EndpointName {
    /// The environment's name.
    pub environment: String,
    /// The endpoint's name within it.
    pub endpoint: String,
}

/// One probe of an endpoint. Times are milliseconds; what was not reached is `None`.
#[derive(Clone, Debug, PartialEq)]
pub struct Probe {
    /// The endpoint.
    pub name: EndpointName,
    /// When it began.
    pub at: Timestamp,
    /// What it came to.
    pub status: Status,
    /// The answer's status code.
    pub http_status: Option<u16>,
    /// All of it.
    pub total_ms: Option<f64>,
    /// Resolving the name; `None` where an address was named.
    pub dns_ms: Option<f64>,
    /// Opening the connection.
    pub connect_ms: Option<f64>,
    /// Agreeing on encryption.
    pub tls_ms: Option<f64>,
    /// From the request to the answer's head.
    pub first_byte_ms: Option<f64>,
    /// Whole days until the certificate expires; negative behind that.
    pub certificate_days: Option<i64>,
    /// Failed probes up to this one.
    pub failures_in_a_row: u64,
    /// Why it is not up.
    pub error: Option<String>,
    /// Parts that the answer tells of.
    pub components: Vec<Component>,
    /// The figure of the service's own that was asked for.
    pub value: Option<f64>,
}

impl Probe {
    /// Returns a probe of which nothing is known but what it came to.
    pub fn new(name: EndpointName, at: Timestamp, status: Status) -> Self {
        Self {
            name,
            at,
            status,
            http_status: None,
            total_ms: None,
            dns_ms: None,
            connect_ms: None,
            tls_ms: None,
            first_byte_ms: None,
            certificate_days: None,
            failures_in_a_row: 0,
            error: None,
            components: Vec::new(),
            value: None,
        }
    }
}

/// A part of a service, as its own answer tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Component {
    /// Its name.
    pub name: String,
    /// How it is.
    pub status: Status,
    /// How long it took, as the answer words it.
    pub latency: Option<String>,
}

/// A change that somebody should hear of.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    /// The endpoint.
    pub name: EndpointName,
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: AlertKind,
    /// Why, in a sentence.
    pub reason: String,
}

/// What an alert tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertKind {
    /// The endpoint failed so often in a row that somebody should look.
    Raised,
    /// It changes to and fro.
    Flapping,
    /// It is well again.
    Recovered,
}

/// What watching came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HealthReport {
    /// The last probe of each endpoint, by name.
    pub latest: Vec<Probe>,
    /// How often each was probed and how often that failed, in the same order.
    pub counts: Vec<Count>,
    /// The alerts, in the order of time.
    pub alerts: Vec<Alert>,
    /// What everybody should know, such as where `localhost` was looked for.
    pub notes: Vec<String>,
}

/// Probes counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// All.
    pub probes: u64,
    /// Those that found the endpoint down.
    pub failed: u64,
}

impl Count {
    /// Returns the share of probes that were answered; 1 where there was none.
    #[expect(clippy::cast_precision_loss, reason = "nobody probes 2^53 times")]
    pub fn uptime(self) -> f64 {
        1.0 - self.failed as f64 / self.probes.max(1) as f64
    }
}

impl Status {
    /// Returns the word of tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Degraded => "degraded",
            Self::Down => "down",
        }
    }

    /// Returns the word of people.
    pub fn health(self) -> &'static str {
        match self {
            Self::Up => "healthy",
            Self::Degraded => "degraded",
            Self::Down => "unhealthy",
        }
    }
}

impl AlertKind {
    /// Returns its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Raised => "down",
            Self::Flapping => "flapping",
            Self::Recovered => "recovered",
        }
    }
}

impl fmt::Display for EndpointName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.environment, self.endpoint)
    }
}

impl HealthReport {
    /// Tells whether an endpoint was down when it was last looked at.
    pub fn is_critical(&self) -> bool {
        self.latest.iter().any(|probe| probe.status == Status::Down)
    }

    /// Counts the endpoints of a status.
    pub fn count(&self, status: Status) -> usize {
        self.latest.iter().filter(|probe| probe.status == status).count()
    }
}
