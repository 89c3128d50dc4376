//! Scores a repository's readiness for production.

mod record;
mod several;

use std::borrow::Cow;
use std::path::PathBuf;

use clap::ValueEnum;
use jiff::tz::TimeZone;

use super::configuration::Configuration;
use super::many::Many;
use super::online::{self, Network};
use super::{collect, deliver, lint, notify, step};
use crate::config::{Lint, Program};
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::platform::Platform;
use crate::model::repository_name::RepositoryName;
use crate::model::run_summary::PartVerdict;
use crate::model::scorecard::Scorecard;
use crate::model::secret::Secret;
use crate::model::suggest;
use crate::outcome::Outcome;
use crate::outputs::formats::github::room::Room;
use crate::outputs::formats::{github, human, json, markdown, notices, sarif, svg};
pub use crate::scorecard::Profile;
use crate::scorecard::{Inputs, Settings, judge, outline};
use crate::sources::branch_rules::FetchError;
use crate::sources::{inventory, platform, repository};
use crate::templates::file_for;
use crate::world::World;

/// What `plimsoll score` was asked.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The repositories' folders; by default the repository around the world's folder.
    pub paths: Vec<PathBuf>,
    /// Which repositories are read from GitHub instead.
    pub many: Many,
    /// How many requests may be spent on them.
    pub budget: Option<usize>,
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
    /// The criterion that all is told about, instead of the whole scorecard.
    pub explain: Option<String>,
    /// The file that a badge is written to.
    pub badge: Option<PathBuf>,
    /// The document that a short form is put into, between its marks.
    pub readme: Option<PathBuf>,
    /// Whether the score is added to the tables.
    pub record: bool,
    /// Who is told beside the log and the summary.
    pub notify: notify::Options,
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
    /// Reads what only GitHub knows; `None` where it is not asked, or where nobody says which
    /// repository it is and a token is there only by chance.
    pub(super) fn platform(&self, world: &World) -> Result<Option<Platform>, Failure> {
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
        match platform::fetch(&client, &repository) {
            Ok(known) => Ok(Some(known)),
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
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

/// Scores and writes the scorecard, or a table of several.
pub(super) fn run(options: &Options, world: &mut World) -> Result<Outcome, Failure> {
    let config = options.configuration.load(&world.folder)?;
    let mut settings = config.score.clone();
    if let Some(Asked(profile)) = options.profile {
        settings.profile = profile;
    }
    if options.paths.len() > 1 || options.many.is_asked() {
        return several::run(options, (&config, &settings), world);
    }
    let known = options.online.platform(world)?;
    let mut scorecard = score(options.paths.first(), &settings, known.as_ref(), world)?;
    let origin = collect::origin::of(options.online.repository.as_deref(), None, world);
    // Tables that cannot be read are a failure only for who wants to write into them.
    let store = record::open(&config, world).and_then(|mut store| {
        record::compare(&mut scorecard, store.history()?, &origin);
        Ok(store)
    });
    if let Some(id) = &options.explain {
        let told = explained(&scorecard, id, options, world)?;
        deliver::write(&told, options.output.as_deref(), world)?;
        return Ok(Outcome::Pass);
    }
    let rendered = render(&scorecard, options, world);
    deliver::write(&rendered, options.output.as_deref(), world)?;
    beside(&scorecard, options, world)?;
    if options.record {
        record::save(store?, [(&scorecard, &origin)], world)?;
    }
    tell_job(&scorecard, world)?;
    let outcome = outcome(options, [&scorecard]);
    let telling = notify::Telling {
        verb: "score",
        options: &options.notify,
        settings: &config.notify.of_verbs_beside_gates(),
        token: options.online.token.as_ref(),
        repository: options.online.repository.as_deref(),
    };
    let verdict = if outcome == Outcome::Fail { PartVerdict::Fail } else { PartVerdict::Pass };
    notify::tell(&telling, || notices::score(&scorecard, verdict), world);
    Ok(outcome)
}

fn outcome<'card>(options: &Options, scorecards: impl IntoIterator<Item = &'card Scorecard>) -> Outcome {
    let too_low =
        |scorecard: &Scorecard| options.fail_below.is_some_and(|least| scorecard.overall.tenths() < u128::from(least));
    if scorecards.into_iter().any(too_low) { Outcome::Fail } else { Outcome::Pass }
}

/// Tells all about a criterion.
fn explained(scorecard: &Scorecard, id: &str, options: &Options, world: &World) -> Result<String, Failure> {
    let Some(judged) = scorecard.criterion(id) else {
        let failure = Failure::message(FailureKind::Usage, format!("there is no criterion `{id}`"));
        return Err(match suggest::closest(id, scorecard.criteria().map(|judged| judged.id)) {
            Some(close) => failure.hint(format!("did you mean `{close}`?")),
            None => failure.hint("`plimsoll score --format json` lists all criteria"),
        });
    };
    Ok(human::criterion::render(judged, world.width, deliver::color(options.output.as_deref(), world)))
}

/// Writes what was asked for beside the scorecard: a badge, and a short form in a document.
fn beside(scorecard: &Scorecard, options: &Options, world: &mut World) -> Result<(), Failure> {
    if let Some(path) = &options.badge {
        deliver::write(&svg::badge::render(scorecard), Some(path), world)?;
    }
    let Some(path) = &options.readme else { return Ok(()) };
    let document = repository::read(&world.folder.join(path)).kind(FailureKind::Input)?;
    let Some(document) = markdown::scorecard::between_marks(&document, scorecard) else {
        let message = format!("{} has no place for the score", path.display());
        return Err(Failure::message(FailureKind::Input, message)
            .hint(format!("put the lines {} where it is to stand", markdown::scorecard::marks())));
    };
    deliver::write(&document, Some(path), world)
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
    platform: Option<&Platform>,
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
    // A score must not depend on what is installed where it is made.
    let rules = Lint { shellcheck: Program::Off, pyflakes: Program::Off, ..Lint::default() };
    let linted = lint::lint(std::slice::from_ref(&root), &rules, None, world)?;
    let mut findings = linted.report.findings;
    for finding in &mut findings {
        // The linter may count paths from a repository around this one, the scorecard counts from its own root.
        finding.region.path = repository::relative(&root, &linted.root.join(&finding.region.path));
    }
    let repository = inventory::read(&root);
    let today = world.clock.now().to_zoned(TimeZone::UTC).date();
    let inputs = Inputs { repository: &repository, findings: Some(&findings), platform, today };
    let mut scorecard = judge(&inputs, settings);
    let outline = outline(&repository, "main".to_owned());
    for judged in scorecard.categories.iter_mut().flat_map(|category| &mut category.criteria) {
        let closes = judged.verdict.status.is_gap();
        judged.writes = closes.then(|| file_for(judged.id, &outline)).flatten().map(Cow::into_owned);
    }
    Ok(scorecard)
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
        Format::Sarif => sarif::scorecard::render(scorecard),
    }
}
