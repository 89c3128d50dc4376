//! The other API of GitHub's: one address, a document, and its variables.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::answer::Answer;
use super::client::Client;
use super::error::{LimitKind, RequestError};
use super::limits::RateLimit;

/// A document: a query, which can be asked again, or a mutation, which is sent once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Document {
    /// What messages call it.
    pub name: &'static str,
    /// The text.
    pub text: &'static str,
}

#[derive(Serialize)]
struct Question<'question, V: ?Sized> {
    query: &'static str,
    variables: &'question V,
}

#[derive(Deserialize)]
struct Reply {
    #[serde(default)]
    data: Value,
    #[serde(default)]
    errors: Vec<Complaint>,
}

#[derive(Deserialize)]
struct Complaint {
    #[serde(rename = "type", default)]
    kind: Option<String>,
    #[serde(default)]
    message: String,
}

impl Document {
    fn is_mutation(self) -> bool {
        self.text.trim_start().starts_with("mutation")
    }
}

impl Client {
    /// Sends a document, and reads the data of its answer.
    ///
    /// # Errors
    /// See [`RequestError`]. An answer that holds errors is [`RequestError::Denied`], even if it
    /// holds data too.
    pub fn graphql<V, T>(&self, document: Document, variables: &V) -> Result<T, RequestError>
    where
        V: Serialize + ?Sized,
        T: DeserializeOwned,
    {
        let question = Question { query: document.text, variables };
        let body = serde_json::to_vec(&question).map_err(|error| RequestError::Setup(error.to_string()))?;
        let answer = self.ask_graphql(document.name, body, document.is_mutation())?;
        let reply: Reply = answer.read()?;
        if let Some(error) = denial(&answer, &reply.errors) {
            return Err(self.redact(error));
        }
        serde_json::from_value(reply.data)
            .map_err(|error| RequestError::Unreadable { endpoint: answer.endpoint.clone(), reason: error.to_string() })
    }
}

/// Makes one error of all that an answer holds. GitHub states an exceeded limit here as well, with
/// the status of a success.
fn denial(answer: &Answer, errors: &[Complaint]) -> Option<RequestError> {
    let first = errors.first()?;
    let kind = first.kind.clone().unwrap_or_default();
    let messages: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    let message: String = messages.join("; ").chars().take(super::answer::LONGEST_MESSAGE).collect();
    let endpoint = answer.endpoint.clone();
    if kind == "RATE_LIMITED" || kind == "RATE_LIMIT" {
        let until = RateLimit::read(&answer.headers).map(|limit| limit.reset);
        let status = answer.status.as_u16();
        return Some(RequestError::RateLimited { endpoint, status, kind: LimitKind::Primary, until, message });
    }
    Some(RequestError::Denied { endpoint, kind, message })
}
