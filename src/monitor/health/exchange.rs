//! One request over one new connection, with the time of each part, and bounds on all of it.

use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{HOST, LOCATION, USER_AGENT};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use reqwest::Url;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsConnector;

use super::certificate::not_after;
use super::lookup::Lookups;
use super::settings::{Endpoint, Redirects, is_private};
use super::trouble::Trouble;

/// How often an answer may send the probe on.
const REDIRECTIONS: usize = 5;

/// The most bytes of an answer's head.
const HEAD: usize = 64 << 10;

/// How long one of several addresses may take, at least, before the next is tried.
const PATIENCE: Duration = Duration::from_millis(250);

/// What probes share.
#[derive(Clone)]
pub(super) struct Way {
    pub(super) lookups: Lookups,
    pub(super) tls: Arc<rustls::ClientConfig>,
    /// Where `localhost` is looked for inside a container of a job.
    pub(super) localhost: Option<IpAddr>,
}

/// What a probe has seen so far: it stays when the time is over.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Seen {
    pub(super) phase: Phase,
    pub(super) http_status: Option<u16>,
    pub(super) dns: Option<Duration>,
    pub(super) connect: Option<Duration>,
    pub(super) tls: Option<Duration>,
    pub(super) first_byte: Option<Duration>,
    /// The first seconds that are not covered by the certificate any more.
    pub(super) expires: Option<jiff::Timestamp>,
    /// The body, as far as it is wanted.
    pub(super) body: Vec<u8>,
}

/// What is being done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Phase {
    #[default]
    Lookup,
    Connect,
    Tls,
    Head,
    Body,
}

impl Phase {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Lookup => "while the name was looked up",
            Self::Connect => "while it connected",
            Self::Tls => "while it agreed on encryption",
            Self::Head => "while it waited for the answer",
            Self::Body => "while the answer came",
        }
    }
}

/// Asks until an answer is no redirection that is to be followed.
pub(super) async fn probe(endpoint: &Endpoint, way: &Way, seen: &mut Seen) -> Result<(), Trouble> {
    let mut url = endpoint.url.clone();
    for _hop in 0..=REDIRECTIONS {
        let Some(next) = ask(endpoint, &url, way, seen).await? else { return Ok(()) };
        url = next;
    }
    Err(Trouble::Redirect("it leads on and on, maybe in circles".to_owned()))
}

/// Asks one address; returns where it leads.
async fn ask(endpoint: &Endpoint, url: &Url, way: &Way, seen: &mut Seen) -> Result<Option<Url>, Trouble> {
    let stream = connect(endpoint, url, way, seen).await?;
    if url.scheme() == "http" {
        return exchange(stream, endpoint, url, seen).await;
    }
    seen.phase = Phase::Tls;
    let start = Instant::now();
    let name = ServerName::try_from(host(url)).map_err(|error| Trouble::Tls(error.to_string()))?;
    let agreed = TlsConnector::from(way.tls.clone()).connect(name, stream).await;
    add(&mut seen.tls, start.elapsed());
    let stream = agreed.map_err(|error| Trouble::of_tls(&error, &mut seen.expires))?;
    let certificates = stream.get_ref().1.peer_certificates();
    seen.expires = certificates.and_then(|all| not_after(all.first()?));
    exchange(stream, endpoint, url, seen).await
}

async fn connect(endpoint: &Endpoint, url: &Url, way: &Way, seen: &mut Seen) -> Result<TcpStream, Trouble> {
    let port = url.port_or_known_default().unwrap_or(443);
    let addresses = addresses(url, way, seen).await?;
    let strange = host(url) != host(&endpoint.url);
    if strange && endpoint.redirects != Redirects::Any && addresses.iter().any(|address| is_private(*address)) {
        return Err(Trouble::Redirect(format!("it leads to {}, whose address is not public", host(url))));
    }
    seen.phase = Phase::Connect;
    let start = Instant::now();
    let mut last = None;
    for (at, address) in addresses.iter().enumerate() {
        let left = u32::try_from(addresses.len() - at).unwrap_or(u32::MAX);
        let patience = (endpoint.timeout.saturating_sub(start.elapsed()) / left).max(PATIENCE);
        match timeout(patience, TcpStream::connect(SocketAddr::new(*address, port))).await {
            Ok(Ok(stream)) => {
                add(&mut seen.connect, start.elapsed());
                // Small requests must not wait for each other; a system that refuses is only slower.
                drop(stream.set_nodelay(true));
                return Ok(stream);
            }
            Ok(Err(error)) => last = Some(error.to_string()),
            Err(_) => last = Some(format!("{address} did not answer")),
        }
    }
    let via = way.localhost.filter(|_| is_localhost(url)).map(|gateway| format!(" (looked for at {gateway})"));
    Err(Trouble::Connect(last.unwrap_or_default() + via.as_deref().unwrap_or_default()))
}

async fn addresses(url: &Url, way: &Way, seen: &mut Seen) -> Result<Vec<IpAddr>, Trouble> {
    if let Some(gateway) = way.localhost.filter(|_| is_localhost(url)) {
        return Ok(vec![gateway]);
    }
    let host = host(url);
    if let Ok(address) = host.parse() {
        return Ok(vec![address]);
    }
    seen.phase = Phase::Lookup;
    let start = Instant::now();
    let found = way.lookups.addresses(&host).await;
    add(&mut seen.dns, start.elapsed());
    found.map_err(Trouble::Lookup)
}

/// Returns the host without the brackets of an address of version 6.
fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned()
}

/// Tells whether an address means the machine it is used on.
pub fn is_localhost(url: &Url) -> bool {
    let host = host(url);
    host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

async fn exchange<S>(stream: S, endpoint: &Endpoint, url: &Url, seen: &mut Seen) -> Result<Option<Url>, Trouble>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    seen.phase = Phase::Head;
    let request = request(endpoint, url)?;
    let start = Instant::now();
    let connection = http1::Builder::new().max_buf_size(HEAD).handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = connection.map_err(|error| Trouble::of_http(&error))?;
    let talk = async {
        let answer = sender.send_request(request).await.map_err(|error| Trouble::of_http(&error))?;
        add(&mut seen.first_byte, start.elapsed());
        seen.http_status = Some(answer.status().as_u16());
        if let Some(next) = next(endpoint, url, &answer)? {
            return Ok(Some(next));
        }
        seen.phase = Phase::Body;
        read(answer.into_body(), endpoint, &mut seen.body).await.map(|()| None)
    };
    let (mut talk, mut connection) = (pin!(talk), pin!(connection));
    let mut open = true;
    loop {
        tokio::select! {
            biased;
            told = &mut talk => return told,
            // What went wrong with it is told to the one who talks.
            _ = &mut connection, if open => open = false,
        }
    }
}

fn request(endpoint: &Endpoint, url: &Url) -> Result<Request<Full<Bytes>>, Trouble> {
    let target = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    let name = url.host_str().unwrap_or_default();
    let authority = url.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"));
    let mut request = Request::builder()
        .method(endpoint.method.as_str())
        .uri(target)
        .header(HOST, authority)
        .header(USER_AGENT, concat!("plimsoll/", env!("CARGO_PKG_VERSION")))
        .header("accept", "*/*");
    // What is secret goes only to whom it was meant for.
    let is_own = url.origin() == endpoint.url.origin();
    for (name, value) in endpoint.headers.iter().filter(|_| is_own) {
        request = request.header(name, value.expose_for_sending());
    }
    let body = endpoint.body.clone().filter(|_| is_own).unwrap_or_default();
    // The builder's own message would repeat the header's value.
    request.body(Full::new(Bytes::from(body))).ok().ok_or(Trouble::Request)
}

/// Returns where an answer leads, if it is to be followed.
fn next(endpoint: &Endpoint, url: &Url, answer: &Response<Incoming>) -> Result<Option<Url>, Trouble> {
    let wanted =
        endpoint.redirects != Redirects::Refused && !endpoint.expect.status.contains(&answer.status().as_u16());
    let location = answer.headers().get(LOCATION).filter(|_| answer.status().is_redirection() && wanted);
    let Some(location) = location else { return Ok(None) };
    let refused = |why: String| Err(Trouble::Redirect(why));
    let Some(next) = location.to_str().ok().and_then(|location| url.join(location).ok()) else {
        return refused("it leads to what is no address".to_owned());
    };
    if !matches!(next.scheme(), "http" | "https") || (url.scheme() == "https" && next.scheme() == "http") {
        return refused(format!("it leads from {} to {}", url.scheme(), next.scheme()));
    }
    if endpoint.redirects == Redirects::SameHost && host(&next) != host(&endpoint.url) {
        return refused(format!("it leads to another host, {}", host(&next)));
    }
    if next == *url {
        return refused("it leads to itself".to_owned());
    }
    Ok(Some(next))
}

/// Reads a body to its end; what nobody looks at is not kept.
async fn read(mut body: Incoming, endpoint: &Endpoint, kept: &mut Vec<u8>) -> Result<(), Trouble> {
    let keeps = endpoint.expect.looks_at_body();
    let mut length = 0_usize;
    kept.clear();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| Trouble::of_http(&error))?;
        let Some(data) = frame.data_ref() else { continue };
        length = length.saturating_add(data.len());
        if length > endpoint.most_bytes {
            kept.clear();
            return Err(Trouble::TooLarge(endpoint.most_bytes));
        }
        if keeps {
            kept.extend_from_slice(data);
        }
    }
    Ok(())
}

fn add(sum: &mut Option<Duration>, more: Duration) {
    *sum = Some(sum.unwrap_or_default() + more);
}
