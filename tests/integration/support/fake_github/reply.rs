//! What was asked and what is replied, free of HTTP's machinery.

use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hasher as _};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::Seen;
use super::state::Limit;

/// A request with its parts decoded.
pub(super) struct Asked<'request> {
    /// The request as it came.
    pub(super) seen: &'request Seen,
    /// Where the API stands for this client.
    pub(super) base: String,
    /// The parts of the path, decoded.
    pub(super) parts: Vec<String>,
    /// The parameters of the query, decoded.
    pub(super) parameters: Vec<(String, String)>,
    /// The body, or null.
    pub(super) body: Value,
}

/// A whole answer.
pub(super) struct Reply {
    /// The status.
    pub(super) status: u16,
    /// The headers.
    pub(super) headers: Vec<(String, String)>,
    /// The body.
    pub(super) body: Vec<u8>,
}

impl<'request> Asked<'request> {
    pub(super) fn new(seen: &'request Seen, body: &[u8], base: String) -> Self {
        // A server of somebody's own has its API below a path.
        let path = seen.path.strip_prefix("/api/v3").unwrap_or(&seen.path);
        let path = if path == "/api/graphql" { "/graphql" } else { path };
        let parts = path.split('/').skip(1).map(decode).collect();
        let parameters = seen.query.split('&').filter_map(|pair| pair.split_once('='));
        let parameters = parameters.map(|(name, value)| (decode(name), decode(&value.replace('+', " ")))).collect();
        Self { seen, base, parts, parameters, body: serde_json::from_slice(body).unwrap_or_default() }
    }

    /// Returns a parameter of the query.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Returns a text of the body.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.body.get(name)?.as_str()
    }
}

impl Reply {
    /// Answers with JSON.
    pub(super) fn json(status: u16, body: &Value) -> Self {
        let headers = vec![("content-type".to_owned(), "application/json; charset=utf-8".to_owned())];
        Self { status, headers, body: body.to_string().into_bytes() }
    }

    /// Answers with nothing.
    pub(super) fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    /// Answers with bytes as they are.
    pub(super) fn raw(body: Vec<u8>) -> Self {
        let headers = vec![("content-type".to_owned(), "application/vnd.github.raw+json; charset=utf-8".to_owned())];
        Self { status: 200, headers, body }
    }

    /// Answers with a text of a media type.
    pub(super) fn text(kind: &str, body: &str) -> Self {
        let headers = vec![("content-type".to_owned(), format!("{kind}; charset=utf-8"))];
        Self { status: 200, headers, body: body.as_bytes().to_vec() }
    }

    /// Answers with a web page.
    pub(super) fn page(body: &str) -> Self {
        let headers = vec![("content-type".to_owned(), "text/html".to_owned())];
        Self { status: 200, headers, body: body.as_bytes().to_vec() }
    }

    /// Answers with GitHub's error object.
    pub(super) fn error(status: u16, message: &str) -> Self {
        let documentation = "https://docs.github.com/rest";
        Self::json(
            status,
            &json!({"message": message, "documentation_url": documentation, "status": status.to_string()}),
        )
    }

    /// Answers that nothing is there, or nothing that this client may see.
    pub(super) fn not_found() -> Self {
        Self::error(404, "Not Found")
    }

    /// Answers that no requests are left.
    pub(super) fn exceeded(granted: u64, reset: i64) -> Self {
        Self::error(403, "API rate limit exceeded for installation ID 1.").limited(Limit {
            granted,
            remaining: 0,
            reset,
        })
    }

    /// Adds a header.
    pub(super) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Adds the wait, if there is one.
    pub(super) fn retry_after(self, seconds: Option<u64>) -> Self {
        match seconds {
            Some(seconds) => self.header("retry-after", &seconds.to_string()),
            None => self,
        }
    }

    /// Adds the limit's headers.
    pub(super) fn limited(self, limit: Limit) -> Self {
        self.header("x-ratelimit-limit", &limit.granted.to_string())
            .header("x-ratelimit-remaining", &limit.remaining.to_string())
            .header("x-ratelimit-used", &limit.granted.saturating_sub(limit.remaining).to_string())
            .header("x-ratelimit-reset", &limit.reset.to_string())
            .header("x-ratelimit-resource", "core")
    }

    /// Adds the `ETag` of a success, or answers that nothing has changed.
    pub(super) fn with_etag(mut self, known: &str) -> Self {
        if self.status != 200 {
            return self;
        }
        let mut hasher = DefaultHasher::new();
        hasher.write(&self.body);
        let etag = format!("W/\"{:016x}\"", hasher.finish());
        if known == etag {
            self.status = 304;
            self.body.clear();
        }
        self.header("etag", &etag)
    }
}

/// Returns a digest of 64 hexadecimal digits.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(bytes) {
        write!(text, "{byte:02x}").unwrap();
    }
    text
}

fn decode(part: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = part.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let decoded = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(|_| byte == b'%');
        bytes.push(decoded.unwrap_or(byte));
        rest = if decoded.is_some() { &after[2..] } else { after };
    }
    String::from_utf8(bytes).unwrap()
}
