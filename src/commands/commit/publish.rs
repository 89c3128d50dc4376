//! Read, merge, write; and when somebody else was faster, all of it again.

use std::time::Duration;

use jiff::Timestamp;

use super::ground::Ground;
use super::merge::{self, Change, Layout, Merged, Stop};
use super::message::{self, Facts};
use super::task::Task;
use super::way::Chosen;
use super::{Format, Options, Rewriting, Stopped, derived, explain, given, request};
use crate::commands::deliver;
use crate::model::collected::Writing;
use crate::model::color::Color;
use crate::model::committed::{Committed, CommittedFile, Fate, OpenRequest, Way, WayKind};
use crate::model::repository_path::RepositoryPath;
use crate::outputs::formats::diff::Reader;
use crate::outputs::formats::text_diff::{self, Versions};
use crate::outputs::sinks::branch::{Again, BranchError, Draft, NewFile, blob_id};
use crate::world::World;

/// The longest wait between two tries, unless GitHub names a time.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// What a try is taken to take at least and at most, where waits go by it: one over a local line, and one
/// that reads and writes large tables.
const SHORTEST_UNIT: Duration = Duration::from_millis(250);
const LONGEST_UNIT: Duration = Duration::from_secs(2);

/// The longest wait that GitHub may ask for.
const LONGEST_ASKED: Duration = Duration::from_mins(2);

/// How many commits of others are looked through for one of ours whose answer was lost.
const MOST_PAST: usize = 100;

/// What the tries so far have come to.
struct Publishing<'task> {
    task: &'task Task,
    chosen: &'task Chosen,
    options: &'task Options,
    world: &'task World,
    tries: u32,
    conflicts: u32,
    known: Option<given::Known>,
    /// A commit that may have been made: its answer was lost.
    sent: Option<Sent>,
    result: Partial,
}

/// What is known of the result before all of it is.
#[derive(Default)]
struct Partial {
    merged: Merged,
    commit: Option<String>,
    by: Option<WayKind>,
    diff: String,
    pull_request: Option<OpenRequest>,
    notes: Vec<String>,
}

/// What was sent to the branch.
struct Sent {
    expected: Option<String>,
    commit: Option<String>,
    files: Vec<NewFile>,
    result: Partial,
}

/// Puts the rows on the branch.
pub(super) fn publish(task: &Task, chosen: &Chosen, options: &Options, world: &World) -> Result<Committed, Stopped> {
    let start = world.clock.now();
    let mut publishing = Publishing {
        task,
        chosen,
        options,
        world,
        tries: 0,
        conflicts: 0,
        known: None,
        sent: None,
        result: Partial::default(),
    };
    loop {
        publishing.tries += 1;
        let began = world.clock.now();
        let stop = match publishing.attempt() {
            Ok(fate) => return Ok(publishing.committed(fate)),
            Err(stop) => stop,
        };
        let error = match stop {
            Stop::Failure(failure) => return Err(publishing.stopped(failure)),
            Stop::Branch(error) => error,
        };
        if matches!(error, BranchError::Overtaken(_)) {
            publishing.conflicts += 1;
        }
        if error.is_certain() {
            publishing.sent = None;
        }
        let Some(time) = publishing.wait(&error, start, began) else {
            let failure = explain::failure(error, task, publishing.tries, options, world);
            return Err(publishing.stopped(failure));
        };
        world.sleeper.sleep(time);
    }
}

impl Publishing<'_> {
    fn attempt(&mut self) -> Result<Fate, Stop> {
        let (task, chosen) = (self.task, self.chosen);
        let now = self.world.clock.now();
        let ground = Ground::read(task, chosen, now)?;
        if self.has_arrived(&ground)? {
            self.request(true)?;
            return Ok(Fate::Committed);
        }
        let layout = match task.history {
            Some(Rewriting::Compact) => Layout::Closed(now),
            Some(Rewriting::Daily) | None => Layout::Kept,
        };
        let mut merged = merge::merge(task, &ground, layout, now)?;
        let derived = derived::changes(task, &ground, &merged, self.world)?;
        merged.changes.extend(derived);
        merged.changes.extend(given::changes(&task.given, &ground, &mut self.known)?);
        let is_news = self.is_news(&ground, &merged.changes)? || !merged.gone.is_empty();
        self.result = Partial { notes: self.notes(&ground, &merged), merged, ..Partial::default() };
        if !is_news {
            let is_ahead = !self.result.merged.changes.is_empty();
            self.request(is_ahead)?;
            self.result.merged.changes.clear();
            return Ok(Fate::Unchanged);
        }
        if self.options.writing == Writing::Dry {
            self.result.diff = self.diff();
            return Ok(Fate::Dry);
        }
        self.write(&ground, now)?;
        self.request(true)?;
        Ok(Fate::Committed)
    }

    /// Tells whether the branch would be another one: there are changes, or a history to replace.
    fn is_news(&self, ground: &Ground<'_>, changes: &[Change]) -> Result<bool, BranchError> {
        let (branch, Some(head)) = (ground.branch, &ground.head) else { return Ok(!changes.is_empty()) };
        if self.task.history == Some(Rewriting::Compact) {
            return Ok(!changes.is_empty() || !branch.past(head)?.parents.is_empty());
        }
        if self.chosen.base.is_none() {
            return Ok(!changes.is_empty());
        }
        // A pull request that holds these changes already is left as it is.
        for change in changes {
            let there = branch.entry(head, &change.path)?;
            if there.is_none_or(|entry| entry.id != blob_id(&change.after)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn write(&mut self, ground: &Ground<'_>, now: Timestamp) -> Result<(), Stop> {
        let (task, chosen) = (self.task, self.chosen);
        let facts = Facts {
            tables: &self.result.merged.tables,
            branch: &task.branch,
            now,
            environment: &self.world.environment,
        };
        let is_daily = task.history == Some(Rewriting::Daily);
        let message = message::write(&task.saying, chosen.signer.as_ref(), &facts, is_daily);
        let files: Vec<NewFile> = self.result.merged.changes.iter().map(NewFile::from).collect();
        let gone: Vec<RepositoryPath> = self.result.merged.gone.keys().cloned().collect();
        let draft = Draft {
            base: ground.base.as_deref(),
            parent: ground.parent.as_deref(),
            expected: ground.head.as_deref(),
            files: &files,
            gone: &gone,
            message: &message,
            author: task.saying.author.as_ref(),
        };
        let mut made = None;
        match ground.branch.write(&draft, &mut made) {
            Ok(written) => {
                self.result.notes.extend(written.note);
                self.result.by = Some(written.by);
                self.result.commit = Some(written.commit);
                Ok(())
            }
            Err(error) => {
                let result = std::mem::take(&mut self.result);
                self.sent = Some(Sent { expected: ground.head.clone(), commit: made, files, result });
                Err(error.into())
            }
        }
    }

    /// Finds a commit of ours on the branch whose answer was lost: the one that continues what we
    /// read and holds what we sent.
    fn has_arrived(&mut self, ground: &Ground<'_>) -> Result<bool, BranchError> {
        let Some(sent) = &self.sent else { return Ok(false) };
        let mut next = ground.head.clone().filter(|_| ground.head != sent.expected);
        for _ in 0..MOST_PAST {
            let Some(commit) = next else { return Ok(false) };
            if Some(&commit) == sent.expected.as_ref() || !ground.branch.knows(&commit)? {
                return Ok(false);
            }
            let parent = ground.branch.past(&commit)?.parents.into_iter().next();
            let is_ours =
                sent.commit.as_ref() == Some(&commit) || (parent == sent.expected && holds(ground, &commit, sent)?);
            if is_ours {
                let sent = self.sent.take().map(|sent| sent.result).unwrap_or_default();
                self.result = Partial { commit: Some(commit), ..sent };
                self.result.notes.push("the answer to this commit was lost, but it had been made".to_owned());
                return Ok(true);
            }
            next = parent;
        }
        Ok(false)
    }

    /// Has a pull request carry what its branch is ahead of its base.
    fn request(&mut self, is_ahead: bool) -> Result<(), Stop> {
        if let Some(base) = self.chosen.base.as_ref().filter(|_| is_ahead && self.options.writing == Writing::Real) {
            self.result.pull_request = Some(request::keep(self.task, base)?);
        }
        Ok(())
    }

    fn notes(&self, ground: &Ground<'_>, merged: &Merged) -> Vec<String> {
        let mut notes = merged.notes.clone();
        if ground.head.is_none() && ground.base.is_none() {
            notes.push(format!("{} is a new branch that holds the tables alone", self.task.branch));
        }
        let tables = ground.listed.values().filter_map(|entry| entry.size).sum::<u64>();
        let grown: u64 = merged.changes.iter().map(|change| change.after.len() as u64).sum();
        let replaced = merged.changes.iter().filter_map(|change| change.before.as_ref());
        let before: u64 = replaced.chain(merged.gone.values()).map(|before| before.len() as u64).sum();
        let bytes = (tables + grown).saturating_sub(before);
        let budget = self.task.config.commit.budget;
        if bytes > budget {
            let (bytes, budget) = (bytes / 1_000_000, budget / 1_000_000);
            notes.push(format!(
                "the tables on {} have {bytes} MB, more than the budget of {budget} MB (commit.budget): \
                 collect less, or let old months go (commit.retention_months)",
                self.task.branch
            ));
        }
        notes
    }

    fn diff(&self) -> String {
        let Merged { changes, gone, .. } = &self.result.merged;
        let changes = changes.iter().map(|change| Versions {
            path: change.path.as_str(),
            before: change.before.as_deref().unwrap_or_default(),
            after: &change.after,
        });
        let gone = gone.iter().map(|(path, before)| Versions { path: path.as_str(), before, after: &[] });
        let versions: Vec<Versions<'_>> = changes.chain(gone).collect();
        let is_shown = self.options.format == Format::Human && self.options.output.is_none();
        let reader = match deliver::color(self.options.output.as_deref(), self.world) {
            Color::Always if is_shown => Reader::Terminal,
            Color::Never if is_shown => Reader::Log,
            Color::Always | Color::Never => Reader::Program,
        };
        text_diff::render(&versions, reader)
    }

    fn committed(self, fate: Fate) -> Committed {
        let Partial { merged, commit, by, diff, pull_request, notes } = self.result;
        let Way { kind, reason } = self.chosen.way.clone();
        let mut all = self.chosen.notes.clone();
        all.extend(notes);
        let files = merged.changes.iter();
        Committed {
            fate,
            branch: self.task.branch.clone(),
            way: Some(Way { kind: by.unwrap_or(kind), reason }),
            files: files.map(|file| CommittedFile { path: file.path.to_string(), bytes: file.after.len() }).collect(),
            tables: merged.tables,
            commit,
            tries: self.tries,
            conflicts: self.conflicts,
            pull_request,
            diff,
            notes: all,
        }
    }

    fn stopped(&self, failure: crate::error::Failure) -> Stopped {
        let kept = Some(self.task.work_tree.named.clone());
        let kept_where = self.task.work_tree.named.display();
        let failure = failure.hint(format!(
            "no row is lost: the tables in {kept_where} are untouched; commit again later, or upload that folder as an artifact"
        ));
        Stopped { failure, tries: self.tries, conflicts: self.conflicts, kept }
    }

    /// Returns how long to wait before the next try, or nothing if there is none.
    fn wait(&self, error: &BranchError, start: Timestamp, began: Timestamp) -> Option<Duration> {
        let patience = self.task.patience;
        if self.tries >= patience.tries {
            return None;
        }
        let now = self.world.clock.now();
        let wait = match error.again() {
            Again::No => None,
            Again::Soon => Some(pause(self.tries, since(began, now), self.world.random.fraction())),
            Again::Later => Some(Duration::from_mins(1)),
            Again::At(time) => until(now, time).filter(|wait| *wait <= LONGEST_ASKED),
        }?;
        (since(start, now) + wait <= patience.time).then_some(wait)
    }
}

impl From<&Change> for NewFile {
    fn from(change: &Change) -> Self {
        Self { path: change.path.clone(), bytes: change.after.clone(), mode: change.mode }
    }
}

/// Tells whether a commit holds what was sent.
fn holds(ground: &Ground<'_>, commit: &str, sent: &Sent) -> Result<bool, BranchError> {
    for file in &sent.files {
        let entry = ground.branch.entry(commit, &file.path)?;
        if entry.is_none_or(|entry| entry.id != blob_id(&file.bytes)) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// As long as a try takes, doubled from try to try, and scattered: jobs that met once should not meet
/// again, and the longer they have something to meet over, the further apart they have to be.
fn pause(tries: u32, took: Duration, chance: f64) -> Duration {
    let unit = took.clamp(SHORTEST_UNIT, LONGEST_UNIT);
    let doubled = unit * (1 << tries.saturating_sub(1).min(5));
    doubled.mul_f64(0.5 + chance).min(LONGEST_WAIT)
}

fn since(start: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(start)).unwrap_or_default()
}

/// A second more than asked for: the other clock may be a little behind.
fn until(now: Timestamp, time: Timestamp) -> Option<Duration> {
    let seconds = now.duration_until(time).as_secs().max(0);
    Some(Duration::from_secs(u64::try_from(seconds).ok()?.saturating_add(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_scatter_but_end() {
        let pauses = |took: u64| {
            let pauses = (1..=7).map(|tries| pause(tries, Duration::from_millis(took), 0.5).as_millis());
            pauses.collect::<Vec<u128>>()
        };
        assert_eq!(pauses(0), [250, 500, 1000, 2000, 4000, 8000, 8000]);
        assert_eq!(pauses(1000), [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
        assert_eq!(pauses(60_000), [2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
        let scattered = |chance| pause(1, Duration::from_secs(1), chance).as_millis();
        assert_eq!((scattered(0.0), scattered(1.0)), (500, 1500));
    }

    #[test]
    fn times_that_are_over_are_waited_for_a_second() {
        let second = |second| Timestamp::from_second(second).unwrap();
        assert_eq!(until(second(10), second(13)), Some(Duration::from_secs(4)));
        assert_eq!(until(second(10), second(3)), Some(Duration::from_secs(1)));
    }
}
