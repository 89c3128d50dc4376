//! A deployment, as JSON, version 1.

use serde::Serialize;

use super::{notes, seconds};
use crate::model::deployment::{Deployment, DeploymentReport, Done, Ending};
use crate::outputs::formats::json::document;

/// Renders the report.
pub fn json(report: &DeploymentReport) -> String {
    let deployment = report.deployment.as_ref();
    let ending = deployment.and_then(|deployment| deployment.ending);
    let state = if report.refusals.is_empty() {
        ending.map(Ending::state).or_else(|| deployment.map(|_| "in_progress"))
    } else {
        Some("refused")
    };
    document(&Document {
        version: 1,
        title: &report.title,
        state,
        deployment: deployment.map(Fields::from),
        steps: deployment.map(|deployment| deployment.done.iter().map(Gone::from).collect()).unwrap_or_default(),
        plan: report.plan.iter().map(|planned| ToCome { step: planned.step.word(), what: &planned.what }).collect(),
        checklist: report
            .checklist
            .iter()
            .map(|ticked| {
                let (standing, evidence) = ticked.standing.parts();
                Ticked { name: ticked.name, standing, evidence }
            })
            .collect(),
        refusals: &report.refusals,
        notes: notes(report),
    })
}

#[derive(Serialize)]
struct Document<'report> {
    version: u32,
    title: &'report str,
    state: Option<&'static str>,
    deployment: Option<Fields<'report>>,
    steps: Vec<Gone<'report>>,
    plan: Vec<ToCome<'report>>,
    checklist: Vec<Ticked<'report>>,
    refusals: &'report [String],
    notes: Vec<String>,
}

#[derive(Serialize)]
struct Fields<'report> {
    id: u64,
    at_github: bool,
    kind: &'static str,
    environment: &'report str,
    version: &'report str,
    r#ref: &'report str,
    commit: &'report str,
    created_at: String,
    ending: Option<&'static str>,
    failed_step: Option<&'static str>,
    reason: Option<&'report str>,
    previous_version: Option<&'report str>,
    archive: Option<&'report str>,
    omitted: &'report [String],
}

impl<'report> From<&'report Deployment> for Fields<'report> {
    fn from(deployment: &'report Deployment) -> Self {
        let trouble = deployment.trouble.as_ref();
        Self {
            id: deployment.id,
            at_github: deployment.at_github,
            kind: deployment.kind.word(),
            environment: &deployment.environment,
            version: &deployment.version,
            r#ref: &deployment.reference,
            commit: &deployment.commit,
            created_at: deployment.created_at.to_string(),
            ending: deployment.ending.map(Ending::word),
            failed_step: trouble.map(|trouble| trouble.step.word()),
            reason: trouble.map(|trouble| trouble.reason.as_str()),
            previous_version: deployment.previous.as_ref().map(|previous| previous.version.as_str()),
            archive: deployment.archive.as_deref(),
            omitted: &deployment.omitted,
        }
    }
}

#[derive(Serialize)]
struct Gone<'report> {
    step: &'static str,
    result: &'static str,
    began_at: String,
    seconds: f64,
    note: &'report str,
}

impl<'report> From<&'report Done> for Gone<'report> {
    fn from(done: &'report Done) -> Self {
        let seconds = (seconds(done) * 1000.0).round() / 1000.0;
        let (step, result) = (done.step.word(), done.result.word());
        Self { step, result, began_at: done.began_at.to_string(), seconds, note: &done.note }
    }
}

#[derive(Serialize)]
struct ToCome<'report> {
    step: &'static str,
    what: &'report str,
}

#[derive(Serialize)]
struct Ticked<'report> {
    name: &'static str,
    standing: &'static str,
    evidence: &'report str,
}
