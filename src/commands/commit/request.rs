//! The pull request that carries a commit: opened once, and kept.

use super::AutoMerge;
use super::task::Task;
use super::way::Base;
use crate::model::committed::OpenRequest;
use crate::outputs::sinks::branch::{BranchError, MergeMethod, PullRequest};

/// What a pull request says about itself.
const BODY: &str = "The tables of CI metrics, brought up to date by `plimsoll commit --pull-request`. \
                    It is brought up to date in place until it is merged or closed.";

/// Opens the pull request of the branch, or keeps the one that is open.
pub(super) fn keep(task: &Task, base: &Base) -> Result<OpenRequest, BranchError> {
    let auto_merge = task.request.as_ref().and_then(|request| request.auto_merge).map(|how| match how {
        AutoMerge::Merge => MergeMethod::Merge,
        AutoMerge::Squash => MergeMethod::Squash,
        AutoMerge::Rebase => MergeMethod::Rebase,
    });
    let wanted = PullRequest { base: &base.name, title: "Update CI metrics", body: BODY, auto_merge };
    let open = base.head.request(&wanted)?;
    Ok(OpenRequest { number: open.number(), url: open.address().to_owned() })
}
