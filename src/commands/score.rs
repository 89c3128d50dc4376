//! Scores a repository's readiness for production.

use std::path::PathBuf;

use clap::ValueEnum;
use jiff::tz::TimeZone;

use super::configuration::Configuration;
use super::online::{self, Network};
use super::{deliver, lint, step};
use crate::config::{Lint, Program};
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::github::RequestError;
use crate::model::branch_rules::BranchRules;
use crate::model::repository_name::RepositoryName;
use crate::model::scorecard::Scorecard;
use crate::model::secret::Secret;
use crate::outcome::Outcome;
use crate::outputs::formats::github::room::Room;
use crate::outputs::formats::{github, human, json, markdown};
pub use crate::scorecard::Profile;
use crate::scorecard::{Inputs, Settings, judge};
use crate::sources::branch_rules::{self, FetchError};
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
    /// Whether and as whom GitHub is asked.
    pub online: Online,
    /// The score, in tenths, below which the command fails.
    pub fail_below: Option<u8>,
}

/// Whether GitHub is asked for what only it knows, as whom, and about which repository.
#[derive(Clone, Debug, Default)]
pub struct Online {
    /// Whether it is asked.
    pub network: Network,
    /// The token; the environment's where none is given.
    pub token: Option<Secret>,
    /// `OWNER/NAME`; by default `GITHUB_REPOSITORY`.
    pub repository: Option<String>,
}

impl Online {
    /// Reads what protects the default branch; `None` where GitHub is not asked, or where nobody
    /// says which repository it is and a token is there only by chance.
    pub(super) fn branch_rules(&self, world: &World) -> Result<Option<BranchRules>, Failure> {
        let token = self.token.as_ref();
        let named = self.repository.as_deref().or_else(|| world.environment.get("GITHUB_REPOSITORY"));
        let repository: RepositoryName = match named {
            _ if !self.network.is_asked(token, world) => return Ok(None),
            Some(name) => name.parse().kind(FailureKind::Usage)?,
            None if self.network == Network::WithToken => return Ok(None),
            None => {
                let message = "it is not known which repository GitHub is to be asked about";
                return Err(Failure::message(FailureKind::Usage, message)
                    .hint("name it with --repository OWNER/NAME or in GITHUB_REPOSITORY"));
            }
        };
        let client = online::connect(token, world)?;
        match branch_rules::fetch(&client, &repository) {
            Ok(rules) => Ok(Some(rules)),
            // A token that may not read it is as good as none.
            Err(FetchError::Request(RequestError::Refused { status: 403, .. })) => Ok(None),
            Err(FetchError::Request(error)) => Err(online::failure(error, token, world)),
            Err(error @ FetchError::Route(_)) => Err(Failure::new(FailureKind::Network, error)),
        }
    }
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
    let branch = options.online.branch_rules(world)?;
    let scorecard = score(options.path.as_ref(), &settings, branch.as_ref(), world)?;
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
pub(super) fn score(
    path: Option<&PathBuf>,
    settings: &Settings,
    branch: Option<&BranchRules>,
    world: &mut World,
) -> Result<Scorecard, Failure> {
    let root = match path {
        Some(path) => world.folder.join(path),
        None => repository::root(&world.folder),
    };
    if !root.is_dir() {
        let message = format!("cannot score {}: it is not a folder", root.display());
        return Err(Failure::message(FailureKind::Input, message).hint("name a repository's folder"));
    }
    let outer = repository::root(&world.folder);
    // A score must not depend on what is installed where it is made.
    let rules = Lint { shellcheck: Program::Off, pyflakes: Program::Off, ..Lint::default() };
    let linted = lint::lint(std::slice::from_ref(&root), &rules, None, world)?;
    let mut findings = linted.report.findings;
    for finding in &mut findings {
        // The linter counts paths from the repository around us, the scorecard from its own root.
        finding.region.path = repository::relative(&root, &outer.join(&finding.region.path));
    }
    let repository = inventory::read(&root);
    let today = world.clock.now().to_zoned(TimeZone::UTC).date();
    let inputs = Inputs { repository: &repository, findings: Some(&findings), branch, today };
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
