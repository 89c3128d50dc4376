//! Caches, from the logs of the runs that were just read.

use std::collections::BTreeMap;
use std::path::Path;

use super::Options;
use super::from_runs::{FromRuns, download_may_pass};
use crate::commands::online::failure;
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::github::{Client, DownloadError};
use crate::model::history::Row;
use crate::model::repository_name::RepositoryName;
use crate::model::run::{Job, JobId, Progress, Run, Runs};
use crate::pipeline::cache_log::CacheLog;
use crate::pipeline::cache_rows;
use crate::sources::run_logs::{LogError, Logs};
use crate::world::World;

/// Reads the logs of some runs.
pub(super) struct CacheReader<'task> {
    pub(super) options: &'task Options,
    pub(super) client: &'task Client,
    pub(super) repository: &'task RepositoryName,
    /// A folder that a file may be put in while it is read.
    pub(super) scratch: &'task Path,
}

impl CacheReader<'_> {
    /// Reads the logs of the attempts that have ended. A log that is not there is no miss: nothing
    /// is known of its caches, and there is no row.
    pub(super) fn read(&self, runs: &Runs, world: &mut World) -> Result<FromRuns, Failure> {
        let mut caches = FromRuns::default();
        for run in runs.attempts.values().filter(|run| run.conclusion.is_some()) {
            match self.attempt(runs, run) {
                Ok(rows) => caches.rows.extend(rows),
                Err(error) => {
                    caches.again(run.id, may_pass(&error));
                    self.tell(error, world)?;
                }
            }
        }
        Ok(caches)
    }

    fn attempt(&self, runs: &Runs, run: &Run) -> Result<Vec<Row>, LogError> {
        let ran = |job: &&Job| job.progress == Progress::Taken && job.conclusion.is_some() && !runs.is_copied(job);
        let jobs: Vec<&Job> = runs.jobs_of(run.id, run.attempt).filter(ran).collect();
        if jobs.is_empty() {
            return Ok(Vec::new());
        }
        let logs = Logs { client: self.client, repository: self.repository, scratch: self.scratch };
        let mut read: BTreeMap<JobId, CacheLog> = BTreeMap::new();
        logs.read(run.id, run.attempt, &jobs, &mut |job, step, line| read.entry(job).or_default().line(line, step))?;
        let mut rows = Vec::new();
        for job in jobs {
            let uses = read.remove(&job.id).map(CacheLog::finish).unwrap_or_default();
            rows.extend(cache_rows::rows(runs, job, &uses));
        }
        Ok(rows)
    }

    fn tell(&self, error: LogError, world: &mut World) -> Result<(), Failure> {
        let told = match error {
            LogError::Download(DownloadError::Request(request)) => {
                failure(request, self.options.online.token.as_ref(), world).to_string()
            }
            LogError::Download(_) | LogError::Damaged { .. } | LogError::Refused { .. } => {
                Failure::new(FailureKind::Input, error).to_string()
            }
        };
        let told = crate::outputs::formats::escape::terminal(&told).replace('\n', " ");
        writeln!(world.stderr, "warning: caches of a run are not known: {told}").kind(FailureKind::Output)
    }
}

/// Tells whether the same log may be read another time.
fn may_pass(error: &LogError) -> bool {
    match error {
        LogError::Download(error) => download_may_pass(error),
        LogError::Damaged { .. } | LogError::Refused { .. } => false,
    }
}
