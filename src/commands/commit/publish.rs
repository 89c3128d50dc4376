//! Read, merge, write; and when somebody else was faster, all of it again.

use std::time::Duration;

use jiff::Timestamp;

use super::merge::{self, Merged, Stop};
use super::way::Chosen;
use super::{Options, Task};
use crate::commands::online;
use crate::error::{Failure, FailureKind};
use crate::model::collected::Writing;
use crate::model::committed::{Committed, Fate, WayKind};
use crate::outputs::sinks::branch::{Again, Branch, BranchError, Draft, GitError, Presence};
use crate::world::World;

/// How often it is tried at most.
const TRIES: u32 = 10;

/// The longest wait between two tries, unless GitHub names a time.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// The longest wait that GitHub may ask for.
const LONGEST_ASKED: Duration = Duration::from_mins(2);

/// What the tries so far have come to.
#[derive(Default)]
struct Progress {
    tries: u32,
    commits: Vec<String>,
    /// Whether the branch was not there.
    is_new: bool,
    /// What was to be added at the earliest try that may have added something: later ones find
    /// it done.
    first: Option<Merged>,
}

/// Puts the rows on the branch.
pub(super) fn publish(task: &Task, chosen: Chosen, options: &Options, world: &World) -> Result<Committed, Failure> {
    let mut progress = Progress::default();
    loop {
        progress.tries += 1;
        match attempt(task, chosen.branch.as_ref(), options.writing, &mut progress) {
            Ok(fate) => return Ok(committed(fate, task, chosen, progress)),
            Err(Stop::Failure(failure)) => return Err(failure),
            Err(Stop::Branch(error)) => {
                let Some(time) = wait(&error, progress.tries, world) else {
                    return Err(failure(error, task, &progress, options, world));
                };
                if matches!(error, BranchError::Overtaken(_) | BranchError::Declined(_)) && progress.commits.is_empty()
                {
                    progress.first = None;
                }
                world.sleeper.sleep(time);
            }
        }
    }
}

fn attempt(task: &Task, branch: &dyn Branch, writing: Writing, progress: &mut Progress) -> Result<Fate, Stop> {
    let head = branch.head()?;
    let merged = merge::merge(task, branch, &head)?;
    let files = merged.files.clone();
    if files.is_empty() {
        // A commit whose answer was lost is there all the same.
        let fate = if progress.first.is_some() { Fate::Committed } else { Fate::Unchanged };
        progress.first.get_or_insert(merged);
        return Ok(fate);
    }
    if progress.first.is_none() {
        progress.is_new = head.presence == Presence::Absent;
        progress.first = Some(merged);
    }
    if writing == Writing::Dry {
        return Ok(Fate::Dry);
    }
    let draft = Draft { head: &head, files: &files, message: &task.message };
    branch.write(&draft, &mut progress.commits)?;
    Ok(Fate::Committed)
}

fn committed(fate: Fate, task: &Task, chosen: Chosen, progress: Progress) -> Committed {
    let kind = chosen.way.kind;
    let mut notes = chosen.notes;
    if progress.is_new && (fate == Fate::Committed || fate == Fate::Dry) {
        let branch = &task.branch;
        notes.push(match kind {
            WayKind::Git => format!("{branch} is a new branch that holds the tables alone"),
            WayKind::Contents => format!(
                "{branch} is a new branch made at the default branch's head: \
                 the contents API cannot begin one with nothing, `--via git` can"
            ),
        });
    }
    if kind == WayKind::Contents && progress.commits.len() > 1 {
        notes.push("the contents API makes one commit a file".to_owned());
    }
    Committed {
        fate,
        branch: task.branch.clone(),
        way: Some(chosen.way),
        tables: progress.first.map(|merged| merged.tables).unwrap_or_default(),
        commits: progress.commits,
        tries: progress.tries,
        notes,
    }
}

/// Returns how long to wait before the next try, or nothing if there is none.
fn wait(error: &BranchError, tries: u32, world: &World) -> Option<Duration> {
    if tries >= TRIES {
        return None;
    }
    match error.again() {
        Again::No => None,
        Again::Soon => Some(pause(tries, world.random.fraction())),
        Again::Later => Some(Duration::from_mins(1)),
        Again::At(time) => until(world.clock.now(), time).filter(|wait| *wait <= LONGEST_ASKED),
    }
}

/// Half a second to two seconds, doubled from try to try: jobs that met once should not meet
/// again.
fn pause(tries: u32, chance: f64) -> Duration {
    let doubled = Duration::from_secs(1 << tries.saturating_sub(1).min(5));
    doubled.mul_f64(1.5f64.mul_add(chance, 0.5)).min(LONGEST_WAIT)
}

/// A second more than asked for: the other clock may be a little behind.
fn until(now: Timestamp, time: Timestamp) -> Option<Duration> {
    let seconds = now.duration_until(time).as_secs().max(0);
    Some(Duration::from_secs(u64::try_from(seconds).ok()?.saturating_add(1)))
}

/// Says what failed, what to do about it, and where the rows are.
fn failure(error: BranchError, task: &Task, progress: &Progress, options: &Options, world: &World) -> Failure {
    let mut failure = explained(error, task, options, world);
    if progress.tries > 1 {
        failure = failure.hint(format!("it was tried {} times", progress.tries));
    }
    if !progress.commits.is_empty() {
        failure = failure.hint(format!("done before that: {}", progress.commits.join(", ")));
    }
    failure.hint(format!(
        "no row is lost: the tables in {} are untouched; commit again later, or upload that folder as an artifact",
        task.work_tree.named.display()
    ))
}

fn explained(error: BranchError, task: &Task, options: &Options, world: &World) -> Failure {
    let branch = &task.branch;
    match error {
        BranchError::Request(error) => online::failure(error, options.token.as_ref(), world),
        BranchError::Protected(_) => Failure::new(FailureKind::Output, error).hint(format!(
            "commit to a branch without protection, as with `--branch metrics`, \
             or let what the token stands for bypass the rules of {branch}"
        )),
        BranchError::Forbidden(_) => Failure::new(FailureKind::Output, error)
            .hint("give the job `permissions: contents: write`; jobs of pull requests from forks never get it")
            .hint("git pushes as the checkout does: actions/checkout must keep its credentials (persist-credentials)"),
        BranchError::Git(GitError::Start(_)) => {
            Failure::new(FailureKind::Output, error).hint("install git, or use `--via contents` with a token")
        }
        BranchError::Overtaken(_)
        | BranchError::Declined(_)
        | BranchError::Shape(_)
        | BranchError::Git(_)
        | BranchError::Route(_) => Failure::new(FailureKind::Output, error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_scatter_but_end() {
        let pauses: Vec<u128> = (1..=TRIES).map(|tries| pause(tries, 0.5).as_millis()).collect();
        assert_eq!(pauses, [1250, 2500, 5000, 10_000, 20_000, 30_000, 30_000, 30_000, 30_000, 30_000]);
        assert_eq!((pause(1, 0.0).as_millis(), pause(1, 1.0).as_millis()), (500, 2000));
    }

    #[test]
    fn times_that_are_over_are_waited_for_a_second() {
        let second = |second| Timestamp::from_second(second).unwrap();
        assert_eq!(until(second(10), second(13)), Some(Duration::from_secs(4)));
        assert_eq!(until(second(10), second(3)), Some(Duration::from_secs(1)));
    }
}
