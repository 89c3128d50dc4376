//! The HTTP client below octocrab: TLS, roots, redirections, and the causes of its errors.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use http_body_util::LengthLimitError;
use reqwest::redirect::{Attempt, Policy};
use rustls::crypto::{CryptoProvider, ring};

use super::error::NetworkTrouble;
use super::settings::Timeouts;

/// How often an answer may send us on.
const REDIRECTIONS: usize = 5;

/// How long an idle connection is kept.
const IDLE: Duration = Duration::from_mins(1);

/// Makes the HTTP client. Proxies come from the environment in both cases of the letters; the
/// trusted roots are the system's (or those of `SSL_CERT_FILE`) and the built-in ones, since an
/// image made from scratch has none of its own.
pub(super) fn http_client(timeouts: &Timeouts) -> Result<reqwest::Client, reqwest::Error> {
    client(timeouts, Policy::custom(follow))
}

/// Makes a client for what is no API of GitHub's, with the same proxies and roots. It follows nowhere, so that what
/// headers hold goes only where it was meant to.
///
/// # Errors
/// There is no TLS on this system, or a proxy's address is none.
pub fn foreign_client(timeouts: &Timeouts) -> Result<reqwest::Client, reqwest::Error> {
    client(timeouts, Policy::none())
}

fn client(timeouts: &Timeouts, redirections: Policy) -> Result<reqwest::Client, reqwest::Error> {
    if CryptoProvider::get_default().is_none() {
        // Another thread may have been faster, which is as good.
        drop(ring::default_provider().install_default());
    }
    let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS
        .iter()
        .filter_map(|certificate| reqwest::Certificate::from_der(certificate.as_ref()).ok());
    reqwest::Client::builder()
        .tls_certs_merge(roots)
        .redirect(redirections)
        .retry(reqwest::retry::never())
        .connect_timeout(timeouts.connect)
        .read_timeout(timeouts.read)
        .timeout(timeouts.total)
        .pool_idle_timeout(IDLE)
        .build()
}

/// Follows as GitHub asks for renamed repositories, but neither in circles nor out of encryption.
/// The HTTP client itself takes the token off when scheme, host or port change.
fn follow(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let downgrade =
        attempt.previous().last().is_some_and(|last| last.scheme() == "https") && attempt.url().scheme() != "https";
    if downgrade {
        return attempt.error("it leads from https to http");
    }
    if attempt.previous().len() > REDIRECTIONS {
        return attempt.error("it goes on and on");
    }
    attempt.follow()
}

/// Finds out what went wrong, and the deepest cause in the system's words.
pub fn diagnose(error: &(dyn StdError + 'static)) -> (NetworkTrouble, String) {
    let mut trouble = NetworkTrouble::Broken;
    let mut reason = error.to_string();
    let mut next = Some(error);
    while let Some(cause) = next {
        trouble = refine(trouble, cause);
        reason = cause.to_string();
        next = cause.source();
    }
    (trouble, reason)
}

/// Takes the more telling of what was known and what one more cause in the chain says.
fn refine(known: NetworkTrouble, cause: &(dyn StdError + 'static)) -> NetworkTrouble {
    if is_tls(cause) {
        return NetworkTrouble::Tls;
    }
    if cause.is::<LengthLimitError>() {
        return NetworkTrouble::TooLarge;
    }
    let Some(error) = cause.downcast_ref::<reqwest::Error>() else { return known };
    if error.is_redirect() {
        NetworkTrouble::Redirect
    } else if error.is_timeout() {
        NetworkTrouble::Timeout
    } else if error.is_dns() {
        NetworkTrouble::Name
    } else if error.is_connect() {
        NetworkTrouble::Connect
    } else {
        known
    }
}

/// An [`io::Error`] hides the error it carries from the chain, be it another of its kind.
fn is_tls(cause: &(dyn StdError + 'static)) -> bool {
    let carried = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    cause.is::<rustls::Error>() || carried.is_some_and(|inner| is_tls(inner))
}
