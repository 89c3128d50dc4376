//! What steps are for, by the tools that they run.

use super::reporter::Reporter;
use crate::detectors::program::plain;
use crate::knowledge::tools::{Kind, Tool, tools};
use crate::model::workflow::{ActionReference, Job, Step};

/// Returns the name of the first tool in steps that does one of some kinds of work.
fn of_steps(steps: &[Step], kinds: &[Kind], reporter: &Reporter<'_>) -> Option<String> {
    let mut all = steps.iter().flat_map(Step::flatten).filter(|step| !step.never_runs());
    all.find_map(|step| of_step(step, kinds, reporter))
}

/// Returns the name of the tool by which a job deploys: one of its steps changes something that others use. What is put
/// onto a cluster that the job starts for itself is none, unless the job says otherwise by an environment or its name;
/// who says so may as well deploy by migrating a database.
pub(super) fn deployment(job: &Job, reporter: &Reporter<'_>) -> Option<String> {
    const DEPLOYS: &[Kind] = &[Kind::Deploy, Kind::InfraApply];
    const MAY_DEPLOY: &[Kind] = &[Kind::Deploy, Kind::KubernetesDeploy, Kind::InfraApply, Kind::Migrate];
    const WORDS: &[&str] = &["deploy", "release", "rollout", "prod"];
    let names = [Some(&job.id), job.name.as_ref()].into_iter().flatten().map(|name| name.value.to_lowercase());
    let is_named = names.into_iter().any(|name| WORDS.iter().any(|word| name.contains(word)));
    let says_so = is_named || job.node.get("environment").is_some();
    if job.never_runs() {
        return None;
    }
    if says_so {
        return of_steps(&job.steps, MAY_DEPLOY, reporter);
    }
    let is_throwaway = of_steps(&job.steps, &[Kind::LocalCluster], reporter).is_some();
    of_steps(&job.steps, DEPLOYS, reporter)
        .filter(|_| !is_throwaway && of_steps(&job.steps, &[Kind::Pages], reporter).is_none())
}

/// Returns the name of the tool in a step that does one of some kinds of work: that of its action, or the
/// program and its first word.
pub(super) fn of_step(step: &Step, kinds: &[Kind], reporter: &Reporter<'_>) -> Option<String> {
    let does = |found: &[&Tool]| found.iter().any(|tool| kinds.iter().any(|kind| tool.kinds.contains(kind)));
    if let Some(ActionReference::Repository(reference)) = step.reference() {
        let name = reference.name();
        return does(&tools().of_action(&name)).then_some(name);
    }
    let script = step.script()?;
    let commands = reporter.commands(&script.text);
    commands.iter().find_map(|command| {
        let texts = command.texts();
        let words = plain(&texts);
        let is_dry =
            words.iter().any(|word| matches!(*word, "--help" | "--version" | "--dry-run" | "--dry-run=client"));
        let is_meant = !is_dry && does(&tools().of_command(&words));
        let shown = words.iter().take(2).copied().collect::<Vec<_>>().join(" ");
        is_meant.then_some(shown)
    })
}
