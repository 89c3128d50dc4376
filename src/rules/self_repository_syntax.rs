//! See the rule's documentation below.

use super::reporter::Reporter;
use super::{StepPlace, declare_rule};
use crate::model::finding::Safety;
use crate::model::workflow::{ActionReference, Job, Workflow};
use crate::model::yaml::Text;

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
    /// Write `$/` instead of `./` where the action of the same commit is meant.
    "self-repository-syntax",
    group: SupplyChain,
    since: "0.1.0",
    severity: Info,
    persona: Auditor,
    fixable: Unsafe,
    peers: { "zizmor": ["self-repository"] },
    checks: [Step(check), Job(check_job)],
}

fn check(place: &StepPlace<'_>, reporter: &mut Reporter<'_>) {
    if let Some(uses) = place.step.uses() {
        check_uses(uses, true, reporter);
    }
}

fn check_job(_: &Workflow, job: &Job, reporter: &mut Reporter<'_>) {
    if let Some(uses) = &job.uses {
        check_uses(uses, false, reporter);
    }
}

fn check_uses(uses: &Text, is_step: bool, reporter: &mut Reporter<'_>) {
    if let ActionReference::Local(_) = ActionReference::parse(&uses.value) {
        // The top of the repository has no name in that form.
        let has_path = uses.value.trim().strip_prefix("./").is_some_and(|path| !path.trim_matches('/').is_empty());
        let start = uses.value.len() - uses.value.trim_start().len();
        let draft = reporter.rewrite(uses, vec![(start..start + 1, "$".to_owned())]);
        reporter
            .report(uses.span, "this is what lies in the workspace, not what belongs to the workflow")
            .fix(Safety::Unsafe, "use that of the workflow's own commit", draft.filter(|_| is_step && has_path));
    }
}
