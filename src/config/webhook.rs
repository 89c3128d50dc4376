//! Webhooks, which several sections have.

use super::section::Value;

/// Somebody outside who is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// The address, with `${VARIABLE}` where the environment is asked.
    pub url: String,
    /// What is sent.
    pub form: WebhookForm,
}

/// What a webhook is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WebhookForm {
    /// `{"text": …}`, as Slack, Mattermost and others take it.
    #[default]
    Slack,
    /// The fields of what is told.
    Json,
}

impl WebhookForm {
    const WORDS: &[&str] = &["slack", "json"];
}

impl std::str::FromStr for WebhookForm {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        match word {
            "slack" => Ok(Self::Slack),
            "json" => Ok(Self::Json),
            _ => Err(()),
        }
    }
}

/// Reads a list of webhooks.
pub(super) fn read(value: Value<'_>) -> Vec<Webhook> {
    value.items().into_iter().filter_map(webhook).collect()
}

fn webhook(value: Value<'_>) -> Option<Webhook> {
    let section = value.section(&["url", "form"]);
    let Some(url) = section.get("url") else {
        value.wrong("a webhook needs a `url`, such as \"${SLACK_WEBHOOK}\"");
        return None;
    };
    let mut form = WebhookForm::default();
    section.set("form", &mut form, |value| value.word(WebhookForm::WORDS));
    Some(Webhook { url: url.text()?, form })
}
