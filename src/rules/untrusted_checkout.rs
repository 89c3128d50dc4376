//! See the rule's documentation below.

use super::declare_rule;
use super::reporter::Reporter;
use super::StepPlace;
use crate::expressions::Site;
use crate::knowledge::trust;
use crate::model::finding::Severity;
use crate::model::workflow::Event;

declare_rule! {
    /// A workflow with secrets checks out the code of strangers
    ///
    /// ## Why is this bad?
    /// Under `pull_request_target`, `issue_comment` and `workflow_run` the job has the repository's
    /// secrets and a token that may write. Whatever runs from the checkout, a build script, a test, a
    /// local action, is code of whoever opened the pull request, and has both.
    ///
    /// ## Bad
    /// ```yaml
    /// on: pull_request_target
    /// permissions: {}
    /// jobs:
    ///   test:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v4
    ///         with:
    ///           ref: ${{ github.event.pull_request.head.sha }}
    ///       - run: make test
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: pull_request
    /// permissions: {}
    /// jobs:
    ///   test:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v4
    ///       - run: make test
    /// ```
    ///
    /// ## How to fix
    /// Test pull requests under `pull_request`, and hand results over as artifacts that are only read.
    "untrusted-checkout",
    group: Injection,
    since: "0.1.0",
    severity: Error,
    confidence: Medium,
    peers: { "poutine": ["untrusted_checkout_exec"], "scorecard": ["Dangerous-Workflow"] },
    checks: [Step(check)],
}

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let Some((workflow, _)) = place.job().filter(|_| place.step.is_action("actions/checkout")) else { return };
    let risky = [Event::PullRequestTarget, Event::WorkflowRun, Event::IssueComment];
    let Some(event) = risky.into_iter().find(|event| workflow.is_triggered_by(*event)) else { return };
    let inputs = ["ref", "repository"].into_iter().filter_map(|name| place.step.input(name));
    let sites: Vec<&Site<'_>> = inputs.flat_map(|input| reporter.sites_in(input)).collect();
    for site in sites {
        let Some(used) = site.contexts.iter().find(|used| is_of_outsiders(&used.lower())) else { continue };
        // Code that runs afterwards makes it dangerous; a checkout that is only read is not.
        let runs_code = place.siblings().iter().skip(place.index + 1).any(|step| step.script().is_some() || step.uses().is_some());
        let span = reporter.inside(site.text, used.range.clone());
        reporter
            .report(span, format!("a job with secrets checks out `{}`", used.dotted()))
            .severity(if runs_code { Severity::Error } else { Severity::Warning })
            .note(format!("`{}` gives the job secrets, and whoever opens a pull request decides what the checkout holds", event.name()))
            .help("use `pull_request`, or check out nothing of the pull request");
        return;
    }
}

fn is_of_outsiders(path: &[String]) -> bool {
    trust::names_foreign_code(&path.iter().map(String::as_str).collect::<Vec<_>>())
}
