//! What the logs and the artifacts of some runs came to.

use crate::github::{DownloadError, RequestError};
use crate::model::history::Row;
use crate::model::run::RunId;

/// Rows, and what could not be read.
#[derive(Debug, Default)]
pub(super) struct FromRuns {
    /// The rows.
    pub(super) rows: Vec<Row>,
    /// Runs of which something could not be read and may be another time.
    pub(super) unread: Vec<u64>,
}

impl FromRuns {
    /// Notes that a run is to be read another time, if that may help.
    pub(super) fn again(&mut self, run: RunId, may_help: bool) {
        self.unread.extend(may_help.then_some(run.0));
    }

    /// Takes over what else came of the runs.
    pub(super) fn extend(&mut self, other: Self) {
        self.rows.extend(other.rows);
        self.unread.extend(other.unread);
    }
}

/// Tells whether the same file may be had another time.
pub(super) fn download_may_pass(error: &DownloadError) -> bool {
    match error {
        DownloadError::Request(error) => request_may_pass(error),
        DownloadError::Keep { .. } => true,
    }
}

/// Tells whether the same question may be answered another time.
pub(super) fn request_may_pass(error: &RequestError) -> bool {
    !matches!(error, RequestError::Refused { status, .. } if *status < 500)
}
