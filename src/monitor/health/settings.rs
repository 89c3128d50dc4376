//! What is probed, and what is expected of it.

use std::net::IpAddr;
use std::time::Duration;

use reqwest::Url;

use crate::model::health::EndpointName;
use crate::model::secret::Secret;

/// An endpoint with all that is expected of it.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Its name.
    pub name: EndpointName,
    /// Where it is: `http` or `https`.
    pub url: Url,
    /// The method of the request.
    pub method: String,
    /// Headers that are sent, some of which are secrets.
    pub headers: Vec<(String, Secret)>,
    /// What is sent.
    pub body: Option<String>,
    /// How long all of it may take.
    pub timeout: Duration,
    /// The time between the beginnings of two probes.
    pub interval: Duration,
    /// What the answer must be.
    pub expect: Expect,
    /// Above this it is degraded.
    pub slow: Duration,
    /// Above this it counts as down.
    pub too_slow: Duration,
    /// Which redirections are followed.
    pub redirects: Redirects,
    /// The most bytes an answer may have.
    pub most_bytes: usize,
}

/// What an answer must be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expect {
    /// Status codes that are well; any of 200 to 299 where none is named.
    pub status: Vec<u16>,
    /// A text that the body must hold.
    pub body: Option<String>,
    /// What the body is read as.
    pub form: Form,
}

impl Expect {
    /// Tells whether anything is expected of the body.
    pub(super) fn looks_at_body(&self) -> bool {
        self.body.is_some() || self.form != Form::Any
    }
}

/// What a body is read as.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// Anything.
    #[default]
    Any,
    /// Metrics as `OpenMetrics` or Prometheus text.
    Metrics,
    /// Such metrics, of which the one with this name is wanted.
    Figure(String),
    /// JSON that tells of components.
    Components(Shape),
}

/// Where a JSON body tells what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The key of the list, or of the keys with values, of components.
    pub list: String,
    /// The key of a component's name.
    pub name: String,
    /// The key of a status, of a component and of the whole.
    pub status: String,
    /// The key of a component's latency.
    pub latency: String,
}

impl Default for Shape {
    fn default() -> Self {
        let [list, name, status, latency] = ["checks", "name", "status", "latency"].map(str::to_owned);
        Self { list, name, status, latency }
    }
}

/// Which redirections are followed. None leads from `https` to `http`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Redirects {
    /// None: the first answer counts.
    Refused,
    /// Those to the host that was named.
    #[default]
    SameHost,
    /// Those to any host with a public address, and to the host that was named.
    Public,
    /// All.
    Any,
}

impl Redirects {
    /// The words of the configuration.
    pub const WORDS: &[&str] = &["none", "same-host", "public", "any"];
}

impl std::str::FromStr for Redirects {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        match word {
            "none" => Ok(Self::Refused),
            "same-host" => Ok(Self::SameHost),
            "public" => Ok(Self::Public),
            "any" => Ok(Self::Any),
            _ => Err(()),
        }
    }
}

impl Endpoint {
    /// Takes an address with the usual expectations.
    pub fn new(name: EndpointName, url: Url) -> Self {
        Self {
            name,
            url,
            method: "GET".to_owned(),
            headers: Vec::new(),
            body: None,
            timeout: Duration::from_secs(10),
            interval: Duration::from_secs(30),
            expect: Expect::default(),
            slow: Duration::from_millis(500),
            too_slow: Duration::from_secs(2),
            redirects: Redirects::default(),
            most_bytes: 1 << 20,
        }
    }

    /// Takes the secrets out of a text of others.
    pub(super) fn redact(&self, text: &str) -> String {
        self.headers.iter().fold(text.to_owned(), |text, (_, secret)| secret.redact(&text))
    }
}

/// Reads an address; only `http` and `https` with a host can be probed.
///
/// # Errors
/// What is wrong with it, in words.
pub fn address(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("`{text}` is no address: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("`{text}` is neither http:// nor https://"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("an address must not hold a password: put it into a header from a variable".to_owned());
    }
    Ok(url)
}

/// Tells whether an address leads to this machine, to a network that is not public, or to nobody.
pub(super) fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => {
            let [first, second, ..] = four.octets();
            four.is_private()
                || four.is_loopback()
                || four.is_link_local()
                || four.is_unspecified()
                || four.is_multicast()
                || four.is_broadcast()
                || first == 0
                || (first == 100 && second & 0xC0 == 64)
                || (first == 198 && second & 0xFE == 18)
        }
        IpAddr::V6(six) => {
            six.is_loopback()
                || six.is_unspecified()
                || six.is_multicast()
                || six.is_unique_local()
                || six.is_unicast_link_local()
                || six.to_ipv4_mapped().is_some_and(|four| is_private(IpAddr::V4(four)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_known() {
        for text in [
            "127.0.0.1",
            "10.1.2.3",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "::1",
            "fd00::1",
            "fe80::1",
            "::ffff:10.0.0.1",
        ] {
            assert!(is_private(text.parse().unwrap()), "{text}");
        }
        for text in ["8.8.8.8", "100.128.0.1", "2606:4700::1111", "::ffff:8.8.8.8"] {
            assert!(!is_private(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn only_addresses_of_the_web_are_taken() {
        assert!(address("https://example.org/health?x=1").is_ok());
        for wrong in ["example.org", "file:///etc/passwd", "https://user:secret@example.org/", "http://"] {
            let error = address(wrong).unwrap_err();
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
