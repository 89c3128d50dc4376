//! See the rule's documentation below.

use super::local_action_invalid::is_plain_checkout;
use super::reporter::Reporter;
use super::{StepPlace, declare_rule};
use crate::model::finding::Safety;
use crate::model::workflow::{ActionReference, Job, Step, Workflow};
use crate::model::yaml::Text;
use crate::shell::Command;

declare_rule! {
    /// A path to an action counts from the workspace
    ///
    /// ## Why is this bad?
    /// `./` is looked up in the folder that the job checks out, which may be another commit or another repository. `$/`
    /// is the repository and commit of the workflow itself, without a checkout.
    ///
    /// ## Bad
    /// ```yaml
    /// - uses: ./.github/actions/build
    /// # file: .github/actions/build/action.yml
    /// name: build
    /// description: Builds
    /// runs: {using: composite, steps: [{run: make, shell: bash}]}
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// - uses: $/.github/actions/build
    /// # file: .github/actions/build/action.yml
    /// name: build
    /// description: Builds
    /// runs: {using: composite, steps: [{run: make, shell: bash}]}
    /// ```
    ///
    /// ## How to fix
    /// Write `$/` instead of `./` where the action of the same commit is meant. What the job checks out into a folder of
    /// its own has no such name.
    "self-repository-syntax",
    group: SupplyChain,
    since: "0.1.0",
    severity: Info,
    persona: Auditor,
    fixable: Unsafe,
    peers: { "zizmor": ["self-repository"] },
    checks: [Step(check), Job(check_job)],
}

/// What `git` puts other files into the workspace with.
const CHANGING: &[&str] = &["checkout", "clone", "merge", "pull", "reset", "switch"];

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    let Some(uses) = place.step.uses() else { return };
    // An action that the job puts there itself, or that comes from another commit, is not the workflow's own.
    let is_own = reporter.surroundings().action(&uses.value).is_some();
    let mut before = place.siblings().iter().take(place.index).flat_map(Step::flatten);
    let is_same = is_own && !before.any(|step| changes_files(step, reporter));
    check_uses(uses, is_same, reporter);
}

fn check_job(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    if let Some(uses) = &job.uses {
        check_uses(uses, false, reporter);
    }
}

/// Tells whether a step checks out something else, or somewhere else, than what the workflow itself is of.
fn changes_files(step: &Step, reporter: &Reporter<'_>) -> bool {
    let is_git = |command: &Command| {
        let subcommand = command.words.get(1).map(|word| word.text.as_str());
        command.program() == Some("git") && subcommand.is_some_and(|word| CHANGING.contains(&word))
    };
    let checks_out = step.is_action("actions/checkout") && !is_plain_checkout(step);
    checks_out || step.script().is_some_and(|script| reporter.commands(&script.text).iter().any(is_git))
}

fn check_uses(uses: &Text, is_same: bool, reporter: &mut Reporter<'_>) {
    if let ActionReference::Local(_) = ActionReference::parse(&uses.value) {
        // The top of the repository has no name in that form.
        let has_path = uses.value.trim().strip_prefix("./").is_some_and(|path| !path.trim_matches('/').is_empty());
        let start = uses.value.len() - uses.value.trim_start().len();
        let draft = reporter.rewrite(uses, vec![(start..start + 1, "$".to_owned())]);
        reporter
            .report(uses.span, "this is what lies in the workspace, not what belongs to the workflow")
            .fix(Safety::Unsafe, "use that of the workflow's own commit", draft.filter(|_| is_same && has_path));
    }
}
