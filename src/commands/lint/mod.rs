//! Lints workflows and actions.

mod baseline;
mod checkers;
#[cfg(test)]
mod examples;
mod fixing;
mod inputs;
mod linter;
pub mod mended;
mod neighbors;
mod online;
mod suppressions;
mod terms;

use std::path::PathBuf;

use clap::ValueEnum;

use self::fixing::Stdout;
use self::inputs::{Inputs, Where};
use self::linter::Linter;
pub use self::online::{Answers, Online};
use self::terms::{Terms, choice};

use super::configuration::Configuration;
use super::{deliver, notify, step};
use crate::config::{Config, FailOn, Lint, Program};
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::collected::Writing;
use crate::model::finding::{LintReport, Persona, Safety, Severity};
use crate::model::run_summary::PartVerdict;
use crate::model::secret::Secret;
use crate::model::suggest;
use crate::outcome::Outcome;
use crate::outputs::formats::github::room::Room;
use crate::outputs::formats::{escape, github, human, json, junit, markdown, notices, sarif, totals};
use crate::rules;
use crate::sources::repository;
use crate::world::World;

/// What `plimsoll lint` was asked; what is not given is taken from the configuration.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The files and folders to lint; empty for the repository, `-` for standard input.
    pub paths: Vec<PathBuf>,
    /// Where settings come from.
    pub configuration: Configuration,
    /// The form of the output; by default `github` in a job and `human` elsewhere.
    pub format: Option<Format>,
    /// Where the output goes instead of standard output.
    pub output: Option<PathBuf>,
    /// Who is asking.
    pub persona: Option<Persona>,
    /// The least severity that fails the command.
    pub fail_on: Option<FailOn>,
    /// The ids and groups of rules to use.
    pub select: Vec<String>,
    /// The ids and groups of rules to leave out.
    pub ignore: Vec<String>,
    /// How GitHub is asked, if it is.
    pub online: Option<Online>,
    /// The program that checks scripts for bash and sh.
    pub shellcheck: Option<Program>,
    /// The program that checks scripts for Python.
    pub pyflakes: Option<Program>,
    /// Which findings are mended, and where the result goes.
    pub mending: Option<Mending>,
    /// What standard input is called and judged as.
    pub stdin_filename: Option<PathBuf>,
    /// The file of findings that were there before.
    pub baseline: Option<PathBuf>,
    /// Whether that file is written.
    pub writes_baseline: bool,
    /// Who is told beside the log and the summary.
    pub notify: notify::Options,
    /// The token that was typed.
    pub token: Option<Secret>,
}

/// Which findings are mended, and where the result goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mending {
    /// The least safe fixes that are made.
    pub most: Safety,
    /// Whether files are written, or only the difference is shown.
    pub writing: Writing,
}

/// The forms that findings can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For a terminal
    Human,
    /// Workflow commands, which become annotations
    Github,
    /// JSON, version 1
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Markdown, for a summary or a comment
    Markdown,
    /// XML as test runners write it, for test viewers
    Junit,
}

/// Lints, mends where that was asked for, and writes the findings that are left.
pub(super) fn run(options: &Options, world: &mut World) -> Result<Outcome, Failure> {
    let config = options.configuration.load(&world.folder)?;
    let mut settings = settings(options, &config)?;
    let typed = options.baseline.as_ref().map(|path| world.folder.join(path));
    settings.baseline = typed.or(settings.baseline);
    let taken_down = options.writes_baseline.then(|| settings.baseline.take());
    let paths =
        Where { paths: &options.paths, stdin_filename: options.stdin_filename.as_deref(), exclude: &settings.exclude };
    let mut inputs = Inputs::gather(paths, world)?;
    let terms = Terms::new(&settings, &inputs, options.online.as_ref(), world)?;
    let stdout = match options.mending {
        Some(mending) => fixing::mend(&mut inputs, mending, &terms, world)?,
        None => Stdout::Free,
    };
    let mut linted = Linter::new(&inputs.root, &terms)?.all(&inputs);
    match taken_down {
        Some(path) => take_down(path, &inputs, &mut linted, world)?,
        None => linted.tell_gone(world)?,
    }
    if stdout == Stdout::Free || options.output.is_some() {
        let rendered = render(&linted.report, options, world);
        deliver::write(&rendered, options.output.as_deref(), world)?;
    } else {
        say(&totals::sentence(&linted.report), world)?;
    }
    tell_job(&linted.report, world)?;
    let outcome = linted.outcome(settings.fail_on);
    tell_others(&linted.report, outcome, (options, &config), world);
    Ok(outcome)
}

/// Tells those who were named on the command line; what is configured is about gates.
fn tell_others(report: &LintReport, outcome: Outcome, (options, config): (&Options, &Config), world: &mut World) {
    let telling = notify::Telling {
        verb: "lint",
        options: &options.notify,
        settings: &config.notify.of_verbs_beside_gates(),
        token: options.token.as_ref(),
        repository: None,
    };
    let has_warnings = report.count(Severity::Warning) > 0 || !report.problems.is_empty();
    let verdict = match outcome {
        Outcome::Pass if has_warnings => PartVerdict::Warn,
        Outcome::Pass => PartVerdict::Pass,
        Outcome::Fail => PartVerdict::Fail,
        Outcome::Unknown | Outcome::Command(_) => PartVerdict::Unknown,
    };
    notify::tell(&telling, || notices::findings(report, verdict), world);
}

/// Writes the baseline, and says how to use it.
fn take_down(path: Option<PathBuf>, inputs: &Inputs, linted: &mut Linted, world: &mut World) -> Result<(), Failure> {
    let path = path.map_or_else(|| world.folder.join(baseline::DEFAULT), |path| inputs.root.join(path));
    let count = totals::number(baseline::write(&path, &mut linted.report)?, "finding");
    let path = repository::relative(&world.folder, &path);
    say(&format!("{path} holds {count}: `--baseline {path}`, or `lint.baseline` in plimsoll.yml, hides them"), world)
}

/// Takes from the configuration what was not typed.
pub(super) fn settings(options: &Options, config: &Config) -> Result<Lint, Failure> {
    let typed_or = |typed: &[String], configured: &[String]| {
        if typed.is_empty() { configured.to_vec() } else { typed.to_vec() }
    };
    let settings = Lint {
        fail_on: options.fail_on.unwrap_or(config.lint.fail_on),
        persona: options.persona.unwrap_or(config.lint.persona),
        select: typed_or(&options.select, &config.lint.select),
        ignore: typed_or(&options.ignore, &config.lint.ignore),
        shellcheck: options.shellcheck.clone().unwrap_or_else(|| config.lint.shellcheck.clone()),
        pyflakes: options.pyflakes.clone().unwrap_or_else(|| config.lint.pyflakes.clone()),
        ..config.lint.clone()
    };
    match choice(&settings).unknown().first() {
        None => Ok(settings),
        Some(name) => {
            let message = format!("`{name}` is neither a rule nor a group of rules");
            let hint = suggest::closest(name, rules::names()).map(|name| format!("did you mean `{name}`?"));
            let hint = hint.unwrap_or_else(|| "`plimsoll rules` lists them".to_owned());
            Err(Failure::message(FailureKind::Usage, message).hint(hint))
        }
    }
}

/// Tells the job how many findings there are, and shows them on its page.
fn tell_job(report: &LintReport, world: &mut World) -> Result<(), Failure> {
    let count = |severity| report.count(severity).to_string();
    let (errors, warnings, infos) = (count(Severity::Error), count(Severity::Warning), count(Severity::Info));
    step::outputs(&[("errors", &errors), ("warnings", &warnings), ("infos", &infos)], world)?;
    step::summary(|| markdown::findings::render(report), world)
}

/// What linting came to.
#[derive(Clone, Debug, Default)]
pub(super) struct Linted {
    /// Findings and problems.
    pub(super) report: LintReport,
    /// The folder that their paths count from.
    pub(super) root: PathBuf,
    /// Whether a file or folder that was named could not be read, or a program not be used.
    named_unreadable: bool,
    /// How many findings of the baseline are there no more.
    gone: usize,
}

impl Linted {
    /// Tells when the baseline could be smaller.
    fn tell_gone(&self, world: &mut World) -> Result<(), Failure> {
        if self.gone == 0 {
            return Ok(());
        }
        let (count, are) = (totals::number(self.gone, "finding"), if self.gone == 1 { "is" } else { "are" });
        say(&format!("{count} of the baseline {are} there no more: write it anew with --write-baseline"), world)
    }

    /// Turns findings and problems into the command's outcome.
    pub(super) fn outcome(&self, fail_on: FailOn) -> Outcome {
        let failing = self.report.active().any(|finding| fail_on.is_failed_by(finding.severity));
        let findings = if failing { Outcome::Fail } else { Outcome::Pass };
        let problems = if self.named_unreadable { Outcome::Unknown } else { Outcome::Pass };
        findings.and(problems)
    }
}

/// Lints the named files and folders, or the repository around the world's folder.
///
/// GitHub is asked before any rule speaks, so that rules have all they may know.
pub(super) fn lint(
    paths: &[PathBuf],
    settings: &Lint,
    online: Option<&Online>,
    world: &mut World,
) -> Result<Linted, Failure> {
    let inputs = Inputs::gather(Where { paths, stdin_filename: None, exclude: &settings.exclude }, world)?;
    let terms = Terms::new(settings, &inputs, online, world)?;
    Ok(Linter::new(&inputs.root, &terms)?.all(&inputs))
}

/// Tells the person at hand something that is no finding.
fn say(text: &str, world: &mut World) -> Result<(), Failure> {
    let line = format!("{}\n", escape::log_words(text));
    world.stderr.write_all(line.as_bytes()).kind(FailureKind::Output)
}

fn render(report: &LintReport, options: &Options, world: &World) -> String {
    let default = if world.environment.in_actions() { Format::Github } else { Format::Human };
    match options.format.unwrap_or(default) {
        Format::Human => human::findings::render(report, world.width, deliver::color(options.output.as_deref(), world)),
        Format::Github => github::findings::render(report, &mut Room::default()),
        Format::Json => json::findings::render(report),
        Format::Sarif => sarif::findings::render(report, &rules::infos()),
        Format::Markdown => markdown::findings::render(report),
        Format::Junit => junit::findings::render(report),
    }
}
