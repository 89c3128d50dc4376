//! The section `notify`.

use std::fmt;
use std::str::FromStr;

use super::section::Value;
use super::webhook::{self, Webhook};
use crate::model::finding::{UnknownWord, words};

/// Who is told what gates come to, beside the log and the summary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notify {
    /// When a pull request has a comment.
    pub comment: CommentWhen,
    /// The name of the check run, where there is to be one.
    pub check_run: Option<String>,
    /// The name of the commit status, where there is to be one.
    pub status: Option<String>,
    /// Whether an issue is open until the gates pass.
    pub issue: bool,
    /// The issue's labels; by the first one it is found again.
    pub labels: Vec<String>,
    /// Who is told that gates fail.
    pub webhooks: Vec<Webhook>,
    /// The events whose runs the issue and the webhooks are for.
    pub events: Vec<String>,
}

/// When a pull request has a comment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CommentWhen {
    /// Never.
    #[default]
    Never,
    /// Always.
    Always,
    /// As long as something is not well; what is well again is folded away.
    Unwell,
}

words!(CommentWhen { "never" => Self::Never, "always" => Self::Always, "unwell" => Self::Unwell });

impl Default for Notify {
    fn default() -> Self {
        Self {
            comment: CommentWhen::Never,
            check_run: None,
            status: None,
            issue: false,
            labels: vec!["plimsoll".to_owned()],
            webhooks: Vec::new(),
            events: vec!["schedule".to_owned()],
        }
    }
}

impl Notify {
    /// Returns what is configured for verbs other than gates: only how an issue is labelled, and when one is
    /// opened. Who else is told of them is said on the command line.
    #[must_use]
    pub fn of_verbs_beside_gates(&self) -> Self {
        Self { labels: self.labels.clone(), events: self.events.clone(), ..Self::default() }
    }
}

pub(super) fn read(value: Value<'_>) -> Notify {
    let section = value.section(&["comment", "check_run", "status", "issue", "labels", "webhooks", "events"]);
    let mut notify = Notify::default();
    section.set("comment", &mut notify.comment, |value| value.word(CommentWhen::WORDS));
    section.set("check_run", &mut notify.check_run, |value| value.text().map(Some));
    section.set("status", &mut notify.status, |value| value.text().map(Some));
    section.set("issue", &mut notify.issue, Value::boolean);
    section.set("labels", &mut notify.labels, labels);
    section.set("webhooks", &mut notify.webhooks, |value| Some(webhook::read(value)));
    section.set("events", &mut notify.events, |value| Some(value.texts()));
    notify
}

/// Reads labels of an issue: at least one, by which it is found again.
pub(super) fn labels(value: Value<'_>) -> Option<Vec<String>> {
    let labels = value.texts();
    let wrong = |label: &String| label.trim().is_empty() || label.contains(',') || label.chars().count() > 50;
    if labels.is_empty() || labels.iter().any(wrong) {
        value.wrong("an issue needs at least one label: at most 50 characters, and no comma");
        return None;
    }
    Some(labels)
}
