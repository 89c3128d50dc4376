//! Many repositories: a row each, from folders or from GitHub, and none that stops the others.

use std::path::Path;

use super::{Format, Options, outcome, record, score};
use crate::commands::collect::tables::Store;
use crate::commands::many::repositories;
use crate::commands::online::{connect, cost, failure, scratch};
use crate::commands::{deliver, step};
use crate::config::Config;
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::github::{Client, DownloadError};
use crate::model::origin::Origin;
use crate::model::repository_name::RepositoryName;
use crate::model::scorecard::{Scorecard, Standing};
use crate::outcome::Outcome;
use crate::outputs::formats::{escape, human, json, markdown};
use crate::scorecard::Settings;
use crate::sources::api_runs::Budget;
use crate::sources::branch_rules::FetchError;
use crate::sources::git_head::{self, Head};
use crate::sources::platform;
use crate::sources::remote_files::{self, RemoteFilesError};
use crate::world::World;

/// How many requests a repository takes: its archive, the list of its files, and what only GitHub knows.
const EACH: usize = 11;

/// Scores the repositories that were asked for, and writes a table of those that could be scored.
pub(super) fn run(
    options: &Options,
    (config, settings): (&Config, &Settings),
    world: &mut World,
) -> Result<Outcome, Failure> {
    refuse_for_one(options)?;
    let (standings, incomplete) = if options.many.is_asked() {
        remote(options, (config, settings), world)?
    } else {
        local(options, (config, settings), world)?
    };
    let output = options.output.as_deref();
    let rendered = match options.format.unwrap_or(Format::Human) {
        Format::Json => json::scorecard::render_all(&standings),
        Format::Markdown => markdown::standings::render(&standings),
        Format::Human | Format::Github | Format::Sarif => {
            human::standings::render(&standings, world.width, deliver::color(output, world))
        }
    };
    deliver::write(&rendered, output, world)?;
    step::summary(|| markdown::standings::render(&standings), world)?;
    match incomplete {
        Some(failure) => Err(failure),
        None => Ok(outcome(options, standings.iter().map(|standing| &standing.scorecard))),
    }
}

/// Refuses what is about one repository, before anything is read.
fn refuse_for_one(options: &Options) -> Result<(), Failure> {
    if options.format == Some(Format::Sarif) {
        let message = "SARIF is about one repository";
        return Err(Failure::message(FailureKind::Usage, message).hint("name one folder, or another --format"));
    }
    if options.explain.is_some() || options.badge.is_some() || options.readme.is_some() {
        let message = "--explain, --badge and --readme are about one repository";
        return Err(Failure::message(FailureKind::Usage, message).hint("name one folder"));
    }
    Ok(())
}

/// The scorecards, and what to say where one is not among them.
type Scored = (Vec<Standing>, Option<Failure>);

fn local(options: &Options, (config, settings): (&Config, &Settings), world: &mut World) -> Result<Scored, Failure> {
    let mut store = options.record.then(|| record::open(config, world)).transpose()?;
    let (mut scored, mut failed) = (Vec::new(), 0);
    for path in &options.paths {
        let name = path.display().to_string();
        match score(Some(path), settings, None, world) {
            Ok(mut scorecard) => {
                let origin = checked_out(path, world);
                if let Some(store) = &mut store {
                    record::compare(&mut scorecard, store.history()?, &origin);
                }
                scored.push((Standing { name, scorecard }, origin));
            }
            Err(failure) => {
                warn(&name, &failure, world)?;
                failed += 1;
            }
        }
    }
    let incomplete = incomplete(FailureKind::Input, failed, options.paths.len());
    Ok((recorded(scored, store, world)?, incomplete))
}

/// Says what is checked out in a folder: the repository by its remote, or else the folder as it was named.
fn checked_out(path: &Path, world: &World) -> Origin {
    let folder = world.folder.join(path);
    let Head { branch, commit } = git_head::read(&folder);
    // Parts of one repository have a row each.
    let repository = git_head::repository(&folder).or_else(|| Some(path.display().to_string()));
    Origin { repository, branch, commit, ..Origin::default() }
}

/// Adds a row for each score where that is asked for, and returns the scores alone.
fn recorded(
    scored: Vec<(Standing, Origin)>,
    store: Option<Store>,
    world: &mut World,
) -> Result<Vec<Standing>, Failure> {
    if let Some(store) = store {
        record::save(store, scored.iter().map(|(standing, origin)| (&standing.scorecard, origin)), world)?;
    }
    Ok(scored.into_iter().map(|(standing, _)| standing).collect())
}

fn remote(options: &Options, (config, settings): (&Config, &Settings), world: &mut World) -> Result<Scored, Failure> {
    // A folder of tables that cannot be read is told before requests are spent.
    let mut store = options.record.then(|| record::open(config, world)).transpose()?;
    let token = options.online.token.as_ref();
    let client = connect(token, world)?;
    let names = options.many.list(&client, token, world)?;
    let budget = Budget::new(options.budget, client.usage());
    let (mut scored, mut failed, mut left) = (Vec::new(), 0, names.len());
    for name in &names {
        let affordable = budget.left(client.usage());
        if affordable.is_some_and(|requests| requests < EACH) {
            break;
        }
        left -= 1;
        let source = Source { options, client: &client, besides: affordable.map(|requests| requests - EACH) };
        match source.score(name, settings, world) {
            Ok((mut scorecard, origin)) => {
                if let Some(store) = &mut store {
                    record::compare(&mut scorecard, store.history()?, &origin);
                }
                scored.push((Standing { name: name.to_string(), scorecard }, origin));
            }
            Err(failure) => {
                warn(&name.to_string(), &failure, world)?;
                failed += 1;
            }
        }
    }
    let standings = recorded(scored, store, world)?;
    writeln!(world.stderr, "{}", cost(client.host(), client.usage())).kind(FailureKind::Output)?;
    let unpaid = (left > 0).then(|| {
        Failure::message(FailureKind::Network, format!("the budget is spent: {} not scored", repositories(left)))
            .hint("allow more with --budget, or share the work with --shard I/N")
    });
    Ok((standings, unpaid.or(incomplete(FailureKind::Network, failed, names.len()))))
}

/// Where a repository's files and settings come from.
struct Source<'task> {
    options: &'task Options,
    client: &'task Client,
    /// How many requests may be spent beside those that each repository takes.
    besides: Option<usize>,
}

impl Source<'_> {
    /// Scores one repository by its files on GitHub and what only GitHub knows, and says which commit it was.
    fn score(
        &self,
        name: &RepositoryName,
        settings: &Settings,
        world: &mut World,
    ) -> Result<(Scorecard, Origin), Failure> {
        let checkout =
            remote_files::fetch(self.client, name, &scratch(world), self.besides).map_err(|error| match error {
                RemoteFilesError::Request(error) | RemoteFilesError::Download(DownloadError::Request(error)) => {
                    failure(error, self.options.online.token.as_ref(), world)
                }
                RemoteFilesError::Download(_) | RemoteFilesError::Route(_) | RemoteFilesError::Archive(_) => {
                    Failure::new(FailureKind::Network, error)
                }
            })?;
        if checkout.left_out() > 0 {
            let told = format!("{name}: {} kept out of its archive and were not read", files(checkout.left_out()));
            writeln!(world.stderr, "warning: {told}").kind(FailureKind::Output)?;
        }
        let known = platform::fetch(self.client, name).map_err(|error| match error {
            FetchError::Request(error) => failure(error, self.options.online.token.as_ref(), world),
            FetchError::Route(_) => Failure::new(FailureKind::Network, error),
        })?;
        let scorecard = score(Some(&checkout.folder().to_owned()), settings, Some(&known), world)?;
        let origin = Origin {
            repository: Some(name.to_string()),
            commit: checkout.commit().map(str::to_owned),
            ..Origin::default()
        };
        Ok((scorecard, origin))
    }
}

fn files(count: usize) -> String {
    if count == 1 { "1 file is".to_owned() } else { format!("{count} files are") }
}

fn warn(name: &str, failure: &Failure, world: &mut World) -> Result<(), Failure> {
    let told = escape::terminal(&format!("{name}: {failure}")).replace('\n', " ");
    writeln!(world.stderr, "warning: {told}").kind(FailureKind::Output)
}

fn incomplete(kind: FailureKind, failed: usize, all: usize) -> Option<Failure> {
    (failed > 0).then(|| Failure::message(kind, format!("{failed} of {} could not be scored", repositories(all))))
}
