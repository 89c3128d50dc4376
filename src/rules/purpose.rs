//! What steps are for, by the tools that they run.

use super::reporter::Reporter;
use crate::detectors::program::plain;
use crate::detectors::runners::{is_self_hosted, labels};
use crate::knowledge::tools::{Kind, Tool, tools};
use crate::model::workflow::{ActionReference, Grant, Job, Step};
use crate::model::yaml::Text;

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
    let starts_cluster = |step: &Step| step.uses().is_some_and(|uses| is_local_cluster(&uses.value));
    let is_throwaway = of_steps(&job.steps, &[Kind::LocalCluster], reporter).is_some()
        || job.steps.iter().flat_map(Step::flatten).any(starts_cluster);
    if is_throwaway || of_steps(&job.steps, &[Kind::Pages], reporter).is_some() {
        return None;
    }
    let steps = job.steps.iter().flat_map(Step::flatten).filter(|step| !step.never_runs());
    let has_way = has_way_to_cluster(job, reporter);
    let is_of_cluster = |name: &String| CLUSTER.iter().any(|program| name.split(' ').next() == Some(program));
    steps.filter_map(|step| of_step(step, DEPLOYS, reporter)).find(|name| has_way || !is_of_cluster(name))
}

/// Programs that change what is on a Kubernetes cluster.
const CLUSTER: &[&str] = &["helm", "helmfile", "kubectl", "kustomize", "oc", "skaffold"];

/// Tells whether an action of the repository is named after a program that starts a cluster on the machine.
fn is_local_cluster(uses: &str) -> bool {
    const PROGRAMS: &[&str] = &["k0s", "k3d", "k3s", "kind", "microk8s", "minikube"];
    let is_own = matches!(ActionReference::parse(uses), ActionReference::Local(_) | ActionReference::SelfRepository(_));
    is_own && uses.split(['/', '-', '_', '.']).any(|word| PROGRAMS.contains(&word))
}

/// Tells whether a job may reach a cluster that is not its own: it has a secret or an identity to show, or runs on a
/// machine that may have one.
fn has_way_to_cluster(job: &Job, reporter: &Reporter<'_>) -> bool {
    let workflow = reporter.file().workflow();
    let is_shown = |name: &String| !name.eq_ignore_ascii_case("secrets.GITHUB_TOKEN");
    let secrets = || [Some(job), None].into_iter().flat_map(|job| reporter.secrets(job));
    let permissions = job.permissions.as_ref().or_else(|| workflow?.permissions.as_ref());
    let proves_itself = permissions.is_some_and(|permissions| permissions.grant("id-token") == Grant::Write);
    let labels = labels(job);
    let is_of_github =
        |label: &Text| ["macos-", "ubuntu-", "windows-"].iter().any(|system| label.value.starts_with(system));
    let is_own = is_self_hosted(job) || labels.is_empty() || !labels.iter().all(is_of_github);
    is_own || proves_itself || secrets().any(|name| is_shown(&name))
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
