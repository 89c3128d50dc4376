//! Tokens that may do more than anybody said, or more than the work needs.

use crate::model::place::Span;
use crate::model::workflow::{Grant, Job, Permissions, Workflow};

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
}
