//! How many requests GitHub still grants.

use http::HeaderMap;
use jiff::Timestamp;

/// The state of the limit a request counted against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// Requests granted an hour.
    pub limit: u64,
    /// Requests left of them.
    pub remaining: u64,
    /// When the count starts anew.
    pub reset: Timestamp,
}

impl RateLimit {
    /// Reads the `x-ratelimit-*` headers; servers without a limit send none.
    pub(super) fn read(headers: &HeaderMap) -> Option<Self> {
        let limit = u64::try_from(number(headers, "x-ratelimit-limit")?).ok()?;
        let remaining = u64::try_from(number(headers, "x-ratelimit-remaining")?).ok()?;
        let reset = Timestamp::from_second(number(headers, "x-ratelimit-reset")?).ok()?;
        Some(Self { limit, remaining, reset })
    }
}

/// Reads the seconds that `retry-after` asks for.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<u64> {
    number(headers, "retry-after").and_then(|seconds| u64::try_from(seconds).ok())
}

fn number(headers: &HeaderMap, name: &str) -> Option<i64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| ((*name).parse().unwrap(), (*value).parse().unwrap())).collect()
    }

    fn limit(limit: &'static str, remaining: &'static str, reset: &'static str) -> Option<RateLimit> {
        let pairs = [("x-ratelimit-limit", limit), ("x-ratelimit-remaining", remaining), ("x-ratelimit-reset", reset)];
        RateLimit::read(&headers(&pairs))
    }

    #[test]
    fn headers_are_read_or_left() {
        let reset = Timestamp::from_second(1_767_225_600).unwrap();
        assert_eq!(limit("60", "0", "1767225600"), Some(RateLimit { limit: 60, remaining: 0, reset }));
        assert_eq!(limit("60", "-1", "1767225600"), None);
        assert_eq!(limit("60", "1", "99999999999999999"), None);
        assert_eq!(RateLimit::read(&headers(&[])), None);
        assert_eq!(retry_after(&headers(&[("retry-after", " 7 ")])), Some(7));
        assert_eq!(retry_after(&headers(&[("retry-after", "-7")])), None);
        assert_eq!(retry_after(&headers(&[("retry-after", "soon")])), None);
    }
}
