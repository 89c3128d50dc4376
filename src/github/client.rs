//! The client.

use std::cell::Cell;
use std::error::Error as StdError;
use std::fmt;

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, ETAG, IF_NONE_MATCH, USER_AGENT};
use http::{HeaderValue, Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Limited};
use octocrab::{OctoBody, Octocrab};
use serde::de::DeserializeOwned;
use tokio::runtime::Runtime;

use super::address::BaseAddress;
use super::answer::Answer;
use super::error::{Endpoint, RequestError};
use super::limits::RateLimit;
use super::pace::Pace;
use super::route::Route;
use super::settings::{Outside, Settings};
use super::{network, retry};
use crate::model::remote::CommitHash;
use crate::model::secret::Secret;

/// The largest answer that is read: a file has at most 100 MiB on GitHub, and lists of a hundred jobs
/// with a hundred steps are below 5 MB.
const LARGEST_ANSWER: usize = 101 * 1024 * 1024;

/// The version of the API whose answers we read.
const API_VERSION: &str = "2022-11-28";

/// What is usually accepted: JSON in GitHub's shapes.
const OBJECT: &str = "application/vnd.github+json";

/// What is accepted where a file's bytes are read.
const RAW: &str = "application/vnd.github.raw+json";

/// What is accepted where nothing but a commit's hash is wanted: the whole object of a commit may
/// hold megabytes of changes.
const HASH: &str = "application/vnd.github.sha";

/// What the requests so far have cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Requests sent, repetitions included.
    pub requests: u32,
    /// The limit as the last answer stated it.
    pub limit: Option<RateLimit>,
}

impl Usage {
    /// Adds what another client has cost that goes by the same limit.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        // Of two answers the one that leaves less is the later one.
        let least = self.limit.into_iter().chain(other.limit).min_by_key(|limit| limit.remaining);
        Self { requests: self.requests.saturating_add(other.requests), limit: least }
    }
}

/// What a commit is called, and the mark by which GitHub can tell whether that is still so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedCommit {
    /// The full hash.
    pub hash: CommitHash,
    /// The answer's `ETag`.
    pub etag: Option<String>,
}

/// A connection to one API.
///
/// Its functions return when the answer is complete: GitHub asks for requests one after the
/// other, so there is nothing to do meanwhile.
pub struct Client {
    runtime: Runtime,
    transport: Octocrab,
    address: BaseAddress,
    token: Option<Token>,
    outside: Outside,
    usage: Cell<Usage>,
    pace: Pace,
}

struct Token {
    secret: Secret,
    header: HeaderValue,
}

/// The body of an answer as the transport hands it over.
pub(super) type BoxedBody = http_body_util::combinators::BoxBody<bytes::Bytes, octocrab::Error>;

/// A request while it is not sent.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) method: http::Method,
    pub(super) accept: &'static str,
    pub(super) address: Uri,
    /// The mark of the answer that is known already.
    pub(super) known: Option<HeaderValue>,
    pub(super) body: Option<Vec<u8>>,
    pub(super) endpoint: Endpoint,
}

impl Client {
    /// Makes a client. Nothing is sent yet.
    ///
    /// # Errors
    /// The address would carry the token in clear text, the token cannot be sent in a header, or
    /// the system gives no runtime or no TLS.
    pub fn new(settings: Settings, outside: Outside) -> Result<Self, RequestError> {
        let Settings { address, token, timeouts } = settings;
        let token = token.map(Token::new).transpose()?;
        if token.is_some() {
            address.check_confidential()?;
        }
        let setup = |error: &dyn fmt::Display| RequestError::Setup(error.to_string());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| setup(&error))?;
        let http = network::http_client(&timeouts).map_err(|error| RequestError::Setup(network::diagnose(&error).1))?;
        let user_agent = concat!("plimsoll/", env!("CARGO_PKG_VERSION")).to_owned();
        let builder = Octocrab::builder()
            .base_uri(address.to_string())
            .map_err(|error| setup(&error))?
            .add_header(USER_AGENT, user_agent);
        // octocrab starts a task of its own here, so a runtime must be entered.
        let transport = runtime.block_on(async { builder.build_with_reqwest(http) }).map_err(|error| setup(&error))?;
        Ok(Self { runtime, transport, address, token, outside, usage: Cell::default(), pace: Pace::default() })
    }

    /// Reads one thing.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub fn get<T: DeserializeOwned>(&self, route: &Route) -> Result<T, RequestError> {
        self.exchange(&self.call(http::Method::GET, route, None)?)?.read()
    }

    /// Reads a file's bytes as they are. GitHub gives files above 1 MB in no other way: read as
    /// one thing among others they have an empty content.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub fn bytes(&self, route: &Route) -> Result<Vec<u8>, RequestError> {
        let mut call = self.call(http::Method::GET, route, None)?;
        call.accept = RAW;
        Ok(self.exchange(&call)?.body)
    }

    /// Reads which commit a branch, a tag or a hash stands for. Given the mark of an earlier answer,
    /// nothing comes back where it still holds, and GitHub does not count the question against a
    /// token's limit.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub fn commit(&self, route: &Route, known: Option<&str>) -> Result<Option<NamedCommit>, RequestError> {
        let mut call = self.call(http::Method::GET, route, None)?;
        call.accept = HASH;
        call.known = known.and_then(|etag| HeaderValue::from_str(etag).ok());
        let answer = self.exchange(&call)?;
        if answer.status == StatusCode::NOT_MODIFIED && call.known.is_some() {
            return Ok(None);
        }
        let etag = answer.headers.get(ETAG).and_then(|etag| etag.to_str().ok()).map(str::to_owned);
        Ok(Some(NamedCommit { hash: answer.read_hash()?, etag }))
    }

    /// Asks the GraphQL API: again if need be, but for what changes something.
    pub(super) fn ask_graphql(
        &self,
        name: &'static str,
        body: Vec<u8>,
        is_mutation: bool,
    ) -> Result<Answer, RequestError> {
        let address = self.address.graphql();
        let address = address.parse().map_err(|error: http::uri::InvalidUri| RequestError::Setup(error.to_string()))?;
        let endpoint = Endpoint::new("POST", &format!("/graphql ({name})"));
        let method = http::Method::POST;
        let call = Call { method, accept: OBJECT, address, known: None, body: Some(body), endpoint };
        if is_mutation { self.wait_for(self.attempt(&call)) } else { self.exchange(&call) }
    }

    /// Tells whether the API is that of a server of somebody's own, whose version is not known.
    pub fn is_of_own_server(&self) -> bool {
        self.address.is_own_server()
    }

    /// Returns what the requests so far have cost.
    pub fn usage(&self) -> Usage {
        self.usage.get()
    }

    /// Returns the host that is asked.
    pub fn host(&self) -> &str {
        self.address.host()
    }

    pub(super) fn call(
        &self,
        method: http::Method,
        route: &Route,
        body: Option<Vec<u8>>,
    ) -> Result<Call, RequestError> {
        let address = format!("{}{}", self.address, route.path_and_query());
        let address = address.parse().map_err(|error: http::uri::InvalidUri| RequestError::Setup(error.to_string()))?;
        let endpoint = Endpoint::new(method.as_str(), route.path());
        Ok(Call { method, accept: OBJECT, address, known: None, body, endpoint })
    }

    /// Tells whether an address is below the API's.
    pub(super) fn covers(&self, address: &Uri) -> bool {
        self.address.covers(address)
    }

    /// Waits for answers; nothing else is done meanwhile.
    pub(super) fn wait_for<T>(&self, answers: impl Future<Output = T>) -> T {
        self.runtime.block_on(answers)
    }

    /// Sends a request that changes nothing, again if need be.
    pub(super) fn exchange(&self, call: &Call) -> Result<Answer, RequestError> {
        self.wait_for(self.attempt(call)).or_else(|error| self.again(call, error))
    }

    /// Sends a request again that changes nothing and has failed once, as often as it is of use.
    pub(super) fn again(&self, call: &Call, error: RequestError) -> Result<Answer, RequestError> {
        let mut tries = Some(self.wait_again(None, error)?);
        loop {
            match self.wait_for(self.attempt(call)) {
                Ok(answer) => return Ok(answer),
                Err(error) => tries = Some(self.wait_again(tries, error)?),
            }
        }
    }

    /// Waits before the next try of a request that failed after so many others, and counts it; hands
    /// the error back where another try is no use.
    pub(super) fn wait_again(&self, others: Option<u32>, error: RequestError) -> Result<u32, RequestError> {
        let tries = others.unwrap_or(0).saturating_add(1);
        let (now, chance) = (self.outside.clock.now(), self.outside.random.fraction());
        match retry::wait(&retry::Failed { tries, error: &error, now, chance }) {
            Some(time) => self.outside.sleeper.sleep(time),
            None => return Err(error),
        }
        Ok(tries)
    }

    /// Sends a request once.
    pub(super) async fn attempt(&self, call: &Call) -> Result<Answer, RequestError> {
        self.count();
        let answer = self.answer(call).await.map_err(|error| self.unreachable(call, error.as_ref()))?;
        self.judge(answer)
    }

    /// Sends a request once, and hands the answer over before its body has come.
    pub(super) async fn open(&self, call: &Call) -> Result<http::Response<BoxedBody>, RequestError> {
        self.count();
        self.transport.send(self.request(call)).await.map_err(|error| self.unreachable(call, &error))
    }

    /// Notes the limit an answer states, and tells whether it is a success.
    pub(super) fn judge(&self, answer: Answer) -> Result<Answer, RequestError> {
        self.note_limit(&answer.headers);
        answer.into_success(self.outside.clock.now()).map_err(|error| self.redact(error))
    }

    fn unreachable(&self, call: &Call, error: &(dyn StdError + 'static)) -> RequestError {
        let (trouble, reason) = network::diagnose(error);
        let host = self.address.host().to_owned();
        RequestError::Unreachable { endpoint: call.endpoint.clone(), host, trouble, reason }
    }

    /// Counts a request that is about to be sent. Where the server has limits, the minute's is kept.
    fn count(&self) {
        let mut usage = self.usage.get();
        usage.requests = usage.requests.saturating_add(1);
        self.usage.set(usage);
        let wait = self.pace.wait(self.outside.clock.now()).filter(|_| usage.limit.is_some());
        if let Some(wait) = wait {
            self.outside.sleeper.sleep(wait);
        }
    }

    fn note_limit(&self, headers: &http::HeaderMap) {
        let mut usage = self.usage.get();
        usage.limit = RateLimit::read(headers).or(usage.limit);
        self.usage.set(usage);
    }

    async fn answer(&self, call: &Call) -> Result<Answer, Box<dyn StdError + Send + Sync>> {
        let answer = self.transport.send(self.request(call)).await?;
        let (head, body) = answer.into_parts();
        let body = Limited::new(body, LARGEST_ANSWER).collect().await?;
        Ok(Answer {
            endpoint: call.endpoint.clone(),
            status: head.status,
            headers: head.headers,
            body: body.to_bytes().to_vec(),
        })
    }

    fn request(&self, call: &Call) -> Request<OctoBody> {
        let body = call.body.clone().map_or_else(OctoBody::empty, OctoBody::from);
        let mut request = Request::new(body);
        request.method_mut().clone_from(&call.method);
        request.uri_mut().clone_from(&call.address);
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static(call.accept));
        headers.insert("x-github-api-version", HeaderValue::from_static(API_VERSION));
        if let Some(known) = &call.known {
            headers.insert(IF_NONE_MATCH, known.clone());
        }
        if call.body.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let is_own = self.address.covers(&call.address) || call.address.to_string() == self.address.graphql();
        if let Some(token) = self.token.as_ref().filter(|_| is_own) {
            headers.insert(AUTHORIZATION, token.header.clone());
        }
        request
    }

    /// Takes the token out of what a server or proxy said, should it repeat what it was sent.
    pub(super) fn redact(&self, error: RequestError) -> RequestError {
        match &self.token {
            Some(token) => error.with_message(|message| token.secret.redact(message)),
            None => error,
        }
    }
}

impl Token {
    fn new(secret: Secret) -> Result<Self, RequestError> {
        let header = HeaderValue::from_str(&format!("Bearer {}", secret.expose_for_sending()));
        // The cause would not say more, and must not be able to say less than nothing.
        let mut header = header.ok().filter(|_| !secret.is_empty()).ok_or(RequestError::TokenShape)?;
        header.set_sensitive(true);
        Ok(Self { secret, header })
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Client")
            .field("address", &self.address)
            .field("token", &self.token.as_ref().map(|token| &token.secret))
            .field("usage", &self.usage)
            .finish_non_exhaustive()
    }
}
