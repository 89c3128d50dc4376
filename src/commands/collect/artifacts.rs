//! What tools wrote, from the artifacts of the runs that were just read.

use std::collections::BTreeSet;

use super::Options;
use super::from_runs::{FromRuns, download_may_pass, request_may_pass};
use super::workspace::{self, Named, ReadFile};
use crate::commands::online::failure;
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::github::DownloadError;
use crate::model::history::{Cell, Row};
use crate::model::origin::Origin;
use crate::model::quarantine::Quarantine;
use crate::model::run::{Run, RunId, Runs};
use crate::outputs::formats::escape;
use crate::sources::formats::{Format, Input};
use crate::sources::run_artifacts::{Artifact, ArtifactError, Artifacts, Taken, Wanted};
use crate::world::World;

/// Reads the artifacts of some runs.
pub(super) struct ArtifactReader<'task> {
    pub(super) options: &'task Options,
    pub(super) artifacts: Artifacts<'task>,
    pub(super) patterns: &'task [Pattern],
    pub(super) quarantine: &'task Quarantine,
}

/// Artifacts that somebody named.
pub(super) struct Pattern {
    wanted: Wanted,
    /// The format of their files; told from each, where it is not given.
    format: Option<&'static Format>,
}

/// Understands patterns: `NAME`, `NAME/FILE`, and `FORMAT:NAME/FILE`.
pub(super) fn patterns(texts: &[String]) -> Result<Vec<Pattern>, Failure> {
    let pattern = |text: &String| {
        let Named { pattern, format } = Named::parse(text);
        let wanted = Wanted::parse(&pattern).map_err(|error| {
            Failure::message(FailureKind::Usage, format!("`{text}` is not a pattern for artifacts: {error}"))
                .hint("write the artifact's name, and behind a slash the file in it, as in `test-results-*/**/*.xml`")
        })?;
        Ok(Pattern { wanted, format })
    };
    texts.iter().map(pattern).collect()
}

/// What an artifact's files came to.
#[derive(Default)]
struct Files {
    read: Vec<ReadFile>,
    problems: Vec<String>,
}

impl ArtifactReader<'_> {
    /// Reads the artifacts of the runs that have ended. What cannot be read is told; it stops
    /// nothing.
    pub(super) fn read(&self, runs: &Runs, world: &mut World) -> Result<FromRuns, Failure> {
        let mut found = FromRuns::default();
        let ended = runs.attempts.values().filter(|run| run.conclusion.is_some());
        for id in ended.map(|run| run.id).collect::<BTreeSet<RunId>>() {
            let artifacts = self.artifacts.list(id).or_else(|error| {
                found.again(id, request_may_pass(&error));
                let told = failure(error, self.options.online.token.as_ref(), world).to_string();
                tell(&told, world).map(|()| Vec::new())
            })?;
            for artifact in artifacts {
                self.artifact((runs, id), &artifact, &mut found, world)?;
            }
        }
        Ok(found)
    }

    fn artifact(
        &self,
        (runs, id): (&Runs, RunId),
        artifact: &Artifact,
        found: &mut FromRuns,
        world: &mut World,
    ) -> Result<(), Failure> {
        let patterns: Vec<&Pattern> =
            self.patterns.iter().filter(|pattern| pattern.wanted.is_artifact(&artifact.name)).collect();
        let Some(run) = attempt_of(runs, id, artifact).filter(|_| !patterns.is_empty()) else { return Ok(()) };
        let mut files = Files::default();
        let is_wanted = |path: &str| patterns.iter().any(|pattern| pattern.wanted.is_file(path));
        let take = |path: &str, file: Taken| files.take(artifact, path, &file, &patterns);
        if let Err(error) = self.artifacts.files(artifact, is_wanted, take) {
            found.again(id, may_pass(&error));
            files.problems.push(self.told(error, world));
        } else if files.read.is_empty() && files.problems.is_empty() {
            files.problems.push(format!("the artifact `{}` holds no file of a format that is known", artifact.name));
        }
        for problem in &files.problems {
            tell(&format!("run {}: {problem}", id.0), world)?;
        }
        let origin = origin_of(run).numbered(artifact.name.as_bytes());
        found
            .rows
            .extend(workspace::rows(files.read, &origin, self.quarantine).into_iter().map(|row| timed(row, artifact)));
        Ok(())
    }

    fn told(&self, error: ArtifactError, world: &World) -> String {
        match error {
            ArtifactError::Download(DownloadError::Request(request)) => {
                failure(request, self.options.online.token.as_ref(), world).to_string()
            }
            ArtifactError::Download(_) | ArtifactError::Archive { .. } => {
                Failure::new(FailureKind::Input, error).to_string()
            }
        }
    }
}

fn tell(text: &str, world: &mut World) -> Result<(), Failure> {
    let text = escape::terminal(text).replace('\n', " ");
    writeln!(world.stderr, "warning: artifacts are not known whole: {text}").kind(FailureKind::Output)
}

impl Files {
    fn take(&mut self, artifact: &Artifact, path: &str, file: &Taken, patterns: &[&Pattern]) {
        let source = if path == artifact.name { path.to_owned() } else { format!("{}/{path}", artifact.name) };
        let naming = || patterns.iter().filter(|pattern| pattern.wanted.is_file(path));
        let format = naming().find_map(|pattern| pattern.format);
        // Where no file is named, those that are something else are none of our business.
        let is_named = format.is_some() || naming().any(|pattern| pattern.wanted.names_files());
        let input = Input::new(stem(path), || file.open()).at(source.as_str());
        match format.map_or_else(|| Format::of(&input), Ok) {
            Ok(format) => match workspace::read(&input, &source, format) {
                Ok(output) => self.read.push(ReadFile { source, output, digest: Vec::new() }),
                Err(error) => self.problems.push(format!("{source}:{error}")),
            },
            Err(error) if is_named => self.problems.push(format!("{source}:{error}")),
            Err(_) => {}
        }
    }
}

/// Finds the attempt that uploaded an artifact: the newest that had begun. One that is older than all
/// of them is of an attempt that was read before.
fn attempt_of<'runs>(runs: &'runs Runs, id: RunId, artifact: &Artifact) -> Option<&'runs Run> {
    let had_begun = |run: &&Run| run.started_at.zip(artifact.created_at).is_none_or(|(start, made)| start <= made);
    let attempts = runs.attempts.range((id, 0)..=(id, u32::MAX)).map(|(_, run)| run);
    attempts.rev().find(had_begun).filter(|run| run.conclusion.is_some())
}

fn origin_of(run: &Run) -> Origin {
    Origin {
        repository: run.repository.clone(),
        workflow: run.workflow.clone(),
        run_id: Some(run.id.0),
        run_attempt: Some(run.attempt.into()),
        job_id: None,
        job: None,
        event: run.event.clone(),
        branch: run.branch.clone(),
        commit: run.commit.clone(),
    }
}

/// Says when a row was observed, where the file does not: when it was uploaded.
fn timed(mut row: Row, artifact: &Artifact) -> Row {
    if row.at().is_none() {
        row.set(row.table().time, Cell::from_option(artifact.created_at, Cell::time));
    }
    row
}

fn stem(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned()
}

fn may_pass(error: &ArtifactError) -> bool {
    match error {
        ArtifactError::Download(error) => download_may_pass(error),
        ArtifactError::Archive { .. } => false,
    }
}
