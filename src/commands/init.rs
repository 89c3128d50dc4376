//! Writes a configuration and the two workflows that most repositories want.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::configuration::Configuration;
use super::migrate::{self, Peer};
use super::score;
use crate::config;
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::outline::Outline;
use crate::model::scorecard::Scorecard;
use crate::model::suggest;
use crate::outcome::Outcome;
use crate::outputs::sinks::file;
use crate::scorecard::{outline, promised};
use crate::sources::{git_head, inventory, repository};
use crate::templates::{self, CLOSINGS, Closing, Facts, STRATEGIES, Strategy, Template};
use crate::world::World;

/// What `plimsoll init` was asked.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder of the repository; by default the one around the world's folder.
    pub folder: Option<PathBuf>,
    /// The default branch; by default the one that is checked out.
    pub branch: Option<String>,
    /// What happens to files that are there already.
    pub existing: Existing,
    /// Whether anything is written.
    pub mode: Mode,
    /// Which gaps of the scorecard are closed, instead of the configuration being written.
    pub closing: Closings,
    /// The tools whose settings are carried over, instead of the defaults being written.
    pub from: Vec<Peer>,
    /// The file of github-action-benchmark, where it is not at its usual place.
    pub data: Option<PathBuf>,
}

/// Which gaps of the scorecard are closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Closings {
    /// None: the configuration and its workflows are written.
    None,
    /// Those that are named.
    Of(Vec<String>),
    /// All that files can close, as the action plan has them.
    Plan,
}

/// What happens to files that are there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// They stay as they are.
    Keep,
    /// They are written anew.
    Overwrite,
}

/// Whether anything is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The files are written.
    Write,
    /// The files are only shown.
    Show,
}

/// Writes or shows the files, and says what it did with each.
pub(super) fn run(options: &Options, world: &mut World) -> Result<Outcome, Failure> {
    let root = match &options.folder {
        Some(folder) => world.folder.join(folder),
        None => repository::root(&world.folder),
    };
    if !root.is_dir() {
        let message = format!("{} is not a folder", root.display());
        return Err(Failure::message(FailureKind::Input, message).hint("name a repository's folder"));
    }
    let branch = options.branch.clone().or_else(|| git_head::read(&root).branch);
    let branch = branch.unwrap_or_else(|| "main".to_owned());
    if options.closing != Closings::None {
        return close(options, &root, branch, world);
    }
    if !options.from.is_empty() {
        return migrate::run(options, &root, &branch, world);
    }
    let facts = Facts { default_branch: branch };
    let configuration = Template {
        path: "plimsoll.yml".into(),
        purpose: "says what is checked, and how strictly",
        content: config::DEFAULT.to_owned(),
    };
    let mut said = String::new();
    for template in std::iter::once(configuration).chain(templates::workflows(&facts)) {
        said += &match options.mode {
            Mode::Show => shown(&template),
            Mode::Write => written(&template, &root, options.existing)?,
        };
    }
    world.stdout.write_all(said.as_bytes()).kind(FailureKind::Output)?;
    Ok(Outcome::Pass)
}

/// Writes what closes gaps, and says which score it promises.
fn close(options: &Options, root: &Path, branch: String, world: &mut World) -> Result<Outcome, Failure> {
    let config = Configuration::Discovered.load(root)?;
    let scorecard = score::score(Some(&root.to_owned()), &config.score, None, world)?;
    let outline = Outline { owner: git_head::owner(root), ..outline(&inventory::read(root), branch) };
    let (strategies, gaps) = strategies(&options.closing);
    let chosen: Vec<&'static Closing> = match &options.closing {
        Closings::Of(_) => named(&gaps, &scorecard, &outline)?,
        Closings::None | Closings::Plan => {
            let open = |closing: &&Closing| closing.closes().iter().any(|id| scorecard.gaps.contains(id));
            CLOSINGS.iter().filter(open).filter(|closing| !closing.files(&outline).is_empty()).collect()
        }
    };
    let mut said = String::new();
    let mut done: Vec<Cow<'static, str>> = Vec::new();
    let ways = strategies.iter().flat_map(|strategy| strategy.files(&outline));
    for template in ways.chain(chosen.iter().flat_map(|closing| closing.files(&outline))) {
        if done.contains(&template.path) {
            continue;
        }
        done.push(template.path.clone());
        said += &match options.mode {
            Mode::Show => shown(&template),
            // What is there already was made by somebody for this very repository.
            Mode::Write => written(&template, root, Existing::Keep)?,
        };
    }
    let asked: Vec<&str> = chosen.iter().flat_map(|closing| closing.closes()).copied().collect();
    let closed: Vec<&str> = scorecard.gaps.iter().copied().filter(|id| asked.contains(id)).collect();
    if options.mode == Mode::Write && !chosen.is_empty() {
        let (now, then) = (scorecard.overall.shown(), promised(&scorecard, &closed).shown());
        said.extend(["score  ", &now, " of 10 now, ", &then, " with them: ", &closed.join(", "), "\n"]);
    }
    world.stdout.write_all(said.as_bytes()).kind(FailureKind::Output)?;
    Ok(Outcome::Pass)
}

/// Parts the ways to deploy that are named from the gaps.
fn strategies(closings: &Closings) -> (Vec<&'static Strategy>, Vec<String>) {
    let Closings::Of(names) = closings else { return (Vec::new(), Vec::new()) };
    let strategies = names.iter().filter_map(|name| Strategy::named(name)).collect();
    (strategies, names.iter().filter(|name| Strategy::named(name).is_none()).cloned().collect())
}

/// Finds what closes the gaps that are named.
fn named(gaps: &[String], scorecard: &Scorecard, outline: &Outline) -> Result<Vec<&'static Closing>, Failure> {
    let mut chosen: Vec<&'static Closing> = Vec::new();
    for gap in gaps {
        let closing = closing_of(gap, scorecard, outline)?;
        if !chosen.iter().any(|other| std::ptr::eq(*other, closing)) {
            chosen.push(closing);
        }
    }
    Ok(chosen)
}

fn closing_of(gap: &str, scorecard: &Scorecard, outline: &Outline) -> Result<&'static Closing, Failure> {
    let Some(judged) = scorecard.criterion(gap) else {
        let failure = Failure::message(FailureKind::Usage, format!("there is no criterion `{gap}`"));
        let known = scorecard.criteria().map(|judged| judged.id).chain(STRATEGIES.iter().map(Strategy::name));
        return Err(match suggest::closest(gap, known) {
            Some(close) => failure.hint(format!("did you mean `{close}`?")),
            None => failure.hint("`plimsoll score --format json` lists all criteria"),
        });
    };
    let by_hand = format!("close it with {}", judged.closes_with);
    let Some(closing) = CLOSINGS.iter().find(|closing| closing.closes().contains(&judged.id)) else {
        let message = format!("there is no file that closes `{gap}`");
        return Err(Failure::message(FailureKind::Usage, message).hint(by_hand));
    };
    if closing.files(outline).is_empty() {
        let message = format!("nothing can be written for `{gap}`: that needs {}", closing.needs());
        return Err(Failure::message(FailureKind::Input, message).hint(by_hand));
    }
    Ok(closing)
}

pub(super) fn shown(template: &Template) -> String {
    format!("# {}: {}\n\n{}\n", template.path, template.purpose, template.content)
}

pub(super) fn written(template: &Template, root: &Path, existing: Existing) -> Result<String, Failure> {
    let path = root.join(template.path.as_ref());
    let kept = existing == Existing::Keep && path.exists();
    if !kept {
        file::write(&path, template.content.as_bytes()).kind(FailureKind::Output)?;
        if template.content.starts_with("#!") {
            file::make_executable(&path).kind(FailureKind::Output)?;
        }
    }
    let did = if kept { "kept   " } else { "written" };
    Ok(format!("{did}  {:<30}  {}\n", template.path, template.purpose))
}
