//! Addresses of endpoints, safe by construction.

use crate::model::repository_name::RepositoryName;

/// An endpoint's path and query below the API's address, percent-encoded part by part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    path: String,
    query: String,
}

/// A text that cannot be a part of a path.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` cannot be part of an API address")]
pub struct RouteError(String);

impl Route {
    /// Starts at the root: `/rate_limit`.
    pub fn root(part: &'static str) -> Self {
        Self { path: String::new(), query: String::new() }.part(part)
    }

    /// Starts at a repository: `/repos/OWNER/NAME`.
    pub fn repository(name: &RepositoryName) -> Self {
        // The name is checked already: nothing in it needs encoding.
        Self { path: format!("/repos/{name}"), query: String::new() }
    }

    /// Adds a fixed part, or several with slashes between them.
    #[must_use]
    pub fn part(mut self, part: &'static str) -> Self {
        self.path.push('/');
        self.path.push_str(part);
        self
    }

    /// Adds a number.
    #[must_use]
    pub fn number(mut self, number: u64) -> Self {
        self.path.push('/');
        self.path.push_str(&number.to_string());
        self
    }

    /// Adds a text as one part: a slash in it is encoded, as GitHub's own clients do.
    ///
    /// # Errors
    /// The text is empty, or a dot or two, which would lead to another endpoint.
    pub fn text(mut self, text: &str) -> Result<Self, RouteError> {
        if text.is_empty() || text == "." || text == ".." {
            return Err(RouteError(text.to_owned()));
        }
        self.path.push('/');
        encode(text, &mut self.path);
        Ok(self)
    }

    /// Adds a parameter to the query.
    #[must_use]
    pub fn query(mut self, name: &'static str, value: &str) -> Self {
        self.query.push(if self.query.is_empty() { '?' } else { '&' });
        self.query.push_str(name);
        self.query.push('=');
        encode(value, &mut self.query);
        self
    }

    /// Returns the path without the query, for messages.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns path and query, ready to be sent.
    pub(super) fn path_and_query(&self) -> String {
        format!("{}{}", self.path, self.query)
    }
}

/// Leaves the unreserved characters of RFC 3986 and encodes every other byte.
fn encode(text: &str, into: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            into.push(char::from(byte));
        } else {
            into.push('%');
            into.extend([byte >> 4, byte & 15].map(hexadecimal));
        }
    }
}

fn hexadecimal(digit: u8) -> char {
    char::from_digit(digit.into(), 16).unwrap_or_default().to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repository() -> Route {
        Route::repository(&"octo/hello".parse().unwrap())
    }

    #[test]
    fn parts_and_parameters_are_encoded() {
        let route = repository().part("contents").text("a b/ü#?.csv").unwrap().query("ref", "feat/x&y=1");
        assert_eq!(route.path_and_query(), "/repos/octo/hello/contents/a%20b%2F%C3%BC%23%3F.csv?ref=feat%2Fx%26y%3D1");
        let route = repository().part("actions/runs").number(7).query("a", "1").query("b", ">=2026");
        assert_eq!(route.path_and_query(), "/repos/octo/hello/actions/runs/7?a=1&b=%3E%3D2026");
        assert_eq!(Route::root("rate_limit").path_and_query(), "/rate_limit");
    }

    #[test]
    fn dots_cannot_climb() {
        for text in ["", ".", ".."] {
            assert_eq!(repository().text(text), Err(RouteError(text.to_owned())));
        }
        assert_eq!(repository().text("../../user").unwrap().path(), "/repos/octo/hello/..%2F..%2Fuser");
    }
}
