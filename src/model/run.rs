//! Runs, jobs and steps as every source tells of them.
//!
//! Words are in lower case, and what a source does not know is `None`. Times stand here as they
//! were reported; what they are worth is judged where rows are made of them.

use std::collections::BTreeMap;

use jiff::Timestamp;

/// A run's id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunId(pub u64);

/// A job's id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct JobId(pub u64);

/// One attempt of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// The run.
    pub id: RunId,
    /// Which attempt, from 1.
    pub attempt: u32,
    /// `OWNER/NAME`.
    pub repository: Option<String>,
    /// The workflow's name.
    pub workflow: Option<String>,
    /// The workflow's file.
    pub workflow_path: Option<String>,
    /// The number of the run within its workflow.
    pub number: Option<u64>,
    /// What started it.
    pub event: Option<String>,
    /// The branch.
    pub branch: Option<String>,
    /// The commit.
    pub commit: Option<String>,
    /// The pull request's number.
    pub pull_request: Option<u64>,
    /// How it ended; `None` while it has not.
    pub conclusion: Option<String>,
    /// When this attempt started.
    pub started_at: Option<Timestamp>,
    /// When the record was last changed.
    pub updated_at: Option<Timestamp>,
}

/// One job of an attempt of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Job {
    /// The job.
    pub id: JobId,
    /// Its run.
    pub run: RunId,
    /// The attempt of the run, from 1.
    pub attempt: u32,
    /// `OWNER/NAME`.
    pub repository: Option<String>,
    /// The full name, matrix values included.
    pub name: Option<String>,
    /// The workflow's name.
    pub workflow: Option<String>,
    /// The branch.
    pub branch: Option<String>,
    /// The commit.
    pub commit: Option<String>,
    /// Whether a runner took it.
    pub progress: Progress,
    /// How it ended; `None` while it has not.
    pub conclusion: Option<String>,
    /// When it was queued.
    pub created_at: Option<Timestamp>,
    /// When it started.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
    /// The labels it asked for.
    pub labels: Vec<String>,
    /// The runner's group.
    pub runner_group: Option<String>,
    /// The steps.
    pub steps: Vec<Step>,
}

/// Whether a runner took a job.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Progress {
    /// No runner has it: it waits, was skipped, or was cancelled before it started.
    #[default]
    Waiting,
    /// A runner works or worked on it.
    Taken,
}

/// One step of a job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Step {
    /// The number within the job, from 1.
    pub number: Option<u64>,
    /// The name.
    pub name: String,
    /// How it ended; `None` while it has not.
    pub conclusion: Option<String>,
    /// When it started.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
}

/// Everything known about some runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Runs {
    /// The attempts.
    pub attempts: BTreeMap<(RunId, u32), Run>,
    /// The jobs, by attempt and id: a job that a re-run copied has a row in each attempt.
    pub jobs: BTreeMap<(RunId, u32, JobId), Job>,
    /// How many jobs a run has, where that is known.
    pub job_counts: BTreeMap<RunId, u64>,
}

impl Runs {
    /// Returns the attempt a job belongs to.
    pub fn attempt_of(&self, job: &Job) -> Option<&Run> {
        self.attempts.get(&(job.run, job.attempt))
    }

    /// Returns the newest known attempt of a job's run, its own first: what does not change from
    /// attempt to attempt can be read from any of them.
    pub fn run_of(&self, job: &Job) -> Option<&Run> {
        let any = || self.attempts.range((job.run, 0)..=(job.run, u32::MAX)).next_back().map(|(_, run)| run);
        self.attempt_of(job).or_else(any)
    }

    /// Tells whether a re-run took a job over from an earlier attempt instead of running it: then it
    /// had ended before its attempt began. That it started before means nothing, since GitHub's
    /// clocks differ by a second.
    pub fn is_copied(&self, job: &Job) -> bool {
        let attempt = self.attempt_of(job).and_then(|run| run.started_at);
        let ended = job.completed_at.or(job.started_at);
        job.attempt > 1 && attempt.zip(ended).is_some_and(|(attempt, ended)| ended < attempt)
    }

    /// Takes over what is known of other runs.
    pub fn extend(&mut self, other: Self) {
        let Self { attempts, jobs, job_counts } = other;
        self.attempts.extend(attempts);
        self.jobs.extend(jobs);
        self.job_counts.extend(job_counts);
    }

    /// Takes back that a job has ended, and its attempt with it: a job that looks at itself has not
    /// ended, whatever is said of it.
    pub fn unfinish(&mut self, id: JobId) {
        for ((run, attempt, _), job) in self.jobs.iter_mut().filter(|((_, _, job), _)| *job == id) {
            (job.conclusion, job.completed_at) = (None, None);
            self.attempts.entry((*run, *attempt)).and_modify(|attempt| attempt.conclusion = None);
        }
    }

    /// Returns the jobs of an attempt.
    pub fn jobs_of(&self, run: RunId, attempt: u32) -> impl Iterator<Item = &Job> {
        let first = (run, attempt, JobId(0));
        let last = (run, attempt, JobId(u64::MAX));
        self.jobs.range(first..=last).map(|(_, job)| job)
    }

    /// Tells whether all jobs of a run are known, as far as that can be told.
    pub fn has_all_jobs(&self, run: RunId) -> bool {
        let known = self.jobs.range((run, 0, JobId(0))..=(run, u32::MAX, JobId(u64::MAX))).count();
        self.job_counts.get(&run).is_none_or(|count| u64::try_from(known).is_ok_and(|known| known >= *count))
    }
}
