//! Webhooks: somebody outside who is told of something with one request.
//!
//! The address of a webhook is its password, so no message repeats it.

use std::sync::Arc;

use super::{append, variables};
use crate::config::{Webhook, WebhookForm};
use crate::error::{Failure, FailureKind};
use crate::model::health::{EndpointName, Probe};
use crate::model::secret::Secret;
use crate::monitor::health::{Endpoint, Prober, address};
use crate::world::World;

/// The environment that requests to webhooks bear among those to endpoints.
const ENVIRONMENT: &str = "webhook";

/// Returns the webhooks of a section, each with the request that reaches it.
///
/// # Errors
/// An address names a variable that is not set, or is none.
pub(super) fn of(section: &str, webhooks: &[Webhook], world: &World) -> Result<Vec<(Webhook, Endpoint)>, Failure> {
    let webhook = |(webhook, number): (&Webhook, usize)| {
        let url = variables::fill(&webhook.url, world)?;
        let parsed = address(url.expose_for_sending()).ok();
        let wrong = || format!("{section}.webhooks[{number}] is no address with http:// or https://");
        let parsed = parsed.ok_or_else(|| Failure::message(FailureKind::Configuration, wrong()))?;
        let name = EndpointName { environment: ENVIRONMENT.to_owned(), endpoint: number.to_string() };
        let headers = vec![("content-type".to_owned(), Secret::new("application/json"))];
        let endpoint = Endpoint { method: "POST".to_owned(), headers, ..Endpoint::new(name, parsed) };
        Ok((webhook.clone(), endpoint))
    };
    webhooks.iter().zip(0..).map(webhook).collect()
}

/// Returns the requests that tell all webhooks something.
pub(super) fn requests(
    webhooks: &[(Webhook, Endpoint)],
    message: impl Fn(WebhookForm) -> String,
) -> Vec<Arc<Endpoint>> {
    let request = |(webhook, endpoint): &(Webhook, Endpoint)| {
        Arc::new(Endpoint { body: Some(message(webhook.form)), ..endpoint.clone() })
    };
    webhooks.iter().map(request).collect()
}

/// Tells all webhooks of a section something, and returns how many took it. Who did not is a warning, and
/// nothing stops because of it; `loss` says what that means.
pub(super) fn tell(
    (section, loss): (&str, &str),
    requests: &[Arc<Endpoint>],
    prober: &Prober,
    world: &mut World,
) -> usize {
    let mut answers = Vec::new();
    prober.once(requests, |probe| {
        answers.push(probe);
        Vec::new()
    });
    answers.iter().filter(|answer| took((section, loss), answer, world)).count()
}

/// Tells whether an answer is that of a webhook.
pub(super) fn is_answer(probe: &Probe) -> bool {
    probe.name.environment == ENVIRONMENT
}

/// Tells whether a webhook took what it was sent, and warns where it did not.
pub(super) fn took((section, loss): (&str, &str), answer: &Probe, world: &mut World) -> bool {
    let taken = answer.http_status.is_some_and(|status| (200..300).contains(&status));
    if !taken {
        // The reason may repeat the address.
        let status =
            answer.http_status.map_or_else(|| "did not answer".to_owned(), |status| format!("answered {status}"));
        let message = format!("{section}.webhooks[{}] {status}: {loss}", answer.name.endpoint);
        append::warn(&Failure::message(FailureKind::Network, message), world);
    }
    taken
}

/// Writes a text that Slack shows as it is: it reads these three as markup.
pub(super) fn slack_plain(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
