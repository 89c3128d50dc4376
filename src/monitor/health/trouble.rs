//! Why a probe came to nothing, in words that name no secret.

use std::error::Error;
use std::io;
use std::time::Duration;

use rustls::CertificateError;

use super::exchange::Phase;

/// Why there is no answer that can be judged.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Trouble {
    #[error("the name cannot be looked up: {0}")]
    Lookup(String),
    #[error("cannot connect: {0}")]
    Connect(String),
    #[error("TLS: {0}")]
    Tls(String),
    #[error("the answer is no HTTP, or was cut off: {0}")]
    Http(String),
    #[error("the redirection is not followed: {0}")]
    Redirect(String),
    #[error("the answer did not end within {0} bytes")]
    TooLarge(usize),
    #[error("the method or a header cannot be sent")]
    Request,
    #[error("no answer within {} s: time was over {}", .0.as_secs_f64(), .1.words())]
    TooLong(Duration, Phase),
}

impl Trouble {
    /// Explains a failed handshake, and keeps when a certificate that is refused for it expired.
    pub(super) fn of_tls(error: &io::Error, expires: &mut Option<jiff::Timestamp>) -> Self {
        let told = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
        let Some(rustls::Error::InvalidCertificate(why)) = told else { return Self::Tls(deepest(error)) };
        if let CertificateError::ExpiredContext { not_after, .. } = why {
            *expires = i64::try_from(not_after.as_secs()).ok().and_then(|at| jiff::Timestamp::from_second(at).ok());
        }
        Self::Tls(format!("the certificate is not accepted: {}", reason(why)))
    }

    pub(super) fn of_http(error: &hyper::Error) -> Self {
        Self::Http(deepest(error))
    }
}

/// Says what is wrong with a certificate; the library's own words hold times in seconds.
fn reason(error: &CertificateError) -> String {
    use CertificateError as E;
    if matches!(error, E::Expired | E::ExpiredContext { .. }) {
        "it has expired".to_owned()
    } else if matches!(error, E::NotValidYet | E::NotValidYetContext { .. }) {
        "it is not valid yet".to_owned()
    } else if matches!(error, E::UnknownIssuer) {
        "nobody trusted has issued it".to_owned()
    } else if matches!(error, E::NotValidForName | E::NotValidForNameContext { .. }) {
        "it is for another name".to_owned()
    } else {
        // The library names the rest, and behind the name stands what only it understands.
        let words = error.to_string();
        format!("it cannot be verified ({})", words.split([' ', '(', '{']).next().unwrap_or_default())
    }
}

/// Returns the deepest cause in its own words: what stands around it only says that it failed.
fn deepest(error: &(dyn Error + 'static)) -> String {
    let mut words = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        words = cause.to_string();
        next = cause.source();
    }
    words
}
