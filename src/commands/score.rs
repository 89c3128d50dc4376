//! Scores a repository's readiness for production.

use std::path::PathBuf;

use clap::ValueEnum;
use jiff::tz::TimeZone;

use super::configuration::Configuration;
use super::{deliver, lint, step};
use crate::config::Lint;
use crate::error::{Failure, FailureKind};
use crate::model::scorecard::Scorecard;
use crate::outcome::Outcome;
use crate::outputs::formats::github::room::Room;
use crate::outputs::formats::{github, human, json, markdown};
pub use crate::scorecard::Profile;
use crate::scorecard::{Inputs, Settings, judge};
use crate::sources::{inventory, repository};
use crate::world::World;

/// What `plimsoll score` was asked.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The repository's folder; by default the repository around the world's folder.
    pub path: Option<PathBuf>,
    /// Where settings come from.
    pub configuration: Configuration,
    /// What the repository is.
    pub profile: Option<Asked>,
    /// The form of the output; by default `github` in a job and `human` elsewhere.
    pub format: Option<Format>,
    /// Where the output goes instead of standard output.
    pub output: Option<PathBuf>,
    /// The score, in tenths, below which the command fails.
    pub fail_below: Option<u8>,
}

/// The profile that was asked for; `None` to find out.
#[derive(Clone, Copy, Debug)]
pub struct Asked(pub Option<Profile>);

/// The forms that a scorecard can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For a terminal
    Human,
    /// Workflow commands, which become annotations
    Github,
    /// JSON, version 1
    Json,
    /// Markdown, for a summary or a comment
    Markdown,
}

/// Scores and writes the scorecard.
pub(super) fn run(options: &Options, world: &mut World) -> Result<Outcome, Failure> {
    let mut settings = options.configuration.load(&world.folder)?.score;
    if let Some(Asked(profile)) = options.profile {
        settings.profile = profile;
    }
    let scorecard = score(options.path.as_ref(), &settings, world)?;
    let rendered = render(&scorecard, options, world);
    deliver::write(&rendered, options.output.as_deref(), world)?;
    tell_job(&scorecard, world)?;
    let too_low = options.fail_below.is_some_and(|least| scorecard.overall.tenths() < u128::from(least));
    Ok(if too_low { Outcome::Fail } else { Outcome::Pass })
}

/// Tells the job the score, and shows the scorecard on its page.
fn tell_job(scorecard: &Scorecard, world: &mut World) -> Result<(), Failure> {
    let score = scorecard.overall.shown();
    let outputs =
        [("score", score.as_str()), ("grade", scorecard.overall.grade()), ("verdict", scorecard.readiness.word())];
    step::outputs(&outputs, world)?;
    step::summary(|| markdown::scorecard::render(scorecard), world)
}

/// Scores the repository in a folder, by default the one around the world's folder.
pub(super) fn score(path: Option<&PathBuf>, settings: &Settings, world: &mut World) -> Result<Scorecard, Failure> {
    let root = match path {
        Some(path) => world.folder.join(path),
        None => repository::root(&world.folder),
    };
    if !root.is_dir() {
        let message = format!("cannot score {}: it is not a folder", root.display());
        return Err(Failure::message(FailureKind::Input, message).hint("name a repository's folder"));
    }
    let outer = repository::root(&world.folder);
    let linted = lint::lint(std::slice::from_ref(&root), &Lint::default(), world)?;
    let mut findings = linted.report.findings;
    for finding in &mut findings {
        // The linter counts paths from the repository around us, the scorecard from its own root.
        finding.region.path = repository::relative(&root, &outer.join(&finding.region.path));
    }
    let repository = inventory::read(&root);
    let today = world.clock.now().to_zoned(TimeZone::UTC).date();
    let inputs = Inputs { repository: &repository, findings: Some(&findings), today };
    Ok(judge(&inputs, settings))
}

fn render(scorecard: &Scorecard, options: &Options, world: &World) -> String {
    let default = if world.environment.in_actions() { Format::Github } else { Format::Human };
    match options.format.unwrap_or(default) {
        Format::Human => {
            human::scorecard::render(scorecard, world.width, deliver::color(options.output.as_deref(), world))
        }
        Format::Github => github::scorecard::render(scorecard, &mut Room::default()),
        Format::Json => json::scorecard::render(scorecard),
        Format::Markdown => markdown::scorecard::render(scorecard),
    }
}
