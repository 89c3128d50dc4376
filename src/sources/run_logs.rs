//! The logs of a run's jobs: one archive for all of them, read line by line without unpacking it.
//!
//! The archive goes through a file without a name, so that its size costs no memory.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read};
use std::path::Path;

use super::archive::{Archive, ArchiveError, rewound, unnamed};
use crate::github::{Client, DownloadError, RequestError, Route};
use crate::model::repository_name::RepositoryName;
use crate::model::run::{Job, JobId, RunId};

/// The largest archive, or log of one job, that is downloaded.
const LARGEST_FILE: u64 = 2 << 30;

/// The longest part of a line that is looked at.
const LONGEST_LINE: u64 = 64 << 10;

/// How many logs of single jobs are read of a run whose archive lacks them.
const MOST_SINGLE: usize = 25;

/// How many characters of a job's name, in UTF-16, are in the archive's names.
const NAME_UNITS: usize = 90;

/// Logs that could not be read.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// They could not be downloaded.
    #[error(transparent)]
    Download(#[from] DownloadError),
    /// The archive is none, or damaged.
    #[error("the log archive of run {run} cannot be read: {reason}")]
    Damaged {
        /// The run.
        run: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// The archive is one that would do harm.
    #[error("the log archive of run {run} is refused: {reason}")]
    Refused {
        /// The run.
        run: u64,
        /// What it would do.
        reason: String,
    },
}

/// Where logs are read from.
pub struct Logs<'task> {
    /// The connection.
    pub client: &'task Client,
    /// The repository.
    pub repository: &'task RepositoryName,
    /// A folder that a file may be put in while it is read.
    pub scratch: &'task Path,
}

/// Takes a job's line, and the number of the step it is from where that is known.
pub type TakeLine<'taker> = dyn FnMut(JobId, Option<u64>, &str) + 'taker;

impl Logs<'_> {
    /// Reads the logs of some jobs of an attempt; returns those whose log is missing.
    ///
    /// # Errors
    /// The archive cannot be had or is refused; lines that were handed over by then are true.
    pub fn read(
        &self,
        run: RunId,
        attempt: u32,
        jobs: &[&Job],
        take: &mut TakeLine<'_>,
    ) -> Result<BTreeSet<JobId>, LogError> {
        let route = Route::repository(self.repository).part("actions/runs").number(run.0);
        let route = route.part("attempts").number(attempt.into()).part("logs");
        let mut missing: BTreeSet<JobId> = jobs.iter().map(|job| job.id).collect();
        let Some(file) = self.file(&route)? else { return Ok(missing) };
        for id in read_archive(file, run, jobs, take)? {
            missing.remove(&id);
        }
        let single: Vec<JobId> = missing.iter().copied().take(MOST_SINGLE).collect();
        for id in single {
            if self.read_single(id, take)? {
                missing.remove(&id);
            }
        }
        Ok(missing)
    }

    fn read_single(&self, id: JobId, take: &mut TakeLine<'_>) -> Result<bool, LogError> {
        let route = Route::repository(self.repository).part("actions/jobs").number(id.0).part("logs");
        let Some(file) = self.file(&route)? else { return Ok(false) };
        let damaged = |error: io::Error| LogError::Damaged { run: id.0, reason: error.to_string() };
        let mut file = rewound(file).map_err(damaged)?;
        lines(&mut file, &mut |line| take(id, None, line)).map_err(damaged)?;
        Ok(true)
    }

    /// Downloads a file; nothing where it is not there and never will be.
    fn file(&self, route: &Route) -> Result<Option<File>, LogError> {
        match self.client.download(route, LARGEST_FILE, || unnamed(self.scratch)) {
            Ok(file) => Ok(Some(file)),
            Err(DownloadError::Request(RequestError::Refused { status: 404 | 410, .. })) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// Reads the entries of an archive that are logs of the jobs; returns the jobs that have some.
fn read_archive(file: File, run: RunId, jobs: &[&Job], take: &mut TakeLine<'_>) -> Result<BTreeSet<JobId>, LogError> {
    let bad = |error| match error {
        ArchiveError::Damaged(reason) => LogError::Damaged { run: run.0, reason },
        ArchiveError::Refused(reason) => LogError::Refused { run: run.0, reason },
    };
    let mut archive = Archive::open(file).map_err(bad)?;
    let wanted = entries(archive.names().iter().map(String::as_str), jobs);
    let mut found = BTreeSet::new();
    for (id, step, name) in wanted {
        archive.read(&name, |entry| lines(entry, &mut |line| take(id, step, line))).map_err(bad)?;
        found.insert(id);
    }
    Ok(found)
}

/// Finds the entries of each job, in the order of its steps: `NAME/2_STEP.txt`, or else the whole
/// job in `0_NAME.txt`, where the number says nothing, or in `-9_NAME.txt` of an older service.
/// Jobs that share a name there cannot be told apart and have none.
fn entries<'names>(names: impl Iterator<Item = &'names str>, jobs: &[&Job]) -> Vec<(JobId, Option<u64>, String)> {
    let mut ids: BTreeMap<String, Vec<JobId>> = BTreeMap::new();
    for job in jobs {
        ids.entry(file_name(job.name.as_deref().unwrap_or_default())).or_default().push(job.id);
    }
    let id_of = |name: &str| match ids.get(name).map(Vec::as_slice) {
        Some([id]) => Some(*id),
        _ => None,
    };
    let (mut steps, mut whole) = (BTreeMap::new(), BTreeMap::new());
    for name in names {
        let Some(stem) = name.strip_suffix(".txt") else { continue };
        if let Some((folder, file)) = stem.split_once('/') {
            let number = file.split_once('_').and_then(|(number, _)| number.parse::<u64>().ok());
            if let Some((id, number)) = id_of(folder).zip(number) {
                steps.insert((id, number), name.to_owned());
            }
        } else if let Some((number, job)) = stem.split_once('_')
            && let Some(id) = id_of(job).filter(|_| number.parse::<i64>().is_ok())
        {
            whole.insert(id, name.to_owned());
        }
    }
    let with_steps: BTreeSet<JobId> = steps.keys().map(|(id, _)| *id).collect();
    let steps = steps.into_iter().map(|((id, number), name)| (id, Some(number), name));
    let whole = whole.into_iter().filter(|(id, _)| !with_steps.contains(id)).map(|(id, name)| (id, None, name));
    steps.chain(whole).collect()
}

/// Writes a job's name as the archive does: without slashes and colons, cut, and trimmed.
fn file_name(job: &str) -> String {
    let units: Vec<u16> = job.replace(['/', ':'], "").encode_utf16().take(NAME_UNITS).collect();
    String::from_utf16_lossy(&units).trim().to_owned()
}

/// Hands over line by line, each at most so long; what is no text becomes a mark.
fn lines(from: &mut dyn Read, take: &mut dyn FnMut(&str)) -> io::Result<()> {
    let mut reader = BufReader::new(from);
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = (&mut reader).take(LONGEST_LINE).read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(());
        }
        take(&String::from_utf8_lossy(&line));
        if !line.ends_with(b"\n") {
            skip_line(&mut reader)?;
        }
    }
}

fn skip_line(reader: &mut impl io::BufRead) -> io::Result<()> {
    loop {
        let available = reader.fill_buf()?;
        let end = memchr::memchr(b'\n', available);
        let (length, is_end) = (available.len(), available.is_empty());
        reader.consume(end.map_or(length, |end| end + 1));
        if end.is_some() || is_end {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::super::archive::packed as archive;
    use super::*;

    fn job(id: u64, name: &str) -> Job {
        Job { id: JobId(id), name: Some(name.to_owned()), ..Job::default() }
    }

    type Lines = Vec<(u64, Option<u64>, String)>;

    fn read(file: File, jobs: &[Job]) -> Result<(Lines, Vec<u64>), String> {
        let mut lines = Vec::new();
        let jobs: Vec<&Job> = jobs.iter().collect();
        let mut take = |id: JobId, step: Option<u64>, line: &str| lines.push((id.0, step, line.trim_end().to_owned()));
        let found = read_archive(file, RunId(7), &jobs, &mut take).map_err(|error| error.to_string())?;
        Ok((lines, found.into_iter().map(|id| id.0).collect()))
    }

    #[test]
    fn logs_are_found_by_the_names_of_their_jobs() {
        let long = "x".repeat(200);
        let cut = format!("{}/1_a.txt", "x".repeat(90));
        let file = archive(&[
            ("call  build/10_Post.txt", b"ten\n"),
            ("call  build/2_Cache.txt", b"two\r\nlines\n"),
            ("0_call  build.txt", b"whole\n"),
            ("1_lint.txt", b"lint"),
            ("-99_old.txt", b"old\n"),
            ("2_twin.txt", b"whose?\n"),
            (&cut, b"long\n"),
            ("unknown/1_a.txt", b"no\n"),
            ("readme.md", b"no\n"),
        ]);
        let jobs = [
            job(1, "call / build"),
            job(2, "lint"),
            job(3, "old"),
            job(4, "twin"),
            job(5, "tw:in"),
            job(6, &long),
            job(8, "none"),
        ];
        let (lines, found) = read(file, &jobs).unwrap();
        let line = |id: u64, step: Option<u64>, text: &str| (id, step, text.to_owned());
        assert_eq!(
            lines,
            [
                line(1, Some(2), "two"),
                line(1, Some(2), "lines"),
                line(1, Some(10), "ten"),
                line(6, Some(1), "long"),
                line(2, None, "lint"),
                line(3, None, "old"),
            ]
        );
        assert_eq!(found, [1, 2, 3, 6]);
    }

    #[test]
    fn what_would_do_harm_is_refused() {
        for name in ["../1_a.txt", "a/../../1_b.txt", "/etc/1_a.txt", "C:\\1_a.txt", "a\\..\\1_b.txt"] {
            let error = read(archive(&[(name, b"x\n")]), &[job(1, "a")]).unwrap_err();
            assert!(error.starts_with("the log archive of run 7 is refused: its entry `"), "{error}");
        }
        let zeros = vec![0_u8; 80 << 20];
        let error = read(archive(&[("0_a.txt", &zeros)]), &[job(1, "a")]).unwrap_err();
        assert!(error.ends_with("come to more than 200 times as much"), "{error}");
    }

    #[test]
    fn what_is_no_archive_is_told() {
        for content in [b"".as_slice(), b"<html>", b"PK\x05\x06"] {
            let mut file = unnamed(&std::env::temp_dir()).unwrap();
            file.write_all(content).unwrap();
            let error = read(file, &[]).unwrap_err();
            assert!(error.starts_with("the log archive of run 7 cannot be read: "), "{error}");
        }
    }

    #[test]
    fn lines_without_end_and_bytes_that_are_no_text_are_read() {
        let mut content = vec![b'a'; 200_000];
        content.extend_from_slice(b"\nb\xFF\nlast");
        let (lines, _) = read(archive(&[("0_a.txt", &content)]), &[job(1, "a")]).unwrap();
        let lengths: Vec<usize> = lines.iter().map(|(_, _, line)| line.len()).collect();
        assert_eq!(lengths, [65_536, 4, 4]);
        assert_eq!(lines[1].2, "b\u{FFFD}");
    }
}
