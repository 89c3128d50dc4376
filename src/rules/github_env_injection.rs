//! See the rule's documentation below.

use std::ops::Range;

use super::StepPlace;
use super::declare_rule;
use super::exposure::Exposure;
use super::reporter::Reporter;
use crate::detectors::taint::{HarmKind, RunnerFile};
use crate::model::finding::{Confidence, Persona, Severity};
use crate::model::workflow::Event;

declare_rule! {
    /// A value that strangers control may set variables for later steps
    ///
    /// ## Why is this bad?
    /// A line in `$GITHUB_ENV` or `$GITHUB_PATH` sets a variable, or adds to the path, for every later
    /// step; with `LD_PRELOAD` or a folder of one's own that is code. Where strangers start the
    /// workflow, a value with a line break is enough.
    ///
    /// ## Bad
    /// ```yaml
    /// on: pull_request_target
    /// permissions: {}
    /// jobs:
    ///   label:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: echo "TITLE=$TITLE" >> "$GITHUB_ENV"
    ///         env:
    ///           TITLE: ${{ github.event.pull_request.title }}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: pull_request_target
    /// permissions: {}
    /// jobs:
    ///   label:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: echo "KIND=bug" >> "$GITHUB_ENV"
    /// ```
    ///
    /// ## How to fix
    /// Use `$GITHUB_OUTPUT` and read the output where it is needed.
    "github-env-injection",
    group: Injection,
    since: "0.1.0",
    severity: Error,
    confidence: Medium,
    peers: { "zizmor": ["github-env"] },
    checks: [Step(check)],
}

const HELP: &str = "write to `$GITHUB_OUTPUT`, and read the output in the step that needs it";

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let known = check_known(place, reporter);
    let Some(script) = place.step.script() else { return };
    let risky = [Event::PullRequestTarget, Event::WorkflowRun, Event::IssueComment];
    let workflow = place.job().map(|(workflow, _)| workflow);
    let by_outsiders = workflow.is_some_and(|workflow| risky.iter().any(|event| workflow.is_triggered_by(*event)));
    // An action cannot know who starts the workflow that uses it.
    if !by_outsiders && workflow.is_some() {
        return;
    }
    let mut offset = 0;
    for line in script.text.value.split_inclusive('\n') {
        let last = known.partition_point(|range| range.start < offset + line.len()).checked_sub(1);
        let is_known = last.and_then(|last| known.get(last)).is_some_and(|range| offset < range.end);
        let found = written_file(line).filter(|_| !is_known);
        if let Some((at, name)) = found {
            let span = reporter.inside(&script.text, offset + at..offset + at + name.len());
            reporter
                .report(span, format!("what is written to `{name}` here may set any variable of later steps"))
                .help(HELP)
                .severity(Severity::Info)
                .confidence(Confidence::Low)
                .persona(Persona::Pedantic);
        }
        offset += line.len();
    }
}

/// Reports what others are known to decide, and returns where in the script.
fn check_known(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) -> Vec<Range<usize>> {
    let taint = reporter.taint();
    let mut found = Vec::new();
    for harm in taint.harms_in(place.step, place.job().map(|(_, job)| job)) {
        let HarmKind::Sets(file) = harm.kind else { continue };
        let exposure = Exposure::worst(&harm.flows, harm.job, reporter).filter(Exposure::is_of_strangers);
        let Some(exposure) = exposure else { continue };
        let places = exposure.places(reporter);
        let span = reporter.inside(harm.text, harm.range.clone());
        let what = match file {
            RunnerFile::Path => "adds folders of programs for later steps",
            RunnerFile::Env | RunnerFile::Output => "may set any variable of later steps",
        };
        let report = reporter
            .report(span, format!("{}, written to `{}`, {what}", exposure.origin.name, file.variable()))
            .note(format!("{} decides what it is", exposure.origin.who))
            .help(HELP);
        exposure.tell(&places, report);
        found.push(harm.range.clone());
    }
    found.sort_unstable_by_key(|range| range.start);
    found
}

/// Finds a file of variables that a line writes something to that is not constant.
fn written_file(line: &str) -> Option<(usize, &'static str)> {
    let code = line.trim_start();
    if code.starts_with('#') {
        return None;
    }
    let (at, name) = ["GITHUB_ENV", "GITHUB_PATH"].into_iter().find_map(|name| Some((line.rfind(name)?, name)))?;
    let before = line.get(..at)?;
    let words = ["tee", "Out-File", "Add-Content", "out-file", "add-content"];
    let writes = before.contains('>') || words.iter().any(|word| line.contains(word));
    let is_value = |rest: &str| rest.contains('$') || rest.contains('`') || rest.contains('%');
    let target = before.rfind(['>', '|']).unwrap_or(0);
    let value = before.get(..target).unwrap_or_default();
    (writes && (is_value(value) || target == 0 || value.trim().is_empty())).then_some((at, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_values_that_are_not_constant_count() {
        let name = |line: &str| written_file(line).map(|(_, name)| name);
        assert_eq!(name("echo \"A=$B\" >> $GITHUB_ENV"), Some("GITHUB_ENV"));
        assert_eq!(name("echo $DIR >> \"$GITHUB_PATH\""), Some("GITHUB_PATH"));
        assert_eq!(name("echo A=1 >> $GITHUB_ENV"), None);
        assert_eq!(name("cat $GITHUB_ENV"), None);
        assert_eq!(name("# echo $A >> $GITHUB_ENV"), None);
    }
}
