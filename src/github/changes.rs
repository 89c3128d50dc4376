//! Requests that change something.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::answer::Answer;
use super::client::Client;
use super::error::RequestError;
use super::route::Route;

/// The methods that change something; reading has functions of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Creates.
    Post,
    /// Creates or replaces.
    Put,
    /// Changes.
    Patch,
    /// Removes.
    Delete,
}

impl Client {
    /// Sends something that changes something, once: whether it took effect cannot be known when
    /// no answer comes.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub fn send<B, T>(&self, method: Method, route: &Route, body: &B) -> Result<T, RequestError>
    where
        B: Serialize + ?Sized,
        T: DeserializeOwned,
    {
        self.sent(method, route, body)?.read()
    }

    /// Sends something as [`send`](Self::send) does, where the answer may be empty.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub fn submit<B, T>(&self, method: Method, route: &Route, body: &B) -> Result<Option<T>, RequestError>
    where
        B: Serialize + ?Sized,
        T: DeserializeOwned,
    {
        let answer = self.sent(method, route, body)?;
        if answer.body.is_empty() { Ok(None) } else { answer.read().map(Some) }
    }

    /// Sends something as [`send`](Self::send) does, where the answer tells nothing; `()` is sent without a body.
    ///
    /// # Errors
    /// See [`RequestError`].
    pub fn tell<B: Serialize + ?Sized>(&self, method: Method, route: &Route, body: &B) -> Result<(), RequestError> {
        self.sent(method, route, body).map(drop)
    }

    fn sent<B: Serialize + ?Sized>(&self, method: Method, route: &Route, body: &B) -> Result<Answer, RequestError> {
        let body = serde_json::to_vec(body).map_err(|error| RequestError::Setup(error.to_string()))?;
        let call = self.call(method.into(), route, (body != b"null").then_some(body))?;
        self.wait_for(self.attempt(&call))
    }
}

impl From<Method> for http::Method {
    fn from(method: Method) -> Self {
        match method {
            Method::Post => Self::POST,
            Method::Put => Self::PUT,
            Method::Patch => Self::PATCH,
            Method::Delete => Self::DELETE,
        }
    }
}
