//! Files that are too large to be held: logs.

use std::io::{self, Write};

use http_body_util::BodyExt as _;

use super::answer::Answer;
use super::client::{Call, Client};
use super::error::{Endpoint, NetworkTrouble, RequestError};
use super::route::Route;

/// How much of an answer is read that is no file.
const LARGEST_COMPLAINT: usize = 64 * 1024;

/// A file that was not downloaded.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// The request failed.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// It could not be kept.
    #[error("cannot keep what {endpoint} answered")]
    Keep {
        /// What was asked.
        endpoint: Endpoint,
        /// The system's reason.
        source: io::Error,
    },
}

impl Client {
    /// Downloads a file of at most so many bytes, piece by piece. GitHub sends on to a storage of
    /// another host, which gets no token. `target` is asked for a place to write to before each try.
    ///
    /// # Errors
    /// See [`DownloadError`]; what was written by then is no whole file.
    pub fn download<W: Write>(
        &self,
        route: &Route,
        largest: u64,
        mut target: impl FnMut() -> io::Result<W>,
    ) -> Result<W, DownloadError> {
        let call = self.call(http::Method::GET, route, None)?;
        let mut failed = None;
        loop {
            let keep = |source| DownloadError::Keep { endpoint: call.endpoint.clone(), source };
            let mut file = target().map_err(keep)?;
            match self.wait_for(self.fill(&call, largest, &mut file)) {
                Ok(()) => return Ok(file),
                Err(DownloadError::Request(error)) => failed = Some(self.wait_again(failed.take(), error)?),
                Err(other) => return Err(other),
            }
        }
    }

    async fn fill<W: Write>(&self, call: &Call, largest: u64, file: &mut W) -> Result<(), DownloadError> {
        let unreachable = |trouble, reason: String| RequestError::Unreachable {
            endpoint: call.endpoint.clone(),
            host: self.host().to_owned(),
            trouble,
            reason,
        };
        let answer = self.open(call).await?;
        let (head, mut body) = answer.into_parts();
        let is_file = head.status.is_success();
        let (mut written, mut complaint) = (0_u64, Vec::new());
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| unreachable(NetworkTrouble::Broken, error.to_string()))?;
            let Ok(piece) = frame.into_data() else { continue };
            if !is_file {
                complaint.extend(piece.iter().take(LARGEST_COMPLAINT.saturating_sub(complaint.len())));
                continue;
            }
            written = written.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
            if written > largest {
                let reason = format!("it has more than {largest} bytes");
                return Err(unreachable(NetworkTrouble::TooLarge, reason).into());
            }
            file.write_all(&piece).map_err(|source| DownloadError::Keep { endpoint: call.endpoint.clone(), source })?;
        }
        if is_file {
            return file.flush().map_err(|source| DownloadError::Keep { endpoint: call.endpoint.clone(), source });
        }
        let answer =
            Answer { endpoint: call.endpoint.clone(), status: head.status, headers: head.headers, body: complaint };
        Ok(self.judge(answer).map(drop)?)
    }
}
