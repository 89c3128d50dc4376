//! One issue per incident: opened with the alert, changed with the next, closed when it is over.
//!
//! A thread of its own asks GitHub, so that no answer holds up a probe.

use std::sync::mpsc;
use std::thread::JoinHandle;

use crate::commands::notify::keeper::{self, Fate, Issue, Subject, unlabelled};
use crate::commands::{append, online};
use crate::config::Health;
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::github::{Client, RequestError};
use crate::model::health::{Alert, AlertKind};
use crate::model::marker::{Marker, MarkerKind};
use crate::model::notice::Notice;
use crate::model::repository_name::RepositoryName;
use crate::model::run_summary::PartVerdict;
use crate::model::secret::Secret;
use crate::outputs::formats::comment::{self, Source};
use crate::outputs::formats::escape;
use crate::world::World;

/// The thread that keeps issues, and the way to tell it of alerts.
pub(super) struct Incidents {
    alerts: mpsc::Sender<Alert>,
    thread: JoinHandle<Vec<Kept>>,
    token: Option<Secret>,
}

/// An alert, and what became of its issue.
struct Kept {
    alert: Alert,
    issue: Result<Option<Issue>, RequestError>,
}

/// An alert, and the issue that it is told in.
pub(super) struct Told {
    /// The alert.
    pub(super) alert: Alert,
    /// The issue.
    pub(super) issue: Issue,
}

impl Incidents {
    /// Begins to keep issues in a repository.
    ///
    /// # Errors
    /// Nobody says which repository, or there is no token.
    pub(super) fn open(
        health: &Health,
        token: Option<&Secret>,
        repository: Option<&str>,
        world: &World,
    ) -> Result<Self, Failure> {
        let untold = |message: &str| Failure::message(FailureKind::Usage, format!("incidents get no issue: {message}"));
        if online::token_of(token, world).is_none() {
            return Err(untold("that needs a token").hint("give one with --token or in GITHUB_TOKEN"));
        }
        let named = repository
            .ok_or_else(|| untold("nobody says in which repository").hint("name it with --repository OWNER/NAME"))?;
        let repository: RepositoryName = named.parse().kind(FailureKind::Usage)?;
        let client = online::connect(token, world)?;
        let said = |name: &str| world.environment.get(name);
        let run = said("GITHUB_SERVER_URL").zip(said("GITHUB_RUN_ID"));
        let run = run.map(|(server, run)| format!("{server}/{repository}/actions/runs/{run}"));
        let (source, labels) = (Source { commit: None, run }, health.labels.clone());
        let (alerts, waiting) = mpsc::channel::<Alert>();
        let thread = std::thread::spawn(move || {
            let kept = |alert: Alert| {
                let issue = keep(&client, &repository, &labels, (&alert, &source));
                Kept { alert, issue }
            };
            waiting.into_iter().map(kept).collect()
        });
        Ok(Self { alerts, thread, token: token.cloned() })
    }

    /// Tells of an alert.
    pub(super) fn tell(&self, alert: &Alert) {
        // A thread that has ended has panicked, which is told at the end.
        drop(self.alerts.send(alert.clone()));
    }

    /// Waits until all alerts are told, and warns of those that could not be.
    pub(super) fn end(self, world: &mut World) -> Vec<Told> {
        drop(self.alerts);
        let Ok(kept) = self.thread.join() else { return Vec::new() };
        let mut told = Vec::new();
        for Kept { alert, issue } in kept {
            match issue {
                Ok(Some(issue)) => told.push(Told { alert, issue }),
                Ok(None) => {}
                Err(error) => {
                    let failure = online::failure(error, self.token.as_ref(), world);
                    let message = format!("the issue of {} could not be written: {failure}", alert.name);
                    let failure = Failure::message(failure.kind(), message);
                    append::warn(&failure.hint("the job needs the permission `issues: write`"), world);
                }
            }
        }
        for lost in told.iter().filter(|told| !told.issue.is_labelled) {
            append::warn(&unlabelled(lost.issue.number), world);
        }
        told
    }
}

impl Told {
    /// Tells whether the incident has begun here.
    pub(super) fn begins(&self) -> bool {
        self.issue.fate == Fate::Opened
    }

    /// Tells whether the incident is over.
    pub(super) fn ends(&self) -> bool {
        self.issue.fate == Fate::Closed
    }
}

fn keep(
    client: &Client,
    repository: &RepositoryName,
    labels: &[String],
    (alert, source): (&Alert, &Source),
) -> Result<Option<Issue>, RequestError> {
    // Alerts are in the order of their times, whichever run they come from.
    let at = u64::try_from(alert.at.as_second()).unwrap_or(0);
    let marker = Marker {
        kind: MarkerKind::Incident,
        key: alert.name.to_string(),
        run: (at, 0),
        state: alert.kind.word().to_owned(),
    };
    let notice = notice(alert);
    let subject = Subject {
        title: &format!("Incident: {} is {}", alert.name, alert.kind.word()),
        labels,
        marker: &marker,
        body: &comment::body(&marker, &notice, source),
        change: &comment::change(&notice, source),
        is_over: alert.kind == AlertKind::Recovered,
    };
    keeper::keep(client, repository, &subject)
}

fn notice(alert: &Alert) -> Notice {
    let row = |what: &str, value: &str| format!("| {what} | {} |\n", escape::markdown_code(value));
    let (environment, endpoint) = (&alert.name.environment, &alert.name.endpoint);
    let table = [
        "| | |\n|---|---|\n".to_owned(),
        row("environment", environment),
        row("endpoint", endpoint),
        row("since", &alert.at.to_string()),
        row("why", &alert.reason),
    ];
    Notice {
        title: "Incident",
        verdict: if alert.kind == AlertKind::Recovered { PartVerdict::Pass } else { PartVerdict::Fail },
        headline: format!("{} is {}: {}", alert.name, alert.kind.word(), alert.reason),
        sections: vec![table.concat()],
        annotations: Vec::new(),
        troubles: Vec::new(),
    }
}
