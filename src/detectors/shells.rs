//! Which shell runs a script.

use super::matrix;
use crate::knowledge::runners::{System, likely_system};
use crate::model::workflow::{Container, Job, Step, Workflow};
use crate::model::yaml::{Node, Text};
use crate::shell::Shell;

/// Returns the shell that runs a step's script, if the file tells; a step of an action has no job.
///
/// A shell that is named wins over the defaults of the job and those of the workflow. Where nobody
/// names one it depends on the runner's system, and a script that may run on Windows and elsewhere
/// has no shell that could be told.
pub fn of_step(step: &Step, job: Option<(&Workflow, &Job)>) -> Option<Shell> {
    let script = step.script()?;
    let named = script.shell.as_ref();
    let Some((workflow, job)) = job else { return Shell::named(&named?.value) };
    let named = named.or(job.default_shell.as_ref()).or(workflow.default_shell.as_ref());
    if let Some(named) = named {
        return Shell::named(&named.value);
    }
    if step.condition.as_ref().is_some_and(asks_for_system) {
        return None;
    }
    default_of(job)
}

/// Returns the shell that a job's runner takes by itself.
fn default_of(job: &Job) -> Option<Shell> {
    match &job.container {
        // Containers run on Linux only.
        Some(container) if is_certain(container, job) => return Some(Shell::default_of_containers()),
        Some(container) if container.image.is_none() && !container.node.is_null() => return None,
        Some(_) | None => {}
    }
    let may_be_contained = job.container.as_ref().is_some_and(|container| !container.node.is_null());
    let mut systems = systems(job)?.into_iter();
    let is_windows = |system: System| system == System::Windows;
    let first = is_windows(systems.next()?);
    if systems.any(|system| is_windows(system) != first) || (first && may_be_contained) {
        return None;
    }
    Some(match (first, may_be_contained) {
        (true, _) => Shell::default_of_windows(),
        (false, true) => Shell::default_of_containers(),
        (false, false) => Shell::default_of_unix(),
    })
}

/// Tells whether a job runs in a container, which it does not where the image is empty: an expression can come to that.
fn is_certain(container: &Container, job: &Job) -> bool {
    let Some(image) = &container.image else { return false };
    // With text around it, an expression never comes to an empty value.
    let is_fixed = |image: &Text| {
        let value = image.value.trim();
        let is_whole = value.starts_with("${{") && value.ends_with("}}") && value.matches("${{").count() == 1;
        !value.is_empty() && !image.is_null() && !is_whole
    };
    let values = || {
        let name = image.value.trim().strip_prefix("${{")?.strip_suffix("}}")?.trim().strip_prefix("matrix.")?;
        let matrix = job.strategy.as_ref()?.matrix.as_ref()?;
        let path: Vec<&str> = name.split('.').collect();
        matrix::in_every_job(matrix, &path)
    };
    is_fixed(image) || values().is_some_and(|found| found.iter().all(|node| node.text().is_some_and(is_fixed)))
}

/// Lists the systems that a job may run on; nothing where one of them is not known.
fn systems(job: &Job) -> Option<Vec<System>> {
    let labels = &job.runs_on.as_ref()?.labels;
    let (dynamic, fixed): (Vec<&Text>, Vec<&Text>) = labels.iter().partition(|label| label.has_expression());
    let mut found: Vec<System> = fixed.into_iter().filter_map(|label| likely_system(&label.value)).collect();
    if found.is_empty() {
        for label in dynamic {
            found.extend(systems_of_matrix(job, &label.value)?);
        }
    }
    (!found.is_empty()).then_some(found)
}

/// Lists the systems that a label such as `${{ matrix.os }}` can stand for.
fn systems_of_matrix(job: &Job, label: &str) -> Option<Vec<System>> {
    let matrix = job.strategy.as_ref()?.matrix.as_ref()?;
    if matrix::is_open(matrix) {
        return None;
    }
    let system = |value: &Node| value.texts().iter().find_map(|label| likely_system(&label.value));
    matrix::values(job, label).into_iter().map(system).collect()
}

/// Tells whether a condition depends on the runner's system, so that what the runner takes by
/// itself is not certain for this step.
pub fn asks_for_system(condition: &Text) -> bool {
    let text = condition.value.to_ascii_lowercase();
    ["runner.os", "matrix.os", "windows"].iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detectors::testing::workflow;
    use crate::shell::Interpreter::{self, Bash, PowerShell, Python, Sh};

    fn check(workflow_lines: &str, job_lines: &str, step_lines: &str, expected: Option<(Interpreter, bool)>) {
        let text =
            format!("on: push\n{workflow_lines}jobs:\n  a:\n{job_lines}    steps:\n      - run: make\n{step_lines}");
        let workflow = workflow(&text);
        let job = workflow.jobs.first().unwrap();
        let shell = of_step(job.steps.first().unwrap(), Some((&workflow, job)));
        assert_eq!(shell.map(|shell| (shell.interpreter, shell.pipefail)), expected, "{text}");
    }

    #[test]
    fn what_is_named_nearest_wins() {
        let python = "defaults: {run: {shell: python}}\n";
        let linux = "    runs-on: ubuntu-latest\n";
        let pwsh = "    runs-on: windows-latest\n    defaults: {run: {shell: pwsh}}\n";
        check("", linux, "", Some((Bash, false)));
        check("", linux, "        shell: bash\n", Some((Bash, true)));
        check(python, linux, "", Some((Python, false)));
        check(python, pwsh, "", Some((PowerShell, false)));
        check(python, pwsh, "        shell: sh -e {0}\n", Some((Sh, false)));
        check(python, pwsh, "        shell: ${{ matrix.shell }}\n", None);
        check(python, pwsh, "        shell: perl {0}\n", None);
    }

    #[test]
    fn the_runner_decides_where_nothing_is_named() {
        let on = |label: &str| format!("    runs-on: {label}\n");
        let matrix = |rows: &str| format!("    runs-on: ${{{{ matrix.os }}}}\n    strategy: {{matrix: {rows}}}\n");
        let contained = |rows: &str| matrix(rows) + "    container: ${{ matrix.image }}\n";
        for (job, expected) in [
            (on("ubuntu-latest"), Some((Bash, false))),
            (on("macos-15"), Some((Bash, false))),
            (on("windows-2025"), Some((PowerShell, false))),
            (on("[self-hosted, Linux, big]"), Some((Bash, false))),
            (on("depot-ubuntu-24.04-4"), Some((Bash, false))),
            (on("{group: x, labels: windows-x}"), Some((PowerShell, false))),
            (on("self-hosted"), None),
            (on("{group: x}"), None),
            (on("darwin"), None),
            (on("linux-and-windows"), None),
            (on("${{ inputs.runner }}"), None),
            (on("[self-hosted, '${{ inputs.runner }}']"), None),
            (matrix("{os: [ubuntu-latest, macos-latest]}"), Some((Bash, false))),
            (matrix("{os: [windows-2022, windows-2025]}"), Some((PowerShell, false))),
            (matrix("{os: [[self-hosted, linux], ubuntu-latest]}"), Some((Bash, false))),
            (matrix("{os: [ubuntu-latest, windows-latest]}"), None),
            (matrix("{os: [ubuntu-latest, '${{ vars.os }}']}"), None),
            (matrix("{os: [ubuntu-latest], include: '${{ fromJSON(vars.x) }}'}"), None),
            (matrix("{os: [ubuntu-latest], include: [{os: windows-latest}]}"), None),
            (matrix("{os: '${{ fromJSON(vars.x) }}', include: [{os: ubuntu-latest}]}"), None),
            (matrix("'${{ fromJSON(vars.x) }}'"), None),
            (on("x") + "    container: alpine\n", Some((Sh, false))),
            (on("x") + "    container: {image: alpine}\n", Some((Sh, false))),
            (on("x") + "    container: '${{ inputs.image }}'\n", None),
            (on("ubuntu-latest") + "    container: '${{ inputs.image }}'\n", Some((Sh, false))),
            (on("windows-latest") + "    container: '${{ inputs.image }}'\n", None),
            (on("x") + "    container: 'alpine:${{ inputs.version }}'\n", Some((Sh, false))),
            (on("ubuntu-latest") + "    container: {image: ''}\n", Some((Sh, false))),
            (on("windows-latest") + "    container:\n", Some((PowerShell, false))),
            (contained("{os: [windows-latest], include: [{os: ubuntu-latest, image: alpine}]}"), None),
            (contained("{include: [{os: ubuntu-latest, image: alpine}, {os: x, image: debian}]}"), Some((Sh, false))),
            (contained("{include: [{os: ubuntu-latest, image: alpine}, {os: windows-latest}]}"), None),
            (contained("{os: [x, y], image: [alpine, '']}"), None),
            (contained("{os: [x, y], image: [alpine, debian]}"), Some((Sh, false))),
            (contained("{os: [x, y], image: [alpine, '${{ vars.image }}']}"), None),
        ] {
            check("", &job, "", expected);
        }
        check("", &on("ubuntu-latest"), "        if: runner.os == 'Windows'\n", None);
        check("", &on("ubuntu-latest"), "        if: always()\n", Some((Bash, false)));
    }
}
