//! Lints workflows and actions.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use rayon::prelude::*;

use super::deliver;
use crate::error::{Failure, FailureContext as _, FailureKind};
use crate::model::finding::{Finding, LintReport, Problem, Severity};
use crate::outcome::Outcome;
use crate::outputs::formats::{github, human, json, junit, markdown, sarif};
use crate::rules;
pub use crate::rules::Choice;
use crate::sources::{repository, workflows};
use crate::world::World;

/// What `plimsoll lint` was asked.
#[derive(Clone, Debug)]
pub struct Options {
    /// The files and folders to lint; empty for the repository, `-` for standard input.
    pub paths: Vec<PathBuf>,
    /// The form of the output; by default `github` in a job and `human` elsewhere.
    pub format: Option<Format>,
    /// Where the output goes instead of standard output.
    pub output: Option<PathBuf>,
    /// Which rules speak, and to whom.
    pub choice: Choice,
    /// The severity from which on findings fail the command; `None` for never.
    pub fail_on: Option<Severity>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            paths: Vec::new(),
            format: None,
            output: None,
            choice: Choice::default(),
            fail_on: Some(Severity::Error),
        }
    }
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

/// Lints and writes the findings.
pub(super) fn run(options: &Options, world: &mut World) -> Result<Outcome, Failure> {
    let unknown = options.choice.unknown();
    if let Some(name) = unknown.first() {
        return Err(Failure::message(FailureKind::Usage, format!("`{name}` is neither a rule nor a group of rules"))
            .hint("`plimsoll rules` lists them"));
    }
    let linted = lint(&options.paths, &options.choice, world)?;
    let rendered = render(&linted.report, options, world);
    deliver::write(&rendered, options.output.as_deref(), world)?;
    Ok(linted.outcome(options.fail_on))
}

/// What linting came to.
#[derive(Clone, Debug, Default)]
pub(super) struct Linted {
    /// Findings and problems.
    pub(super) report: LintReport,
    /// Whether a file or folder that was named could not be read.
    named_unreadable: bool,
}

impl Linted {
    /// Turns findings and problems into the command's outcome.
    pub(super) fn outcome(&self, fail_on: Option<Severity>) -> Outcome {
        let failing = fail_on.is_some_and(|least| self.report.active().any(|finding| finding.severity >= least));
        let findings = if failing { Outcome::Fail } else { Outcome::Pass };
        let problems = if self.named_unreadable { Outcome::Unknown } else { Outcome::Pass };
        findings.and(problems)
    }
}

/// Lints the named files and folders, or the repository around the world's folder.
pub(super) fn lint(paths: &[PathBuf], choice: &Choice, world: &mut World) -> Result<Linted, Failure> {
    let root = repository::root(&world.folder);
    let mut linted = Linted::default();
    let mut files = Vec::new();
    let whole = [world.folder.clone()];
    for path in if paths.is_empty() { &whole } else { paths } {
        if path.as_os_str() == "-" {
            let text = repository::text(&mut world.stdin).kind(FailureKind::Input)?;
            let file = workflows::parse("<stdin>".to_owned(), text);
            linted.report.findings.extend(rules::lint(&file, choice));
            linted.report.files += 1;
            continue;
        }
        let full = world.folder.join(path);
        if full.is_dir() {
            files.extend(workflows::find(&full).into_iter().map(|file| (file, Origin::Found)));
        } else {
            files.push((full, Origin::Named));
        }
    }
    files.sort();
    files.dedup_by(|a, b| a.0 == b.0);
    let read: Vec<_> = files.par_iter().map(|(path, origin)| (origin, lint_file(&root, path, choice))).collect();
    for (origin, outcome) in read {
        linted.report.files += 1;
        match outcome {
            Ok(findings) => linted.report.findings.extend(findings),
            Err(problem) => {
                linted.named_unreadable |= *origin == Origin::Named;
                linted.report.problems.push(problem);
            }
        }
    }
    Ok(linted)
}

/// Whether a file was named, or found by walking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Origin {
    Named,
    Found,
}

fn lint_file(root: &Path, path: &Path, choice: &Choice) -> Result<Vec<Finding>, Problem> {
    let file = workflows::read(root, path).map_err(|error| {
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
        Problem { path: repository::relative(root, path), message: format!("{error}{cause}") }
    })?;
    Ok(rules::lint(&file, choice))
}

fn render(report: &LintReport, options: &Options, world: &World) -> String {
    let default = if world.environment.in_actions() { Format::Github } else { Format::Human };
    match options.format.unwrap_or(default) {
        Format::Human => human::findings::render(report, world.width, deliver::color(options.output.as_deref(), world)),
        Format::Github => github::findings::render(report),
        Format::Json => json::findings::render(report),
        Format::Sarif => sarif::findings::render(report, &rules::infos()),
        Format::Markdown => markdown::findings::render(report),
        Format::Junit => junit::findings::render(report),
    }
}
