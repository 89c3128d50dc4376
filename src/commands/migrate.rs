//! Carries over what other tools were told: their settings become a `plimsoll.yml`, and their
//! values rows of the tables.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::append;
use super::configuration::Configuration;
use super::init::{Mode, Options, shown, written};
use crate::config::{Config, LoadError};
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::migration::{Migration, Past, UnreadableError};
use crate::model::history::{Cell, Row, TableId};
use crate::model::origin::Origin;
use crate::outcome::Outcome;
use crate::outputs::formats::escape;
use crate::rules;
use crate::sources::{inventory, repository, workspace};
use crate::templates::Template;
use crate::world::World;

/// Another tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Peer {
    /// Every one that has left files here
    All,
    /// actionlint.yaml
    Actionlint,
    /// zizmor.yml, and comments `# zizmor: ignore[…]`
    Zizmor,
    /// data.js, and the bounds of workflows
    GithubActionBenchmark,
}

/// Where the tools look for their files, below the repository's root.
const ACTIONLINT: &[&str] = &[".github/actionlint.yaml", ".github/actionlint.yml"];
const ZIZMOR: &[&str] = &["zizmor.yml", "zizmor.yaml", ".github/zizmor.yml", ".github/zizmor.yaml"];
const BENCHMARKS: &[&str] =
    &["dev/bench/data.js", "docs/dev/bench/data.js", "bench/data.js", "benchmarks/data.js", "data.js"];

/// The values of years stay below this.
const LARGEST_DATA: u64 = 256 << 20;

/// Reads what the tools have left, and writes ours.
pub(super) fn run(options: &Options, root: &Path, branch: &str, world: &mut World) -> Result<Outcome, Failure> {
    let rules = rules::infos();
    let mut migration = Migration::new(&rules);
    let found = gather(&mut migration, options, root, world)?;
    if !found {
        let message = format!("{} holds nothing of {}", root.display(), names(&options.from));
        let hint = "looked for actionlint.yaml and zizmor.yml at the root and in .github, for comments of zizmor's, and for \
                    data.js; `--data FILE` names one that is elsewhere, such as on the branch gh-pages";
        return Err(Failure::message(FailureKind::Input, message).hint(hint));
    }
    let mut said = configuration(&migration, options, root)?;
    said += &measurements(migration.past(), options, branch, root, world)?;
    let list = |title: &str, lines: &[String]| {
        let lines: Vec<String> = lines.iter().map(|line| format!("  {line}\n")).collect();
        if lines.is_empty() { String::new() } else { format!("\n{title}\n{}", lines.concat()) }
    };
    said += &list("Carried over", migration.carried());
    said += &list("Not carried over", migration.left());
    // What stands in the files of others is no command, for a terminal or for the runner.
    let said: Vec<String> =
        escape::terminal(&said).lines().map(|line| format!("{}\n", escape::log_line(line))).collect();
    world.stdout.write_all(said.concat().as_bytes()).kind(FailureKind::Output)?;
    Ok(Outcome::Pass)
}

fn names(peers: &[Peer]) -> String {
    let names = peers.iter().filter_map(ValueEnum::to_possible_value).map(|value| match value.get_name() {
        "all" => "actionlint, zizmor or github-action-benchmark".to_owned(),
        name => name.to_owned(),
    });
    names.collect::<Vec<_>>().join(", ")
}

/// Reads everything; tells whether there was anything.
fn gather(migration: &mut Migration<'_>, options: &Options, root: &Path, world: &World) -> Result<bool, Failure> {
    let wants = |peer: Peer| options.from.contains(&peer) || options.from.contains(&Peer::All);
    let present = |names: &'static [&'static str]| names.iter().copied().find(|name| root.join(name).is_file());
    let mut found = false;
    if let Some(name) = present(ACTIONLINT).filter(|_| wants(Peer::Actionlint)) {
        migration.actionlint(name, &text(&root.join(name))?).map_err(unreadable)?;
        found = true;
    }
    let repository = inventory::read(root);
    if wants(Peer::Zizmor) {
        if let Some(name) = present(ZIZMOR) {
            migration.zizmor(name, &text(&root.join(name))?).map_err(unreadable)?;
            found = true;
        }
        let before = migration.carried().len() + migration.left().len();
        let workflows = repository.workflows.iter().map(|file| file.path.as_str());
        for path in workflows.chain(repository.actions.values().map(|file| file.path.as_str())) {
            migration.zizmor_comments(path, repository.text(path).map_or("", |file| file.text.as_str()));
        }
        found |= migration.carried().len() + migration.left().len() > before;
    }
    if wants(Peer::GithubActionBenchmark) {
        let named = options.data.as_ref().map(|path| (path.display().to_string(), world.folder.join(path)));
        let data = named.or_else(|| present(BENCHMARKS).map(|name| (name.to_owned(), root.join(name))));
        if let Some((name, path)) = data {
            let bytes = workspace::read(&path, LARGEST_DATA).kind(FailureKind::Input)?;
            migration.benchmark_data(&name, &String::from_utf8_lossy(&bytes)).map_err(unreadable)?;
            found = true;
        }
        let before = migration.carried().len();
        for file in &repository.workflows {
            migration.benchmark_workflow(&file.path, &file.workflow);
        }
        found |= migration.carried().len() > before;
    }
    Ok(found)
}

fn text(path: &Path) -> Result<String, Failure> {
    repository::read(path).kind(FailureKind::Input)
}

fn unreadable(error: UnreadableError) -> Failure {
    Failure::new(FailureKind::Input, error).hint("nothing was written; mend the file, or leave its tool out of --from")
}

/// Writes the settings, where there are any.
fn configuration(migration: &Migration<'_>, options: &Options, root: &Path) -> Result<String, Failure> {
    let Some(content) = migration.configuration() else { return Ok(String::new()) };
    // What others allow and we do not is told before anything is written.
    let wrong = |problems| Failure::new(FailureKind::Configuration, LoadError::Wrong(problems));
    Config::parse("plimsoll.yml", &content).map_err(wrong)?;
    let template = Template { path: "plimsoll.yml".into(), purpose: "says what other tools were told", content };
    match options.mode {
        Mode::Show => Ok(shown(&template)),
        Mode::Write => written(&template, root, options.existing),
    }
}

/// Merges the values into the tables, as values of the default branch.
fn measurements(past: &[Past], options: &Options, branch: &str, root: &Path, world: &World) -> Result<String, Failure> {
    if past.is_empty() {
        return Ok(String::new());
    }
    let folder: PathBuf = root.join(Configuration::Discovered.load(root)?.metrics);
    let named = world.environment.get("GITHUB_REPOSITORY");
    let rows: Vec<Row> = past.iter().map(|past| row(past, branch, named)).collect();
    let count = rows.len();
    if options.mode == Mode::Write {
        append::rows(&folder, rows)?;
    }
    let did = if options.mode == Mode::Write { "written" } else { "shown  " };
    Ok(format!("{did}  {:<30}  {count} values\n", repository::relative(root, &folder.join("measurements.csv"))))
}

fn row(past: &Past, branch: &str, named: Option<&str>) -> Row {
    let Past { repository, commit, at, measurement } = past;
    let origin = Origin {
        repository: repository.clone().or_else(|| named.map(str::to_owned)),
        event: Some("push".to_owned()),
        branch: Some(branch.to_owned()),
        commit: Some(commit.clone()),
        ..Origin::default()
    };
    let labels = measurement.written_labels();
    let input = format!("github-action-benchmark\0{at}\0{}\0{labels}", measurement.name);
    origin
        .row(TableId::Measurements, input.as_bytes())
        .with("at", Cell::time(*at))
        .with("name", Cell::text(measurement.name.clone()))
        .with("labels", Cell::text(labels))
        .with("value", Cell::number(measurement.value))
        .with("unit", Cell::text(measurement.unit.clone()))
        .with("better", Cell::text(measurement.better.word()))
        .with("source", Cell::text("github-action-benchmark"))
}
