//! Keeps one issue: open as long as something is not well, closed once it is.
//!
//! It is found by its label and its marker, so that it can be renamed and assigned. Two runs at the same
//! moment may each open one, since GitHub has no way to open an issue unless there is one: each looks again
//! afterwards, and the younger one is closed.

use crate::error::{Failure, FailureKind};
use crate::github::{Client, RequestError};
use crate::model::marker::Marker;
use crate::model::repository_name::RepositoryName;
use crate::outputs::sinks::conversation::{self, Found, NewIssue, Reason, Wanted};

/// What the issue is to say.
#[derive(Clone, Copy, Debug)]
pub(in crate::commands) struct Subject<'text> {
    /// The heading of a new one.
    pub(in crate::commands) title: &'text str,
    /// Its labels; by the first it is found again.
    pub(in crate::commands) labels: &'text [String],
    /// Its first line, with what it stands at.
    pub(in crate::commands) marker: &'text Marker,
    /// Its text, that line included.
    pub(in crate::commands) body: &'text str,
    /// The comment that says what has changed.
    pub(in crate::commands) change: &'text str,
    /// Whether all is well.
    pub(in crate::commands) is_over: bool,
}

/// What became of the issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::commands) enum Fate {
    /// It was opened.
    Opened,
    /// There is something new in it.
    Changed,
    /// It is open, and nothing is new.
    Same,
    /// It was closed.
    Closed,
    /// A later run has been at it.
    Late,
}

/// An issue, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::commands) struct Issue {
    /// Its number.
    pub(in crate::commands) number: u64,
    /// The address for people.
    pub(in crate::commands) url: String,
    /// What became of it.
    pub(in crate::commands) fate: Fate,
    /// Whether it can be found again.
    pub(in crate::commands) is_labelled: bool,
}

/// Opens, changes or closes the issue of a subject; nothing where all is well and none is open.
pub(in crate::commands) fn keep(
    client: &Client,
    repository: &RepositoryName,
    subject: &Subject<'_>,
) -> Result<Option<Issue>, RequestError> {
    let Some(found) = one(client, repository, subject)? else {
        return if subject.is_over { Ok(None) } else { open(client, repository, subject).map(Some) };
    };
    let fate = match (found.marker.is_later_than(subject.marker), subject.is_over) {
        (true, _) => Fate::Late,
        (false, true) => Fate::Closed,
        (false, false) if found.marker.stands_as(subject.marker) => Fate::Same,
        (false, false) => Fate::Changed,
    };
    match fate {
        Fate::Closed => {
            conversation::add_comment(client, repository, found.number, subject.change)?;
            let closing = (Reason::Completed, Some(subject.body));
            conversation::close_issue(client, repository, found.number, closing)?;
        }
        Fate::Changed => {
            conversation::change_issue(client, repository, found.number, subject.body)?;
            conversation::add_comment(client, repository, found.number, subject.change)?;
        }
        Fate::Opened | Fate::Same | Fate::Late => {}
    }
    Ok(Some(Issue { number: found.number, url: found.url, fate, is_labelled: true }))
}

/// Finds the issue that is open; where there are several, all but the oldest are closed.
fn one(client: &Client, repository: &RepositoryName, subject: &Subject<'_>) -> Result<Option<Found>, RequestError> {
    let Marker { kind, key, .. } = subject.marker;
    let label = subject.labels.first().map(String::as_str).unwrap_or_default();
    let mut found = conversation::issues(client, repository, label, Wanted { kind: *kind, key })?.into_iter();
    let first = found.next();
    for other in found {
        conversation::close_issue(client, repository, other.number, (Reason::NotPlanned, None))?;
    }
    Ok(first)
}

fn open(client: &Client, repository: &RepositoryName, subject: &Subject<'_>) -> Result<Issue, RequestError> {
    let new = NewIssue { title: subject.title, body: subject.body, labels: subject.labels };
    let opened = conversation::open_issue(client, repository, new)?;
    let issue = Issue { number: opened.number, url: opened.url, fate: Fate::Opened, is_labelled: opened.is_labelled };
    // Whether there is another one is for the next run to find out, where it cannot be asked now.
    match one(client, repository, subject) {
        Ok(Some(other)) if other.number < issue.number => {
            Ok(Issue { number: other.number, url: other.url, fate: Fate::Same, is_labelled: true })
        }
        Ok(_) | Err(_) => Ok(issue),
    }
}

/// Says that an issue will not be found again.
pub(in crate::commands) fn unlabelled(number: u64) -> Failure {
    let message = format!("issue {number} has no label, by which it would be found again");
    Failure::message(FailureKind::Network, message)
        .hint("the token may open issues and not label them: a job's token with `issues: write` may do both")
}
