//! See the rule's documentation below.

use crate::detectors::runners as detectors;
use crate::detectors::shells::asks_for_system;
use crate::knowledge::runners::{self, System};
use crate::model::workflow::{Job, Workflow};
use crate::model::yaml::Text;
use super::StepPlace;
use super::declare_rule;
use super::reporter::Reporter;

declare_rule! {
    /// A shell is not on the runners that the job asks for
    ///
    /// ## Why is this bad?
    /// The step fails: `powershell` and `cmd` are on Windows only, and `sh` is not there.
    ///
    /// ## Bad
    /// ```yaml
    /// - run: dir
    ///   shell: cmd
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - run: Get-ChildItem
    ///   shell: pwsh
    /// ```
    ///
    /// ## How to fix
    /// Use a shell that the system has: `bash`, `pwsh` and `python` are on all of them.
    "shell-not-on-os",
    group: Shell,
    since: "0.1.0",
    severity: Error,
    peers: { "actionlint": ["shell-name"] },
    checks: [Job(check_job), Step(check_step)],
}

fn check_job(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    check(job, job.default_shell.as_ref(), reporter);
}

fn check_step(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    if let Some((_, job)) = place.job() {
        // A step that asks for another system never runs on this one.
        let asks = place.step.condition.as_ref().is_some_and(asks_for_system);
        check(job, place.step.script().filter(|_| !asks).and_then(|script| script.shell.as_ref()), reporter);
    }
}

fn check(job: &Job, shell: Option<&Text>, reporter: &mut Reporter<'_>) {
    let Some(shell) = shell else { return };
    let is_missing = |system| match shell.value.to_ascii_lowercase().as_str() {
        "powershell" | "cmd" => system != System::Windows,
        "sh" => system == System::Windows,
        _ => false,
    };
    let systems = systems(job);
    if !systems.is_empty() && systems.iter().all(|system| is_missing(*system)) {
        reporter
            .report(shell.span, format!("no runner that this job asks for has the shell `{}`", shell.value))
            .help("`bash`, `pwsh` and `python` are on all systems");
    }
}

/// Returns the systems that the job can run on, or none where the file does not tell them all.
fn systems(job: &Job) -> Vec<System> {
    let hosted = |label: &str| runners::HOSTED.contains(&label.to_ascii_lowercase().as_str());
    let labels = detectors::labels(job);
    let is_told = job.runs_on.as_ref().is_some_and(|runs_on| runs_on.group.is_none() && runs_on.labels.len() == 1);
    if !is_told || !labels.iter().all(|label| hosted(&label.value)) {
        return Vec::new();
    }
    labels.iter().filter_map(|label| runners::system(&label.value)).collect()
}
