//! The address all endpoints stand below.

use std::fmt;
use std::str::FromStr;

use http::Uri;
use http::uri::{Authority, Scheme};

/// Where an API lives: `https://api.github.com`, or `https://HOST/api/v3` of an own server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseAddress {
    scheme: Scheme,
    authority: Authority,
    /// The path above the endpoints, without a slash at its end.
    prefix: String,
}

/// A text that cannot be an API's address. The text itself is not repeated where it could hold a
/// password.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not an absolute address.
    #[error("`{0}` is not an API address: it must look like https://api.github.com")]
    Shape(String),
    /// Something other than the web.
    #[error("the API address begins with `{0}://`, but must begin with `https://`")]
    Scheme(String),
    /// A name or password before the host.
    #[error("the API address holds a user name or password: give a token instead")]
    Credentials,
    /// A query, which no endpoint could be added to.
    #[error("the API address holds a `?`: it must end with the host or a path")]
    Query,
    /// A token would travel in clear text.
    #[error("a token is not sent to {0} over plain http: use https")]
    ClearText(String),
}

impl BaseAddress {
    /// Refuses an address over which a token would travel readable for everyone on the way. The
    /// own machine has no way on which to listen.
    ///
    /// # Errors
    /// The address is plain `http` to another machine.
    pub fn check_confidential(&self) -> Result<(), AddressError> {
        if self.scheme == Scheme::HTTPS || is_own_machine(self.authority.host()) {
            return Ok(());
        }
        Err(AddressError::ClearText(self.authority.host().to_owned()))
    }

    /// Tells whether this is a server that may take actions from github.com which it does not have
    /// itself: one of somebody's own, whose API stands below a path, or one of `ghe.com`.
    pub fn may_borrow_actions(&self) -> bool {
        !self.prefix.is_empty() || self.authority.host().to_ascii_lowercase().ends_with(".ghe.com")
    }

    /// Tells whether this is a server of somebody's own, whose version is not known.
    pub fn is_own_server(&self) -> bool {
        self.prefix.ends_with("/api/v3")
    }

    /// Returns the address of the GraphQL API: beside the endpoints of an own server, and below
    /// GitHub's (<https://docs.github.com/enterprise-server/graphql/guides/forming-calls-with-graphql>).
    pub(super) fn graphql(&self) -> String {
        let prefix = self.prefix.strip_suffix("/v3").unwrap_or(&self.prefix);
        format!("{}://{}{prefix}/graphql", self.scheme, self.authority)
    }

    /// Returns the host, for messages.
    pub fn host(&self) -> &str {
        self.authority.host()
    }

    /// Tells whether an address has the same scheme, host and port, and stands below this one.
    pub(super) fn covers(&self, other: &Uri) -> bool {
        let scheme = other.scheme() == Some(&self.scheme);
        let host = other.host().is_some_and(|host| host.eq_ignore_ascii_case(self.authority.host()));
        let below = other.path().strip_prefix(&self.prefix).is_some_and(|rest| rest.starts_with('/'));
        scheme && host && below && port(other.port_u16(), &self.scheme) == port(self.authority.port_u16(), &self.scheme)
    }
}

fn port(given: Option<u16>, scheme: &Scheme) -> u16 {
    given.unwrap_or(if *scheme == Scheme::HTTPS { 443 } else { 80 })
}

fn is_own_machine(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl Default for BaseAddress {
    fn default() -> Self {
        Self { scheme: Scheme::HTTPS, authority: Authority::from_static("api.github.com"), prefix: String::new() }
    }
}

impl FromStr for BaseAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text.contains('@') {
            return Err(AddressError::Credentials);
        }
        let shape = || AddressError::Shape(text.to_owned());
        if text.contains(['#', '\\']) || text.contains("/../") || text.ends_with("/..") {
            return Err(shape());
        }
        let parts = text.parse::<Uri>().ok().map(Uri::into_parts).ok_or_else(shape)?;
        let (Some(scheme), Some(authority)) = (parts.scheme, parts.authority) else { return Err(shape()) };
        if scheme != Scheme::HTTPS && scheme != Scheme::HTTP {
            return Err(AddressError::Scheme(scheme.to_string()));
        }
        if parts.path_and_query.as_ref().is_some_and(|path| path.query().is_some()) {
            return Err(AddressError::Query);
        }
        let prefix = parts.path_and_query.map(|path| path.path().trim_end_matches('/').to_owned());
        Ok(Self { scheme, authority, prefix: prefix.unwrap_or_default() })
    }
}

impl fmt::Display for BaseAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}://{}{}", self.scheme, self.authority, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> BaseAddress {
        text.parse().unwrap()
    }

    #[test]
    fn github_and_own_servers_are_understood() {
        assert_eq!(address("https://api.github.com/"), BaseAddress::default());
        assert_eq!(address(" https://ghe.example/api/v3/ ").to_string(), "https://ghe.example/api/v3");
        assert_eq!(address("http://127.0.0.1:8080").to_string(), "http://127.0.0.1:8080");
    }

    #[test]
    fn wrong_addresses_say_what_is_wrong() {
        let wrong = |text: &str| text.parse::<BaseAddress>().unwrap_err();
        assert_eq!(wrong("api.github.com"), AddressError::Shape("api.github.com".to_owned()));
        assert_eq!(wrong("https://h/a/../b"), AddressError::Shape("https://h/a/../b".to_owned()));
        assert_eq!(wrong("ftp://host"), AddressError::Scheme("ftp".to_owned()));
        assert_eq!(wrong("https://user:pass@host"), AddressError::Credentials);
        assert_eq!(wrong("https://host/?a=b"), AddressError::Query);
    }

    #[test]
    fn a_token_travels_encrypted_or_not_at_all() {
        for fine in ["https://ghe.example", "http://localhost:1", "http://127.0.0.2", "http://[::1]:5"] {
            assert_eq!(address(fine).check_confidential(), Ok(()), "{fine}");
        }
        let refused = address("http://ghe.example/api/v3").check_confidential();
        assert_eq!(refused, Err(AddressError::ClearText("ghe.example".to_owned())));
    }

    #[test]
    fn the_graphql_api_stands_beside_the_endpoints_of_an_own_server() {
        for (base, graphql, own) in [
            ("https://api.github.com", "https://api.github.com/graphql", false),
            ("https://api.octo.ghe.com/", "https://api.octo.ghe.com/graphql", false),
            ("https://ghe.example/api/v3", "https://ghe.example/api/graphql", true),
        ] {
            assert_eq!((address(base).graphql().as_str(), address(base).is_own_server()), (graphql, own));
        }
    }

    #[test]
    fn only_github_com_has_every_action_itself() {
        for all in ["https://api.github.com", "http://127.0.0.1:8080/"] {
            assert!(!address(all).may_borrow_actions(), "{all}");
        }
        for some in ["https://ghe.example/api/v3", "https://api.octo.GHE.com"] {
            assert!(address(some).may_borrow_actions(), "{some}");
        }
    }

    #[test]
    fn only_the_same_origin_and_path_is_covered() {
        let base = address("https://ghe.example/api/v3");
        for inside in ["https://ghe.example/api/v3/repos", "https://GHE.example:443/api/v3/x?page=2"] {
            assert!(base.covers(&inside.parse().unwrap()), "{inside}");
        }
        for outside in [
            "http://ghe.example/api/v3/repos",
            "https://ghe.example:8443/api/v3/repos",
            "https://ghe.example.evil/api/v3/repos",
            "https://ghe.example/api/v33/repos",
            "https://ghe.example/other",
            "/api/v3/repos",
        ] {
            assert!(!base.covers(&outside.parse().unwrap()), "{outside}");
        }
    }
}
