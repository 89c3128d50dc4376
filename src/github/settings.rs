//! What a client is given: whom to ask and as whom, how long to wait, and what it needs of the world.

use std::sync::Arc;
use std::time::Duration;

use super::address::BaseAddress;
use crate::model::clock::{Clock, Random, Sleeper};
use crate::model::secret::Secret;

/// Whom to ask, and as whom.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The API's address.
    pub address: BaseAddress,
    /// The token; without one only public things can be read, 60 requests an hour.
    pub token: Option<Secret>,
    /// How long to wait for what.
    pub timeouts: Timeouts,
}

/// How long to wait for what.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For a connection.
    pub connect: Duration,
    /// For the next bytes of an answer.
    pub read: Duration,
    /// For a whole answer.
    pub total: Duration,
}

/// What the client needs of the world.
#[derive(Clone)]
pub struct Outside {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Waiting between two tries.
    pub sleeper: Arc<dyn Sleeper>,
    /// Jitter.
    pub random: Arc<dyn Random>,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), read: Duration::from_secs(30), total: Duration::from_mins(2) }
    }
}
