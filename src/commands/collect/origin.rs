//! Where the working folder's measurements belong: the job at hand, or the commit checked out.

use crate::model::origin::Origin;
use crate::sources::git_head::{self, Head};
use crate::world::World;

/// Reads GitHub's variables inside a job, and the checkout's own HEAD elsewhere.
pub(in crate::commands) fn of(repository: Option<&str>, job_id: Option<u64>, world: &World) -> Origin {
    let head = if world.environment.in_actions() { Head::default() } else { git_head::read(&world.folder) };
    let said = |name: &str| world.environment.get(name).filter(|_| world.environment.in_actions()).map(str::to_owned);
    let number = |name: &str| said(name).and_then(|text| text.parse().ok());
    Origin {
        repository: said("GITHUB_REPOSITORY").or_else(|| repository.map(str::to_owned)),
        workflow: said("GITHUB_WORKFLOW"),
        run_id: number("GITHUB_RUN_ID"),
        run_attempt: number("GITHUB_RUN_ATTEMPT"),
        job_id,
        job: said("GITHUB_JOB"),
        event: said("GITHUB_EVENT_NAME"),
        // In a pull request the name of the ref is `12/merge`; the branch is the head's.
        branch: said("GITHUB_HEAD_REF").or_else(|| said("GITHUB_REF_NAME")).or(head.branch),
        commit: said("GITHUB_SHA").or(head.commit),
    }
}
