//! Tells people of deployments.

use serde_json::json;

use crate::commands::webhooks::{self, slack_plain};
use crate::config::WebhookForm;
use crate::error::Failure;
use crate::model::deployment::Deployment;
use crate::world::World;

use super::probing;
use super::site::Site;

/// What people are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum News {
    /// It begins.
    Begins,
    /// It failed, and the version before is being brought back.
    RollsBack,
    /// It has ended.
    Ended,
}

/// Sends the news to every webhook, and returns how many took it. Who did not is told, and nothing
/// stops because of it.
pub(super) fn tell(site: &Site, deployment: &Deployment, news: News, world: &mut World) -> Result<usize, Failure> {
    if site.webhooks.is_empty() {
        return Ok(0);
    }
    let requests = webhooks::requests(&site.webhooks, |form| message(deployment, news, form));
    let prober = probing::prober(site, world)?;
    let taken = webhooks::tell(("deploy", "nobody was told of the deployment there"), &requests, &prober, world);
    prober.end();
    Ok(taken)
}

fn message(deployment: &Deployment, news: News, form: WebhookForm) -> String {
    let trouble = deployment.trouble.as_ref();
    let reason = trouble.map(|trouble| format!("{}: {}", trouble.step.word(), trouble.reason));
    let (mark, event, text) = match news {
        News::Begins => ("🚀", "started", format!("{} begins", deployment.title())),
        News::RollsBack => {
            let back = deployment.previous.as_ref().map(|previous| format!(" to {}", previous.version));
            ("🔴", "rolling-back", format!("{} failed, rolling back{}", deployment.title(), back.unwrap_or_default()))
        }
        News::Ended => {
            let ending = deployment.ending.map_or("ended", crate::model::deployment::Ending::word);
            let good = deployment.ending == Some(crate::model::deployment::Ending::Succeeded);
            (if good { "✅" } else { "🔴" }, "ended", format!("{} {ending}", deployment.title()))
        }
    };
    let text = match &reason {
        Some(reason) => format!("{text} ({reason})"),
        None => text,
    };
    let value = match form {
        WebhookForm::Slack => json!({"text": format!("{mark} {}", slack_plain(&text))}),
        WebhookForm::Json => json!({
            "event": event,
            "kind": deployment.kind.word(),
            "environment": deployment.environment,
            "deployment": deployment.id,
            "version": deployment.version,
            "commit": deployment.commit,
            "previous_version": deployment.previous.as_ref().map(|previous| &previous.version),
            "state": deployment.ending.map(crate::model::deployment::Ending::state),
            "reason": reason,
            "text": text,
        }),
    };
    value.to_string()
}
