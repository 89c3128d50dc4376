//! A world that does not move by itself: a clock that only waiting advances.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use plimsoll::github::Outside;
use plimsoll::model::clock::{Clock, Random, Sleeper};

/// The clock's first moment.
pub(crate) const NOW: i64 = 1_767_225_000;

/// A clock, a sleeper that advances it at once, and a fixed chance.
#[derive(Clone)]
pub(crate) struct FakeTime {
    waits: Arc<Mutex<Vec<Duration>>>,
    fraction: f64,
}

impl Default for FakeTime {
    fn default() -> Self {
        Self::drawing(0.5)
    }
}

impl FakeTime {
    /// Always draws this number.
    pub(crate) fn drawing(fraction: f64) -> Self {
        Self { waits: Arc::default(), fraction }
    }

    /// Returns how long was waited, wait by wait.
    pub(crate) fn waits(&self) -> Vec<Duration> {
        self.waits.lock().unwrap().clone()
    }

    /// Lets so many seconds pass.
    pub(crate) fn pass(&self, seconds: u64) {
        self.waits.lock().unwrap().push(Duration::from_secs(seconds));
    }

    /// Returns what a client needs.
    pub(crate) fn outside(&self) -> Outside {
        let itself = Arc::new(self.clone());
        Outside { clock: itself.clone(), sleeper: itself.clone(), random: itself }
    }
}

impl Clock for FakeTime {
    fn now(&self) -> Timestamp {
        let passed: Duration = self.waits().iter().sum();
        Timestamp::from_second(NOW).unwrap().checked_add(passed).unwrap()
    }
}

impl Sleeper for FakeTime {
    fn sleep(&self, time: Duration) {
        self.waits.lock().unwrap().push(time);
    }
}

impl Random for FakeTime {
    fn fraction(&self) -> f64 {
        self.fraction
    }
}
