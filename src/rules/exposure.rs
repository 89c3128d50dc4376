//! Says where a value comes from that others decide, which way it takes, and what whoever decides it
//! would gain.

use super::reporter::{Report, Reporter};
use crate::detectors::taint::{Events, Flow, Flows, Origin, Side};
use crate::model::finding::{Confidence, Severity};
use crate::model::workflow::{Grant, Job, Permissions, Workflow};
use crate::model::yaml::Text;

/// The secrets and scopes that are named in a note.
const MOST_NAMES: usize = 4;

/// A value that others decide, at the place where it does harm.
#[derive(Debug)]
pub(super) struct Exposure<'file> {
    /// Where it comes from.
    pub(super) origin: Origin,
    /// How it gets there.
    flow: Flow,
    /// The places on the way: the scalar, the range in it, and what happens there.
    way: Vec<(&'file Text, std::ops::Range<usize>, String)>,
    /// What the job can do.
    means: String,
}

impl<'file> Exposure<'file> {
    /// Gathers what there is to say about the way that matters most; nothing where others decide nothing.
    pub(super) fn worst(flows: &Flows, job: Option<&Job>, reporter: &Reporter<'file>) -> Option<Self> {
        let (origin, flow) = reporter.taint().worst(flows)?;
        let way = reporter.taint().way(flow).into_iter();
        Some(Self {
            origin: origin.clone(),
            flow: *flow,
            way: way.map(|hop| (hop.text, hop.range.clone(), hop.what.clone())).collect(),
            means: means(flow.events(), job, reporter),
        })
    }

    /// Tells whether the place reads what others decide itself, and not what came a longer way.
    pub(super) fn is_direct(&self) -> bool {
        self.way.is_empty()
    }

    /// Says what a value holds that came a longer way, behind its name.
    pub(super) fn holding(&self) -> String {
        if self.is_direct() { String::new() } else { format!(", which holds {},", self.origin.name) }
    }

    /// Tells whether anyone decides the value, and not only whoever uses the file.
    pub(super) fn is_of_strangers(&self) -> bool {
        self.origin.side == Side::Stranger
    }

    /// Adds the way, who decides the value, and what they would gain.
    pub(super) fn tell<'report>(
        &self,
        places: &[crate::model::place::Span],
        report: Report<'report>,
    ) -> Report<'report> {
        let mut report = report;
        for (span, (_, _, what)) in places.iter().zip(&self.way) {
            report = report.related(*span, what.clone());
        }
        if !self.is_of_strangers() {
            return report;
        }
        let report = report.note(self.means.clone()).confidence(self.confidence());
        if self.flow.events().privileged().is_empty() { report.severity(Severity::Warning) } else { report }
    }

    /// Returns the places on the way.
    pub(super) fn places(&self, reporter: &Reporter<'_>) -> Vec<crate::model::place::Span> {
        self.way.iter().map(|(text, range, _)| reporter.inside(text, range.clone())).collect()
    }

    fn confidence(&self) -> Confidence {
        if self.flow.events().names() == ["workflow_call"] {
            return self.origin.confidence.min(Confidence::Medium);
        }
        self.origin.confidence
    }
}

/// Says which events bring the value, and what the job can do then.
pub(super) fn means(events: Events, job: Option<&Job>, reporter: &Reporter<'_>) -> String {
    let Some(workflow) = reporter.file().workflow() else {
        return "it runs with the token and the secrets of the workflow that uses it".to_owned();
    };
    let privileged = events.privileged();
    if privileged.is_empty() {
        return format!("{}: from a fork there are no secrets, and the token can only read", brought_by(events));
    }
    let permissions = job.and_then(|job| job.permissions.as_ref()).or(workflow.permissions.as_ref());
    let secrets = reporter.secrets(job);
    let with = if secrets.is_empty() {
        String::new()
    } else {
        format!(", and with {}", listed(secrets.iter().map(String::as_str)))
    };
    format!("{}: the job runs with {}{with}", brought_by(privileged), token(permissions))
}

fn brought_by(events: Events) -> String {
    let names = events.names();
    let bring = if names.len() == 1 { "brings" } else { "bring" };
    format!("{} {bring} it", listed(names.into_iter()))
}

/// Says what the token may do.
fn token(permissions: Option<&Permissions>) -> String {
    let Some(permissions) = permissions else {
        return "a token of the repository's default permissions".to_owned();
    };
    if permissions.shorthand.is_some() {
        return match permissions.grant("") {
            Grant::Write => "a token that may write everything".to_owned(),
            Grant::Read => "a token that can only read".to_owned(),
            Grant::None => "a token without permissions".to_owned(),
        };
    }
    let written = permissions.scopes.iter().filter(|(_, level)| level.value == "write");
    let written: Vec<&str> = written.map(|(scope, _)| scope.as_str()).collect();
    match written.as_slice() {
        [] if permissions.scopes.is_empty() => "a token without permissions".to_owned(),
        [] => "a token that can only read".to_owned(),
        scopes => format!("a token that may write {}", listed(scopes.iter().copied())),
    }
}

/// Says what the tokens of a workflow's jobs may do, the one that may do most.
pub(super) fn tokens(workflow: &Workflow) -> &'static str {
    let of_jobs = workflow.jobs.iter().map(|job| job.permissions.as_ref().or(workflow.permissions.as_ref()));
    let Some(stated) = of_jobs.collect::<Option<Vec<_>>>() else {
        return "a token of the repository's default permissions";
    };
    let highest = |permissions: &Permissions| {
        let scopes = permissions.scopes.iter().map(|(scope, _)| permissions.grant(&scope.value));
        scopes.chain([permissions.grant("")]).max().unwrap_or(Grant::None)
    };
    match stated.into_iter().map(highest).max() {
        Some(Grant::Write) => "a token that may write",
        Some(Grant::Read) => "a token that can only read",
        Some(Grant::None) | None => "a token without permissions",
    }
}

/// Writes names in backquotes, the first ones only where there are many.
fn listed<'name>(names: impl Iterator<Item = &'name str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    let shown = names.get(..MOST_NAMES.min(names.len())).unwrap_or_default().join(", ");
    match names.len().saturating_sub(MOST_NAMES) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
