//! Time, waiting and chance as things that can be replaced.

use std::time::Duration;

use jiff::Timestamp;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Returns the time now.
    fn now(&self) -> Timestamp;
}

/// Waits.
pub trait Sleeper: Send + Sync {
    /// Returns when the time is over.
    fn sleep(&self, time: Duration);
}

/// Draws numbers, for jitter and nothing that must be secret.
pub trait Random: Send + Sync {
    /// Returns a number of at least 0 and less than 1.
    fn fraction(&self) -> f64;
}
