//! Whether and when a request is worth another try.

use std::time::Duration;

use jiff::Timestamp;

use super::error::{LimitKind, NetworkTrouble, RequestError};

/// How often a request is sent at most.
pub(super) const TRIES: u32 = 4;

/// The longest single wait. Whoever asks for more is believed, and the error says until when.
pub(super) const LONGEST_WAIT: Duration = Duration::from_mins(2);

/// The wait after the first failure that names no time; it doubles from try to try.
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// The wait that GitHub documents for secondary limits without `retry-after`; it doubles too.
const SECONDARY_WAIT: Duration = Duration::from_mins(1);

/// What is known when a request has failed.
#[derive(Debug)]
pub(super) struct Failed<'error> {
    /// How often it has been sent.
    pub(super) tries: u32,
    /// How it ended the last time.
    pub(super) error: &'error RequestError,
    /// The time now.
    pub(super) now: Timestamp,
    /// A number of at least 0 and less than 1.
    pub(super) chance: f64,
}

/// Returns how long to wait before a request that changes nothing is sent again, or nothing if it
/// is no use.
pub(super) fn wait(failed: &Failed<'_>) -> Option<Duration> {
    if failed.tries >= TRIES {
        return None;
    }
    let doubled = 1_u32 << (failed.tries.saturating_sub(1)).min(TRIES);
    let jitter = 0.5 + failed.chance;
    let wait = match failed.error {
        RequestError::RateLimited { until: Some(until), .. } => {
            // A second more than asked for: the other clock may be a little behind.
            let seconds = failed.now.until(*until).ok()?.get_seconds().max(0).saturating_add(1);
            Duration::from_secs(u64::try_from(seconds).ok()?)
        }
        RequestError::RateLimited { kind: LimitKind::Secondary, .. } => SECONDARY_WAIT * doubled,
        RequestError::Refused { status: 500.., .. } => (FIRST_WAIT * doubled).mul_f64(jitter),
        RequestError::Unreachable { trouble, .. } if may_pass(*trouble) => (FIRST_WAIT * doubled).mul_f64(jitter),
        RequestError::RateLimited { kind: LimitKind::Primary, .. }
        | RequestError::Unreachable { .. }
        | RequestError::Refused { .. }
        | RequestError::Denied { .. }
        | RequestError::Address(_)
        | RequestError::Setup(_)
        | RequestError::TokenShape
        | RequestError::Unreadable { .. }
        | RequestError::ForeignPage { .. } => return None,
    };
    (wait <= LONGEST_WAIT).then_some(wait)
}

/// Tells whether the same request may fare better in a moment.
fn may_pass(trouble: NetworkTrouble) -> bool {
    match trouble {
        NetworkTrouble::Name | NetworkTrouble::Connect | NetworkTrouble::Timeout | NetworkTrouble::Broken => true,
        NetworkTrouble::Tls | NetworkTrouble::Redirect | NetworkTrouble::TooLarge => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::github::error::Endpoint;

    fn refused(status: u16) -> RequestError {
        RequestError::Refused { endpoint: Endpoint::new("GET", "/x"), status, message: String::new() }
    }

    fn limited(kind: LimitKind, seconds: Option<i64>) -> RequestError {
        let until = seconds.map(|seconds| Timestamp::from_second(seconds).unwrap());
        let endpoint = Endpoint::new("GET", "/x");
        RequestError::RateLimited { endpoint, status: 403, kind, until, message: String::new() }
    }

    fn unreachable(trouble: NetworkTrouble) -> RequestError {
        let endpoint = Endpoint::new("GET", "/x");
        RequestError::Unreachable { endpoint, host: String::new(), trouble, reason: String::new() }
    }

    fn waits(error: &RequestError, chance: f64) -> Vec<Option<u128>> {
        let now = Timestamp::from_second(1000).unwrap();
        (1..=TRIES).map(|tries| wait(&Failed { tries, error, now, chance }).map(|wait| wait.as_millis())).collect()
    }

    #[test]
    fn trouble_that_passes_is_tried_again_later_and_later() {
        for error in [refused(500), refused(503), unreachable(NetworkTrouble::Connect)] {
            assert_eq!(waits(&error, 0.5), [Some(500), Some(1000), Some(2000), None], "{error}");
        }
        assert_eq!(waits(&refused(502), 0.0), [Some(250), Some(500), Some(1000), None]);
    }

    #[test]
    fn trouble_that_stays_is_told_at_once() {
        for error in [refused(401), refused(403), refused(404), refused(422), unreachable(NetworkTrouble::Tls)] {
            assert_eq!(waits(&error, 0.5), [None, None, None, None], "{error}");
        }
    }

    #[test]
    fn limits_are_waited_for_as_long_as_asked_within_reason() {
        let second = |seconds| waits(&limited(LimitKind::Primary, Some(seconds)), 0.5)[0];
        assert_eq!(second(1007), Some(8000));
        assert_eq!(second(900), Some(1000));
        assert_eq!(second(1119), Some(120_000));
        assert_eq!(second(1120), None);
        assert_eq!(waits(&limited(LimitKind::Secondary, None), 0.9), [Some(60_000), Some(120_000), None, None]);
        assert_eq!(waits(&limited(LimitKind::Primary, None), 0.5), [None, None, None, None]);
    }

    proptest! {
        #[test]
        fn no_wait_is_longer_than_the_longest(
            tries in 0_u32..100, chance in 0.0..1.0_f64, now in 0_i64..2_000_000_000, until in 0_i64..4_000_000_000,
        ) {
            let now = Timestamp::from_second(now).unwrap();
            let errors =
                [refused(500), limited(LimitKind::Primary, Some(until)), limited(LimitKind::Secondary, None)];
            for error in errors {
                let wait = wait(&Failed { tries, error: &error, now, chance });
                prop_assert!(wait.is_none_or(|wait| wait <= LONGEST_WAIT));
                prop_assert!(tries < TRIES || wait.is_none());
            }
        }
    }
}
