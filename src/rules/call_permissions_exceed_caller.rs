//! See the rule's documentation below.

use std::collections::BTreeSet;

use super::declare_rule;
use super::reporter::Reporter;
use crate::model::interface::Asked;
use crate::model::surroundings::LocalWorkflow;
use crate::model::workflow::{Grant, Job, Workflow};

declare_rule! {
    /// A called workflow asks for permissions that its caller does not grant
    ///
    /// ## Why is this bad?
    /// GitHub refuses the run: a called workflow's token can keep or lower what the calling job has, and
    /// never raise it. The same holds for the workflows that it calls in turn.
    ///
    /// ## Bad
    /// ```yaml
    /// on: push
    /// jobs:
    ///   release:
    ///     permissions:
    ///       contents: read
    ///     uses: ./.github/workflows/release.yml
    /// # file: .github/workflows/release.yml
    /// on: workflow_call
    /// jobs:
    ///   publish:
    ///     runs-on: ubuntu-latest
    ///     permissions:
    ///       contents: write
    ///     steps:
    ///       - run: make publish
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// on: push
    /// jobs:
    ///   release:
    ///     permissions:
    ///       contents: write
    ///     uses: ./.github/workflows/release.yml
    /// # file: .github/workflows/release.yml
    /// on: workflow_call
    /// jobs:
    ///   publish:
    ///     runs-on: ubuntu-latest
    ///     permissions:
    ///       contents: write
    ///     steps:
    ///       - run: make publish
    /// ```
    ///
    /// ## How to fix
    /// Grant the calling job what the called jobs need under `permissions`, or lower what they ask for.
    "call-permissions-exceed-caller",
    group: Actions,
    since: "0.1.0",
    severity: Error,
    peers: { "github": ["parser"] },
    checks: [Job(check)],
}

fn check(workflow: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    let Some((uses, called)) = job.uses.as_ref().zip(reporter.called_workflow(job)) else { return };
    // What the repository grants by default is not known.
    let Some(granted) = job.permissions.as_ref().or(workflow.permissions.as_ref()).map(Asked::of) else { return };
    let mut excesses = Excesses::default();
    excesses.collect(called, &granted);
    for message in excesses.messages {
        reporter.report(uses.span, message);
    }
}

/// What called jobs ask for beyond what they are granted.
#[derive(Default)]
struct Excesses {
    messages: BTreeSet<String>,
    /// The workflows looked at, each with what it was granted: calls may go in circles.
    seen: BTreeSet<(String, Asked)>,
}

impl Excesses {
    fn collect(&mut self, called: &LocalWorkflow, granted: &Asked) {
        let Some(interface) = &called.interface else { return };
        if !self.seen.insert((called.path.clone(), granted.clone())) {
            return;
        }
        // As GitHub has it: what a workflow states for all its jobs is asked for even if each has its own.
        let for_all = interface.permissions.as_ref();
        if let Some(excess) = for_all.and_then(|asked| excess(asked, granted)) {
            self.add(&format!("`{}`", called.path), &excess);
        }
        for job in &interface.jobs {
            if let Some(excess) = job.permissions.as_ref().and_then(|asked| excess(asked, granted)) {
                self.add(&format!("the job `{}` of `{}`", job.id, called.path), &excess);
            } else if let Some(next) = job.uses.as_ref().and_then(|uses| called.called(uses)) {
                self.collect(next, job.permissions.as_ref().or(for_all).unwrap_or(granted));
            }
        }
    }

    fn add(&mut self, who: &str, excess: &str) {
        self.messages.insert(format!("{who} asks for {excess}, which is more than it is granted here"));
    }
}

/// Names what is asked for and not granted.
fn excess(asked: &Asked, granted: &Asked) -> Option<String> {
    match (asked, granted) {
        (Asked::Every(asked), Asked::Every(granted)) => (asked > granted).then(|| format!("`{}-all`", asked.word())),
        (Asked::Every(asked), Asked::Scopes(_)) => (*asked > Grant::None).then(|| format!("`{}-all`", asked.word())),
        (Asked::Scopes(scopes), granted) => {
            let is_excess = |(scope, level): &(&String, &Grant)| **level > granted.grant(scope);
            let named: Vec<String> = scopes
                .iter()
                .filter(is_excess)
                .map(|(scope, level)| format!("`{scope}: {}`", level.word()))
                .collect();
            (!named.is_empty()).then(|| named.join(" and "))
        }
    }
}
