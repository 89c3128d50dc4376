//! Tokens that may do more than anybody said, or more than the work needs.

use crate::knowledge::permission_needs::all_writes_of;
use crate::model::place::Span;
use crate::model::workflow::{ActionReference, Grant, Job, Permissions, Step, Workflow};
use crate::model::yaml::Text;

/// A grant that is wider than it has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WideGrant<'workflow> {
    /// The word or the scope's level, as written.
    pub span: Span,
    /// Why it is wide.
    pub kind: WideGrantKind<'workflow>,
}

/// Why a grant is wide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WideGrantKind<'workflow> {
    /// `write-all`: every scope can be written, in this job or in all of them.
    WriteAll,
    /// A scope is writable in every job of a workflow that has several, where the one job that
    /// needs it could ask for it.
    WriteInEveryJob {
        /// The scope's name.
        scope: &'workflow str,
    },
}

/// Returns the jobs whose token has the repository's default permissions, since neither they nor
/// their workflow state any. A reusable workflow is limited by its caller and is left out.
pub fn jobs_without_permissions(workflow: &Workflow) -> Vec<&Job> {
    let only_called = workflow.is_reusable() && workflow.triggers.len() == 1;
    if workflow.permissions.is_some() || only_called {
        return Vec::new();
    }
    workflow.jobs.iter().filter(|job| job.permissions.is_none() && !job.never_runs()).collect()
}

/// Returns the grants that are wider than they have to be, in source order: `write-all` anywhere,
/// and scopes that are writable for all of several jobs.
pub fn wide_grants(workflow: &Workflow) -> Vec<WideGrant<'_>> {
    let mut wide = Vec::new();
    if let Some(permissions) = &workflow.permissions {
        wide.extend(write_all(permissions));
        if workflow.jobs.len() > 1 {
            wide.extend(writes(permissions));
        }
    }
    let jobs = workflow.jobs.iter().filter_map(|job| job.permissions.as_ref());
    wide.extend(jobs.filter_map(write_all));
    wide.sort_by_key(|grant| grant.span);
    wide
}

fn write_all(permissions: &Permissions) -> Option<WideGrant<'_>> {
    let word = permissions.shorthand.as_ref().filter(|word| word.value == "write-all")?;
    Some(WideGrant { span: word.span, kind: WideGrantKind::WriteAll })
}

fn writes(permissions: &Permissions) -> impl Iterator<Item = WideGrant<'_>> {
    let writable = permissions.scopes.iter().filter(|(scope, _)| permissions.grant(&scope.value) == Grant::Write);
    writable.map(|(scope, level)| WideGrant {
        span: level.span,
        kind: WideGrantKind::WriteInEveryJob { scope: scope.as_str() },
    })
}

/// Returns the scopes that a job may write though none of its steps uses them, where that can be known: every step is an
/// action of which all uses of the token are documented, or a script that is not handed the token.
pub fn unused_writes(workflow: &Workflow) -> Vec<(&Job, &str, Span)> {
    let mut found = Vec::new();
    for job in workflow.jobs.iter().filter(|job| !job.never_runs()) {
        let own = job.permissions.as_ref();
        let Some(permissions) = own.or(workflow.permissions.as_ref().filter(|_| workflow.jobs.len() == 1)) else {
            continue;
        };
        let steps: Vec<&Step> = job.steps.iter().flat_map(Step::flatten).collect();
        let everywhere = workflow.env.iter().chain(&job.env).any(|(_, value)| names_token(value));
        let by_script = (!everywhere).then(|| scopes_of_scripts(&steps));
        let uses: Option<Vec<_>> = steps.iter().map(|step| scopes_of(step, by_script.as_deref())).collect();
        let Some(uses) = uses.filter(|uses| !uses.is_empty()) else { continue };
        for (scope, level) in &permissions.scopes {
            let is_used = uses.iter().flatten().any(|used| *used == scope.value);
            if permissions.grant(&scope.value) == Grant::Write && !is_used {
                found.push((job, scope.as_str(), level.span));
            }
        }
    }
    found
}

/// Returns the scopes that a step may write; nothing where that is not known.
fn scopes_of(step: &Step, by_script: Option<&[&'static str]>) -> Option<Vec<&'static str>> {
    if let Some(script) = step.script() {
        let is_handed = names_token(&script.text) || step.env.iter().any(|(_, value)| names_token(value));
        return by_script.filter(|_| !is_handed).map(<[&str]>::to_vec);
    }
    let Some(ActionReference::Repository(reference)) = step.reference() else { return None };
    let scopes = all_writes_of(&reference.name())?.1.iter();
    let arising = scopes.filter(|(_, input)| input.is_none_or(|input| is_on(step, input)));
    Some(arising.map(|(scope, _)| *scope).collect())
}

/// Tells whether a step gives its action an input, and not to switch something off.
pub fn is_on(step: &Step, input: &str) -> bool {
    step.input(input).is_some_and(|value| !value.value.is_empty() && value.value != "false")
}

/// Returns the scopes that scripts may write which are not handed the token: the one of `OpenID` Connect, which the runner
/// tells each of them, and the contents, by way of git, where a checkout leaves the job's token behind.
fn scopes_of_scripts(steps: &[&Step]) -> Vec<&'static str> {
    let contents = steps.iter().find(|step| leaves_token(step)).map(|_| "contents");
    contents.into_iter().chain(["id-token"]).collect()
}

/// Tells whether a step is a checkout that leaves the job's own token in the workspace.
pub fn leaves_token(step: &Step) -> bool {
    let keeps = step.input("persist-credentials").is_none_or(|value| value.value != "false");
    let is_own = ["token", "ssh-key"].iter().all(|input| step.input(input).is_none_or(names_token));
    step.is_action("actions/checkout") && keeps && is_own
}

/// Tells whether a text may hold the job's token once its expressions have their values.
pub fn names_token(text: &Text) -> bool {
    let lower = text.value.to_ascii_lowercase();
    let ways = ["github.token", "github_token", "tojson(github)", "tojson(secrets)", "github[", "secrets["];
    ways.iter().any(|way| lower.contains(way))
}

#[cfg(test)]
mod tests {
    use super::super::testing::workflow;
    use super::*;

    fn unset(text: &str) -> usize {
        jobs_without_permissions(&workflow(text)).len()
    }

    #[test]
    fn permissions_may_stand_at_the_workflow_or_the_job() {
        assert_eq!(unset("on: push\njobs:\n  a: {steps: []}\n  b: {permissions: {}, steps: []}\n"), 1);
        assert_eq!(unset("on: push\npermissions: {}\njobs:\n  a: {steps: []}\n"), 0);
        assert_eq!(unset("on: workflow_call\njobs:\n  a: {steps: []}\n"), 0);
        assert_eq!(unset("on: [workflow_call, push]\njobs:\n  a: {steps: []}\n"), 1);
    }

    #[test]
    fn what_every_job_may_write_is_wide() {
        let two =
            workflow("permissions: {contents: write, issues: read}\njobs:\n  a: {}\n  b: {permissions: write-all}\n");
        let kinds: Vec<WideGrantKind<'_>> = wide_grants(&two).into_iter().map(|grant| grant.kind).collect();
        assert_eq!(kinds, [WideGrantKind::WriteInEveryJob { scope: "contents" }, WideGrantKind::WriteAll]);
        let one = workflow("permissions: {contents: write}\njobs:\n  a: {}\n");
        assert_eq!(wide_grants(&one), []);
    }

    #[test]
    fn what_no_step_can_use_is_found_where_all_steps_are_known() {
        for (steps, expected) in [
            ("[{uses: actions/stale@v9}]", vec!["contents"]),
            ("[{uses: actions/stale@v9, with: {delete-branch: true}}]", vec![]),
            ("[{uses: actions/stale@v9}, {run: git push}]", vec!["contents"]),
            ("[{uses: actions/checkout@v6}, {uses: actions/stale@v9}, {run: git push}]", vec![]),
            ("[{uses: actions/checkout@v6}, {run: git push}]", vec!["issues"]),
            ("[{uses: actions/checkout@v6, with: {persist-credentials: false}}, {run: x}]", vec!["contents", "issues"]),
            (
                "[{uses: actions/checkout@v6, with: {token: '${{ secrets.BOT }}'}}, {run: x}]",
                vec!["contents", "issues"],
            ),
            ("[{uses: actions/checkout@v6, with: {token: '${{ github.token }}'}}, {run: x}]", vec!["issues"]),
            ("[{run: gh pr merge, env: {GH_TOKEN: '${{ github.token }}'}}]", vec![]),
            ("[{run: 'curl -H ${{ secrets.GITHUB_TOKEN }}'}]", vec![]),
            ("[{run: x, env: {ALL: '${{ toJSON(secrets) }}'}}]", vec![]),
            ("[{uses: actions/stale@v9}, {uses: some/thing@v1}]", vec![]),
            ("[]", vec![]),
        ] {
            let text = format!("permissions: {{contents: write, issues: write}}\njobs:\n  a: {{steps: {steps}}}\n");
            let workflow = workflow(&text);
            let found: Vec<&str> = unused_writes(&workflow).into_iter().map(|(_, scope, _)| scope).collect();
            assert_eq!(found, expected, "{steps}");
        }
    }
}
