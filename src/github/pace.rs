//! How fast requests may follow each other.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// How many requests a minute holds. GitHub cuts off at 900 points a minute, and a request that
/// reads is one point; others may use the same token.
const A_MINUTE: usize = 800;

/// When the last requests were sent.
#[derive(Debug, Default)]
pub(super) struct Pace(RefCell<VecDeque<Timestamp>>);

impl Pace {
    /// Notes a request that is about to be sent, and returns how long to wait before it.
    pub(super) fn wait(&self, now: Timestamp) -> Option<Duration> {
        let mut sent = self.0.borrow_mut();
        let first = if sent.len() < A_MINUTE { None } else { sent.pop_front() };
        let minute = SignedDuration::from_mins(1);
        let wait = first.map(|first| minute - now.duration_since(first)).filter(SignedDuration::is_positive);
        sent.push_back(now.checked_add(wait.unwrap_or_default()).unwrap_or(now));
        // A clock that was turned back must not make anyone wait for longer.
        wait.and_then(|wait| Duration::try_from(wait.min(minute)).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_minute_holds_more_than_it_may() {
        let pace = Pace::default();
        let at = |second: i64| Timestamp::from_second(second).unwrap();
        assert!((0..A_MINUTE).all(|_| pace.wait(at(1000)).is_none()));
        assert_eq!(pace.wait(at(1010)), Some(Duration::from_secs(50)));
        assert_eq!(pace.wait(at(1100)), None);
        assert_eq!(pace.wait(at(0)), Some(Duration::from_mins(1)), "the clock was turned back");
    }
}
