//! An answer as it came, and what it means when it is not the one hoped for.

use http::{HeaderMap, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::error::{Endpoint, LimitKind, RequestError};
use super::limits::{RateLimit, retry_after};
use crate::model::remote::CommitHash;

/// The longest message of others that is passed on.
pub(super) const LONGEST_MESSAGE: usize = 400;

/// A complete answer.
#[derive(Debug)]
pub(super) struct Answer {
    /// What was asked.
    pub(super) endpoint: Endpoint,
    /// The status line's number.
    pub(super) status: StatusCode,
    /// The headers.
    pub(super) headers: HeaderMap,
    /// The whole body.
    pub(super) body: Vec<u8>,
}

/// GitHub's error object.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Complaint {
    message: String,
    errors: serde_json::Value,
}

impl Answer {
    /// Passes a success on and turns everything else into the error it stands for. That nothing has
    /// changed is a success: only who knows the answer asks for it.
    pub(super) fn into_success(self, now: Timestamp) -> Result<Self, RequestError> {
        if self.status.is_success() || self.status == StatusCode::NOT_MODIFIED {
            return Ok(self);
        }
        let message = self.message();
        let status = self.status.as_u16();
        let Some((kind, until)) = self.limit(&message, now) else {
            return Err(RequestError::Refused { endpoint: self.endpoint, status, message });
        };
        Err(RequestError::RateLimited { endpoint: self.endpoint, status, kind, until, message })
    }

    /// Reads the body.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, RequestError> {
        serde_json::from_slice(&self.body).map_err(|error| {
            let reason = if self.is_json() { error.to_string() } else { self.not_json() };
            RequestError::Unreadable { endpoint: self.endpoint.clone(), reason }
        })
    }

    /// Reads a body that is a commit's hash and nothing else.
    pub(super) fn read_hash(&self) -> Result<CommitHash, RequestError> {
        let text = std::str::from_utf8(&self.body).unwrap_or_default().trim();
        CommitHash::new(text).ok_or_else(|| RequestError::Unreadable {
            endpoint: self.endpoint.clone(),
            reason: format!("it is {}, not a commit's hash", self.kind()),
        })
    }

    /// GitHub documents the order: `retry-after`, then the reset of a used-up limit, then the
    /// words of the message.
    fn limit(&self, message: &str, now: Timestamp) -> Option<(LimitKind, Option<Timestamp>)> {
        if self.status != StatusCode::FORBIDDEN && self.status != StatusCode::TOO_MANY_REQUESTS {
            return None;
        }
        let used_up = RateLimit::read(&self.headers).filter(|limit| limit.remaining == 0);
        let kind = if used_up.is_some() { LimitKind::Primary } else { LimitKind::Secondary };
        if let Some(seconds) = retry_after(&self.headers) {
            let seconds = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
            return Some((kind, Some(now.checked_add(seconds).unwrap_or(Timestamp::MAX))));
        }
        if let Some(limit) = used_up {
            return Some((kind, Some(limit.reset)));
        }
        let words = message.to_ascii_lowercase();
        let said = ["secondary rate limit", "abuse", "rate limit"].iter().any(|part| words.contains(part));
        (said || self.status == StatusCode::TOO_MANY_REQUESTS).then_some((kind, None))
    }

    fn message(&self) -> String {
        let complaint: Complaint = serde_json::from_slice(&self.body).unwrap_or_default();
        let mut message = complaint.message;
        if message.is_empty() {
            let reason = self.status.canonical_reason().unwrap_or("no reason was given");
            reason.clone_into(&mut message);
        }
        if !complaint.errors.is_null() {
            message = format!("{message}: {}", complaint.errors);
        }
        message.chars().take(LONGEST_MESSAGE).collect()
    }

    fn is_json(&self) -> bool {
        self.kind().contains("json")
    }

    fn not_json(&self) -> String {
        format!("it is {}, not JSON", self.kind())
    }

    /// Returns what the other side says the body is.
    fn kind(&self) -> &str {
        let kind = self.headers.get(http::header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        kind.unwrap_or("of no stated kind")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> RequestError {
        let answer = Answer {
            endpoint: Endpoint::new("GET", "/x"),
            status: StatusCode::from_u16(status).unwrap(),
            headers: headers
                .iter()
                .map(|(name, value)| ((*name).parse().unwrap(), (*value).parse().unwrap()))
                .collect(),
            body: body.as_bytes().to_vec(),
        };
        answer.into_success(Timestamp::from_second(1000).unwrap()).unwrap_err()
    }

    const USED_UP: [(&str, &str); 3] =
        [("x-ratelimit-limit", "60"), ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1060")];
    const LEFT: [(&str, &str); 3] =
        [("x-ratelimit-limit", "60"), ("x-ratelimit-remaining", "9"), ("x-ratelimit-reset", "1060")];

    #[test]
    fn refusals_carry_the_words_of_the_other_side() {
        let text = error(422, &[], r#"{"message":"Validation Failed","errors":[{"field":"sha"}]}"#).to_string();
        assert_eq!(text, r#"GET /x: 422: Validation Failed: [{"field":"sha"}]"#);
        assert_eq!(error(502, &[], "<html>").to_string(), "GET /x: 502: Bad Gateway");
        assert_eq!(error(599, &[], "").to_string(), "GET /x: 599: no reason was given");
        let long = format!(r#"{{"message":"{}"}}"#, "ü".repeat(9999));
        assert_eq!(error(500, &[], &long).to_string().chars().count(), "GET /x: 500: ".len() + LONGEST_MESSAGE);
    }

    #[test]
    fn limits_are_told_from_missing_permissions() {
        let forbidden = r#"{"message":"Resource not accessible by integration"}"#;
        assert!(matches!(error(403, &LEFT, forbidden), RequestError::Refused { status: 403, .. }));
        assert!(matches!(error(403, &[], forbidden), RequestError::Refused { status: 403, .. }));
        let exceeded = error(403, &USED_UP, r#"{"message":"API rate limit exceeded"}"#);
        assert_eq!(
            exceeded.to_string(),
            "GET /x: no requests are left in this hour, more at 1970-01-01T00:17:40Z: API rate limit exceeded"
        );
        let secondary = r#"{"message":"You have exceeded a secondary rate limit."}"#;
        let is_secondary = |error: &RequestError, second: Option<i64>| {
            matches!(error, RequestError::RateLimited { kind: LimitKind::Secondary, until, .. }
                if until.map(Timestamp::as_second) == second)
        };
        assert!(is_secondary(&error(403, &LEFT, secondary), None));
        assert!(is_secondary(&error(403, &[("retry-after", "5")], secondary), Some(1005)));
        assert!(is_secondary(&error(429, &[], "{}"), None));
        assert!(matches!(
            error(429, &[("retry-after", "99999999999999999999")], "{}"),
            RequestError::RateLimited { .. }
        ));
    }

    #[test]
    fn a_page_instead_of_json_is_named() {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", "text/html".parse().unwrap());
        let endpoint = Endpoint::new("GET", "/x");
        let answer = Answer { endpoint, status: StatusCode::OK, headers, body: b"<html>".to_vec() };
        let error = answer.read::<Vec<u8>>().unwrap_err();
        assert_eq!(error.to_string(), "GET /x: the answer cannot be read: it is text/html, not JSON");
    }
}
