//! What the headers of an answer tell about the token and the server.

use http::HeaderMap;
use http::header::DATE;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use serde::de::DeserializeOwned;

use super::client::Client;
use super::error::RequestError;
use super::limits::RateLimit;
use super::route::Route;

/// An answer, and what its headers tell.
#[derive(Clone, Debug)]
pub struct Inspected<T> {
    /// The answer itself.
    pub answer: T,
    /// The server's time when it answered, in whole seconds.
    pub date: Option<Timestamp>,
    /// The limit that the request counted against.
    pub limit: Option<RateLimit>,
    /// The scopes of a classic token, or of an OAuth app's; other tokens have none to tell.
    pub scopes: Option<Vec<String>>,
    /// When the token ends, in the words of the server.
    pub expires: Option<String>,
    /// The version of a server of somebody's own.
    pub server_version: Option<String>,
}

impl Client {
    /// Reads one thing once, with what the headers of the answer tell. Nothing is repeated: who
    /// inspects wants to know how things are.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub fn inspect<T: DeserializeOwned>(&self, route: &Route) -> Result<Inspected<T>, RequestError> {
        let answer = self.wait_for(self.attempt(&self.call(http::Method::GET, route, None)?))?;
        let header = |name: &str| text(&answer.headers, name);
        let scopes = header("x-oauth-scopes");
        let listed = |scopes: String| {
            scopes.split(',').map(str::trim).filter(|scope| !scope.is_empty()).map(str::to_owned).collect()
        };
        Ok(Inspected {
            date: date(&answer.headers),
            limit: RateLimit::read(&answer.headers),
            scopes: scopes.map(listed),
            expires: header("github-authentication-token-expiration"),
            server_version: header("x-github-enterprise-version"),
            answer: answer.read()?,
        })
    }
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// Reads the time of an answer (RFC 9110, 6.6.1).
fn date(headers: &HeaderMap) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(headers.get(DATE)?.to_str().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_or_left() {
        let read = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(DATE, text.parse().unwrap());
            date(&headers).map(Timestamp::as_second)
        };
        assert_eq!(read("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
        assert_eq!(read("yesterday"), None);
        assert_eq!(date(&HeaderMap::new()), None);
    }
}
