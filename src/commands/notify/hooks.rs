//! Webhooks that are told when gates fail, and when they pass again.

use serde_json::json;

use super::Telling;
use super::issue::{Fate, Issue, Kept};
use super::place::Place;
use crate::commands::webhooks::{self, slack_plain};
use crate::commands::{append, online};
use crate::config::WebhookForm;
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::notice::Notice;
use crate::monitor::health::Prober;
use crate::outputs::formats::comment::sign;
use crate::world::World;

/// Tells all webhooks. With an issue they hear only what is new, without one of every failure.
pub(super) fn tell(telling: &Telling<'_>, notice: &Notice, kept: &Kept, world: &mut World) {
    let (is_news, issue) = match kept {
        Kept::Issue(issue) => (!matches!(issue.fate, Fate::Same | Fate::Late), Some(issue)),
        Kept::Nothing => (false, None),
        Kept::NotAsked => (notice.fails(), None),
    };
    if is_news && let Err(failure) = send(telling, notice, issue, world) {
        append::warn(&failure, world);
    }
}

fn send(telling: &Telling<'_>, notice: &Notice, issue: Option<&Issue>, world: &mut World) -> Result<(), Failure> {
    online::check_certificates(&world.environment, &world.folder)?;
    let hooks = webhooks::of("notify", &telling.settings.webhooks, world)?;
    let place = Place::here(telling.repository, world)?;
    let requests = webhooks::requests(&hooks, |form| message(notice, place.as_ref(), issue, form));
    let prober = Prober::new(world.clock.clone(), None).kind(FailureKind::Network)?;
    webhooks::tell(("notify", "nobody was told of the result there"), &requests, &prober, world);
    prober.end();
    Ok(())
}

fn message(notice: &Notice, place: Option<&Place>, issue: Option<&Issue>, form: WebhookForm) -> String {
    let repository = place.map(|place| place.repository.to_string());
    let run = place.and_then(|place| place.source.run.as_deref());
    let again = if notice.fails() { "" } else { "pass again, " };
    let of = repository.as_deref().map(|name| format!(" of {name}")).unwrap_or_default();
    let text = format!("{}{of}: {again}{}", notice.title, notice.headline);
    let links: Vec<&str> = run.into_iter().chain(issue.map(|issue| issue.url.as_str())).collect();
    let value = match form {
        WebhookForm::Slack => {
            let shown: Vec<String> = std::iter::once(text.as_str()).chain(links).map(slack_plain).collect();
            json!({"text": format!("{} {}", sign(notice.verdict), shown.join("\n"))})
        }
        WebhookForm::Json => json!({
            "event": if notice.fails() { "failed" } else { "passed" },
            "verdict": notice.verdict.word(),
            "headline": notice.headline,
            "troubles": notice.troubles,
            "repository": repository,
            "commit": place.and_then(|place| place.source.commit.as_deref()),
            "run_url": run,
            "issue_url": issue.map(|issue| issue.url.as_str()),
            "text": text,
        }),
    };
    value.to_string()
}
